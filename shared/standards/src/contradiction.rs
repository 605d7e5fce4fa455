//! Contradictions: what cannot all be true of one person, or ought not to be. They decide nothing by themselves; whoever
//! recorded the facts has to say which of them is wrong.

use std::collections::{BTreeMap, BTreeSet};

use kernel::vocabulary::ContradictionKind;
use kernel::{Day, DayRange, EventId, SessionId, SiteId};
use serde::{Deserialize, Serialize};

use crate::{Attendance, Facts, Places};

/// The most hours a day that training is held and practice is logged for (8 class hours a day: 20 days are 160 hours).
pub const POLICY_HOURS_A_DAY: u32 = 8;

/// The most hours that a day can have, of each kind.
const MOST_HOURS: [(ContradictionKind, u32); 2] =
    [(ContradictionKind::HoursOverPolicy, POLICY_HOURS_A_DAY), (ContradictionKind::HoursOverDay, 24)];

/// Facts about one person that contradict each other, the register, or the rules.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Contradiction {
    /// In what.
    pub kind: ContradictionKind,
    /// The facts, in order.
    pub facts: Vec<Contradicting>,
    /// The first and the last day it is about.
    pub days: DayRange,
}

/// A fact that contradicts others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Contradicting {
    /// The event that recorded it.
    pub fact: EventId,
    /// The site that it names, whose records it is of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<SiteId>,
}

impl Contradiction {
    /// What makes it the same one, whichever days it is about: a fact may yet be said to have lasted longer.
    pub fn key(&self) -> (ContradictionKind, &[Contradicting]) {
        (self.kind, &self.facts)
    }
}

impl Contradicting {
    fn at(fact: EventId, site: SiteId) -> Self {
        Self { fact, site: Some(site) }
    }
}

/// A stay at a site, or a session attended there.
struct Stay {
    fact: EventId,
    site: SiteId,
    days: DayRange,
}

/// Every contradiction in what is known about one person, in order. Pure: the order of facts does not matter.
pub fn contradictions(facts: &Facts, places: &Places) -> BTreeSet<Contradiction> {
    let mut found = BTreeSet::new();
    add_two_places(&mut found, facts);
    add_hours(&mut found, facts);
    let attendances = facts.attendances.iter().filter(|attendance| attendance.voided.is_none());
    found.extend(attendances.filter(|one| !places.approved(one.base, one.range.from())).map(|one| Contradiction {
        kind: ContradictionKind::SiteNotApproved,
        facts: vec![Contradicting::at(one.fact, one.base)],
        days: one.range,
    }));
    let by_own_hand = facts.recognitions.iter().filter(|one| one.voided.is_none() && one.by_own_hand);
    found.extend(by_own_hand.filter_map(|one| {
        let days = DayRange::new(one.granted_on, one.granted_on).ok()?;
        let facts = vec![Contradicting { fact: one.fact, site: None }];
        Some(Contradiction { kind: ContradictionKind::OwnHand, facts, days })
    }));
    found
}

/// Two sites at once. Who attends a session online is not at its base.
fn add_two_places(found: &mut BTreeSet<Contradiction>, facts: &Facts) {
    let placed = facts.placements.iter().filter(|placement| placement.voided.is_none());
    let placed = placed.map(|one| Stay { fact: one.fact, site: one.site, days: one.range });
    let attended = facts.attendances.iter().filter(|attendance| attendance.voided.is_none() && attendance.on_site);
    let attended = attended.map(|one| Stay { fact: one.fact, site: one.base, days: one.range });
    let mut stays: Vec<Stay> = placed.chain(attended).collect();
    stays.sort_unstable_by_key(|stay| (stay.days.from(), stay.fact));
    for (index, one) in stays.iter().enumerate() {
        // Those that begin after this one has ended begin after it for good.
        let during = stays[index + 1..].iter().take_while(|other| other.days.from() <= one.days.to());
        for other in during.filter(|other| other.site != one.site) {
            let last = one.days.to().min(other.days.to());
            let Ok(days) = DayRange::new(other.days.from(), last) else { continue };
            let mut facts = [one, other].map(|stay| Contradicting::at(stay.fact, stay.site)).to_vec();
            facts.sort_unstable();
            found.insert(Contradiction { kind: ContradictionKind::TwoPlaces, facts, days });
        }
    }
}

/// Hours that somebody spent at a site, in thousandths of half an hour for each of some days, so that nothing is rounded
/// away.
struct Spent {
    by: Contradicting,
    days: DayRange,
    a_day: u64,
}

/// The hours of sessions, spread evenly over their days, and those that were logged of placements.
fn spent(facts: &Facts) -> Vec<Spent> {
    // Two entries of one person on one roster are one attendance.
    let mut sessions: BTreeMap<SessionId, &Attendance> = BTreeMap::new();
    for one in facts.attendances.iter().filter(|attendance| attendance.voided.is_none()) {
        let known = sessions.entry(one.session).or_insert(one);
        if known.hours < one.hours {
            *known = one;
        }
    }
    let attended = sessions.into_values().map(|one| Spent {
        by: Contradicting::at(one.fact, one.base),
        days: one.range,
        a_day: u64::from(one.hours.halves()) * 1000 / u64::from(one.range.days().unsigned_abs().max(1)),
    });
    let placed = facts.placements.iter().filter(|placement| placement.voided.is_none());
    let logged = placed.flat_map(|placement| {
        placement.logged.iter().map(|logged| Spent {
            by: Contradicting::at(logged.fact, placement.site),
            days: logged.days,
            a_day: u64::from(logged.hours_a_day.halves()) * 1000,
        })
    });
    attended.chain(logged).collect()
}

/// Stretches of days with more hours than there should be. Goes along the days once, with what is there on each.
fn add_hours(found: &mut BTreeSet<Contradiction>, facts: &Facts) {
    let mut spent = spent(facts);
    spent.sort_unstable_by_key(|one| one.days.from());
    let edges: BTreeSet<Day> = spent.iter().flat_map(|one| [one.days.from(), one.days.to().next()]).collect();
    let edges: Vec<Day> = edges.into_iter().collect();
    let (mut coming, mut there) = (spent.iter().peekable(), Vec::new());
    let mut stretches: BTreeMap<_, DayRange> = BTreeMap::new();
    for pair in edges.windows(2) {
        let Ok(days) = DayRange::new(pair[0], pair[1].previous()) else { continue };
        there.retain(|one: &&Spent| one.days.to() >= days.from());
        while let Some(one) = coming.next_if(|one| one.days.from() <= days.from()) {
            there.push(one);
        }
        let hours: u64 = there.iter().map(|one| one.a_day).sum();
        for (kind, _) in MOST_HOURS.into_iter().filter(|&(_, most)| hours > u64::from(most) * 2 * 1000) {
            let facts: BTreeSet<_> = there.iter().map(|one| one.by).collect();
            let range = stretches.entry((kind, Vec::from_iter(facts))).or_insert(days);
            *range = DayRange::new(range.from(), days.to()).unwrap_or(days);
        }
    }
    found.extend(stretches.into_iter().map(|((kind, facts), days)| Contradiction { kind, facts, days }));
}
