//! The log in a schema of PostgreSQL.

use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection, PgListener, PgPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, Row};
use tokio::sync::watch;

use crate::database::server::{LONGEST, Server, in_time};
use crate::database::{Database, looked_at_when_idle};
use crate::store::{Backend, migration};
use crate::{LogConfig, LogPosition, OpenError};

/// How long to listen before it is made sure that somebody is heard: a way that was cut says nothing either.
const LISTENING: Duration = Duration::from_secs(300);

/// How long a server may take to let somebody in who runs a statement of its own.
const LET_IN: Duration = Duration::from_secs(15);

/// How to reach the database.
pub(crate) fn connect_options(url: &str) -> Result<PgConnectOptions, sqlx::Error> {
    Ok(url.parse::<PgConnectOptions>()?.application_name("shuangshi"))
}

pub(crate) async fn open(url: &str, schema: &str, config: &LogConfig) -> Result<Database, OpenError> {
    check_log_name(schema)?;
    let options = connect_options(url)?;
    let looked_at = async {
        let mut connection = options.connect().await?;
        let found = what_is_unsafe(&mut connection).await?;
        connection.close().await?;
        Ok(found)
    };
    if let Some(why) = in_time(config.patience, looked_at).await? {
        return Err(OpenError::Unsafe(why));
    }
    make_schema(&options, schema).await?;
    let pool = looked_at_when_idle(config.patience)
        .max_connections(config.readers.max(2))
        .acquire_timeout(Duration::from_secs(20))
        .idle_timeout(Duration::from_secs(60))
        .connect_with(options.options([
            ("search_path", schema),
            // A log is read in the order of its index. Of a large one the planner would rather sort all of it, on disk, and
            // share that among processes that then wait for whoever reads; and compile it, which takes longer than a page.
            ("enable_sort", "off"),
            ("max_parallel_workers_per_gather", "0"),
            ("jit", "off"),
        ]))
        .await?;
    let database = Database::Postgres(Server { pool, patience: config.patience });
    match migration::migrate(&database, config.partitions).await {
        Ok(()) => Ok(database),
        Err(refusal) => {
            database.close().await;
            Err(refusal)
        }
    }
}

/// The connection that writes, and who serves it.
pub(crate) async fn writer(url: &str, schema: &str) -> Result<(PgConnection, Backend), sqlx::Error> {
    let options = connect_options(url)?.options([
        ("search_path", schema),
        ("lock_timeout", "10s"),
        ("idle_in_transaction_session_timeout", "10s"),
        // The statement that writes takes arrays: to plan it anew for each takes longer than to run it.
        ("plan_cache_mode", "force_generic_plan"),
        // It was planned when the log was short, and a short log is read from end to end: the longer it has grown since, the
        // longer that takes.
        ("enable_seqscan", "off"),
        ("enable_bitmapscan", "off"),
    ]);
    let mut connection = options.connect().await?;
    if matches!(setting(&mut connection, "synchronous_commit").await?.as_str(), "off" | "local") {
        connection.execute("set synchronous_commit = on").await?;
    }
    let backend = Backend::of(&mut connection).await?;
    Ok((connection, backend))
}

/// Makes the schema, when it is not there. Two who do so at once both succeed.
pub(crate) async fn make_schema(options: &PgConnectOptions, schema: &str) -> Result<(), OpenError> {
    check_name(schema)?;
    let text =
        format!("begin; select pg_advisory_xact_lock(5571230488); create schema if not exists \"{schema}\"; commit");
    Ok(run(options, text).await?)
}

/// Makes an empty database that is fit for a log, on the server of `url`; answers how to reach it. Needs the right to
/// make databases.
///
/// # Errors
/// When the name is not 1 to 60 lower-case letters, digits or `_`, there is such a database, or the server refuses.
pub async fn create_database(url: &str, name: &str) -> Result<String, OpenError> {
    check_name(name)?;
    let options = connect_options(url)?;
    let text = format!(
        "create database \"{name}\" encoding 'UTF8' lc_collate 'C.UTF-8' lc_ctype 'C.UTF-8' template template0"
    );
    run(&options, text).await?;
    Ok(options.database(name).to_url_lossy().into())
}

/// Drops a schema that this crate made for a view, with its tables.
pub(crate) async fn drop_schema(options: &PgConnectOptions, schema: &str) -> Result<(), sqlx::Error> {
    run(options, format!("drop schema if exists \"{schema}\" cascade")).await
}

/// Runs a statement over a connection of its own, for as long as that takes once the server has let us in.
async fn run(options: &PgConnectOptions, statement: String) -> Result<(), sqlx::Error> {
    let mut connection = in_time(LET_IN, options.connect()).await?;
    in_time(LONGEST, sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection)).await?;
    in_time(LET_IN, connection.close()).await
}

/// Names are put into statements as they are, so they are plain.
fn check_name(name: &str) -> Result<(), OpenError> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if name.is_empty() || name.len() > 60 || !name.chars().all(plain) {
        return Err(OpenError::Configuration(format!("{name:?} is no name for a schema or database")));
    }
    Ok(())
}

/// A log's name ends those of its views' schemas, which must never be another log's: so it has letters only.
fn check_log_name(name: &str) -> Result<(), OpenError> {
    if name.is_empty() || name.len() > 20 || !name.chars().all(|c| c.is_ascii_lowercase()) {
        return Err(OpenError::Configuration(format!("{name:?} is no name for a log")));
    }
    Ok(())
}

/// Why a server must not have a log, if it must not: it would acknowledge what it may lose, or change what it is given.
async fn what_is_unsafe(connection: &mut PgConnection) -> Result<Option<String>, sqlx::Error> {
    for name in ["fsync", "full_page_writes"] {
        if setting(connection, name).await? != "on" {
            return Ok(Some(format!("PostgreSQL runs with {name} off")));
        }
    }
    let encoding = setting(connection, "server_encoding").await?;
    Ok((encoding != "UTF8").then(|| format!("the database is in {encoding}, not UTF8")))
}

async fn setting(connection: &mut PgConnection, name: &str) -> Result<String, sqlx::Error> {
    sqlx::query("select current_setting($1)").bind(name).fetch_one(connection).await?.try_get(0)
}

/// Hears from other processes how far the log is, until the server is silent or goes away. What it misses, a poll behind it
/// finds.
pub(crate) async fn listen(
    url: &str,
    channel: &str,
    heads: &Arc<watch::Sender<LogPosition>>,
) -> Result<(), sqlx::Error> {
    let pool = PgPoolOptions::new().max_connections(1).connect_with(connect_options(url)?).await?;
    let mut listener = PgListener::connect_with(&pool).await?;
    in_time(LISTENING, listener.listen(channel)).await?;
    loop {
        let notification = in_time(LISTENING, listener.recv()).await?;
        if let Ok(position) = notification.payload().parse::<LogPosition>() {
            heads.send_if_modified(|known| known.merge(&position));
        }
    }
}
