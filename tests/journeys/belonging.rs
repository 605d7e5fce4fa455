//! Whose somebody is: no school takes over whom another one has, or learns who they are without its being on record.

use kernel::vocabulary::Capacity;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Answer, Place, TestApp};

use super::{on_both, stage};

on_both!(
    nobody_takes_over_whom_another_school_has,
    a_school_keeps_the_posts_held_at_it_and_verifies_in_its_own_name,
    a_refused_correction_leaves_the_number_where_it_was,
    a_corrected_number_no_longer_leads_to_the_person_and_a_corrected_name_keeps_it,
    a_number_that_is_known_elsewhere_is_told_of_and_that_is_on_record,
    nobody_says_who_they_are_themselves,
);

async fn nobody_takes_over_whom_another_school_has(place: Place) {
    let app = stage::all(place).await;
    let here = stage::school(&app, "4132010835", "320100").await;
    let there = stage::school(&app, "4132010836", "320500").await;
    let teacher = stage::teacher(&app, 1).await;
    stage::post(&app, &teacher, &here, "000000001").await;
    let own = app.account("hr-a", Capacity::SchoolHr, Some(&here)).await;
    let other = app.account("hr-b", Capacity::SchoolHr, Some(&there)).await;
    let province = app.account("province", Capacity::ProvincialAuthority, Some(&here)).await;
    let path = format!("/api/v1/teachers/{teacher}");
    let post = |school: &str, from: &str| {
        json!({
            "school": school, "staff_number": "000000009", "employment": "part_time", "role": "public_course",
            "period": { "from": from },
        })
    };
    let plain = |mut answer: Answer| {
        answer.body.as_object_mut().unwrap().remove("instance");
        (answer.status, answer.body)
    };
    let unknown = "/api/v1/teachers/018f2b6e-0000-7000-8000-000000000000/posts";
    let nobody = plain(other.write(unknown, &post(&there, "2024-09-01")).await.expect(422));
    assert_eq!(nobody.1["rejection"], "no_such_teacher");
    let taken = plain(other.write(&format!("{path}/posts"), &post(&there, "2024-09-01")).await);
    assert_eq!(taken, nobody, "somebody in post elsewhere is told apart from nobody");
    other.get(&path).await.expect(404);
    // Nor does the own school give posts at another one.
    assert_eq!(plain(own.write(&format!("{path}/posts"), &post(&there, "2024-09-01")).await), nobody);
    // Whom nobody has, anybody takes on: the old school has ended the post.
    let held = of_kind(&own.get(&path).await.expect(200).body, "post")["id"].as_str().unwrap().to_owned();
    own.write(&format!("{path}/posts/{held}/end"), &json!({ "last_day": "2024-08-31" })).await.expect(200);
    other.get(&path).await.expect(404);
    other.write(&format!("{path}/posts"), &post(&there, "2024-09-01")).await.expect(200);
    other.get(&path).await.expect(200);
    own.get(&path).await.expect(404);
    // A second post at another school is recorded by whoever supervises both.
    assert_eq!(plain(own.write(&format!("{path}/posts"), &post(&here, "2025-09-01")).await), nobody);
    province.write(&format!("{path}/posts"), &post(&here, "2025-09-01")).await.expect(200);
    own.get(&path).await.expect(200);
    // Who was registered and has no post yet is the school's that registered them.
    let fresh = json!({ "on": "2024-09-01", "name": "李大山", "citizen_id": stage::citizen_id(2) });
    let fresh = own.write("/api/v1/teachers", &fresh).await.expect(201).id();
    let posts = format!("/api/v1/teachers/{fresh}/posts");
    assert_eq!(plain(other.write(&posts, &post(&there, "2024-09-01")).await), nobody);
    own.write(&posts, &post(&here, "2024-09-01")).await.expect(200);
    app.stop().await;
}

