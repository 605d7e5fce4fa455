//! `record`: a single fact.

use eventlog::{Receipt, StreamId};
use events::{Credential, OrganisationEvent, PackEvent, RecognitionEvent, TeacherEvent};
use kernel::vocabulary::Level;
use kernel::{CommandId, CorrelationId, Day, DayRange, Document, PackId, RecognitionId, SiteId, TeacherId};
use qualification::recognition::{Application, Command, Grant, Recognition};
use teachers::teacher;

use super::authority::{Authority, national_pack};
use crate::delivery::{Placed, PlacementOrder, breach_of};
use crate::line::{AuthorityLine, RecordFact, Setup};
use crate::outcome::{Trouble, say};
use crate::registry::Registry;

/// A decision to recognise somebody.
pub struct Decision {
    pub teacher: TeacherId,
    pub level: Level,
    pub authority: AuthorityLine,
    pub on: Day,
    pub review_due: Option<Day>,
    pub document: Option<Document>,
}

/// Records one fact and says what became of it.
pub async fn record(fact: RecordFact) -> Result<(), Trouble> {
    let registry = Registry::open(&setup_of(&fact).config).await?;
    let json = setup_of(&fact).json;
    let outcome = one(&registry, fact).await;
    registry.close().await;
    tell(&outcome?, json)
}

async fn one(registry: &Registry, fact: RecordFact) -> Result<Receipt, Trouble> {
    match fact {
        RecordFact::Credential { teacher, kind, obtained_on, grade, rank, .. } => {
            let credential = Credential { kind, obtained_on, grade, rank, number: None, sealed_number: None };
            let command = teacher::Command::RecordCredential(credential);
            of_teacher(registry, registry.teacher(&teacher).await?, command).await
        }
        RecordFact::Placement { teacher, site, from, to, form, result, .. } => {
            let teacher = registry.teacher(&teacher).await?;
            let dates = DayRange::new(from, to)?;
            let placed = Placed { teacher, site: SiteId::of_code(&site), form, dates, result };
            let PlacementOrder { stream, requires, command, name } = placed.order(registry).await?;
            let id = CommandId::derived(&name);
            registry.record::<practice::placement::Placement>(id, alone(id), stream, requires, command).await
        }
        RecordFact::Breach { teacher, on, lifted_on, .. } => {
            let teacher = registry.teacher(&teacher).await?;
            let confirm = teacher::Command::ConfirmBreach { on, document: None };
            let confirmed = of_teacher(registry, teacher, confirm).await?;
            let Some(lifted) = lifted_on else { return Ok(confirmed) };
            let breach = breach_of(registry, teacher, on).await?;
            of_teacher(registry, teacher, teacher::Command::LiftBreach { breach, on: lifted }).await
        }
        RecordFact::Void { teacher, fact, reason, .. } => {
            let command = teacher::Command::VoidFact { fact, on: registry.today(), reason };
            of_teacher(registry, registry.teacher(&teacher).await?, command).await
        }
        RecordFact::Recognition { teacher, level, authority, on, review_due, document, .. } => {
            let teacher = registry.teacher(&teacher).await?;
            recognise(registry, Decision { teacher, level, authority, on, review_due, document }).await
        }
        RecordFact::Revocation { recognition, on, reason, .. } => {
            let command = Command::Revoke { on, reason };
            of_recognition(registry, recognition, vec![], command).await
        }
    }
}

/// Records an application and its grant, and a body that is not on the register yet.
pub async fn recognise(registry: &Registry, decision: Decision) -> Result<Receipt, Trouble> {
    let Decision { teacher, level, authority, on, review_due, document } = decision;
    let (body, pack) = (Authority::find(registry, &authority).await?, national_pack(registry, on).await?);
    let body = body.put_on_the_register(registry).await?;
    let stream = StreamId::of::<OrganisationEvent>(body.uuid());
    let (pack, review) = (PackId::of_version(&pack.name, pack.version), pack.review);
    let id = RecognitionId::decided_on(teacher, level, on);
    let requires = [StreamId::of::<TeacherEvent>(teacher.uuid()), StreamId::of::<PackEvent>(pack.uuid())];
    let application = Application { on, teacher, level, pack, evidence: vec![] };
    of_recognition(registry, id, requires.to_vec(), Command::Apply(application)).await?;
    let review_due = review_due.unwrap_or_else(|| review.last_day(on));
    let evidence_position = registry.app().head().to_string();
    let grant = Grant { on, level, authority: body, review_due, evidence_position, cut_off: None, document };
    of_recognition(registry, id, vec![stream], Command::Grant(grant)).await
}

async fn of_teacher(registry: &Registry, teacher: TeacherId, command: teacher::Command) -> Result<Receipt, Trouble> {
    let stream = StreamId::of::<TeacherEvent>(teacher.uuid());
    let id = registry.new_command();
    registry.record::<teacher::Teacher>(id, alone(id), stream, vec![], command).await
}

async fn of_recognition(
    registry: &Registry,
    recognition: RecognitionId,
    requires: Vec<StreamId>,
    command: Command,
) -> Result<Receipt, Trouble> {
    let stream = StreamId::of::<RecognitionEvent>(recognition.uuid());
    let id = registry.new_command();
    registry.record::<Recognition>(id, alone(id), stream, requires, command).await
}

/// A command that belongs to nothing else.
fn alone(id: CommandId) -> CorrelationId {
    CorrelationId::new(id.uuid())
}

fn setup_of(fact: &RecordFact) -> &Setup {
    match fact {
        RecordFact::Credential { setup, .. }
        | RecordFact::Placement { setup, .. }
        | RecordFact::Breach { setup, .. }
        | RecordFact::Void { setup, .. }
        | RecordFact::Recognition { setup, .. }
        | RecordFact::Revocation { setup, .. } => setup,
    }
}

fn tell(receipt: &Receipt, json: bool) -> Result<(), Trouble> {
    let streams: Vec<String> = receipt.versions.iter().map(|(stream, _)| stream.to_string()).collect();
    if json {
        let body = serde_json::json!({
            "position": receipt.position.to_string(), "events": receipt.events, "streams": streams,
            "replayed": receipt.replayed,
        });
        say(&format!("{body}\n"))
    } else if receipt.events.is_empty() || receipt.replayed {
        say(&format!("on record already; the log stands at {}\n", receipt.position))
    } else {
        let events: Vec<String> = receipt.events.iter().map(ToString::to_string).collect();
        say(&format!("recorded as {} in {} at {}\n", events.join(", "), streams.join(", "), receipt.position))
    }
}
