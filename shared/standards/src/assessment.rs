//! The assessment of one teacher on one day: an answer that explains itself.

use kernel::vocabulary::Level;
use kernel::{Day, DayRange, EventId};
use serde::{Deserialize, Serialize};

use crate::{Amount, Confidence, CriterionId, Flag, GroupKind, Label, Standing, Status, Unit};

/// What a pack says about a teacher on a day, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Assessment {
    /// The day it is about.
    pub on: Day,
    /// The pack it was judged by.
    pub pack: PackReference,
    /// The posts of the day that this pack is for; none where nobody of them is judged by it.
    #[serde(default)]
    pub posts: Vec<EventId>,
    /// Where the teacher stands.
    pub standing: Standing,
    /// The headline of the standing.
    pub status: Status,
    /// Every level of the pack with its rule worked out, lowest first.
    pub levels: Vec<LevelAssessment>,
    /// The criteria that the pack reports for themselves, whether or not a level asks for them.
    #[serde(default)]
    pub measures: Vec<CriterionNode>,
    /// The first day after `on` on which the level of eligibility or of recognition falls if nothing more happens.
    pub lapses_on: Option<Day>,
    /// The lowest level whose rule is not met, if there is one: what `missing` is about.
    pub next_level: Option<Level>,
    /// The least that is missing for eligibility at `next_level`.
    pub missing: Vec<Missing>,
    /// Why the recognition of the day should be looked at again, if it should.
    #[serde(default)]
    pub flags: Vec<Flag>,
}

/// Which pack, to the byte.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PackReference {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: u32,
    /// The SHA-256 of its file, in hexadecimal.
    pub digest: String,
}

/// A level and its rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LevelAssessment {
    /// The level.
    pub level: Level,
    /// Whether its rule is met; whether the teacher is in post is another matter.
    pub met: bool,
    /// The rule, worked out.
    pub tree: Node,
}

/// A part of a rule, worked out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "node", rename_all = "snake_case")]
pub enum Node {
    /// Parts that are taken together.
    Group(GroupNode),
    /// A single criterion.
    Criterion(Box<CriterionNode>),
}

impl Node {
    /// Whether the criterion stands somewhere in it.
    pub fn shows(&self, id: &CriterionId) -> bool {
        match self {
            Self::Group(group) => group.of.iter().any(|part| part.shows(id)),
            Self::Criterion(criterion) => criterion.id == *id,
        }
    }

    /// Whether a rule can take it as met: it is, or it is not asked for.
    pub fn met(&self) -> bool {
        match self {
            Self::Group(group) => group.met,
            Self::Criterion(criterion) => criterion.verdict != Verdict::Unmet,
        }
    }
}

/// Parts that are taken together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct GroupNode {
    /// How they are taken together.
    pub kind: GroupKind,
    /// Whether that is met.
    pub met: bool,
    /// The parts.
    #[schema(no_recursion)]
    pub of: Vec<Node>,
}

/// A criterion, worked out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CriterionNode {
    /// Its name in the pack.
    pub id: CriterionId,
    /// Its words.
    pub label: Label,
    /// The verdict.
    pub verdict: Verdict,
    /// How much there is.
    pub amount: Amount,
    /// How much is asked for; for breaches, how many are allowed.
    pub threshold: Amount,
    /// What both are counted in.
    pub unit: Unit,
    /// The days on which evidence counts, where they are limited.
    pub window: Option<DayRange>,
    /// The facts that count, with how much of each; they add up to `amount`.
    pub counted: Vec<Counted>,
    /// The facts of the kind that do not count, or the part of them that does not, and why.
    pub ignored: Vec<Ignored>,
    /// Where it is met: the first day after on which it is not, if nothing more happens.
    pub lapses_on: Option<Day>,
    /// How sure we are that the rule is as the pack has it, where the pack says so. `low` and `assumed` are to be
    /// verified before anybody relies on them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<Confidence>,
}

/// The outcome of a criterion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is met.
    Met,
    /// It is not met.
    Unmet,
    /// It is not asked of somebody in this role; the rule is worked out as if it were met.
    NotApplicable,
}

/// A fact that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Counted {
    /// The event that recorded it.
    pub fact: EventId,
    /// How much of it counts.
    pub amount: Amount,
}

/// A fact, or a part of it, that does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Ignored {
    /// The event that recorded it.
    pub fact: EventId,
    /// How much of it does not count.
    pub amount: Amount,
    /// Why.
    pub reason: IgnoreReason,
}

/// Why a fact does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum IgnoreReason {
    /// It was voided.
    Voided,
    /// It lies after the day.
    NotYet,
    /// It lies before the window.
    OutsideWindow,
    /// Another fact already counts for the same days or the same session.
    Overlapping,
    /// The site was not approved then.
    SiteNotApproved,
    /// The placement was not completed.
    NotCompleted,
    /// The placement was completed with a result that does not count.
    NotPassed,
    /// The grade, rank or tier is too low.
    BelowRank,
    /// The form, theme, tier or role is not one that is asked for.
    OtherKind,
    /// The credential was withdrawn.
    Withdrawn,
    /// The breach was lifted.
    Lifted,
    /// The same is on record already, and counts there: two entries of the register turned out to be one person.
    Duplicate,
    /// No school has verified it, and the pack counts verified facts only.
    Unverified,
    /// The teacher disputes it, and the pack does not count such facts.
    Disputed,
    /// It came after what it had to precede.
    TooLate,
}

/// Something that is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Missing {
    /// The criterion; none where a post is what is missing.
    pub criterion: Option<CriterionId>,
    /// How much more is needed; of breaches, how many must be lifted.
    pub amount: Amount,
    /// What it is counted in; none where a post is what is missing.
    pub unit: Option<Unit>,
    /// The same in words.
    pub words: Label,
}
