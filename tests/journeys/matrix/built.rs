//! The register as the matrix is asked about it, whole.

use kernel::vocabulary::Capacity;
use serde_json::json;
use testkit::TestApp;

use super::people::{Given, day};
use super::records::Proposed;
use super::register::{Register, Thing};
use super::requests::NOBODY;
use super::world::World;

use Capacity::{
    Auditor, BaseClerk, CityAuthority, Ministry, Operator, ProvincialAuthority as Province, SchoolHr as Hr,
};

/// From when on roles are held.
const SINCE: &str = "2015-01-01";

/// Builds it, and lets a night pass: what ends on the day ends.
pub async fn built(app: &TestApp, pack: String) -> Register {
    let mut world = World::new(app, pack);
    places(&mut world).await;
    people(&mut world).await;
    records(&mut world).await;
    world.merge("keeper", "merged").await;
    world.close("restricted", "restrictions").await;
    world.close("erased", "erasure").await;
    callers(&mut world).await;
    proposals(&mut world).await;
    world.decided_proposals().await;
    world.pair_up(&["own", "sibling", "elsewhere", "two schools"], &["base", "far base"]);
    let people = ["own", "sibling", "elsewhere", "left", "unposted", "two schools", "restricted", "erased", "merged"];
    world.engage(&people, &["a1", "a2", "c1"]);
    others(&mut world).await;
    let clock = &app.registry.place().clock;
    clock.set("2026-11-23T04:00:00Z");
    world.in_a_browser("hr in a browser", "hr").await;
    app.read("/api/v1/accounts?limit=1").await;
    app.read("/api/v1/teachers?limit=1").await;
    world.register
}

async fn places(world: &mut World<'_>) {
    for (key, kind, division, counted) in [
        ("a1", "school", "320100", "32"),
        ("a2", "school", "320100", "32"),
        ("b1", "school", "320200", "32"),
        ("c1", "school", "330100", "33"),
        ("x1", "school", "659001", "66"),
        ("city a", "city_authority", "320100", "32"),
        ("city b", "city_authority", "320200", "32"),
        ("city c", "city_authority", "330100", "33"),
        ("province a", "provincial_authority", "320100", "32"),
        ("province c", "provincial_authority", "330100", "33"),
        ("province x", "provincial_authority", "650100", "65"),
    ] {
        world.organisation(key, kind, division, counted).await;
    }
    world.site("base", "training_base", "320100", None).await;
    world.site("station", "practice_station", "320200", None).await;
    world.site("far base", "training_base", "330100", None).await;
    world.site("lapsed", "training_base", "320100", Some("2020-12-31")).await;
}

async fn people(world: &mut World<'_>) {
    let app = world.app;
    let hr = world.caller("hr", &[role(Hr, "a1")], None).await;
    for (label, posts) in [
        ("own", [("a1", None)].as_slice()),
        ("child", &[("a1", None)]),
        ("sibling", &[("a2", None)]),
        ("city", &[("b1", None)]),
        ("elsewhere", &[("c1", None)]),
        ("neighbour", &[("x1", None)]),
        ("moved", &[("a1", Some("2024-08-31")), ("a2", None)]),
        ("left", &[("a1", Some("2024-08-31"))]),
        ("two schools", &[("a1", None), ("c1", None)]),
        ("restricted", &[("a1", None)]),
        ("erased", &[("a1", None)]),
        ("keeper", &[("a1", None)]),
        ("merged", &[("b1", None)]),
    ] {
        world.person(label, posts, None, app.client()).await;
    }
    world.person("unposted", &[], Some("a1"), &hr).await;
    let own = world.caller("teacher own", &[], Some("own")).await;
    let elsewhere = world.caller("teacher elsewhere", &[], Some("elsewhere")).await;
    let restricted = world.caller("teacher restricted", &[], Some("restricted")).await;
    for (label, client) in [("own", &own), ("elsewhere", &elsewhere), ("restricted", &restricted)] {
        world.speaks(label, client).await;
    }
}

