//! Random dossiers, with a liking for the days around 29 February and for facts that touch.

use kernel::vocabulary::{Level, PracticeResult, Role, SiteKind, SkillGrade, Term};
use kernel::{Day, DayRange, Hours, Period};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::select;
use standards::{
    Achievement, Approval, Attendance, Breach, Completion, Credential, EnterpriseWork, Facts, Flag, Judgement,
    LoggedDays, Placement, Places, Post, Recognition,
};

use crate::dossier::{day, fact, session, site};

/// Days from 2008 to 2025; one in three lies around the end of a February.
pub fn a_day() -> impl Strategy<Value = Day> {
    let (first, last) = (day("2008-01-01").ordinal(), day("2025-12-31").ordinal());
    let leap = (2008..=2025i32, -2..=3i32).prop_map(|(year, offset)| day(&format!("{year}-02-28")).plus_days(offset));
    prop_oneof![2 => (first..=last).prop_map(Day::from_ordinal), 1 => leap]
}

fn a_length() -> impl Strategy<Value = i32> {
    prop_oneof![0..=5i32, 0..=60i32, 0..=260i32]
}

fn a_range() -> impl Strategy<Value = DayRange> {
    (a_day(), a_length()).prop_map(|(from, days)| DayRange::new(from, from.plus_days(days)).unwrap())
}

fn a_period(longest: i32) -> impl Strategy<Value = Period> {
    (a_day(), option::weighted(0.7, 0..=longest))
        .prop_map(|(from, days)| Period::new(from, days.map(|days| from.plus_days(days))).unwrap())
}

fn a_word<T: Term + std::fmt::Debug>() -> impl Strategy<Value = T> {
    select(T::all())
}

fn voided() -> impl Strategy<Value = Option<kernel::EventId>> {
    option::weighted(0.08, Just(fact(1)))
}

fn posts() -> impl Strategy<Value = Vec<Post>> {
    let role = select(&[Role::Specialised, Role::Specialised, Role::PracticeInstructor, Role::Manager][..]);
    let post = (voided(), role, a_word(), a_period(2_000), any::<u8>()).prop_map(
        |(voided, role, employment, period, school)| Post {
            fact: fact(0),
            voided,
            school: kernel::OrganisationId::of_name(&(school % 4).to_string()),
            education_level: None,
            role,
            employment,
            specialty: None,
            period,
        },
    );
    vec(post, 0..4)
}

fn credentials() -> impl Strategy<Value = Vec<Credential>> {
    let grade = option::of((1..=5u8).prop_map(|grade| SkillGrade::try_from(grade).unwrap()));
    let credential = (voided(), a_word(), grade, option::of(a_word()), a_day(), option::weighted(0.3, 0..=2_000i32));
    vec(
        credential.prop_map(|(voided, kind, grade, rank, obtained_on, held)| Credential {
            fact: fact(0),
            voided,
            kind,
            grade,
            rank,
            obtained_on,
            withdrawn_on: held.map(|days| obtained_on.plus_days(days)),
        }),
        0..6,
    )
}

fn placements() -> impl Strategy<Value = Vec<Placement>> {
    let result =
        select(&[PracticeResult::Pass, PracticeResult::Pass, PracticeResult::Excellent, PracticeResult::Fail][..]);
    let placement = (voided(), 1..=3u32, a_range(), a_word(), option::weighted(0.9, result), vec(logged_days(), 0..3));
    vec(
        placement.prop_map(|(voided, at, range, form, result, logged)| Placement {
            fact: fact(0),
            voided,
            site: site(at),
            range,
            form,
            completed: result.map(|result| Completion { fact: fact(0), result }),
            logged,
        }),
        0..9,
    )
}

/// Days that were logged, whichever placement they are of.
fn logged_days() -> impl Strategy<Value = LoggedDays> {
    (a_range(), 1..=14u16).prop_map(|(days, hours)| LoggedDays {
        fact: fact(0),
        days,
        hours_a_day: Hours::whole(hours),
    })
}

fn attendances() -> impl Strategy<Value = Vec<Attendance>> {
    let attendance = (voided(), 1..=5u32, 1..=3u32, a_range(), 1..=30u16, a_word(), a_word());
    vec(
        attendance.prop_map(|(voided, number, base, range, hours, tier, theme)| Attendance {
            fact: fact(0),
            voided,
            session: session(number),
            base: site(base),
            range,
            hours: Hours::whole(hours),
            tier,
            theme,
            on_site: true,
        }),
        0..7,
    )
}

fn achievements() -> impl Strategy<Value = Vec<Achievement>> {
    let achievement = (voided(), a_word(), option::of(a_word()), a_day());
    vec(
        achievement.prop_map(|(voided, kind, tier, achieved_on)| Achievement {
            fact: fact(0),
            voided,
            kind,
            tier,
            achieved_on,
        }),
        0..6,
    )
}

