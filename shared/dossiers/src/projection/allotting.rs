//! What falls to which share of a page's people, found out in one go: no share looks at what is not its own.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use eventlog::Failure;
use events::{PlacementEvent, SessionEvent};
use kernel::{SessionId, SiteId, TeacherId};

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
    /// Whoever is on the roster of a session.
    Session(SessionId),
    /// Whoever has been at a site, by what is on file and by what the page adds.
    Site(SiteId),
    /// Whoever may have to do with a school, an account or a pack.
    Anybody,
}

/// The shares in which somebody is on the roster of a session, or has been at a site.
#[derive(Default)]
struct Ties {
    sessions: BTreeMap<SessionId, BTreeSet<usize>>,
    sites: BTreeMap<SiteId, BTreeSet<usize>>,
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
        let number_of = |teacher| Share::with(teacher, of, &self.merging);
        for teacher in people {
            lots[number_of(teacher)].people.push(teacher);
        }
        let ties = self.ties(of, page);
        for (place, happening) in page.iter().enumerate() {
            let numbers = match self.about(&happening.what)? {
                About::Nobody => continue,
                About::Anybody => (0..of).collect(),
                About::These(teachers) => teachers.into_iter().map(number_of).collect(),
                About::Session(session) => ties.sessions.get(&session).cloned().unwrap_or_default(),
                About::Site(site) => ties.sites.get(&site).cloned().unwrap_or_default(),
            };
            numbers.into_iter().for_each(|number| lots[number].events.push(place));
        }
        for (site, visitors) in std::mem::take(&mut self.visitors) {
            for teacher in visitors {
                let number = Share::with(teacher, of, &self.merging);
                lots[number].visitors.entry(site).or_default().insert(teacher);
            }
        }
        Ok(lots)
    }

    /// Who is tied to a session or a site, on file or by the page.
    fn ties(&self, of: usize, page: &[Arc<Happening>]) -> Ties {
        let number_of = |teacher: &TeacherId| Share::with(*teacher, of, &self.merging);
        let mut ties = Ties::default();
        let mut bases: BTreeMap<SessionId, SiteId> = BTreeMap::new();
        for (session, record) in &self.sessions {
            bases.insert(*session, record.programme.base);
            ties.sessions.insert(*session, record.members.iter().map(number_of).collect());
        }
        for (site, visitors) in &self.visitors {
            ties.sites.insert(*site, visitors.iter().map(number_of).collect());
        }
        for happening in page {
            match &happening.what {
                What::Session(session, SessionEvent::Scheduled(programme)) => {
                    bases.insert(*session, programme.base);
                }
                What::Session(session, SessionEvent::Held { roster, .. }) => {
                    let numbers = roster.iter().map(|attendance| number_of(&attendance.teacher));
                    ties.sessions.entry(*session).or_default().extend(numbers);
                }
                What::Session(session, SessionEvent::RosterAmended { teacher, .. }) => {
                    ties.sessions.entry(*session).or_default().insert(number_of(teacher));
                }
                What::Placement(_, PlacementEvent::Started { teacher, site, .. }) => {
                    ties.sites.entry(*site).or_default().insert(number_of(teacher));
                }
                _ => {}
            }
        }
        for (session, base) in bases {
            let numbers = ties.sessions.get(&session).into_iter().flatten();
            ties.sites.entry(base).or_default().extend(numbers);
        }
        ties
    }

    fn about(&self, what: &What) -> Result<About, Failure> {
        let one = |teacher: &TeacherId| Ok(About::These(BTreeSet::from([*teacher])));
        match what {
            What::Teacher(teacher, _) => one(teacher),
            What::Session(_, SessionEvent::Held { roster, .. }) => {
                Ok(About::These(roster.iter().map(|attendance| attendance.teacher).collect()))
            }
            What::Session(_, SessionEvent::RosterAmended { teacher, .. }) => one(teacher),
            What::Session(session, SessionEvent::Scheduled(_) | SessionEvent::Voided { .. }) => {
                Ok(About::Session(*session))
            }
            What::Placement(placement, _) => {
                let teacher = self.placements.get(placement).or_else(|| self.commons.placements.get(placement));
                one(teacher.ok_or_else(|| Failure::unreadable("a placement", "it went on before it started"))?)
            }
            What::Recognition(recognition, _) => {
                let teacher = self.recognitions.get(recognition).or_else(|| self.commons.recognitions.get(recognition));
                let early = || Failure::unreadable("a recognition", "it was decided before it was applied for");
                one(teacher.ok_or_else(early)?)
            }
            What::Site(site, _) => Ok(About::Site(*site)),
            What::Organisation(..) | What::Account(_) | What::Pack(..) => Ok(About::Anybody),
            What::Other => Ok(About::Nobody),
        }
    }
}
