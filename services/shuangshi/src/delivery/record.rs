//! Recording a delivery: every row becomes a command of the write model it belongs to.
//!
//! Rows about one thing are taken in order, different things at the same time, so that the log groups their commits.
//! A command's id is derived from what its row says – with the teacher's id in place of the citizen id number, which
//! must not be guessable from the log – so that handing a file in again records nothing twice. A row that was recorded
//! before is known only for as long as what it says still stands (`standing`).

mod sessions;
mod standing;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::future::Future;
use std::pin::Pin;

use contracts::Rejects;
use decider::Decider;
use eventlog::{Receipt, StreamId};
use events::{ImportEvent, OrganisationEvent, OrganisationProfile, SiteEvent, SiteProfile, TeacherEvent};
use futures_util::StreamExt;
use kernel::code::{CitizenId, SessionCode};
use kernel::vocabulary::{Employment, OrganisationKind};
use kernel::{CommandId, CorrelationId, Day, ImportId, OrganisationId, SiteId, TeacherId};
use practice::{placement, site};
use serde::Serialize;
use spreadsheet::RowFault;
use teachers::{organisation, teacher};
use training::import;
use vault::{Identity, VaultError};

use self::sessions::Attended;
use self::standing::Standing;
use super::marks::Marks;
use super::{Delivery, Numbered, Placed, PlacementOrder, SchoolRow, SiteRow, TeacherRow, breach_of, publish_packs};
use crate::outcome::Trouble;
use crate::registry::Registry;

/// So many things are recorded at the same time.
const AT_ONCE: usize = 64;

/// What became of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Rows that recorded something new.
    pub recorded: u64,
    /// Rows that were on record already.
    pub known: u64,
    /// Rows that were refused.
    pub refused: u64,
}

/// What became of a delivery.
#[derive(Debug, Serialize)]
pub struct Summary {
    /// The import that every event it caused names as its correlation.
    pub import: ImportId,
    /// By file.
    pub files: BTreeMap<&'static str, Tally>,
    /// The refused rows.
    #[serde(skip)]
    pub refused: Vec<RowFault>,
}

/// What became of a row.
type Outcome = (&'static str, u64, Result<bool, Trouble>);
type Work<'a> = Pin<Box<dyn Future<Output = Vec<Outcome>> + 'a>>;

/// Records a delivery that has been checked. `progress` hears of each row.
///
/// # Errors
/// When the registry fails: what was recorded until then stands, and the same files are handed in again.
pub async fn record(
    delivery: &Delivery,
    registry: &Registry,
    mut progress: impl FnMut(u64),
) -> Result<Summary, Trouble> {
    publish_packs(registry).await?;
    let import = delivery.import();
    let recorder = Recorder::of(delivery, registry, import).await?;
    recorder.import(import::Command::Receive { on: recorder.today, files: delivery.files.clone() }).await?;
    let mut summary = Summary { import, files: BTreeMap::new(), refused: Vec::new() };
    let mut failed = None;
    for stage in [recorder.places(delivery), recorder.people(delivery), recorder.doings(delivery)] {
        let mut outcomes = futures_util::stream::iter(stage).buffer_unordered(AT_ONCE);
        while failed.is_none()
            && let Some(rows) = outcomes.next().await
        {
            progress(rows.len() as u64);
            failed = rows.into_iter().filter_map(|row| summary.count(row)).next();
        }
    }
    // Also after a failure: whoever was put on the register before it is on it.
    let marked = recorder.marks.write(registry).await;
    failed.map_or(marked, Err)?;
    summary.refused.sort_by(|one, other| (&one.file, one.row).cmp(&(&other.file, other.row)));
    if summary.refused.is_empty() {
        let sum = |of: fn(&Tally) -> u64| summary.files.values().map(of).sum();
        let (recorded, known) = (sum(|tally| tally.recorded), sum(|tally| tally.known));
        recorder.import(import::Command::Confirm { on: recorder.today, recorded, known }).await?;
    }
    Ok(summary)
}

impl Summary {
    /// Counts what became of a row, and gives back what is no fault of the row's.
    fn count(&mut self, (file, row, outcome): Outcome) -> Option<Trouble> {
        let tally = self.files.entry(file).or_default();
        match outcome {
            Ok(true) => tally.recorded += 1,
            Ok(false) => tally.known += 1,
            Err(trouble @ Trouble::Failed(_)) => return Some(trouble),
            Err(trouble) => {
                tally.refused += 1;
                let why = trouble.to_string();
                self.refused.push(RowFault { file: file.to_owned(), row: Some(row), column: None, why });
            }
        }
        None
    }
}

/// Turns rows into commands.
struct Recorder<'a> {
    registry: &'a Registry,
    import: ImportId,
    today: Day,
    persons: HashMap<&'a CitizenId, TeacherId>,
    /// Of whom nothing more may be recorded.
    restricted: HashSet<TeacherId>,
    marks: Marks,
}

