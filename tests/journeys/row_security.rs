//! The second line: with the application's own conditions left out, PostgreSQL still shows nobody's rows to whoever may
//! not see the person. As a role that owns its tables and is neither superuser nor exempt, as in production.

use std::sync::Arc;

use dossiers::{DossierProjection, Dossiers, ListFilter, StatusFilter};
use eventlog::{
    Append, Context, EventLog, Expected, NewEvent, Projection, Row, SideStore, StreamId, View, Views, Within,
    WorkerOptions, args,
};
use events::{OrganisationEvent, OrganisationProfile, Sealed, SealedIdentity, TeacherEvent};
use kernel::code::{Division, SchoolCode, StaffNumber};
use kernel::vocabulary::{Capacity, Employment, OrganisationKind, Role};
use kernel::{
    Actor, Agent, CommandId, CorrelationId, Day, DomainEvent, EventId, Name, OrganisationId, Reach, Reason, Scope,
    TeacherId,
};
use testkit::Place;

/// Two schools of one province and one of another.
const SCHOOLS: [(&str, &str); 3] = [("4132010835", "320100"), ("4132020001", "320200"), ("4135010012", "350100")];
/// So many teachers at each.
const STAFF: usize = 4;
const TODAY: &str = "2026-11-22";

/// Statements with the application's condition on the scope left out, each with the teacher first.
const RAW: [&str; 13] = [
    "select teacher from person",
    "select teacher from entry",
    "select teacher from employed",
    "select teacher from stretch",
    "select teacher from visitor",
    "select teacher from session_member",
    "select teacher from placement",
    "select teacher from recognition",
    "select teacher from application",
    "select teacher from contradiction",
    "select teacher from contradiction_site",
    "select teacher from change",
    "select teacher from agent",
];
const LIST: &str = concat!(
    include_str!("../../shared/dossiers/src/sql/list.sql"),
    include_str!("../../shared/dossiers/src/sql/list_order.sql")
);

/// A register, and a way past it into its tables.
struct Register {
    place: Place,
    log: EventLog,
    views: Views,
    door: SideStore,
}

fn school(index: usize) -> OrganisationId {
    OrganisationId::of_school(&SchoolCode::parse(SCHOOLS[index].0).unwrap())
}

/// The teacher of this number at a school.
fn teacher(school: usize, number: usize) -> TeacherId {
    TeacherId::new(CommandId::derived(&format!("teacher {school} {number}")).uuid())
}

fn staff(school: usize) -> Vec<TeacherId> {
    let mut staff: Vec<_> = (0..STAFF).map(|number| teacher(school, number)).collect();
    staff.sort_unstable();
    staff
}

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn of_school(school: usize) -> String {
    format!("{TODAY}|o:{}", self::school(school))
}

impl Register {
    async fn open() -> Self {
        let place = Place::postgres().await;
        let door = SideStore::open(place.config(), "door", "select 1").await.unwrap();
        let log = place.open().await;
        assert_eq!(log.policies_hold().await.unwrap(), Some(true), "tests need an account that is not exempt");
        let views = Views::start(&log, vec![Arc::new(DossierProjection)], WorkerOptions::default()).await.unwrap();
        let register = Self { place, log, views, door };
        for (index, (code, division)) in SCHOOLS.iter().enumerate() {
            register.write(school(index).uuid(), &[registered_school(code, division)]).await;
            for number in 0..STAFF {
                register.write(teacher(index, number).uuid(), &employed(index)).await;
            }
        }
        register.views.catch_up().await.unwrap();
        register
    }

    async fn write<E: DomainEvent + std::fmt::Debug>(&self, id: uuid::Uuid, events: &[E]) {
        let command = CommandId::derived(&format!("{id} {events:?}"));
        let actor = Actor { agent: Agent::parse("test").unwrap(), capacity: Capacity::Operator, organisation: None };
        let context =
            Context { command, actor, correlation: CorrelationId::new(command.uuid()), causation: None, key: None };
        let stream = StreamId::of::<E>(id);
        let new = |(index, event): (usize, &E)| NewEvent::of(&stream, EventId::of(command, index), event).unwrap();
        let events = events.iter().enumerate().map(new).collect();
        let append = Append { context, expectations: vec![(stream.clone(), Expected::Any)], events };
        self.log.append(append).await.unwrap();
    }

