//! What a teacher confirms or disputes: facts of the own record, and what bases and stations recorded of them.

use dossiers::{DossierProjection, Dossiers};
use host::{App, AtLeast, Failure, Right};
use kernel::{EventId, TeacherId};
use standards::{Facts, Placement};

use crate::person::Person;
use crate::teacher::RecordedBy;

/// In whose stream something is said of a fact that a person's status stands on, of which fact, and who recorded it: also of
/// training and practice, which bases and stations recorded. All that is said of a placement is said of its beginning.
///
/// # Errors
/// When log or view fail.
pub async fn of_oneself(
    app: &App,
    right: &Right,
    keeper: TeacherId,
    fact: EventId,
) -> Result<(TeacherId, EventId, RecordedBy), Failure> {
    let person = Person::load(app, keeper).await?;
    if let Some(entry) = person.entries.iter().find(|entry| entry.state.has_recorded(fact)) {
        return Ok((entry.teacher, fact, RecordedBy::Record));
    }
    let view = app.fresh(DossierProjection::NAME, &AtLeast(Some(app.head()))).await?;
    let dossiers = Dossiers::new(view, right.scope(), right.today());
    let dossier = dossiers.dossier(keeper, u64::MAX).await?;
    let found = dossier.ok().and_then(|dossier| at_a_site(&dossier.facts, fact));
    let Some(fact) = found else { return Ok((keeper, fact, RecordedBy::Record)) };
    // Said in the stream of the entry that it is a fact of: it goes with that, should the two turn out to be two people.
    let entry = dossiers.recorded_under(keeper, fact).await?.unwrap_or(keeper);
    Ok((entry, fact, RecordedBy::Site))
}

/// The standing session or placement that a fact belongs to.
fn at_a_site(facts: &Facts, fact: EventId) -> Option<EventId> {
    let attended = facts.attendances.iter().filter(|attendance| attendance.voided.is_none());
    let attended = attended.map(|attendance| attendance.fact).find(|known| *known == fact);
    let belongs = |placement: &&Placement| {
        placement.fact == fact
            || placement.logged.iter().any(|logged| logged.fact == fact)
            || placement.completed.as_ref().is_some_and(|completed| completed.fact == fact)
    };
    let practised = facts.placements.iter().filter(|placement| placement.voided.is_none()).find(belongs);
    attended.or(practised.map(|placement| placement.fact))
}
