//! Decisions of one meeting, in one batch: checked whole, approved by a second person, recorded once.

mod meeting;
mod schools;

use kernel::vocabulary::Capacity;
use kernel::{CorrelationId, ProposalId};
use qualification::batch::{self, Batch, Deciding};
use serde_json::{Value, json};
use testkit::{Place, Registry};

use super::{on_both, program, stage};
use meeting::{Meeting, approve_only, department, listed, log_of, operator, plain, provincial_pack, state, two_hats};

on_both!(
    a_batch_with_one_bad_row_changes_nothing_and_names_every_fault,
    a_batch_is_recorded_once_a_second_person_has_approved_it,
    a_batch_that_was_cut_off_is_finished_by_sending_it_again,
    a_batch_is_void_once_anything_it_decides_on_has_moved,
    whoever_is_out_of_reach_is_in_no_batch_and_cannot_be_told_from_nobody,
    nobody_decides_on_what_is_about_themself_or_was_asked_for_by_them,
    a_batch_by_a_province_s_pack_is_valid_for_as_long_as_that_says,
    open_applications_are_listed_within_reach_page_by_page,
    a_committee_s_sheet_is_recorded_from_a_file,
);

const BATCHES: &str = "/api/v1/recognition-batches";
const NOBODY: &str = "018f2b6e-0000-7000-8000-000000000000";

async fn a_batch_with_one_bad_row_changes_nothing_and_names_every_fault(place: Place) {
    let meeting = Meeting::of(place, 50).await;
    let mut body = meeting.batch();
    body["decisions"][17]["level"] = json!("senior");
    body["decisions"][23] = json!({ "recognition": meeting.applications[23], "outcome": "refused" });
    body["decisions"][31] = body["decisions"][30].clone();
    body["decisions"][40]["recognition"] = json!(NOBODY);
    let position = meeting.app.position();
    let refused = meeting.app.write(BATCHES, &body).await.expect(422);
    assert_eq!(refused.body["rejection"], "faulty_batch");
    let faults = refused.body["errors"].as_array().unwrap().iter();
    let fields: Vec<&str> = faults.map(|fault| fault["where"]["field"].as_str().unwrap()).collect();
    let expected =
        ["decisions[17].level", "decisions[23].reason", "decisions[31].recognition", "decisions[40].recognition"];
    assert_eq!(fields, expected);
    assert_eq!(meeting.app.position(), position);

    let mut terms = meeting.batch();
    terms["cut_off"] = json!("2023-07-02");
    terms["pack"] = json!(NOBODY);
    let refused = meeting.app.write(BATCHES, &terms).await.expect(422);
    let faults: Vec<String> =
        refused.body["errors"].as_array().unwrap().iter().map(|fault| fault["where"]["field"].to_string()).collect();
    assert!(faults.contains(&"\"cut_off\"".to_owned()) && faults.contains(&"\"pack\"".to_owned()), "{faults:?}");
    terms["decisions"] = json!([]);
    meeting.app.write(BATCHES, &terms).await.expect(422);
    assert_eq!(meeting.app.position(), position);
    meeting.app.stop().await;
}

async fn a_batch_is_recorded_once_a_second_person_has_approved_it(place: Place) {
    let meeting = Meeting::of(place, 6).await;
    let app = &meeting.app;
    let mut body = meeting.batch();
    body["decisions"][5] =
        json!({ "teacher": meeting.teachers[5], "level": "junior", "outcome": "refused", "reason": "证书已过期" });
    let proposal = app.write(BATCHES, &body).await.expect(202).id();
    for application in &meeting.applications {
        assert_eq!(state(app, application).await, "applied", "nothing is recorded by one");
    }
    let own = app.client().approve(&proposal, BATCHES, &body).await;
    assert_eq!((own.status, own.body["rejection"].as_str()), (422, Some("same_person")), "{}", own.text);

    let second = app.account("operator-2", Capacity::Operator, None).await;
    let decided = second.approve(&proposal, BATCHES, &body).await.expect(200).body;
    assert_eq!((&decided["recorded"], &decided["known"], &decided["overtaken"]), (&json!(6), &json!(0), &json!(0)));
    let shown = app.read(&format!("/api/v1/recognitions/{}", meeting.applications[0])).await;
    assert_eq!(
        (&shown["state"], &shown["level"], &shown["cut_off"]),
        (&json!("granted"), &json!("junior"), &json!("2023-06-15"))
    );
    // As long as the pack allows.
    assert_eq!(shown["review_due"], "2028-06-30");
    assert_eq!(shown["document"], "教师〔2023〕7号");
    let refused = app.read(&format!("/api/v1/recognitions/{}", meeting.applications[5])).await;
    assert_eq!((&refused["state"], &refused["history"][1]["reason"]), (&json!("refused"), &json!("证书已过期")));
    let standing = stage::status(app, &meeting.teachers[0], "2023-07-01").await;
    assert_eq!(standing["assessment"]["standing"]["recognition"]["phase"], "in_force");

    // Sent again, by whomever and however often, it doubles nothing.
    let (position, log) = (app.position(), log_of(&meeting).await);
    let again = second.approve(&proposal, BATCHES, &body).await.expect(200).body;
    assert_eq!((&again["recorded"], &again["known"]), (&json!(0), &json!(6)));
    let anew = app.write(BATCHES, &body).await.expect(200).body;
    assert_eq!((&anew["recorded"], &anew["known"]), (&json!(0), &json!(6)));
    assert_eq!(log_of(&meeting).await, log);
    assert_eq!(app.position(), position, "not even another approval");
    meeting.app.stop().await;
}

