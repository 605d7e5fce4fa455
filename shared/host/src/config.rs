//! How a process is set up: by arguments, or by the environment.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use eventlog::{Grouping, LogConfig};
use signin::{OpenIdConnect, SignIn};

use crate::app::Limits;

mod provider;
mod public_url;

pub use provider::OidcSettings;
pub(crate) use provider::ProviderFault;
pub use public_url::PublicUrl;

/// Everything worth knowing of us, and of our libraries only what is wrong.
const QUIET: &str = "info,sqlx=warn,actix_server=warn";

/// How a process is set up. `deploy/config/shuangshi.env.example` documents each variable.
#[derive(Debug, Clone, clap::Args)]
pub struct Config {
    /// The folder that holds the log and the read models, when they are in SQLite
    #[arg(long, env = "SHUANGSHI_DATA", default_value = "shuangshi-data", value_name = "FOLDER")]
    pub data: PathBuf,

    /// Keep the log and the read models in this PostgreSQL database instead
    #[arg(long, env = "SHUANGSHI_DATABASE_URL", hide_env_values = true, value_name = "URL")]
    pub database_url: Option<DatabaseUrl>,

    /// The file with the master key of personal data; made on the first start. Processes that share a database share it
    #[arg(long, env = "SHUANGSHI_MASTER_KEY_FILE", value_name = "FILE")]
    pub master_key_file: Option<PathBuf>,

    /// The address to listen on
    #[arg(long, env = "SHUANGSHI_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
    pub listen: SocketAddr,

    /// Where browsers reach the process, such as https://shuangshi.example; needed to listen beyond this machine, for
    /// passwords and cookies travel by TLS only
    #[arg(long, env = "SHUANGSHI_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<PublicUrl>,

    /// The identity provider, where people sign in elsewhere.
    #[command(flatten)]
    pub oidc: OidcSettings,

    /// What to log, such as `info` or `info,eventlog=debug`
    #[arg(long, env = "SHUANGSHI_LOG", default_value = QUIET, value_name = "FILTER")]
    pub log: String,

    /// How to write the log
    #[arg(long, env = "SHUANGSHI_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,

    /// How many threads answer requests; one a processor when not given
    #[arg(long, env = "SHUANGSHI_WORKERS", value_name = "NUMBER")]
    pub workers: Option<usize>,

    /// How many connections a thread holds at most
    #[arg(long, env = "SHUANGSHI_CONNECTIONS", default_value_t = 2_000, value_name = "NUMBER")]
    pub connections: usize,

    /// How many requests may be at work at once; as many more wait a moment, and the rest is told to come back. 64 a
    /// processor when not given
    #[arg(long, env = "SHUANGSHI_REQUESTS", value_name = "NUMBER")]
    pub requests: Option<usize>,

    /// How many requests that may take seconds, such as lists of thousands, may be at work at once; one a processor when
    /// not given
    #[arg(long, env = "SHUANGSHI_LONG_REQUESTS", value_name = "NUMBER")]
    pub long_requests: Option<usize>,

    /// How many writes may be under way at once; more are told to come back
    #[arg(long, env = "SHUANGSHI_WRITES", default_value_t = 4_096, value_name = "NUMBER")]
    pub writes: u32,

    /// How long the head of a request may take to arrive
    #[arg(long, env = "SHUANGSHI_HEAD_SECONDS", default_value_t = 5, value_name = "SECONDS")]
    pub head_seconds: u64,

    /// The largest JSON body, in bytes
    #[arg(long, env = "SHUANGSHI_BODY_BYTES", default_value_t = 256 * 1024, value_name = "BYTES")]
    pub body_bytes: usize,

    /// How long a body may take to arrive
    #[arg(long, env = "SHUANGSHI_BODY_SECONDS", default_value_t = 10, value_name = "SECONDS")]
    pub body_seconds: u64,

    /// How long an answer may take
    #[arg(long, env = "SHUANGSHI_ANSWER_SECONDS", default_value_t = 30, value_name = "SECONDS")]
    pub answer_seconds: u64,

    /// How long the process goes on answering, no longer ready, after it was told to stop: as long as a proxy in front
    /// takes to notice
    #[arg(long, env = "SHUANGSHI_LEAVE_SECONDS", default_value_t = 0, value_name = "SECONDS")]
    pub leave_seconds: u64,

    /// How long requests may go on after that
    #[arg(long, env = "SHUANGSHI_DRAIN_SECONDS", default_value_t = 20, value_name = "SECONDS")]
    pub drain_seconds: u64,

    /// How appends are put together into one commit. No setting: a command that records a great deal asks for more.
    #[arg(skip)]
    pub grouping: Grouping,
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// For a reader.
    Text,
    /// For a log store.
    Json,
}

