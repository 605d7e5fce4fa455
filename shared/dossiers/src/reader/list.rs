//! Lists of teachers by where they stand on a day.

use std::collections::HashMap;

use eventlog::{Failure, Row, ViewError, args};
use events::SealedIdentity;
use kernel::code::StaffNumber;
use kernel::{Day, Malformed, OrganisationId, TeacherId};

use super::Dossiers;
use crate::projection::parse_json;
use crate::{Mark, Seat};

/// Which teachers to list.
#[derive(Debug, Clone)]
pub struct ListFilter {
    /// The day on which they stand there.
    pub on: Day,
    /// Where they stand.
    pub status: StatusFilter,
    /// A school's id or code, a city's or province's code; empty for all.
    pub area: String,
    /// The last teacher of the page before.
    pub after: Option<TeacherId>,
    /// At most so many.
    pub limit: u32,
}

/// Where somebody stands, to filter by. Eligibility and recognition are asked side by side: *eligible* asks whether
/// every criterion is met, recognised or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StatusFilter {
    /// Everybody.
    #[default]
    All,
    /// In a post.
    InPost,
    /// In no post.
    NotInPost,
    /// In post, and every criterion of a level is met.
    Eligible,
    /// In post, and of no level every criterion is met.
    NotEligible,
    /// With a recognition in force.
    Recognised,
    /// With a recognition whose review is near.
    DueForReview,
    /// With a recognition that lapsed.
    Lapsed,
    /// With a recognition that was revoked.
    Revoked,
    /// With a breach in force.
    Restricted,
}

impl std::str::FromStr for StatusFilter {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        Ok(match text {
            "all" => Self::All,
            "in_post" => Self::InPost,
            "not_in_post" => Self::NotInPost,
            "eligible" => Self::Eligible,
            "not_eligible" => Self::NotEligible,
            "recognised" => Self::Recognised,
            "due_for_review" => Self::DueForReview,
            "lapsed" => Self::Lapsed,
            "revoked" => Self::Revoked,
            "restricted" => Self::Restricted,
            _ => {
                let words = "all in_post not_in_post eligible not_eligible recognised due_for_review lapsed revoked \
                             restricted";
                return Err(Malformed::new("status", format!("write one of {words}")));
            }
        })
    }
}

/// What a filter asks of a mark.
struct Asked {
    /// 0 whatever, 1 in post, 2 not in post.
    post: i64,
    /// One of these bits is set; 0 asks nothing.
    any: i64,
    /// None of these bits is set; 0 asks nothing.
    none: i64,
    /// These bits hold exactly this; 0 asks nothing.
    exactly: (i64, i64),
}

impl StatusFilter {
    fn asked(self) -> Asked {
        let in_post = Asked { post: 1, any: 0, none: 0, exactly: (0, 0) };
        match self {
            Self::All => Asked { post: 0, ..in_post },
            Self::InPost => in_post,
            Self::NotInPost => Asked { post: 2, ..in_post },
            Self::Eligible => Asked { any: Mark::ELIGIBLE_BITS, ..in_post },
            Self::NotEligible => Asked { none: Mark::ELIGIBLE_BITS, ..in_post },
            Self::Recognised => Asked { any: Mark::RECOGNISED_BITS, ..in_post },
            Self::DueForReview => Asked { exactly: (Mark::PHASE_BITS, Mark::DUE_FOR_REVIEW), ..in_post },
            Self::Lapsed => Asked { exactly: (Mark::PHASE_BITS, Mark::LAPSED), ..in_post },
            Self::Revoked => Asked { exactly: (Mark::PHASE_BITS, Mark::REVOKED), ..in_post },
            Self::Restricted => Asked { any: Mark::RESTRICTED_BIT, ..in_post },
        }
    }
}

/// A teacher in a list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Who.
    pub teacher: TeacherId,
    /// The sealed identity; none once erased.
    pub identity: Option<SealedIdentity>,
    /// Where they stand; not in post when there is nothing.
    pub mark: Mark,
    /// The first day of the stretch in which they stand there.
    pub since: Option<Day>,
    /// The first day on which they no longer stand there if nothing more happens.
    pub until: Option<Day>,
    /// The seats held on the day.
    pub seats: Vec<Seat>,
    /// Staff numbers with their schools.
    pub employed: Vec<(OrganisationId, StaffNumber)>,
}

impl Dossiers {
    /// A page of teachers, in the order of their ids.
    ///
    /// # Errors
    /// When the view does not answer.
    pub async fn list(&self, filter: &ListFilter) -> Result<Vec<Listed>, ViewError> {
        let Asked { post, any, none, exactly: (bits, value) } = filter.status.asked();
        let after = filter.after.map_or_else(String::new, |teacher| teacher.to_string());
        let arguments = args![filter.on, after, post, any, none, bits, value, &filter.area, filter.limit];
        let rows = self.0.fetch(include_str!("../sql/list.sql"), arguments).await?;
        let mut seats: HashMap<i64, Vec<Seat>> = HashMap::new();
        let mut listed = Vec::with_capacity(rows.len());
        for row in &rows {
            let mut entry = listed_of(row)?;
            if let Some(profile) = row.opt_int(4)? {
                if let std::collections::hash_map::Entry::Vacant(unknown) = seats.entry(profile) {
                    unknown.insert(self.seats_of(profile).await?);
                }
                entry.seats = seats.get(&profile).cloned().unwrap_or_default();
            }
            let employed = self.0.fetch(include_str!("../sql/employed_of.sql"), args![entry.teacher]).await?;
            let employed = employed.iter().map(|row| Ok((row.parse(0)?, row.parse(1)?)));
            entry.employed = employed.collect::<Result<_, Failure>>()?;
            listed.push(entry);
        }
        Ok(listed)
    }

    async fn seats_of(&self, profile: i64) -> Result<Vec<Seat>, ViewError> {
        let rows = self.0.fetch(include_str!("../sql/seats_of_profile.sql"), args![profile]).await?;
        Ok(rows.iter().map(|row| seat_of(row, 0)).collect::<Result<_, _>>()?)
    }
}

fn listed_of(row: &Row) -> Result<Listed, Failure> {
    let identity = match row.text(1)? {
        "" => None,
        sealed => Some(parse_json(sealed)?),
    };
    let until = row.opt_text(3)?.and_then(|day| Day::parse(day).ok());
    Ok(Listed {
        teacher: row.parse(0)?,
        identity,
        mark: Mark::from_stored(row.opt_int(5)?.unwrap_or(0)),
        since: row.opt_parse(2)?,
        until,
        seats: Vec::new(),
        employed: Vec::new(),
    })
}

/// The seat in the four columns from `first` on.
pub(super) fn seat_of(row: &Row, first: usize) -> Result<Seat, Failure> {
    Ok(Seat {
        school: row.parse(first)?,
        role: row.parse(first + 1)?,
        specialty: row.opt_parse(first + 2)?,
        employment: row.parse(first + 3)?,
    })
}
