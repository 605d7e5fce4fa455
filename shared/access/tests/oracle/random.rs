//! The decision, on what the real projection and reader say, against the oracle.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use access::{Decision, Object, Operation, Place, Principal, TokenScope, decide, scope};
use kernel::{AccountId, Location, Scope, TeacherId};

use crate::rules::{Verdict, oracle};
use crate::stage::{Desk, Stage};
use crate::world::{Account, Dice, World};

const WORLDS: u64 = 200;
const CASES_A_WORLD: usize = 520;
/// So many accounts of a world ask, for so many of its things, picked anew in each.
const CALLERS: usize = 8;
const THINGS: usize = 28;

fn verdict(decision: &Decision) -> Verdict {
    match decision {
        Decision::May(_) => Verdict::May,
        Decision::Forbidden => Verdict::Forbidden,
        Decision::Absent => Verdict::Absent,
    }
}

fn some_token(dice: &mut Dice) -> Option<Vec<TokenScope>> {
    let services = ["accounts", "teachers", "training", "practice", "teams", "qualification", "coverage"];
    let mut scope = || {
        let service = (!dice.one_in(3)).then(|| (*dice.pick(&services)).to_owned());
        TokenScope { service, writes: dice.one_in(2) }
    };
    let scopes = [scope(), scope(), scope()];
    (!dice.one_in(3)).then(|| scopes.into_iter().take(dice.below(4)).collect())
}

/// A world with what the reader says of it.
struct Read<'a> {
    world: &'a World,
    callers: Vec<(&'a Account, Principal)>,
    things: Vec<(Object, Option<Place>)>,
}

async fn read<'a>(stage: &Stage, world: &'a World, dice: &mut Dice) -> Read<'a> {
    let (mut callers, mut things) = (Vec::new(), Vec::new());
    for account in world.accounts.iter().take(CALLERS) {
        let principal = stage.access.principal(account.id, world.today).await.unwrap();
        assert_eq!(principal.is_none(), account.closed, "a closed account is nobody");
        callers.extend(principal.map(|principal| (account, principal)));
    }
    let objects = world.objects(dice);
    for _ in 0..THINGS {
        let object = dice.pick(&objects).clone();
        let place = stage.access.place(&object, world.today).await.unwrap();
        things.push((object, place));
    }
    Read { world, callers, things }
}

/// What came out, and how often a wrong decision would have been noticed.
#[derive(Default)]
struct Tally {
    cases: usize,
    verdicts: BTreeMap<Verdict, usize>,
    operations: BTreeSet<Operation>,
    controls: [usize; 3],
    lists: usize,
    shown: usize,
}

