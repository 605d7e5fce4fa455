//! What a criterion asks for.

use kernel::Day;
use kernel::vocabulary::{
    AchievementKind, CredentialKind, Level, PracticeForm, PracticeResult, Role, SiteKind, SkillGrade, Theme, Tier,
    TitleRank,
};
use serde::{Deserialize, Serialize};

use super::Source;
use crate::{Amount, CriterionId, Label, Unit, Window};

/// Something that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Criterion {
    /// Its name within the pack.
    pub id: CriterionId,
    /// Its words.
    pub label: Label,
    /// The roles of which it is asked; none named means every role. Of others it is not asked, and rules are worked out
    /// as if they met it.
    pub only_for: Vec<Role>,
    /// What it asks for.
    pub asks: Asks,
    /// The document behind it, where the pack says which.
    pub source: Option<Source>,
}

/// What a criterion asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asks {
    /// One of several credentials.
    Credential {
        /// Any of these will do.
        any_of: Vec<CredentialAsk>,
    },
    /// Days in enterprises.
    Practice(PracticeAsk),
    /// Training sessions.
    Training(TrainingAsk),
    /// Years in post, whole or in parts, a year taken as 365 days.
    YearsInPost {
        /// How many years.
        years: u8,
        /// The roles that count; none named means every role.
        roles: Vec<Role>,
        /// Whether they must have been spent at one school.
        at_one_school: bool,
    },
    /// Achievements.
    Achievement(AchievementAsk),
    /// Work in enterprises before or beside teaching, in distinct days.
    EnterpriseWork {
        /// How many days.
        at_least_days: u32,
    },
    /// Practice before the first assignment to a role (教师〔2016〕3号, Art. 4: new teachers without enterprise
    /// experience practise before they take up the post).
    PracticeBefore(PracticeBeforeAsk),
    /// The judgement of an expert panel that the ability of a level is there: the route by equivalent ability.
    Panel {
        /// The lowest level that will do.
        at_least_level: Level,
        /// For how many years a judgement will do; none means for ever.
        valid_years: Option<u8>,
    },
    /// No breach of conduct in force. It is a veto: no other part of a rule can make up for it.
    NoBreach,
}

/// Days of completed practice, each at a site that was approved on that very day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PracticeAsk {
    /// How many days; where the pack asks for months, converted by its parameter.
    pub at_least_days: u32,
    /// How a day counts on which several placements were attended.
    pub overlapping: Overlapping,
    /// Within which days.
    pub window: Window,
    /// The results with which a placement counts.
    pub results: Vec<PracticeResult>,
    /// The forms that count; none named means every form.
    pub forms: Vec<PracticeForm>,
    /// As what the site must be approved; none named means as anything.
    pub site_kinds: Vec<SiteKind>,
}

/// How a day counts that lies in several placements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Overlapping {
    /// Once: a person is at one place at a time.
    #[default]
    Once,
    /// Once for each placement.
    Each,
}

/// Enterprise experience before the first day in a role: completed practice at approved sites and enterprise work, in
/// distinct days, all before that first day. It is asked of nobody before they have the role, nor of those who had it
/// before a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PracticeBeforeAsk {
    /// How many days.
    pub at_least_days: u32,
    /// The roles whose first assignment it must precede.
    pub roles: Vec<Role>,
    /// The first day of an assignment of which it is asked; none means of every one.
    pub since: Option<Day>,
    /// The results with which a placement counts.
    pub results: Vec<PracticeResult>,
}

/// Training sessions whose last day lies in the window, at a base that was approved on the first day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrainingAsk {
    /// How much.
    pub at_least: TrainingAmount,
    /// Within which days.
    pub window: Window,
    /// The themes that count; none named means every theme.
    pub themes: Vec<Theme>,
    /// The tiers that count; none named means every tier.
    pub tiers: Vec<Tier>,
    /// As what the base must be approved; none named means as anything.
    pub site_kinds: Vec<SiteKind>,
}

/// Achievements of some kinds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AchievementAsk {
    /// The kinds that count.
    pub kinds: Vec<AchievementKind>,
    /// The lowest tier that counts; none means any, or no tier at all.
    pub at_least_tier: Option<Tier>,
    /// How many.
    pub count: u32,
    /// Within which days; none means ever.
    pub window: Option<Window>,
}

/// A credential that will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CredentialAsk {
    /// Its kind.
    pub kind: CredentialKind,
    /// The lowest skill grade that will do; none means any, or no grade at all.
    #[serde(default)]
    pub at_least_grade: Option<SkillGrade>,
    /// The lowest rank that will do; none means any, or no rank at all.
    #[serde(default)]
    pub at_least_rank: Option<TitleRank>,
}

/// How much training is asked for. Both are asked for by two criteria.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrainingAmount {
    /// Distinct sessions.
    Sessions(u32),
    /// Class hours.
    Hours(u32),
}

impl Criterion {
    /// How much is asked for, and what that is counted in. Of breaches it is how many are allowed.
    pub fn threshold(&self) -> (Amount, Unit) {
        match &self.asks {
            Asks::Credential { .. } => (Amount::whole(1), Unit::Credentials),
            Asks::Practice(ask) => (Amount::whole(ask.at_least_days), Unit::Days),
            Asks::Training(ask) => match ask.at_least {
                TrainingAmount::Sessions(count) => (Amount::whole(count), Unit::Sessions),
                TrainingAmount::Hours(hours) => (Amount::whole(hours), Unit::Hours),
            },
            Asks::YearsInPost { years, .. } => (Amount::whole(u32::from(*years) * DAYS_A_YEAR), Unit::Days),
            Asks::Achievement(ask) => (Amount::whole(ask.count), Unit::Achievements),
            Asks::EnterpriseWork { at_least_days } => (Amount::whole(*at_least_days), Unit::Days),
            Asks::PracticeBefore(ask) => (Amount::whole(ask.at_least_days), Unit::Days),
            Asks::Panel { .. } => (Amount::whole(1), Unit::Judgements),
            Asks::NoBreach => (Amount::ZERO, Unit::Breaches),
        }
    }

    /// The window in which evidence counts, where there is one.
    pub fn window(&self) -> Option<Window> {
        match &self.asks {
            Asks::Practice(ask) => Some(ask.window),
            Asks::Training(ask) => Some(ask.window),
            Asks::Achievement(ask) => ask.window,
            Asks::Panel { valid_years, .. } => valid_years.map(|years| Window::Rolling { years }),
            Asks::Credential { .. }
            | Asks::YearsInPost { .. }
            | Asks::EnterpriseWork { .. }
            | Asks::PracticeBefore(_)
            | Asks::NoBreach => None,
        }
    }
}

/// The days that a year in post takes.
const DAYS_A_YEAR: u32 = 365;
