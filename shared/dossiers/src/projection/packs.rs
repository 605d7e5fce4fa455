//! Rule packs as they are on file, and the rulebook that they add up to.

use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use eventlog::{Failure, Row};
use kernel::Day;
use standards::{Pack, PackFault, Rulebook, Shelf};

/// A pack as it is on file.
#[derive(Debug, Clone)]
pub(crate) struct PackOnFile {
    pub position: u64,
    /// The SHA-256 of its content, which says to the byte what it is.
    pub digest: String,
    /// Where it was retired, and the last day it applies on.
    pub retired: Option<(u64, Day)>,
}

/// What makes a rulebook: which packs, to the byte, and until when each applies.
type Edition = Vec<(String, Option<Day>)>;

/// Rulebooks by their edition, the oldest first.
type Editions = Vec<(Edition, Arc<Rulebook>)>;

/// Rulebooks that were put together before. Packs change a few times a year, and every answer needs them.
static EDITIONS: LazyLock<Mutex<Editions>> = LazyLock::new(Mutex::default);

/// So many are kept: those of some moments of the past beside the newest.
const KEPT: usize = 32;

impl PackOnFile {
    /// The packs in rows of position, digest, and where and from when each was retired.
    pub fn all(rows: &[Row]) -> Result<Vec<Self>, Failure> {
        rows.iter().map(|row| Self::of(row, [0, 1, 2, 3])).collect()
    }

    /// The pack whose position and digest, and where and from when it was retired, stand in these columns.
    pub fn of(row: &Row, [position, digest, retired, last_day]: [usize; 4]) -> Result<Self, Failure> {
        let retired = match (row.opt_int(retired)?, row.opt_parse(last_day)?) {
            (Some(position), Some(last_day)) => u64::try_from(position).ok().map(|position| (position, last_day)),
            _ => None,
        };
        Ok(Self { position: row.count(position)?, digest: row.text(digest)?.to_owned(), retired })
    }
}

/// The packs, of those on file, that were known at a position, oldest first.
pub(crate) fn edition(on_file: &[PackOnFile], known: u64) -> Edition {
    let mut packs: Vec<&PackOnFile> = on_file.iter().filter(|pack| pack.position <= known).collect();
    packs.sort_unstable_by_key(|pack| pack.position);
    let last_day = |pack: &PackOnFile| pack.retired.filter(|(position, _)| *position <= known).map(|(_, day)| day);
    packs.into_iter().map(|pack| (pack.digest.clone(), last_day(pack))).collect()
}

/// The rulebook of this edition, if it was put together before.
pub(crate) fn put_together_before(edition: &Edition) -> Option<Arc<Rulebook>> {
    let editions = EDITIONS.lock().unwrap_or_else(PoisonError::into_inner);
    editions.iter().find(|(known, _)| known == edition).map(|(_, book)| book.clone())
}

/// Puts the rulebook of an edition together from the contents of its packs, in the same order.
pub(crate) fn put_together(edition: Edition, contents: &[String]) -> Result<Arc<Rulebook>, PackFault> {
    let mut shelf = Shelf::default();
    let mut packs: Vec<(Pack, Option<Day>)> = Vec::with_capacity(edition.len());
    for (content, (_, last_day)) in contents.iter().zip(&edition) {
        let pack = shelf.read(content)?;
        shelf.put(pack.clone());
        packs.push((pack, *last_day));
    }
    let book = Arc::new(Rulebook::of(packs));
    let mut editions = EDITIONS.lock().unwrap_or_else(PoisonError::into_inner);
    if editions.len() >= KEPT {
        editions.remove(0);
    }
    editions.push((edition, book.clone()));
    Ok(book)
}
