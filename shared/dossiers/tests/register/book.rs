//! A log that a test writes, and the read model that follows it.

use std::sync::Arc;

use dossiers::{DossierProjection, Dossiers, ListFilter, Listed, StatusFilter};
use eventlog::{Append, Context, EventLog, Expected, LogConfig, NewEvent, StreamId, Views, WorkerOptions};
use events::{
    Attendance, Credential, OrganisationEvent, OrganisationProfile, PackEvent, Programme, Sealed, SealedIdentity,
    SessionEvent, SiteEvent, SiteProfile, TeacherEvent,
};
use kernel::code::{Division, Province, SchoolCode, SessionCode, SiteCode, StaffNumber};
use kernel::vocabulary::{Capacity, CredentialKind, Employment, Mode, OrganisationKind, Role, SiteKind, Theme, Tier};
use kernel::{
    Actor, Agent, Clock, CommandId, CorrelationId, Day, DayRange, DomainEvent, EventId, Hours, Instant, Name,
    OrganisationId, PackId, Period, Reason, Scope, SessionId, SiteId, TeacherId,
};
use standards::Pack;
use testkit::InOneGo;

pub struct Book {
    pub log: EventLog,
    pub views: Views,
    written: usize,
    _folder: tempfile::TempDir,
}

pub fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

pub fn teacher(number: u128) -> TeacherId {
    TeacherId::new(uuid::Uuid::from_u128(number))
}

pub fn school(code: &str) -> OrganisationId {
    OrganisationId::of_school(&SchoolCode::parse(code).unwrap())
}

pub fn reason() -> Reason {
    Reason::parse("an invented reason").unwrap()
}

/// A page of so many, and the read model's pause as short as it may be.
fn options(page: u32) -> WorkerOptions {
    WorkerOptions { page, poll: std::time::Duration::from_millis(20), ..WorkerOptions::default() }
}

async fn follow(log: &EventLog, page: u32) -> Views {
    Views::start(log, vec![Arc::new(DossierProjection)], options(page)).await.unwrap()
}

impl Book {
    pub async fn open(page: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let now = Instant::parse("2026-11-22T08:00:00Z").unwrap();
        let log = EventLog::open(&LogConfig::sqlite(folder.path()), Clock::new(move || now)).await.unwrap();
        let views = follow(&log, page).await;
        Self { log, views, written: 0, _folder: folder }
    }

    /// Writes events to a stream for an organisation; answers their ids.
    pub async fn write<E: DomainEvent>(
        &mut self,
        id: uuid::Uuid,
        by: Option<OrganisationId>,
        events: &[E],
    ) -> Vec<EventId> {
        self.written += 1;
        self.request(&format!("request {}", self.written), id, by, events).await
    }

    async fn request<E: DomainEvent>(
        &self,
        request: &str,
        id: uuid::Uuid,
        by: Option<OrganisationId>,
        events: &[E],
    ) -> Vec<EventId> {
        let command = CommandId::derived(request);
        let actor = Actor { agent: Agent::parse("test").unwrap(), capacity: Capacity::Operator, organisation: by };
        let context =
            Context { command, actor, correlation: CorrelationId::new(command.uuid()), causation: None, key: None };
        let stream = StreamId::of::<E>(id);
        let new = |(index, event): (usize, &E)| NewEvent::of(&stream, EventId::of(command, index), event).unwrap();
        let events: Vec<_> = events.iter().enumerate().map(new).collect();
        let append = Append { context, expectations: vec![(stream.clone(), Expected::Any)], events };
        self.log.append(append).await.unwrap().events
    }

    pub async fn about(&mut self, teacher: TeacherId, events: &[TeacherEvent]) -> Vec<EventId> {
        self.write(teacher.uuid(), None, events).await
    }

    /// Merges one entry into another, or takes a merge back. The ids of what is written besides do not depend on it.
    pub async fn identify(&self, name: &str, keeper: TeacherId, event: TeacherEvent) -> EventId {
        self.request(&format!("identify {name}"), keeper.uuid(), None, &[event]).await[0]
    }

    /// Registers a school that lies in a division and reports to a provincial unit.
    pub async fn school(&mut self, code: &str, division: &str, reports_to: Option<&str>) -> OrganisationId {
        let profile = OrganisationProfile {
            kind: OrganisationKind::School,
            name: Name::parse("an invented school").unwrap(),
            school_code: Some(SchoolCode::parse(code).unwrap()),
            education_level: None,
            division: Division::parse(division).unwrap(),
            reports_to: reports_to.map(|code| Province::parse(code).unwrap()),
        };
        let event = OrganisationEvent::Registered { on: day("2010-01-01"), profile };
        self.write(school(code).uuid(), None, &[event]).await;
        school(code)
    }

    /// Publishes the basic pack of the nation, without which nobody stands anywhere.
    pub async fn pack(&mut self) {
        self.publish(standards::published().remove(0)).await;
    }

