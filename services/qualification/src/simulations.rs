//! Simulations: what-if runs that this process is at, or has ended not long ago. They are kept in its memory alone.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use contracts::{Code, Problem};
use eventlog::LogPosition;
use host::Failure;
use kernel::{AccountId, Instant, Scope, SimulationId};
use serde::Serialize;
use standards::PackReference;
use utoipa::ToSchema;

use crate::what_if::{Audience, Draft, Progress, Stopped, Tally, WhatIfBody};

/// So many run at once.
const AT_ONCE: usize = 2;

/// So many are kept.
const MOST_KEPT: usize = 16;

/// For so long an ended one is kept.
const KEPT_MICROS: i64 = 3_600 * 1_000_000;

/// How long to wait for a place, in seconds.
const WAIT: u32 = 30;

/// The simulations of a process.
#[derive(Debug, Default)]
pub struct Simulations(Mutex<Vec<Arc<Simulation>>>);

/// One of them.
#[derive(Debug)]
pub struct Simulation {
    id: SimulationId,
    account: AccountId,
    scope: Scope,
    audience: Audience,
    area: String,
    began: Instant,
    draft: Draft,
    known: LogPosition,
    progress: Progress,
    is_cancelled: AtomicBool,
    outcome: Mutex<Outcome>,
}

/// How it stands.
#[derive(Debug, Default)]
enum Outcome {
    #[default]
    Running,
    Done(Arc<Tally>, Instant),
    Failed(Instant),
    Cancelled(Instant),
}

/// Who begins a simulation, and what they may see.
#[derive(Debug)]
pub struct Beginner {
    /// Who.
    pub account: AccountId,
    /// The people it is about.
    pub scope: Scope,
    /// Whether they may see every one of them.
    pub audience: Audience,
}

/// A simulation, and its result once it is done.
#[derive(Debug, Serialize, ToSchema)]
pub struct SimulationBody {
    /// Its id. Only the process that runs it knows it, and shows it to whoever began it.
    pub simulation: SimulationId,
    /// How it stands.
    pub state: SimulationState,
    /// The draft, to the byte.
    pub draft: PackReference,
    /// The area that was asked for; none for everything within reach.
    pub area: Option<String>,
    /// When it began.
    pub began: Instant,
    /// When it ended, if it has.
    pub ended: Option<Instant>,
    /// How many people have been looked at.
    pub people_done: u64,
    /// About how many there are; 0 before they have been counted.
    pub people_to_do: u64,
    /// What the draft would change, once it is done.
    pub result: Option<WhatIfBody>,
}

/// How a simulation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SimulationState {
    /// It is under way.
    Running,
    /// It is done.
    Done,
    /// It failed; it is worth another try.
    Failed,
    /// It was cancelled, or the process was about to stop.
    Cancelled,
}

impl Simulations {
    /// Takes one in.
    ///
    /// # Errors
    /// When as many are under way as may be: of the account one, of all accounts a few.
    pub fn begin(&self, simulation: Simulation, now: Instant) -> Result<Arc<Simulation>, Failure> {
        let mut kept = self.kept(now);
        let running = || kept.iter().filter(|known| known.ended().is_none());
        if running().any(|known| known.account == simulation.account) {
            let problem = Problem::new(Code::TooManyRequests).detail("one of yours is under way: wait, or cancel it");
            return Err(Failure::from(problem).retry_after(WAIT));
        }
        if running().count() >= AT_ONCE {
            let problem = Problem::new(Code::Overloaded).detail("as many simulations as may are under way");
            return Err(Failure::from(problem).retry_after(WAIT));
        }
        let begun = Arc::new(simulation);
        kept.push(Arc::clone(&begun));
        if kept.len() > MOST_KEPT
            && let Some(oldest) = kept.iter().position(|known| known.ended().is_some())
        {
            kept.remove(oldest);
        }
        Ok(begun)
    }

