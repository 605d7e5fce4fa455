//! The standing of a teacher on every day there is.

use kernel::Day;
use serde::{Deserialize, Serialize};

use crate::evaluation::Evaluation;
use crate::{Facts, Pack, PackReference, Places, Standing};

/// A piecewise-constant function from days to standings. It covers every day from [`Day::MIN`] on: segments are
/// ascending and touch, and neighbours differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Timeline {
    /// The segments; there is always at least one, and the last is open-ended.
    pub segments: Vec<Segment>,
}

/// A stretch of days with the same standing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Segment {
    /// The first day.
    pub from: Day,
    /// The first day that is no longer in it; none for the last segment.
    pub until: Option<Day>,
    /// The pack that judges: that of the principal post.
    pub pack: PackReference,
    /// The standing.
    pub standing: Standing,
}

impl Timeline {
    /// The standing on a day.
    pub fn at(&self, day: Day) -> &Standing {
        let after = self.segments.partition_point(|segment| segment.from <= day);
        &self.segments[after.saturating_sub(1)].standing
    }
}

/// The standing on every day under one pack. Pure: the same facts give the same timeline, in whatever order they are.
pub fn timeline(facts: &Facts, places: &Places, pack: &Pack) -> Timeline {
    let evaluation = Evaluation::of(facts, places, pack);
    let days = evaluation.breakpoints().into_iter();
    Timeline::of(days.map(|day| (Day::from_ordinal(day), pack, evaluation.standing(day))))
}

impl Timeline {
    /// The timeline of these stretches, each of which begins on its day; the first begins with the calendar.
    pub(crate) fn of<'a>(stretches: impl Iterator<Item = (Day, &'a Pack, Standing)>) -> Self {
        let mut segments: Vec<Segment> = Vec::new();
        let mut judging: Option<&Pack> = None;
        for (from, pack, standing) in stretches {
            let goes_on = judging.is_some_and(|judging| std::ptr::eq(judging, pack));
            match segments.last_mut() {
                Some(last) if goes_on && last.standing == standing => continue,
                Some(last) => last.until = Some(from),
                None => {}
            }
            judging = Some(pack);
            segments.push(Segment { from, until: None, pack: pack.reference(), standing });
        }
        Self { segments }
    }
}
