//! The packs that come with the program. Their files are never edited: a change is a new version in a new file.
//!
//! Those of the nation are recorded by every registry. A province's is recorded by the province, when it enacts it.

use crate::{Pack, PackFault, Shelf};

macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        [$(include_str!(concat!("../data/", $name, ".json"))),+]
    };
}

/// The nation's, oldest first.
const NATION: [&str; 2] = files!["national-basic.v1", "national-basic.v2"];

/// The provinces', by code.
const PROVINCES: [&str; 7] = files![
    "shanxi-basic.v1",
    "anhui-higher.v1",
    "fujian-campus.v1",
    "jiangxi-campus.v1",
    "jiangxi-external.v1",
    "gansu-campus.v1",
    "gansu-external.v1",
];

/// The first national pack: the junior level, in force on any day.
pub fn national_basic() -> Pack {
    read(&Shelf::default(), NATION[0])
}

/// The nation's packs with the bytes of their files, oldest first.
pub fn published() -> Vec<(Pack, &'static [u8])> {
    read_all(&mut Shelf::default(), &NATION)
}

/// The provinces' packs with the bytes of their files: each is recorded when its province enacts it.
pub fn provincial() -> Vec<(Pack, &'static [u8])> {
    let mut shelf = Shelf::default();
    read_all(&mut shelf, &NATION);
    read_all(&mut shelf, &PROVINCES)
}

fn read_all(shelf: &mut Shelf, files: &[&'static str]) -> Vec<(Pack, &'static [u8])> {
    let mut packs = Vec::with_capacity(files.len());
    for file in files {
        let pack = read(shelf, file);
        shelf.put(pack.clone());
        packs.push((pack, file.as_bytes()));
    }
    packs
}

fn read(shelf: &Shelf, file: &str) -> Pack {
    let sound: Result<Pack, PackFault> = shelf.read(file);
    #[expect(clippy::expect_used, reason = "the file is compiled in, and a test reads every one of them")]
    sound.expect("a pack that comes with the program is sound")
}