    /// Publishes a pack.
    pub async fn publish(&mut self, (pack, bytes): (Pack, &'static [u8])) -> PackId {
        let content = String::from_utf8(bytes.to_vec()).unwrap();
        let id = PackId::of_version(&pack.name, pack.version);
        let name = Name::parse(&pack.name).unwrap();
        self.write(
            id.uuid(),
            None,
            &[PackEvent::Published { on: day("2020-01-01"), name, version: pack.version, content }],
        )
        .await;
        id
    }

    /// Holds a session; answers the position at which it stands in the log.
    pub async fn session(&mut self, code: &str, roster: &[(TeacherId, u16)]) -> SessionId {
        let base = base();
        let code = SessionCode::parse(code).unwrap();
        let session = SessionId::of_code(base, &code);
        let programme = Programme {
            base,
            code,
            title: Name::parse("an invented programme").unwrap(),
            tier: Tier::City,
            theme: Theme::Digital,
            mode: Mode::FaceToFace,
            abroad: false,
            dates: DayRange::new(day("2024-03-11"), day("2024-03-13")).unwrap(),
            hours: Hours::whole(24),
        };
        let attended =
            |(teacher, hours): &(TeacherId, u16)| Attendance { teacher: *teacher, hours: Hours::whole(*hours) };
        let held = SessionEvent::Held { on: day("2024-03-13"), roster: roster.iter().map(attended).collect() };
        self.write(session.uuid(), None, &[SessionEvent::Scheduled(programme), held]).await;
        session
    }

    /// The read model as whoever has this scope sees it on a day, with everything that was written.
    pub async fn dossiers(&self, scope: Scope, today: &str) -> Dossiers {
        self.views.catch_up().await.unwrap();
        Dossiers::new(self.views.get(DossierProjection::NAME).unwrap(), scope, day(today))
    }

    /// The read model of whoever may see everything.
    pub async fn all(&self) -> Dossiers {
        self.dossiers(Scope::everything(), "2026-11-22").await
    }

    /// How far the log is.
    pub fn known(&self) -> u64 {
        self.log.head().at(0).0
    }

    /// Builds the read model again, page by page and in one go, and answers whether it holds the same bytes each time.
    pub async fn is_the_same_rebuilt(&mut self) -> bool {
        self.views.catch_up().await.unwrap();
        let before = self.digest().await;
        let by_pages = self.rebuilt().await;
        self.views.stop().await;
        let in_one_go = WorkerOptions { in_one_go_from: 1, pile: 8, ..options(1) };
        self.views = Views::start(&self.log, vec![Arc::new(InOneGo(DossierProjection))], in_one_go).await.unwrap();
        let in_one_go = self.rebuilt().await;
        self.with_pages_of(1).await;
        [by_pages, in_one_go] == [before; 2]
    }

    async fn digest(&self) -> [u8; 32] {
        self.views.get(DossierProjection::NAME).unwrap().digest().await.unwrap()
    }

    async fn rebuilt(&self) -> [u8; 32] {
        self.views.rebuild(DossierProjection::NAME, |_| {}).await.unwrap();
        self.views.catch_up().await.unwrap();
        self.digest().await
    }

    /// Ends the read model's workers and starts them anew, with another size of page.
    pub async fn with_pages_of(&mut self, page: u32) {
        self.views.stop().await;
        self.views = follow(&self.log, page).await;
    }
}

pub fn registered(number: u128) -> TeacherEvent {
    TeacherEvent::Registered { on: day("2012-01-01"), identity: identity(number) }
}

pub fn identity(number: u128) -> SealedIdentity {
    SealedIdentity { name: Sealed { suite: 1, blob: format!("sealed {number}") }, citizen_id: None }
}

pub fn post(school: OrganisationId, from: &str, last_day: Option<Day>) -> TeacherEvent {
    TeacherEvent::PostStarted {
        on: day(from),
        last_day,
        school,
        staff_number: StaffNumber::parse("007").unwrap(),
        employment: Employment::FullTime,
        role: Role::Specialised,
        specialty: None,
        education_level: None,
    }
}

/// The base that holds the sessions of the book.
pub fn base() -> SiteId {
    SiteId::new(uuid::Uuid::from_u128(77))
}

/// That base approved from a day on.
pub fn base_approved(from: &str) -> SiteEvent {
    SiteEvent::Approved {
        profile: SiteProfile {
            code: SiteCode::parse("B-77").unwrap(),
            name: Name::parse("an invented base").unwrap(),
            kind: SiteKind::TrainingBase,
            division: Division::parse("320100").unwrap(),
            organiser: None,
            enterprise: None,
            specialties: vec![],
            demonstration: false,
        },
        period: Period::new(day(from), None).unwrap(),
        document: None,
    }
}

pub fn certificate(obtained_on: &str) -> TeacherEvent {
    TeacherEvent::CredentialRecorded(Credential {
        kind: CredentialKind::TeacherCertificate,
        obtained_on: day(obtained_on),
        grade: None,
        rank: None,
        number: None,
        sealed_number: None,
    })
}

/// Everybody in the list, page by page.
pub async fn everybody(dossiers: &Dossiers, limit: u32) -> Vec<Listed> {
    let mut listed: Vec<Listed> = Vec::new();
    loop {
        let after = listed.last().map(|listed| listed.teacher);
        let on = day("2026-11-22");
        let filter = ListFilter { on, status: StatusFilter::All, area: String::new(), after, limit };
        let page = dossiers.list(&filter).await.unwrap();
        let last = page.len() < limit as usize;
        listed.extend(page);
        if last {
            return listed;
        }
    }
}
