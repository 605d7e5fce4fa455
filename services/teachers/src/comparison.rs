//! Two entries of the register side by side, for whoever decides whether they are one person.

use dossiers::{Dossier, Dossiers};
use host::{App, Failure};
use kernel::vocabulary::RecordField as F;
use kernel::{EventId, Language, TeacherId};
use serde::Serialize;
use standards::{Attendance, Placement};
use utoipa::ToSchema;

use crate::particulars::{ParticularBody, Particulars, Reader, Said, text, word};
use crate::person::{Opening, Person};
use crate::showing::{self, FactBody};

/// Two records side by side.
#[derive(Serialize, ToSchema)]
pub struct ComparisonBody {
    /// The one.
    pub one: SideBody,
    /// The other.
    pub other: SideBody,
    /// Which of the facts are the same on both sides.
    pub same: Vec<SameBody>,
}

/// One of the two.
#[derive(Serialize, ToSchema)]
pub struct SideBody {
    /// Who.
    pub teacher: TeacherId,
    /// The name; none where it may not be opened.
    pub name: Option<String>,
    /// The citizen id number, masked.
    pub citizen_id: Option<String>,
    /// Posts, credentials and whatever else was recorded in the person's own record.
    pub facts: Vec<FactBody>,
    /// Training sessions.
    pub sessions: Vec<DoneBody>,
    /// Enterprise practice.
    pub placements: Vec<DoneBody>,
}

/// Something that the person took part in.
#[derive(Serialize, ToSchema)]
pub struct DoneBody {
    /// The event that recorded it.
    pub id: EventId,
    /// The particulars.
    pub particulars: Vec<ParticularBody>,
}

/// A fact that both have.
#[derive(Serialize, ToSchema)]
pub struct SameBody {
    /// As the one has it.
    pub one: EventId,
    /// As the other has it.
    pub other: EventId,
}

/// Puts two records side by side.
///
/// # Errors
/// When the log, a view or the vault does not answer.
pub async fn compare(
    app: &App,
    dossiers: &Dossiers,
    (one, other): (TeacherId, TeacherId),
    language: Language,
) -> Result<ComparisonBody, Failure> {
    let reader = Reader { app, dossiers, opening: Opening::Everyday, language };
    let known = dossiers.position().at(0).0;
    let load = async |teacher| -> Result<(Person, Option<Dossier>), Failure> {
        Ok((Person::load(app, teacher).await?, dossiers.dossier(teacher, known).await?.ok()))
    };
    let (one, other) = (load(one).await?, load(other).await?);
    let same = same(&one, &other);
    Ok(ComparisonBody { one: side(&reader, &one).await?, other: side(&reader, &other).await?, same })
}

type Loaded = (Person, Option<Dossier>);

fn attended(dossier: &Option<Dossier>) -> impl Iterator<Item = &Attendance> {
    dossier.iter().flat_map(|dossier| &dossier.facts.attendances).filter(|one| one.voided.is_none())
}

fn practised(dossier: &Option<Dossier>) -> impl Iterator<Item = &Placement> {
    dossier.iter().flat_map(|dossier| &dossier.facts.placements).filter(|one| one.voided.is_none())
}

/// The pairs that record the same: a post at the same school from the same day, a credential of the same kind, day and
/// grade, the same session, a placement at the same site in the same days.
fn same((one, first): &Loaded, (other, second): &Loaded) -> Vec<SameBody> {
    let mut pairs = Vec::new();
    for (_, left, fact) in one.facts() {
        pairs.extend(other.facts().filter(|(_, _, twin)| fact.is(twin)).map(|(_, right, _)| (left, right)));
    }
    for left in attended(first) {
        let twins = attended(second).filter(|right| left.session == right.session);
        pairs.extend(twins.map(|right| (left.fact, right.fact)));
    }
    for left in practised(first) {
        let twins = practised(second).filter(|right| left.site == right.site && left.range.overlaps(right.range));
        pairs.extend(twins.map(|right| (left.fact, right.fact)));
    }
    pairs.into_iter().map(|(one, other)| SameBody { one, other }).collect()
}

async fn side(reader: &Reader<'_>, (person, dossier): &Loaded) -> Result<SideBody, Failure> {
    let identity = person.identity(reader.app, reader.opening).await?;
    let (mut sessions, mut placements) = (Vec::new(), Vec::new());
    for one in attended(dossier) {
        let of = Particulars::default()
            .say(F::Site, Said::Site(one.base))
            .say(F::Theme, word(one.theme))
            .say(F::Tier, word(one.tier))
            .say(F::From, text(one.range.from()))
            .say(F::To, text(one.range.to()))
            .say(F::Hours, text(one.hours));
        sessions.push(DoneBody { id: one.fact, particulars: reader.read(of).await? });
    }
    for one in practised(dossier) {
        let of = Particulars::default()
            .say(F::Site, Said::Site(one.site))
            .say(F::Form, word(one.form))
            .say(F::From, text(one.range.from()))
            .say(F::To, text(one.range.to()))
            .may(F::Result, one.completed.as_ref().map(|completed| word(completed.result)));
        placements.push(DoneBody { id: one.fact, particulars: reader.read(of).await? });
    }
    Ok(SideBody {
        teacher: person.keeper,
        name: identity.as_ref().map(|identity| identity.name.to_string()),
        citizen_id: identity.and_then(|identity| identity.citizen_id).map(|number| number.masked()),
        facts: showing::facts(reader, person).await?,
        sessions,
        placements,
    })
}
