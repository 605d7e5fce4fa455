//! Answers about standings: of one teacher on a day with reasons, on all days, and of many on a day.

use std::collections::BTreeMap;

use dossiers::{Dossier, Dossiers, ListFilter, Listed, Mark, Seat};
use eventlog::{LogPosition, ViewError};
use kernel::code::StaffNumber;
use kernel::vocabulary::Level;
use kernel::{Day, OrganisationId, TeacherId};
use serde::Serialize;
use standards::{Assessment, Timeline};
use utoipa::ToSchema;
use vault::{Vault, VaultError};

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum NoAnswer {
    /// Nobody is on the register under this id, or was not yet at that position.
    #[error("nobody is on the register under this id at that log position")]
    UnknownTeacher,
    /// No rule pack had been published at that position.
    #[error("no rule pack had been published at that log position")]
    NoPack,
    /// The view does not answer.
    #[error(transparent)]
    View(#[from] ViewError),
    /// The vault does not answer.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The work broke off.
    #[error("the work broke off")]
    BrokeOff(#[from] tokio::task::JoinError),
}

/// Where a teacher stands on a day, as known at a log position, and why. Asked again for the same day and position, it
/// is the same for ever.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StatusBody {
    /// Who.
    pub teacher: TeacherId,
    /// The log position it is known at: what was recorded later is not in it. Opaque.
    #[schema(example = "v1.0:1234")]
    pub known_at: String,
    /// The seats held on the day.
    pub seats: Vec<Seat>,
    /// The assessment with its proof, by the rule pack of the principal post.
    pub assessment: Assessment,
    /// The assessments by the packs that judge other posts of the day: who holds posts in two provinces is judged by
    /// each one's pack.
    pub elsewhere: Vec<Assessment>,
}

/// Where a teacher stands on every day.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TimelineBody {
    /// Who.
    pub teacher: TeacherId,
    /// The log position it is known at. Opaque.
    pub known_at: String,
    /// The timeline.
    pub timeline: Timeline,
}

/// A teacher in a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ListedBody {
    /// Who.
    pub teacher: TeacherId,
    /// The name; none once erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The headline.
    #[schema(example = "eligible")]
    pub status: &'static str,
    /// The highest level whose rule is met.
    pub eligible: Option<Level>,
    /// The level of the recognition in force.
    pub recognised: Option<Level>,
    /// Whether the five-year rotation is met.
    pub rotation: bool,
    /// Whether enterprise practice is met.
    pub practice: bool,
    /// Whether a breach of ethics is in force.
    pub restricted: bool,
    /// The first day of standing there.
    pub since: Option<Day>,
    /// The first day of no longer standing there if nothing more happens.
    pub until: Option<Day>,
    /// The seats held on the day.
    pub seats: Vec<Seat>,
    /// Staff numbers, with their schools.
    pub employed: Vec<Employed>,
}

/// A staff number at a school.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Employed {
    /// The school.
    pub school: OrganisationId,
    /// The staff number.
    pub staff_number: StaffNumber,
}

/// The position that an answer stands at: the one asked for, or the newest that the view shows.
pub fn known(dossiers: &Dossiers, asked: Option<&LogPosition>) -> LogPosition {
    asked.cloned().unwrap_or_else(|| dossiers.position())
}

/// The dossier of a teacher as known at a position.
///
/// # Errors
/// When nobody is on the register under the id, or the view does not answer.
pub async fn dossier(dossiers: &Dossiers, teacher: TeacherId, known: &LogPosition) -> Result<Dossier, NoAnswer> {
    dossiers.dossier(teacher, known.at(0).0).await?.map_err(|_| NoAnswer::UnknownTeacher)
}

/// Where a teacher stands on a day, and why.
///
/// # Errors
/// When nobody is on the register under the id, there is no rule pack, or the view does not answer.
pub async fn status(
    dossiers: &Dossiers,
    teacher: TeacherId,
    on: Day,
    known: &LogPosition,
) -> Result<StatusBody, NoAnswer> {
    let dossier = dossier(dossiers, teacher, known).await?;
    let mut assessments = dossier.assess_all(on).into_iter();
    let assessment = assessments.next().ok_or(NoAnswer::NoPack)?;
    let (known_at, seats) = (known.to_string(), dossier.seats(on));
    Ok(StatusBody { teacher, known_at, seats, assessment, elsewhere: assessments.collect() })
}

/// Where a teacher stands on every day.
///
/// # Errors
/// As [`status`].
pub async fn timeline(dossiers: &Dossiers, teacher: TeacherId, known: &LogPosition) -> Result<TimelineBody, NoAnswer> {
    let timeline = dossier(dossiers, teacher, known).await?.timeline().ok_or(NoAnswer::NoPack)?;
    Ok(TimelineBody { teacher, known_at: known.to_string(), timeline })
}

/// A page of teachers by where they stand on a day.
///
/// # Errors
/// When the view or the vault does not answer.
pub async fn list(dossiers: &Dossiers, vault: &Vault, filter: &ListFilter) -> Result<Vec<ListedBody>, NoAnswer> {
    let page = dossiers.list(filter).await?;
    let sealed: Vec<_> = page.iter().filter_map(|listed| Some((listed.teacher, listed.identity.as_ref()?))).collect();
    let revealed = vault.reveal_many(&sealed).await?;
    let mut names = BTreeMap::new();
    for ((teacher, _), identity) in sealed.iter().zip(revealed) {
        match identity {
            Ok(identity) => drop(names.insert(*teacher, identity.name.to_string())),
            // Restricted or erased since the view took the page in: there is no name to show any more.
            Err(VaultError::Restricted | VaultError::Erased | VaultError::NoKey) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(page.into_iter().map(|listed| listed_body(names.remove(&listed.teacher), listed)).collect())
}

fn listed_body(name: Option<String>, listed: Listed) -> ListedBody {
    let Listed { teacher, identity: _, mark, since, until, seats, employed } = listed;
    let employed = employed.into_iter().map(|(school, staff_number)| Employed { school, staff_number });
    ListedBody {
        teacher,
        name,
        status: Mark::status(mark),
        eligible: mark.eligible(),
        recognised: mark.recognised(),
        rotation: mark.rotation(),
        practice: mark.practice(),
        restricted: mark.restricted(),
        since,
        until,
        seats,
        employed: employed.collect(),
    }
}
