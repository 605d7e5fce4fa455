//! The program `shuangshi`.

use clap::Parser;

fn main() -> std::process::ExitCode {
    shuangshi::run(shuangshi::Line::parse())
}