async fn a_school_keeps_the_posts_held_at_it_and_verifies_in_its_own_name(place: Place) {
    let app = stage::all(place).await;
    let here = stage::school(&app, "4132010835", "320100").await;
    let there = stage::school(&app, "4132010836", "320500").await;
    let teacher = stage::teacher(&app, 1).await;
    stage::post(&app, &teacher, &here, "000000001").await;
    stage::post(&app, &teacher, &there, "000000002").await;
    let path = format!("/api/v1/teachers/{teacher}");
    let work = json!({ "dates": { "from": "2012-01-01", "to": "2013-12-31" }, "enterprise": "临江机床厂" });
    let work = app.write(&format!("{path}/enterprise-work"), &work).await.expect(200).event();
    let hr = app.account("hr-a", Capacity::SchoolHr, Some(&here)).await;
    let shown = hr.get(&path).await.expect(200).body;
    let posts: Vec<&Value> = shown["facts"].as_array().unwrap().iter().filter(|fact| fact["kind"] == "post").collect();
    let of = |school: &str| {
        let post = posts.iter().find(|post| post.to_string().contains(school)).unwrap();
        post["id"].as_str().unwrap().to_owned()
    };
    let (own, foreign) = (of(&here), of(&there));
    let further = json!({ "on": "2024-09-01", "role": "head_teacher" });
    let assigned = app.write(&format!("{path}/posts/{foreign}/roles"), &further).await.expect(200).event();
    let grounds = json!({ "on": "2024-10-01", "reason": "recorded by mistake" });
    let last = json!({ "last_day": "2024-10-31" });
    let verified = json!({ "on": "2024-10-01", "school": here });
    let in_their_name = json!({ "on": "2024-10-01", "school": there });
    let refused = [
        (format!("posts/{foreign}/roles"), &further),
        (format!("roles/{assigned}/end"), &last),
        (format!("roles/{foreign}/end"), &last),
        (format!("facts/{assigned}/verification"), &verified),
        (format!("facts/{foreign}/verification"), &verified),
        (format!("facts/{work}/verification"), &in_their_name),
        (format!("facts/{assigned}/void"), &grounds),
        (format!("facts/{foreign}/void"), &grounds),
        (format!("posts/{foreign}/end"), &last),
    ];
    for (asked, body) in &refused {
        assert_eq!(hr.write(&format!("{path}/{asked}"), body).await.expect(403).body["code"], "forbidden", "{asked}");
    }
    hr.write(&format!("{path}/posts/{own}/roles"), &further).await.expect(200);
    hr.write(&format!("{path}/facts/{own}/verification"), &verified).await.expect(200);
    hr.write(&format!("{path}/facts/{work}/verification"), &verified).await.expect(200);
    hr.write(&format!("{path}/posts/{own}/end"), &json!({ "last_day": "2030-10-31" })).await.expect(200);
    app.write(&format!("{path}/facts/{assigned}/void"), &grounds).await.expect(200);
    app.stop().await;
}

async fn a_corrected_number_no_longer_leads_to_the_person_and_a_corrected_name_keeps_it(place: Place) {
    let app = stage::all(place).await;
    let person = stage::teacher(&app, 1).await;
    let (wrong, right) = (stage::citizen_id(1), stage::citizen_id(2));
    let path = format!("/api/v1/teachers/{person}/identity-corrections");
    let number = json!({ "on": "2024-05-01", "name": "王小明", "citizen_id": right, "reason": "typo" });
    app.post(&path, "the-right-number", &number).await.expect(200);
    // The number that was wrong is somebody else's, who comes onto the register as themself.
    let other = json!({ "on": "2024-05-02", "name": "李大山", "citizen_id": wrong });
    let other = app.write("/api/v1/teachers", &other).await.expect(201).id();
    assert_ne!(other, person);
    let name = json!({ "on": "2024-05-03", "name": "王晓明", "reason": "typo" });
    app.post(&path, "the-right-name", &name).await.expect(200);
    let shown = app.read(&format!("/api/v1/teachers/{person}")).await;
    let hidden = format!("{}**************{}", &right[..2], &right[16..]);
    assert_eq!((&shown["name"], &shown["citizen_id"]), (&json!("王晓明"), &json!(hidden)));
    // Sent again, late, neither changes anything.
    for (key, body) in [("the-right-number", &number), ("the-right-name", &name)] {
        assert_eq!(app.post(&path, key, body).await.expect(200).body["replayed"], json!(true), "{key}");
    }
    let vault = app.running().app().vault().clone();
    let leads_to = |number: String| {
        let vault = vault.clone();
        let number = kernel::code::CitizenId::parse(&number).unwrap();
        async move { vault.find(&number).await.unwrap().unwrap().to_string() }
    };
    assert_eq!((leads_to(wrong).await, leads_to(right).await), (other, person));
    app.stop().await;
}

