//! On what terms the pack lets a recognition be decided: by whom, and for how long it may stand before it is reviewed. It is the
//! pack under which was applied for it.

use access::Held;
use contracts::{Code, Fault, Place, Problem};
use host::{App, AtLeast, Failure, Right};
use kernel::vocabulary::Capacity;
use kernel::{Day, OrganisationId, RecognitionId};
use standards::{Pack, Rulebook};

use super::packs::rulebook;
use super::{pack, recognition};
use crate::pack::{RulePack, read_beside};
use crate::recognition::{Basis, Recognition};

/// The pack under which a recognition was applied for; none of one under older rules.
///
/// # Errors
/// When log or view fail.
pub async fn pack_of(app: &App, right: &Right, id: RecognitionId) -> Result<Option<Pack>, Failure> {
    let (state, _) = app.log().load::<Recognition>(&recognition(id)).await?;
    let Some(Basis::Application(application)) = state.record().map(|record| &record.basis) else { return Ok(None) };
    let (state, _) = app.log().load::<RulePack>(&pack(application.pack)).await?;
    let Some(content) = state.content() else { return Ok(None) };
    // Most packs stand by themselves: then no view has to have caught up for a decision to be recorded.
    if let Ok(alone) = read_beside(content, &Rulebook::default()) {
        return Ok(Some(alone));
    }
    let (published, _) = rulebook(right, &AtLeast(Some(app.head())), app).await?;
    read_beside(content, &published).map(Some).map_err(Failure::internal)
}

/// The right in a role that is held at the body in whose name is decided. The operator, who puts on record what others decided,
/// names any.
///
/// # Errors
/// When there is no such role.
pub fn in_the_name_of(right: &Right, authority: OrganisationId) -> Result<Right, Failure> {
    right.acting(|held| is_of(held, authority)).ok_or_else(|| {
        let fault = Fault::new(Place::field("authority"), "the role is held at another organisation");
        Problem::new(Code::Rejected).rejection("not_your_authority").fault(fault).into()
    })
}

/// The same, of a body where one is named; and in the role of a school only where the pack lets schools recognise.
///
/// # Errors
/// When there is no such role.
pub fn recognising(right: &Right, authority: Option<OrganisationId>, pack: Option<&Pack>) -> Result<Right, Failure> {
    let named = authority.map_or_else(|| Ok(right.clone()), |authority| in_the_name_of(right, authority))?;
    if named.held().is_some_and(|held| held.role == Capacity::SchoolHr)
        && !pack.is_some_and(|pack| pack.schools_recognise)
    {
        let suits =
            |held: &Held| held.role != Capacity::SchoolHr && authority.is_none_or(|authority| is_of(held, authority));
        return right.acting(suits).ok_or_else(|| {
            let problem = Problem::new(Code::Rejected).rejection("schools_do_not_recognise");
            problem.detail("the rule pack leaves it to authorities to recognise").into()
        });
    }
    Ok(named)
}

fn is_of(held: &Held, authority: OrganisationId) -> bool {
    held.organisation.is_none_or(|own| own == authority)
}

/// Refuses a review that is due later than the pack has it, which may be less than anybody's five years. What was granted under
/// older rules has no pack.
///
/// # Errors
/// When it is.
pub fn refuse_late_review(pack: Option<&Pack>, on: Day, review_due: Day) -> Result<(), Failure> {
    match pack.map(|pack| pack.review.validity_years) {
        Some(years) if review_due > on.plus_years(years) => {
            let why = format!("the pack has recognitions reviewed after {years} years");
            let fault = Fault::new(Place::field("review_due"), why);
            Err(Problem::new(Code::Rejected).rejection("review_out_of_range").fault(fault).into())
        }
        _ => Ok(()),
    }
}