    /// The one of this id, for whoever began it as long as they may see the same people.
    ///
    /// # Errors
    /// When it is not known to this process, or not theirs.
    pub fn find(
        &self,
        id: SimulationId,
        (account, scope): (AccountId, &Scope),
        now: Instant,
    ) -> Result<Arc<Simulation>, Failure> {
        let kept = self.kept(now);
        let is_theirs = |known: &&Arc<Simulation>| known.id == id && known.account == account && known.scope == *scope;
        kept.iter().find(is_theirs).cloned().ok_or_else(|| {
            let detail = "there is no such simulation in this process: it is known to the one that began it, until an \
                          hour after its end, and shown to whoever began it";
            Problem::new(Code::NotFound).detail(detail).into()
        })
    }

    fn kept(&self, now: Instant) -> MutexGuard<'_, Vec<Arc<Simulation>>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_over = |ended: Instant| now.as_micros() - ended.as_micros() >= KEPT_MICROS;
        kept.retain(|known| !known.ended().is_some_and(is_over));
        kept
    }
}

impl Simulation {
    /// A simulation that is about to begin.
    pub fn new(
        (id, began): (SimulationId, Instant),
        beginner: Beginner,
        area: String,
        draft: Draft,
        known: LogPosition,
    ) -> Self {
        let Beginner { account, scope, audience } = beginner;
        let (progress, is_cancelled, outcome) = (Progress::default(), AtomicBool::new(false), Mutex::default());
        Self { id, account, scope, audience, area, began, draft, known, progress, is_cancelled, outcome }
    }

    /// Its id.
    pub fn id(&self) -> SimulationId {
        self.id
    }

    /// The area that it is about; empty for everything within reach.
    pub fn area(&self) -> &str {
        &self.area
    }

    /// The draft.
    pub fn draft(&self) -> &Draft {
        &self.draft
    }

    /// What was recorded later is not in it.
    pub fn known(&self) -> &LogPosition {
        &self.known
    }

    /// How far it is.
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// Whether it was told to stop.
    pub fn is_cancelled(&self) -> bool {
        self.is_cancelled.load(Ordering::Relaxed)
    }

    /// Tells it to stop. One that has ended stays as it is.
    pub fn cancel(&self, now: Instant) {
        self.is_cancelled.store(true, Ordering::Relaxed);
        self.end(Outcome::Cancelled(now));
    }

    /// Takes in what became of it.
    pub fn finish(&self, came: Result<Tally, Stopped>, now: Instant) {
        self.end(match came {
            Ok(tally) => Outcome::Done(Arc::new(tally), now),
            Err(Stopped::Cancelled) => Outcome::Cancelled(now),
            Err(error @ (Stopped::View(_) | Stopped::Page(_))) => {
                tracing::warn!(simulation.id = %self.id, error = %error, "a simulation failed");
                Outcome::Failed(now)
            }
        });
    }

    /// What was found, once it is done.
    pub fn found(&self) -> Option<Arc<Tally>> {
        match &*self.outcome() {
            Outcome::Done(tally, _) => Some(Arc::clone(tally)),
            Outcome::Running | Outcome::Failed(_) | Outcome::Cancelled(_) => None,
        }
    }

    /// How it stands, with the result once it is done.
    pub fn body(&self) -> SimulationBody {
        let state = match &*self.outcome() {
            Outcome::Running => SimulationState::Running,
            Outcome::Done(..) => SimulationState::Done,
            Outcome::Failed(_) => SimulationState::Failed,
            Outcome::Cancelled(_) => SimulationState::Cancelled,
        };
        let Draft { pack, as_of, .. } = &self.draft;
        let result = |tally: Arc<Tally>| WhatIfBody::of(&tally, pack, *as_of, self.known.to_string(), self.audience);
        SimulationBody {
            simulation: self.id,
            state,
            draft: pack.clone(),
            area: Some(self.area.clone()).filter(|area| !area.is_empty()),
            began: self.began,
            ended: self.ended(),
            people_done: self.progress.done(),
            people_to_do: self.progress.to_do(),
            result: self.found().map(result),
        }
    }