async fn a_batch_that_was_cut_off_is_finished_by_sending_it_again(place: Place) {
    let meeting = Meeting::of(place, 50).await;
    let app = &meeting.app;
    let body = meeting.batch();
    let proposed = app.write(BATCHES, &body).await.expect(202);
    let proposal = proposed.id();
    let second = app.account("operator-2", Capacity::Operator, None).await;
    approve_only(app, &proposal, proposed.body["digest"].as_str().unwrap(), "operator-2").await;
    // What a process that was killed in the middle has left: the first rows, under the ids that follow from the proposal.
    let mut half = body.clone();
    half["decisions"].as_array_mut().unwrap().truncate(25);
    let half: Batch = serde_json::from_value(half).unwrap();
    let (process, actor) = (app.running().app(), operator("operator-2"));
    let deciding = Deciding::Machine { actor: &actor, today: process.today() };
    let command = batch::command_of(ProposalId::parse(&proposal).unwrap());
    let checked = batch::check(process, deciding, &half, Some(command)).await.unwrap();
    let recorded = batch::record(process, deciding, checked, command, None).await.unwrap();
    assert_eq!((recorded.recorded, recorded.known), (25, 0));
    // One of them goes on before the rest is there.
    let review = json!({ "on": "2023-08-01", "review_due": "2028-07-31" });
    let reviewed = format!("/api/v1/recognitions/{}/review", meeting.applications[3]);
    app.write_seconded(&reviewed, &review).await.expect(200);

    let finished = second.approve(&proposal, BATCHES, &body).await.expect(200).body;
    assert_eq!((&finished["recorded"], &finished["known"]), (&json!(25), &json!(25)));
    let log = log_of(&meeting).await;
    let granted = log.iter().filter(|(kind, _)| kind == "granted").collect::<Vec<_>>();
    assert_eq!(granted.len(), 50, "every one once");
    let correlation = CorrelationId::new(command.uuid()).to_string();
    assert!(granted.iter().all(|(_, correlated)| *correlated == correlation), "they all belong together");
    let again = second.approve(&proposal, BATCHES, &body).await.expect(200).body;
    assert_eq!((&again["recorded"], &again["known"]), (&json!(0), &json!(50)));
    assert_eq!(log_of(&meeting).await, log);
    meeting.app.stop().await;
}

async fn a_batch_is_void_once_anything_it_decides_on_has_moved(place: Place) {
    let meeting = Meeting::of(place, 3).await;
    let app = &meeting.app;
    let body = meeting.batch();
    let proposal = app.write(BATCHES, &body).await.expect(202).id();
    let refusal = json!({ "on": "2023-06-30", "authority": meeting.authority, "reason": "withdrawn by the teacher" });
    let path = format!("/api/v1/recognitions/{}/refusal", meeting.applications[2]);
    app.write_seconded(&path, &refusal).await.expect(200);
    let second = app.account("operator-2", Capacity::Operator, None).await;
    let refused = second.approve(&proposal, BATCHES, &body).await.expect(422);
    assert_eq!(refused.body["errors"][0]["where"]["field"], "decisions[2].recognition");
    assert_eq!(state(app, &meeting.applications[0]).await, "applied");
    // Open again as it was, it is still not what was proposed.
    for (step, body) in [
        ("appeal", json!({ "on": "2023-06-30", "reason": "it was not" })),
        ("appeal-resolution", json!({ "on": "2023-07-01", "upheld": true, "reason": "it was not" })),
    ] {
        let path = format!("/api/v1/recognitions/{}/{step}", meeting.applications[2]);
        app.write_seconded(&path, &body).await.expect(200);
    }
    second.approve(&proposal, BATCHES, &body).await.expect(412);
    assert_eq!(state(app, &meeting.applications[0]).await, "applied");
    meeting.app.stop().await;
}