impl Read<'_> {
    fn compare(&self, dice: &mut Dice, tally: &mut Tally) {
        for _ in 0..CASES_A_WORLD {
            let (account, principal) = dice.pick(&self.callers);
            let principal = Principal { token: some_token(dice), ..principal.clone() };
            let (object, place) = dice.pick(&self.things);
            let operation = *dice.pick(Operation::ALL);
            let expected = oracle(self.world, account, principal.token.as_deref(), operation, object);
            let found = verdict(&decide(&principal, operation, place.as_ref()));
            assert_eq!(
                found, expected,
                "{operation:?} on {object:?} by {principal:?} on {} at {place:?}",
                self.world.today
            );
            tally.cases += 1;
            *tally.verdicts.entry(found).or_default() += 1;
            tally.operations.insert(operation);
            if !dice.one_in(8) {
                continue;
            }
            // Deciders that get it wrong: one forgets the token, one who is restricted, one who is not there.
            let without_token = Principal { token: None, ..principal.clone() };
            let open = place.clone().map(|place| Place { is_closed: false, ..place });
            let forgetful = [
                decide(&without_token, operation, place.as_ref()),
                decide(&principal, operation, open.as_ref()),
                decide(&principal, operation, Some(&place.clone().unwrap_or_else(Place::anywhere))),
            ];
            for (noticed, decision) in tally.controls.iter_mut().zip(&forgetful) {
                *noticed += usize::from(verdict(decision) != expected);
            }
        }
    }

    /// What a scope shows of a list is what the oracle permits one by one.
    fn compare_lists(&self, dice: &mut Dice, tally: &mut Tally) {
        for _ in 0..6 {
            let (account, principal) = dice.pick(&self.callers);
            let principal = Principal { token: some_token(dice), ..principal.clone() };
            let operation = *dice.pick(&[
                Operation::ListTeachers,
                Operation::ListTeachers,
                Operation::ShowTeacher,
                Operation::ShowCoverage,
                Operation::ShowTrainingSession,
                Operation::ShowPlacement,
                Operation::ShowRecognition,
                Operation::ListAccounts,
                Operation::ShowSite,
            ]);
            let scope = scope(&principal, operation);
            for (object, place) in &self.things {
                let (Some(place), false) = (place, *object == Object::Nothing) else { continue };
                // A role reaches two persons only if it reaches both: a scope of several roles is of single things.
                if place.groups.len() != 1 {
                    continue;
                }
                let token = principal.token.as_deref();
                let permitted = oracle(self.world, account, token, operation, object) == Verdict::May;
                assert_eq!(shows(&scope, place), permitted, "{operation:?} of {object:?} to {principal:?}");
                tally.lists += 1;
                tally.shown += usize::from(permitted);
            }
        }
    }
}

/// Whether a list with this scope has what lies there.
fn shows(scope: &Scope, place: &Place) -> bool {
    let covered = |group: &Vec<Location>| group.iter().any(|location| scope.covers(location));
    let named = place.subject.is_some_and(|subject| scope.names(subject));
    scope.is_everything() || named || (!place.is_closed && place.groups.iter().all(covered))
}

#[tokio::test(flavor = "multi_thread")]
async fn decisions_and_lists_are_those_of_the_oracle() {
    let mut dice = Dice::new(20_261_122);
    let worlds: Vec<World> = (1..=WORLDS).map(|number| World::random(number.into(), &mut dice)).collect();
    let stage = Stage::open().await;
    let mut desk = Desk::default();
    worlds.iter().for_each(|world| desk.merge(world.desk()));
    let begun = Instant::now();
    stage.record(desk).await;
    println!("recorded and projected after {:?}", begun.elapsed());
    let asking = Instant::now();
    let mut tally = Tally::default();
    let mut questions = 0;
    for world in &worlds {
        let read = read(&stage, world, &mut dice).await;
        questions += CALLERS + THINGS;
        read.compare(&mut dice, &mut tally);
        read.compare_lists(&mut dice, &mut tally);
    }
    println!(
        "{} cases over {WORLDS} worlds and {} operations: {:?}; {questions} questions to the reader; {} listed things, \
         {} shown; noticed of wrong deciders: {:?}; {:?}",
        tally.cases,
        tally.operations.len(),
        tally.verdicts,
        tally.lists,
        tally.shown,
        tally.controls,
        asking.elapsed(),
    );
    assert!(tally.cases >= 100_000);
    assert_eq!(tally.operations.len(), Operation::ALL.len());
    assert!(tally.verdicts.len() == 3 && tally.verdicts.values().all(|count| *count > 1_000));
    assert!(tally.controls.iter().all(|noticed| *noticed > 0), "no wrong decider goes unnoticed");
    accounts_listed(&stage, &worlds, &mut dice).await;
    proposals_listed(&stage, &worlds, &mut dice).await;
    open_to_records(&stage, &worlds).await;
}

