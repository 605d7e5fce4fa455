//! A pack as its file writes it, and the reading of it.

use std::collections::BTreeSet;

use kernel::Day;
use kernel::vocabulary::{
    AchievementKind, EducationLevel, Level, PracticeForm, PracticeResult, Role, SiteKind, Theme, Tier,
};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::figures::{Figure, Figures};
use super::{
    AchievementAsk, Asks, CredentialAsk, Criterion, Effective, GroupKind, Jurisdiction, LevelRule, Measures, Pack,
    PackFault, Parameter, PracticeAsk, ReviewRule, Rule, Source, TrainingAmount, TrainingAsk,
};
use crate::{CriterionId, Label, Window};

/// Deeper rules are a slip of the pen; the bound also keeps every walk over a tree shallow.
const DEEPEST: u32 = 8;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenPack {
    name: String,
    version: u32,
    title: Label,
    jurisdiction: Jurisdiction,
    education_levels: Vec<EducationLevel>,
    #[serde(default)]
    roles: Vec<Role>,
    source: Source,
    #[serde(default)]
    effective: Effective,
    review: WrittenReview,
    #[serde(default)]
    parameters: Vec<Parameter>,
    #[serde(default)]
    measures: Measures,
    criteria: Vec<WrittenCriterion>,
    levels: Vec<WrittenLevel>,
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
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
enum WrittenAsks {
    Credential {
        any_of: Vec<CredentialAsk>,
    },
    Practice {
        at_least_days: Figure,
        window: WrittenWindow,
        results: Vec<PracticeResult>,
        #[serde(default)]
        forms: Vec<PracticeForm>,
        #[serde(default)]
        site_kinds: Vec<SiteKind>,
    },
    Training {
        at_least_sessions: Option<Figure>,
        at_least_hours: Option<Figure>,
        window: WrittenWindow,
        #[serde(default)]
        themes: Vec<Theme>,
        #[serde(default)]
        tiers: Vec<Tier>,
        #[serde(default)]
        site_kinds: Vec<SiteKind>,
    },
    YearsInPost {
        years: Figure,
        #[serde(default)]
        roles: Vec<Role>,
    },
    Achievement {
        kinds: Vec<AchievementKind>,
        at_least_tier: Option<Tier>,
        count: Figure,
        window: Option<WrittenWindow>,
    },
    NoBreach {},
}

#[derive(Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum WrittenWindow {
    Rolling { rolling_years: Figure },
    Cycle { cycle_years: Figure, starting: Day },
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

/// Reads a file and checks that it means something.
pub fn read(json: &str) -> Result<Pack, PackFault> {
    let written: WrittenPack =
        serde_json::from_str(json).map_err(|error| PackFault::Shape { why: error.to_string() })?;
    let figures = Figures::of(written.parameters)?;
    let criteria = criteria(written.criteria, &figures)?;
    let pack = Pack {
        name: name(written.name)?,
        version: Figure::Number(written.version).within("version", u32::MAX, &figures)?,
        digest: digest(json),
        title: written.title,
        jurisdiction: written.jurisdiction,
        education_levels: not_empty("education_levels", written.education_levels)?,
        roles: written.roles,
        source: written.source,
        effective: effective(written.effective)?,
        review: ReviewRule {
            validity_years: written.review.validity_years.small("validity_years", 5, &figures)?,
            notice_months: written.review.notice_months.small("notice_months", 24, &figures)?,
        },
        measures: measures(written.measures, &criteria)?,
        levels: levels(written.levels, &criteria)?,
        criteria,
        parameters: figures.into_parameters(),
    };
    Ok(pack)
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

fn measures(measures: Measures, criteria: &[Criterion]) -> Result<Measures, PackFault> {
    for id in [&measures.rotation, &measures.practice].into_iter().flatten() {
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
    for WrittenCriterion { id, label, only_for, asks } in not_empty("criteria", written)? {
        let id = name(id)?;
        if !seen.insert(id.clone()) {
            return Err(PackFault::Twice { id });
        }
        let asks = read_asks(&id, asks, figures)?;
        criteria.push(Criterion { id: CriterionId::from(id), label, only_for, asks });
    }
    Ok(criteria)
}

fn read_asks(id: &str, asks: WrittenAsks, figures: &Figures) -> Result<Asks, PackFault> {
    let what = |part: &str| format!("{part} of `{id}`");
    Ok(match asks {
        WrittenAsks::Credential { any_of } => Asks::Credential { any_of: not_empty(&what("any_of"), any_of)? },
        WrittenAsks::Practice { at_least_days, window, results, forms, site_kinds } => Asks::Practice(PracticeAsk {
            at_least_days: at_least_days.within(&what("at_least_days"), 36_500, figures)?,
            window: read_window(id, window, figures)?,
            results: not_empty(&what("results"), results)?,
            forms,
            site_kinds,
        }),
        WrittenAsks::Training { at_least_sessions, at_least_hours, window, themes, tiers, site_kinds } => {
            let at_least = match (at_least_sessions, at_least_hours) {
                (Some(count), None) => {
                    TrainingAmount::Sessions(count.within(&what("at_least_sessions"), 1_000, figures)?)
                }
                (None, Some(hours)) => {
                    TrainingAmount::Hours(hours.within(&what("at_least_hours"), 100_000, figures)?)
                }
                _ => return Err(PackFault::Training { id: id.to_owned() }),
            };
            let window = read_window(id, window, figures)?;
            Asks::Training(TrainingAsk { at_least, window, themes, tiers, site_kinds })
        }
        WrittenAsks::YearsInPost { years, roles } => {
            Asks::YearsInPost { years: years.small(&what("years"), 60, figures)?, roles }
        }
        WrittenAsks::Achievement { kinds, at_least_tier, count, window } => Asks::Achievement(AchievementAsk {
            kinds: not_empty(&what("kinds"), kinds)?,
            at_least_tier,
            count: count.within(&what("count"), 1_000, figures)?,
            window: window.map(|window| read_window(id, window, figures)).transpose()?,
        }),
        WrittenAsks::NoBreach {} => Asks::NoBreach,
    })
}

fn read_window(id: &str, window: WrittenWindow, figures: &Figures) -> Result<Window, PackFault> {
    let what = format!("years of the window of `{id}`");
    Ok(match window {
        WrittenWindow::Rolling { rolling_years } => Window::Rolling { years: rolling_years.small(&what, 60, figures)? },
        WrittenWindow::Cycle { cycle_years, starting } => {
            Window::Cycle { years: cycle_years.small(&what, 60, figures)?, starting }
        }
    })
}

fn levels(written: Vec<WrittenLevel>, criteria: &[Criterion]) -> Result<Vec<LevelRule>, PackFault> {
    let mut levels: Vec<LevelRule> = Vec::with_capacity(written.len());
    for WrittenLevel { level, rule } in not_empty("levels", written)? {
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
