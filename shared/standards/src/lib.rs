//! Rule packs as data, and their pure evaluation.
//!
//! Facts about one teacher, the approvals of sites and a pack go in; out comes either the [`Assessment`] of one day,
//! which explains itself, or the [`Timeline`]: the same outcome for every day there is, as a step function. Nothing
//! here reads a clock, a file or the log, and the order in which facts arrived never matters. The crate refuses to
//! know events: whoever folds the log hands in [`Facts`] and [`Places`].

mod amount;
mod assess;
mod assessment;
mod calendar;
mod contradiction;
mod criteria;
mod difference;
mod evaluation;
mod facts;
mod interval_set;
mod label;
mod missing;
mod pack;
mod places;
mod published;
mod rulebook;
mod standing;
mod timeline;
mod window;
mod words;

pub use amount::{Amount, Unit};
pub use assess::assess;
pub use assessment::{
    Assessment, Counted, CriterionNode, GroupNode, IgnoreReason, Ignored, LevelAssessment, Missing, Node,
    PackReference, Verdict,
};
pub use contradiction::{Contradicting, Contradiction, POLICY_HOURS_A_DAY, contradictions};
pub use difference::{Cause, Change, CriterionDifference, Difference, FactDifference, Outcome, Why, difference};
pub use facts::{
    Achievement, Attendance, Breach, Completion, Credential, EnterpriseWork, Facts, Flag, Judgement, LoggedDays,
    Placement, Post, Recognition,
};
pub use label::{CriterionId, Label};
pub use pack::{
    AchievementAsk, Asks, Confidence, Counts, CredentialAsk, Criterion, Effective, EvidenceRule, GroupKind,
    Jurisdiction, LevelRule, Measures, Overlapping, Pack, PackFault, Parameter, PracticeAsk, PracticeBeforeAsk,
    ReviewRule, Rule, Shelf, Source, TrainingAmount, TrainingAsk,
};
pub use places::{Approval, Places, SchoolPlace};
pub use published::{national_basic, provincial, published};
pub use rulebook::{Rulebook, Stand};
pub use standing::{PostState, RecognitionPhase, RecognitionState, Standing, Status};
pub use timeline::{Segment, Timeline, timeline};
pub use window::Window;
pub use words::{explain, reason_words, status_words};
