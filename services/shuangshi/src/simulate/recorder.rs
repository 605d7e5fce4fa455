//! Gives the orders of a simulation to the log, and counts what came of them.

use std::collections::{HashMap, VecDeque};

use eventlog::{AppendError, Context, EventLog, Ordered};
use events::SealedIdentity;
use futures_util::{StreamExt, TryStreamExt};
use kernel::vocabulary::Capacity;
use kernel::{Actor, Agent, CorrelationId, Malformed, TeacherId};
use simulation::{Country, Dirt, Entry, Happening};
use vault::{Identity, Invented};

use super::desk::{Desk, NotTaken, stream_of};
use super::orders::{self, Given};
use super::report::Report;
use crate::outcome::Trouble;
use crate::registry::Registry;

/// So many streams are read at the same time.
const READ_AT_ONCE: usize = 16;
/// So many people are enrolled by one transaction.
const ENROL_AT_ONCE: usize = 500;
/// So many orders may wait to be written.
const WAITING: usize = 8_000;

/// Gives orders, and counts what came of them.
pub struct Recorder<'a> {
    log: &'a EventLog,
    context: Context,
    /// The log position before the term, which its decisions had before them.
    evidence_position: String,
    waiting: VecDeque<Waiting>,
    report: Report,
}

/// A part whose people are enrolled.
pub struct Part {
    entries: Vec<Entry>,
    /// The sealed identities of those who are put on the register.
    identities: HashMap<TeacherId, SealedIdentity>,
}

impl Part {
    /// Enrols the people of a part, if there is one.
    pub async fn enrolled(
        registry: &Registry,
        part: Option<Result<Vec<Entry>, Malformed>>,
    ) -> Result<Option<Self>, Trouble> {
        let Some(entries) = part.transpose()? else { return Ok(None) };
        let people = entries.iter().filter_map(|entry| match &entry.happening {
            Happening::Registered(invented) => Some(Invented {
                person: invented.person,
                identity: Identity { name: invented.name.clone(), citizen_id: Some(invented.citizen_id.clone()) },
                chance: invented.chance.clone(),
            }),
            _ => None,
        });
        let mut people: Vec<Invented> = people.collect();
        let mut identities = HashMap::with_capacity(people.len());
        while !people.is_empty() {
            let batch: Vec<Invented> = people.drain(..people.len().min(ENROL_AT_ONCE)).collect();
            let persons: Vec<TeacherId> = batch.iter().map(|invented| invented.person).collect();
            let sealed = registry.app().vault().enrol_invented(batch).await?;
            identities.extend(persons.into_iter().zip(sealed));
        }
        Ok(Some(Self { entries, identities }))
    }
}

/// An order that was given.
struct Waiting {
    category: &'static str,
    ordered: Ordered,
    dirt: Option<Dirt>,
}

impl<'a> Recorder<'a> {
    /// A recorder for a country.
    pub fn of(registry: &'a Registry, country: &Country) -> Result<Self, Trouble> {
        let import = country.scenario().import();
        let actor = Actor { agent: Agent::parse(Agent::SIMULATION)?, capacity: Capacity::Operator, organisation: None };
        let context = Context {
            command: kernel::CommandId::new(import.uuid()),
            actor,
            correlation: CorrelationId::new(import.uuid()),
            causation: None,
            key: None,
        };
        Ok(Self {
            log: registry.app().log(),
            context,
            evidence_position: String::new(),
            waiting: VecDeque::with_capacity(WAITING),
            report: Report::new(country),
        })
    }

    /// Begins a term: everything before it has been written.
    pub fn begin(&mut self) {
        self.evidence_position = self.log.head().to_string();
    }