fn breaches() -> impl Strategy<Value = Vec<Breach>> {
    let breach = (voided(), a_day(), option::weighted(0.8, 0..=900i32));
    vec(
        breach.prop_map(|(voided, confirmed_on, lasting)| Breach {
            fact: fact(0),
            voided,
            confirmed_on,
            lifted_on: lasting.map(|days| confirmed_on.plus_days(days)),
        }),
        0..3,
    )
}

fn recognitions() -> impl Strategy<Value = Vec<Recognition>> {
    let revoked = option::weighted(0.3, 0..=2_500i32);
    let flags = vec(option::weighted(0.7, a_day()).prop_map(|from| Flag { fact: fact(0), by: fact(0), from }), 0..3);
    let recognition = (voided(), a_word::<Level>(), a_day(), 0..=1_900i32, revoked, flags);
    vec(
        recognition.prop_map(|(voided, level, granted_on, valid, revoked, flags)| Recognition {
            fact: fact(0),
            voided,
            level,
            granted_on,
            review_due: granted_on.plus_days(valid),
            revoked_on: revoked.map(|days| granted_on.plus_days(days)),
            flags,
            by_own_hand: false,
        }),
        0..4,
    )
}

fn enterprise_work() -> impl Strategy<Value = Vec<EnterpriseWork>> {
    let work = (voided(), a_day(), 0..=900i32);
    vec(
        work.prop_map(|(voided, from, days)| EnterpriseWork {
            fact: fact(0),
            voided,
            range: DayRange::new(from, from.plus_days(days)).unwrap(),
        }),
        0..3,
    )
}

fn judgements() -> impl Strategy<Value = Vec<Judgement>> {
    let judgement = (voided(), a_word(), a_day());
    vec(judgement.prop_map(|(voided, level, judged_on)| Judgement { fact: fact(0), voided, level, judged_on }), 0..3)
}

/// A dossier in which every fact has an id of its own; some are verified, some disputed.
pub fn a_dossier() -> impl Strategy<Value = Facts> {
    let parts = (posts(), credentials(), placements(), attendances(), achievements(), breaches(), recognitions());
    let more = (enterprise_work(), judgements(), any::<u64>(), any::<u64>(), any::<u64>());
    (parts, more).prop_map(|(parts, (enterprise_work, judgements, verified, disputed, rarely))| {
        let (posts, credentials, placements, attendances, achievements, breaches, recognitions) = parts;
        let bits = |bits: u64| (0..64u32).filter(move |bit| bits >> bit & 1 == 1).map(|bit| fact(10 + bit)).collect();
        numbered(Facts {
            posts,
            credentials,
            placements,
            attendances,
            achievements,
            breaches,
            recognitions,
            enterprise_work,
            judgements,
            verified: bits(verified),
            disputed: bits(disputed & rarely),
        })
    })
}

fn numbered(mut facts: Facts) -> Facts {
    let mut numbers = 10..;
    let mut next = || fact(numbers.next().unwrap());
    facts.posts.iter_mut().for_each(|one| one.fact = next());
    facts.credentials.iter_mut().for_each(|one| one.fact = next());
    facts.placements.iter_mut().for_each(|one| one.fact = next());
    facts.placements.iter_mut().flat_map(|one| &mut one.logged).for_each(|one| one.fact = next());
    facts.attendances.iter_mut().for_each(|one| one.fact = next());
    facts.achievements.iter_mut().for_each(|one| one.fact = next());
    facts.breaches.iter_mut().for_each(|one| one.fact = next());
    facts.recognitions.iter_mut().for_each(|one| one.fact = next());
    facts.enterprise_work.iter_mut().for_each(|one| one.fact = next());
    facts.judgements.iter_mut().for_each(|one| one.fact = next());
    facts
}

/// Approvals of three sites, one of them never approved at times.
pub fn some_places() -> impl Strategy<Value = Places> {
    let kind =
        select(&[SiteKind::PracticeStation, SiteKind::PracticeStation, SiteKind::TrainingBase, SiteKind::Studio][..]);
    let approval = (kind, a_period(3_000)).prop_map(|(kind, period)| Approval { fact: fact(2), kind, period });
    let always = Approval {
        fact: fact(3),
        kind: SiteKind::PracticeStation,
        period: Period::new(day("2007-01-01"), None).unwrap(),
    };
    vec(vec(approval, 0..4), 2).prop_map(move |mut sites| {
        sites.push(vec![always.clone()]);
        Places { approvals: (1..).map(site).zip(sites).collect(), ..Places::default() }
    })
}
