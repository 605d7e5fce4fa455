//! What a list costs: a thousand dossiers one by one and at once, and the verification of ten thousand people over HTTP.
//!
//! Everybody has a post, two credentials, a completed practice at one of ten stations and ten trainings. The list is asked
//! by the HR of their school as a workbook and as CSV, with what changed since a day, and comes back as a workbook and as
//! JSON. Memory is the peak of this process, which is client and server at once, before and after. One run, on SQLite;
//! `--people N` asks for another number.

use std::time::{Duration, Instant};

use dossiers::{DossierProjection, Dossiers};
use eventlog::{Append, Context, Expected, NewEvent, StreamId};
use events::{
    Attendance, Credential, PlacementEvent, Programme, Sealed, SealedIdentity, SessionEvent, SiteEvent, SiteProfile,
    TeacherEvent,
};
use kernel::code::{CitizenId, Division, SessionCode, SiteCode, StaffNumber};
use kernel::vocabulary::{
    Capacity, CredentialKind, Employment, Mode, PracticeForm, PracticeResult, Role, SiteKind, SkillGrade, Theme, Tier,
};
use kernel::{
    Actor, Agent, CommandId, CorrelationId, Day, DayRange, DomainEvent, EventId, Hours, Name, OrganisationId, Period,
    PlacementId, Scope, SessionId, SiteId, TeacherId,
};
use serde_json::json;
use spreadsheet::{Book, Cell};
use testkit::{Place, TestApp};

const PACK: &str = include_str!("../../../shared/standards/data/national-basic.v1.json");
const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// So many events are appended at once.
const AT_ONCE: usize = 500;

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let asked = arguments.iter().skip_while(|argument| *argument != "--people").nth(1);
    let people = asked.map_or(Ok(10_000), |number| number.parse())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(measure(people))
}

async fn measure(people: usize) -> Outcome<()> {
    let app = TestApp::start(Place::sqlite(), shuangshi::services()).await;
    let numbers = (0..people).map(number).collect::<Outcome<Vec<_>>>()?;
    let (school, teachers) = registered(&app, &numbers).await?;
    app.running().app().views().catch_up().await?;
    let thousand = &teachers[..teachers.len().min(1_000)];
    let view = app.running().app().views().get(DossierProjection::NAME)?;
    let dossiers = Dossiers::new(view, Scope::everything(), app.running().app().today());
    let known = dossiers.position().at(0).0;
    let began = Instant::now();
    for teacher in thousand {
        dossiers.dossier(*teacher, known).await?.map_err(|_| "a teacher is gone")?;
    }
    row("1,000 dossiers, one by one", began.elapsed(), 0);
    let began = Instant::now();
    let found = dossiers.dossiers(thousand, known).await?;
    row("1,000 dossiers, at once", began.elapsed(), found.len());

    let hr = app.account("hr", Capacity::SchoolHr, Some(&school.to_string())).await;
    let before = peak_kilobytes()?;
    let mut book = Book::new(Day::parse("2026-11-22")?)?;
    book.sheet("list", &[("citizen_id", 20.0)])?;
    for number in &numbers {
        book.row(&[Cell::Text(number.as_str())])?;
    }
    let lines: Vec<&str> = numbers.iter().map(CitizenId::as_str).collect();
    let csv = format!("citizen_id\n{}\n", lines.join("\n")).into_bytes();
    let forms = [(WORKBOOK, WORKBOOK, book.finish()?), ("text/csv", "application/json", csv)];
    for (sent, wanted, body) in forms {
        let path = "/api/v1/verifications/lists?as_of=2023-06-30&changed_since=2022-01-01";
        let request = hr.request(reqwest::Method::POST, path).header("Purpose", "verification");
        let request = request.header("Content-Type", sent).header("Accept", wanted).body(body);
        let began = Instant::now();
        let answer = request.send().await?.error_for_status()?.bytes().await?;
        row(
            &format!("a list of {people} to {}", if wanted == WORKBOOK { "a workbook" } else { "JSON" }),
            began.elapsed(),
            answer.len(),
        );
    }
    println!("peak of the process: {before} kB before the lists, {} kB after", peak_kilobytes()?);
    app.stop().await;
    Ok(())
}

fn row(what: &str, took: Duration, size: usize) {
    println!("{what:<40} {:>10.3} s  {size:>12}", took.as_secs_f64());
}

/// The most memory that this process has had, as Linux counts it.
fn peak_kilobytes() -> Outcome<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmHWM")).ok_or("no peak is told")?;
    Ok(line.split_whitespace().nth(1).ok_or("no peak is told")?.parse()?)
}

/// An invented id number with a true check digit.
fn number(index: usize) -> Outcome<CitizenId> {
    let (day, serial) = (index / 900 + 1, index % 900 + 100);
    let body = format!("3201021981{:02}{:02}{serial:03}", day / 28 + 1, day % 28 + 1);
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 =
        body.chars().filter_map(|digit| digit.to_digit(10)).zip(weights).map(|(one, weight)| one * weight).sum();
    let check = ["1", "0", "X", "9", "8", "7", "6", "5", "4", "3", "2"][sum as usize % 11];
    Ok(CitizenId::parse(&format!("{body}{check}"))?)
}