    /// Gives the orders of a part, in its order.
    pub async fn record(&mut self, Part { entries, identities }: Part) -> Result<(), Trouble> {
        let mut groups: Vec<Vec<Entry>> = Vec::new();
        for entry in entries {
            match groups.last_mut() {
                Some(group) if stream_of(&group[0].happening) == stream_of(&entry.happening) => group.push(entry),
                _ => groups.push(vec![entry]),
            }
        }
        let log = self.log;
        let desks = groups.into_iter().map(|group| async move {
            let desk = Desk::of(log, &group[0].happening).await?;
            Ok::<_, Trouble>((desk, group))
        });
        // Streams are read ahead; orders are given one after another, so that the log has them as they were drawn.
        let mut desks = futures_util::stream::iter(desks).buffered(READ_AT_ONCE);
        while let Some((mut desk, group)) = desks.try_next().await? {
            for entry in group {
                self.give(&mut desk, entry, &identities).await?;
            }
        }
        Ok(())
    }

    /// Waits until everything is written.
    pub async fn finish(&mut self) -> Result<(), Trouble> {
        self.settle(0).await
    }

    /// What came of it.
    pub fn report(self) -> Report {
        self.report
    }

    async fn give(
        &mut self,
        desk: &mut Desk,
        entry: Entry,
        identities: &HashMap<TeacherId, SealedIdentity>,
    ) -> Result<(), Trouble> {
        let Entry { command, happening, dirt } = entry;
        let category = category(&happening);
        let identity = match &happening {
            Happening::Registered(invented) => identities.get(&invented.person),
            _ => None,
        };
        let given = Given { identity, evidence_position: &self.evidence_position };
        let (asked, mut requires) = orders::of(happening, &given)?;
        let is_twice = dirt == Some(Dirt::Duplicate);
        if is_twice {
            // It leads to nothing, so there is nothing for which anything would have to exist.
            requires.clear();
        }
        self.context.command = command;
        let ordered = loop {
            match desk.order(&self.context, &asked, &requires) {
                Ok(ordered) => break ordered,
                Err(NotTaken::Full) => self.settle(self.waiting.len() / 2).await?,
                Err(NotTaken::Failed(failure)) => return Err(failure.into()),
                Err(NotTaken::Refused(why)) => return Err(Trouble::No(format!("{category}: {why}"))),
            }
        };
        if is_twice && !ordered.kinds.is_empty() {
            return Err(Trouble::No(format!("{category}: a duplicate was taken for something new")));
        }
        self.waiting.push_back(Waiting { category, ordered, dirt });
        if self.waiting.len() >= WAITING { self.settle(WAITING / 2).await } else { Ok(()) }
    }

    /// Waits until at most so many orders are still to be written.
    async fn settle(&mut self, left: usize) -> Result<(), Trouble> {
        while self.waiting.len() > left {
            let Some(Waiting { category, mut ordered, dirt }) = self.waiting.pop_front() else { break };
            let kinds = std::mem::take(&mut ordered.kinds);
            let receipt = ordered.written().await.map_err(|error| not_written(category, error))?;
            let is_new = receipt.is_some_and(|receipt| !receipt.replayed) && !kinds.is_empty();
            if is_new {
                self.report.count(category, &kinds);
            } else if dirt != Some(Dirt::Duplicate) {
                self.report.before += 1;
            }
            if let Some(dirt) = dirt.filter(|dirt| is_new || *dirt == Dirt::Duplicate) {
                self.report.count_dirt(dirt);
            }
        }
        Ok(())
    }
}

fn category(happening: &Happening) -> &'static str {
    match happening {
        Happening::Organisation(..) => "organisation",
        Happening::Site(..) => "site",
        Happening::Registered(_) | Happening::Teacher(..) => "teacher",
        Happening::Session(..) => "session",
        Happening::Placement(..) => "placement",
        Happening::Recognition(..) => "recognition",
        Happening::Team(..) => "team",
        Happening::Plan(..) => "plan",
    }
}

/// An order was taken, and not written: because the log failed, or because of others.
fn not_written(category: &str, error: AppendError) -> Trouble {
    match error {
        AppendError::Failure(failure) => failure.into(),
        other => Trouble::No(format!("{category}: {other}")),
    }
}
