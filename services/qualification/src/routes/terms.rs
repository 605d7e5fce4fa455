//! For how long a recognition may stand before it is reviewed: as long as the pack has it under which it was applied for,
//! which may be less than anybody's five years.

use contracts::{Code, Fault, Place, Problem};
use host::{App, AtLeast, Failure, Right};
use kernel::{Day, RecognitionId};
use standards::Rulebook;

use super::packs::rulebook;
use super::{pack, recognition};
use crate::pack::{RulePack, read_beside};
use crate::recognition::{Basis, Recognition};

/// Refuses a review that is due later than the pack has it. What was granted under older rules has no pack.
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
