//! `cargo xtask apart`: two replicas of every service, each a process of its own, on PostgreSQL and behind HAProxy.

mod control;
mod database;
mod haproxy;

use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::Duration;

use ::apart::{Afterwards, Installation, Plan};

use crate::command::{cargo, output, program, run};
use crate::postgres::Server;
use crate::tree;
use control::Control;
use database::Database;

pub(crate) use control::restart;
pub(crate) use haproxy::{NAMED, program as haproxy};

/// How often it is looked what there is to do.
const ROUND: Duration = Duration::from_millis(200);

/// The program that is no service: it makes the log and the demo registry.
const WHOLE: &str = "shuangshi";

/// How an installation is wanted.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    no_demo: bool,
    release: bool,
    port: Option<u16>,
    command: Vec<String>,
}

impl Options {
    /// Reads the options of the task; `passed` is a command to be run against the installation.
    pub(crate) fn parse(options: &[&str], passed: &[String]) -> Result<Self, String> {
        let mut read = Self { command: passed.to_vec(), ..Self::default() };
        let mut options = options.iter();
        while let Some(option) = options.next() {
            match *option {
                "--no-demo" => read.no_demo = true,
                "--release" => read.release = true,
                "--port" => {
                    let port = options.next().and_then(|port| port.parse().ok());
                    read.port = Some(port.ok_or("say which port after --port")?);
                }
                other => return Err(format!("apart has no option {other}")),
            }
        }
        Ok(read)
    }
}

/// Starts an installation and keeps it until it is interrupted, or until the command has ended.
pub(crate) fn run_apart(options: &Options) -> Result<(), String> {
    let haproxy = haproxy()?;
    let server = Server::start()?;
    let services = services()?;
    let programs = build(&services, options.release)?;
    let folder = folder()?;
    let database = Database::make(&server, &folder)?;
    let key = folder.join("master.key");
    let environment = move |mut program: Command, url: &str| {
        program.env("SHUANGSHI_DATABASE_URL", url).env("SHUANGSHI_MASTER_KEY_FILE", &key);
        program
    };
    let whole = || program(&programs.join(WHOLE).to_string_lossy());
    database.make_logs(|url| environment(whole(), url))?;
    if !options.no_demo {
        run(environment(whole(), database.url()).arg("demo"))?;
    }
    write_environment(&folder, database.url())?;
    let url = database.url().to_owned();
    let service = move |name: &str| environment(program(&programs.join(name).to_string_lossy()), &url);
    let port = if options.command.is_empty() { Some(options.port.unwrap_or(8080)) } else { options.port };
    let plan = Plan {
        split: tree::root().join("deploy").join("split"),
        folder: folder.clone(),
        haproxy,
        port,
        services,
        program: Box::new(service),
        afterwards: Afterwards::Remove,
    };
    let mut installation = Installation::start(plan)?;
    welcome(&installation, &folder, options.no_demo);
    keep(&mut installation, &folder, &options.command)
}

/// Every service there is: a folder each.
fn services() -> Result<Vec<String>, String> {
    let folders =
        fs::read_dir(tree::root().join("services")).map_err(|error| format!("there are no services: {error}"))?;
    let mut names: Vec<String> =
        folders.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| name != WHOLE);
    names.sort();
    Ok(names)
}

/// Builds every program once; gives the folder that they are in.
fn build(services: &[String], release: bool) -> Result<PathBuf, String> {
    let mut build = cargo();
    build.args(["build", "--quiet", "--bins", "--package", WHOLE]);
    for name in services {
        build.args(["--package", name]);
    }
    run(build.args(release.then_some("--release")))?;
    let described = output(cargo().args(["metadata", "--format-version", "1", "--no-deps"]))?;
    let target = described.split("\"target_directory\":\"").nth(1).and_then(|rest| rest.split('"').next());
    let target = target.ok_or("cargo does not say where it builds")?;
    Ok(Path::new(target).join(if release { "release" } else { "debug" }))
}

