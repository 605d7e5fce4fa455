//! The answer: who would gain and lose, in figures. Whoever sees no person gets those of one or two held back, and those
//! from which they could be worked out.

use std::collections::BTreeMap;

use access::figures::{Audience, LEAST, hidden, is_small};
use kernel::Day;
use kernel::code::Province;
use kernel::vocabulary::Level;
use serde::Serialize;
use standards::{CriterionId, Label, PackReference};
use utoipa::ToSchema;

use super::tally::{ByCriterion, Count, Group, Tally};

/// What a draft would change.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WhatIfBody {
    /// The draft, to the byte.
    pub draft: PackReference,
    /// The day it is about.
    pub as_of: Day,
    /// The log position it is known at. Opaque.
    #[schema(example = "v1.0:1234")]
    pub known_at: String,
    /// How many people were looked at, in post or not.
    pub people: u64,
    /// All of them, each once.
    pub total: WhatIfRow,
    /// By province, of those in post there: who holds posts in two counts in both.
    pub provinces: Vec<WhatIfRow>,
    /// Who changes, by the levels of before and after.
    pub transitions: Vec<WhatIfTransition>,
    /// Who changes, by criterion: whoever is stopped by two counts for both.
    pub criteria: Vec<WhatIfCriterion>,
    /// Figures of fewer people than this, but for none at all, are suppressed, and so are those from which they could be
    /// worked out; none where all are shown.
    pub suppressed_below: Option<u64>,
}

/// An area.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WhatIfRow {
    /// The provincial unit, by its 2 digits; none for everybody.
    pub province: Option<Province>,
    /// Everybody in post.
    pub all: WhatIfFigures,
    /// The specialised teachers among them.
    pub specialised: WhatIfFigures,
}

/// Figures of people in post.
#[derive(Debug, Clone, Default, PartialEq, Serialize, ToSchema)]
pub struct WhatIfFigures {
    /// In post.
    pub in_post: Option<u64>,
    /// Those whose principal post the draft would make another pack judge.
    pub concerned: Option<u64>,
    /// Who is eligible now.
    pub eligible_before: Option<u64>,
    /// Who would be.
    pub eligible_after: Option<u64>,
    /// The share of those in post who are eligible now.
    pub share_before: Option<f64>,
    /// The share who would be.
    pub share_after: Option<f64>,
    /// Who would be eligible at a higher level.
    pub gain: Option<u64>,
    /// Who would be eligible at a lower level, or at none.
    pub lose: Option<u64>,
    /// Who would stand as now.
    pub unchanged: Option<u64>,
    /// Whether figures are held back.
    pub suppressed: bool,
}

/// A change of level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct WhatIfTransition {
    /// The level now.
    pub before: Option<Level>,
    /// The level then.
    pub after: Option<Level>,
    /// How many people.
    pub people: Option<u64>,
    /// Whether the figure is held back.
    pub suppressed: bool,
}

/// A criterion that makes people gain or lose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct WhatIfCriterion {
    /// Its name in the pack.
    #[schema(value_type = String)]
    pub id: CriterionId,
    /// Its words.
    pub label: Label,
    /// Of those who gain, the ones in whose way it no longer stands.
    pub gain: Option<u64>,
    /// Of those who lose, the ones in whose way it would stand.
    pub lose: Option<u64>,
    /// Whether the figures are held back.
    pub suppressed: bool,
}

/// Somebody who would gain or lose.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WhatIfChange {
    /// Who.
    pub teacher: kernel::TeacherId,
    /// The level now.
    pub before: Option<Level>,
    /// The level then.
    pub after: Option<Level>,
    /// The criteria that make it so.
    #[schema(value_type = Vec<String>)]
    pub criteria: Vec<CriterionId>,
}

/// Which half of the figures of an area is held back: those of today, and those of what would change.
#[derive(Clone, Copy, Default)]
struct Held {
    today: bool,
    change: bool,
}

impl WhatIfBody {
    /// The answer from what was found.
    pub fn of(tally: &Tally, draft: &PackReference, as_of: Day, known_at: String, audience: Audience) -> Self {
        let rows: Vec<Group> = tally.provinces.values().copied().collect();
        let (whole, parts) = match audience {
            Audience::Persons => (Default::default(), vec![Default::default(); rows.len()]),
            Audience::Figures => (alone(tally.total), held(&rows)),
        };
        let provinces = tally.provinces.iter().zip(parts);
        Self {
            draft: draft.clone(),
            as_of,
            known_at,
            people: tally.people,
            total: row(None, tally.total, whole),
            provinces: provinces.map(|((province, group), held)| row(Some(*province), *group, held)).collect(),
            transitions: transitions(&tally.transitions, audience),
            criteria: criteria(&tally.criteria, tally.total.all, audience),
            suppressed_below: (audience == Audience::Figures).then_some(LEAST),
        }
    }
}

fn row(province: Option<Province>, group: Group, (all, specialised): (Held, Held)) -> WhatIfRow {
    WhatIfRow { province, all: figures(group.all, all), specialised: figures(group.specialised, specialised) }
}

