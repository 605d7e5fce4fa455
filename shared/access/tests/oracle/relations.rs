//! Relation by relation, through the real projection and reader.

use std::time::{Duration, Instant};

use access::{CLERK_DAYS, Decision, Object, Operation, ProposalState, decide};
use kernel::vocabulary::Capacity;
use kernel::{
    AccountId, Day, EventId, OrganisationId, PlacementId, ProposalId, RecognitionId, Scope, SessionId, SiteId,
    TeacherId, TeamId,
};
use uuid::Uuid;

use crate::stage::{Desk, Stage, day};

const TODAY: &str = "2026-11-22";

fn today() -> Day {
    day(TODAY)
}

fn org(name: &str) -> OrganisationId {
    OrganisationId::of_name(name)
}

macro_rules! numbered {
    ($($name:ident $id:ident $kind:literal),+) => { $(fn $name(number: u128) -> $id {
        $id::new(Uuid::from_u128(($kind << 64) | number))
    })+ };
}

numbered! {
    person TeacherId 1, account AccountId 2, site SiteId 3, session SessionId 4, placement PlacementId 5,
    recognition RecognitionId 6, team TeamId 7, proposal ProposalId 8
}

/// Two cities of Jiangsu, a school in Fujian, one of Xinjiang and one of the XPCC side by side.
fn desk() -> Desk {
    let mut desk = Desk::numbered(1);
    for (name, division) in [
        ("nanjing", "320102"),
        ("nanjing city", "320100"),
        ("wuxi", "320200"),
        ("jiangsu", "320000"),
        ("fuzhou", "350100"),
        ("urumqi", "650102"),
    ] {
        desk.organisation(org(name), division, None);
    }
    desk.organisation(org("corps"), "650102", Some("66"));
    desk
}

fn grant(desk: &mut Desk, number: u128, role: Capacity, at: &str) -> EventId {
    desk.account(account(number), None);
    desk.grant(account(number), role, Some(org(at)), day("2024-01-01"), None)
}

async fn decision(stage: &Stage, by: u128, operation: Operation, object: &Object) -> Decision {
    let principal = stage.access.principal(account(by), today()).await.unwrap().unwrap();
    let place = stage.access.place(object, today()).await.unwrap();
    decide(&principal, operation, place.as_ref())
}

/// Whether the account is shown this person.
async fn sees(stage: &Stage, by: u128, of: u128) -> bool {
    let decision = decision(stage, by, Operation::ShowTeacher, &Object::Teacher(person(of))).await;
    assert_ne!(decision, Decision::Forbidden, "nobody is seen and not shown");
    matches!(decision, Decision::May(_))
}

#[tokio::test]
async fn a_role_reaches_its_own_and_what_is_below_it_and_nothing_beside_or_above() {
    let mut desk = desk();
    let posts = ["nanjing", "wuxi", "fuzhou", "urumqi", "corps"];
    for (number, school) in (1..).zip(posts) {
        desk.person(person(number), None);
        desk.post(person(number), org(school), day("2020-01-01"), None);
    }
    let expected = [
        (1, Capacity::SchoolHr, "nanjing", "1...."),
        (2, Capacity::SchoolHr, "nanjing city", "....."),
        (3, Capacity::CityAuthority, "nanjing city", "1...."),
        (4, Capacity::CityAuthority, "wuxi", ".1..."),
        (5, Capacity::ProvincialAuthority, "jiangsu", "11..."),
        (6, Capacity::ProvincialAuthority, "fuzhou", "..1.."),
        (7, Capacity::ProvincialAuthority, "urumqi", "...1."),
        (8, Capacity::CityAuthority, "urumqi", "...1."),
        (9, Capacity::ProvincialAuthority, "corps", "....1"),
        (10, Capacity::CityAuthority, "corps", "....1"),
        (11, Capacity::SchoolHr, "nowhere on the register", "....."),
    ];
    for (number, role, at, _) in expected {
        grant(&mut desk, number, role, at);
    }
    let stage = Stage::open().await;
    stage.record(desk).await;
    for (number, role, at, seen) in expected {
        for (of, expected) in (1..).zip(seen.chars()) {
            assert_eq!(sees(&stage, number, of).await, expected == '1', "{role} of {at} and person {of}");
        }
    }
}

