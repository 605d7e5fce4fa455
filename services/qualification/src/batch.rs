//! Decisions of one meeting, in one batch: what a committee decided about many, with one day, authority, pack and
//! document. Every row is checked before anything is recorded; then rows go into the log by the hundred, each hundred
//! whole or not at all, under ids that follow from what was approved. So a batch that was cut off is finished by sending
//! it again, and nothing is recorded twice.

mod check;
mod record;

use access::{Object, Place};
use contracts::{Code, Fault, Problem};
use eventlog::{Recorded, Version};
use events::RecognitionEvent;
use host::{App, Failure, Right};
use kernel::vocabulary::{Capacity, Level};
use kernel::{
    Actor, CommandId, Day, Document, OrganisationId, PackId, ProposalId, Reason, RecognitionId, Scope, TeacherId,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use check::check;
pub(crate) use check::folded;
pub use record::record;

use crate::recognition::Command;

/// At most so many decisions in one batch.
pub const MOST_DECISIONS: usize = 2_000;

/// The command under which an approved batch is recorded.
pub fn command_of(proposal: ProposalId) -> CommandId {
    CommandId::derived(&format!("{proposal}\nbatch"))
}

/// Decisions of one meeting.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    /// The day of the decisions, and the first day on which what is granted is valid.
    pub on: Day,
    /// The body that decides.
    pub authority: OrganisationId,
    /// The pack that all of them were judged by.
    pub pack: PackId,
    /// The last day whose evidence was looked at; up to the decision when not given.
    #[serde(default)]
    pub cut_off: Option<Day>,
    /// The decision.
    #[serde(default)]
    pub document: Option<Document>,
    /// The last day before what is granted must have been reviewed; as long as the pack allows when not given.
    #[serde(default)]
    pub review_due: Option<Day>,
    /// The decisions, at most 2,000.
    pub decisions: Vec<Verdict>,
}

/// A decision about one application: named by itself, or by its teacher and level.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BatchVerdict)]
pub struct Verdict {
    /// The recognition that was applied for.
    #[serde(default)]
    pub recognition: Option<RecognitionId>,
    /// The teacher, whose one open application at the level it is.
    #[serde(default)]
    pub teacher: Option<TeacherId>,
    /// The level: granted, of a recognition; applied for, of a teacher. Of a recognition, as applied for when not given.
    #[serde(default)]
    pub level: Option<Level>,
    /// What was decided.
    pub outcome: Outcome,
    /// Why; needed for a refusal.
    #[serde(default)]
    pub reason: Option<Reason>,
}

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = BatchOutcome)]
pub enum Outcome {
    /// It is granted.
    Granted,
    /// It is refused.
    Refused,
}

/// Who has the batch recorded.
#[derive(Debug, Clone, Copy)]
pub enum Deciding<'a> {
    /// Somebody who asks, within the reach of the role in which they act.
    Caller(&'a Right),
    /// Whoever runs the machine, who reaches everything.
    Machine {
        /// How they stand on record.
        actor: &'a Actor,
        /// The day.
        today: Day,
    },
}

/// Something wrong with a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchFault {
    /// The decision, counted from 0; none where the batch as a whole is wrong.
    pub index: Option<usize>,
    /// The field.
    pub field: &'static str,
    /// What is wrong.
    pub why: String,
}

/// Why a batch is not recorded. Nothing of it has been.
#[derive(Debug)]
pub enum Unchecked {
    /// It has faults: all of them.
    Faults(Vec<BatchFault>),
    /// It could not be checked.
    Failure(Failure),
}

/// A batch without a fault.
#[derive(Debug, Clone)]
pub struct Checked {
    authority: OrganisationId,
    pack: PackId,
    rows: Vec<Planned>,
}

/// A row, and what it leads to.
#[derive(Debug, Clone)]
struct Planned {
    index: usize,
    recognition: RecognitionId,
    teacher: TeacherId,
    commands: Vec<Command>,
    version: Version,
    /// What is to be recorded; nothing where it is on record.
    events: Vec<RecognitionEvent>,
}

