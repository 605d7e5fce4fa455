//! All packs together: by which of them somebody is judged on which day.
//!
//! A post is judged by the newest pack of its province that is in force on the day, is for its education level, role and
//! employment, and is proven to be no laxer than the nation's; otherwise by the newest of the nation. Who holds posts in
//! two provinces is judged by each one's pack; the principal post – full-time before part-time, specialised before
//! other roles, the earlier before the later – speaks where one answer is asked for.

use std::collections::{BTreeMap, BTreeSet};

use kernel::code::Province;
use kernel::{Day, EventId, OrganisationId};

use crate::assess::assess_posts;
use crate::evaluation::{Evaluation, WorkedOut};
use crate::interval_set::END;
use crate::{Assessment, Facts, Jurisdiction, Pack, Places, Post, Standing, Timeline};

/// Packs in the order in which they were published, and which of them may speak beside which.
#[derive(Debug, Clone, Default)]
pub struct Rulebook {
    packs: Vec<Pack>,
    /// Places of a province's pack and of a nation's that it is laxer than.
    laxer: BTreeSet<(usize, usize)>,
}

/// Where somebody stands from a day on, by the pack of the principal post and by those of posts judged otherwise.
#[derive(Debug, Clone)]
pub struct Stand<'a> {
    /// The first day.
    pub from: Day,
    /// The pack that judges the principal post.
    pub pack: &'a Pack,
    /// Where that puts the person.
    pub standing: Standing,
    /// The other schools, with a post that another pack judges, and where that puts the person.
    pub elsewhere: Vec<(OrganisationId, Standing)>,
}

/// Which packs judge from a day on.
struct Judging {
    from: i32,
    principal: usize,
    elsewhere: Vec<(OrganisationId, usize)>,
}

impl Rulebook {
    /// The packs, oldest first, each with the last day it applies on where it was retired.
    pub fn of(published: impl IntoIterator<Item = (Pack, Option<Day>)>) -> Self {
        let retire = |(mut pack, last): (Pack, Option<Day>)| {
            pack.effective.to = [pack.effective.to, last].into_iter().flatten().min();
            pack
        };
        let packs: Vec<Pack> = published.into_iter().map(retire).collect();
        let mut laxer = BTreeSet::new();
        let nations = || packs.iter().enumerate().filter(|(_, pack)| pack.jurisdiction == Jurisdiction::Nation);
        for (own, pack) in packs.iter().enumerate().filter(|(_, pack)| pack.jurisdiction != Jurisdiction::Nation) {
            laxer.extend(
                nations().filter(|(_, theirs)| pack.no_laxer_than(theirs).is_err()).map(|(their, _)| (own, their)),
            );
        }
        Self { packs, laxer }
    }

    /// The packs, oldest first, each in force no longer than until it was retired.
    pub fn packs(&self) -> &[Pack] {
        &self.packs
    }

    /// The same with one more pack, published last: what a draft would change.
    #[must_use]
    pub fn with(&self, draft: Pack) -> Self {
        Self::of(self.packs.iter().cloned().chain([draft]).map(|pack| (pack, None)))
    }

    /// The pack of the nation that is in force on a day, the newest.
    pub fn of_nation(&self, on: Day) -> Option<&Pack> {
        let in_force = |pack: &&Pack| pack.jurisdiction == Jurisdiction::Nation && pack.effective.contains(on);
        self.packs.iter().rev().find(in_force)
    }

    /// The newest pack of a province in force on a day – that the nation does not overrule –, or of the nation.
    pub fn newest_of(&self, province: Option<Province>, on: Day) -> Option<&Pack> {
        let of_province = province.and_then(|province| {
            let own = |pack: &&Pack| pack.jurisdiction == Jurisdiction::Province(province);
            let judges = |pack: &&Pack| pack.effective.contains(on) && self.overruled_by(pack, on).is_none();
            self.packs.iter().rev().filter(own).find(judges)
        });
        of_province.or_else(|| self.of_nation(on))
    }

    /// The nation's pack in force on the day, if a province's pack is laxer than that: then the nation's judges instead.
    pub fn overruled_by(&self, pack: &Pack, on: Day) -> Option<&Pack> {
        let own = self.packs.iter().position(|known| known.reference() == pack.reference())?;
        let nation = self.newest(on, |pack| pack.jurisdiction == Jurisdiction::Nation)?;
        self.laxer.contains(&(own, nation)).then(|| &self.packs[nation])
    }

