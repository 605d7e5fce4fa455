//! The standing of a teacher on every day there is.

use kernel::Day;
use serde::{Deserialize, Serialize};

use crate::evaluation::Evaluation;
use crate::{Facts, Pack, Places, Standing};

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
    let mut segments: Vec<Segment> = Vec::new();
    for from in evaluation.breakpoints() {
        let standing = evaluation.standing(from);
        match segments.last_mut() {
            Some(last) if last.standing == standing => {}
            Some(last) => {
                let from = Day::from_ordinal(from);
                last.until = Some(from);
                segments.push(Segment { from, until: None, standing });
            }
            None => segments.push(Segment { from: Day::MIN, until: None, standing }),
        }
    }
    Timeline { segments }
}
