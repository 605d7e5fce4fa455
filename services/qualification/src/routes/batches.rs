//! Decisions of one meeting, in one batch.

use access::Object;
use access::permissions::DecideBatch;
use actix_web::web::Data;
use actix_web::{Either, post};
use contracts::{Problem, ProposedBody};
use eventlog::LogPosition;
use host::{App, Asks, Failure, Recorded, Recording, Seconded, Shown};

use super::terms::in_the_name_of;
use crate::batch::{self, Batch, Checked, DecidedBody, Deciding};

#[utoipa::path(tag = "qualification", summary = "Decide on many applications at once", request_body = Batch,
    responses((status = 200, body = DecidedBody), (status = 202, body = ProposedBody), (status = 412, body = Problem),
        (status = 422, body = Problem)))]
#[post("/v1/recognition-batches")]
pub async fn decide_batch(
    asks: Asks<DecideBatch>,
    recording: Recording<Batch>,
    app: Data<App>,
) -> Result<Either<Recorded, Shown<DecidedBody>>, Failure> {
    let (batch, recording) = recording.take();
    let may = asks.about(Object::Organisation(batch.authority), "authority").await?;
    let right = in_the_name_of(&may, batch.authority)?;
    let (deciding, under) = (Deciding::Caller(&right), recording.approves.map(batch::command_of));
    let checked = batch::check(&app, deciding, &batch, under).await?;
    if under.is_none() && checked.is_known() {
        return known(checked, app.head());
    }
    match app.seconded(&right, checked.version(), &recording).await? {
        Seconded::Proposed(recorded) => Ok(Either::Left(recorded)),
        Seconded::Approved { proposal, approval } => {
            let decided = batch::record(&app, deciding, checked, batch::command_of(proposal), approval).await?;
            Ok(Either::Right(Shown::new(decided, app.head())))
        }
    }
}

/// Everything is on record: there is nothing that a second person could approve.
fn known(checked: Checked, position: LogPosition) -> Result<Either<Recorded, Shown<DecidedBody>>, Failure> {
    Ok(Either::Right(Shown::new(checked.known(&position), position)))
}
