//! The write model of a version of a rule pack.

use std::sync::Arc;

use contracts::{Refused, Rejects};
use decider::Decider;
use events::PackEvent;
use kernel::{Day, EventId, Name, Reason};
use standards::{Jurisdiction, Pack, PackFault, Rulebook, Shelf};

/// What can be asked of a pack's record.
#[derive(Debug, Clone)]
pub enum Command {
    /// Publish the pack.
    Publish {
        /// The day.
        on: Day,
        /// The pack, byte for byte as in its file.
        content: String,
        /// The packs that were published before: one may build on them, and may not be laxer than the nation's.
        published: Arc<Rulebook>,
    },
    /// Retire it.
    Retire {
        /// The last day on which it applies.
        on: Day,
        /// Why.
        reason: Reason,
    },
}

/// The domain saying no.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Rejection {
    /// There is no pack under this id.
    #[error("there is no pack under this id")]
    NotPublished,
    /// Another content was published as this version.
    #[error("another content was published as this version; raise the version")]
    PublishedOtherwise,
    /// The pack was retired.
    #[error("the pack was retired")]
    Retired,
    /// The pack was retired by another day.
    #[error("the pack was retired by another day")]
    RetiredOtherwise,
    /// The content is not a valid pack.
    #[error("not a valid pack: {0}")]
    NotAPack(PackFault),
    /// It asks for less than the nation's pack in force.
    #[error("a province may ask for more than the nation, never for less: {0}")]
    LaxerThanNation(PackFault),
    /// There is no national pack in force that it could be compared with.
    #[error("there is no national pack in force on its first day")]
    NoNationalPack,
}

impl Rejects for Rejection {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn refused(&self) -> Refused {
        match self {
            Self::NotPublished => Refused::Absent,
            Self::PublishedOtherwise | Self::Retired | Self::RetiredOtherwise => Refused::Conflict,
            Self::NotAPack(_) | Self::LaxerThanNation(_) | Self::NoNationalPack => Refused::Unprocessable,
        }
    }

    fn field(&self) -> Option<String> {
        matches!(self, Self::NotAPack(_) | Self::LaxerThanNation(_) | Self::NoNationalPack)
            .then(|| "content".to_owned())
    }
}

/// How far a pack has come.
#[derive(Debug, Clone, Default)]
pub enum State {
    /// Not published.
    #[default]
    Absent,
    /// Published with this content.
    Published(String),
    /// Retired.
    Retired {
        /// The content.
        content: String,
        /// The last day on which it applies.
        last_day: Day,
    },
}

impl State {
    /// The pack as published, whether it applies any more or not.
    pub fn content(&self) -> Option<&str> {
        match self {
            Self::Absent => None,
            Self::Published(content) | Self::Retired { content, .. } => Some(content),
        }
    }

    /// The pack as published, if it applies on the day.
    pub fn on(&self, day: Day) -> Option<&str> {
        match self {
            Self::Absent => None,
            Self::Published(content) => Some(content),
            Self::Retired { content, last_day } => (day <= *last_day).then_some(content),
        }
    }
}

/// The write model.
#[derive(Debug)]
pub struct RulePack;

impl Decider for RulePack {
    type State = State;
    type Command = Command;
    type Event = PackEvent;
    type Rejection = Rejection;

    fn decide(state: &State, command: &Command) -> Result<Vec<PackEvent>, Rejection> {
        match (command, state) {
            (Command::Publish { on, content, published }, State::Absent) => publish(*on, content, published),
            (Command::Publish { content, .. }, State::Published(known)) => {
                if content == known {
                    Ok(vec![])
                } else {
                    Err(Rejection::PublishedOtherwise)
                }
            }
            (Command::Publish { .. }, State::Retired { .. }) => Err(Rejection::Retired),
            (Command::Retire { .. }, State::Absent) => Err(Rejection::NotPublished),
            (Command::Retire { on, reason }, State::Published(_)) => {
                Ok(vec![PackEvent::Retired { on: *on, reason: reason.clone() }])
            }
            (Command::Retire { on, .. }, State::Retired { last_day, .. }) if on == last_day => Ok(vec![]),
            (Command::Retire { .. }, State::Retired { .. }) => Err(Rejection::RetiredOtherwise),
        }
    }

