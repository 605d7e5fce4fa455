//! The demo registry: an invented delivery, some recognitions and a team, recorded through the front of the log.

use std::collections::BTreeMap;

use dossiers::{ListFilter, Listed, StatusFilter};
use eventlog::StreamId;
use events::{AccountEvent, OrganisationEvent, OrganisationProfile, TeacherEvent, TeamEvent, TeamProfile};
use kernel::code::{Division, SchoolCode, StaffNumber};
use kernel::vocabulary::{AccountKind, Capacity, EducationLevel, Level, OrganisationKind, TeamKind, TeamRole, Tier};
use kernel::{AccountId, Agent, CommandId, CorrelationId, Day, Name, OrganisationId, TeacherId, TeamId};
use teachers::organisation;
use teams::team;

use crate::commands::account;
use crate::commands::record::{Decision, recognise};
use crate::delivery::{self, Delivery, FILES};
use crate::line::AuthorityLine;
use crate::outcome::Trouble;
use crate::registry::Registry;

macro_rules! samples {
    ($($name:literal),+) => {
        [$(($name, include_bytes!(concat!("../../../tests/data/samples/", $name)).as_slice())),+]
    };
}

/// The sample delivery of three invented schools; the same files that the tests read.
const SAMPLES: [(&str, &[u8]); FILES.len()] = samples!(
    "schools.csv",
    "sites.csv",
    "teachers.csv",
    "credentials.csv",
    "sessions.csv",
    "rosters.csv",
    "placements.csv",
    "conduct.csv"
);

/// The password of every account of the demo registry.
pub const PASSWORD: &str = "try-out-the-register";

/// Whether nobody has recorded anything but the rule packs that come with the program.
pub async fn is_untouched(registry: &Registry) -> Result<bool, Trouble> {
    Ok(registry.app().head().events() <= standards::published().len() as u64)
}

/// Whether the demo registry is on record, with its accounts.
pub async fn is_there(registry: &Registry) -> Result<bool, Trouble> {
    let account = AccountId::of_agent(&Agent::parse("demo-operator")?);
    registry.exists(&StreamId::of::<AccountEvent>(account.uuid())).await
}

/// Records the demo registry.
pub async fn record(registry: &Registry) -> Result<(), Trouble> {
    let files: BTreeMap<String, Vec<u8>> =
        SAMPLES.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec())).collect();
    let delivery = Delivery::read(&files).map_err(Trouble::BadInput)?;
    delivery::record(&delivery, registry, |_| {}).await?;
    let eligible = eligible(registry).await?;
    // Two of three who could be are recognised, so that the lists of the tour all have somebody in them.
    for (_, teacher) in eligible.iter().enumerate().filter(|(index, _)| index % 3 != 2) {
        let decision = Decision {
            teacher: *teacher,
            level: Level::Junior,
            authority: AuthorityLine {
                authority: Name::parse("示例省双师型教师认定专家委员会")?,
                division: Some(Division::parse("320000")?),
            },
            on: Day::parse("2024-07-01")?,
            review_due: None,
            document: None,
        };
        recognise(registry, decision).await?;
    }
    team(registry, &eligible).await?;
    accounts(registry, &eligible).await
}

/// Accounts to try the registry with, one a role. Everybody who reads this knows their password: they are for a registry
/// of invented people on one's own machine.
async fn accounts(registry: &Registry, eligible: &[TeacherId]) -> Result<(), Trouble> {
    let authority = "示例江苏省教育厅";
    department(registry, authority).await?;
    let held = [
        ("demo-operator", Capacity::Operator, None),
        ("demo-second", Capacity::Operator, None),
        ("demo-ministry", Capacity::Ministry, None),
        ("demo-auditor", Capacity::Auditor, None),
        ("demo-province", Capacity::ProvincialAuthority, Some(authority)),
        ("demo-hr", Capacity::SchoolHr, Some("4132010835")),
        ("demo-clerk", Capacity::BaseClerk, Some("B-JS-01")),
    ];
    let from = Day::parse("2020-01-01")?;
    for (agent, role, at) in held {
        let agent = Agent::parse(agent)?;
        account::open(registry, &agent, AccountKind::Person, None).await?;
        account::grant(registry, &agent, role, &account::held_from(at, from)).await?;
        account::set_password(registry, &agent, PASSWORD).await?;
    }
    let agent = Agent::parse("demo-teacher")?;
    account::open(registry, &agent, AccountKind::Person, eligible.first().copied()).await?;
    account::set_password(registry, &agent, PASSWORD).await
}