async fn a_refused_correction_leaves_the_number_where_it_was(place: Place) {
    let app = stage::all(place).await;
    let (one, other) = (stage::teacher(&app, 1).await, stage::teacher(&app, 2).await);
    let fresh = stage::citizen_id(3);
    let correction =
        |number: &str| json!({ "on": "2024-05-01", "name": "王小明", "citizen_id": number, "reason": "typo" });
    let path = |teacher: &str| format!("/api/v1/teachers/{teacher}/identity-corrections");
    let stale = app.client().request(Method::POST, &path(&one)).header("Idempotency-Key", "stale-correction");
    let stale = stale.header("If-Match", "\"v99\"").json(&correction(&fresh));
    assert_eq!(Answer::of(stale).await.expect(412).body["code"], "wrong_version");
    // It still leads to nobody, and so to whom it is rightly given.
    let key = "correction-of-other";
    let given = app.post(&path(&other), key, &correction(&fresh)).await.expect(200);
    assert_eq!(given.body["replayed"], json!(false), "{}", given.text);
    let again = app.post(&path(&other), key, &correction(&fresh)).await.expect(200);
    assert_eq!((&again.body["replayed"], &again.body["events"]), (&json!(true), &given.body["events"]));
    // Whoever learns that a number is somebody else's is on record for it.
    app.write(&path(&one), &correction(&fresh)).await.expect(409);
    assert_eq!(looks(&app, &other, "teachers_correct").await, 1);

    // A registration that was refused leaves a number that nobody's registration needs to fear.
    let number = stage::citizen_id(4);
    let body = json!({ "on": "2024-05-01", "name": "李大山", "citizen_id": number });
    let stale = app.client().request(Method::POST, "/api/v1/teachers").header("Idempotency-Key", "stale-registration");
    Answer::of(stale.header("If-Match", "\"v99\"").json(&body)).await.expect(412);
    let vault = app.running().app().vault().clone();
    let number = kernel::code::CitizenId::parse(&number).unwrap();
    assert_eq!(vault.find(&number).await.unwrap(), None, "it was refused before anybody was enrolled");
    // Nor does it tell, of a number that leads to somebody, that it does.
    let known = json!({ "on": "2024-05-01", "name": "李大山", "citizen_id": stage::citizen_id(1) });
    let probing =
        app.client().request(Method::POST, "/api/v1/teachers").header("Idempotency-Key", "probing-registration");
    let told = Answer::of(probing.header("If-Match", "\"v99\"").json(&known)).await.expect(412).text;
    assert!(!told.contains("register"), "{told}");
    // A process that ended between enrolling and recording leaves somebody who is not on the register.
    let enrolled =
        vault.enrol(std::slice::from_ref(&number), app.running().app().clock().now()).await.unwrap()[0].to_string();
    app.get(&format!("/api/v1/teachers/{enrolled}")).await.expect(404);
    assert_eq!(app.write("/api/v1/teachers", &body).await.expect(201).id(), enrolled);
    assert_eq!(app.read(&format!("/api/v1/teachers/{enrolled}")).await["name"], "李大山");
    app.stop().await;
}

