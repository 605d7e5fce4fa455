//! The least that is missing.

use kernel::vocabulary::Level;

use crate::{Amount, CriterionNode, Label, LevelAssessment, Missing, Node, PostState, Standing, Unit};

/// What would be needed to meet a part of a rule.
#[derive(Default)]
struct Need {
    /// The shares of what is asked for that are missing, in thousandths, added up: what makes one way shorter than
    /// another.
    way: u32,
    missing: Vec<Missing>,
}

/// The lowest level above the one that the teacher is eligible at, and the least that is missing for it.
pub fn missing(standing: &Standing, levels: &[LevelAssessment]) -> (Option<Level>, Vec<Missing>) {
    let Some(next) = levels.iter().find(|level| Some(level.level) > standing.eligible) else {
        return (None, Vec::new());
    };
    let mut missing = need(&next.tree).missing;
    if standing.post != PostState::InPost {
        missing.insert(0, post());
    }
    // A way through an any_of may ask for the same criterion as its neighbour.
    let mut listed: Vec<Missing> = Vec::with_capacity(missing.len());
    for one in missing {
        if !listed.contains(&one) {
            listed.push(one);
        }
    }
    (Some(next.level), listed)
}

fn need(node: &Node) -> Need {
    match node {
        _ if node.met() => Need::default(),
        Node::Criterion(criterion) => need_of_criterion(criterion),
        Node::Group(group) => {
            let met = group.of.iter().filter(|part| part.met()).count();
            let lacking = group.kind.needed(group.of.len()).saturating_sub(met);
            let mut needs: Vec<Need> = group.of.iter().filter(|part| !part.met()).map(need).collect();
            // A stable sort: of two ways of the same length, the one that the pack names first.
            needs.sort_by_key(|need| need.way);
            needs.into_iter().take(lacking).fold(Need::default(), Need::with)
        }
    }
}

impl Need {
    fn with(mut self, other: Self) -> Self {
        self.way = self.way.saturating_add(other.way);
        self.missing.extend(other.missing);
        self
    }
}

fn need_of_criterion(criterion: &CriterionNode) -> Need {
    let CriterionNode { id, label, unit, amount, threshold, .. } = criterion;
    let (lacking, way) = match unit {
        Unit::Breaches => (*amount, 1000),
        _ => (amount.short_of(*threshold), 1000 - amount.permille_of(*threshold)),
    };
    let words = words(label, lacking, *unit);
    Need { way, missing: vec![Missing { criterion: Some(id.clone()), amount: lacking, unit: Some(*unit), words }] }
}

fn words(label: &Label, lacking: Amount, unit: Unit) -> Label {
    let Label { zh, en } = label;
    let (unit_zh, unit_en) = (unit.chinese(), unit.english(lacking));
    match unit {
        Unit::Judgements => Label { zh: format!("须经专家评议：{zh}"), en: format!("to be judged: {en}") },
        Unit::Credentials => Label { zh: format!("须取得：{zh}"), en: format!("to be obtained: {en}") },
        Unit::Breaches => Label {
            zh: format!("须先解除{lacking}{unit_zh}"),
            en: format!("{lacking} {unit_en} of conduct to be lifted"),
        },
        Unit::Days | Unit::Sessions | Unit::Hours | Unit::Achievements => {
            Label { zh: format!("{zh}还差{lacking}{unit_zh}"), en: format!("{lacking} more {unit_en}: {en}") }
        }
    }
}

fn post() -> Missing {
    let words =
        Label { zh: "须在适用岗位任职".to_owned(), en: "a post that the standard applies to".to_owned() };
    Missing { criterion: None, amount: Amount::whole(1), unit: None, words }
}