/// The folder of this project's installation, which may be there once. It holds keys: nobody else may look into it.
fn folder() -> Result<PathBuf, String> {
    let folder = place();
    if control::answers(&folder) {
        return Err("the services run apart already; end that first".to_owned());
    }
    drop(fs::remove_dir_all(&folder));
    let made = fs::DirBuilder::new().mode(0o700).create(&folder);
    made.map_err(|error| format!("could not make {}: {error}", folder.display()))?;
    Ok(folder)
}

/// Where the folder is: another checkout of the project has another one.
fn place() -> PathBuf {
    let root = tree::root().to_string_lossy().into_owned();
    let number =
        root.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    std::env::temp_dir().join(format!("shuangshi-apart-{number:016x}"))
}

/// What the command line needs to reach the registry, for a shell to read.
fn write_environment(folder: &Path, url: &str) -> Result<(), String> {
    let key = folder.join("master.key");
    let text = format!("export SHUANGSHI_DATABASE_URL='{url}' SHUANGSHI_MASTER_KEY_FILE='{}'\n", key.display());
    fs::write(folder.join("environment"), text).map_err(|error| format!("could not write the environment: {error}"))
}

fn welcome(installation: &Installation, folder: &Path, no_demo: bool) {
    let (url, processes, folder) = (installation.url(), installation.names().len(), folder.display());
    let sign_in = if no_demo {
        "shuangshi account open ops --role operator"
    } else {
        "shuangshi account token demo-hr    # all begin with demo-; their password is try-out-the-register"
    };
    println!(
        "\nThe registry runs apart: {processes} processes behind {url}/api/v1 (what they write: {folder}/*.log).\n\
         To sign in, in another shell (alias shuangshi='cargo run -q --'):\n  \
         . {folder}/environment\n  \
         {sign_in}\n\
         Restart every process, one after the other:  cargo xtask apart restart\n\
         Kill one:  kill -9 $(cat {folder}/teachers-1.pid)\n\
         Stop with Ctrl-C."
    );
}

/// Looks after the installation until the command, if there is one, has ended.
fn keep(installation: &mut Installation, folder: &Path, command: &[String]) -> Result<(), String> {
    let control = Control::listen(folder)?;
    let mut command = begin(installation.url(), folder, command)?;
    loop {
        if let Some((shown, child)) = &mut command
            && let Some(status) = child.try_wait().map_err(|error| format!("{shown} cannot be waited for: {error}"))?
        {
            return if status.success() { Ok(()) } else { Err(format!("{shown} failed ({status})")) };
        }
        for revived in installation.revive()? {
            eprintln!("xtask: {revived} had ended and was started again");
        }
        control.answer(installation);
        std::thread::sleep(ROUND);
    }
}

fn begin(url: &str, folder: &Path, command: &[String]) -> Result<Option<(String, Child)>, String> {
    let Some((name, arguments)) = command.split_first() else { return Ok(None) };
    let mut any = program(name);
    any.args(arguments).env("SHUANGSHI_URL", url).env("SHUANGSHI_APART", folder);
    let child = any.spawn().map_err(|error| format!("could not run {name}: {error}"))?;
    Ok(Some((name.clone(), child)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_takes_any_port_and_a_person_the_usual_one() {
        let options = Options::parse(&["--no-demo", "--port", "9000"], &[]).unwrap();
        assert_eq!(options, Options { no_demo: true, port: Some(9000), ..Options::default() });
        assert!(Options::parse(&["--port"], &[]).is_err() && Options::parse(&["--fast"], &[]).is_err());
    }

    #[test]
    fn the_proxy_knows_every_service() {
        let configured = fs::read_to_string(tree::root().join("deploy/split/haproxy.cfg")).unwrap();
        for name in services().unwrap() {
            for number in 1..=::apart::REPLICAS {
                let line = format!("server {name}-{number} \"${{SHUANGSHI_{}_{number}-", name.to_uppercase());
                assert!(configured.contains(&line), "{line}");
            }
        }
    }
}
