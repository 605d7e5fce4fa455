//! One teacher, one pack, one day.

use kernel::{Day, EventId};

use crate::criteria::Given;
use crate::evaluation::Evaluation;
use crate::missing::missing;
use crate::{
    Assessment, Criterion, CriterionNode, Facts, Flag, GroupNode, LevelAssessment, Node, Pack, Places, Recognition,
    Rule, Standing, Verdict, criteria,
};

/// What the pack says about the teacher on a day, and why. Pure: the same facts give the same answer, in whatever order
/// they are, and the day is an argument.
pub fn assess(facts: &Facts, places: &Places, pack: &Pack, on: Day) -> Assessment {
    let held = facts.posts.iter().filter(|post| post.voided.is_none() && post.period.contains(on));
    let mut posts: Vec<EventId> = held.filter(|post| pack.is_for(post, places)).map(|post| post.fact).collect();
    posts.sort_unstable();
    assess_posts(facts, places, pack, on, posts)
}

/// The same, for some of the posts that the pack is for.
pub fn assess_posts(facts: &Facts, places: &Places, pack: &Pack, on: Day, posts: Vec<EventId>) -> Assessment {
    let given = Given { facts, places, rule: pack.evidence };
    let evaluation = Evaluation::of(facts, places, pack);
    let standing = evaluation.standing(on.ordinal());
    let nodes: Vec<CriterionNode> = pack
        .criteria
        .iter()
        .enumerate()
        .map(|(place, criterion)| {
            let found = criteria::evidence(criterion, given, on);
            criterion_node(&evaluation, (place, criterion), found, on)
        })
        .collect();
    let levels: Vec<LevelAssessment> = pack
        .levels
        .iter()
        .map(|rule| LevelAssessment {
            level: rule.level,
            met: evaluation.level_met(rule.level, on.ordinal()),
            tree: node(&rule.rule, &nodes),
        })
        .collect();
    let measured = |criterion: &CriterionNode| pack.measures.named().any(|id| *id == criterion.id);
    let (next_level, missing) = missing(&standing, &levels);
    Assessment {
        on,
        pack: pack.reference(),
        posts,
        status: standing.status(),
        lapses_on: lapse(&evaluation, &standing, on),
        flags: flags(facts, &standing, on),
        standing,
        levels,
        measures: nodes.into_iter().filter(measured).collect(),
        next_level,
        missing,
    }
}

/// Why the recognition that speaks for the day should be looked at again.
fn flags(facts: &Facts, standing: &Standing, on: Day) -> Vec<Flag> {
    let speaking = |recognition: &&Recognition| Some(recognition.fact) == standing.recognition.map(|state| state.fact);
    let flags = facts.recognitions.iter().find(speaking).map(|recognition| recognition.flags.as_slice());
    flags.unwrap_or_default().iter().filter(|flag| flag.holds(on)).copied().collect()
}

fn criterion_node(
    evaluation: &Evaluation<'_>,
    (place, criterion): (usize, &Criterion),
    found: criteria::Evidence,
    on: Day,
) -> CriterionNode {
    let verdict = evaluation.verdict(place, on.ordinal());
    let (threshold, unit) = criterion.threshold();
    CriterionNode {
        id: criterion.id.clone(),
        label: criterion.label.clone(),
        verdict,
        amount: found.amount(),
        threshold,
        unit,
        window: criterion.window().map(|window| window.on(on)),
        counted: found.counted,
        ignored: found.ignored,
        confidence: criterion.source.as_ref().map(|source| source.confidence),
        lapses_on: if verdict == Verdict::Met { evaluation.lapse_of(place, on.ordinal()) } else { None },
    }
}

fn node(rule: &Rule, nodes: &[CriterionNode]) -> Node {
    match rule {
        Rule::Criterion(place) => Node::Criterion(Box::new(nodes[*place].clone())),
        Rule::Group { kind, of } => {
            let of: Vec<Node> = of.iter().map(|part| node(part, nodes)).collect();
            let met = of.iter().filter(|part| part.met()).count() >= kind.needed(of.len());
            Node::Group(GroupNode { kind: *kind, met, of })
        }
    }
}

/// The first later day on which eligibility or recognition stands lower than on `on`.
fn lapse(evaluation: &Evaluation<'_>, standing: &Standing, on: Day) -> Option<Day> {
    if standing.eligible.is_none() && standing.recognised().is_none() {
        return None;
    }
    let later = evaluation.breakpoints().into_iter().filter(|day| *day > on.ordinal());
    let falls = |day: &i32| {
        let then = evaluation.standing(*day);
        then.eligible < standing.eligible || then.recognised() < standing.recognised()
    };
    later.into_iter().find(falls).map(Day::from_ordinal)
}