    fn view(&self) -> View {
        self.views.get(DossierProjection::NAME).unwrap()
    }

    async fn close(self) {
        self.views.stop().await;
        self.log.close().await;
        self.door.close().await;
        drop(self.place);
    }
}

fn registered_school(code: &str, division: &str) -> OrganisationEvent {
    let profile = OrganisationProfile {
        kind: OrganisationKind::School,
        name: Name::parse("an invented school").unwrap(),
        school_code: Some(SchoolCode::parse(code).unwrap()),
        education_level: None,
        division: Division::parse(division).unwrap(),
        reports_to: None,
    };
    OrganisationEvent::Registered { on: day("2010-01-01"), profile }
}

fn employed(at: usize) -> [TeacherEvent; 2] {
    let name = Sealed { suite: 1, blob: "sealed".to_owned() };
    let post = TeacherEvent::PostStarted {
        on: day("2020-01-01"),
        last_day: None,
        school: school(at),
        staff_number: StaffNumber::parse("007").unwrap(),
        employment: Employment::FullTime,
        role: Role::Specialised,
        specialty: None,
        education_level: None,
    };
    let identity = SealedIdentity { name, citizen_id: None };
    [TeacherEvent::Registered { on: day("2012-01-01"), identity }, post]
}

/// Everybody named in the first column, each once.
fn named(rows: &[Row]) -> Vec<TeacherId> {
    let mut named: Vec<TeacherId> = rows.iter().map(|row| row.parse(0).unwrap()).collect();
    named.sort_unstable();
    named.dedup();
    named
}

/// The statement of the list, with no condition on the scope.
async fn unconditional_list(within: &Within) -> Vec<TeacherId> {
    let arguments = args![TODAY, "", 0, 0, 0, 0, 0, "", 1_000];
    named(&within.fetch(LIST, arguments).await.unwrap())
}

