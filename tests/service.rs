//! A service in a process of its own, as each has a program of its own: the one that this process is called by. A
//! package's tests are only handed the paths of its own programs, and seven more would take long to link.

use std::process::ExitCode;

fn main() -> ExitCode {
    let called = std::env::args().next().unwrap_or_default();
    match shuangshi::services().into_iter().find(|service| service.name == called) {
        Some(service) => host::run(vec![service]),
        None => {
            eprintln!("there is no service that this process is called by");
            ExitCode::FAILURE
        }
    }
}
