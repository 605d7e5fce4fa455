//! A teacher's sheet on the desk: the ledger, and the timeline drawn from it.

use std::collections::{BTreeMap, BTreeSet};

use events::SiteEvent;
use kernel::{Day, EventId, OrganisationId, Period};
use standards::{Approval, Contradiction, Facts, Places, Rulebook, Stand};

use super::watching::Place;
use crate::ledger::Ledger;
use crate::{Entry, Mark, Profile, ProfileId};

/// A stretch of days in one profile with one mark; `until` is the first day that is no longer in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stretch {
    pub from: Day,
    pub until: Option<Day>,
    pub profile: ProfileId,
    pub mark: Mark,
}

/// What is on the desk about one teacher.
#[derive(Debug, Clone, Default)]
pub(super) struct Sheet {
    pub ledger: Ledger,
    /// What the ledger was made of, of those only who have to do with a merge.
    pub entries: Vec<(u64, EventId, Entry)>,
    pub drawn: Vec<Stretch>,
    /// What was drawn before the page, and is on file.
    pub on_file: Vec<Stretch>,
    /// Where the person is present, each with the first day on which no longer.
    pub present: BTreeMap<OrganisationId, Option<Day>>,
    pub moved: bool,
    /// The contradictions that nobody has resolved, and where they are filed.
    pub open: BTreeMap<Contradiction, Place>,
}

/// The approvals that a site's events add up to.
pub(crate) fn fold_approvals<'a>(events: impl Iterator<Item = (EventId, &'a SiteEvent)>) -> Vec<Approval> {
    let mut approvals: Vec<Approval> = Vec::new();
    let mut kind = None;
    for (id, event) in events {
        match event {
            SiteEvent::Approved { profile, period, .. } => {
                kind = Some(profile.kind);
                approvals.push(Approval { fact: id, kind: profile.kind, period: *period });
            }
            SiteEvent::Renewed { period, .. } => {
                approvals.extend(kind.map(|kind| Approval { fact: id, kind, period: *period }));
            }
            SiteEvent::Withdrawn { on, .. } => {
                // The approval that it lies in. One of a later stretch is a decision of its own, whichever was recorded first.
                approvals.retain(|approval| approval.period.from() != *on);
                for approval in approvals.iter_mut().filter(|approval| approval.period.contains(*on)) {
                    let (from, last) = (approval.period.from(), on.previous());
                    approval.period = Period::new(from, Some(last)).unwrap_or(approval.period);
                }
            }
            SiteEvent::ApprovalVoided { approval, .. } => approvals.retain(|known| known.fact != *approval),
        }
    }
    approvals
}

/// Draws the timeline of somebody with these facts: the stretches in which a post is held.
pub(super) fn draw(facts: &Facts, places: &Places, rulebook: &Rulebook) -> Vec<(Stretch, Profile)> {
    let stands = rulebook.stands(facts, places);
    let breaks: BTreeSet<Day> = stands.iter().map(|stand| stand.from).chain(Profile::edges(facts)).collect();
    let mut drawn: Vec<(Stretch, Profile)> = Vec::new();
    for from in breaks {
        let at = stands.partition_point(|stand| stand.from <= from).saturating_sub(1);
        let Some(Stand { standing, elsewhere, .. }) = stands.get(at) else { continue };
        let mark = Mark::of(standing);
        let elsewhere = elsewhere.iter().map(|(school, standing)| (*school, Mark::of(standing)));
        let profile = Profile::on(facts, from).judged_elsewhere(mark, elsewhere);
        let id = profile.id();
        match drawn.last_mut() {
            Some((last, _)) if last.profile == id && last.mark == mark => continue,
            Some((last, _)) => last.until = Some(from),
            None => {}
        }
        drawn.push((Stretch { from, until: None, profile: id, mark }, profile));
    }
    drawn.retain(|(stretch, _)| stretch.profile != ProfileId::NONE);
    drawn
}

/// What changes in the sums when one drawing takes the place of another: by day, profile and mark.
pub(super) fn steps(before: &[Stretch], after: &[Stretch]) -> BTreeMap<(Day, ProfileId, Mark), i64> {
    let mut steps = BTreeMap::new();
    for (stretches, sign) in [(before, -1), (after, 1)] {
        for stretch in stretches {
            *steps.entry((stretch.from, stretch.profile, stretch.mark)).or_insert(0) += sign;
            if let Some(until) = stretch.until {
                *steps.entry((until, stretch.profile, stretch.mark)).or_insert(0) -= sign;
            }
        }
    }
    steps.retain(|_, delta| *delta != 0);
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stretch(from: &str, until: Option<&str>, mark: i64) -> Stretch {
        let day = |text| Day::parse(text).unwrap();
        Stretch { from: day(from), until: until.map(day), profile: ProfileId(7), mark: Mark::from_stored(mark) }
    }

    #[test]
    fn the_same_drawing_changes_nothing() {
        let drawn = [stretch("2020-01-01", Some("2021-01-01"), 1), stretch("2021-01-01", None, 2)];
        assert!(steps(&drawn, &drawn).is_empty());
    }

    #[test]
    fn steps_sum_up_to_the_drawing_on_every_day() {
        let before = [stretch("2020-01-01", None, 1)];
        let after = [stretch("2020-01-01", Some("2021-01-01"), 1), stretch("2021-01-01", None, 2)];
        let mut sums = steps(&[], &before);
        for (key, delta) in steps(&before, &after) {
            *sums.entry(key).or_insert(0) += delta;
        }
        let on = |day: &str, mark| -> i64 {
            let day = Day::parse(day).unwrap();
            let counted = |(at, _, of): &(Day, ProfileId, Mark)| *at <= day && *of == Mark::from_stored(mark);
            sums.iter().filter(|(key, _)| counted(key)).map(|(_, delta)| delta).sum()
        };
        assert_eq!((on("2020-12-31", 1), on("2020-12-31", 2)), (1, 0));
        assert_eq!((on("2021-01-01", 1), on("2021-01-01", 2)), (0, 1));
    }
}