#[tokio::test]
async fn a_role_holds_on_its_days_only_and_a_closed_account_is_nobody() {
    let mut desk = desk();
    let days = [
        (1, TODAY, Some(TODAY), true),
        (2, "2024-01-01", Some("2026-11-21"), false),
        (3, "2026-11-23", None, false),
        (4, "2024-01-01", None, true),
    ];
    for (number, from, to, _) in days {
        desk.account(account(number), None);
        desk.grant(account(number), Capacity::SchoolHr, Some(org("wuxi")), day(from), to.map(day));
    }
    let ended = grant(&mut desk, 5, Capacity::SchoolHr, "wuxi");
    desk.grant_ended(account(5), ended, day("2026-11-21"));
    grant(&mut desk, 6, Capacity::Auditor, "wuxi");
    desk.closed(account(6));
    let stage = Stage::open().await;
    stage.record(desk).await;
    let roles = async |number| {
        stage.access.principal(account(number), today()).await.unwrap().map(|principal| principal.roles.len())
    };
    for (number, _, _, held) in days {
        assert_eq!(roles(number).await, Some(usize::from(held)), "account {number}");
    }
    assert_eq!(roles(5).await, Some(0), "it was ended");
    assert_eq!(roles(6).await, None, "it was closed");
    assert_eq!(roles(7).await, None, "there is none");
    let row = stage.access.account(account(5)).await.unwrap().unwrap();
    assert_eq!((row.grants[0].grant, row.grants[0].period.to()), (ended, Some(day("2026-11-21"))));
}

#[tokio::test]
async fn who_moves_away_is_no_longer_seen_and_who_is_expected_is_seen_already() {
    let mut desk = desk();
    grant(&mut desk, 1, Capacity::SchoolHr, "nanjing");
    grant(&mut desk, 2, Capacity::SchoolHr, "wuxi");
    desk.account(account(3), None);
    desk.grant(account(3), Capacity::Operator, None, day("2024-01-01"), None);
    // Person 1 moved from one school to the other, 2 will, 3 has left both, 4 was a mistake, 5 never had a post.
    for number in 1..=5 {
        desk.person(person(number), Some(org("nanjing")));
    }
    let post = desk.post(person(1), org("nanjing"), day("2020-01-01"), None);
    desk.post_ended(person(1), post, day("2026-11-21"));
    desk.post(person(1), org("wuxi"), day(TODAY), None);
    desk.post(person(2), org("nanjing"), day("2020-01-01"), Some(today()));
    desk.post(person(2), org("wuxi"), day("2026-12-01"), None);
    desk.post(person(3), org("nanjing"), day("2020-01-01"), Some(day("2026-11-21")));
    let mistake = desk.post(person(4), org("wuxi"), day("2020-01-01"), None);
    desk.voided(person(4), mistake);
    desk.confirmed(person(4), mistake);
    let stage = Stage::open().await;
    stage.record(desk).await;
    for (of, nanjing, wuxi) in
        [(1, false, true), (2, true, true), (3, false, false), (4, true, false), (5, true, false)]
    {
        assert_eq!((sees(&stage, 1, of).await, sees(&stage, 2, of).await), (nanjing, wuxi), "person {of}");
        assert!(sees(&stage, 3, of).await, "the operator sees person {of}");
    }
    assert!(stage.access.is_confirmed(mistake).await.unwrap());
    assert!(!stage.access.is_confirmed(post).await.unwrap());
}

