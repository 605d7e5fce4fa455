//! A PostgreSQL for the time of a task: the one that the environment names, or a throw-away one.
//!
//! The throw-away server keeps its promises (`fsync` stays on: the product refuses a server that does not). It is
//! watched by a shell at the other end of a pipe of ours: when we end, in whatever way, the pipe closes, and the shell
//! stops the server and removes its folder.

mod install;
mod statements;

use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::command::{program, run, succeeds, variable};
use install::Account;
pub(crate) use statements::{carry_out, psql};

/// The variable that names a server: to us, and to the tests.
pub(crate) const NAMED: &str = "SHUANGSHI_TEST_POSTGRES";

/// How long a server may take to be ready.
const READY: Duration = Duration::from_secs(60);

/// The account that everything but an installation works under. As in production it is neither superuser nor exempt from the
/// policies on rows, so whatever would be refused there is refused here.
const ROLE: &str = "register";

/// Runs the server named by its arguments until its input ends; then stops it and removes its folder.
const WATCH: &str = r#"
folder=$1; shift
trap '' INT TERM HUP
"$@" </dev/null >"$folder/server.log" 2>&1 &
server=$!
cat >/dev/null
kill -QUIT "$server" 2>/dev/null
wait "$server"
rm -rf "$folder"
"#;

/// A PostgreSQL for the time of a task.
pub(crate) enum Server {
    /// Someone else's.
    Named(String),
    /// Ours, until dropped.
    Own {
        /// Where it is, for the account that works.
        url: String,
        /// Where it is, for the one that may do everything.
        administrator: String,
        /// The shell that watches it.
        watch: Child,
    },
}

impl Server {
    /// The server that the environment names, or one of our own.
    pub(crate) fn start() -> Result<Self, String> {
        Self::start_with(&[])
    }

    /// The same with these settings (`name=value`) over the usual ones of one of our own.
    pub(crate) fn start_with(settings: &[&str]) -> Result<Self, String> {
        if let Some(url) = variable(NAMED) {
            if !settings.is_empty() {
                return Err(format!("the settings of the PostgreSQL that {NAMED} names are its owner's"));
            }
            eprintln!("xtask: the PostgreSQL that {NAMED} names is used");
            return Ok(Self::Named(url));
        }
        let programs = install::programs()?;
        let account = Account::unprivileged()?;
        let folder = folder(&account)?;
        let own = password().and_then(|password| {
            initialise(&programs, &account, &folder, &password)?;
            launch(&programs, &account, &folder, &password, settings)
        });
        own.inspect_err(|_| drop(fs::remove_dir_all(&folder)))
    }

    /// Its address, with an account that may make databases and accounts.
    pub(crate) fn url(&self) -> &str {
        match self {
            Self::Named(url) | Self::Own { url, .. } => url,
        }
    }

    /// Its address, with the account that may do everything. Of someone else's server it is the one that was named.
    pub(crate) fn administrator(&self) -> &str {
        match self {
            Self::Named(url) | Self::Own { administrator: url, .. } => url,
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Self::Own { watch, .. } = self {
            drop(watch.stdin.take());
            drop(watch.wait());
        }
    }
}

/// A folder of our own that the account owns.
fn folder(account: &Account) -> Result<PathBuf, String> {
    let folder = std::env::temp_dir().join(format!("shuangshi-postgres-{}", std::process::id()));
    let failed = |error| format!("could not make a folder for PostgreSQL: {error}");
    fs::create_dir(&folder).map_err(failed)?;
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).map_err(failed)?;
    account.own(&folder)?;
    Ok(folder)
}

/// A password nobody else on the machine knows: the server runs commands for whoever may sign in.
pub(crate) fn password() -> Result<String, String> {
    let mut bytes = [0; 16];
    let mut random = fs::File::open("/dev/urandom").map_err(|error| format!("there is no randomness: {error}"))?;
    std::io::Read::read_exact(&mut random, &mut bytes).map_err(|error| format!("there is no randomness: {error}"))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn initialise(programs: &Path, account: &Account, folder: &Path, password: &str) -> Result<(), String> {
    let secret = folder.join("password");
    let failed = |error| format!("could not prepare PostgreSQL: {error}");
    let mut file = fs::File::create(&secret).map_err(failed)?;
    file.set_permissions(fs::Permissions::from_mode(0o600)).map_err(failed)?;
    file.write_all(password.as_bytes()).map_err(failed)?;
    account.own(&secret)?;
    let mut initdb = account.command(&programs.join("initdb"));
    initdb.arg("--pgdata").arg(folder.join("data")).arg("--pwfile").arg(&secret);
    initdb.args(["--username=postgres", "--auth=password", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]);
    run(initdb.current_dir(folder).stdout(Stdio::null()))
}

fn launch(
    programs: &Path,
    account: &Account,
    folder: &Path,
    password: &str,
    settings: &[&str],
) -> Result<Server, String> {
    let port = free_port()?;
    let usual = [
        format!("port={port}"),
        "listen_addresses=127.0.0.1".to_owned(),
        "unix_socket_directories=".to_owned(),
        // Many processes at once, or the pools of several stores.
        "max_connections=500".to_owned(),
        "shared_buffers=64MB".to_owned(),
        "fsync=on".to_owned(),
        "timezone=UTC".to_owned(),
    ];
    let mut watch = account.command(Path::new("/bin/sh"));
    watch.args(["-c", WATCH, "watch"]).arg(folder).arg(programs.join("postgres")).arg("-D").arg(folder.join("data"));
    // The last one of a name counts.
    for setting in usual.iter().map(String::as_str).chain(settings.iter().copied()) {
        watch.args(["-c", setting]);
    }
    // A process group of its own: an interrupt from the terminal is for us, and we end the server.
    watch.current_dir(folder).process_group(0).stdin(Stdio::piped()).stdout(Stdio::null());
    let watch = watch.spawn().map_err(|error| format!("could not start PostgreSQL: {error}"))?;
    let url = |role: &str| format!("postgres://{role}:{password}@127.0.0.1:{port}/postgres");
    let server = Server::Own { url: url(ROLE), administrator: url("postgres"), watch };
    wait_until_ready(programs, folder, port)?;
    let role = format!("create role {ROLE} login nosuperuser nobypassrls createdb createrole password '{password}';");
    carry_out(&psql()?, server.administrator(), folder, &role)?;
    eprintln!("xtask: a throw-away PostgreSQL listens on port {port}");
    Ok(server)
}

fn free_port() -> Result<u16, String> {
    let address = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    address.map(|address| address.port()).map_err(|error| format!("there is no free port: {error}"))
}

fn wait_until_ready(programs: &Path, folder: &Path, port: u16) -> Result<(), String> {
    let started = Instant::now();
    let mut ready: Command = program(&programs.join("pg_isready").to_string_lossy());
    ready.args(["--host=127.0.0.1", "--timeout=1", &format!("--port={port}")]);
    while started.elapsed() < READY {
        if succeeds(&mut ready) {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let log = fs::read_to_string(folder.join("server.log")).unwrap_or_default();
    Err(format!("PostgreSQL was not ready within {READY:?}; it said:\n{log}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_new_each_time() {
        assert_eq!(password().unwrap().len(), 32);
        assert_ne!(password(), password());
    }
}
