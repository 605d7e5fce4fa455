//! Room on the disk for what is built in one go. Without it the log beside could not go on either.

use std::path::{Path, PathBuf};

use crate::Storage;
use crate::view::building::Building;

/// So many bytes of piles an event comes to at most, measured on simulated registries: 320.
const PILES: u64 = 400;
/// The same with a view on SQLite, measured when it was still there twice at the end: 1,160.
const PILES_AND_VIEW: u64 = 1_200;
/// So many bytes of heaps, and of what is sorted when they are cleared, where SQLite has its temporary files: 190.
const HEAPS: u64 = 300;

/// Where the file of the piles is.
pub(crate) fn of_piles(storage: &Storage) -> PathBuf {
    match storage {
        Storage::Sqlite { dir } => dir.join("views"),
        Storage::Postgres { .. } => std::env::temp_dir(),
    }
}

/// How many bytes building so many events takes at most, and in which folders of this machine. Two of them may lie on the
/// same disk: then the first says what there is of both.
pub(crate) fn needed(storage: &Storage, building: &Building, events: u64) -> Vec<(PathBuf, u64)> {
    let bytes = |an_event: u64| events.saturating_mul(an_event);
    match (storage, building) {
        (Storage::Sqlite { .. }, _) => {
            vec![(of_piles(storage), bytes(PILES_AND_VIEW)), (temporary_files(), bytes(HEAPS))]
        }
        (Storage::Postgres { .. }, Building::BySubject(_)) => vec![(of_piles(storage), bytes(PILES))],
        // All of it is the server's.
        (Storage::Postgres { .. }, Building::InOneTransaction(_)) => Vec::new(),
    }
}

/// Where SQLite has its temporary tables and what it sorts: the first of these that there is
/// (<https://www.sqlite.org/tempfiles.html#temporary_file_storage_locations>).
pub(crate) fn temporary_files() -> PathBuf {
    let named = ["SQLITE_TMPDIR", "TMPDIR"].into_iter().filter_map(std::env::var_os).map(PathBuf::from);
    let usual = ["/var/tmp", "/usr/tmp", "/tmp"].map(PathBuf::from);
    named.chain(usual).find(|folder| folder.is_dir()).unwrap_or_else(|| PathBuf::from("."))
}

/// How many bytes the disk of a folder still takes; none where that cannot be told.
pub(crate) fn available(folder: &Path) -> u64 {
    rustix::fs::statvfs(folder).map_or(0, |disk| disk.f_bavail.saturating_mul(disk.f_frsize))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_and_one_that_is_not_there_have_no_room() {
        assert!(available(&std::env::temp_dir()) > 0);
        assert_eq!(available(Path::new("/there/is/no/such/folder")), 0);
        assert_eq!(available(Path::new("/proc")), 0);
    }
}