async fn whoever_is_out_of_reach_is_in_no_batch_and_cannot_be_told_from_nobody(place: Place) {
    let meeting = Meeting::of(place, 2).await;
    let app = &meeting.app;
    let there = stage::school(app, "4135010012", "350100").await;
    let far = department(app, "榕城教育局", "350100").await;
    let elsewhere = stage::teacher(app, 90).await;
    stage::post(app, &elsewhere, &there, "000000090").await;
    let applied = meeting.apply(&elsewhere).await;
    let city = app.account("city", Capacity::CityAuthority, Some(&meeting.authority)).await;
    let named = |row: Value| {
        let mut body = meeting.batch();
        body["decisions"][1] = row;
        body
    };
    let mut answers = Vec::new();
    for row in [
        json!({ "recognition": applied, "outcome": "granted" }),
        json!({ "recognition": NOBODY, "outcome": "granted" }),
    ] {
        answers.push(plain(&city.write(BATCHES, &named(row)).await.expect(422)));
    }
    for row in [
        json!({ "teacher": elsewhere, "level": "junior", "outcome": "granted" }),
        json!({ "teacher": NOBODY, "level": "junior", "outcome": "granted" }),
    ] {
        answers.push(plain(&city.write(BATCHES, &named(row)).await.expect(422)));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[2], answers[3]);
    // Nor does it decide in the name of another body, or another body in its city's.
    let mut foreign = meeting.batch();
    foreign["authority"] = json!(far);
    assert_eq!(city.write(BATCHES, &foreign).await.status, 403, "organisations are there for everybody to see");
    let other = app.account("far", Capacity::CityAuthority, Some(&far)).await;
    foreign["authority"] = json!(far);
    let refused = other.write(BATCHES, &foreign).await.expect(422);
    assert_eq!(refused.body["errors"].as_array().unwrap().len(), 2, "{}", refused.text);
    // A person without an application is not applied for by whoever decides.
    let idle = stage::teacher(app, 91).await;
    stage::post(app, &idle, &meeting.school, "000000091").await;
    let row = json!({ "teacher": idle, "level": "junior", "outcome": "granted" });
    let refused = city.write(BATCHES, &named(row)).await.expect(422);
    assert_eq!(refused.body["errors"][0]["why"], "the teacher has no open application at this level");
    let proposal = city.write(BATCHES, &meeting.batch()).await.expect(202).id();
    let colleague = app.account("colleague", Capacity::CityAuthority, Some(&meeting.authority)).await;
    let decided = colleague.approve(&proposal, BATCHES, &meeting.batch()).await.expect(200);
    assert_eq!(decided.body["recorded"], 2);
    meeting.app.stop().await;
}

