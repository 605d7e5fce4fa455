//! Who lies where, worked out from scratch for every question.

use kernel::{Day, Location, OrganisationId, Reach, Scope, TeacherId};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{Just, Strategy, any, prop_oneof};

use crate::book::{Book, day, post, reason, registered, school, teacher};
use events::TeacherEvent;
use kernel::code::{Division, Province};

/// Schools with division and the provincial unit they report to where that is another; the last is not registered.
pub const SCHOOLS: [(&str, &str, Option<&str>); 5] = [
    ("4132010835", "320100", None),
    ("4132020001", "320200", None),
    ("4165010002", "650100", None),
    ("4165010001", "650100", Some("66")),
    ("4111000001", "", None),
];

/// A post: at which school, from when, for how many days if that was known from the start, how long it turned out to
/// last, and whether it was voided.
#[derive(Debug, Clone)]
pub struct Held {
    pub school: usize,
    pub from: i32,
    pub planned: Option<i32>,
    pub lasted: Option<i32>,
    pub voided: bool,
}

#[derive(Debug, Clone)]
pub struct Person {
    pub registered_by: Option<usize>,
    pub posts: Vec<Held>,
}

const START: &str = "2020-01-01";

pub fn on(offset: i32) -> Day {
    day(START).plus_days(offset)
}

pub fn a_register() -> impl Strategy<Value = Vec<Person>> {
    let held = (0..SCHOOLS.len(), 0..40i32, option::of(0..40i32), option::of(0..40i32), any::<u8>()).prop_map(
        |(school, from, planned, lasted, voided)| Held { school, from, planned, lasted, voided: voided < 50 },
    );
    let person = (option::weighted(0.8, 0..SCHOOLS.len()), vec(held, 0..4))
        .prop_map(|(registered_by, posts)| Person { registered_by, posts });
    vec(person, 0..9)
}

pub fn a_scope() -> impl Strategy<Value = Scope> {
    let province =
        || proptest::sample::select(vec!["32", "65", "66", "11"]).prop_map(|code| Province::parse(code).unwrap());
    let city =
        proptest::sample::select(vec!["320100", "320200", "650100"]).prop_map(|code| Division::parse(code).unwrap());
    let reach = prop_oneof![
        1 => Just(Reach::Nation),
        3 => province().prop_map(Reach::Province),
        3 => (province(), city).prop_map(|(province, city)| Reach::City(province, city)),
        6 => (0..SCHOOLS.len()).prop_map(|index| Reach::Organisation(school(SCHOOLS[index].0))),
        3 => (1..12u128).prop_map(|number| Reach::Person(teacher(number))),
    ];
    vec(reach, 0..4).prop_map(Scope::of)
}

impl Person {
    pub async fn record(&self, number: u128, book: &mut Book) {
        let id = teacher(number);
        let by = self.registered_by.map(|index| school(SCHOOLS[index].0));
        book.write(id.uuid(), by, &[registered(number)]).await;
        for held in &self.posts {
            let from = on(held.from);
            let last_day = held.planned.map(|days| from.plus_days(days));
            let post = post(school(SCHOOLS[held.school].0), &from.to_string(), last_day);
            let post = book.about(id, &[post]).await[0];
            if let Some(days) = held.lasted {
                book.about(id, &[TeacherEvent::PostEnded { last_day: from.plus_days(days), post }]).await;
            }
            if held.voided {
                book.about(id, &[TeacherEvent::FactVoided { on: from, fact: post, reason: reason() }]).await;
            }
        }
    }

    /// The organisations at which the person is present.
    fn organisations(&self, today: Day) -> Vec<usize> {
        let held: Vec<&Held> = self.posts.iter().filter(|held| !held.voided).collect();
        if held.is_empty() {
            return self.registered_by.into_iter().collect();
        }
        let goes_on = |held: &&&Held| match held.lasted.or(held.planned) {
            Some(days) => on(held.from).plus_days(days) >= today,
            None => true,
        };
        held.iter().filter(goes_on).map(|held| held.school).collect()
    }

    pub fn is_within(&self, id: TeacherId, scope: &Scope, today: Day) -> bool {
        let organisations = self.organisations(today);
        scope.reaches().any(|reach| match reach {
            Reach::Nation => true,
            Reach::Person(named) => *named == id,
            Reach::Organisation(named) => organisations.iter().any(|index| school(SCHOOLS[*index].0) == *named),
            _ => organisations.iter().filter_map(|index| location(*index)).any(|location| reach.covers(&location)),
        })
    }
}

fn location(index: usize) -> Option<Location> {
    let (code, division, reports_to) = SCHOOLS[index];
    let division = Division::parse(division).ok()?;
    let province = reports_to.map_or_else(|| division.province(), |code| Province::parse(code).unwrap());
    let organisation: OrganisationId = school(code);
    Some(Location { organisation, city: division.city(), province })
}
