//! The service in a process of its own.

fn main() -> std::process::ExitCode {
    host::run("accounts", vec![accounts::service()])
}