impl<'a> Recorder<'a> {
    async fn of(delivery: &'a Delivery, registry: &'a Registry, import: ImportId) -> Result<Self, Trouble> {
        let numbers: Vec<&CitizenId> = delivery.citizens();
        let owned: Vec<CitizenId> = numbers.iter().map(|number| (*number).clone()).collect();
        let persons = registry.app().vault().enrol(&owned, registry.app().clock().now()).await?;
        let persons = numbers.into_iter().zip(persons).collect();
        let restricted = registry.app().vault().restricted().await?.into_iter().collect();
        Ok(Self { registry, import, today: registry.today(), persons, restricted, marks: Marks::default() })
    }

    async fn import(&self, command: import::Command) -> Result<(), Trouble> {
        let stream = StreamId::of::<ImportEvent>(self.import.uuid());
        let name = format!("import|{}|{command:?}", self.import);
        self.carry_out::<import::Import>(&name, stream, vec![], command).await?;
        Ok(())
    }

    /// Whether the command recorded anything new. What it recorded before has to stand still.
    async fn command<D>(
        &self,
        name: &str,
        stream: StreamId,
        requires: Vec<StreamId>,
        command: D::Command,
        standing: &mut Standing<D>,
    ) -> Result<bool, Trouble>
    where
        D: Decider + 'static,
        D::Command: Clone + 'static,
        D::Rejection: Rejects,
    {
        let receipt = self.carry_out::<D>(name, stream.clone(), requires, command.clone()).await?;
        if receipt.replayed {
            standing.require(self.registry, &stream, &command).await?;
            return Ok(false);
        }
        let is_new = !receipt.events.is_empty();
        if is_new {
            standing.outdated();
        }
        Ok(is_new)
    }

    async fn carry_out<D>(
        &self,
        name: &str,
        stream: StreamId,
        requires: Vec<StreamId>,
        command: D::Command,
    ) -> Result<Receipt, Trouble>
    where
        D: Decider + 'static,
        D::Command: 'static,
        D::Rejection: Rejects,
    {
        let correlation = CorrelationId::new(self.import.uuid());
        self.registry.record::<D>(CommandId::derived(name), correlation, stream, requires, command).await
    }

    fn person(&self, number: &CitizenId) -> Result<TeacherId, Trouble> {
        let unknown = || Trouble::NotFound("nobody has this id number".to_owned());
        let person = self.persons.get(number).copied().ok_or_else(unknown)?;
        if self.restricted.contains(&person) { Err(VaultError::Restricted.into()) } else { Ok(person) }
    }

