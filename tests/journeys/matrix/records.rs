//! What is recorded around people: sessions, practice, teams, recognitions, and pairs of people.

use serde_json::{Value, json};
use testkit::Client;

use super::register::Thing;
use super::requests::NOBODY;
use super::world::World;

impl World<'_> {
    /// A session of a base with a title of its own, attended by these people.
    pub async fn session(&mut self, label: &'static str, base: &str, people: &[&str]) {
        let number = self.register.things.len();
        let programme = json!({
            "base": self.id(base), "code": format!("T{number}"), "title": format!("某培训{number}密"), "tier": "national",
            "theme": "specialty", "mode": "face_to_face", "dates": { "from": "2022-08-01", "to": "2022-08-05" },
            "hours": 40,
        });
        let id = self.app.write("/api/v1/sessions", &programme).await.expect(201).id();
        let people: Vec<String> = people.iter().map(|person| self.id(person)).collect();
        let mut owners: Vec<&str> = people.iter().map(String::as_str).collect();
        owners.push(&id);
        self.register.plant(programme["title"].as_str().unwrap(), &owners);
        crate::journeys::stage::hold(self.app, &id, &people.iter().map(String::as_str).collect::<Vec<_>>()).await;
        let mut thing = Thing::at("session", &id, label, &[self.seat(base)]);
        thing.names = people;
        self.register.things.push(thing);
    }

    /// A placement, which lies where its site does and where its teacher is.
    pub async fn placement(&mut self, label: &'static str, site: &str, person: &str) {
        let (teacher, station) = (self.id(person), self.id(site));
        let body = json!({ "on": "2023-07-01", "teacher": teacher, "site": station, "form": "post" });
        let id = self.app.write("/api/v1/placements", &body).await.expect(201).id();
        let thing = self.about(person, "placement", &id, label);
        let site = self.seat(site);
        self.register.things.push(Thing { groups: joined(&thing, &site), ..thing });
        self.register.mind(&id);
        self.owned_by(&id, &teacher);
    }

    /// An application for recognition.
    pub async fn recognition(&mut self, label: &'static str, person: &str) {
        let teacher = self.id(person);
        let body = json!({ "on": "2024-03-01", "teacher": teacher, "level": "junior", "pack": self.pack });
        let id = self.app.write("/api/v1/recognitions", &body).await.expect(201).id();
        let thing = self.about(person, "recognition", &id, label);
        self.register.things.push(thing);
        self.known.insert(label.to_owned(), id.clone());
        self.register.mind(&id);
        self.owned_by(&id, &teacher);
    }

    /// That an application was refused, and an appeal in words of its own.
    pub async fn appeal(&mut self, recognition: &str, person: &str, authority: &str) {
        let (id, teacher) = (self.id(recognition), self.id(person));
        let sign = self.register.canaries.len();
        let refused = self.register.plant(format!("驳回{sign}密"), &[&teacher, &id]);
        let appealed = self.register.plant(format!("申诉{sign}密"), &[&teacher, &id]);
        let body = json!({ "on": "2024-04-01", "authority": self.seat(authority).organisation, "reason": refused });
        self.app.write_seconded(&format!("/api/v1/recognitions/{id}/refusal"), &body).await.expect(200);
        let body = json!({ "on": "2024-04-02", "reason": appealed });
        self.event(&format!("/api/v1/recognitions/{id}/appeal"), &body).await;
    }

    /// A team, which lies where the school that leads it does.
    pub async fn team(&mut self, label: &'static str, school: &str, people: &[&str]) {
        let name = format!("某团队{}密", self.register.things.len());
        let profile = json!({
            "name": name, "kind": "teaching", "tier": "provincial", "batch": "2021", "education_level": "higher",
            "school": self.seat(school).organisation,
        });
        let body = json!({ "on": "2021-06-01", "profile": profile });
        let id = self.app.write("/api/v1/teams", &body).await.expect(201).id();
        let mut thing = Thing::at("team", &id, label, &[self.seat(school)]);
        for person in people {
            let teacher = self.id(person);
            let body = json!({ "teacher": teacher, "role": "core", "on": "2021-07-01" });
            self.event(&format!("/api/v1/teams/{id}/members"), &body).await;
            thing.names.push(teacher);
        }
        let mut owners: Vec<&str> = thing.names.iter().map(String::as_str).collect();
        owners.push(&id);
        self.register.plant(name, &owners);
        self.register.things.push(thing);
    }

    /// What somebody proposes about a thing: the label is of the thing that it lies with.
    pub async fn proposal(&mut self, label: &'static str, by: (&Client, &str), proposed: Proposed<'_>) {
        let Proposed { operation, path, body, with, grants } = proposed;
        let id = by.0.write(&path, &body).await.expect(202).id();
        if let Some(reason) = body["reason"].as_str() {
            self.register.plant(reason, &[&id]);
        }
        self.register.mind(&id);
        let mut thing = Thing::at("proposal", &id, label, &[]);
        (thing.proposes, thing.grants, thing.by) = (operation, grants, by.1.to_owned());
        (thing.groups, thing.person, thing.closed) = (with.groups.clone(), with.person.clone(), with.closed);
        thing.names = named_in(&path).chain(with.person.clone()).chain([by.1.to_owned()]).collect();
        self.register.things.push(thing);
    }

    /// The proposals by which the register came to be as it is: they are decided, and still to be looked at.
    pub async fn decided_proposals(&mut self) {
        for state in ["approved", "rejected"] {
            let listed = self.app.read(&format!("/api/v1/proposals?limit=200&state={state}")).await;
            for row in listed["items"].as_array().unwrap() {
                let text = |field: &str| row[field].as_str().map(str::to_owned);
                let id = text("proposal").unwrap();
                let shown = self.app.read(&format!("/api/v1/proposals/{id}")).await;
                let mut thing = Thing::at("proposal", &id, format!("decided {}", row["operation"]), &[]);
                thing.proposes = access::Operation::of_code(row["operation"].as_str().unwrap()).unwrap().code();
                (thing.person, thing.by) = (text("subject"), text("by").unwrap());
                if let Some(person) = thing.person.clone() {
                    let person = self.thing(&person).clone();
                    (thing.groups, thing.closed) = (person.groups, person.closed);
                }
                if let Some(organisation) = text("organisation") {
                    let seat = self.seats.values().find(|seat| seat.organisation == organisation).unwrap();
                    thing.groups = vec![vec![seat.clone()]];
                }
                let path = shown["path"].as_str().unwrap();
                thing.names = named_in(path).chain(thing.person.clone()).chain([thing.by.clone()]).collect();
                self.register.mind(&id);
                self.register.things.push(thing);
            }
        }
    }

    /// Pairs of people for what is about two, and of a site and a person for a placement that is to begin.
    pub fn pair_up(&mut self, people: &[&str], sites: &[&str]) {
        let labels: Vec<String> = people.iter().map(|label| self.id(label)).collect();
        let things: Vec<Thing> = labels.iter().map(|id| self.thing(id).clone()).collect();
        let nobody = Thing::absent("teacher", NOBODY, "nobody");
        for (index, one) in things.iter().enumerate() {
            for other in things.iter().skip(index + 1).chain([&nobody]) {
                self.register.things.push(pair(one, other));
                self.register.things.push(pair(other, one));
            }
            for site in sites {
                let (id, seat) = (self.id(site), self.seat(site));
                let visit = Thing { kind: "visit", label: format!("{} at {site}", one.label), ..one.clone() };
                let visit = Thing { groups: joined(one, &seat), former: false, ..visit };
                self.register.things.push(visit.with("site", id));
            }
        }
        let absent = |thing: Thing| Thing { exists: false, groups: vec![], person: None, ..thing };
        let visit = Thing { kind: "visit", label: "nobody at a site (absent)".to_owned(), ..nobody };
        self.register.things.push(absent(visit.with("site", self.id(sites[0]))));
    }

    /// People with schools at which they are to be given a post. Whom some school has, only whoever reaches them as well
    /// gives one; whom none has, any school may take on.
    pub fn engage(&mut self, people: &[&str], schools: &[&'static str]) {
        let nowhere = Thing::absent("organisation", NOBODY, "no school");
        let mut people: Vec<Thing> = people
            .iter()
            .map(|label| {
                let id = self.id(label);
                self.thing(&id).clone()
            })
            .collect();
        people.push(Thing::absent("teacher", NOBODY, "nobody"));
        for person in &people {
            let at = schools.iter().map(|key| {
                let seat = self.seat(key);
                Thing::at("organisation", &seat.organisation, *key, std::slice::from_ref(&seat))
            });
            let engagements: Vec<Thing> =
                at.chain([nowhere.clone()]).map(|school| engagement(person, &school)).collect();
            self.register.things.extend(engagements);
        }
    }

    fn about(&mut self, person: &str, kind: &'static str, id: &str, label: &str) -> Thing {
        let id_of_person = self.id(person);
        let Thing { groups, person, closed, .. } = self.thing(&id_of_person).clone();
        Thing { groups, closed, names: person.iter().cloned().collect(), person, ..Thing::at(kind, id, label, &[]) }
    }

    fn owned_by(&mut self, id: &str, teacher: &str) {
        let minded = self.register.canaries.iter_mut().filter(|canary| canary.text == id);
        minded.for_each(|canary| canary.owners.push(teacher.to_owned()));
    }
}