/// An invented provincial department.
async fn department(registry: &Registry, name: &str) -> Result<(), Trouble> {
    let id = OrganisationId::of_name(name);
    let profile = OrganisationProfile {
        kind: OrganisationKind::ProvincialAuthority,
        name: Name::parse(name)?,
        school_code: None,
        education_level: None,
        division: Division::parse("320000")?,
        reports_to: None,
    };
    let command = organisation::Command::Register { on: Day::parse("2000-01-01")?, profile };
    let stream = StreamId::of::<OrganisationEvent>(id.uuid());
    let command_id = CommandId::derived(&format!("{stream}|register"));
    let correlation = CorrelationId::new(command_id.uuid());
    registry.record::<organisation::Organisation>(command_id, correlation, stream, vec![], command).await?;
    Ok(())
}

/// Who was eligible when the demo's committee sat.
async fn eligible(registry: &Registry) -> Result<Vec<TeacherId>, Trouble> {
    let filter = ListFilter {
        on: Day::parse("2024-07-01")?,
        status: StatusFilter::Eligible,
        area: String::new(),
        after: None,
        limit: 1_000,
    };
    let mut listed = registry.dossiers().await?.list(&filter).await?;
    // By staff number, so that every fresh demo recognises the same people.
    listed.sort_by(|one, other| staff_number(one).cmp(&staff_number(other)));
    Ok(listed.into_iter().map(|listed| listed.teacher).collect())
}

fn staff_number(listed: &Listed) -> Option<&StaffNumber> {
    listed.employed.first().map(|(_, number)| number)
}

/// An invented national team of one of the schools.
async fn team(registry: &Registry, members: &[TeacherId]) -> Result<(), Trouble> {
    let school = OrganisationId::of_school(&SchoolCode::parse("4132010835")?);
    let name = Name::parse("示例数控技术教师教学创新团队")?;
    let id = TeamId::of_name("national", "2021", name.as_str());
    let stream = StreamId::of::<TeamEvent>(id.uuid());
    let profile = TeamProfile {
        name,
        kind: TeamKind::Teaching,
        tier: Tier::National,
        batch: Name::parse("2021")?,
        school,
        education_level: EducationLevel::Higher,
        specialty: None,
    };
    let on = Day::parse("2021-08-02")?;
    let approve = team::Command::Approve { on, profile };
    let requires = vec![StreamId::of::<OrganisationEvent>(school.uuid())];
    step(registry, &stream, "approve", requires, approve).await?;
    for (index, teacher) in members.iter().take(16).enumerate() {
        let role = if index == 0 { TeamRole::Leader } else { TeamRole::Core };
        let join = team::Command::Join { teacher: *teacher, role, on };
        let requires = vec![StreamId::of::<TeacherEvent>(teacher.uuid())];
        step(registry, &stream, &teacher.to_string(), requires, join).await?;
    }
    Ok(())
}

async fn step(
    registry: &Registry,
    stream: &StreamId,
    name: &str,
    requires: Vec<StreamId>,
    command: team::Command,
) -> Result<(), Trouble> {
    let id = CommandId::derived(&format!("{stream}|{name}"));
    let correlation = CorrelationId::new(stream.id());
    registry.record::<team::Team>(id, correlation, stream.clone(), requires, command).await?;
    Ok(())
}
