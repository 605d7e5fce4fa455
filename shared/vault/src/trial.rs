//! What tests of this crate share: a store in a folder, people who do not exist, and chance that can be repeated.

use std::sync::atomic::{AtomicU64, Ordering};

use eventlog::{LogConfig, SideStore};
use kernel::code::CitizenId;
use kernel::{Chance, Instant, Name, TeacherId};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::{Identity, MasterKey, Vault};

/// When people of tests are enrolled.
pub(crate) const NOW: Instant = Instant::from_micros(1_800_000_000_000_000);

/// A folder for a store.
pub(crate) struct Folder {
    pub(crate) folder: TempDir,
    pub(crate) config: LogConfig,
}

impl Folder {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = LogConfig::sqlite(folder.path());
        Self { folder, config }
    }

    pub(crate) async fn open(&self) -> Vault {
        Vault::open(&self.config, master(1), chance()).await.unwrap()
    }

    /// A way past the vault into its tables.
    pub(crate) async fn back_door(&self) -> SideStore {
        SideStore::open(&self.config, "vault", "select 1").await.unwrap()
    }

    /// Whether the text stands anywhere in the files of the folder.
    pub(crate) fn has(&self, text: &str) -> bool {
        self.all().contains(text)
    }

    /// What the files of the folder hold, as far as it is text.
    pub(crate) fn all(&self) -> String {
        let mut all = String::new();
        for entry in std::fs::read_dir(self.folder.path()).unwrap() {
            all += &String::from_utf8_lossy(&std::fs::read(entry.unwrap().path()).unwrap());
        }
        all
    }
}

/// Chance that gives the same in every run, and never the same twice in one: processes of a test draw from one source.
pub(crate) fn chance() -> Chance {
    static DRAWN: AtomicU64 = AtomicU64::new(0);
    Chance::new(|bytes| draw(bytes, &DRAWN))
}

/// Chance of one's own, which gives the same whatever else is drawn meanwhile.
pub(crate) fn chance_from(start: u64) -> Chance {
    let drawn = AtomicU64::new(start);
    Chance::new(move |bytes| draw(bytes, &drawn))
}

fn draw(bytes: &mut [u8], drawn: &AtomicU64) {
    for piece in bytes.chunks_mut(32) {
        let block = Sha256::digest(drawn.fetch_add(1, Ordering::Relaxed).to_be_bytes());
        piece.copy_from_slice(&block[..piece.len()]);
    }
}

pub(crate) fn master(seed: u8) -> MasterKey {
    MasterKey::parse(&format!("{seed:02x}").repeat(32)).unwrap()
}

/// Somebody's id number: born on the day, the `serial`-th of it.
pub(crate) fn number(day: &str, serial: u32) -> CitizenId {
    let body = format!("110105{day}{serial:03}");
    let fits = |check: char| CitizenId::parse(&format!("{body}{check}")).ok();
    "0123456789X".chars().find_map(fits).unwrap()
}

/// So many id numbers.
pub(crate) fn numbers(count: usize) -> Vec<CitizenId> {
    let day = |index: usize| format!("19{:02}{:02}{:02}", 50 + index / 330 % 50, 1 + index / 30 % 11, 1 + index % 28);
    (0..count).map(|index| number(&day(index), u32::try_from(index % 1_000).unwrap())).collect()
}

pub(crate) fn identity(name: &str, citizen_id: Option<CitizenId>) -> Identity {
    Identity { name: Name::parse(name).unwrap(), citizen_id }
}

/// A person whom nobody has enrolled.
pub(crate) fn stranger(id: u128) -> TeacherId {
    TeacherId::new(uuid::Uuid::from_u128(id))
}
