//! The service in a process of its own.

fn main() -> std::process::ExitCode {
    host::run(vec![accounts::service()])
}
