//! A process as it runs in production: on PostgreSQL, under an account that can only read and add.

use eventlog::{EventLog, LogConfig, SideStore, Storage};
use host::{Config, Server};
use reqwest::StatusCode;
use serde_json::{Value, json};
use testkit::Place;

use crate::{header, notes, operator};

const GRANTS: &str = include_str!("../../../../deploy/split/grants.sql");

/// The account of `deploy/split`, and one of the same rights for this test: accounts belong to the whole server.
const ACCOUNT: &str = "shuangshi_service";

#[tokio::test(flavor = "multi_thread")]
async fn a_service_runs_under_an_account_that_cannot_change_the_log() {
    let place = Place::postgres().await;
    let Storage::Postgres { url, .. } = &place.config().storage else { panic!("it is PostgreSQL") };
    let database = url.split('?').next().unwrap().rsplit('/').next().unwrap();
    let account = format!("service_of_{database}");
    place.open().await.close().await;
    EventLog::open(&place.config().beside("readings"), place.clock.clock()).await.unwrap().close().await;
    let role = format!(
        "create role {account} login password 'of a test'; grant connect, create on database {database} to {account};"
    );
    let script: &'static str = Box::leak((role + &GRANTS.replace(ACCOUNT, &account)).into_boxed_str());
    SideStore::open(place.config(), "log", script).await.unwrap();

    let (scheme, rest) = url.split_once("://").unwrap();
    let (_, server) = rest.rsplit_once('@').unwrap();
    let url = format!("{scheme}://{account}:of%20a%20test@{server}");
    serves(&url).await;
    let log = SideStore::open(&LogConfig::postgres(&url), "log", "select 1").await.unwrap();
    assert_eq!(log.fetch("select position from event where category = 'note'", Vec::new()).await.unwrap().len(), 1);
    for change in [
        "update event set kind = 'other'",
        "delete from event",
        "delete from caller_key",
        "delete from head",
        "truncate event",
        "drop table event cascade",
        "alter table event disable trigger all",
    ] {
        assert!(log.execute(change, Vec::new()).await.is_err(), "{change}");
    }
    let away = format!("grant {account} to current_user; drop owned by {account}; drop role {account}");
    SideStore::open(place.config(), "log", Box::leak(away.into())).await.unwrap();
}

/// A write, and what was written.
async fn serves(url: &str) {
    let keys = tempfile::tempdir().unwrap();
    let mut config = Config::local(keys.path());
    config.database_url = Some(url.to_owned().into());
    config.listen = "127.0.0.1:0".parse().unwrap();
    config.workers = Some(1);
    let running = Server::open(&config, vec![notes::service()]).await.unwrap().start().await.unwrap();
    let client = reqwest::Client::new();
    let note = format!("{}/api/notes/{}", running.url(), uuid::Uuid::from_u128(1));
    let write = client.post(note).header("Idempotency-Key", "key-00000001").bearer_auth(operator(&running).await);
    let written = write.json(&json!({ "lines": [{ "text": "kept" }] })).send().await.unwrap();
    assert_eq!(written.status(), StatusCode::CREATED);
    let position = header(&written, "shuangshi-position");
    let read = client.get(format!("{}/api/notes?at_least={position}", running.url())).send().await.unwrap();
    assert_eq!(read.json::<Value>().await.unwrap()["lines"], 1);
    running.stop().await;
}
