//! Several processes over one database.

use std::sync::Arc;
use std::time::Duration;

use access::{Access, AccessProjection};
use eventlog::{Expected, Views, WorkerOptions};
use serde_json::json;
use testkit::behaviour::counter::{append, counter};
use testkit::{Place, Registry, TestApp};

use super::stage;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_process_records_another_reads_at_once() {
    let registry = Registry::new(Place::postgres().await);
    let here = stage::all_of(&registry).await;
    let there = registry.start(shuangshi::services()).await;
    let sites = stage::sites(&here).await;
    for number in 1..=5 {
        let (one, other) = if number % 2 == 0 { (&here, &there) } else { (&there, &here) };
        let person = stage::eligible(one, &sites, number).await;
        let answer = read(other, &format!("/api/v1/teachers/{}/status?as_of=2023-06-30", person.teacher), one).await;
        assert_eq!(answer["assessment"]["status"]["status"], "eligible");
        let table = read(other, "/api/v1/coverage?as_of=2023-06-30", one).await;
        assert_eq!(table["rows"][0]["eligible"], number);
    }
    here.stop().await;
    there.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_no_is_decided_again_on_what_another_process_has_just_acknowledged() {
    // Files bring no news by themselves: the other process hears of them at its next look only.
    let place = Place::sqlite();
    let (writer, reader) = (place.open().await, place.open().await);
    let views = Views::start(&reader, vec![Arc::new(AccessProjection)], WorkerOptions::default()).await.unwrap();
    views.catch_up().await.unwrap();
    let access = Access::new(views.get(AccessProjection::NAME).unwrap(), reader.clone());
    let acknowledged = writer.append(append("news", &[(counter(1), Expected::None)])).await.unwrap().position;
    assert!(!reader.head().covers(&acknowledged), "control: it has not heard yet");
    access.caught_up(Duration::from_secs(5)).await.unwrap();
    assert!(access.position().covers(&acknowledged));
    views.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_request_sent_to_two_processes_is_recorded_once() {
    let registry = Registry::new(Place::postgres().await);
    let here = stage::all_of(&registry).await;
    let there = registry.start(shuangshi::services()).await;
    let teacher = stage::teacher(&here, 1).await;
    let before = here.running().app().head().events();
    let path = format!("/api/v1/teachers/{teacher}/credentials");
    for day in 1..=9 {
        let body = json!({ "kind": "teacher_certificate", "obtained_on": format!("2018-06-0{day}") });
        let key = format!("key-0000000{day}");
        let (one, other) = tokio::join!(here.post(&path, &key, &body), there.post(&path, &key, &body));
        assert_eq!(one.expect(200).event(), other.expect(200).event());
    }
    let last = there.get(&format!("/api/v1/teachers/{teacher}")).await.expect(200);
    assert_eq!(last.body["facts"].as_array().unwrap().len(), 9, "{}", last.text);
    assert_eq!(here.running().app().head().events().max(there.running().app().head().events()), before + 9);
    here.stop().await;
    there.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn services_in_processes_of_their_own_are_the_same_program() {
    let registry = Registry::new(Place::postgres().await);
    let mut processes = Vec::new();
    for service in shuangshi::services() {
        processes.push((service.name, registry.start(vec![service]).await));
    }
    let of = |name: &str| &processes.iter().find(|(service, _)| *service == name).unwrap().1;
    let (teachers, training, practice) = (of("teachers"), of("training"), of("practice"));
    stage::publish_pack(of("qualification")).await;
    let school = stage::school(teachers, "4132010835", "320100").await;
    let base = stage::site(practice, "B-JS-01", "training_base").await;
    let station = stage::site(practice, "S-JS-11", "practice_station").await;
    let teacher = stage::teacher(teachers, 1).await;
    stage::post(teachers, &teacher, &school, "000000001").await;
    for body in [
        json!({ "kind": "teacher_certificate", "obtained_on": "2019-06-01" }),
        json!({ "kind": "technical_title", "rank": "assistant", "obtained_on": "2019-06-01" }),
    ] {
        stage::credential(teachers, &teacher, body).await;
    }
    stage::practice(practice, &teacher, &station).await;
    let session = stage::session(training, &base, "T001").await;
    stage::hold(training, &session, &[&teacher]).await;
    let path = format!("/api/v1/teachers/{teacher}/status?as_of=2023-06-30");
    let status = read(of("qualification"), &path, training).await;
    assert_eq!(status["assessment"]["status"]["status"], "eligible");
    let table = read(of("coverage"), "/api/v1/coverage?as_of=2023-06-30", training).await;
    assert_eq!(table["rows"][0]["eligible"], 1);
    for (_, process) in processes {
        process.stop().await;
    }
}

/// Reads at one process what is at least as new as another one's log.
async fn read(at: &TestApp, path: &str, written_at: &TestApp) -> serde_json::Value {
    let joint = if path.contains('?') { '&' } else { '?' };
    at.get(&format!("{path}{joint}at_least={}", written_at.position())).await.expect(200).body
}
