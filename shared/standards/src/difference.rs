//! What differs between two assessments of one teacher, criterion by criterion, and which facts made it so.

use std::collections::BTreeMap;

use kernel::EventId;
use kernel::vocabulary::Level;
use serde::{Deserialize, Serialize};

use crate::{
    Amount, Assessment, CriterionId, CriterionNode, IgnoreReason, Label, Node, PackReference, PostState,
    RecognitionState, Status, Unit, Verdict,
};

/// What was, and what is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Change<T> {
    /// What was.
    pub before: T,
    /// What is.
    pub after: T,
}

/// What differs between two assessments. Of two that say the same it is empty, even if they are of different days.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Difference {
    /// The packs, where they were judged by different ones.
    pub pack: Option<Change<PackReference>>,
    /// The headlines.
    pub status: Option<Change<Status>>,
    /// The levels of eligibility.
    pub eligible: Option<Change<Option<Level>>>,
    /// What is decided.
    pub recognition: Option<Change<Option<RecognitionState>>>,
    /// Whether a post is held that the pack is about.
    pub post: Option<Change<PostState>>,
    /// The criteria that say something else, in the order of their names.
    pub criteria: Vec<CriterionDifference>,
}

/// A criterion that says something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CriterionDifference {
    /// Its name in the pack.
    pub id: CriterionId,
    /// Its words.
    pub label: Label,
    /// What amounts are counted in.
    pub unit: Unit,
    /// What it said; none where the pack did not ask for it.
    pub before: Option<Outcome>,
    /// What it says; none where the pack does not ask for it.
    pub after: Option<Outcome>,
    /// Why, and which facts.
    pub why: Why,
}

/// What a criterion says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Outcome {
    /// The verdict.
    pub verdict: Verdict,
    /// How much there is.
    pub amount: Amount,
    /// How much is asked for.
    pub threshold: Amount,
}

/// Why a criterion says something else.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Why {
    /// The causes; there is always one.
    pub causes: Vec<Cause>,
    /// The facts of which more counts than before.
    pub newly_counted: Vec<FactDifference>,
    /// The facts of which less counts than before.
    pub no_longer_counted: Vec<FactDifference>,
}

/// What can make a criterion say something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Other facts count, or other parts of them.
    Facts,
    /// Another pack judges, or another version.
    Pack,
    /// Another role is held: the criterion is asked for, or no longer is.
    Role,
}

/// A fact of which another amount counts than before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FactDifference {
    /// The event that recorded it.
    pub fact: EventId,
    /// How much of it counted.
    pub before: Amount,
    /// How much of it counts.
    pub after: Amount,
    /// Why it did not count, or does not any more; none where it was not on record, or no longer is.
    pub reason: Option<IgnoreReason>,
}

/// What differs between two assessments of one teacher. Pure.
pub fn difference(before: &Assessment, after: &Assessment) -> Difference {
    let (was, is) = (criteria(before), criteria(after));
    let mut ids: Vec<&CriterionId> = was.keys().chain(is.keys()).copied().collect();
    ids.sort_unstable();
    ids.dedup();
    let is_other_pack = before.pack != after.pack;
    let of_criterion = |id| criterion(was.get(id).copied(), is.get(id).copied(), is_other_pack);
    Difference {
        pack: change(&before.pack, &after.pack),
        status: change(&before.status, &after.status),
        eligible: change(&before.standing.eligible, &after.standing.eligible),
        recognition: change(&before.standing.recognition, &after.standing.recognition),
        post: change(&before.standing.post, &after.standing.post),
        criteria: ids.into_iter().filter_map(of_criterion).collect(),
    }
}

impl Assessment {
    /// Every criterion that a level asks for, each once, in the order of the pack's levels.
    pub fn criteria(&self) -> Vec<&CriterionNode> {
        let mut found: Vec<&CriterionNode> = Vec::new();
        let mut unseen: Vec<&Node> = self.levels.iter().rev().map(|level| &level.tree).collect();
        while let Some(node) = unseen.pop() {
            match node {
                Node::Group(group) => unseen.extend(group.of.iter().rev()),
                Node::Criterion(criterion) if found.iter().any(|known| known.id == criterion.id) => {}
                Node::Criterion(criterion) => found.push(criterion),
            }
        }
        found
    }
}

impl CriterionNode {
    /// What it says.
    pub fn outcome(&self) -> Outcome {
        Outcome { verdict: self.verdict, amount: self.amount, threshold: self.threshold }
    }
}

fn change<T: Clone + PartialEq>(before: &T, after: &T) -> Option<Change<T>> {
    (before != after).then(|| Change { before: before.clone(), after: after.clone() })
}

/// What a level asks for, and what the pack reports for itself.
fn criteria(assessment: &Assessment) -> BTreeMap<&CriterionId, &CriterionNode> {
    let reported = assessment.measures.iter().chain(assessment.criteria());
    reported.map(|criterion| (&criterion.id, criterion)).collect()
}

fn criterion(
    before: Option<&CriterionNode>,
    after: Option<&CriterionNode>,
    is_other_pack: bool,
) -> Option<CriterionDifference> {
    let named = after.or(before)?;
    let (was, is) = (before.map(CriterionNode::outcome), after.map(CriterionNode::outcome));
    let facts = facts(before, after);
    if was == is && facts.is_empty() {
        return None;
    }
    let (newly_counted, no_longer_counted): (Vec<_>, Vec<_>) =
        facts.into_iter().partition(|one| one.before < one.after);
    let not_asked = |outcome: Option<Outcome>| outcome.map(|outcome| outcome.verdict == Verdict::NotApplicable);
    let mut causes = Vec::new();
    if !newly_counted.is_empty() || !no_longer_counted.is_empty() {
        causes.push(Cause::Facts);
    }
    if is_other_pack {
        causes.push(Cause::Pack);
    }
    if was.is_some() && is.is_some() && not_asked(was) != not_asked(is) {
        causes.push(Cause::Role);
    }
    let why = Why { causes, newly_counted, no_longer_counted };
    let CriterionNode { id, label, unit, .. } = named.clone();
    Some(CriterionDifference { id, label, unit, before: was, after: is, why })
}

/// The facts of which another amount counts, in the order of their ids.
fn facts(before: Option<&CriterionNode>, after: Option<&CriterionNode>) -> Vec<FactDifference> {
    let mut amounts: BTreeMap<EventId, (Amount, Amount)> = BTreeMap::new();
    for counted in before.into_iter().flat_map(|criterion| &criterion.counted) {
        let amount = amounts.entry(counted.fact).or_default();
        amount.0 = amount.0 + counted.amount;
    }
    for counted in after.into_iter().flat_map(|criterion| &criterion.counted) {
        let amount = amounts.entry(counted.fact).or_default();
        amount.1 = amount.1 + counted.amount;
    }
    let reason = |of: Option<&CriterionNode>, fact| {
        of?.ignored.iter().find(|ignored| ignored.fact == fact).map(|ignored| ignored.reason)
    };
    let differing = amounts.into_iter().filter(|(_, (before, after))| before != after);
    differing
        .map(|(fact, (was, is))| {
            let reason = if was < is { reason(before, fact) } else { reason(after, fact) };
            FactDifference { fact, before: was, after: is, reason }
        })
        .collect()
}