    /// Schools and sites, which others refer to.
    fn places<'b>(&'b self, delivery: &'b Delivery) -> Vec<Work<'b>> {
        let schools = delivery.schools.iter().map(|(row, school)| -> Work<'b> {
            Box::pin(async move { vec![("schools.csv", *row, self.school(school).await)] })
        });
        let sites = delivery.sites.iter().map(|(row, site)| -> Work<'b> {
            Box::pin(async move { vec![("sites.csv", *row, self.site(site).await)] })
        });
        schools.chain(sites).collect()
    }

    async fn school(&self, row: &SchoolRow) -> Result<bool, Trouble> {
        let id = OrganisationId::of_school(&row.code);
        let profile = OrganisationProfile {
            kind: OrganisationKind::School,
            name: row.name.clone(),
            school_code: Some(row.code.clone()),
            education_level: Some(row.level),
            division: row.division.clone(),
            reports_to: (row.province != row.division.province()).then_some(row.province),
        };
        let name = format!("school|{id}|{profile:?}");
        let command = organisation::Command::Register { on: self.today, profile };
        let stream = StreamId::of::<OrganisationEvent>(id.uuid());
        self.command::<organisation::Organisation>(&name, stream, vec![], command, &mut Standing::default()).await
    }

    async fn site(&self, row: &SiteRow) -> Result<bool, Trouble> {
        let id = SiteId::of_code(&row.code);
        let profile = SiteProfile {
            code: row.code.clone(),
            name: row.name.clone(),
            kind: row.kind,
            division: row.division.clone(),
            organiser: None,
            enterprise: None,
            specialties: vec![],
            demonstration: false,
        };
        let name = format!("site|{id}|{profile:?}|{:?}", row.period);
        let command = site::Command::Approve { profile, period: row.period, document: None };
        let stream = StreamId::of::<SiteEvent>(id.uuid());
        self.command::<site::Site>(&name, stream, vec![], command, &mut Standing::default()).await
    }

    /// People with their posts, credentials and breaches: one piece of work a person.
    fn people<'b>(&'b self, delivery: &'b Delivery) -> Vec<Work<'b>> {
        let mut files: BTreeMap<&CitizenId, PersonRows<'b>> = BTreeMap::new();
        for row in &delivery.teachers {
            files.entry(&row.1.citizen_id).or_default().posts.push(row);
        }
        for row in &delivery.credentials {
            files.entry(&row.1.citizen_id).or_default().credentials.push(row);
        }
        for row in &delivery.conduct {
            files.entry(&row.1.citizen_id).or_default().breaches.push(row);
        }
        let work = files.into_iter().map(|(number, rows)| -> Work<'b> { Box::pin(self.one_person(number, rows)) });
        work.collect()
    }

    async fn one_person(&self, number: &CitizenId, rows: PersonRows<'_>) -> Vec<Outcome> {
        let mut outcomes = Vec::new();
        let person = &mut Person { number, standing: Standing::default() };
        for (row, post) in rows.posts {
            outcomes.push(("teachers.csv", *row, self.post(person, post).await));
        }
        for (row, entry) in rows.credentials {
            let command = teacher::Command::RecordCredential(entry.credential.clone());
            let outcome = self.of_person(person, format!("credential|{:?}", entry.credential), vec![], command).await;
            outcomes.push(("credentials.csv", *row, outcome));
        }
        for (row, breach) in rows.breaches {
            let outcome = self.breach(person, breach.confirmed_on, breach.lifted_on).await;
            outcomes.push(("conduct.csv", *row, outcome));
        }
        outcomes
    }

    async fn of_person(
        &self,
        Person { number, standing }: &mut Person<'_>,
        name: String,
        requires: Vec<StreamId>,
        command: teacher::Command,
    ) -> Result<bool, Trouble> {
        let teacher = self.person(number)?;
        let stream = StreamId::of::<TeacherEvent>(teacher.uuid());
        self.command::<teacher::Teacher>(&format!("{teacher}|{name}"), stream, requires, command, standing).await
    }

    async fn post(&self, person: &mut Person<'_>, row: &TeacherRow) -> Result<bool, Trouble> {
        let teacher = self.person(person.number)?;
        let identity = Identity { name: row.name.clone(), citizen_id: Some(row.citizen_id.clone()) };
        let sealed = self.registry.app().vault().seal(teacher, &identity).await?;
        let register = teacher::Command::Register { on: self.today, identity: sealed };
        let registered = self.of_person(person, "register".to_owned(), vec![], register).await?;
        self.marks.note(teacher, registered.then_some(identity));
        let post = teacher::Post {
            school: OrganisationId::of_school(&row.school),
            staff_number: row.staff_number.clone(),
            employment: Employment::FullTime,
            role: row.role,
            specialty: row.specialty.clone(),
            education_level: None,
            period: row.period,
        };
        let (name, school) = (format!("post|{post:?}"), StreamId::of::<OrganisationEvent>(post.school.uuid()));
        let command = teacher::Command::RecordPost(post);
        Ok(self.of_person(person, name, vec![school], command).await? || registered)
    }

    async fn breach(&self, person: &mut Person<'_>, on: Day, lifted_on: Option<Day>) -> Result<bool, Trouble> {
        let confirm = teacher::Command::ConfirmBreach { on, document: None };
        let confirmed = self.of_person(person, format!("breach|{on}"), vec![], confirm).await?;
        let Some(lifted) = lifted_on else { return Ok(confirmed) };
        let breach = breach_of(self.registry, self.person(person.number)?, on).await?;
        let lift = teacher::Command::LiftBreach { breach, on: lifted };
        Ok(self.of_person(person, format!("lift|{on}|{lifted}"), vec![], lift).await? || confirmed)
    }

    /// Sessions with their rosters, and placements.
    fn doings<'b>(&'b self, delivery: &'b Delivery) -> Vec<Work<'b>> {
        let mut rosters: BTreeMap<&SessionCode, Vec<Attended<'b>>> = BTreeMap::new();
        for (row, entry) in &delivery.rosters {
            rosters.entry(&entry.session).or_default().push((*row, &entry.citizen_id, entry.hours));
        }
        let sessions = delivery.sessions.iter().map(|session| -> Work<'b> {
            let roster = rosters.remove(&session.1.code).unwrap_or_default();
            Box::pin(self.session(session, roster))
        });
        let mut work: Vec<Work<'b>> = sessions.collect();
        work.extend(delivery.placements.iter().map(|(row, placement)| -> Work<'b> {
            Box::pin(async move { vec![("placements.csv", *row, self.placement(placement).await)] })
        }));
        work
    }

    async fn placement(&self, row: &super::PlacementRow) -> Result<bool, Trouble> {
        let placed = Placed {
            teacher: self.person(&row.citizen_id)?,
            site: SiteId::of_code(&row.site),
            form: row.form,
            dates: row.dates,
            result: row.result,
        };
        let PlacementOrder { stream, requires, command, name } = placed.order(self.registry).await?;
        self.command::<placement::Placement>(&name, stream, requires, command, &mut Standing::default()).await
    }
}

/// The rows about one person.
#[derive(Default)]
struct PersonRows<'a> {
    posts: Vec<&'a Numbered<TeacherRow>>,
    credentials: Vec<&'a Numbered<super::CredentialRow>>,
    breaches: Vec<&'a Numbered<super::BreachRow>>,
}

/// Somebody whose rows are being recorded.
struct Person<'a> {
    number: &'a CitizenId,
    standing: Standing<teacher::Teacher>,
}

impl Delivery {
    /// Everybody named, once.
    fn citizens(&self) -> Vec<&CitizenId> {
        let posts = self.teachers.iter().map(|(_, row)| &row.citizen_id);
        let mut numbers: Vec<_> = posts.chain(self.referred().map(|(_, _, number)| number)).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }
}
