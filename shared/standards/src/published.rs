//! The packs that were published. Their files are never edited: a change is a new version in a new file.

use crate::{Pack, PackFault};

const NATIONAL_BASIC_1: &str = include_str!("../data/national-basic.v1.json");

/// The first national pack: the junior level, in force on any day.
pub fn national_basic() -> Pack {
    read(NATIONAL_BASIC_1)
}

/// Every published pack with the bytes of its file, oldest first.
pub fn published() -> Vec<(Pack, &'static [u8])> {
    [NATIONAL_BASIC_1].into_iter().map(|file| (read(file), file.as_bytes())).collect()
}

fn read(file: &str) -> Pack {
    let sound: Result<Pack, PackFault> = Pack::parse(file);
    #[expect(clippy::expect_used, reason = "the file is compiled in, and a test reads every one of them")]
    sound.expect("a published pack is sound")
}