/// Asked about everybody at once, the reader names those whom it would say to be on the register, open and nobody else's
/// entry when asked about them one by one.
async fn open_to_records(stage: &Stage, worlds: &[World]) {
    let mut everybody = vec![TeacherId::new(uuid::Uuid::from_u128(7))];
    everybody.extend(worlds.iter().flat_map(|world| &world.people).map(|person| person.id));
    let open = stage.access.open_to_records(&everybody).await.unwrap();
    for person in &everybody {
        let place = stage.access.place(&Object::Teacher(*person), worlds[0].today).await.unwrap();
        let expected = place.is_some_and(|place| !place.is_closed && place.subject == Some(*person));
        assert_eq!(open.contains(person), expected, "{person}");
    }
    println!("{} of {} people open to records", open.len(), everybody.len());
    // Enough for several statements, and some of each kind.
    assert!(everybody.len() > 800 && open.len() > 100 && open.len() + 100 < everybody.len());
}

/// The list of accounts that a supervisor gets, page by page, is what the oracle lets them list.
async fn accounts_listed(stage: &Stage, worlds: &[World], dice: &mut Dice) {
    let (mut compared, mut listed) = (0, 0);
    for _ in 0..400 {
        let world = dice.pick(worlds);
        let caller = dice.pick(&world.accounts);
        let Some(principal) = stage.access.principal(caller.id, world.today).await.unwrap() else { continue };
        let scope = scope(&principal, Operation::ListAccounts);
        if scope.is_nothing() || scope.is_everything() {
            continue;
        }
        compared += 1;
        // The worlds share one register: of the others only those of this one are compared.
        let mine: BTreeSet<AccountId> = world.accounts.iter().map(|account| account.id).collect();
        let (mut found, mut after) = (BTreeSet::new(), Some(before(world)));
        'pages: loop {
            let page = stage.access.accounts(&scope, world.today, after, 7).await.unwrap();
            for row in &page {
                if !mine.contains(&row.account) {
                    break 'pages;
                }
                found.insert(row.account);
            }
            match page.last() {
                Some(last) => after = Some(last.account),
                None => break,
            }
        }
        let permitted =
            world.accounts.iter().map(|account| account.id).filter(|id| {
                oracle(world, caller, None, Operation::ListAccounts, &Object::Account(*id)) == Verdict::May
            });
        // Several roles reach an account together only where one of them does.
        let permitted: BTreeSet<_> = permitted.collect();
        assert!(permitted.is_subset(&found), "{principal:?}");
        if scope.reaches().count() == 1 {
            assert_eq!(found, permitted, "{principal:?}");
        }
        listed += found.len();
        if compared == 12 {
            break;
        }
    }
    println!("{compared} lists of accounts, {listed} accounts in them");
    assert!(compared == 12 && listed > 12);
}

/// The id before the first account of a world: ids of a world follow each other.
fn before(world: &World) -> AccountId {
    AccountId::new(uuid::Uuid::from_u128(world.accounts[0].id.uuid().as_u128() - 1))
}

async fn proposals_listed(stage: &Stage, worlds: &[World], dice: &mut Dice) {
    let (mut compared, mut listed) = (0, 0);
    while compared < 12 {
        let world = dice.pick(worlds);
        let caller = dice.pick(&world.accounts);
        let Some(principal) = stage.access.principal(caller.id, world.today).await.unwrap() else { continue };
        let scope = scope(&principal, Operation::ListTeachers);
        if scope.is_nothing() || scope.is_everything() {
            continue;
        }
        compared += 1;
        let found = stage.access.proposals(&scope, None, world.today, None, 10_000).await.unwrap();
        let found: BTreeSet<_> = found.into_iter().map(|row| row.proposal).collect();
        for (id, ..) in &world.proposals {
            // Whoever may list the teachers there may be shown what was proposed there.
            let object = Object::Proposal(*id);
            let permitted = oracle(world, caller, None, Operation::ListTeachers, &object) == Verdict::May;
            assert_eq!(found.contains(id), permitted, "{principal:?} {object:?}");
            listed += usize::from(permitted);
        }
    }
    println!("{compared} lists of proposals, {listed} proposals in them");
    assert!(listed > 0);
}