async fn a_number_that_is_known_elsewhere_is_told_of_and_that_is_on_record(place: Place) {
    let app = stage::all(place).await;
    let here = stage::school(&app, "4132010835", "320100").await;
    let there = stage::school(&app, "4132010836", "320500").await;
    let (teacher, closed) = (stage::teacher(&app, 1).await, stage::teacher(&app, 2).await);
    stage::post(&app, &teacher, &here, "000000001").await;
    stage::post(&app, &closed, &there, "000000002").await;
    let grounds = json!({ "on": "2024-05-01", "reason": "on request" });
    app.write(&format!("/api/v1/teachers/{closed}/restrictions"), &grounds).await.expect(200);
    let own = app.account("hr-a", Capacity::SchoolHr, Some(&here)).await;
    let other = app.account("hr-b", Capacity::SchoolHr, Some(&there)).await;
    let body =
        |name: &str, number| json!({ "on": "2024-05-01", "name": name, "citizen_id": stage::citizen_id(number) });
    // Within reach it is the same person, and by no other name.
    assert_eq!(own.write("/api/v1/teachers", &body("王小明", 1)).await.expect(201).id(), teacher);
    let renamed = own.write("/api/v1/teachers", &body("李大山", 1)).await.expect(409);
    assert_eq!(renamed.body["rejection"], "registered_under_another_name");
    assert!(!renamed.text.contains(&teacher) && !renamed.text.contains("王小明"), "{}", renamed.text);
    assert_eq!(looks(&app, &teacher, "teachers_register").await, 0);
    // Elsewhere and restricted are one answer, whatever the name.
    let mut answers = Vec::new();
    for (name, number) in [("王小明", 1), ("李大山", 1), ("王小明", 2)] {
        let mut answer = other.write("/api/v1/teachers", &body(name, number)).await.expect(409);
        assert!(!answer.text.contains(&teacher) && !answer.text.contains(&closed), "{}", answer.text);
        answer.body.as_object_mut().unwrap().remove("instance");
        answers.push(answer.body);
    }
    assert_eq!(answers[0]["rejection"], "registered_elsewhere");
    assert!(answers[0].to_string().contains("/verifications") && answers.iter().all(|answer| *answer == answers[0]));
    assert_eq!(looks(&app, &teacher, "teachers_register").await, 2);
    assert_eq!(looks(&app, &closed, "teachers_register").await, 1);
    // A retry is answered as it was, although the person has gone elsewhere since.
    let first = own.post("/api/v1/teachers", "first-registration", &body("赵一", 3)).await.expect(201);
    let id = first.id();
    app.write(
        &format!("/api/v1/teachers/{id}/posts"),
        &json!({
            "school": there, "staff_number": "000000003", "employment": "full_time", "role": "public_course",
            "period": { "from": "2024-09-01" },
        }),
    )
    .await
    .expect(200);
    // Who lies where is a view: a reach may outlive a post by the moment that it takes to hear of the next one.
    app.get(&format!("/api/v1/proposals?at_least={}", app.position())).await.expect(200);
    own.get(&format!("/api/v1/teachers/{id}")).await.expect(404);
    let again = own.post("/api/v1/teachers", "first-registration", &body("赵一", 3)).await.expect(201);
    assert_eq!((again.id(), &again.body["replayed"]), (id, &json!(true)));
    own.write("/api/v1/teachers", &body("赵一", 3)).await.expect(409);
    app.stop().await;
}

async fn nobody_says_who_they_are_themselves(place: Place) {
    let app = stage::all(place).await;
    let school = stage::school(&app, "4132010835", "320100").await;
    let (one, other) = (stage::teacher(&app, 1).await, stage::teacher(&app, 2).await);
    for (teacher, number) in [(&one, "000000001"), (&other, "000000002")] {
        stage::post(&app, teacher, &school, number).await;
    }
    let accounts = app.accounts();
    let period = || kernel::Period::new(kernel::Day::parse("2020-01-01").unwrap(), None).unwrap();
    let mut authorities = Vec::new();
    for (agent, person) in [("city-one", &one), ("city-other", &other)] {
        let account = accounts.open(agent, Some(kernel::TeacherId::parse(person).unwrap())).await;
        accounts.grant(account, Capacity::CityAuthority, Some(&school), period()).await.unwrap();
        authorities.push(accounts.client(account).await);
    }
    let grounds = json!({ "on": "2024-05-01", "reason": "the same person" });
    let path = format!("/api/v1/teachers/{one}/merges/{other}");
    let proposed = app.write(&path, &grounds).await.expect(202).id();
    let shown = app.read(&format!("/api/v1/proposals/{proposed}")).await;
    assert_eq!(shown["subject"], json!(one), "{shown}");
    for authority in &authorities {
        authority.write(&path, &grounds).await.expect(403);
        authority.approve(&proposed, &path, &grounds).await.expect(403);
    }
    let merge = app.write_seconded(&path, &grounds).await.expect(200).event();
    for authority in &authorities {
        authority.write(&format!("/api/v1/teachers/{one}/merges/{merge}/undoing"), &grounds).await.expect(403);
    }
    app.stop().await;
}

/// How often this operation has looked at a person's record.
async fn looks(app: &TestApp, teacher: &str, operation: &str) -> usize {
    let readings = app.get(&format!("/api/v1/teachers/{teacher}/readings")).await.expect(200).body;
    let items = readings["items"].as_array().unwrap();
    items.iter().filter(|look| look["operation"] == operation && look["purpose"] == "verification").count()
}

fn of_kind<'a>(shown: &'a Value, kind: &str) -> &'a Value {
    shown["facts"].as_array().unwrap().iter().find(|fact| fact["kind"] == kind).unwrap()
}
