//! What falls to which share of a page's people, found out in one go: no share looks at what is not its own.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use eventlog::Failure;
use events::SessionEvent;
use kernel::{SiteId, TeacherId};

use super::desk::Desk;
use super::happening::{Happening, What};

/// Which people a desk takes care of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Share {
    number: usize,
    of: usize,
}

impl Default for Share {
    /// Everybody.
    fn default() -> Self {
        Self { number: 0, of: 1 }
    }
}

impl Share {
    /// The share of so many that somebody is in. Those who have to do with a merge go together.
    fn with(teacher: TeacherId, of: usize, merging: &BTreeSet<TeacherId>) -> usize {
        let [.., high, low] = teacher.uuid().into_bytes();
        if merging.contains(&teacher) { 0 } else { usize::from(u16::from_be_bytes([high, low])) % of }
    }

    /// Whether somebody is in it.
    pub fn holds(self, merging: &BTreeSet<TeacherId>, teacher: TeacherId) -> bool {
        Self::with(teacher, self.of, merging) == self.number
    }
}

/// What falls to one share.
#[derive(Debug, Clone, Default)]
pub(super) struct Lot {
    pub share: Share,
    pub people: Vec<TeacherId>,
    pub visitors: BTreeMap<SiteId, BTreeSet<TeacherId>>,
    /// The places in the page of those events that concern it.
    pub events: Vec<usize>,
}

/// Whom an event is about.
enum About {
    Nobody,
    These(BTreeSet<TeacherId>),
    /// Whoever may have to do with a site, a school, an account or a session.
    Anybody,
}

impl Desk {
    /// Allots people, whoever has been at the sites of the page, and its events to so many shares.
    pub(super) fn allot(
        &mut self,
        of: usize,
        people: BTreeSet<TeacherId>,
        page: &[Arc<Happening>],
    ) -> Result<Vec<Lot>, Failure> {
        let mut lots: Vec<Lot> = (0..of).map(|number| Lot { share: Share { number, of }, ..Lot::default() }).collect();
        let visitors = std::mem::take(&mut self.visitors);
        let number_of = |teacher| Share::with(teacher, of, &self.merging);
        for teacher in people {
            lots[number_of(teacher)].people.push(teacher);
        }
        for (site, visitors) in visitors {
            for teacher in visitors {
                lots[number_of(teacher)].visitors.entry(site).or_default().insert(teacher);
            }
        }
        for (place, happening) in page.iter().enumerate() {
            match self.about(&happening.what)? {
                About::Nobody => {}
                About::Anybody => lots.iter_mut().for_each(|lot| lot.events.push(place)),
                About::These(teachers) => {
                    let numbers: BTreeSet<usize> = teachers.into_iter().map(number_of).collect();
                    numbers.into_iter().for_each(|number| lots[number].events.push(place));
                }
            }
        }
        Ok(lots)
    }

    fn about(&self, what: &What) -> Result<About, Failure> {
        let one = |teacher: &TeacherId| Ok(About::These(BTreeSet::from([*teacher])));
        match what {
            What::Teacher(teacher, _) => one(teacher),
            What::Session(_, SessionEvent::Held { roster, .. }) => {
                Ok(About::These(roster.iter().map(|attendance| attendance.teacher).collect()))
            }
            What::Session(_, SessionEvent::RosterAmended { teacher, .. }) => one(teacher),
            What::Placement(placement, _) => {
                let teacher = self.placements.get(placement).or_else(|| self.commons.placements.get(placement));
                one(teacher.ok_or_else(|| Failure::unreadable("a placement", "it went on before it started"))?)
            }
            What::Recognition(recognition, _) => {
                let teacher = self.recognitions.get(recognition).or_else(|| self.commons.recognitions.get(recognition));
                let early = || Failure::unreadable("a recognition", "it was decided before it was applied for");
                one(teacher.ok_or_else(early)?)
            }
            // Who was on the roster of a voided session only the desk knows that has taken in what came before.
            What::Session(_, SessionEvent::Scheduled(_) | SessionEvent::Voided { .. })
            | What::Site(..)
            | What::Organisation(..)
            | What::Account(_)
            | What::Pack(..) => Ok(About::Anybody),
            What::Other => Ok(About::Nobody),
        }
    }
}