    fn ended(&self) -> Option<Instant> {
        match *self.outcome() {
            Outcome::Running => None,
            Outcome::Done(_, ended) | Outcome::Failed(ended) | Outcome::Cancelled(ended) => Some(ended),
        }
    }

    /// What came first stays.
    fn end(&self, outcome: Outcome) {
        let mut known = self.outcome();
        if matches!(*known, Outcome::Running) {
            *known = outcome;
        }
    }

    fn outcome(&self) -> MutexGuard<'_, Outcome> {
        self.outcome.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use kernel::{Agent, CommandId, Day};
    use standards::Rulebook;

    use super::*;

    fn at(seconds: i64) -> Instant {
        Instant::from_micros(seconds * 1_000_000)
    }

    fn account(name: &str) -> AccountId {
        AccountId::of_agent(&Agent::parse(name).unwrap())
    }

    /// A simulation of this account that begins now.
    fn by(name: &str) -> Simulation {
        let (pack, today) = (standards::national_basic(), Day::parse("2024-06-30").unwrap());
        let now = Arc::new(Rulebook::of([(pack.clone(), None)]));
        let draft = Draft { pack: pack.reference(), as_of: today, then: Arc::clone(&now), now };
        let beginner = Beginner { account: account(name), scope: Scope::everything(), audience: Audience::Persons };
        let id = SimulationId::new(CommandId::derived(name).uuid());
        Simulation::new((id, at(0)), beginner, String::new(), draft, LogPosition::start())
    }

    #[test]
    fn an_account_runs_one_at_a_time_and_all_accounts_a_few() {
        let kept = Simulations::default();
        let first = kept.begin(by("one"), at(0)).unwrap();
        assert_eq!(kept.begin(by("one"), at(1)).unwrap_err().problem().code, Code::TooManyRequests);
        kept.begin(by("two"), at(1)).unwrap();
        assert_eq!(kept.begin(by("three"), at(1)).unwrap_err().problem().code, Code::Overloaded);
        first.finish(Ok(Tally::default()), at(2));
        assert!(kept.begin(by("three"), at(2)).is_ok());
    }

    #[test]
    fn a_cancelled_one_stays_so_whatever_comes_of_it_later() {
        let simulation = by("one");
        simulation.cancel(at(1));
        assert!(simulation.is_cancelled());
        simulation.finish(Ok(Tally::default()), at(2));
        assert_eq!(simulation.body().state, SimulationState::Cancelled);
        assert!(simulation.body().result.is_none());
    }

    #[test]
    fn it_is_shown_to_whoever_began_it_while_they_may_see_the_same_people_until_an_hour_after_its_end() {
        let kept = Simulations::default();
        let begun = kept.begin(by("one"), at(0)).unwrap();
        begun.finish(Ok(Tally::default()), at(10));
        let find = |name: &str, scope: Scope, now: i64| kept.find(begun.id(), (account(name), &scope), at(now)).is_ok();
        assert!(find("one", Scope::everything(), 20));
        assert!(!find("two", Scope::everything(), 20));
        assert!(!find("one", Scope::nothing(), 20));
        assert!(find("one", Scope::everything(), 10 + 3_599));
        assert!(!find("one", Scope::everything(), 10 + 3_600));
    }

    #[test]
    fn the_oldest_that_has_ended_is_forgotten_for_a_new_one() {
        let kept = Simulations::default();
        let all: Vec<_> = (0..=MOST_KEPT)
            .map(|number| {
                let begun = kept.begin(by(&format!("account-{number}")), at(0)).unwrap();
                begun.finish(Ok(Tally::default()), at(1));
                begun
            })
            .collect();
        let is_kept = |one: &Simulation| kept.find(one.id(), (one.account, &one.scope), at(2)).is_ok();
        assert!(!is_kept(&all[0]));
        assert!(all[1..].iter().all(|one| is_kept(one)));
    }
}
