//! What if: who would gain and who would lose eligibility under a draft of a rule pack, and by which criterion, before
//! it is enacted. Nothing of it is ever recorded.
//!
//! Somebody stands where the pack of their principal post puts them. A draft can only change people whom it makes
//! another pack judge, so everybody else is passed over without working a rule out.

mod body;
mod draft;
mod run;
mod tally;

use std::collections::BTreeSet;

use kernel::code::Province;
use kernel::vocabulary::Level;
use kernel::{Day, TeacherId};
use standards::{Assessment, CriterionId, Facts, Label, Node, Places, Rulebook, Verdict};

pub use access::figures::Audience;
pub use body::{WhatIfBody, WhatIfChange, WhatIfCriterion, WhatIfFigures, WhatIfRow, WhatIfTransition};
pub use draft::{Draft, NoDraft};
pub use run::{Progress, Stopped, run};
pub use tally::{Changed, Tally};

/// What a draft does to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// Who.
    pub teacher: TeacherId,
    /// Whether they hold a post on the day.
    pub in_post: bool,
    /// Whether one of their posts is a specialised teacher's.
    pub specialised: bool,
    /// The provinces of their posts.
    pub provinces: BTreeSet<Province>,
    /// Whether another pack would judge their principal post.
    pub concerned: bool,
    /// The highest level whose rule is met now.
    pub before: Option<Level>,
    /// The highest level whose rule would be met.
    pub after: Option<Level>,
    /// Where the two differ: the criteria that make it so.
    pub criteria: Vec<(CriterionId, Label)>,
}

/// What the rule packs with a draft would change for somebody on a day. Pure.
pub fn look(
    teacher: TeacherId,
    (facts, places): (&Facts, &Places),
    (now, then): (&Rulebook, &Rulebook),
    on: Day,
) -> Look {
    let held: Vec<_> = facts.posts.iter().filter(|post| post.voided.is_none() && post.period.contains(on)).collect();
    let province = |school| places.schools.get(school).map(|place| place.province);
    let mut look = Look {
        teacher,
        in_post: !held.is_empty(),
        specialised: held.iter().any(|post| post.role.is_specialised()),
        provinces: held.iter().filter_map(|post| province(&post.school)).collect(),
        concerned: false,
        before: None,
        after: None,
        criteria: Vec::new(),
    };
    if !look.in_post {
        return look;
    }
    let judge = |book: &Rulebook| book.judge(facts, places, on).map(|pack| pack.digest.clone());
    let level = |book: &Rulebook| book.standing(facts, places, on).and_then(|standing| standing.eligible);
    look.concerned = judge(now) != judge(then);
    look.before = level(now);
    look.after = if look.concerned { level(then) } else { look.before };
    if look.before != look.after {
        let answer = |book: &Rulebook| book.assess(facts, places, on).into_iter().next();
        look.criteria = match (answer(now), answer(then)) {
            // Who loses is stopped by the draft, who gains is stopped today.
            (Some(now), Some(then)) if look.after < look.before => decisive(&then, look.before, &now),
            (Some(now), Some(then)) => decisive(&now, look.after, &then),
            _ => Vec::new(),
        };
    }
    look
}

/// The criteria that stand in the way of a level in one answer and do not in the other; all of them where the other
/// answer leaves them unmet too and only asks otherwise. None where the pack has no such level.
fn decisive(stopped: &Assessment, level: Option<Level>, free: &Assessment) -> Vec<(CriterionId, Label)> {
    let rule = stopped.levels.iter().find(|rule| Some(rule.level) == level);
    let mut found = Vec::new();
    rule.into_iter().for_each(|rule| in_the_way(&rule.tree, &mut found));
    let unmet: BTreeSet<&CriterionId> =
        free.criteria().into_iter().filter(|one| one.verdict == Verdict::Unmet).map(|one| &one.id).collect();
    let (both, only): (Vec<_>, Vec<_>) = found.into_iter().partition(|(id, _)| unmet.contains(id));
    if only.is_empty() { both } else { only }
}

/// The unmet criteria of the unmet parts of a rule, each once.
fn in_the_way(node: &Node, found: &mut Vec<(CriterionId, Label)>) {
    match node {
        _ if node.met() => {}
        Node::Group(group) => group.of.iter().for_each(|part| in_the_way(part, found)),
        Node::Criterion(criterion) if found.iter().any(|(known, _)| *known == criterion.id) => {}
        Node::Criterion(criterion) => found.push((criterion.id.clone(), criterion.label.clone())),
    }
}

#[cfg(test)]
mod tests;