async fn records(world: &mut World<'_>) {
    world.session("a session here", "base", &["own", "sibling", "elsewhere"]).await;
    world.session("a session elsewhere", "far base", &["elsewhere", "two schools"]).await;
    world.placement("own at the station", "station", "own").await;
    world.placement("elsewhere at the base", "base", "elsewhere").await;
    world.placement("elsewhere at home", "far base", "elsewhere").await;
    world.placement("restricted at the base", "base", "restricted").await;
    for (label, person) in [
        ("for own", "own"),
        ("for sibling", "sibling"),
        ("for moved", "moved"),
        ("for elsewhere", "elsewhere"),
        ("for restricted", "restricted"),
    ] {
        world.recognition(label, person).await;
    }
    world.appeal("for own", "own", "city a").await;
    world.appeal("for elsewhere", "elsewhere", "city c").await;
    world.team("a team here", "a1", &["own", "elsewhere"]).await;
    world.team("a team elsewhere", "c1", &["elsewhere"]).await;
}

async fn callers(world: &mut World<'_>) {
    let others: [(&'static str, &[Given]); 22] = [
        ("hr of a sibling", &[role(Hr, "a2")]),
        ("hr of another city", &[role(Hr, "b1")]),
        ("hr elsewhere", &[role(Hr, "c1")]),
        ("city", &[role(CityAuthority, "city a")]),
        ("another city", &[role(CityAuthority, "city b")]),
        ("city elsewhere", &[role(CityAuthority, "city c")]),
        ("province", &[role(Province, "province a")]),
        ("province elsewhere", &[role(Province, "province c")]),
        ("province around a neighbour", &[role(Province, "province x")]),
        ("province of the neighbour", &[role(Province, "x1")]),
        ("ministry", &[role(Ministry, "")]),
        ("auditor", &[role(Auditor, "")]),
        ("operations", &[role(Operator, "")]),
        ("clerk", &[role(BaseClerk, "base")]),
        ("clerk elsewhere", &[role(BaseClerk, "far base")]),
        ("clerk of a lapsed base", &[role(BaseClerk, "lapsed")]),
        ("hr until yesterday", &[(Hr, "a1", SINCE, Some("2026-11-22"))]),
        ("hr from tomorrow", &[(Hr, "a1", "2026-11-24", None)]),
        ("province until last year", &[(Province, "province a", SINCE, Some("2025-12-31"))]),
        ("operator until yesterday", &[(Operator, "", SINCE, Some("2026-11-22"))]),
        ("two hats", &[role(Hr, "a1"), role(CityAuthority, "city b")]),
        ("no role", &[]),
    ];
    for (name, roles) in others {
        world.caller(name, roles, None).await;
    }
    for (name, person) in [("teacher moved", "moved"), ("teacher merged", "merged"), ("teacher at two", "two schools")]
    {
        world.caller(name, &[], Some(person)).await;
    }
    world.caller("teacher and hr", &[role(Hr, "a1")], Some("sibling")).await;
    world.caller_by("hr reading", &[role(Hr, "a1")], None, vec![("*", false)]).await;
    world.caller_by("hr for training", &[role(Hr, "a1")], None, vec![("training", true)]).await;
    world.caller_by("city reading teachers", &[role(CityAuthority, "city a")], None, vec![("teachers", false)]).await;
    world.caller_by("operator reading accounts", &[role(Operator, "")], None, vec![("accounts", false)]).await;
    let accounts = world.app.accounts();
    let (spare, closed) = (accounts.open("zq-spare-zq", None).await, accounts.open("zq-closed-zq", None).await);
    world.known.insert("spare".to_owned(), spare.to_string());
    for (account, agent) in [(spare, "zq-spare-zq"), (closed, "zq-closed-zq")] {
        world.register.plant(agent, &[&account.to_string()]);
        world.register.mind(&account.to_string());
        world.register.things.push(Thing::at("account", &account.to_string(), agent, &[]));
    }
    world.nobodies(spare, closed).await;
    let body = json!({ "on": "2026-11-22", "reason": "nobody uses it" });
    world.event(&format!("/api/v1/accounts/{closed}/closure"), &body).await;
}

async fn proposals(world: &mut World<'_>) {
    let spare = world.id("spare");
    let client_of = |world: &World<'_>, name: &str| {
        let index = world.register.callers.iter().position(|caller| caller.name == name).unwrap();
        world.register.callers[index].account.clone()
    };
    let (city, operations) = (client_of(world, "city"), client_of(world, "operations"));
    for (label, by, school) in [("a role here", &city, "a1"), ("a role elsewhere", &operations, "c1")] {
        let organisation = world.seat(school);
        let with = Thing::at("organisation", &organisation.organisation, school, std::slice::from_ref(&organisation));
        let body = json!({
            "on": "2026-11-22", "role": "school_hr", "organisation": organisation.organisation,
            "period": { "from": "2026-12-01" },
        });
        let path = format!("/api/v1/accounts/{spare}/grants");
        propose(world, label, by, Proposed { operation: "accounts_grant", path, body, with: &with, grants: Some(Hr) })
            .await;
    }
    for (label, person) in [("erasing here", "child"), ("erasing elsewhere", "elsewhere")] {
        let id = world.id(person);
        let with = world.thing(&id).clone();
        let body = json!({ "on": "2026-11-22", "reason": format!("请求删除{}密", world.register.canaries.len()) });
        let path = format!("/api/v1/teachers/{id}/erasure");
        let proposed = Proposed { operation: "teachers_erase", path, body, with: &with, grants: None };
        propose(world, label, &operations, proposed).await;
    }
    let (id, teacher) = (world.id("for sibling"), world.id("sibling"));
    let with = world.thing(&teacher).clone();
    let body = json!({
        "on": "2026-11-22", "reason": format!("拟驳回{}密", world.register.canaries.len()),
        "authority": world.seat("city a").organisation,
    });
    let path = format!("/api/v1/recognitions/{id}/refusal");
    let with = with.with("recognition", id);
    let proposed = Proposed { operation: "qualification_refuse", path, body, with: &with, grants: None };
    propose(world, "refusing a sibling", &city, proposed).await;
}

