//! Lists of teachers by where they stand on a day.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use eventlog::{Failure, Row, Value, ViewError, args};
use events::SealedIdentity;
use kernel::code::StaffNumber;
use kernel::{Day, Malformed, OrganisationId, Reach, TeacherId};

use super::Dossiers;
use crate::projection::parse_json;
use crate::{Mark, ProfileId, Seat};

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
    /// With a recognition that stood on a fact that no longer stands.
    Flagged,
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
            "flagged" => Self::Flagged,
            "restricted" => Self::Restricted,
            _ => {
                let words = "all in_post not_in_post eligible not_eligible recognised due_for_review lapsed revoked \
                             flagged restricted";
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
            Self::Flagged => Asked { any: Mark::FLAGGED_BIT, ..in_post },
            Self::Restricted => Asked { any: Mark::RESTRICTED_BIT, ..in_post },
        }
    }
}

/// What is asked of a part of the register.
struct Statements {
    list: &'static str,
    count: &'static str,
}

/// The statements within a part of the register: the condition is text of a file, so that every statement is a constant.
macro_rules! within {
    ($within:expr) => {
        Statements {
            list: concat!(include_str!("../sql/list.sql"), $within, include_str!("../sql/list_order.sql")),
            count: concat!(
                include_str!("../sql/count_begin.sql"),
                include_str!("../sql/list.sql"),
                $within,
                include_str!("../sql/list_order.sql"),
                include_str!("../sql/count_end.sql")
            ),
        }
    };
}

impl ListFilter {
    fn arguments(&self) -> Vec<Value> {
        let Asked { post, any, none, exactly: (bits, value) } = self.status.asked();
        let after = self.after.map_or_else(String::new, |teacher| teacher.to_string());
        args![self.on, after, post, any, none, bits, value, &self.area, self.limit]
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
    /// A page of the teachers within the scope, in the order of their ids.
    ///
    /// # Errors
    /// When the view does not answer.
    pub async fn list(&self, filter: &ListFilter) -> Result<Vec<Listed>, ViewError> {
        let rows = self.rows_within(filter).await?;
        let teachers: Vec<Value> = rows.keys().map(|teacher| Value::from(*teacher)).collect();
        let mut employed = self.employed(&teachers).await?;
        let profile_of = |row: &Row| Ok::<_, Failure>(row.opt_int(4)?.map(ProfileId));
        let profiles: BTreeSet<ProfileId> =
            rows.values().filter_map(|row| profile_of(row).transpose()).collect::<Result<_, _>>()?;
        let seats = self.seats_of(&profiles).await?;
        let mut listed = Vec::with_capacity(rows.len());
        for (teacher, row) in &rows {
            let mut entry = listed_of(row)?;
            let of_profile = profile_of(row)?.and_then(|profile| seats.get(&profile));
            entry.seats = of_profile.cloned().unwrap_or_default();
            entry.employed = employed.remove(teacher).unwrap_or_default().into_iter().collect();
            listed.push(entry);
        }
        Ok(listed)
    }

    /// The first rows after the page before that any reach gives. Each reach is asked for a whole page, for all of it
    /// may come from one of them; somebody whom several reach comes once.
    pub(super) async fn rows_within(&self, filter: &ListFilter) -> Result<BTreeMap<TeacherId, Row>, ViewError> {
        let mut rows = BTreeMap::new();
        for (statements, arguments) in self.reaching(filter) {
            for row in self.fetch(statements.list, arguments).await? {
                rows.insert(row.parse(0)?, row);
            }
            while rows.len() > filter.limit as usize {
                rows.pop_last();
            }
        }
        Ok(rows)
    }

    /// How many rows the reaches give: somebody whom several reach is counted for each.
    pub(super) async fn count_within(&self, filter: &ListFilter) -> Result<u64, ViewError> {
        let mut found = 0;
        for (statements, arguments) in self.reaching(filter) {
            let row = self.fetch_optional(statements.count, arguments).await?;
            found += row.map(|row| row.count(0)).transpose()?.unwrap_or_default();
        }
        Ok(found)
    }

    /// What is asked of each reach; of whoever sees everything, once.
    fn reaching(&self, filter: &ListFilter) -> Vec<(Statements, Vec<Value>)> {
        if self.scope.is_everything() {
            return vec![(within!(""), filter.arguments())];
        }
        let within = |reach: &Reach| {
            let (statements, more) = match reach {
                Reach::Nation => (within!(""), vec![]),
                Reach::Province(province) => {
                    (within!(include_str!("../sql/list_within_area.sql")), args![self.today, province.to_string(), ""])
                }
                Reach::City(province, city) => (
                    within!(include_str!("../sql/list_within_area.sql")),
                    args![self.today, province.to_string(), city.as_str()],
                ),
                Reach::Organisation(organisation) => {
                    (within!(include_str!("../sql/list_within_organisation.sql")), args![self.today, *organisation])
                }
                Reach::Person(person) => (within!(include_str!("../sql/list_within_person.sql")), args![*person]),
            };
            (statements, filter.arguments().into_iter().chain(more).collect())
        };
        self.scope.reaches().map(within).collect()
    }

    /// Staff numbers with their schools, under whichever of a person's ids.
    async fn employed(&self, teachers: &[Value]) -> Result<HashMap<TeacherId, Employed>, ViewError> {
        let mut employed: HashMap<TeacherId, Employed> = HashMap::new();
        for statement in [include_str!("../sql/employed_in.sql"), include_str!("../sql/employed_by_keeper_in.sql")] {
            for row in self.view.fetch_in(statement, teachers, "").await? {
                employed.entry(row.parse(0)?).or_default().insert((row.parse(1)?, row.parse(2)?));
            }
        }
        Ok(employed)
    }
}

/// Staff numbers with their schools, in order.
type Employed = BTreeSet<(OrganisationId, StaffNumber)>;

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
        mark: row.opt_int(first + 4)?.map(Mark::from_stored),
    })
}
