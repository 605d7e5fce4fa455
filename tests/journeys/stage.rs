//! What a journey begins with: a process with the rule pack published, and schools, sites and people put on its register.

use serde_json::{Value, json};
use testkit::{Place, Registry, TestApp};

/// The national pack, as it is shipped.
pub const PACK: &str = include_str!("../../shared/standards/data/national-basic.v1.json");

/// A process of all services over a registry of its own, with the national pack in force.
pub async fn all(place: Place) -> TestApp {
    all_of(&Registry::new(place)).await
}

/// A process of all services over this registry, with the national pack in force.
pub async fn all_of(registry: &std::sync::Arc<Registry>) -> TestApp {
    let app = registry.start(shuangshi::services()).await;
    publish_pack(&app).await;
    app
}

/// Publishes the national pack; gives its id.
pub async fn publish_pack(app: &TestApp) -> String {
    app.write("/api/v1/rule-packs", &json!({ "on": "2015-01-01", "content": PACK })).await.id()
}

/// Puts a school on the register.
pub async fn school(app: &TestApp, code: &str, division: &str) -> String {
    let profile = json!({
        "kind": "school", "name": format!("学校{code}"), "school_code": code, "education_level": "higher",
        "division": division,
    });
    app.write("/api/v1/organisations", &json!({ "on": "2010-09-01", "profile": profile })).await.expect(201).id()
}

/// Approves a site from 2018 on, without end.
pub async fn site(app: &TestApp, code: &str, kind: &str) -> String {
    let profile = json!({ "code": code, "name": format!("基地{code}"), "kind": kind, "division": "320100" });
    let body = json!({ "profile": profile, "period": { "from": "2018-01-01" } });
    app.write("/api/v1/sites", &body).await.expect(201).id()
}

/// Puts an invented person on the register.
pub async fn teacher(app: &TestApp, number: u32) -> String {
    let body = json!({ "on": "2019-09-01", "name": "王小明", "citizen_id": citizen_id(number) });
    app.write("/api/v1/teachers", &body).await.expect(201).id()
}

/// Gives a person a post from September 2019 on.
pub async fn post(app: &TestApp, teacher: &str, school: &str, staff_number: &str) {
    let body = json!({
        "school": school, "staff_number": staff_number, "employment": "full_time", "role": "specialised",
        "specialty": "460103", "period": { "from": "2019-09-01" },
    });
    app.write(&format!("/api/v1/teachers/{teacher}/posts"), &body).await.expect(200);
}

/// Records a credential; gives its event.
pub async fn credential(app: &TestApp, teacher: &str, credential: Value) -> String {
    app.write(&format!("/api/v1/teachers/{teacher}/credentials"), &credential).await.expect(200).event()
}

/// Records 184 days of completed practice from 1 July 2022 on.
pub async fn practice(app: &TestApp, teacher: &str, station: &str) {
    let start = json!({ "on": "2022-07-01", "teacher": teacher, "site": station, "form": "post" });
    let placement = app.write("/api/v1/placements", &start).await.expect(201).id();
    let end = json!({ "last_day": "2022-12-31", "result": "pass" });
    app.write(&format!("/api/v1/placements/{placement}/completion"), &end).await.expect(200);
}

/// Schedules a session of 40 hours in August 2022.
pub async fn session(app: &TestApp, base: &str, code: &str) -> String {
    let programme = json!({
        "base": base, "code": code, "title": "教师能力提升", "tier": "national", "theme": "specialty",
        "mode": "face_to_face", "dates": { "from": "2022-08-01", "to": "2022-08-05" }, "hours": 40,
    });
    app.write("/api/v1/sessions", &programme).await.expect(201).id()
}

/// Records who attended a session, each for all its hours.
pub async fn hold(app: &TestApp, session: &str, teachers: &[&str]) {
    let roster: Vec<_> = teachers.iter().map(|teacher| json!({ "teacher": teacher, "hours": 40 })).collect();
    let body = json!({ "on": "2022-08-05", "roster": roster });
    app.write(&format!("/api/v1/sessions/{session}/roster"), &body).await.expect(200);
}

/// What makes up an eligible person.
pub struct Eligible {
    pub teacher: String,
    pub certificate: String,
}

/// What eligible people share.
pub struct Sites {
    pub school: String,
    pub base: String,
    pub station: String,
    pub session: String,
}

/// A school, a base with a session, and a station.
pub async fn sites(app: &TestApp) -> Sites {
    let school = school(app, "4132010835", "320100").await;
    let base = site(app, "B-JS-01", "training_base").await;
    let station = site(app, "S-JS-11", "practice_station").await;
    let session = session(app, &base, "T001").await;
    Sites { school, base, station, session }
}

/// A person who meets every criterion from 2023 to the middle of 2027.
pub async fn eligible(app: &TestApp, sites: &Sites, number: u32) -> Eligible {
    let teacher = teacher(app, number).await;
    post(app, &teacher, &sites.school, &format!("{number:09}")).await;
    let held = json!({ "kind": "teacher_certificate", "obtained_on": "2019-06-01" });
    let certificate = credential(app, &teacher, held).await;
    credential(app, &teacher, json!({ "kind": "skill_grade", "grade": 3, "obtained_on": "2019-06-01" })).await;
    practice(app, &teacher, &sites.station).await;
    hold(app, &sites.session, &[&teacher]).await;
    Eligible { teacher, certificate }
}

/// Where a person stands on a day, as known now.
pub async fn status(app: &TestApp, teacher: &str, day: &str) -> Value {
    app.read(&format!("/api/v1/teachers/{teacher}/status?as_of={day}")).await
}

/// Whether every criterion is met, and if not, which are missing.
pub async fn missing(app: &TestApp, teacher: &str, day: &str) -> Vec<String> {
    let status = status(app, teacher, day).await;
    let missing = status["assessment"]["missing"].as_array().unwrap().iter();
    missing.map(|missing| missing["criterion"].as_str().unwrap_or("post").to_owned()).collect()
}

/// An invented id number with a true check digit.
pub fn citizen_id(number: u32) -> String {
    let body = format!("32010119800101{:03}", number % 1_000);
    let digits = body.chars().filter_map(|digit| digit.to_digit(10));
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = digits.zip(weights).map(|(digit, weight)| digit * weight).sum();
    let check = ["1", "0", "X", "9", "8", "7", "6", "5", "4", "3", "2"][sum as usize % 11];
    format!("{body}{check}")
}
