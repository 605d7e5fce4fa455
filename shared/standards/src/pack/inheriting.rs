//! What a pack takes over from the one it builds on: everything that it does not say otherwise.
//!
//! A level asks for all that the base asks for and for what the pack adds. A criterion with the name of one of the base
//! takes its place; whether that is as strict is proven afterwards, like every province's pack ([`Pack::no_laxer_than`]).

use kernel::vocabulary::Level;

use super::{Criterion, GroupKind, LevelRule, Pack, Rule};

/// The base's criteria with those of the pack, in the base's order: a place in the base's list stays the same place.
pub fn criteria(base: Option<&Pack>, own: Vec<Criterion>) -> Vec<Criterion> {
    let mut criteria = base.map(|base| base.criteria.clone()).unwrap_or_default();
    for criterion in own {
        match criteria.iter_mut().find(|known| known.id == criterion.id) {
            Some(known) => *known = criterion,
            None => criteria.push(criterion),
        }
    }
    criteria
}

/// The base's levels with those of the pack: each asks for both. A level that the base does not know asks for what the
/// base asks at the highest one below.
pub fn levels(base: Option<&Pack>, own: Vec<LevelRule>) -> Vec<LevelRule> {
    let Some(base) = base else { return own };
    let below = |level: Level| base.levels.iter().rev().find(|known| known.level <= level);
    let mut levels: Vec<LevelRule> = own
        .into_iter()
        .map(|own| match below(own.level) {
            Some(theirs) => LevelRule { level: own.level, rule: both(theirs.rule.clone(), own.rule) },
            None => own,
        })
        .collect();
    let untouched: Vec<&LevelRule> =
        base.levels.iter().filter(|theirs| levels.iter().all(|own| own.level != theirs.level)).collect();
    levels.extend(untouched.into_iter().cloned());
    levels.sort_by_key(|level| level.level);
    levels
}

/// The list of the pack, or the base's where it has none.
pub fn list<T: Clone>(own: Vec<T>, base: Option<&Vec<T>>) -> Vec<T> {
    if own.is_empty() { base.cloned().unwrap_or_default() } else { own }
}

fn both(theirs: Rule, own: Rule) -> Rule {
    let parts = |rule: Rule| match rule {
        Rule::Group { kind: GroupKind::AllOf, of } => of,
        other => vec![other],
    };
    let mut of = parts(theirs);
    for part in parts(own) {
        if !of.contains(&part) {
            of.push(part);
        }
    }
    Rule::Group { kind: GroupKind::AllOf, of }
}