/// A school with everybody on its staff.
async fn registered(app: &TestApp, numbers: &[CitizenId]) -> Outcome<(OrganisationId, Vec<TeacherId>)> {
    app.write("/api/v1/rule-packs", &json!({ "on": "2015-01-01", "content": PACK })).await.expect(201);
    let profile = json!({
        "kind": "school", "name": "示例学校", "school_code": "4132010835", "education_level": "higher",
        "division": "320100",
    });
    let school = app.write("/api/v1/organisations", &json!({ "on": "2010-09-01", "profile": profile })).await.id();
    let school = OrganisationId::parse(&school)?;
    let teachers = app.running().app().vault().enrol(numbers, app.running().app().clock().now()).await?;
    let stations: Vec<SiteId> =
        (0..10).map(|index| SiteId::new(CommandId::derived(&format!("s{index}")).uuid())).collect();
    let mut log = Appending { app, streams: Vec::new(), events: Vec::new(), appended: 0 };
    for (index, station) in stations.iter().enumerate() {
        log.add(station.uuid(), &[approved(index)?]).await?;
    }
    for (index, teacher) in teachers.iter().enumerate() {
        log.add(teacher.uuid(), &facts(index, school)?).await?;
        let placement = PlacementId::new(CommandId::derived(&format!("p{index}")).uuid());
        let (on, last_day) = (Day::parse("2022-07-01")?, Day::parse("2022-12-31")?);
        let site = stations[index % stations.len()];
        let started =
            PlacementEvent::Started { on, teacher: *teacher, site, enterprise: None, form: PracticeForm::Post };
        let completed = PlacementEvent::Completed { last_day, result: PracticeResult::Pass };
        log.add(placement.uuid(), &[started, completed]).await?;
    }
    for (round, station) in stations.iter().enumerate() {
        for (group, roster) in teachers.chunks(200).enumerate() {
            let code = SessionCode::parse(&format!("T{round}-{group}"))?;
            let session = SessionId::of_code(*station, &code);
            log.add(session.uuid(), &held(*station, code, round, roster)?).await?;
        }
    }
    log.flush().await?;
    Ok((school, teachers))
}

fn approved(index: usize) -> Outcome<SiteEvent> {
    let profile = SiteProfile {
        code: SiteCode::parse(&format!("S-{index}"))?,
        name: Name::parse("示例流动站")?,
        kind: SiteKind::PracticeStation,
        division: Division::parse("320100")?,
        organiser: None,
        enterprise: None,
        specialties: vec![],
        demonstration: false,
    };
    let period = Period::new(Day::parse("2018-01-01")?, None)?;
    Ok(SiteEvent::Approved { profile, period, document: None })
}

fn facts(index: usize, school: OrganisationId) -> Outcome<[TeacherEvent; 4]> {
    let sealed = Sealed { suite: 1, blob: "sealed".to_owned() };
    let credential = |kind, grade| -> Outcome<TeacherEvent> {
        let obtained_on = Day::parse("2019-06-01")?;
        let credential = Credential { kind, obtained_on, grade, rank: None, number: None, sealed_number: None };
        Ok(TeacherEvent::CredentialRecorded(credential))
    };
    let post = TeacherEvent::PostStarted {
        on: Day::parse("2019-09-01")?,
        last_day: None,
        school,
        staff_number: StaffNumber::parse(&format!("{index:09}"))?,
        employment: Employment::FullTime,
        role: Role::Specialised,
        specialty: None,
        education_level: None,
    };
    let identity = SealedIdentity { name: sealed, citizen_id: None };
    Ok([
        TeacherEvent::Registered { on: Day::parse("2019-09-01")?, identity },
        post,
        credential(CredentialKind::TeacherCertificate, None)?,
        credential(CredentialKind::SkillGrade, Some(SkillGrade::try_from(3)?))?,
    ])
}

fn held(base: SiteId, code: SessionCode, round: usize, roster: &[TeacherId]) -> Outcome<[SessionEvent; 2]> {
    let day = |last: u8| Day::parse(&format!("2022-{:02}-{last:02}", round + 1));
    let programme = Programme {
        base,
        code,
        title: Name::parse("教师能力提升")?,
        tier: Tier::National,
        theme: Theme::Specialty,
        mode: Mode::FaceToFace,
        abroad: false,
        dates: DayRange::new(day(1)?, day(5)?)?,
        hours: Hours::whole(40),
    };
    let attended = |teacher: &TeacherId| Attendance { teacher: *teacher, hours: Hours::whole(40) };
    let held = SessionEvent::Held { on: day(5)?, roster: roster.iter().map(attended).collect() };
    Ok([SessionEvent::Scheduled(programme), held])
}

/// Events on their way to the log, some hundreds at a time.
struct Appending<'a> {
    app: &'a TestApp,
    streams: Vec<(StreamId, Expected)>,
    events: Vec<NewEvent>,
    appended: usize,
}

impl Appending<'_> {
    /// The command of the append that is being put together.
    fn command(&self) -> CommandId {
        CommandId::derived(&format!("append {}", self.appended))
    }

    async fn add<E: DomainEvent>(&mut self, id: uuid::Uuid, events: &[E]) -> Outcome<()> {
        let stream = StreamId::of::<E>(id);
        for event in events {
            let id = EventId::of(self.command(), self.events.len());
            self.events.push(NewEvent::of(&stream, id, event)?);
        }
        self.streams.push((stream, Expected::Any));
        if self.events.len() >= AT_ONCE { self.flush().await } else { Ok(()) }
    }

    async fn flush(&mut self) -> Outcome<()> {
        let command = self.command();
        self.appended += 1;
        let actor = Actor { agent: Agent::parse("bench")?, capacity: Capacity::Operator, organisation: None };
        let context =
            Context { command, actor, correlation: CorrelationId::new(command.uuid()), causation: None, key: None };
        let events = std::mem::take(&mut self.events);
        let expectations = std::mem::take(&mut self.streams);
        self.app.running().app().log().append(Append { context, expectations, events }).await?;
        Ok(())
    }
}