fn filter() -> ListFilter {
    ListFilter { on: day(TODAY), status: StatusFilter::All, area: String::new(), after: None, limit: 1_000 }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_the_application_s_conditions_left_out_no_foreign_row_is_shown() {
    let register = Register::open().await;
    let view = register.view();
    let own = view.within(of_school(0));
    assert_eq!(unconditional_list(&own).await, staff(0));
    for statement in RAW {
        let shown = named(&own.fetch(statement, args![]).await.unwrap());
        assert!(shown.iter().all(|one| staff(0).contains(one)), "{statement}");
        // Without a context, and within one that reaches nobody or is none, there is no row at all.
        assert!(view.fetch(statement, args![]).await.unwrap().is_empty(), "{statement}");
        for nobody in [TODAY, "", "no context", "2026-11-22|o:*", "**"] {
            assert!(view.within(nobody).fetch(statement, args![]).await.unwrap().is_empty(), "{statement} {nobody}");
        }
    }
    let persons = include_str!("../../shared/dossiers/src/sql/persons_in.sql");
    let asked = args![teacher(0, 0), teacher(1, 0)];
    assert_eq!(named(&own.fetch_in(persons, &asked, "").await.unwrap()), [teacher(0, 0)]);
    let province = unconditional_list(&view.within(format!("{TODAY}|p:32"))).await;
    assert_eq!(province.len(), 2 * STAFF);
    assert_eq!(unconditional_list(&view.within(format!("{TODAY}|c:32:320200"))).await, staff(1));
    assert_eq!(unconditional_list(&view.within(format!("{TODAY}|t:{}", teacher(2, 1)))).await, [teacher(2, 1)]);
    assert_eq!(unconditional_list(&view.within(Within::EVERYTHING)).await.len(), 3 * STAFF);
    // The control: what guards is the policy and nothing else, for the owner sees everybody where it is not forced.
    let person = format!("{}.person", generation(1));
    let unforced = format!("alter table {person} no force row level security");
    let everybody: &str = format!("select teacher from {person}").leak();
    assert!(register.door.fetch(everybody, args![]).await.unwrap().is_empty());
    register.door.execute(unforced.leak(), args![]).await.unwrap();
    assert_eq!(register.door.fetch(everybody, args![]).await.unwrap().len(), 3 * STAFF);
    register.close().await;
}

/// The schema of a generation of the dossiers.
fn generation(number: u32) -> String {
    format!("{}_v{}_g{number}", DossierProjection::NAME, DossierProjection.version())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_context_is_never_carried_over_to_the_next_question_of_a_connection() {
    let register = Register::open().await;
    let view = register.view();
    let everybody = 3 * STAFF;
    let asked = (0..1_000usize).map(|number| {
        let view = view.clone();
        async move {
            let (kind, at) = (number % 7, number % 3);
            let people = "select teacher from person";
            match kind {
                0 => assert!(view.fetch(people, args![]).await.unwrap().is_empty(), "{number}"),
                1 => assert_eq!(unconditional_list(&view.within(Within::EVERYTHING)).await.len(), everybody),
                // Given up half-way: what it leaves behind must not be shown to the next.
                2 => {
                    let within = view.within(Within::EVERYTHING);
                    let given_up =
                        tokio::time::timeout(std::time::Duration::from_micros(400), within.fetch(people, args![]));
                    drop(given_up.await);
                }
                _ => assert_eq!(unconditional_list(&view.within(of_school(at))).await, staff(at), "{number}"),
            }
        }
    });
    let tasks: Vec<_> = asked.map(tokio::spawn).collect();
    for task in tasks {
        task.await.unwrap();
    }
    register.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_table_with_rows_about_a_person_is_guarded_in_every_generation() {
    let register = Register::open().await;
    let before = register.view().digest().await.unwrap();
    register.views.rebuild(DossierProjection::NAME, |_| {}).await.unwrap();
    register.views.catch_up().await.unwrap();
    assert_eq!(register.view().digest().await.unwrap(), before);
    assert_eq!(unconditional_list(&register.view().within(of_school(2))).await, staff(2));
    let tables = format!(
        "
        select cast(n.nspname as text), cast(c.relname as text), c.relrowsecurity and c.relforcerowsecurity
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        join pg_attribute a on a.attrelid = c.oid and a.attname = 'teacher'
        where n.nspname in ('{}', '{}') and c.relkind = 'r' and c.relname not in ('present', 'alias')",
        generation(1),
        generation(2)
    );
    let tables = register.door.fetch(tables.leak(), args![]).await.unwrap();
    assert!(tables.len() >= RAW.len());
    for table in &tables {
        let (schema, name) = (table.text(0).unwrap(), table.text(1).unwrap());
        assert!(table.flag(2).unwrap(), "{schema}.{name}");
        assert!(RAW.iter().any(|statement| statement.ends_with(name)), "no raw statement asks {name}");
    }
    assert!(tables.iter().any(|table| table.text(0).unwrap() == generation(2)));
    register.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_application_s_answers_are_whole_behind_the_second_line() {
    let register = Register::open().await;
    let (keeper, other) = (teacher(0, 0), teacher(2, 0));
    let reason = Reason::parse("an invented reason").unwrap();
    register.write(keeper.uuid(), &[TeacherEvent::IdentitiesMerged { on: day(TODAY), other, reason }]).await;
    register.views.catch_up().await.unwrap();
    let scopes = [
        (Scope::of([Reach::Organisation(school(0))]), STAFF),
        (Scope::of([Reach::Organisation(school(2))]), STAFF),
        (Scope::of([Reach::Organisation(school(1))]), STAFF),
        (Scope::of([Reach::Person(other)]), 1),
        (Scope::everything(), 3 * STAFF - 1),
    ];
    for (index, (scope, people)) in scopes.into_iter().enumerate() {
        let dossiers = Dossiers::new(register.view(), scope, day(TODAY));
        let listed = dossiers.list(&filter()).await.unwrap();
        assert_eq!(listed.len(), people);
        let listed: Vec<TeacherId> = listed.iter().map(|one| one.teacher).collect();
        assert_eq!(dossiers.everybody("", None, 1_000).await.unwrap(), listed);
        let everybody: Vec<TeacherId> = (0..3).flat_map(staff).filter(|one| *one != other).collect();
        let at_once = dossiers.dossiers(&everybody, u64::MAX).await.unwrap();
        assert_eq!(at_once.into_keys().collect::<Vec<_>>(), listed);
        let known = dossiers.dossier(other, u64::MAX).await.unwrap();
        let posts = known.map(|dossier| (dossier.teacher, dossier.facts.posts.len(), dossier.employed.len()));
        assert_eq!(posts.ok(), if index == 2 { None } else { Some((keeper, 2, 2)) });
    }
    register.close().await;
}
