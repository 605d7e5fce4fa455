//! The register that the matrix is asked about: two provinces and the neighbour of a third, with schools, authorities,
//! sites and people, and in every free field a text that nobody else's record has.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use testkit::{Client, TestApp};

use super::register::{Register, Seat, Thing};

/// How a person's last digits and names are told apart.
const SIGNS: &str = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉";

/// The register while it is being built.
pub struct World<'a> {
    pub app: &'a TestApp,
    pub register: Register,
    pub seats: BTreeMap<&'static str, Seat>,
    /// Ids of what has been built, by label.
    pub known: BTreeMap<String, String>,
    pub pack: String,
    people: u32,
}

/// A post of a person: at which school, and its last day.
pub type Post = (&'static str, Option<&'static str>);

impl<'a> World<'a> {
    pub fn new(app: &'a TestApp, pack: String) -> Self {
        let (register, seats, known) = (Register::default(), BTreeMap::new(), BTreeMap::new());
        Self { app, register, seats, known, pack, people: 0 }
    }

    pub fn id(&self, label: &str) -> String {
        self.known.get(label).expect(label).clone()
    }

    pub fn seat(&self, key: &str) -> Seat {
        self.seats.get(key).expect(key).clone()
    }

    /// Puts an organisation on the register.
    pub async fn organisation(&mut self, key: &'static str, kind: &str, division: &'static str, counted: &'static str) {
        let number = 1_000 + self.seats.len();
        let mut profile = json!({ "kind": kind, "name": format!("公开机构{number}"), "division": division });
        if kind == "school" {
            profile["school_code"] = json!(format!("41{counted}01{number}"));
            profile["education_level"] = json!("higher");
        }
        if !division.starts_with(counted) {
            profile["reports_to"] = json!(counted);
        }
        let body = json!({ "on": "2010-09-01", "profile": profile });
        let id = self.app.write("/api/v1/organisations", &body).await.expect(201).id();
        let seat = Seat { organisation: id.clone(), city: &division[..4], province: counted };
        self.register.things.push(Thing::at("organisation", &id, key, std::slice::from_ref(&seat)));
        self.seats.insert(key, seat);
    }

    /// Approves a site; the seat of its body goes by the same key.
    pub async fn site(&mut self, key: &'static str, kind: &str, division: &'static str, to: Option<&str>) {
        let profile = json!({
            "code": format!("M-{}", self.seats.len()), "name": "公开基地", "kind": kind, "division": division,
        });
        let mut body = json!({ "profile": profile, "period": { "from": "2016-01-01" } });
        body["period"]["to"] = json!(to);
        let approved = self.app.write("/api/v1/sites", &body).await.expect(201);
        let id = approved.id();
        let site = kernel::SiteId::parse(&id).unwrap();
        let organisation = kernel::OrganisationId::of_site(site).to_string();
        let seat = Seat { organisation, city: &division[..4], province: &division[..2] };
        let thing = Thing::at("site", &id, key, std::slice::from_ref(&seat)).with("approval", approved.event());
        self.register.things.push(thing);
        self.seats.insert(key, seat);
        self.known.insert(key.to_owned(), id);
    }

    /// Registers a person by this client, and plants what is theirs alone in every free field.
    pub async fn person(&mut self, label: &'static str, posts: &[Post], home: Option<&'static str>, by: &Client) {
        let number = self.people;
        self.people += 1;
        let sign = SIGNS.chars().nth(number as usize).unwrap();
        let (name, citizen) = (format!("金丝雀{sign}"), crate::journeys::stage::citizen_id(100 + number));
        let body = json!({ "on": "2019-09-01", "name": name, "citizen_id": citizen });
        let id = by.write("/api/v1/teachers", &body).await.expect(201).id();
        for text in [name, citizen] {
            self.register.plant(text, &[&id]);
        }
        self.register.mind(&id);
        let present = posts.iter().filter(|(_, last)| last.is_none()).map(|(school, _)| *school);
        let seats: Vec<Seat> = present.chain(home).map(|school| self.seat(school)).collect();
        let mut thing = Thing::at("teacher", &id, label, &seats);
        thing.person = Some(id.clone());
        for post in posts {
            let recorded = self.post(&id, *post).await;
            thing = thing.with("post", recorded.clone()).with("assignment", recorded);
            thing = thing.with("school", self.seat(post.0).organisation);
        }
        thing = self.facts(thing, &id, number).await;
        self.register.things.push(thing);
        self.known.insert(label.to_owned(), id);
    }