#[tokio::test]
async fn who_is_restricted_or_erased_is_out_of_sight_and_comes_back_only_from_restriction() {
    let mut desk = desk();
    grant(&mut desk, 1, Capacity::SchoolHr, "nanjing");
    let states = [
        (1, ["processing_restricted", "restriction_lifted"].as_slice(), true),
        (2, &["processing_restricted"], false),
        (3, &["erased"], false),
        (4, &["processing_restricted", "erased", "restriction_lifted"], false),
    ];
    for (number, kinds, _) in states {
        desk.person(person(number), None);
        desk.post(person(number), org("nanjing"), day("2020-01-01"), None);
        kinds.iter().for_each(|kind| desk.state(person(number), kind));
    }
    let stage = Stage::open().await;
    stage.record(desk).await;
    for (number, kinds, seen) in states {
        assert_eq!(sees(&stage, 1, number).await, seen, "{kinds:?}");
        assert!(stage.access.place(&Object::Teacher(person(number)), today()).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn a_merged_entry_is_the_keeper_s_until_they_are_two_again() {
    let mut desk = desk();
    grant(&mut desk, 1, Capacity::SchoolHr, "nanjing");
    grant(&mut desk, 2, Capacity::SchoolHr, "wuxi");
    for (number, school) in [(1, "nanjing"), (2, "wuxi"), (3, "fuzhou")] {
        desk.person(person(number), None);
        desk.post(person(number), org(school), day("2020-01-01"), None);
        desk.account(account(10 + number), Some(person(number)));
    }
    desk.merged(person(2), person(3));
    let merge = desk.merged(person(1), person(2));
    let stage = Stage::open().await;
    stage.record(desk).await;
    for (number, keeper) in [(1, None), (2, Some(1)), (3, Some(1))] {
        assert_eq!(stage.access.merged_into(person(number)).await.unwrap(), keeper.map(person));
        let principal = stage.access.principal(account(10 + number), today()).await.unwrap().unwrap();
        assert_eq!(principal.person, Some(person(1)), "every account of theirs opens the one record");
        assert!(sees(&stage, 1, number).await && sees(&stage, 2, number).await);
        let accounts = stage.access.account_of_person(person(number)).await.unwrap();
        assert_eq!(accounts, [account(11), account(12), account(13)]);
    }
    let mut desk = Desk::numbered(2);
    desk.unmerged(person(1), merge);
    stage.record(desk).await;
    assert!(sees(&stage, 1, 1).await && !sees(&stage, 2, 1).await);
    assert_eq!(stage.access.merged_into(person(2)).await.unwrap(), None);
    assert_eq!(stage.access.merged_into(person(3)).await.unwrap(), Some(person(2)));
    assert_eq!(stage.access.account_of_person(person(3)).await.unwrap(), [account(12), account(13)]);
}

#[tokio::test]
async fn a_clerk_of_a_site_is_one_from_its_first_approval_to_a_year_after_its_last() {
    let last = today().plus_days(-CLERK_DAYS);
    let mut desk = Desk::numbered(1);
    for number in 1..=8 {
        desk.account(account(number), None);
        let body = OrganisationId::of_site(site(number));
        desk.grant(account(number), Capacity::BaseClerk, Some(body), day("2020-01-01"), None);
    }
    desk.site(site(1), "320100", day("2020-01-01"), Some(last));
    desk.site(site(2), "320100", day("2020-01-01"), Some(last.previous()));
    desk.site(site(3), "320100", today().next(), None);
    desk.site(site(4), "320100", day("2020-01-01"), Some(last.previous()));
    desk.renewed(site(4), day("2025-12-01"), None);
    let mistake = desk.site(site(5), "320100", day("2020-01-01"), None);
    desk.approval_voided(site(5), mistake);
    desk.site(site(6), "320100", day("2020-01-01"), None);
    desk.site_withdrawn(site(6), last);
    // Nobody ever approved site 7; site 8 was approved again after a withdrawal.
    desk.site(site(8), "320100", day("2020-01-01"), None);
    desk.site_withdrawn(site(8), last);
    desk.renewed(site(8), day("2025-12-01"), None);
    let stage = Stage::open().await;
    stage.record(desk).await;
    for (number, held) in [(1, true), (2, false), (3, false), (4, true), (5, false), (6, false), (7, false), (8, true)]
    {
        let principal = stage.access.principal(account(number), today()).await.unwrap().unwrap();
        assert_eq!(principal.roles.len(), usize::from(held), "site {number}");
    }
}

#[tokio::test]
async fn sessions_placements_and_teams_lie_where_their_base_school_or_teacher_does() {
    let mut desk = desk();
    desk.site(site(1), "320100", day("2020-01-01"), None);
    desk.site(site(2), "320100", day("2020-01-01"), None);
    for number in [1, 2] {
        desk.account(account(number), None);
        let body = OrganisationId::of_site(site(number));
        desk.grant(account(number), Capacity::BaseClerk, Some(body), day("2020-01-01"), None);
    }
    grant(&mut desk, 3, Capacity::SchoolHr, "wuxi");
    grant(&mut desk, 4, Capacity::SchoolHr, "nanjing");
    desk.person(person(1), None);
    desk.post(person(1), org("wuxi"), day("2020-01-01"), None);
    desk.session(session(1), site(1));
    desk.placement(placement(1), site(1), person(1));
    desk.recognition(recognition(1), person(1));
    desk.team(team(1), org("wuxi"));
    let stage = Stage::open().await;
    stage.record(desk).await;
    let expected = [
        (Operation::AmendRoster, Object::Session(session(1)), [true, false, false, false]),
        (Operation::LogDays, Object::Placement(placement(1)), [true, false, true, false]),
        (Operation::BeginPlacement, Object::Visit(site(1), person(1)), [true, false, true, false]),
        (Operation::ShowTeacher, Object::Teacher(person(1)), [false, false, true, false]),
        (Operation::ShowRecognition, Object::Recognition(recognition(1)), [false, false, true, false]),
        (Operation::JoinTeam, Object::Team(team(1)), [false, false, true, false]),
    ];
    for (operation, object, allowed) in expected {
        for (by, allowed) in (1..).zip(allowed) {
            let decision = decision(&stage, by, operation, &object).await;
            assert_eq!(matches!(decision, Decision::May(_)), allowed, "{operation:?} by account {by}");
        }
    }
    for nothing in [Object::Session(session(9)), Object::Visit(site(9), person(1)), Object::Visit(site(1), person(9))] {
        assert_eq!(stage.access.place(&nothing, today()).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_post_is_given_by_whoever_has_the_teacher_and_by_any_school_where_nobody_has() {
    let mut desk = desk();
    grant(&mut desk, 1, Capacity::SchoolHr, "nanjing");
    grant(&mut desk, 2, Capacity::SchoolHr, "wuxi");
    grant(&mut desk, 3, Capacity::ProvincialAuthority, "jiangsu");
    // Person 1 is in post, 2 will be, 3 has left, 4 was registered by a school, 5 by nobody's, 6 is restricted.
    for number in 1..=6 {
        desk.person(person(number), (number == 4).then(|| org("wuxi")));
    }
    desk.post(person(1), org("wuxi"), day("2020-01-01"), None);
    desk.post(person(2), org("wuxi"), day("2027-01-01"), None);
    desk.post(person(3), org("wuxi"), day("2020-01-01"), Some(day("2026-11-21")));
    desk.state(person(6), "processing_restricted");
    let stage = Stage::open().await;
    stage.record(desk).await;
    let expected = [
        (1, [false, false, true], [false, true, true]),
        (2, [false, false, true], [false, true, true]),
        (3, [true, false, true], [false, true, true]),
        (4, [false, false, true], [false, true, true]),
        (5, [true, false, true], [false, true, true]),
        (6, [false, false, false], [false, false, false]),
        (7, [false, false, false], [false, false, false]),
    ];
    for (of, nanjing, wuxi) in expected {
        for (school, allowed) in [("nanjing", nanjing), ("wuxi", wuxi)] {
            for (by, allowed) in (1..).zip(allowed) {
                let object = Object::Engagement(org(school), person(of));
                let decision = decision(&stage, by, Operation::RecordPost, &object).await;
                let wanted = if allowed { "May" } else { "Absent" };
                assert!(format!("{decision:?}").starts_with(wanted), "person {of} at {school} by {by}: {decision:?}");
            }
        }
    }
    let nowhere = Object::Engagement(org("nowhere on the register"), person(5));
    assert_eq!(stage.access.place(&nowhere, today()).await.unwrap(), None);
    let two = stage.access.place(&Object::Teachers(person(2), person(1)), today()).await.unwrap().unwrap();
    assert_eq!(two.subject, Some(person(2)), "two are about the one whose entry is to stay");
}

#[tokio::test]
async fn proposals_are_listed_within_the_scope_and_by_state() {
    let mut desk = desk();
    desk.person(person(1), None);
    desk.post(person(1), org("wuxi"), day("2020-01-01"), None);
    desk.proposal(proposal(1), account(1), Some(person(1)), None);
    desk.proposal(proposal(2), account(1), None, Some(org("nanjing")));
    desk.proposal(proposal(3), account(1), None, None);
    desk.withdrawn(proposal(2));
    let stage = Stage::open().await;
    stage.record(desk).await;
    let list = async |scope: Scope, state, after| {
        let found = stage.access.proposals(&scope, state, today(), after, 2).await.unwrap();
        found.into_iter().map(|row| row.proposal).collect::<Vec<_>>()
    };
    let at = |name| Scope::of([kernel::Reach::Organisation(org(name))]);
    assert_eq!(list(at("wuxi"), None, None).await, [proposal(1)]);
    assert_eq!(list(at("nanjing"), None, None).await, [proposal(2)]);
    assert_eq!(list(at("nanjing"), Some(ProposalState::Open), None).await, []);
    assert_eq!(list(Scope::everything(), None, None).await, [proposal(1), proposal(2)]);
    assert_eq!(list(Scope::everything(), None, Some(proposal(2))).await, [proposal(3)]);
    assert_eq!(list(Scope::nothing(), None, None).await, []);
    let row = stage.access.proposal(proposal(2)).await.unwrap().unwrap();
    assert_eq!((row.state, row.by, row.organisation), (ProposalState::Withdrawn, account(1), Some(org("nanjing"))));
}

#[tokio::test]
async fn a_decision_takes_little_time() {
    const ASKED: u32 = 500;
    let mut desk = desk();
    grant(&mut desk, 1, Capacity::SchoolHr, "wuxi");
    for number in 1..=2_000 {
        desk.person(person(number), None);
        desk.post(person(number), org("wuxi"), day("2020-01-01"), None);
    }
    let stage = Stage::open().await;
    stage.record(desk).await;
    let begun = Instant::now();
    for number in 1..=u128::from(ASKED) {
        assert!(sees(&stage, 1, number).await);
    }
    let each = begun.elapsed() / ASKED;
    println!("principal, place of a teacher and decision: {} µs", each.as_micros());
    assert!(each < Duration::from_millis(100));
}