async fn nobody_decides_on_what_is_about_themself_or_was_asked_for_by_them(place: Place) {
    let meeting = Meeting::of(place, 2).await;
    let app = &meeting.app;
    // An official of the department who also teaches.
    let person = kernel::TeacherId::parse(&meeting.teachers[0]).unwrap();
    let official = two_hats(app, "official", Some(person), &[(Capacity::CityAuthority, &meeting.authority)]).await;
    let grant = json!({
        "on": "2023-07-01", "level": "junior", "authority": meeting.authority, "review_due": "2028-06-30",
    });
    let path = |index: usize, step: &str| format!("/api/v1/recognitions/{}/{step}", meeting.applications[index]);
    let refused = official.write(&path(0, "grant"), &grant).await.expect(422);
    assert_eq!(refused.body["rejection"], "proposer_is_the_subject");
    let refused = official.write(BATCHES, &meeting.batch()).await.expect(422);
    assert_eq!(refused.body["errors"][0]["why"], "nobody decides about themself");
    assert_eq!(refused.body["errors"].as_array().unwrap().len(), 1);
    // Nor do they approve it as the second person.
    let colleague = app.account("colleague", Capacity::CityAuthority, Some(&meeting.authority)).await;
    let proposal = colleague.write(&path(0, "grant"), &grant).await.expect(202).id();
    let refused = official.approve(&proposal, &path(0, "grant"), &grant).await.expect(422);
    assert_eq!(refused.body["rejection"], "approver_is_the_subject");
    // Whoever applied for somebody as the school does not decide as the department.
    let roles = [(Capacity::SchoolHr, meeting.school.as_str()), (Capacity::CityAuthority, meeting.authority.as_str())];
    let both = two_hats(app, "both", None, &roles).await;
    let applicant = stage::teacher(app, 92).await;
    stage::post(app, &applicant, &meeting.school, "000000092").await;
    let body = meeting.application(&applicant);
    let applied = both.write("/api/v1/recognitions", &body).await.expect(201).id();
    let refused = both.write(&format!("/api/v1/recognitions/{applied}/grant"), &grant).await.expect(422);
    assert_eq!(refused.body["rejection"], "own_request");
    let mut body = meeting.batch();
    body["decisions"][0]["recognition"] = json!(applied);
    let refused = both.write(BATCHES, &body).await.expect(422);
    assert_eq!(refused.body["errors"][0]["why"], "whoever applied or appealed does not decide on it");
    app.write_seconded(&format!("/api/v1/recognitions/{applied}/grant"), &grant).await.expect(200);
    // Nor do they review it.
    let review = json!({ "on": "2024-07-01", "review_due": "2029-06-30" });
    let refused = both.write(&format!("/api/v1/recognitions/{applied}/review"), &review).await.expect(422);
    assert_eq!(refused.body["rejection"], "own_request");
    colleague.write(&format!("/api/v1/recognitions/{applied}/review"), &review).await.expect(202);
    meeting.app.stop().await;
}

async fn a_batch_by_a_province_s_pack_is_valid_for_as_long_as_that_says(place: Place) {
    let mut meeting = Meeting::of(place, 1).await;
    let fujian = provincial_pack(&meeting.app).await;
    let teacher = stage::teacher(&meeting.app, 93).await;
    stage::post(&meeting.app, &teacher, &meeting.school, "000000093").await;
    meeting.pack = fujian;
    meeting.applications = vec![meeting.apply(&teacher).await];
    let mut body = meeting.batch();
    body["on"] = json!("2024-07-01");
    let mut longer = body.clone();
    longer["review_due"] = json!("2029-07-02");
    let refused = meeting.app.write(BATCHES, &longer).await.expect(422);
    assert_eq!(refused.body["errors"][0]["where"]["field"], "review_due", "{}", refused.text);
    meeting.app.write_seconded(BATCHES, &body).await.expect(200);
    let shown = meeting.app.read(&format!("/api/v1/recognitions/{}", meeting.applications[0])).await;
    assert_eq!((&shown["state"], &shown["review_due"]), (&json!("granted"), &json!("2029-06-30")));
    // A school's appeal is decided by others than who lodged it, and so is what follows.
    let roles = [(Capacity::SchoolHr, meeting.school.as_str()), (Capacity::CityAuthority, meeting.authority.as_str())];
    let both = two_hats(&meeting.app, "both", None, &roles).await;
    let path = |step: &str| format!("/api/v1/recognitions/{}/{step}", meeting.applications[0]);
    let revoked = json!({ "on": "2025-01-01", "reason": "evidence was false" });
    meeting.app.write_seconded(&path("revocation"), &revoked).await.expect(200);
    both.write(&path("appeal"), &json!({ "on": "2025-01-02", "reason": "it was not" })).await.expect(200);
    let upheld = json!({ "on": "2025-02-01", "upheld": true, "reason": "it was not" });
    meeting.app.write_seconded(&path("appeal-resolution"), &upheld).await.expect(200);
    let again = json!({ "on": "2025-02-02", "authority": meeting.authority, "reason": "it never should have been" });
    assert_eq!(both.write(&path("reinstatement"), &again).await.expect(422).body["rejection"], "own_request");
    meeting.app.write_seconded(&path("reinstatement"), &again).await.expect(200);
    meeting.app.stop().await;
}

