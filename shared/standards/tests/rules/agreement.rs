//! Every day of ten years, by the crate and by the naive evaluator: what is compared, for tests and for the bench that
//! counts.

use std::cell::LazyCell;
use std::sync::LazyLock;

use kernel::code::Province;
use kernel::vocabulary::{EducationLevel, Employment};
use kernel::{Day, OrganisationId};
use standards::{
    Facts, Jurisdiction, Pack, Places, Post, Rulebook, SchoolPlace, Standing, national_basic, provincial, published,
    timeline,
};

use crate::dossier::{approved, day};
use crate::naive::{Edges, Naive, On};

pub static NATIONAL: LazyLock<(Pack, Edges)> = LazyLock::new(|| with_edges(national_basic()));
pub static RICH: LazyLock<(Pack, Edges)> = LazyLock::new(|| with_edges(rich()));
pub static SECOND: LazyLock<(Pack, Edges)> = LazyLock::new(|| with_edges(published().remove(1).0));

/// All packs that come with the program, and four schools in three provinces that have some and one that has none.
pub static BOOK: LazyLock<(Rulebook, Vec<Edges>, Places)> = LazyLock::new(|| {
    let book = all_packs();
    let edges = book.packs().iter().map(Edges::of).collect();
    (book, edges, schools(["0", "1", "2", "3"]))
});

/// The ten years that are walked day by day: three leap days, and every window's other end.
pub static TEN_YEARS: LazyLock<Vec<On>> = LazyLock::new(|| {
    let (first, last) = (day("2015-01-01").ordinal(), day("2025-01-01").ordinal());
    (first..last).map(|day| On::of(Day::from_ordinal(day))).collect()
});

fn with_edges(pack: Pack) -> (Pack, Edges) {
    let edges = Edges::of(&pack);
    (pack, edges)
}

/// A pack with every kind of criterion.
pub fn rich() -> Pack {
    Pack::parse(include_str!("rich.json")).unwrap()
}

/// The nation's packs and all that come with the program for provinces.
pub fn all_packs() -> Rulebook {
    Rulebook::of(published().into_iter().chain(provincial()).map(|(pack, _)| (pack, None)))
}

pub fn school(name: &str) -> OrganisationId {
    OrganisationId::of_name(name)
}

/// Four schools: in Jiangsu, Fujian, Jiangxi and Gansu.
pub fn schools(names: [&str; 4]) -> Places {
    let provinces = ["32", "35", "36", "62"].map(|code| Province::parse(code).unwrap());
    let place = |province| SchoolPlace { province, education_level: Some(EducationLevel::Higher) };
    Places { schools: names.map(school).into_iter().zip(provinces.map(place)).collect(), ..approved() }
}

/// The days of ten years on which the naive evaluator says something else by one pack, each with the first thing.
pub fn disagreements(facts: &Facts, places: &Places, (pack, edges): &(Pack, Edges)) -> Vec<String> {
    let naive = Naive::of(facts, places, pack, edges);
    let timeline = timeline(facts, places, pack);
    let mut segments = timeline.segments.iter().peekable();
    let (mut standing, mut met) = (timeline.at(Day::MIN), Vec::new());
    let mut found = Vec::new();
    for walked in TEN_YEARS.iter().copied() {
        while let Some(segment) = segments.next_if(|segment| segment.from <= walked.day) {
            standing = &segment.standing;
            met = pack.criteria.iter().map(|criterion| standing.met.contains(&criterion.id)).collect();
        }
        found.extend(disagreement(standing, &met, &naive, pack, walked));
    }
    found
}

/// In what the two disagree about a day, if in anything.
fn disagreement(standing: &Standing, met: &[bool], naive: &Naive<'_>, pack: &Pack, walked: On) -> Option<String> {
    let on = walked.day;
    if standing.post != naive.post(on) {
        return Some(format!("post on {on}"));
    }
    for (place, met) in met.iter().enumerate() {
        if *met != naive.met(place, walked) {
            return Some(format!("{} on {on}", pack.criteria[place].id));
        }
    }
    if standing.restricted != naive.restricted(on) {
        return Some(format!("restriction on {on}"));
    }
    disagreement_of_levels(standing, naive, walked)
}

fn disagreement_of_levels(standing: &Standing, naive: &Naive<'_>, walked: On) -> Option<String> {
    let on = walked.day;
    if standing.eligible != naive.eligible(walked) {
        return Some(format!("eligibility on {on}"));
    }
    let recognition = standing.recognition.map(|one| (one.level, one.phase, one.flagged));
    (recognition != naive.recognition(on)).then(|| format!("recognition on {on}"))
}

/// The days of ten years on which the naive evaluator says something else by the naively chosen pack.
pub fn disagreements_by_every_pack(facts: &Facts, sites: &Places) -> Vec<String> {
    let (book, edges, schools) = &*BOOK;
    let places = Places { approvals: sites.approvals.clone(), schools: schools.schools.clone() };
    let naive = book.packs().iter().zip(edges);
    let naive: Vec<_> = naive.map(|(pack, edges)| LazyCell::new(|| Naive::of(facts, &places, pack, edges))).collect();
    let timeline = book.timeline(facts, &places).unwrap();
    let mut found = Vec::new();
    for walked in TEN_YEARS.iter().copied() {
        let on = walked.day;
        let place = naive_pack(book, facts, &places, on);
        let expected = &book.packs()[place];
        let at = timeline.segments.partition_point(|segment| segment.from <= on) - 1;
        let segment = &timeline.segments[at];
        if segment.pack != expected.reference() {
            found.push(format!("{} instead of {} on {on}", segment.pack.name, expected.name));
        } else {
            found.extend(disagreement_of_levels(&segment.standing, &naive[place], walked));
        }
    }
    found
}

/// The place of the pack by which a day is judged, spelled out once more: of the principal post of the day, or else of
/// the post that ended last, or of the first to come; else the nation's newest.
fn naive_pack(book: &Rulebook, facts: &Facts, places: &Places, on: Day) -> usize {
    let mut posts: Vec<&Post> = facts.posts.iter().filter(|post| post.voided.is_none()).collect();
    posts.sort_by_key(|post| (post.period.from(), post.fact));
    let mut held: Vec<&&Post> = posts.iter().filter(|post| post.period.contains(on)).collect();
    held.sort_by_key(|post| (post.employment == Employment::PartTime, !post.role.is_specialised()));
    let mut gone: Vec<&&Post> = posts.iter().filter(|post| post.period.from() <= on).collect();
    gone.sort_by_key(|post| (post.period.to(), post.fact));
    let post = held.first().or(gone.last()).copied().or(posts.first());
    let mut packs: Vec<(usize, &Pack)> = book.packs().iter().enumerate().collect();
    packs.retain(|(_, pack)| pack.effective.contains(on));
    packs.reverse();
    let province = post.and_then(|post| places.schools.get(&post.school)).map(|school| school.province);
    packs.retain(|(_, pack)| match (pack.jurisdiction, post) {
        (Jurisdiction::Nation, _) => true,
        (Jurisdiction::Province(of), Some(post)) => {
            Some(of) == province && (pack.employments.is_empty() || pack.employments.contains(&post.employment))
        }
        (Jurisdiction::Province(_), None) => false,
    });
    let of_province = packs.iter().find(|(_, pack)| pack.jurisdiction != Jurisdiction::Nation);
    of_province.or(packs.first()).unwrap().0
}