    /// Where somebody stands on a day and why, by every pack that judges a post of the day: that of the principal post
    /// first. Nothing without a pack.
    pub fn assess(&self, facts: &Facts, places: &Places, on: Day) -> Vec<Assessment> {
        let Some((_, principal)) = self.principal(facts, places, on) else { return Vec::new() };
        let mut posts: BTreeMap<usize, Vec<EventId>> = BTreeMap::from([(principal, Vec::new())]);
        for post in held(facts, on) {
            posts.entry(self.judging(post, places, on)).or_default().push(post.fact);
        }
        posts.values_mut().for_each(|posts| posts.sort_unstable());
        let of_principal = posts.remove(&principal).map(|posts| (principal, posts));
        let packs = of_principal.into_iter().chain(posts);
        let mut assessments: Vec<Assessment> =
            packs.map(|(place, posts)| assess_posts(facts, places, &self.packs[place], on, posts)).collect();
        // One pack knows nothing of the days on which another judges.
        if self.judging_when(facts, places).iter().any(|one| one.from > on.ordinal()) {
            let stands = self.stands(facts, places);
            for (place, assessment) in assessments.iter_mut().enumerate() {
                // The first is of the principal post, each other one of the posts that it names.
                let named = |post: &&Post| place > 0 && assessment.posts.contains(&post.fact);
                let schools = facts.posts.iter().filter(named).map(|post| post.school).collect();
                assessment.lapses_on = lapse(&stands, facts, &assessment.standing, (on, &schools));
            }
        }
        assessments
    }

    /// The pack that judges somebody's principal post on a day; none without a pack.
    pub fn judge(&self, facts: &Facts, places: &Places, on: Day) -> Option<&Pack> {
        self.principal(facts, places, on).map(|(_, place)| &self.packs[place])
    }

    /// The packs that judge somebody's posts at a school on a day.
    pub fn judging_at<'a>(
        &'a self,
        school: OrganisationId,
        facts: &'a Facts,
        places: &'a Places,
        on: Day,
    ) -> impl Iterator<Item = &'a Pack> {
        let there = held(facts, on).filter(move |post| post.school == school);
        there.map(move |post| &self.packs[self.judging(post, places, on)])
    }

    /// Where that pack puts them on the day, without the reasons: cheaper than [`Self::assess`].
    pub fn standing(&self, facts: &Facts, places: &Places, on: Day) -> Option<Standing> {
        let pack = self.judge(facts, places, on)?;
        Some(Evaluation::of(facts, places, pack).standing(on.ordinal()))
    }

    /// Where somebody stands on every day, by the pack of the principal post of each; nothing without a pack.
    pub fn timeline(&self, facts: &Facts, places: &Places) -> Option<Timeline> {
        let stands = self.stands(facts, places);
        (!stands.is_empty())
            .then(|| Timeline::of(stands.into_iter().map(|stand| (stand.from, stand.pack, stand.standing))))
    }

    /// The same as stretches that borrow their packs, with what other packs say; nothing without a pack.
    pub fn stands(&self, facts: &Facts, places: &Places) -> Vec<Stand<'_>> {
        let judging = self.judging_when(facts, places);
        let used = judging.iter().flat_map(|one| one.elsewhere.iter().map(|(_, pack)| *pack).chain([one.principal]));
        let used: BTreeSet<usize> = used.collect();
        let mut worked_out = WorkedOut::default();
        let evaluations: BTreeMap<usize, Evaluation<'_>> = used
            .into_iter()
            .map(|place| (place, Evaluation::after(&mut worked_out, facts, places, &self.packs[place])))
            .collect();
        let breakpoints: BTreeMap<usize, Vec<i32>> =
            evaluations.iter().map(|(place, evaluation)| (*place, evaluation.breakpoints())).collect();
        let mut days: Vec<i32> = Vec::new();
        let ends = judging.iter().skip(1).map(|one| one.from).chain([END]);
        for (one, end) in judging.iter().zip(ends) {
            // What a pack says matters only while it judges.
            let judges = one.elsewhere.iter().map(|(_, pack)| pack).chain([&one.principal]);
            let inside = judges.filter_map(|pack| breakpoints.get(pack)).flatten();
            days.push(one.from);
            days.extend(inside.filter(|day| one.from < **day && **day < end));
        }
        days.sort_unstable();
        days.dedup();
        let stand = |day: i32| {
            let at = judging.partition_point(|one| one.from <= day).saturating_sub(1);
            let Judging { principal, elsewhere, .. } = judging.get(at)?;
            let by = |place: &usize| evaluations.get(place).map(|evaluation| evaluation.standing(day));
            Some(Stand {
                from: Day::from_ordinal(day),
                pack: &self.packs[*principal],
                standing: by(principal)?,
                elsewhere: elsewhere.iter().filter_map(|(school, place)| Some((*school, by(place)?))).collect(),
            })
        };
        days.into_iter().filter_map(stand).collect()
    }

    /// Which packs judge, from which days on; the first day there is comes first.
    fn judging_when(&self, facts: &Facts, places: &Places) -> Vec<Judging> {
        let mut days = BTreeSet::from([Day::MIN]);
        for post in standing(facts) {
            days.insert(post.period.from());
            days.extend(post.period.to().map(Day::next));
        }
        for pack in &self.packs {
            days.extend(pack.effective.from);
            days.extend(pack.effective.to.map(Day::next));
        }
        let on = |day: Day| {
            let (post, principal) = self.principal(facts, places, day)?;
            let others = held(facts, day).filter(|other| post.is_some_and(|post| post.school != other.school));
            let by = |post: &Post| (post.school, self.judging(post, places, day));
            let elsewhere: BTreeMap<_, _> = others.map(by).filter(|(_, pack)| *pack != principal).collect();
            Some(Judging { from: day.ordinal(), principal, elsewhere: elsewhere.into_iter().collect() })
        };
        let mut judging: Vec<Judging> = days.into_iter().filter_map(on).collect();
        judging.dedup_by(|later, before| later.principal == before.principal && later.elsewhere == before.elsewhere);
        judging
    }

    /// The pack of the principal post of a day. Who is in no post is judged by the pack of the last one, or else of the
    /// first to come; who never is in one, by the nation's.
    fn principal<'f>(&self, facts: &'f Facts, places: &Places, on: Day) -> Option<(Option<&'f Post>, usize)> {
        let last =
            || standing(facts).filter(|post| post.period.from() <= on).max_by_key(|post| (post.period.to(), post.fact));
        let next = || standing(facts).min_by_key(|post| (post.period.from(), post.fact));
        let post = held(facts, on).min_by_key(|post| rank(post)).or_else(last).or_else(next);
        match post {
            _ if self.packs.is_empty() => None,
            Some(post) => Some((Some(post), self.judging(post, places, on))),
            None => Some((None, self.newest(on, |pack| pack.jurisdiction == Jurisdiction::Nation).unwrap_or(0))),
        }
    }

    /// The pack that judges a post on a day. Where none is in force the first that would be for it is taken, by which
    /// nobody is eligible then.
    fn judging(&self, post: &Post, places: &Places, on: Day) -> usize {
        let is_of_nation = |pack: &Pack| pack.jurisdiction == Jurisdiction::Nation;
        let nation = self.newest(on, |pack| is_of_nation(pack) && pack.is_for(post, places));
        let upheld = |own: usize| nation.is_none_or(|nation| !self.laxer.contains(&(own, nation)));
        let known = |pack: &Pack| places.schools.contains_key(&post.school) && pack.is_for(post, places);
        let of_province = self.newest_place(on, |own, pack| !is_of_nation(pack) && known(pack) && upheld(own));
        let would_be = || self.packs.iter().position(|pack| is_of_nation(pack) && pack.is_for(post, places));
        of_province.or(nation).or_else(would_be).unwrap_or(0)
    }

    /// The newest pack in force on the day of which this holds.
    fn newest(&self, on: Day, holds: impl Fn(&Pack) -> bool) -> Option<usize> {
        self.newest_place(on, |_, pack| holds(pack))
    }

    fn newest_place(&self, on: Day, holds: impl Fn(usize, &Pack) -> bool) -> Option<usize> {
        let place = |(place, pack): &(usize, &Pack)| pack.effective.contains(on) && holds(*place, pack);
        self.packs.iter().enumerate().rev().find(place).map(|(place, _)| place)
    }
}