/// Where a database is. It may hold a password: it is not shown.
#[derive(Clone)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// The address, password and all.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<String> for DatabaseUrl {
    fn from(url: String) -> Self {
        Self(url)
    }
}

impl std::fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DatabaseUrl(hidden)")
    }
}

/// A set-up that a process does not start with.
#[derive(Debug, thiserror::Error)]
#[error(
    "{0} can be reached from other machines: put TLS in front and say where with --public-url https://…, or listen on \
     127.0.0.1"
)]
pub struct OpenToAll(SocketAddr);

impl Config {
    /// The default set-up with its data in this folder, whatever the environment says.
    pub fn local(data: impl Into<PathBuf>) -> Self {
        Self {
            data: data.into(),
            database_url: None,
            master_key_file: None,
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080),
            public_url: None,
            oidc: OidcSettings::default(),
            log: QUIET.to_owned(),
            log_format: LogFormat::Text,
            workers: None,
            connections: 2_000,
            requests: None,
            long_requests: None,
            writes: 4_096,
            head_seconds: 5,
            body_bytes: 256 * 1024,
            body_seconds: 10,
            answer_seconds: 30,
            leave_seconds: 0,
            drain_seconds: 20,
            grouping: Grouping::default(),
        }
    }

    /// Refuses to serve other machines without TLS.
    ///
    /// # Errors
    /// When the address is not this machine's own and nobody has said that this is meant.
    pub fn refuse_strangers(&self) -> Result<(), OpenToAll> {
        let fine = self.listen.ip().is_loopback() || self.public_url.is_some();
        if fine { Ok(()) } else { Err(OpenToAll(self.listen)) }
    }

    /// Where browsers reach the process behind TLS.
    pub fn origin(&self) -> Option<String> {
        self.public_url.as_ref().map(|url| url.origin().to_owned())
    }

    /// The identity provider, where one is set up.
    ///
    /// # Errors
    /// When its set-up is incomplete or its secret cannot be read.
    pub fn provider(&self, sign_in: &SignIn) -> Result<Option<OpenIdConnect>, ProviderFault> {
        let base = self.origin().unwrap_or_else(|| format!("http://{}", self.listen));
        self.oidc.provider(&base, sign_in)
    }

    /// Where the log is, and with it whatever else is kept beside it.
    pub fn storage(&self) -> LogConfig {
        let storage = match &self.database_url {
            Some(url) => LogConfig::postgres(url.reveal()),
            None => LogConfig::sqlite(&self.data),
        };
        LogConfig { grouping: self.grouping, ..storage }
    }

    /// The file with the master key: the one named, or one in the data folder.
    pub fn master_key(&self) -> PathBuf {
        self.master_key_file.clone().unwrap_or_else(|| self.data.join("keys").join("master.key"))
    }

    /// The limits of a request.
    pub fn limits(&self) -> Limits {
        Limits {
            body_bytes: self.body_bytes,
            body: Duration::from_secs(self.body_seconds),
            answer: Duration::from_secs(self.answer_seconds),
            ..Limits::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        config: Config,
    }

    #[test]
    fn the_defaults_are_written_once() {
        let parsed = Line::try_parse_from(["process"]).unwrap().config;
        assert_eq!(format!("{parsed:?}"), format!("{:?}", Config::local("shuangshi-data")));
    }

    #[test]
    fn every_variable_is_documented() {
        let documented = include_str!("../../../deploy/config/shuangshi.env.example");
        let command = <Line as clap::CommandFactory>::command();
        for variable in command.get_arguments().filter_map(clap::Arg::get_env) {
            let line = format!("{}=", variable.to_string_lossy());
            assert!(documented.lines().any(|text| text.trim_start_matches('#').starts_with(&line)), "{line}");
        }
    }

    #[test]
    fn other_machines_are_refused_unless_it_is_meant() {
        let remote = ["process", "--listen", "0.0.0.0:80"];
        assert!(Line::try_parse_from(remote).unwrap().config.refuse_strangers().is_err());
        let meant =
            Line::try_parse_from(remote.into_iter().chain(["--public-url", "https://register.example"])).unwrap();
        assert!(meant.config.refuse_strangers().is_ok());
        assert!(Config::local("x").refuse_strangers().is_ok());
    }

    #[test]
    fn a_database_s_password_is_not_shown() {
        let url = "postgres://clerk:not-to-be-shown@db/log";
        let config = Line::try_parse_from(["process", "--database-url", url]).unwrap().config;
        assert!(!format!("{config:?}").contains("not-to-be-shown"));
        assert_eq!(config.database_url.unwrap().reveal(), url);
    }
}
