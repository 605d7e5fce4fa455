//! A pack as its file writes it, and the reading of it.

mod asks;

use std::collections::BTreeSet;

use kernel::vocabulary::{EducationLevel, Employment, Level, Role};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use self::asks::{WrittenAsks, read_asks};
use super::figures::{Figure, Figures};
use super::{
    Asks, Criterion, Effective, EvidenceRule, GroupKind, Jurisdiction, LevelRule, Measures, Pack, PackFault, Parameter,
    ReviewRule, Rule, Shelf, Source, inheriting,
};
use crate::{CriterionId, Label};

/// Deeper rules are a slip of the pen; the bound also keeps every walk over a tree shallow.
const DEEPEST: u32 = 8;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenPack {
    name: String,
    version: u32,
    title: Label,
    jurisdiction: Jurisdiction,
    inherits: Option<WrittenBase>,
    #[serde(default)]
    education_levels: Vec<EducationLevel>,
    #[serde(default)]
    roles: Vec<Role>,
    #[serde(default)]
    employments: Vec<Employment>,
    source: Source,
    #[serde(default)]
    effective: Effective,
    review: Option<WrittenReview>,
    schools_recognise: Option<bool>,
    evidence: Option<EvidenceRule>,
    #[serde(default)]
    parameters: Vec<Parameter>,
    measures: Option<Measures>,
    #[serde(default)]
    criteria: Vec<WrittenCriterion>,
    #[serde(default)]
    levels: Vec<WrittenLevel>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenBase {
    name: String,
    version: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenReview {
    validity_years: Figure,
    notice_months: Figure,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenCriterion {
    id: String,
    label: Label,
    #[serde(default)]
    only_for: Vec<Role>,
    asks: WrittenAsks,
    source: Option<Source>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenLevel {
    level: Level,
    rule: WrittenRule,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum WrittenRule {
    Criterion(String),
    Group(WrittenGroup),
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum WrittenGroup {
    AllOf(Vec<WrittenRule>),
    AnyOf(Vec<WrittenRule>),
    AtLeast { k: u32, of: Vec<WrittenRule> },
}

/// Reads a file, upon the packs on a shelf, and checks that it means something.
pub fn read(json: &str, shelf: &Shelf) -> Result<Pack, PackFault> {
    let written: WrittenPack =
        serde_json::from_str(json).map_err(|error| PackFault::Shape { why: error.to_string() })?;
    let base = written.inherits.map(|base| find_base(base, shelf)).transpose()?;
    let figures = Figures::of(written.parameters)?;
    let criteria = not_empty("criteria", inheriting::criteria(base, criteria(written.criteria, &figures)?))?;
    let levels = inheriting::levels(base, levels(written.levels, &criteria)?);
    let education_levels = inheriting::list(written.education_levels, base.map(|base| &base.education_levels));
    let pack = Pack {
        name: name(written.name)?,
        version: Figure::Number(written.version).within("version", u32::MAX, &figures)?,
        digest: digest(json),
        title: written.title,
        jurisdiction: written.jurisdiction,
        inherits: base.map(Pack::reference),
        education_levels: not_empty("education_levels", education_levels)?,
        roles: inheriting::list(written.roles, base.map(|base| &base.roles)),
        employments: inheriting::list(written.employments, base.map(|base| &base.employments)),
        source: written.source,
        effective: effective(written.effective)?,
        review: review(written.review, base, &figures)?,
        schools_recognise: written.schools_recognise.or(base.map(|base| base.schools_recognise)).unwrap_or_default(),
        evidence: written.evidence.or(base.map(|base| base.evidence)).unwrap_or_default(),
        measures: measures(written.measures.or(base.map(|base| base.measures.clone())), &criteria)?,
        levels: not_empty("levels", levels)?,
        criteria,
        parameters: figures.into_parameters(),
    };
    if let Some(base) = base {
        pack.no_laxer_than(base)?;
    }
    Ok(pack)
}

fn find_base(base: WrittenBase, shelf: &Shelf) -> Result<&Pack, PackFault> {
    let WrittenBase { name, version } = base;
    shelf.find(&name, version).ok_or(PackFault::NoBase { name, version })
}

fn review(written: Option<WrittenReview>, base: Option<&Pack>, figures: &Figures) -> Result<ReviewRule, PackFault> {
    match (written, base) {
        (Some(review), _) => Ok(ReviewRule {
            validity_years: review.validity_years.small("validity_years", 5, figures)?,
            notice_months: review.notice_months.small("notice_months", 24, figures)?,
        }),
        (None, Some(base)) => Ok(base.review),
        (None, None) => Err(PackFault::Empty { what: "review".to_owned() }),
    }
}

/// The SHA-256 of the bytes, in hexadecimal.
fn digest(json: &str) -> String {
    Sha256::digest(json.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A name is part of file names, addresses and stored events, hence the few characters.
pub(super) fn name(name: String) -> Result<String, PackFault> {
    let sound = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_';
    if name.is_empty() || !name.bytes().all(sound) { Err(PackFault::Name { name }) } else { Ok(name) }
}

fn not_empty<T>(what: &str, list: Vec<T>) -> Result<Vec<T>, PackFault> {
    if list.is_empty() { Err(PackFault::Empty { what: what.to_owned() }) } else { Ok(list) }
}

fn effective(effective: Effective) -> Result<Effective, PackFault> {
    match (effective.from, effective.to) {
        (Some(from), Some(to)) if to < from => Err(PackFault::Effective),
        _ => Ok(effective),
    }
}

fn measures(measures: Option<Measures>, criteria: &[Criterion]) -> Result<Measures, PackFault> {
    let measures = measures.unwrap_or_default();
    for id in measures.named() {
        find(criteria, id.as_str())?;
    }
    Ok(measures)
}

fn find(criteria: &[Criterion], id: &str) -> Result<usize, PackFault> {
    let place = criteria.iter().position(|criterion| criterion.id.as_str() == id);
    place.ok_or_else(|| PackFault::Unknown { id: id.to_owned() })
}

fn criteria(written: Vec<WrittenCriterion>, figures: &Figures) -> Result<Vec<Criterion>, PackFault> {
    let mut seen = BTreeSet::new();
    let mut criteria = Vec::with_capacity(written.len());
    for WrittenCriterion { id, label, only_for, asks, source } in written {
        let id = name(id)?;
        if !seen.insert(id.clone()) {
            return Err(PackFault::Twice { id });
        }
        let asks = read_asks(&id, asks, figures)?;
        criteria.push(Criterion { id: CriterionId::from(id), label, only_for, asks, source });
    }
    Ok(criteria)
}

fn levels(written: Vec<WrittenLevel>, criteria: &[Criterion]) -> Result<Vec<LevelRule>, PackFault> {
    let mut levels: Vec<LevelRule> = Vec::with_capacity(written.len());
    for WrittenLevel { level, rule } in written {
        if levels.last().is_some_and(|last| level <= last.level) {
            return Err(PackFault::Levels);
        }
        levels.push(LevelRule { level, rule: read_rule(rule, criteria, true, 1)? });
    }
    Ok(levels)
}

fn read_rule(written: WrittenRule, criteria: &[Criterion], all: bool, depth: u32) -> Result<Rule, PackFault> {
    if depth > DEEPEST {
        return Err(PackFault::Depth { most: DEEPEST });
    }
    let (kind, of) = match written {
        WrittenRule::Criterion(id) => {
            let place = find(criteria, &id)?;
            let veto = criteria[place].asks == Asks::NoBreach;
            return if veto && !all { Err(PackFault::Veto { id }) } else { Ok(Rule::Criterion(place)) };
        }
        WrittenRule::Group(WrittenGroup::AllOf(of)) => (GroupKind::AllOf, of),
        WrittenRule::Group(WrittenGroup::AnyOf(of)) => (GroupKind::AnyOf, of),
        WrittenRule::Group(WrittenGroup::AtLeast { k, of }) => (GroupKind::AtLeast { k }, of),
    };
    let parts = of.len();
    match kind {
        GroupKind::AtLeast { k } if k == 0 || k as usize > parts => return Err(PackFault::Unreachable { k, parts }),
        _ => {}
    }
    let all = all && kind == GroupKind::AllOf;
    let of = not_empty("a group of rules", of)?;
    let of = of.into_iter().map(|rule| read_rule(rule, criteria, all, depth + 1)).collect::<Result<_, _>>()?;
    Ok(Rule::Group { kind, of })
}
