//! How long a timeline and an assessment take for a teacher with some 25 facts: `cargo bench -p standards`.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on says so")]

use std::hint::black_box;
use std::time::Instant;

use kernel::vocabulary::{
    CredentialKind, Employment, Level, PracticeForm, PracticeResult, Role, SiteKind, SkillGrade, Theme, Tier,
};
use kernel::{Day, DayRange, EventId, Hours, OrganisationId, Period, SessionId, SiteId};
use standards::{
    Approval, Attendance, Breach, Completion, Credential, Facts, Placement, Places, Post, Recognition, Rulebook,
    assess, national_basic, provincial, published, timeline,
};

fn main() {
    let (facts, places, pack) = (teacher(), sites(), national_basic());
    let on = day("2024-06-30");
    println!("segments: {}", timeline(&facts, &places, &pack).segments.len());
    measure("timeline", || drop(black_box(timeline(black_box(&facts), &places, &pack))));
    let book = Rulebook::of(published().into_iter().chain(provincial()).map(|(pack, _)| (pack, None)));
    measure("by all packs: stands", || drop(black_box(book.stands(black_box(&facts), &places))));
    measure("by all packs: assess", || drop(black_box(book.assess(black_box(&facts), &places, on))));
    measure("assess", || drop(black_box(assess(black_box(&facts), &places, &pack, on))));
}

fn measure(name: &str, run: impl Fn()) {
    let rounds = 20_000;
    let best = (0..5).map(|_| {
        let begun = Instant::now();
        (0..rounds).for_each(|_| run());
        begun.elapsed() / rounds
    });
    println!("{name}: {:?}", best.min().unwrap_or_default());
}

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn fact(number: u128) -> EventId {
    EventId::new(uuid::Uuid::from_u128(number))
}

fn site(number: u128) -> SiteId {
    SiteId::new(uuid::Uuid::from_u128(number))
}

fn sites() -> Places {
    let period = |from, to: Option<&str>| Period::new(day(from), to.map(day)).unwrap();
    let approval = |period| Approval { fact: fact(1), kind: SiteKind::PracticeStation, period };
    let of = |number| {
        let renewed = period("2019-06-01", None);
        (site(number), vec![approval(period("2010-01-01", Some("2018-12-31"))), approval(renewed)])
    };
    Places { approvals: (0..4).map(of).collect(), ..Places::default() }
}

fn teacher() -> Facts {
    let held = |fact, kind, grade: Option<u8>, obtained_on| Credential {
        fact,
        voided: None,
        kind,
        grade: grade.map(|grade| SkillGrade::try_from(grade).unwrap()),
        rank: None,
        obtained_on: day(obtained_on),
        withdrawn_on: None,
    };
    let stay = |number: i32| {
        let from = day("2014-02-03").plus_days(number * 400);
        Placement {
            fact: fact(100 + number.unsigned_abs() as u128),
            voided: None,
            site: site(number.unsigned_abs() as u128 % 4),
            range: DayRange::new(from, from.plus_days(55)).unwrap(),
            form: PracticeForm::Post,
            completed: Some(Completion { fact: fact(2), result: PracticeResult::Pass }),
            logged: vec![],
        }
    };
    let session = |number: i32| {
        let from = day("2014-07-03").plus_days(number * 500);
        Attendance {
            fact: fact(200 + number.unsigned_abs() as u128),
            voided: None,
            session: SessionId::new(uuid::Uuid::from_u128(number.unsigned_abs() as u128)),
            base: site(number.unsigned_abs() as u128 % 4),
            range: DayRange::new(from, from.plus_days(4)).unwrap(),
            hours: Hours::whole(40),
            tier: Tier::Provincial,
            theme: Theme::Specialty,
            on_site: true,
        }
    };
    Facts {
        posts: vec![Post {
            fact: fact(3),
            voided: None,
            school: OrganisationId::of_name("school"),
            education_level: None,
            role: Role::Specialised,
            employment: Employment::FullTime,
            specialty: None,
            period: Period::new(day("2012-09-01"), None).unwrap(),
        }],
        credentials: vec![
            held(fact(4), CredentialKind::TeacherCertificate, None, "2012-07-01"),
            held(fact(5), CredentialKind::SkillGrade, Some(3), "2013-07-01"),
        ],
        placements: (0..10).map(stay).collect(),
        attendances: (0..9).map(session).collect(),
        achievements: Vec::new(),
        breaches: vec![Breach {
            fact: fact(6),
            voided: None,
            confirmed_on: day("2021-01-01"),
            lifted_on: Some(day("2022-01-01")),
        }],
        recognitions: vec![Recognition {
            fact: fact(7),
            voided: None,
            level: Level::Junior,
            granted_on: day("2023-03-01"),
            review_due: day("2028-02-29"),
            revoked_on: None,
            flags: vec![],
            by_own_hand: false,
        }],
        ..Facts::default()
    }
}
