//! What is drawn: the shares, the codes, and that a seed is all there is to it.
#![expect(clippy::unwrap_used, reason = "a test's way to fail is to panic")]

use std::collections::{BTreeMap, BTreeSet, HashMap};

use events::{OrganisationEvent, PlacementEvent, RecognitionEvent, SessionEvent, SiteEvent, TeacherEvent, TeamEvent};
use kernel::code::Province;
use kernel::vocabulary::{EducationLevel, OrganisationKind};
use kernel::{Day, DomainEvent, PackId};
use proptest::prelude::*;
use simulation::{Country, Dirt, Entry, Happening, Scenario, Term, shares};

fn scenario(seed: u64, teachers: u32) -> Scenario {
    Scenario::new(seed, teachers, 5, Day::parse("2026-08-31").unwrap()).unwrap()
}

fn country(scenario: Scenario) -> Country {
    Country::of(scenario, PackId::of_version("national-basic", 1)).unwrap()
}

/// Every entry, with the term in which it is recorded.
fn entries(country: &Country) -> impl Iterator<Item = (u8, Entry)> {
    let terms = country.scenario().terms();
    terms.flat_map(move |term| {
        country.parts(term).flat_map(move |part| part.unwrap().into_iter().map(move |entry| (term.number(), entry)))
    })
}

/// Everything drawn, as text: what two registries are compared by.
fn told(country: &Country) -> Vec<String> {
    let text = |(term, entry): (u8, Entry)| match &entry.happening {
        // A source of chance has no text; what it gives first stands for it.
        Happening::Registered(who) => {
            format!("{term} {:?} {} {} {:?}", entry.command, who.person, who.name, who.chance.bytes::<32>())
        }
        happening => format!("{term} {:?} {happening:?} {:?}", entry.command, entry.dirt),
    };
    entries(country).map(text).collect()
}

fn kind(happening: &Happening) -> (&'static str, &'static str) {
    fn of<E: DomainEvent>(event: &E) -> (&'static str, &'static str) {
        (E::CATEGORY, event.kind())
    }
    match happening {
        Happening::Organisation(_, event) => of(event),
        Happening::Site(_, event) => of(event),
        Happening::Registered(_) => ("teacher", "registered"),
        Happening::Teacher(_, event) => of(event),
        Happening::Session(_, event) => of(event),
        Happening::Placement(_, event) => of(event),
        Happening::Recognition(_, event) => of(event),
        Happening::Team(_, event) => of(event),
        Happening::Plan(_, event) => of(event),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]

    #[test]
    fn a_seed_gives_one_registry_and_another_seed_another(seed in 0..u64::MAX - 1, teachers in 200..500_u32) {
        let (one, same) = (told(&country(scenario(seed, teachers))), told(&country(scenario(seed, teachers))));
        prop_assert!(one == same);
        let other: BTreeSet<String> = told(&country(scenario(seed + 1, teachers))).into_iter().collect();
        prop_assert!(one.iter().all(|entry| !other.contains(entry)), "something is the same in both");
    }

    #[test]
    fn whatever_an_entry_refers_to_stands_before_it(seed: u64, teachers in 200..700_u32) {
        let country = country(scenario(seed, teachers));
        let (mut people, mut schools, mut sites) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        let mut commands = BTreeSet::new();
        for (_, entry) in entries(&country) {
            prop_assert!(commands.insert(entry.command), "a command stands twice");
            match &entry.happening {
                Happening::Organisation(id, OrganisationEvent::Registered { .. }) => drop(schools.insert(*id)),
                Happening::Site(id, SiteEvent::Approved { .. }) => drop(sites.insert(*id)),
                Happening::Registered(invented) => prop_assert!(people.insert(invented.person), "registered twice"),
                Happening::Teacher(id, event) => {
                    prop_assert!(people.contains(id));
                    if let TeacherEvent::PostStarted { school, .. } = event {
                        prop_assert!(schools.contains(school));
                    }
                }
                Happening::Session(_, SessionEvent::Scheduled(programme)) => {
                    prop_assert!(sites.contains(&programme.base));
                }
                Happening::Session(_, SessionEvent::Held { roster, .. }) => {
                    prop_assert!(roster.iter().all(|attendance| people.contains(&attendance.teacher)));
                    let (fewest, most) = shares::ROSTER;
                    prop_assert!((fewest as usize..=most as usize).contains(&roster.len()), "{}", roster.len());
                }
                Happening::Placement(_, PlacementEvent::Started { teacher, site, .. }) => {
                    prop_assert!(people.contains(teacher) && sites.contains(site));
                }
                Happening::Team(_, TeamEvent::MemberJoined { teacher, .. }) => prop_assert!(people.contains(teacher)),
                _ => {}
            }
        }
        prop_assert_eq!(people.len(), teachers as usize);
    }

    #[test]
    fn nobody_is_recorded_before_it_happened_and_only_what_is_late_is_late(seed: u64) {
        let country = country(scenario(seed, 300));
        for (term, entry) in entries(&country) {
            let on = match &entry.happening {
                Happening::Session(_, event) => event.occurred_on(),
                Happening::Placement(_, event) => event.occurred_on(),
                Happening::Recognition(_, event) => event.occurred_on(),
                Happening::Teacher(_, event) => event.occurred_on(),
                _ => continue,
            };
            let recorded = country.scenario().terms().nth(term.into()).map(|term| country.scenario().recorded_on(term));
            let lag = recorded.unwrap().days_since(on);
            prop_assert!(lag >= 0, "{:?} lies {lag} days ahead", kind(&entry.happening));
            let completes = matches!(entry.happening, Happening::Placement(_, PlacementEvent::Completed { .. }))
                || matches!(entry.happening, Happening::Session(_, SessionEvent::Held { .. }));
            if completes && entry.dirt != Some(Dirt::Duplicate) {
                prop_assert_eq!(lag > 300, entry.dirt == Some(Dirt::Late), "{} days", lag);
            }
        }
    }
}

