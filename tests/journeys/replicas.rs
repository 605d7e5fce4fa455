//! Two replicas of each service behind the proxy, real processes all: one is killed, all are restarted, and who uses the
//! registry notices nothing.

mod load;

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use apart::Installation;
use dossiers::DossierProjection;
use eventlog::Projection;
use serde_json::json;
use tempfile::TempDir;
use testkit::{Client, Place, Registry};

use super::{installed, program, stage};
use load::{Load, Outcome};

/// The services that take part: one whose facts another one's read model shows.
const SERVICES: [&str; 2] = ["teachers", "qualification"];

/// How often the process that keeps the read model is killed.
const KILLS: usize = 3;

/// How long a read model may stand still when the process that keeps it is killed.
const WITHIN_SECONDS: Duration = Duration::from_secs(10);

/// A registry apart.
struct Apart {
    registry: Arc<Registry>,
    running: Arc<Mutex<Installation>>,
    token: String,
    _folder: TempDir,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killing_and_restarting_replicas_loses_no_acknowledged_fact_and_fails_no_request() {
    let apart = Apart::start().await;
    let url = apart.with(|running| running.url().to_owned()).await;
    let teachers = apart.teachers(&url).await;

    let load = Load::begin(&url, &apart.token, &teachers, 2000);
    let mut longest = Duration::ZERO;
    for round in 1..=KILLS {
        longest = longest.max(apart.kill_the_keeper(&url, &teachers[0], round).await);
    }
    let mut outcome = load.end().await;
    eprintln!("while {KILLS} were killed: {outcome}, {longest:?} at most until a fact was seen");
    assert!(longest < WITHIN_SECONDS, "{longest:?} until a fact was seen");
    assert_eq!(outcome.failed, Vec::<String>::new(), "while replicas were killed");

    let load = Load::begin(&url, &apart.token, &teachers, 2010);
    // Control: who goes to one replica by itself meets closed doors.
    let direct = apart.with(|running| running.url_of("teachers-1").unwrap()).await;
    let control = Load::asking(&direct, &apart.token, &format!("/api/v1/teachers/{}", teachers[0]));
    apart.with(|running| running.restart(|told| eprintln!("{told}")).unwrap()).await;
    let restarted = load.end().await;
    eprintln!("while every replica was restarted: {restarted}");
    assert_eq!(restarted.failed, Vec::<String>::new(), "while replicas were restarted");
    let control = control.end().await;
    let failed = control.failed.len();
    assert!(
        failed > 0 && control.requests > failed as u64,
        "{failed} of {} failed: {:?}",
        control.requests,
        control.failed
    );

    outcome.add(restarted);
    apart.every_fact_is_on_record_once(&outcome).await;
    apart.end().await;
}

impl Apart {
    async fn start() -> Self {
        let registry = Registry::new(Place::postgres().await);
        program::json(&registry, &["account", "open", "load", "--service", "--role", "operator", "--json"]);
        let token =
            program::json(&registry, &["account", "token", "load", "--json"])["token"].as_str().unwrap().to_owned();
        let (running, _folder) = installed::installed(&registry, &SERVICES).await;
        Self { registry, running: Arc::new(Mutex::new(running)), token, _folder }
    }

    /// Does something to the processes, which takes its time.
    async fn with<T: Send + 'static>(&self, work: impl FnOnce(&mut Installation) -> T + Send + 'static) -> T {
        let running = Arc::clone(&self.running);
        tokio::task::spawn_blocking(move || work(&mut running.lock().unwrap())).await.unwrap()
    }

    async fn end(self) {
        tokio::task::spawn_blocking(move || drop(self)).await.unwrap();
    }

    fn client(&self, url: &str, number: u64) -> Client {
        load::client(url, &self.token, number)
    }

    /// The rules of the nation, and people on the register to record facts about.
    async fn teachers(&self, url: &str) -> Vec<String> {
        let (client, mut teachers) = (self.client(url, 1), Vec::new());
        let pack = json!({ "on": "2015-01-01", "content": stage::PACK });
        client.write("/api/v1/rule-packs", &pack).await.expect(201);
        for number in 1..=load::WRITERS {
            let body = json!({
                "on": "2019-09-01", "name": "王小明", "citizen_id": stage::citizen_id(u32::try_from(number).unwrap()),
            });
            teachers.push(client.write("/api/v1/teachers", &body).await.expect(201).id());
        }
        teachers
    }

    /// Kills the process that keeps the dossiers; gives how long it took until a fact recorded after that was seen.
    async fn kill_the_keeper(&self, url: &str, teacher: &str, round: usize) -> Duration {
        let keeper = self.keeper().await;
        let killed = self.with(move |running| {
            let name = running.names().into_iter().find(|name| running.pid(name) == Some(keeper));
            let name = name.expect("one of the replicas keeps the dossiers");
            running.kill(&name).unwrap();
            Instant::now()
        });
        let killed = killed.await;
        let client = self.client(url, 100 + round as u64);
        let breach = json!({ "on": format!("2024-11-0{round}") });
        let written = client.write(&format!("/api/v1/teachers/{teacher}/breaches"), &breach).await.expect(200);
        let position = written.body["position"].as_str().unwrap();
        let path = format!("/api/v1/teachers/{teacher}/status?as_of=2024-12-31&at_least={position}");
        loop {
            let answer = client.get(&path).await;
            if answer.status == 200 {
                break;
            }
            assert!(killed.elapsed() < WITHIN_SECONDS, "the fact is not seen: {} {}", answer.status, answer.text);
        }
        let seen = killed.elapsed();
        assert_ne!(self.keeper().await, keeper, "another one keeps them now");
        self.with(|running| {
            assert_eq!(running.revive().unwrap().len(), 1);
            running.settle().unwrap();
        })
        .await;
        seen
    }

    /// The process that holds the lease of the dossiers.
    async fn keeper(&self) -> u32 {
        let version = DossierProjection.version();
        // Statements are constant text: this one is a constant for as long as the test runs.
        let sql: &'static str = format!("select owner from dossiers_v{version}_g1.checkpoint").leak();
        let row = self.registry.place().back_door().await.fetch(sql, Vec::new()).await.unwrap().remove(0);
        row.text(0).unwrap().trim_start_matches("process ").parse().unwrap()
    }

    async fn every_fact_is_on_record_once(&self, outcome: &Outcome) {
        let log = self.registry.place().open().await;
        let events = log.read(0, eventlog::Position::START, u32::MAX).await.unwrap().events;
        let credentials = events.iter().filter(|event| event.kind == "credential_recorded");
        let mut written: Vec<String> = credentials.map(|event| event.id.to_string()).collect();
        assert!(outcome.recorded.len() > 30, "{} facts were recorded", outcome.recorded.len());
        written.sort_unstable();
        let mut acknowledged = outcome.recorded.clone();
        acknowledged.sort_unstable();
        assert_eq!(written, acknowledged, "what was acknowledged is what is on record");
        assert_eq!(log.verify(|_| ()).await.unwrap().fault, None);
    }
}