/// What became of a batch.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DecidedBody {
    /// The log position that shows all of it. Opaque.
    #[schema(example = "v1.0:1234")]
    pub position: String,
    /// How many decisions were recorded now.
    pub recorded: usize,
    /// How many were on record already.
    pub known: usize,
    /// How many were overtaken by another decision while the batch was being recorded.
    pub overtaken: usize,
    /// What became of each, in the order of the batch.
    pub decisions: Vec<DecidedRow>,
}

/// What became of a decision.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DecidedRow {
    /// The recognition.
    pub recognition: RecognitionId,
    /// The teacher.
    pub teacher: TeacherId,
    /// `recorded`, `known` or `overtaken`.
    #[schema(example = "recorded")]
    pub result: &'static str,
    /// The rule that said no, where another decision came first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rejection: Option<&'static str>,
}

impl Checked {
    /// How far the streams of all rows are together: it is another number once any of them has moved on.
    pub fn version(&self) -> Version {
        Version(self.rows.iter().map(|row| row.version.0).sum())
    }

    /// Whether everything is on record already.
    pub fn is_known(&self) -> bool {
        self.rows.iter().all(|row| row.events.is_empty())
    }
}

impl Deciding<'_> {
    /// How they stand on record.
    fn actor(&self) -> Actor {
        match self {
            Self::Caller(right) => right.actor(),
            Self::Machine { actor, .. } => (*actor).clone(),
        }
    }

    /// The school that decides, where one does.
    fn school(&self) -> Option<OrganisationId> {
        let actor = self.actor();
        actor.organisation.filter(|_| actor.capacity == Capacity::SchoolHr)
    }

    fn today(&self) -> Day {
        match self {
            Self::Caller(right) => right.today(),
            Self::Machine { today, .. } => *today,
        }
    }

    /// The person behind them.
    fn person(&self) -> Option<TeacherId> {
        match self {
            Self::Caller(right) => right.principal().person,
            Self::Machine { .. } => None,
        }
    }

    fn scope(&self) -> Scope {
        match self {
            Self::Caller(right) => right.scope(),
            Self::Machine { .. } => Scope::everything(),
        }
    }

    /// Whether they may apply for a teacher who has not: who puts on record what others decided. A school that recognises does
    /// not decide on what it asks for in the same breath.
    fn applies(&self) -> bool {
        self.actor().capacity == Capacity::Operator
    }

    async fn place(&self, app: &App, object: &Object) -> Result<Option<Place>, Failure> {
        match self {
            Self::Caller(right) => right.reaches(app, object).await,
            Self::Machine { today, .. } => Ok(app.access().place(object, *today).await?),
        }
    }
}

/// Whether whoever acts has asked themself for what is to be decided: by the last application or the last appeal. The
/// operator puts on record what others decided.
pub(crate) fn asked_for(actor: &Actor, history: &[Recorded]) -> bool {
    let asked = |kind| history.iter().rev().find(|event| event.kind == kind);
    let asking = ["applied", "appeal_lodged"].into_iter().filter_map(asked);
    actor.capacity != Capacity::Operator && asking.into_iter().any(|event| event.actor.agent == actor.agent)
}

impl From<Failure> for Unchecked {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl From<Unchecked> for Failure {
    fn from(unchecked: Unchecked) -> Self {
        let faults = match unchecked {
            Unchecked::Failure(failure) => return failure,
            Unchecked::Faults(faults) => faults,
        };
        let fault = |fault: BatchFault| {
            let field = match fault.index {
                Some(index) => format!("decisions[{index}].{}", fault.field),
                None => fault.field.to_owned(),
            };
            Fault::new(contracts::Place::field(field), fault.why)
        };
        let problem = Problem::new(Code::Rejected).rejection("faulty_batch");
        let problem = problem.detail("nothing of the batch has been recorded");
        faults.into_iter().map(fault).fold(problem, Problem::fault).into()
    }
}
