//! Room on the disk for what is built in one go. Without it the log beside could not go on either.

use std::path::{Path, PathBuf};

use crate::Storage;

/// How many bytes an event of the log comes to at most while a view is built of very many.
#[derive(Debug, Clone, Copy)]
pub struct Room {
    /// On the piles.
    pub piles: u64,
    /// In the view, where that is a file.
    pub view: u64,
    /// On the heaps, and in what is sorted when they are cleared and indexes are made, where SQLite has its temporary files.
    pub heaps: u64,
}

/// Where the file of the piles is.
pub(crate) fn of_piles(storage: &Storage) -> PathBuf {
    match storage {
        Storage::Sqlite { dir } => dir.join("views"),
        Storage::Postgres { .. } => std::env::temp_dir(),
    }
}

/// How many bytes building so many events takes at most, and in which folders of this machine. Two of them may lie on the
/// same disk: then the first says what there is of both. The disk of a server of PostgreSQL is the server's.
pub(crate) fn needed(storage: &Storage, room: Room, events: u64) -> Vec<(PathBuf, u64)> {
    let bytes = |an_event: u64| events.saturating_mul(an_event);
    match storage {
        Storage::Sqlite { .. } => {
            vec![(of_piles(storage), bytes(room.piles + room.view)), (temporary_files(), bytes(room.heaps))]
        }
        Storage::Postgres { .. } => vec![(of_piles(storage), bytes(room.piles))],
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
