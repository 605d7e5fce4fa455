//! Personal data: restriction, erasure, and that no name or number stands anywhere in clear.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use eventlog::{Context, Order, StreamId, args};
use events::TeacherEvent;
use kernel::vocabulary::Capacity;
use kernel::{Actor, Agent, CommandId, CorrelationId, Day, Reason, TeacherId};
use serde_json::{Value, json};
use teachers::teacher::{Command, Teacher};
use testkit::{Place, Registry, TestApp};

use super::canary::Canary;
use super::stage::Sites;
use super::{on_both, stage};

on_both!(
    who_is_restricted_is_seen_by_themself_and_nobody_of_the_school,
    who_is_erased_is_named_nowhere_and_everybody_else_stands_where_they_stood,
    an_erasure_that_a_process_died_in_is_finished_by_the_next,
    a_restriction_that_a_process_died_in_is_finished_by_the_next,
    nothing_of_anybody_stands_in_clear_anywhere,
);

/// People with names and numbers that occur nowhere else.
const PEOPLE: [(&str, u32, &str); 3] = [
    ("魑魅甲乙", 901, "20193201171000901"),
    ("貔貅丙丁", 902, "20193201171000902"),
    ("麒麟戊己", 903, "20193201171000903"),
];

async fn who_is_restricted_is_seen_by_themself_and_nobody_of_the_school(place: Place) {
    let app = stage::all(place).await;
    let sites = stage::sites(&app).await;
    let people = people(&app, &sites).await;
    let path = format!("/api/v1/teachers/{}", people[0]);
    let hr = app.account("hr-a", Capacity::SchoolHr, Some(&sites.school)).await;
    let teacher = app.teacher_account("teacher-a", &people[0]).await;
    hr.get(&path).await.expect(200);
    let grounds = json!({ "on": "2024-05-01", "reason": "on request" });
    for _ in 0..2 {
        app.write(&format!("{path}/restrictions"), &grounds).await.expect(200);
    }
    let unknown = hr.get("/api/v1/teachers/018f2b6e-0000-7000-8000-000000000000").await.expect(404);
    let closed = hr.get(&path).await.expect(404);
    assert_eq!(closed.body["code"], unknown.body["code"]);
    assert_eq!(closed.body["detail"], unknown.body["detail"]);
    hr.write(&format!("{path}/credentials"), &json!({ "kind": "teacher_certificate", "obtained_on": "2019-06-02" }))
        .await
        .expect(404);
    let seen = teacher.get(&path).await.expect(200);
    assert_eq!((&seen.body["name"], &seen.body["restricted"]), (&json!(PEOPLE[0].0), &json!(true)));
    let export = teacher.get(&format!("{path}/export")).await.expect(200);
    assert!(export.text.contains(&stage::citizen_id(PEOPLE[0].1)) && export.text.contains(PEOPLE[0].2));
    assert_eq!(app.get(&path).await.expect(200).body["name"], Value::Null, "the operator sees no name either");
    let (client, lifting) = (app.client(), format!("{path}/restriction-liftings"));
    client.post(&lifting, "the-first-lifting", &grounds).await.expect(200);
    assert_eq!(hr.get(&path).await.expect(200).body["name"], PEOPLE[0].0);
    // A late retry of what has been overtaken since opens nothing.
    app.write(&format!("{path}/restrictions"), &grounds).await.expect(200);
    let retried = client.post(&lifting, "the-first-lifting", &grounds).await.expect(200);
    assert_eq!(retried.body["replayed"], true);
    assert_eq!(app.get(&path).await.expect(200).body["name"], Value::Null);
    app.write(&lifting, &grounds).await.expect(200);
    assert_eq!(hr.get(&path).await.expect(200).body["name"], PEOPLE[0].0);
    app.stop().await;
}

async fn who_is_erased_is_named_nowhere_and_everybody_else_stands_where_they_stood(place: Place) {
    let app = stage::all(place).await;
    let sites = stage::sites(&app).await;
    let people = people(&app, &sites).await;
    let hr = app.account("hr-a", Capacity::SchoolHr, Some(&sites.school)).await;
    let (coverage, standing) = ("/api/v1/coverage?as_of=2024-01-31", format!("/api/v1/teachers/{}/status", people[1]));
    let figures = app.read(coverage).await["rows"].clone();
    let stood = app.read(&format!("{standing}?as_of=2024-01-31")).await["assessment"].clone();

    erase(&app, &people[0]).await;
    let answers = [
        format!("/api/v1/teachers/{}", people[0]),
        format!("/api/v1/teachers/{}/export", people[0]),
        format!("/api/v1/teachers/{}/duplicates", people[1]),
        "/api/v1/teachers?as_of=2024-01-31".to_owned(),
    ];
    for path in answers {
        let text = app.get(&path).await.expect(200).text;
        for secret in [PEOPLE[0].0, PEOPLE[0].2, &stage::citizen_id(PEOPLE[0].1)] {
            assert!(!text.contains(secret), "{path}: {text}");
        }
    }
    hr.get(&format!("/api/v1/teachers/{}", people[0])).await.expect(404);
    assert_eq!(app.read(coverage).await["rows"], figures);
    assert_eq!(app.read(&format!("{standing}?as_of=2024-01-31")).await["assessment"], stood);
    assert_eq!(app.read(&format!("/api/v1/teachers/{}", people[1])).await["name"], PEOPLE[1].0);

    let report = app.running().app().log().verify(|_| ()).await.unwrap();
    assert_eq!(report.fault, None);
    let views = app.running().app().views().clone();
    for status in views.status() {
        views.catch_up().await.unwrap();
        let before = views.get(status.view).unwrap().digest().await.unwrap();
        views.rebuild(status.view, |_| ()).await.unwrap();
        views.catch_up().await.unwrap();
        assert_eq!(views.get(status.view).unwrap().digest().await.unwrap(), before, "{}", status.view);
    }
    // The number leads to a new person: nobody is brought back.
    let again = json!({ "on": "2024-06-01", "name": PEOPLE[0].0, "citizen_id": stage::citizen_id(PEOPLE[0].1) });
    assert_ne!(app.write("/api/v1/teachers", &again).await.expect(201).id(), people[0]);
    app.stop().await;
}

