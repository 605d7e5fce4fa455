//! Two entries that turn out to be one person, and that turn out not to be.

use std::collections::BTreeMap;

use dossiers::{Dossiers, Step};
use events::TeacherEvent;
use kernel::{Day, EventId, Reach, Scope, TeacherId};
use proptest::prelude::{Just, Strategy, any};
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use standards::{Facts, IgnoreReason};

use crate::book::{Book, certificate, day, everybody, post, reason, registered, teacher};
use crate::naive::{Person, SCHOOLS, a_register};

fn merged(other: TeacherId) -> TeacherEvent {
    TeacherEvent::IdentitiesMerged { on: day("2026-01-01"), other, reason: reason() }
}

fn unmerged(merge: EventId) -> TeacherEvent {
    TeacherEvent::IdentitiesUnmerged { on: day("2026-02-01"), merge, reason: reason() }
}

async fn people(dossiers: &Dossiers, known: u64) -> (i64, usize) {
    let sums: Vec<Step> = dossiers.sums(day("2026-11-22"), known).await.unwrap();
    (sums.iter().map(|step| step.people).sum(), sums.len())
}

async fn listed(book: &Book, scope: Scope) -> Vec<TeacherId> {
    let dossiers = book.dossiers(scope, "2026-11-22").await;
    everybody(&dossiers, 1).await.iter().map(|one| one.teacher).collect()
}

async fn facts(dossiers: &Dossiers, teacher: TeacherId, known: u64) -> (TeacherId, Facts) {
    let dossier = dossiers.dossier(teacher, known).await.unwrap().unwrap();
    (dossier.teacher, dossier.facts)
}

/// Two entries, each with a post in a province of its own and in the roster of the same session.
async fn twice_on_the_register(page: u32) -> Book {
    let mut book = Book::open(page).await;
    book.pack().await;
    for (number, (code, division, _)) in (1..).zip(&SCHOOLS[..2]) {
        let school = book.school(code, division, None).await;
        book.about(teacher(number), &[registered(number), post(school, "2020-01-01", None), certificate("2015-06-01")])
            .await;
    }
    book.session("S1", &[(teacher(1), 24), (teacher(2), 16)]).await;
    book
}

#[tokio::test]
async fn a_merge_holds_from_its_position_until_it_is_taken_back() {
    let (one, other) = (teacher(1), teacher(2));
    let mut book = twice_on_the_register(1).await;
    let before = book.known();
    let merge = book.identify("m", one, merged(other)).await;
    book.about(other, &[certificate("2015-06-01")]).await;
    let during = book.known();
    let second = Scope::of([Reach::Organisation(crate::book::school(SCHOOLS[1].0))]);
    for scope in [Scope::everything(), second.clone(), Scope::of([Reach::Person(other)])] {
        assert_eq!(listed(&book, scope).await, [one]);
    }
    let seen = book.dossiers(second, "2026-11-22").await;
    assert_eq!(facts(&seen, other, during).await.0, one);
    assert_eq!(seen.by_staff_number("007").await.unwrap(), [one]);
    book.identify("u", one, unmerged(merge)).await;
    let after = book.known();
    let all = book.all().await;
    for (known, keeper) in [(before, None), (during, Some(one)), (after, None)] {
        assert_eq!(all.keeper_of(other, known).await.unwrap(), keeper);
        assert_eq!(all.keeper_of(one, known).await.unwrap(), None);
        let (who, of_other) = facts(&all, other, known).await;
        assert_eq!(who, keeper.unwrap_or(other));
        assert_eq!(of_other.posts.len(), if keeper.is_some() { 2 } else { 1 });
        assert_eq!(facts(&all, one, known).await.1.posts.len(), of_other.posts.len());
    }
    assert_eq!(people(&all, before).await, (2, 2));
    assert_eq!(people(&all, during).await, (1, 1));
    assert_eq!(people(&all, after).await, (2, 2));
    // What was recorded meanwhile stays with the id that it was recorded for.
    assert_eq!(facts(&all, one, during).await.1.credentials.len(), 3);
    assert_eq!(facts(&all, one, after).await.1.credentials.len(), 1);
    assert_eq!(facts(&all, other, after).await.1.credentials.len(), 2);
    assert_eq!(listed(&book, Scope::everything()).await, [one, other]);
    book.with_pages_of(1_000).await;
    assert!(book.is_the_same_rebuilt().await);
}

#[tokio::test]
async fn what_two_entries_say_of_the_same_counts_once() {
    let book = twice_on_the_register(1_000).await;
    book.identify("m", teacher(1), merged(teacher(2))).await;
    let all = book.all().await;
    let dossier = all.dossier(teacher(1), book.known()).await.unwrap().unwrap();
    let assessment = serde_json::to_value(dossier.assess(day("2026-11-22")).unwrap()).unwrap();
    let text = assessment.to_string();
    let duplicate = serde_json::to_string(&IgnoreReason::Duplicate).unwrap();
    assert_eq!(text.matches(&format!("\"reason\":{duplicate}")).count(), 1, "{assessment:#}");
    let posts = &dossier.facts.posts;
    assert_eq!((posts.len(), dossier.facts.credentials.len(), dossier.facts.attendances.len()), (2, 2, 2));
}

