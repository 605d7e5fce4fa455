//! The write model of an action plan.

use std::collections::BTreeSet;

use contracts::{Refused, Rejects};
use decider::Decider;
use events::{Measure, PlanEvent};
use kernel::{Day, Document, EventId, Name, Reason};

/// What can be asked of a plan's record.
#[derive(Debug, Clone)]
pub enum Command {
    /// Publish the plan.
    Publish {
        /// The day.
        on: Day,
        /// Its document number.
        document: Document,
        /// Its title.
        title: Name,
        /// Its measures with figures.
        measures: Vec<Measure>,
    },
    /// Count something towards a measure.
    Select {
        /// The day.
        on: Day,
        /// The measure.
        measure: Name,
        /// What.
        item: Name,
        /// The decision.
        document: Option<Document>,
    },
    /// Stop counting it.
    Withdraw {
        /// The first day on which it no longer counts.
        on: Day,
        /// The measure.
        measure: Name,
        /// What.
        item: Name,
        /// Why.
        reason: Reason,
    },
}

/// The domain saying no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Rejection {
    /// There is no plan under this id.
    #[error("there is no plan under this id")]
    NotPublished,
    /// The plan is on record with other measures.
    #[error("the plan is on record with other measures")]
    PublishedOtherwise,
    /// A measure has no figure above 0, or its key stands twice.
    #[error("every measure needs a key of its own and a target above 0")]
    MeasuresUnclear,
    /// The plan has no such measure.
    #[error("the plan has no such measure")]
    NoSuchMeasure,
    /// The item does not count towards the measure.
    #[error("the item does not count towards the measure")]
    NotSelected,
}

impl Rejects for Rejection {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn refused(&self) -> Refused {
        match self {
            Self::NotPublished => Refused::Absent,
            Self::PublishedOtherwise => Refused::Conflict,
            Self::MeasuresUnclear | Self::NoSuchMeasure | Self::NotSelected => Refused::Unprocessable,
        }
    }

    fn field(&self) -> Option<String> {
        let field = match self {
            Self::MeasuresUnclear => "measures",
            Self::NoSuchMeasure => "measure",
            Self::NotSelected => "item",
            _ => return None,
        };
        Some(field.to_owned())
    }
}

/// A plan's record.
#[derive(Debug, Clone, Default)]
pub struct State {
    published: Option<Published>,
    selected: BTreeSet<(Name, Name)>,
}

/// A plan as it was published.
#[derive(Debug, Clone)]
pub struct Published {
    /// The day.
    pub on: Day,
    /// Its document number.
    pub document: Document,
    /// Its title.
    pub title: Name,
    /// Its measures with figures.
    pub measures: Vec<Measure>,
}

impl State {
    /// The plan as it was published; none when there is no such plan.
    pub fn published(&self) -> Option<&Published> {
        self.published.as_ref()
    }

    /// What counts: the measure's key, and the item.
    pub fn selected(&self) -> impl Iterator<Item = (&Name, &Name)> {
        self.selected.iter().map(|(measure, item)| (measure, item))
    }
}

/// The write model.
#[derive(Debug)]
pub struct ActionPlan;

impl Decider for ActionPlan {
    type State = State;
    type Command = Command;
    type Event = PlanEvent;
    type Rejection = Rejection;

    fn decide(state: &State, command: &Command) -> Result<Vec<PlanEvent>, Rejection> {
        match (command, &state.published) {
            (Command::Publish { measures, .. }, Some(known)) => {
                if *measures == known.measures {
                    Ok(vec![])
                } else {
                    Err(Rejection::PublishedOtherwise)
                }
            }
            (Command::Publish { on, document, title, measures }, None) => {
                let keys: BTreeSet<_> = measures.iter().map(|measure| &measure.key).collect();
                let clear = keys.len() == measures.len() && measures.iter().all(|measure| measure.target > 0.0);
                if !clear || measures.is_empty() {
                    return Err(Rejection::MeasuresUnclear);
                }
                let (document, title, measures) = (document.clone(), title.clone(), measures.clone());
                Ok(vec![PlanEvent::Published { on: *on, document, title, measures }])
            }
            (_, None) => Err(Rejection::NotPublished),
            (Command::Select { measure, .. } | Command::Withdraw { measure, .. }, Some(plan))
                if !plan.measures.iter().any(|known| known.key == *measure) =>
            {
                Err(Rejection::NoSuchMeasure)
            }
            (Command::Select { on, measure, item, document }, Some(_)) => {
                if state.selected.contains(&(measure.clone(), item.clone())) {
                    return Ok(vec![]);
                }
                let (measure, item, document) = (measure.clone(), item.clone(), document.clone());
                Ok(vec![PlanEvent::ItemSelected { on: *on, measure, item, document }])
            }
            (Command::Withdraw { on, measure, item, reason }, Some(_)) => {
                if !state.selected.contains(&(measure.clone(), item.clone())) {
                    return Err(Rejection::NotSelected);
                }
                let (measure, item, reason) = (measure.clone(), item.clone(), reason.clone());
                Ok(vec![PlanEvent::ItemWithdrawn { on: *on, measure, item, reason }])
            }
        }
    }

    fn happened_by(command: &Command) -> Option<Day> {
        match command {
            Command::Publish { .. } => None,
            Command::Select { on, .. } | Command::Withdraw { on, .. } => Some(*on),
        }
    }

    fn evolve(state: &mut State, event: &PlanEvent, _: EventId) {
        match event {
            PlanEvent::Published { on, document, title, measures } => {
                let (document, title, measures) = (document.clone(), title.clone(), measures.clone());
                state.published = Some(Published { on: *on, document, title, measures });
            }
            PlanEvent::ItemSelected { measure, item, .. } => {
                state.selected.insert((measure.clone(), item.clone()));
            }
            PlanEvent::ItemWithdrawn { measure, item, .. } => {
                state.selected.remove(&(measure.clone(), item.clone()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use decider::decide_given;
    use kernel::vocabulary::Comparator;

    use super::*;

    fn name(text: &str) -> Name {
        Name::parse(text).unwrap()
    }

    fn publish(target: f64) -> Command {
        let measure = Measure {
            key: name("studios"),
            number: name("2"),
            chinese: name("名班主任工作室"),
            english: name("head-teacher studios"),
            target,
            comparator: Comparator::About,
            deadline: Day::parse("2023-12-31").unwrap(),
        };
        let document = Document::parse("示例〔2020〕7号").unwrap();
        Command::Publish { on: Day::MIN, document, title: name("示例计划"), measures: vec![measure] }
    }

    fn select(measure: &str) -> Command {
        Command::Select { on: Day::MIN, measure: name(measure), item: name("示例工作室"), document: None }
    }

    #[test]
    fn only_what_the_plan_measures_is_counted_and_once() {
        let mut events = decide_given::<ActionPlan>(&[], &publish(100.0)).unwrap();
        assert_eq!(decide_given::<ActionPlan>(&events, &select("bases")), Err(Rejection::NoSuchMeasure));
        events.extend(decide_given::<ActionPlan>(&events, &select("studios")).unwrap());
        assert_eq!(decide_given::<ActionPlan>(&events, &select("studios")), Ok(vec![]));
    }

    #[test]
    fn a_measure_without_a_figure_is_refused() {
        assert_eq!(decide_given::<ActionPlan>(&[], &publish(0.0)), Err(Rejection::MeasuresUnclear));
    }
}
