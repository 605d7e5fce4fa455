//! Rule packs, read and checked.

mod fault;
mod figures;
mod stricter;
mod written;

use kernel::Day;
use kernel::code::Province;
use kernel::vocabulary::{
    AchievementKind, CredentialKind, EducationLevel, Level, PracticeForm, PracticeResult, Role, SiteKind, SkillGrade,
    Theme, Tier, TitleRank,
};
use serde::{Deserialize, Serialize};

pub use fault::PackFault;

use crate::{Amount, CriterionId, Label, PackReference, Unit, Window};

/// A rule pack: what is asked of whom, where and when, for each level. One way in, [`Pack::parse`], so that a pack is
/// known to be sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pack {
    /// Its name, such as `national-basic`.
    pub name: String,
    /// Its version, from 1.
    pub version: u32,
    /// The SHA-256 of its file, in hexadecimal.
    pub digest: String,
    /// What it is called.
    pub title: Label,
    /// Where it holds.
    pub jurisdiction: Jurisdiction,
    /// The education levels it is for.
    pub education_levels: Vec<EducationLevel>,
    /// The roles it is for; none named means every role.
    pub roles: Vec<Role>,
    /// The document behind it.
    pub source: Source,
    /// When it is in force.
    pub effective: Effective,
    /// How recognitions are reviewed.
    pub review: ReviewRule,
    /// The numbers it rests on, each with its source.
    pub parameters: Vec<Parameter>,
    /// Which of its criteria are reported for themselves.
    pub measures: Measures,
    /// Its criteria, in the order in which they are listed everywhere.
    pub criteria: Vec<Criterion>,
    /// Its levels, lowest first.
    pub levels: Vec<LevelRule>,
}

/// Where a pack holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Jurisdiction {
    /// In the whole country.
    Nation,
    /// In a province.
    Province(Province),
}

/// The document behind a pack or a number, and how sure we are of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The document.
    pub document: String,
    /// How sure: `seen`, `quoted`, `low`, `assumed`.
    pub confidence: String,
}

/// The days on which a pack is in force, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Effective {
    /// The first day, if there is one.
    #[serde(default)]
    pub from: Option<Day>,
    /// The last day, if there is one.
    #[serde(default)]
    pub to: Option<Day>,
}

impl Effective {
    /// Whether the pack is in force on the day.
    pub fn contains(self, day: Day) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}

/// How recognitions are reviewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReviewRule {
    /// For how long a recognition is valid.
    pub validity_years: u8,
    /// How many months before its last day its review is due.
    pub notice_months: u8,
}

/// A number that the pack rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Its name within the pack, by which criteria use it.
    pub id: String,
    /// The number.
    pub value: u32,
    /// What it is.
    pub label: Label,
    /// Where it comes from.
    pub source: Source,
}

/// The criteria that are reported for themselves, whether or not a level asks for them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measures {
    /// The five-year rotation.
    #[serde(default)]
    pub rotation: Option<CriterionId>,
    /// Enterprise practice.
    #[serde(default)]
    pub practice: Option<CriterionId>,
}

/// A level and what it asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LevelRule {
    /// The level.
    pub level: Level,
    /// The rule.
    pub rule: Rule,
}

/// A tree of criteria.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// The criterion at this place of [`Pack::criteria`].
    Criterion(usize),
    /// Rules that are taken together.
    Group {
        /// How.
        kind: GroupKind,
        /// The rules; at least one.
        of: Vec<Rule>,
    },
}

/// How the parts of a rule are taken together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum GroupKind {
    /// All must be met.
    AllOf,
    /// One must be met.
    AnyOf,
    /// So many must be met.
    AtLeast {
        /// How many.
        k: u32,
    },
}

impl GroupKind {
    /// How many of `parts` must be met.
    pub(crate) fn needed(self, parts: usize) -> usize {
        match self {
            Self::AllOf => parts,
            Self::AnyOf => 1,
            Self::AtLeast { k } => k as usize,
        }
    }
}

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
    },
    /// Achievements.
    Achievement(AchievementAsk),
    /// No breach of conduct in force. It is a veto: no other part of a rule can make up for it.
    NoBreach,
}

/// Distinct days of completed practice, each at a site that was approved on that very day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PracticeAsk {
    /// How many days.
    pub at_least_days: u32,
    /// Within which days.
    pub window: Window,
    /// The results with which a placement counts.
    pub results: Vec<PracticeResult>,
    /// The forms that count; none named means every form.
    pub forms: Vec<PracticeForm>,
    /// As what the site must be approved; none named means as anything.
    pub site_kinds: Vec<SiteKind>,
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

impl Pack {
    /// Reads a pack from its file.
    ///
    /// # Errors
    /// When it is not a pack, or one that contradicts itself; the fault says where.
    pub fn parse(json: &str) -> Result<Self, PackFault> {
        written::read(json)
    }

    /// The name, version and digest of it.
    pub fn reference(&self) -> PackReference {
        PackReference { name: self.name.clone(), version: self.version, digest: self.digest.clone() }
    }

    /// The criterion of this name.
    pub fn criterion(&self, id: &str) -> Option<&Criterion> {
        self.criteria.iter().find(|criterion| criterion.id.as_str() == id)
    }
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
            Asks::NoBreach => (Amount::ZERO, Unit::Breaches),
        }
    }

    /// The window in which evidence counts, where there is one.
    pub fn window(&self) -> Option<Window> {
        match &self.asks {
            Asks::Practice(ask) => Some(ask.window),
            Asks::Training(ask) => Some(ask.window),
            Asks::Achievement(ask) => ask.window,
            Asks::Credential { .. } | Asks::YearsInPost { .. } | Asks::NoBreach => None,
        }
    }
}

/// The days that a year in post takes.
const DAYS_A_YEAR: u32 = 365;
