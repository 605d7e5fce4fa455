//! Which sites were approved when, and where schools lie.

use std::collections::BTreeMap;

use kernel::code::Province;
use kernel::vocabulary::{EducationLevel, SiteKind};
use kernel::{Day, EventId, OrganisationId, Period, SiteId};
use serde::{Deserialize, Serialize};

use crate::interval_set::IntervalSet;

/// The approvals of every site that a teacher's facts name, and where the schools of the teacher's posts lie.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Places {
    /// A site may be approved, lapse, be renewed and be withdrawn: each stretch is an approval of its own.
    pub approvals: BTreeMap<SiteId, Vec<Approval>>,
    /// Where the schools lie: by that a post is judged by one pack or another.
    #[serde(default)]
    pub schools: BTreeMap<OrganisationId, SchoolPlace>,
}

/// Where a school lies, and what education it gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchoolPlace {
    /// The provincial unit it reports to.
    pub province: Province,
    /// The level of its education, if it gives one.
    pub education_level: Option<EducationLevel>,
}

/// A stretch of days on which a site is approved.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Approval {
    /// The event that recorded it.
    pub fact: EventId,
    /// As what it is approved.
    pub kind: SiteKind,
    /// First and, unless open-ended, last day; both approved.
    pub period: Period,
}

impl Places {
    /// Whether the site is approved on the day, as whatever kind.
    pub fn approved(&self, site: SiteId, day: Day) -> bool {
        self.approved_as(site, &[], day)
    }

    /// Whether the site is approved on the day as one of the kinds; no kinds means any.
    pub(crate) fn approved_as(&self, site: SiteId, kinds: &[SiteKind], day: Day) -> bool {
        self.of(site, kinds).any(|approval| approval.period.contains(day))
    }

    /// The days on which the site is approved as one of the kinds.
    pub(crate) fn days(&self, site: SiteId, kinds: &[SiteKind]) -> IntervalSet {
        IntervalSet::union_of(self.of(site, kinds).map(|approval| approval.period).map(IntervalSet::stretch))
    }

    fn of<'a>(&'a self, site: SiteId, kinds: &'a [SiteKind]) -> impl Iterator<Item = &'a Approval> {
        let approvals = self.approvals.get(&site).map(Vec::as_slice).unwrap_or_default();
        approvals.iter().filter(move |approval| kinds.is_empty() || kinds.contains(&approval.kind))
    }
}
