//! Checking a batch: whom every row is about, whether they lie within reach, and whether the rules allow it.

use std::collections::BTreeSet;

use access::Object;
use contracts::Rejects;
use dossiers::{DossierProjection, Dossiers};
use eventlog::{Recorded, StreamId, Version};
use events::{OrganisationEvent, PackEvent, RecognitionEvent};
use futures_util::{StreamExt, TryStreamExt};
use host::{App, AtLeast, Failure};
use kernel::vocabulary::Level;
use kernel::{CommandId, Day, DomainEvent, EventId, OrganisationId, PackId, RecognitionId, TeacherId};
use standards::Pack;

use super::{Batch, BatchFault, Checked, Deciding, MOST_DECISIONS, Outcome, Planned, Unchecked, Verdict, asked_for};
use crate::pack::{RulePack, read_beside};
use crate::recognition::{Application, Basis, Command, Grant, Recognition, Rejection, State};
use decider::Decider;

/// So many rows are looked up at once.
const AT_ONCE: usize = 16;

/// What is said to whoever names what is not there, or lies out of their reach: nobody can tell which.
const UNKNOWN: &str = "there is no such thing on the register within your reach";

/// Checks every row of a batch. A row that this very command has recorded before has no fault, whatever has happened
/// to the recognition since.
///
/// # Errors
/// All faults, or why it cannot be checked.
pub async fn check(
    app: &App,
    deciding: Deciding<'_>,
    batch: &Batch,
    command: Option<CommandId>,
) -> Result<Checked, Unchecked> {
    if batch.decisions.is_empty() || batch.decisions.len() > MOST_DECISIONS {
        let why = "a batch has 1 to 2,000 decisions".to_owned();
        return Err(Unchecked::Faults(vec![BatchFault { index: None, field: "decisions", why }]));
    }
    // Who is asked about, and what was applied for, may have been recorded a moment ago.
    app.rights_caught_up().await?;
    let view = app.fresh(DossierProjection::NAME, &AtLeast(Some(app.head()))).await?;
    let dossiers = Dossiers::new(view, deciding.scope(), deciding.today());
    let school = deciding.school();
    let (review_due, mut faults) = terms(app, school, batch, &dossiers).await?;
    let evidence_position = app.head().to_string();
    let checking = Checking { app, deciding, batch, review_due, school, evidence_position, dossiers, command };
    let rows = futures_util::stream::iter(batch.decisions.iter().enumerate());
    let rows: Vec<Result<Planned, BatchFault>> =
        rows.map(|(index, verdict)| checking.row(index, verdict)).buffered(AT_ONCE).try_collect().await?;
    let (mut planned, mut named) = (Vec::with_capacity(rows.len()), BTreeSet::new());
    for row in rows {
        match row {
            Ok(row) if named.insert(row.recognition) => planned.push(row),
            Ok(row) => faults.push(at(row.index, "recognition", "it is decided twice in this batch")),
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() {
        Ok(Checked { authority: batch.authority, pack: batch.pack, rows: planned })
    } else {
        Err(Unchecked::Faults(faults))
    }
}

/// When its grants are to be reviewed, and what is wrong with the batch as a whole, for a school or for an authority.
async fn terms(
    app: &App,
    school: Option<OrganisationId>,
    batch: &Batch,
    dossiers: &Dossiers,
) -> Result<(Day, Vec<BatchFault>), Failure> {
    let mut faults = Vec::new();
    let mut fault = |field, why: &str| faults.push(BatchFault { index: None, field, why: why.to_owned() });
    let authority = StreamId::of::<OrganisationEvent>(batch.authority.uuid());
    if app.log().read_stream(&authority, Version::NONE, 1).await?.is_empty() {
        fault("authority", "there is no such organisation on the register");
    }
    if batch.cut_off.is_some_and(|cut_off| cut_off > batch.on) {
        fault("cut_off", &Rejection::CutOffAfterDecision.to_string());
    }
    let pack = StreamId::of::<PackEvent>(batch.pack.uuid());
    let (state, _) = app.log().load::<RulePack>(&pack).await?;
    let published = dossiers.rulebook(u64::MAX).await.map_err(Failure::from)?;
    let Some(Ok(pack)) = state.on(batch.on).map(|content| read_beside(content, &published)) else {
        fault("pack", "there is no such pack, or it has been retired by that day");
        return Ok((batch.on.next(), faults));
    };
    if school.is_some() && !pack.schools_recognise {
        fault("pack", "it leaves it to authorities to recognise");
    }
    let review_due = batch.review_due.unwrap_or_else(|| pack.review.last_day(batch.on));
    if review_due > batch.on.plus_years(pack.review.validity_years) {
        fault("review_due", &format!("the pack has recognitions reviewed after {} years", pack.review.validity_years));
    }
    Ok((review_due, faults))
}

/// What rows are checked against.
struct Checking<'a> {
    app: &'a App,
    deciding: Deciding<'a>,
    batch: &'a Batch,
    review_due: Day,
    /// The school that decides, where one does.
    school: Option<OrganisationId>,
    evidence_position: String,
    dossiers: Dossiers,
    command: Option<CommandId>,
}

impl Checking<'_> {
    async fn row(&self, index: usize, verdict: &Verdict) -> Result<Result<Planned, BatchFault>, Failure> {
        let fault = |field, why: &str| Ok(Err(at(index, field, why)));
        let (object, field) = match (verdict.recognition, verdict.teacher) {
            (Some(recognition), None) => (Object::Recognition(recognition), "recognition"),
            (None, Some(teacher)) => (Object::Teacher(teacher), "teacher"),
            _ => return fault("recognition", "name either a recognition or a teacher with a level"),
        };
        if verdict.outcome == Outcome::Refused && verdict.reason.is_none() {
            return fault("reason", "a refusal says why");
        }
        let Some(subject) = self.deciding.place(self.app, &object).await?.and_then(|place| place.subject) else {
            return fault(field, UNKNOWN);
        };
        if self.deciding.person() == Some(subject) {
            return fault(field, "nobody decides about themself");
        }
        let recognition = match (verdict.recognition, verdict.teacher, verdict.level) {
            (Some(recognition), ..) => recognition,
            (None, Some(teacher), _) if teacher != subject => {
                return fault(field, &format!("the person goes by {subject} now"));
            }
            (None, _, Some(level)) => match self.application_of(verdict, subject, level).await? {
                Ok(recognition) => recognition,
                Err(why) => return fault(field, why),
            },
            (None, _, None) => return fault("level", "say which of the teacher's applications it is about"),
        };
        self.planned(index, verdict, subject, recognition).await
    }

    /// The application of a teacher at a level: the one that this decision was made on already, else the one that is
    /// open; for whoever may apply for them, else a new one.
    async fn application_of(
        &self,
        verdict: &Verdict,
        teacher: TeacherId,
        level: Level,
    ) -> Result<Result<RecognitionId, &'static str>, Failure> {
        let mut open = Vec::new();
        for (recognition, applied, is_open) in self.dossiers.applications_of(teacher).await? {
            if applied != level {
                continue;
            }
            let history = self.history(recognition).await?;
            let said = decided(&folded(&history)?, &[self.decision(verdict, level)]);
            if self.is_done(&history) || said.is_ok_and(|events| events.is_empty()) {
                return Ok(Ok(recognition));
            }
            open.extend(is_open.then_some(recognition));
        }
        Ok(match open[..] {
            [recognition] => Ok(recognition),
            [] if self.deciding.applies() => Ok(RecognitionId::decided_on(teacher, level, self.batch.on)),
            [] => Err("the teacher has no open application at this level"),
            _ => Err("the teacher has several open applications at this level; name the recognition"),
        })
    }

    /// Whether this very batch has recorded its row here.
    fn is_done(&self, history: &[Recorded]) -> bool {
        history.iter().any(|event| Some(event.command) == self.command)
    }

    async fn planned(
        &self,
        index: usize,
        verdict: &Verdict,
        teacher: TeacherId,
        recognition: RecognitionId,
    ) -> Result<Result<Planned, BatchFault>, Failure> {
        let history = self.history(recognition).await?;
        let version = Version(history.len() as u64);
        let state = folded(&history)?;
        let row = Planned { index, recognition, teacher, version, commands: Vec::new(), events: Vec::new() };
        if self.is_done(&history) {
            return Ok(Ok(row));
        }
        let field = if verdict.teacher.is_some() { "teacher" } else { "recognition" };
        if asked_for(&self.deciding.actor(), &history) {
            return Ok(Err(at(index, field, "whoever applied or appealed does not decide on it")));
        }
        if let Some(why) = self.not_theirs(teacher, &history).await? {
            return Ok(Err(at(index, field, why)));
        }
        let applied = match state.record().map(|record| &record.basis) {
            Some(Basis::Application(application)) => application.clone(),
            Some(Basis::Legacy(_)) => {
                return Ok(Err(at(index, field, "it stands on older rules and was never applied for")));
            }
            None => self.application(teacher, verdict.level.unwrap_or(Level::Junior)),
        };
        if applied.pack != self.batch.pack {
            return Ok(Err(at(index, field, "it was applied for by another pack than the batch names")));
        }
        let mut commands = Vec::new();
        if state.record().is_none() {
            commands.push(Command::Apply(applied.clone()));
        }
        commands.push(self.decision(verdict, applied.level));
        Ok(match decided(&state, &commands) {
            Ok(events) => Ok(Planned { commands, events, ..row }),
            Err(rejection) => Err(at(index, field_of(rejection, field), &rejection.to_string())),
        })
    }

    /// Why a school does not decide on an application, if it does not. The pack that lets it is the one that judges the teacher there,
    /// not any by which somebody may have applied; and what was appealed against has left its hands.
    async fn not_theirs(&self, teacher: TeacherId, history: &[Recorded]) -> Result<Option<&'static str>, Failure> {
        let Some(school) = self.school else { return Ok(None) };
        if history.iter().any(|event| event.kind == "appeal_resolved") {
            return Ok(Some("after an appeal the authority decides"));
        }
        let Ok(dossier) = self.dossiers.dossier(teacher, u64::MAX).await? else { return Ok(Some(UNKNOWN)) };
        let is_named = |pack: &Pack| PackId::of_version(&pack.name, pack.version) == self.batch.pack;
        let judges = |on| dossier.judging_at(school, on).any(is_named);
        let is_theirs = judges(self.batch.on) && judges(self.deciding.today());
        Ok((!is_theirs).then_some("it is not this pack that judges the teacher at the school, on that day or today"))
    }

    /// An application on the batch's own day.
    fn application(&self, teacher: TeacherId, level: Level) -> Application {
        Application { on: self.batch.on, teacher, level, pack: self.batch.pack, evidence: Vec::new() }
    }

    fn decision(&self, verdict: &Verdict, applied: Level) -> Command {
        let Batch { on, authority, cut_off, document, .. } = self.batch;
        match (verdict.outcome, &verdict.reason) {
            (Outcome::Refused, Some(reason)) => {
                Command::Refuse { on: *on, authority: *authority, reason: reason.clone() }
            }
            _ => Command::Grant(Grant {
                on: *on,
                level: verdict.level.unwrap_or(applied),
                authority: *authority,
                review_due: self.review_due,
                evidence_position: self.evidence_position.clone(),
                cut_off: *cut_off,
                document: document.clone(),
            }),
        }
    }

    async fn history(&self, recognition: RecognitionId) -> Result<Vec<Recorded>, Failure> {
        let stream = StreamId::of::<RecognitionEvent>(recognition.uuid());
        Ok(self.app.log().read_stream(&stream, Version::NONE, u32::MAX).await?)
    }
}

/// What a recognition's events add up to.
pub(crate) fn folded(history: &[Recorded]) -> Result<State, Failure> {
    let mut state = State::default();
    for recorded in history.iter().filter(|recorded| recorded.stream.category() == RecognitionEvent::CATEGORY) {
        Recognition::evolve(&mut state, &recorded.event()?, recorded.id);
    }
    Ok(state)
}

/// What commands that follow each other lead to.
pub(super) fn decided(state: &State, commands: &[Command]) -> Result<Vec<RecognitionEvent>, Rejection> {
    let (mut state, mut events) = (state.clone(), Vec::new());
    for command in commands {
        for event in Recognition::decide(&state, command)? {
            let id = EventId::of(CommandId::derived("a row of a batch"), events.len());
            Recognition::evolve(&mut state, &event, id);
            events.push(event);
        }
    }
    Ok(events)
}

fn at(index: usize, field: &'static str, why: &str) -> BatchFault {
    BatchFault { index: Some(index), field, why: why.to_owned() }
}

/// The field of the row that a rejection is about.
fn field_of(rejection: Rejection, otherwise: &'static str) -> &'static str {
    match rejection.field().as_deref() {
        Some("level") => "level",
        Some("reason") => "reason",
        _ => otherwise,
    }
}
