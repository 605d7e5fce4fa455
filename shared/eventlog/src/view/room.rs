//! Room on the disk for what is built in one go. Without it the log beside could not go on either.

use std::path::{Path, PathBuf};

use crate::Storage;

/// So many bytes of piles an event comes to at most, measured on simulated registries: 320.
const PILES: u64 = 400;
/// The same with a view on SQLite, which is there twice when its transaction ends, and its heaps: 1,160.
const PILES_AND_VIEW: u64 = 1_200;

/// Where piles are, and how many bytes a build of so many events takes there at most.
pub(crate) fn place_of_piles(storage: &Storage, events: u64) -> (PathBuf, u64) {
    match storage {
        Storage::Sqlite { dir } => (dir.join("views"), events.saturating_mul(PILES_AND_VIEW)),
        Storage::Postgres { .. } => (std::env::temp_dir(), events.saturating_mul(PILES)),
    }
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