/// Has the caller of this account propose something.
async fn propose(world: &mut World<'_>, label: &'static str, account: &str, proposed: Proposed<'_>) {
    let id = kernel::AccountId::parse(account).unwrap();
    let client = world.app.accounts().client(id).await;
    world.proposal(label, (&client, account), proposed).await;
}

/// What is not there, what is about nothing, and places where something is to be registered.
async fn others(world: &mut World<'_>) {
    let kinds =
        ["teacher", "organisation", "site", "session", "placement", "recognition", "team", "account", "proposal"];
    for kind in kinds {
        world.register.things.push(Thing::absent(kind, NOBODY, kind));
        if !["organisation", "site", "session", "team", "account"].contains(&kind) {
            continue;
        }
        // What follows from a name can be guessed: the next one is not there either.
        let next = kernel::CommandId::derived(&format!("{kind} next")).to_string();
        world.register.things.push(Thing::absent(kind, &next, kind));
    }
    let mut nothing = Thing { kind: "nothing", label: "nothing".to_owned(), exists: true, ..Thing::default() };
    let measure = json!({
        "key": "m", "number": "1", "chinese": "举措", "english": "a measure", "target": 1.0, "comparator": "at_least",
        "deadline": "2027-12-31",
    });
    let plan = json!({
        "on": "2020-09-16", "document": "教职成〔2020〕7号", "title": "提质培优行动计划", "measures": [measure],
    });
    let plan = world.app.write("/api/v1/action-plans", &plan).await.expect(201).id();
    nothing.ids.extend([("pack", world.pack.clone()), ("plan", plan)]);
    world.register.things.push(nothing);
    for (division, key) in [("320100", "a1"), ("320200", "b1"), ("330100", "c1")] {
        let mut seat = world.seat(key);
        // It will be an organisation of its own.
        seat.organisation = NOBODY.to_owned();
        world.register.things.push(Thing::at("division", division, division, &[seat]));
    }
}

fn role(role: Capacity, at: &'static str) -> Given {
    let _ = day(SINCE);
    (role, at, SINCE, None)
}