async fn open_applications_are_listed_within_reach_page_by_page(place: Place) {
    let meeting = Meeting::of(place, 5).await;
    let app = &meeting.app;
    let there = stage::school(app, "4135010012", "350100").await;
    let elsewhere = stage::teacher(app, 90).await;
    stage::post(app, &elsewhere, &there, "000000090").await;
    let far = meeting.apply(&elsewhere).await;
    let all = app.read("/api/v1/recognitions?state=applied").await;
    assert_eq!(all["items"].as_array().unwrap().len(), 6);
    let here = app.read("/api/v1/recognitions?area=320100").await;
    assert_eq!(here["items"].as_array().unwrap().len(), 5);
    let city = app.account("city", Capacity::CityAuthority, Some(&meeting.authority)).await.with_purpose("recognition");
    let (mut found, mut after) = (Vec::new(), String::new());
    loop {
        let page = city.get(&format!("/api/v1/recognitions?limit=2{after}")).await.expect(200).body;
        let rows = page["items"].as_array().unwrap().iter();
        found.extend(rows.map(|row| row["recognition"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    let mut expected = meeting.applications.clone();
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
    // What is decided is no longer open; what an appeal opens again is.
    let refusal = json!({ "on": "2023-07-01", "authority": meeting.authority, "reason": "evidence is missing" });
    app.write_seconded(&format!("/api/v1/recognitions/{far}/refusal"), &refusal).await.expect(200);
    assert_eq!(listed(app, "applied").await, 5);
    assert_eq!(listed(app, "refused").await, 1);
    let appeal = json!({ "on": "2023-07-02", "reason": "it is all there" });
    app.write(&format!("/api/v1/recognitions/{far}/appeal"), &appeal).await.expect(200);
    let upheld = json!({ "on": "2023-08-02", "upheld": true, "reason": "it is" });
    app.write_seconded(&format!("/api/v1/recognitions/{far}/appeal-resolution"), &upheld).await.expect(200);
    assert_eq!(listed(app, "applied").await, 6);
    let school = app.account("school", Capacity::SchoolHr, Some(&there)).await;
    let own = school.get("/api/v1/recognitions").await.expect(200).body;
    assert_eq!((&own["items"][0]["recognition"], own["items"].as_array().unwrap().len()), (&json!(far), 1));
    meeting.app.stop().await;
}

async fn a_committee_s_sheet_is_recorded_from_a_file(place: Place) {
    let registry = Registry::new(place);
    program::import(&registry);
    let list = ["teachers", "list", "--as-of", "2024-06-30", "--status", "eligible", "--json"];
    let listed = program::json(&registry, &list);
    let teachers: Vec<&str> =
        listed["teachers"].as_array().unwrap().iter().map(|row| row["teacher"].as_str().unwrap()).collect();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("meeting.csv");
    let terms = ["--authority", "闽江双师认定专家委员会", "--on", "2024-07-01", "--cut-off", "2024-06-15"];
    let at = ["--division", "350100"];
    let run = |rows: &[String], more: &[&str]| {
        std::fs::write(&file, format!("教师,等级,结论,理由\n{}\n", rows.join("\n"))).unwrap();
        let line = [["recognise", "batch", file.to_str().unwrap()].as_slice(), &terms, more].concat();
        program::output(&registry, &line)
    };
    let mut rows: Vec<String> = teachers.iter().take(3).map(|teacher| format!("{teacher},初级,认定,")).collect();
    rows.push(format!("{},初级,不予认定,", teachers[3]));
    // Where a body is that nobody knows is not made up.
    let unknown = run(&rows, &["--check"]);
    assert_eq!(unknown.status.code(), Some(5), "{unknown:?}");
    assert!(String::from_utf8(unknown.stderr).unwrap().contains("--division"));
    let refused = run(&rows, &at);
    assert_eq!(refused.status.code(), Some(3), "{refused:?}");
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(said.contains("meeting.csv, row 5, column 理由: a refusal says why"), "{said}");
    rows[3].push_str("证书已过期");
    assert_eq!(run(&rows, &[at.as_slice(), &["--check"]].concat()).status.code(), Some(0));
    // Once it is on the register, its name will do.
    for (recorded, known, at) in [(4, 0, at.as_slice()), (0, 4, &[])] {
        let output = run(&rows, &[at, &["--json"]].concat());
        let said: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        assert_eq!((&said["recorded"], &said["known"]), (&json!(recorded), &json!(known)), "{output:?}");
    }
}