/// Something proposed: its operation, path and body, the thing that it lies with, and the role that it would grant.
pub struct Proposed<'a> {
    pub operation: &'static str,
    pub path: String,
    pub body: Value,
    pub with: &'a Thing,
    pub grants: Option<kernel::vocabulary::Capacity>,
}

/// What a path names.
fn named_in(path: &str) -> impl Iterator<Item = String> {
    path.split('/').filter(|part| part.len() == NOBODY.len()).map(str::to_owned)
}

/// Where a person is, and a site besides.
fn joined(person: &Thing, site: &super::register::Seat) -> Vec<Vec<super::register::Seat>> {
    let mut groups = person.groups.clone();
    groups[0].push(site.clone());
    groups
}

fn engagement(person: &Thing, school: &Thing) -> Thing {
    let label = format!("{} at {}", person.label, school.label);
    let present = person.groups.iter().filter(|group| !group.is_empty());
    let groups = school.groups.iter().chain(present).cloned().collect();
    let exists = person.exists && school.exists;
    // Whoever has been merged goes by the entry that stands for them: the domain says so.
    Thing { kind: "engagement", label, groups, exists, former: false, ..person.clone() }.with("school", school.id())
}

fn pair(one: &Thing, other: &Thing) -> Thing {
    let label = format!("{} and {}", one.label, other.label);
    let groups = one.groups.iter().chain(&other.groups).cloned().collect();
    let names = one.person.iter().chain(&other.person).cloned().collect();
    let (closed, exists) = (one.closed || other.closed, one.exists && other.exists);
    let person = one.person.clone();
    Thing { kind: "teachers", label, groups, names, person, closed, exists, ..Thing::default() }
        .with("teacher", one.id())
        .with("other", other.id())
}