async fn an_erasure_that_a_process_died_in_is_finished_by_the_next(place: Place) {
    let registry = Registry::new(place);
    let app = stage::all_of(&registry).await;
    let sites = stage::sites(&app).await;
    let person = TeacherId::parse(&people(&app, &sites).await[0]).unwrap();
    record_alone(&app, person, Command::Erase { on: day(), reason: reason() }).await;
    assert_ne!(state(&app, person).await, "Erased");
    app.stop().await;
    let app = registry.start(shuangshi::services()).await;
    until_it_is(&app, person, "Erased").await;
    let mut waited = 0;
    // The files may still be being written anew: whoever asks meanwhile does so too.
    while teachers::follow_everybody(app.running().app()).await.unwrap() > 0 {
        waited += 1;
        assert!(waited < 300, "the erasure is never at its end");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    app.stop().await;
}

async fn a_restriction_that_a_process_died_in_is_finished_by_the_next(place: Place) {
    let registry = Registry::new(place);
    let app = stage::all_of(&registry).await;
    let sites = stage::sites(&app).await;
    let people = people(&app, &sites).await;
    let [restricted, free] = [&people[0], &people[1]].map(|person| TeacherId::parse(person).unwrap());
    let grounds = json!({ "on": "2024-05-01", "reason": "on request" });
    app.write(&format!("/api/v1/teachers/{free}/restrictions"), &grounds).await.expect(200);
    record_alone(&app, restricted, Command::Restrict { on: day(), reason: reason() }).await;
    record_alone(&app, free, Command::LiftRestriction { on: day(), reason: reason() }).await;
    let before = [state(&app, restricted).await, state(&app, free).await];
    assert_eq!(before, ["Active", "Restricted"], "the vault has not followed");
    app.stop().await;
    let app = registry.start(shuangshi::services()).await;
    until_it_is(&app, restricted, "Restricted").await;
    until_it_is(&app, free, "Active").await;
    app.stop().await;
}

/// Puts an event on record as a process does that ends before the vault has followed.
async fn record_alone(app: &TestApp, person: TeacherId, command: Command) {
    let id = CommandId::derived(&format!("{person} {command:?}"));
    let actor = Actor { agent: Agent::parse("local").unwrap(), capacity: Capacity::Operator, organisation: None };
    let context =
        Context { command: id, actor, correlation: CorrelationId::new(id.uuid()), causation: None, key: None };
    let stream = StreamId::of::<TeacherEvent>(person.uuid());
    let order = Order::<Teacher> { stream, command, context, if_version: None, requires: vec![] };
    app.running().app().execute(order).await.unwrap();
}

fn day() -> Day {
    Day::parse("2024-05-01").unwrap()
}

fn reason() -> Reason {
    Reason::parse("on request").unwrap()
}

/// What the vault lets be done with the person's data.
async fn state(app: &TestApp, person: TeacherId) -> String {
    format!("{:?}", app.running().app().vault().state(person).await.unwrap())
}

async fn until_it_is(app: &TestApp, person: TeacherId, expected: &str) {
    let mut waited = 0;
    while state(app, person).await != expected {
        waited += 1;
        assert!(waited < 300, "nobody had the vault follow: {expected}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn nothing_of_anybody_stands_in_clear_anywhere(place: Place) {
    let registry = Registry::new(place);
    let app = stage::all_of(&registry).await;
    let sites = stage::sites(&app).await;
    let people = people(&app, &sites).await;
    exercise(&app, &people).await;
    erase(&app, &people[0]).await;
    app.stop().await;

    let mut canaries = Vec::new();
    for (name, number, certificate) in PEOPLE {
        let number = stage::citizen_id(number);
        canaries.extend([
            Canary::of(name),
            Canary::of(&number),
            Canary::of(certificate),
            Canary::of(&wish(certificate)),
        ]);
    }
    // What may stand in clear is found, or the search would find nothing anywhere.
    let control = Canary::of("T001");
    let (mut places, mut bytes, mut controls) = (0, 0, 0);
    for (place, content) in haystacks(&registry).await {
        places += 1;
        bytes += content.len();
        controls += usize::from(control.is_in(&content));
        for canary in &canaries {
            assert!(!canary.is_in(&content), "{} stands in {place}", canary.text);
        }
    }
    let patterns: usize = canaries.iter().map(|canary| canary.patterns.len()).sum();
    println!("{patterns} patterns searched in {places} files or tables of {bytes} bytes; the control in {controls}");
    assert!(controls > 0, "the control was not found");
}

/// Everything that handles identities, once.
async fn exercise(app: &TestApp, people: &[String]) {
    for (number, (person, (name, citizen, certificate))) in people.iter().zip(PEOPLE).enumerate() {
        let path = format!("/api/v1/teachers/{person}");
        let teacher = app.teacher_account(&format!("teacher-{number}"), person).await;
        let asked = json!({ "on": "2024-05-01", "wish": wish(certificate) });
        teacher.write(&format!("{path}/correction-requests"), &asked).await.expect(200);
        let correction = json!({
            "on": "2024-05-01", "name": name, "citizen_id": stage::citizen_id(citizen), "reason": "checked again",
        });
        app.write(&format!("{path}/identity-corrections"), &correction).await.expect(200);
        for read in ["", "/export", "/export?format=text", "/duplicates", "/status?as_of=2024-01-31"] {
            app.get(&format!("{path}{read}")).await.expect(200);
        }
        app.get(&format!("{path}/comparison/{}", people[(number + 1) % people.len()])).await.expect(200);
        let merge = json!({ "on": "2024-05-01", "reason": wish(certificate) });
        let other = &people[(number + 1) % people.len()];
        app.write(&format!("{path}/merges/{other}"), &merge).await.expect(202);
        // A proposal keeps what it says.
        let erasure = json!({ "on": "2024-05-01", "reason": wish(certificate) });
        app.write(&format!("{path}/erasure"), &erasure).await.expect(202);
    }
    app.read("/api/v1/teachers?as_of=2024-01-31").await;
}

/// A wish as people write them, with what is nobody else's business.
fn wish(certificate: &str) -> String {
    format!("证书编号应为{certificate}号")
}

/// What a registry keeps: every file of its folder, or every table of its database.
async fn haystacks(registry: &Arc<Registry>) -> Vec<(String, Vec<u8>)> {
    if registry.place().is_sqlite() {
        let mut files = Vec::new();
        collect(&registry.config().data, &mut files);
        let read = |file: PathBuf| (file.display().to_string(), std::fs::read(&file).unwrap());
        return files.into_iter().map(read).collect();
    }
    let door = registry.place().back_door().await;
    let tables = door
        .fetch(
            "select table_schema || '.\"' || table_name || '\"' from information_schema.tables \
             where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')",
            args![],
        )
        .await
        .unwrap();
    let mut found = Vec::new();
    for table in tables {
        let table = table.text(0).unwrap().to_owned();
        let sql: &'static str = String::leak(format!("select cast(row_to_json(t) as text) from {table} as t"));
        let mut content = Vec::new();
        for row in door.fetch(sql, args![]).await.unwrap() {
            let text = row.text(0).unwrap();
            content.extend_from_slice(text.as_bytes());
            // Payloads are bytes, which the database writes as hexadecimal digits.
            for piece in text.split("\\\\x").skip(1) {
                let digits: Vec<u8> = piece.bytes().take_while(u8::is_ascii_hexdigit).collect();
                let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
                content.extend(digits.chunks_exact(2).map(byte));
                content.push(b'\n');
            }
        }
        found.push((table, content));
    }
    found
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { collect(&path, files) } else { files.push(path) }
    }
}

/// Three people with everything that makes them eligible, and a certificate with a number.
async fn people(app: &TestApp, sites: &Sites) -> Vec<String> {
    let mut people = Vec::new();
    for (name, number, certificate) in PEOPLE {
        let body = json!({ "on": "2019-09-01", "name": name, "citizen_id": stage::citizen_id(number) });
        let person = app.write("/api/v1/teachers", &body).await.expect(201).id();
        stage::post(app, &person, &sites.school, &format!("{number:09}")).await;
        let held = json!({ "kind": "teacher_certificate", "obtained_on": "2019-06-01", "number": certificate });
        stage::credential(app, &person, held).await;
        let grade = json!({ "kind": "skill_grade", "grade": 3, "obtained_on": "2019-06-01" });
        stage::credential(app, &person, grade).await;
        stage::practice(app, &person, &sites.station).await;
        people.push(person);
    }
    let roster: Vec<&str> = people.iter().map(String::as_str).collect();
    stage::hold(app, &sites.session, &roster).await;
    people
}

async fn erase(app: &TestApp, person: &str) {
    let grounds = json!({ "on": "2024-05-03", "reason": "the period of keeping is over" });
    app.write_seconded(&format!("/api/v1/teachers/{person}/erasure"), &grounds).await.expect(200);
}
