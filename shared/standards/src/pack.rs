//! Rule packs, read and checked.

mod asks;
mod fault;
mod figures;
mod inheriting;
mod shelf;
mod stricter;
mod written;

use kernel::Day;
use kernel::code::Province;
use kernel::vocabulary::{EducationLevel, Employment, Level, Role};
use serde::{Deserialize, Serialize};

pub use asks::{
    AchievementAsk, Asks, CredentialAsk, Criterion, Overlapping, PracticeAsk, PracticeBeforeAsk, TrainingAmount,
    TrainingAsk,
};
pub use fault::PackFault;
pub use shelf::Shelf;

use crate::{CriterionId, Label, PackReference, Places, Post};

/// A rule pack: what is asked of whom, where and when, for each level. One way in, [`Pack::parse`] or
/// [`Shelf::read`], so that a pack is known to be sound.
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
    /// The employments it is for; none named means every one. External part-time teachers have routes of their own in
    /// some provinces.
    pub employments: Vec<Employment>,
    /// The pack that it builds on, where it does.
    pub inherits: Option<PackReference>,
    /// Which facts count as evidence.
    pub evidence: EvidenceRule,
    /// The document behind it.
    pub source: Source,
    /// When it is in force.
    pub effective: Effective,
    /// How recognitions are reviewed.
    pub review: ReviewRule,
    /// Whether a school decides on the recognition of its own teachers; authorities always do. The notice has schools with the
    /// conditions, third-party bodies and expert organisations recognise (教师厅〔2022〕2号), and leaves it to each jurisdiction which.
    pub schools_recognise: bool,
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
    /// How sure we are that it says so.
    pub confidence: Confidence,
}

/// How sure we are of what a document says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// It was read in the text itself.
    Seen,
    /// It was read second-hand, in a text that quotes it.
    Quoted,
    /// A weak source says so: a hint.
    Low,
    /// The document leaves it open, and the pack assumes it.
    Assumed,
}

impl Confidence {
    /// Whether whoever relies on it should verify it first.
    pub fn is_unverified(self) -> bool {
        matches!(self, Self::Low | Self::Assumed)
    }
}

/// Which of a teacher's own facts – credentials, achievements, enterprise work – count as evidence. What bases and
/// stations record stands for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EvidenceRule {
    /// Whether a fact that no school has verified counts.
    pub unverified: Counts,
    /// Whether a fact that the teacher disputes counts; this asks of placements and sessions too.
    pub disputed: Counts,
}

/// Whether something counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counts {
    /// It counts.
    #[default]
    Counted,
    /// It is ignored, with the reason.
    Ignored,
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

impl ReviewRule {
    /// The last day of what is granted, or reviewed, on this one.
    pub fn last_day(self, from: Day) -> Day {
        from.plus_years(self.validity_years).previous()
    }
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
    /// Enterprise practice year by year.
    #[serde(default)]
    pub yearly_practice: Option<CriterionId>,
    /// Practice before the first assignment.
    #[serde(default)]
    pub first_practice: Option<CriterionId>,
}

impl Measures {
    /// The criteria that it names.
    pub fn named(&self) -> impl Iterator<Item = &CriterionId> {
        [&self.rotation, &self.practice, &self.yearly_practice, &self.first_practice].into_iter().flatten()
    }
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

impl Pack {
    /// Reads a pack that stands on its own from its file. One that builds on another is read by [`Shelf::read`].
    ///
    /// # Errors
    /// When it is not a pack, or one that contradicts itself; the fault says where.
    pub fn parse(json: &str) -> Result<Self, PackFault> {
        written::read(json, &Shelf::default())
    }

    /// Whether a post is one that the pack is for, by role, employment, place and education level. A school of which
    /// nothing is known is taken to be of the pack's place and level.
    pub fn is_for(&self, post: &Post, places: &Places) -> bool {
        let school = places.schools.get(&post.school);
        let province = match self.jurisdiction {
            Jurisdiction::Nation => true,
            Jurisdiction::Province(province) => school.is_none_or(|school| school.province == province),
        };
        let level = post.education_level.or(school.and_then(|school| school.education_level));
        province
            && level.is_none_or(|level| self.education_levels.contains(&level))
            && (self.roles.is_empty() || self.roles.contains(&post.role))
            && (self.employments.is_empty() || self.employments.contains(&post.employment))
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