fn figures(count: Count, held: Held) -> WhatIfFigures {
    let Count { in_post, concerned, before, after, gain, lose, .. } = count;
    #[expect(clippy::cast_precision_loss, reason = "there are fewer people than a double counts exactly")]
    let share = |part: u64| (in_post > 0).then(|| part as f64 / in_post as f64);
    let mut figures = WhatIfFigures { suppressed: held.today || held.change, ..WhatIfFigures::default() };
    if !held.today {
        (figures.in_post, figures.concerned) = (Some(in_post), Some(concerned));
        (figures.eligible_before, figures.share_before) = (Some(before), share(before));
    }
    if !held.change {
        (figures.eligible_after, figures.share_after) = (Some(after), share(after));
        (figures.gain, figures.lose) = (Some(gain), Some(lose));
        figures.unchanged = Some(in_post - gain - lose);
    }
    figures
}

/// What is held back of everybody.
fn alone(total: Group) -> (Held, Held) {
    let of = |today: Vec<u64>, change: Vec<u64>| {
        let today = today.into_iter().any(is_small);
        Held { today, change: today || change.into_iter().any(is_small) }
    };
    (of(all(total, today), all(total, change)), of(both(total, today), both(total, change)))
}

/// What is held back of areas that a total stands beside.
fn held(rows: &[Group]) -> Vec<(Held, Held)> {
    let of = |figures: &dyn Fn(&Group) -> Vec<u64>, already: &[bool]| {
        hidden(&rows.iter().map(figures).collect::<Vec<_>>(), already)
    };
    let all_today = of(&|group| all(*group, today), &[]);
    let all_change = of(&|group| all(*group, change), &all_today);
    let some_today = of(&|group| both(*group, today), &all_today);
    let already: Vec<bool> = all_change.iter().zip(&some_today).map(|(one, other)| *one || *other).collect();
    let some_change = of(&|group| both(*group, change), &already);
    let held = |index: usize| {
        let all = Held { today: all_today[index], change: all_change[index] };
        (all, Held { today: some_today[index], change: some_change[index] })
    };
    (0..rows.len()).map(held).collect()
}

/// The figures of today, and those that follow from them.
fn today(count: Count) -> Vec<u64> {
    let Count { in_post, concerned, before, .. } = count;
    vec![in_post, concerned, before, in_post - concerned, in_post - before]
}

/// The figures of what would change, and those that follow from them.
fn change(count: Count) -> Vec<u64> {
    let Count { in_post, concerned, after, gain, lose, enter, leave, .. } = count;
    let stay = concerned.saturating_sub(gain + lose);
    vec![gain + lose, gain, lose, enter, leave, gain - enter, lose - leave, after, in_post - after, stay]
}

/// Those of everybody, and of everybody who is not a specialised teacher: coverage shows the specialised ones, and who knows
/// those and everybody knows the others.
fn all(group: Group, of: fn(Count) -> Vec<u64>) -> Vec<u64> {
    let mut figures = of(group.all);
    figures.extend(of(group.all.without(group.specialised)));
    figures
}

/// Those of the specialised teachers, and of everybody else in the area: who knows both knows the difference.
fn both(group: Group, of: fn(Count) -> Vec<u64>) -> Vec<u64> {
    let mut figures = of(group.specialised);
    figures.extend(of(group.all.without(group.specialised)));
    figures
}

/// Who enters, rises, falls and leaves: each of the four has a total that can be worked out.
fn transitions(found: &BTreeMap<(Option<Level>, Option<Level>), u64>, audience: Audience) -> Vec<WhatIfTransition> {
    let side = |(before, after): &(Option<Level>, Option<Level>)| (after > before, before.is_some() && after.is_some());
    let mut rows = Vec::new();
    for kind in [(true, false), (true, true), (false, true), (false, false)] {
        let of_kind: Vec<_> = found.iter().filter(|(levels, _)| side(levels) == kind).collect();
        let sizes: Vec<Vec<u64>> = of_kind.iter().map(|(_, people)| vec![**people]).collect();
        let held = match audience {
            Audience::Persons => vec![false; sizes.len()],
            Audience::Figures => hidden(&sizes, &[]),
        };
        rows.extend(of_kind.into_iter().zip(held).map(|((&(before, after), people), suppressed)| WhatIfTransition {
            before,
            after,
            people: (!suppressed).then_some(*people),
            suppressed,
        }));
    }
    rows
}

fn criteria(found: &BTreeMap<CriterionId, ByCriterion>, total: Count, audience: Audience) -> Vec<WhatIfCriterion> {
    let figures = |one: &ByCriterion| {
        let others =
            [(total.gain, one.gain), (total.lose, one.lose)].map(|(all, some)| if some == 0 { 0 } else { all - some });
        vec![one.gain + one.lose, one.gain, one.lose, others[0], others[1]]
    };
    let held = match audience {
        Audience::Persons => vec![false; found.len()],
        Audience::Figures => hidden(&found.values().map(figures).collect::<Vec<_>>(), &[]),
    };
    let row = |((id, one), suppressed): ((&CriterionId, &ByCriterion), bool)| WhatIfCriterion {
        id: id.clone(),
        label: one.label.clone(),
        gain: (!suppressed).then_some(one.gain),
        lose: (!suppressed).then_some(one.lose),
        suppressed,
    };
    found.iter().zip(held).map(row).collect()
}
