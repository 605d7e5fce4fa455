//! On what terms a recognition is decided: in whose name, and for how long it may stand before it is reviewed, which the pack says
//! under which was applied for it.

use contracts::{Code, Fault, Place, Problem};
use host::{App, AtLeast, Failure, Right};
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
    right.acting(|held| held.organisation.is_none_or(|own| own == authority)).ok_or_else(|| {
        let fault = Fault::new(Place::field("authority"), "the role is held at another organisation");
        Problem::new(Code::Rejected).rejection("not_your_authority").fault(fault).into()
    })
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
