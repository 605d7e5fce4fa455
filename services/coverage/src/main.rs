//! The service in a process of its own.

fn main() -> std::process::ExitCode {
    host::run("coverage", vec![coverage::service()])
}