    async fn post(&mut self, teacher: &str, (school, last): Post) -> String {
        let staff = self.register.plant(format!("ZQSTAFF{:04}", self.register.canaries.len()), &[teacher]);
        let body = json!({
            "school": self.seat(school).organisation, "staff_number": staff, "employment": "full_time",
            "role": "specialised", "specialty": "460103", "period": { "from": "2019-09-01", "to": last },
        });
        self.event(&format!("/api/v1/teachers/{teacher}/posts"), &body).await
    }

    /// Facts with a text of the person's own in each.
    async fn facts(&mut self, mut thing: Thing, id: &str, number: u32) -> Thing {
        let mut text = |what: &str| self.register.plant(format!("{what}{number:02}密"), &[id]);
        let (enterprise, title, document) = (text("某企业"), text("某成果"), text("某文号"));
        let certificate = self.register.plant(format!("201932100{number:08}"), &[id]);
        let facts = [
            (
                "credential",
                "credentials",
                json!({
                    "kind": "teacher_certificate", "obtained_on": "2019-06-01", "number": certificate,
                }),
            ),
            (
                "work",
                "enterprise-work",
                json!({
                    "dates": { "from": "2015-01-01", "to": "2016-01-31" }, "enterprise": enterprise,
                }),
            ),
            ("fact", "achievements", json!({ "kind": "patent", "title": title, "achieved_on": "2021-05-01" })),
            ("breach", "breaches", json!({ "on": "2020-03-01", "document": document })),
        ];
        for (kind, path, body) in facts {
            let event = self.event(&format!("/api/v1/teachers/{id}/{path}"), &body).await;
            thing = thing.with(kind, event);
        }
        thing
    }

    /// What the person says of their own record.
    pub async fn speaks(&mut self, label: &str, by: &Client) {
        let id = self.id(label);
        let fact = self.thing(&id).ids["fact"].clone();
        let sign = self.register.canaries.len();
        let wish = self.register.plant(format!("请更正{sign}密"), &[&id]);
        let reason = self.register.plant(format!("不属实{sign}密"), &[&id]);
        let body = json!({ "on": "2026-11-22", "wish": wish });
        let asked = by.write(&format!("/api/v1/teachers/{id}/correction-requests"), &body).await.expect(200).event();
        let body = json!({ "on": "2026-11-22", "reason": reason });
        by.write(&format!("/api/v1/teachers/{id}/facts/{fact}/dispute"), &body).await.expect(200);
        self.thing(&id).ids.insert("request", asked);
    }

    /// The person's processing is restricted to storage, or they are erased.
    pub async fn close(&mut self, label: &str, how: &str) {
        let id = self.id(label);
        let body = json!({ "on": "2026-11-22", "reason": "as they asked" });
        self.app.write_seconded(&format!("/api/v1/teachers/{id}/{how}"), &body).await.expect(200);
        for thing in self.register.things.iter_mut().filter(|thing| thing.person.as_ref() == Some(&id)) {
            thing.closed = true;
        }
    }

    /// One entry takes in another: both are the first, and lie where either does.
    pub async fn merge(&mut self, keeper: &str, other: &str) {
        let (keeper, other) = (self.id(keeper), self.id(other));
        let path = format!("/api/v1/teachers/{keeper}/merges/{other}");
        let body = json!({ "on": "2026-11-22", "reason": "one and the same" });
        let merge = self.app.write_seconded(&path, &body).await.expect(200).event();
        let mut seats = self.thing(&keeper).groups[0].clone();
        seats.extend(self.thing(&other).groups[0].clone());
        for (id, former) in [(&keeper, false), (&other, true)] {
            let thing = self.thing(id);
            (thing.groups, thing.person, thing.former) = (vec![seats.clone()], Some(keeper.clone()), former);
            thing.ids.insert("merge", merge.clone());
        }
        for canary in &mut self.register.canaries {
            if canary.owners.contains(&other) {
                canary.owners.push(keeper.clone());
            }
        }
    }

    /// The person of an id, also of a former one.
    pub fn thing(&mut self, id: &str) -> &mut Thing {
        self.register.things.iter_mut().find(|thing| thing.kind == "teacher" && thing.id() == id).unwrap()
    }

    /// Records something; gives its event.
    pub async fn event(&self, path: &str, body: &Value) -> String {
        self.app.write(path, body).await.expect(200).event()
    }
}