/// The first later day on which eligibility or recognition stands lower than `now`, by whichever packs judge then: of the
/// principal post, or of the posts at some schools, as long as one of them is held.
fn lapse(
    stands: &[Stand<'_>],
    facts: &Facts,
    now: &Standing,
    (on, schools): (Day, &BTreeSet<OrganisationId>),
) -> Option<Day> {
    if now.eligible.is_none() && now.recognised().is_none() {
        return None;
    }
    let is_lower = |eligible, then: &Standing| eligible < now.eligible || then.recognised() < now.recognised();
    let falls = |stand: &&Stand<'_>| {
        let at = |school: &OrganisationId| {
            let elsewhere = stand.elsewhere.iter().find(|(other, _)| other == school);
            elsewhere.map_or(&stand.standing, |(_, standing)| standing)
        };
        let still: BTreeSet<OrganisationId> =
            held(facts, stand.from).map(|post| post.school).filter(|school| schools.contains(school)).collect();
        match (schools.is_empty(), still.is_empty()) {
            (true, _) => is_lower(stand.standing.eligible, &stand.standing),
            // Whoever has left them all is eligible there no more.
            (false, true) => is_lower(None, &stand.standing),
            (false, false) => still.iter().map(at).all(|then| is_lower(then.eligible, then)),
        }
    };
    stands.iter().filter(|stand| stand.from > on).find(falls).map(|stand| stand.from)
}

fn standing(facts: &Facts) -> impl Iterator<Item = &Post> {
    facts.posts.iter().filter(|post| post.voided.is_none())
}

/// The posts held on a day.
fn held(facts: &Facts, on: Day) -> impl Iterator<Item = &Post> {
    standing(facts).filter(move |post| post.period.contains(on))
}

/// What makes one post the principal one before another.
fn rank(post: &Post) -> impl Ord {
    (post.employment, !post.role.is_specialised(), post.period.from(), post.fact)
}
