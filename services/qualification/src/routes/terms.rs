//! On what terms a recognition is decided: in whose name, and for how long it may stand before it is reviewed, which the pack says
//! under which was applied for it.

use contracts::{Code, Fault, Place, Problem};
use host::{App, AtLeast, Failure, Right};
use kernel::{Day, OrganisationId, RecognitionId};
use standards::Rulebook;

use super::packs::rulebook;
use super::{pack, recognition};
use crate::pack::{RulePack, read_beside};
use crate::recognition::{Basis, Recognition};

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
/// When it is; when log or view fail.
pub async fn refuse_late_review(
    app: &App,
    right: &Right,
    id: RecognitionId,
    on: Day,
    review_due: Day,
) -> Result<(), Failure> {
    let (state, _) = app.log().load::<Recognition>(&recognition(id)).await?;
    let Some(Basis::Application(application)) = state.record().map(|record| &record.basis) else { return Ok(()) };
    let (state, _) = app.log().load::<RulePack>(&pack(application.pack)).await?;
    let Some(content) = state.content() else { return Ok(()) };
    // Most packs stand by themselves: then no view has to have caught up for a decision to be recorded.
    let judged_by = match read_beside(content, &Rulebook::default()) {
        Ok(alone) => alone,
        Err(_) => {
            let (published, _) = rulebook(right, &AtLeast(Some(app.head())), app).await?;
            read_beside(content, &published).map_err(Failure::internal)?
        }
    };
    let years = judged_by.review.validity_years;
    if review_due <= on.plus_years(years) {
        return Ok(());
    }
    let fault =
        Fault::new(Place::field("review_due"), format!("the pack has recognitions reviewed after {years} years"));
    Err(Problem::new(Code::Rejected).rejection("review_out_of_range").fault(fault).into())
}