    fn evolve(state: &mut State, event: &PackEvent, _: EventId) {
        *state = match (event, std::mem::take(state)) {
            (PackEvent::Published { content, .. }, _) => State::Published(content.clone()),
            (PackEvent::Retired { on, .. }, State::Published(content)) => State::Retired { content, last_day: *on },
            (PackEvent::Retired { .. }, known) => known,
        };
    }
}

/// Reads a pack, and proves that a province's is no laxer than the nation's of its first day: the day it is published
/// on, or the later one on which it comes into force.
///
/// # Errors
/// When it is no pack, or not proven.
pub fn read(on: Day, content: &str, published: &Rulebook) -> Result<Pack, Rejection> {
    let pack = read_beside(content, published).map_err(Rejection::NotAPack)?;
    if pack.jurisdiction != Jurisdiction::Nation {
        let first = pack.effective.from.map_or(on, |from| from.max(on));
        let nation = published.of_nation(first).ok_or(Rejection::NoNationalPack)?;
        pack.no_laxer_than(nation).map_err(Rejection::LaxerThanNation)?;
    }
    Ok(pack)
}

/// Reads a pack that may build on one of those that were published.
///
/// # Errors
/// When it is no pack, or what it builds on is none of them.
pub fn read_beside(content: &str, published: &Rulebook) -> Result<Pack, PackFault> {
    let mut shelf = Shelf::default();
    published.packs().iter().for_each(|pack| shelf.put(pack.clone()));
    shelf.read(content)
}

fn publish(on: Day, content: &str, published: &Rulebook) -> Result<Vec<PackEvent>, Rejection> {
    let pack = read(on, content, published)?;
    let name = Name::parse(&pack.name).map_err(|_| Rejection::NotAPack(PackFault::Name { name: pack.name.clone() }))?;
    Ok(vec![PackEvent::Published { on, name, version: pack.version, content: content.to_owned() }])
}

#[cfg(test)]
mod tests {
    use decider::decide_given;

    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn nation() -> Arc<Rulebook> {
        Arc::new(Rulebook::of(standards::published().into_iter().map(|(pack, _)| (pack, None))))
    }

    fn content(name: &str) -> String {
        let (_, bytes) = standards::provincial().into_iter().find(|(pack, _)| pack.name == name).unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    fn publish(content: &str, published: Arc<Rulebook>) -> Result<Vec<PackEvent>, Rejection> {
        let command = Command::Publish { on: day("2024-01-01"), content: content.to_owned(), published };
        decide_given::<RulePack>(&[], &command)
    }

    #[test]
    fn a_province_publishes_a_pack_that_builds_on_the_nations() {
        let published = publish(&content("fujian-campus"), nation()).unwrap();
        assert!(matches!(&published[..], [PackEvent::Published { version: 1, .. }]));
    }

    #[test]
    fn a_laxer_pack_is_refused_and_the_criterion_is_named() {
        let (_, bytes) = standards::published().remove(1);
        let second = std::str::from_utf8(bytes).unwrap();
        let lax = second
            .replacen(r#""jurisdiction": "nation""#, r#""jurisdiction": { "province": "62" }"#, 1)
            .replacen(r#""at_least_tier": "city""#, r#""at_least_tier": "school""#, 1);
        let refused = publish(&lax, nation()).unwrap_err();
        assert_eq!(refused.code(), "laxer_than_nation");
        assert!(refused.to_string().contains("`results_intermediate`"), "{refused}");
    }

    #[test]
    fn a_province_cannot_come_before_the_nation() {
        let (_, bytes) = standards::published().remove(1);
        let alone = std::str::from_utf8(bytes).unwrap();
        let alone = alone.replacen(r#""jurisdiction": "nation""#, r#""jurisdiction": { "province": "62" }"#, 1);
        assert_eq!(publish(&alone, Arc::default()), Err(Rejection::NoNationalPack));
        let fault = publish(&content("gansu-campus"), Arc::default()).unwrap_err();
        assert!(matches!(fault, Rejection::NotAPack(PackFault::NoBase { .. })));
    }

    #[test]
    fn a_published_version_is_never_edited() {
        let given = publish(&content("gansu-campus"), nation()).unwrap();
        let again = Command::Publish { on: day("2024-02-01"), content: content("gansu-campus"), published: nation() };
        assert_eq!(decide_given::<RulePack>(&given, &again), Ok(vec![]));
        let edited = Command::Publish { on: day("2024-02-01"), content: content("fujian-campus"), published: nation() };
        assert_eq!(decide_given::<RulePack>(&given, &edited), Err(Rejection::PublishedOtherwise));
    }
}
