//! The program `shuangshi` once more: a package's tests are only handed the paths of its own programs.

use clap::Parser;

fn main() -> std::process::ExitCode {
    shuangshi::run(shuangshi::Line::parse())
}
