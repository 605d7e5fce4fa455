//! Who is on the register already when somebody registers them: what may be told of that, and what is put on record.

use access::{Decision, Object, Operation, Place};
use actix_web::web::Data;
use contracts::{Code, Fault, Place as Where, Problem};
use eventlog::Version;
use host::{App, Failure, Recorded, Recording, Right};
use kernel::code::CitizenId;
use kernel::vocabulary::Purpose;
use kernel::{Name, TeacherId};
use readings::Reading;

use super::record;
use crate::person::{Opening, identity, stream};
use crate::teacher::{Command, Teacher};

/// No stream has so many events: whoever sees this version is refused, unless the request was answered before.
const NO_VERSION: Version = Version(i64::MAX as u64);

/// The person that an id number leads to.
pub enum Known {
    /// They may be registered, or are within reach and go by the name given.
    Free(TeacherId),
    /// The very request has been carried out before, with this answer.
    Answered(TeacherId, Recorded),
}

/// The person of an id number. A number that was enrolled for a registration that then failed leads to somebody who is
/// not on the register: the next registration is theirs.
///
/// # Errors
/// When `If-Match` names a version, which nobody has who is to be registered; when somebody of this number is out of reach,
/// or is on record by another name; when vault, log or view fail.
pub async fn numbered(
    app: &Data<App>,
    right: &Right,
    number: &CitizenId,
    name: &Name,
    recording: &Recording<()>,
) -> Result<Known, Failure> {
    // Whoever is registered is at no version yet. Refused before the number is looked up: otherwise whoever asks with a
    // version that nobody has would learn for nothing who is on the register.
    refuse_stale(recording, Version::NONE)?;
    let enrolled = app.vault().enrol(std::slice::from_ref(number), app.clock().now()).await?.into_iter().next();
    let teacher = enrolled.ok_or_else(|| Failure::internal("the vault has enrolled nobody"))?;
    let (state, _) = app.log().load::<Teacher>(&stream(teacher)).await?;
    let Some(sealed) = state.identity() else { return Ok(Known::Free(teacher)) };
    // A retry is answered as it was, wherever the person may be by now.
    let command = Command::Register { on: right.today(), identity: sealed.clone() };
    if let Some(recorded) = answered_before(app, right, teacher, command, recording).await? {
        return Ok(Known::Answered(teacher, recorded));
    }
    let (keeper, is_seen) = reached(app, right, teacher).await?;
    let on_record = if is_seen { identity(app, teacher, sealed, Opening::Everyday).await? } else { None };
    match on_record {
        Some(known) if known.name == *name => Ok(Known::Free(teacher)),
        Some(_) => Err(by_another_name()),
        None => {
            learned_of(app, right, keeper, recording).await?;
            Err(elsewhere())
        }
    }
}

/// The entry that stands for the person, and whether the caller may see their record and it is not restricted. What
/// was recorded a moment ago may not be in the view yet, so that a *no* waits for it.
async fn reached(app: &App, right: &Right, teacher: TeacherId) -> Result<(TeacherId, bool), Failure> {
    let object = Object::Teacher(teacher);
    let is_seen = |place: Option<&Place>| {
        let decision = access::decide(right.principal(), Operation::ShowTeacher, place);
        matches!(decision, Decision::May(_)) && place.is_some_and(|place| !place.is_closed)
    };
    let mut place = app.access().place(&object, right.today()).await?;
    if !is_seen(place.as_ref()) {
        app.rights_caught_up().await?;
        place = app.access().place(&object, right.today()).await?;
    }
    let keeper = place.as_ref().and_then(|place| place.subject).unwrap_or(teacher);
    Ok((keeper, is_seen(place.as_ref())))
}

/// The answer that the request was given before, if it was.
///
/// # Errors
/// When its key was used for another request, or the log fails.
pub async fn answered_before(
    app: &Data<App>,
    right: &Right,
    teacher: TeacherId,
    command: Command,
    recording: &Recording<()>,
) -> Result<Option<Recorded>, Failure> {
    let repeated = Recording { seen: Some(NO_VERSION), ..recording.clone() };
    match record(app, right, teacher, vec![], command, &repeated).await {
        Ok(recorded) => Ok(Some(recorded)),
        Err(failure) if failure.problem().code == Code::WrongVersion => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// Puts on record that somebody learned that this person is on the register. To be called before they are answered.
///
/// # Errors
/// When it cannot be put on record: then nothing may be told.
pub async fn learned_of(
    app: &App,
    right: &Right,
    teacher: TeacherId,
    recording: &Recording<()>,
) -> Result<(), Failure> {
    let reading = Reading {
        account: right.principal().account,
        actor: right.actor(),
        subjects: vec![teacher],
        operation: right.operation().code(),
        purpose: Purpose::Verification,
        reference: None,
        correlation: recording.correlation,
    };
    Ok(app.readings().record(reading).await?)
}

/// Refuses a request that was decided on another version than this.
///
/// # Errors
/// When it was.
pub fn refuse_stale(recording: &Recording<()>, version: Version) -> Result<(), Failure> {
    if recording.seen.is_none_or(|seen| seen == version) {
        return Ok(());
    }
    Err(Problem::new(Code::WrongVersion).detail(format!("it is at version \"v{version}\" now")).into())
}

fn by_another_name() -> Failure {
    let detail = "somebody of this id number is on the register by another name";
    let fault = Fault::new(Where::field("name"), "it is not the one on record");
    let hint = "check number and name; if the name on record is wrong, correct it";
    Problem::new(Code::Conflict)
        .rejection("registered_under_another_name")
        .detail(detail)
        .fault(fault.hint(hint))
        .into()
}

/// Of another school, restricted and erased are one answer.
fn elsewhere() -> Failure {
    let detail = "somebody of this id number is on the register, out of your reach";
    let fault = Fault::new(Where::field("citizen_id"), "it is on the register already");
    let hint = "ask about their qualification with POST /api/v1/verifications, for a stated purpose";
    Problem::new(Code::Conflict).rejection("registered_elsewhere").detail(detail).fault(fault.hint(hint)).into()
}