#[tokio::test]
async fn a_credential_withdrawn_under_one_entry_is_withdrawn_for_the_person_while_they_are_one() {
    let (one, other) = (teacher(1), teacher(2));
    let mut book = twice_on_the_register(1_000).await;
    let ends = async |book: &Book, teacher| {
        let credentials = facts(&book.all().await, teacher, book.known()).await.1.credentials;
        credentials.iter().map(|one| one.withdrawn_on).collect::<Vec<_>>()
    };
    let credential = facts(&book.all().await, other, book.known()).await.1.credentials[0].fact;
    let on = day("2025-06-01");
    book.about(other, &[TeacherEvent::CredentialWithdrawn { on, credential, reason: reason() }]).await;
    assert_eq!((ends(&book, one).await, ends(&book, other).await), (vec![None], vec![Some(on)]));
    let merge = book.identify("m", one, merged(other)).await;
    assert_eq!(ends(&book, one).await, [Some(on), Some(on)]);
    book.identify("u", one, unmerged(merge)).await;
    assert_eq!((ends(&book, one).await, ends(&book, other).await), (vec![None], vec![Some(on)]));
    assert!(book.is_the_same_rebuilt().await);
}

#[tokio::test]
async fn a_roster_is_amended_for_the_id_that_stands_in_it() {
    let mut book = twice_on_the_register(1_000).await;
    book.identify("m", teacher(1), merged(teacher(2))).await;
    let all = book.all().await;
    let before = facts(&all, teacher(1), book.known()).await.1;
    let session = before.attendances[0].session;
    let taken_off = events::SessionEvent::RosterAmended {
        on: day("2024-04-01"),
        teacher: teacher(2),
        hours: None,
        reason: reason(),
    };
    book.write(session.uuid(), None, &[taken_off]).await;
    let after = facts(&book.all().await, teacher(1), book.known()).await.1;
    let standing = after.attendances.iter().filter(|attendance| attendance.voided.is_none());
    assert_eq!(standing.map(|attendance| attendance.hours.halves()).collect::<Vec<_>>(), [48]);
}

/// Everything that the read model says of the people on the register now.
#[derive(Debug, PartialEq)]
struct Said {
    facts: BTreeMap<TeacherId, (TeacherId, Facts)>,
    listed: Vec<(TeacherId, i64, Option<Day>, Option<Day>)>,
    sums: Vec<Vec<Step>>,
}

async fn said(book: &Book, people: usize) -> Said {
    let all = book.all().await;
    let mut facts_of = BTreeMap::new();
    for number in 1..=people as u128 {
        facts_of.insert(teacher(number), facts(&all, teacher(number), book.known()).await);
    }
    let row = |one: dossiers::Listed| (one.teacher, one.mark.stored(), one.since, one.until);
    let listed = everybody(&all, 5).await.into_iter().map(row).collect();
    let mut sums = Vec::new();
    for on in ["2020-01-10", "2020-02-01", "2026-11-22"] {
        sums.push(all.sums(day(on), book.known()).await.unwrap());
    }
    Said { facts: facts_of, listed, sums }
}

async fn written(page: u32, register: &[Person]) -> Book {
    let mut book = Book::open(page).await;
    book.pack().await;
    for (code, division, reports_to) in &SCHOOLS[..4] {
        book.school(code, division, *reports_to).await;
    }
    for (number, person) in (1..).zip(register) {
        person.record(number, &mut book).await;
    }
    book
}

/// What is recorded while the merges stand.
async fn meanwhile(book: &mut Book, register: &[Person]) {
    let roster: Vec<_> = (1..=register.len() as u128).map(|number| (teacher(number), 8)).collect();
    book.session("S2", &roster).await;
    for (teacher, _) in roster {
        book.about(teacher, &[certificate("2015-06-01")]).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn merged_and_taken_back_is_as_if_never_merged() {
    let mut runner = TestRunner::deterministic();
    let pairs = || proptest::collection::vec((any::<usize>(), any::<usize>()), 1..4);
    let merges =
        pairs().prop_flat_map(|pairs| (Just((0..pairs.len()).collect::<Vec<_>>()).prop_shuffle(), Just(pairs)));
    let mut differed = 0;
    for _ in 0..40 {
        let ((order, pairs), register) = (&merges, a_register()).new_tree(&mut runner).unwrap().current();
        if register.is_empty() {
            continue;
        }
        let pick = |index: usize| teacher((index % register.len()) as u128 + 1);
        let mut plain = written(1_000, &register).await;
        let mut book = written(3, &register).await;
        let mut made = Vec::new();
        for (number, (keeper, other)) in pairs.iter().enumerate() {
            let (keeper, other) = (pick(*keeper), pick(*other));
            made.push((keeper, book.identify(&format!("m{number}"), keeper, merged(other)).await));
        }
        meanwhile(&mut plain, &register).await;
        meanwhile(&mut book, &register).await;
        let expected = said(&plain, register.len()).await;
        differed += usize::from(said(&book, register.len()).await != expected);
        for index in order {
            let (keeper, merge) = made[index];
            book.identify(&format!("u{index}"), keeper, unmerged(merge)).await;
        }
        assert_eq!(said(&book, register.len()).await, expected);
        book.with_pages_of(1_000).await;
        assert!(book.is_the_same_rebuilt().await);
        book.views.stop().await;
        plain.views.stop().await;
    }
    assert!(differed > 15, "a merge of two shows while it stands: {differed}");
}