#[test]
fn every_unit_has_schools_and_the_xpcc_reports_on_its_own() {
    let country = country(scenario(7, 20_000));
    let mut units: BTreeMap<Province, (u32, u32)> = BTreeMap::new();
    for entry in country.parts(Term::BEFORE).next().unwrap().unwrap() {
        if let Happening::Organisation(_, OrganisationEvent::Registered { profile, .. }) = &entry.happening
            && profile.kind == OrganisationKind::School
        {
            let unit = units.entry(profile.reporting_province()).or_default();
            match profile.education_level.unwrap() {
                EducationLevel::Secondary => unit.0 += 1,
                EducationLevel::Higher => unit.1 += 1,
            }
            assert!(profile.school_code.is_some());
        }
    }
    assert_eq!(units.len(), 32);
    assert!(units.contains_key(&Province::parse("兵团").unwrap()));
    let (secondary, higher) = units.values().fold((0, 0), |sum, unit| (sum.0 + unit.0, sum.1 + unit.1));
    // 7,085 and 1,613 schools of the nation, in proportion.
    assert!((95..=110).contains(&secondary), "{secondary}");
    assert!((20..=26).contains(&higher), "{higher}");
}

#[test]
fn the_shares_come_out_near_their_targets() {
    let country = country(scenario(3, 4_000));
    let mut specialised = BTreeSet::new();
    let mut categories = BTreeSet::new();
    let (mut left, mut granted, mut ended) = (BTreeSet::new(), HashMap::new(), BTreeSet::new());
    let (mut events, mut held, mut dirt) = (0_u32, 0_u32, BTreeMap::<Dirt, u32>::new());
    for (_, entry) in entries(&country) {
        events += 1;
        entry.dirt.into_iter().for_each(|sort| *dirt.entry(sort).or_default() += 1);
        match entry.happening {
            Happening::Teacher(id, TeacherEvent::PostStarted { role, specialty, .. }) if role.is_specialised() => {
                specialised.insert(id);
                categories.extend(specialty.map(|code| code.category()));
            }
            Happening::Teacher(id, TeacherEvent::PostEnded { .. }) => drop(left.insert(id)),
            Happening::Teacher(id, TeacherEvent::PostStarted { .. }) => drop(left.remove(&id)),
            Happening::Recognition(id, RecognitionEvent::Applied { teacher, .. }) => drop(granted.insert(id, teacher)),
            Happening::Recognition(id, RecognitionEvent::Refused { .. } | RecognitionEvent::Revoked { .. }) => {
                ended.insert(id);
            }
            Happening::Session(_, SessionEvent::Held { .. }) => held += 1,
            _ => {}
        }
    }
    assert_eq!(categories.len(), 19, "every major category is taught");
    let share = specialised.len() * 1_000 / 4_000;
    assert!((540..640).contains(&share), "{share} per mille are specialised");
    let recognised: BTreeSet<_> =
        granted.iter().filter(|(id, _)| !ended.contains(*id)).map(|(_, teacher)| *teacher).collect();
    let in_post = specialised.difference(&left).count();
    let share = recognised.difference(&left).count() * 1_000 / in_post;
    // Applications that are not decided yet are among them.
    assert!((530..620).contains(&share), "{share} per mille are recognised or wait for it");
    assert!((20..45).contains(&(events / 4_000)), "{} events a teacher", events / 4_000);
    for sort in Dirt::ALL {
        assert!(dirt.contains_key(&sort), "there is no {}", sort.code());
    }
    let amended = dirt[&Dirt::RosterAmended] * 1_000 / held;
    assert!((30..90).contains(&amended), "{amended} per mille of the rosters are amended");
}

#[test]
fn a_scenario_out_of_range_is_refused() {
    let until = Day::parse("2026-08-31").unwrap();
    for (teachers, years) in [(199, 5), (2_000_001, 5), (300, 0), (300, 11)] {
        assert!(Scenario::new(1, teachers, years, until).is_err());
    }
    assert!(Scenario::new(1, 300, 5, Day::MIN).is_err());
}
