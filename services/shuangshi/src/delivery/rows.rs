//! The rows of each file, parsed.

use kernel::code::{CitizenId, Division, Province, SchoolCode, SessionCode, SiteCode, SpecialtyCode, StaffNumber};
use kernel::vocabulary::{
    CredentialKind, EducationLevel, PracticeForm, PracticeResult, Role, SiteKind, SkillGrade, Term, Theme, Tier,
    TitleRank,
};
use kernel::{Day, DayRange, Hours, Malformed, Name, Period};
use spreadsheet::Row;

/// A row with its number, as a spreadsheet counts.
pub type Numbered<T> = (u64, T);

/// A row of schools.csv.
#[derive(Debug, PartialEq, Eq)]
pub struct SchoolRow {
    pub code: SchoolCode,
    pub province: Province,
    pub name: Name,
    pub level: EducationLevel,
    pub division: Division,
}

/// A row of sites.csv.
#[derive(Debug)]
pub struct SiteRow {
    pub code: SiteCode,
    pub name: Name,
    pub division: Division,
    pub kind: SiteKind,
    pub period: Period,
}

/// A row of teachers.csv.
#[derive(Debug)]
pub struct TeacherRow {
    pub staff_number: StaffNumber,
    pub name: Name,
    pub citizen_id: CitizenId,
    pub school: SchoolCode,
    pub role: Role,
    pub specialty: Option<SpecialtyCode>,
    pub period: Period,
}

/// A row of credentials.csv.
#[derive(Debug)]
pub struct CredentialRow {
    pub citizen_id: CitizenId,
    pub credential: events::Credential,
}

/// A row of sessions.csv.
#[derive(Debug)]
pub struct SessionRow {
    pub code: SessionCode,
    pub base: SiteCode,
    pub title: Name,
    pub tier: Tier,
    pub theme: Theme,
    pub dates: DayRange,
    pub hours: Hours,
}

/// A row of rosters.csv.
#[derive(Debug)]
pub struct RosterRow {
    pub session: SessionCode,
    pub citizen_id: CitizenId,
    pub name: Name,
    pub hours: Hours,
}

/// A row of placements.csv.
#[derive(Debug)]
pub struct PlacementRow {
    pub citizen_id: CitizenId,
    pub site: SiteCode,
    pub dates: DayRange,
    pub form: PracticeForm,
    pub result: PracticeResult,
}

/// A row of conduct.csv.
#[derive(Debug)]
pub struct BreachRow {
    pub citizen_id: CitizenId,
    pub confirmed_on: Day,
    pub lifted_on: Option<Day>,
}

pub fn school(row: &mut Row<'_>) -> Option<SchoolRow> {
    let code = row.value("学校标识码", SchoolCode::parse);
    let province = row.value("省份", Province::parse);
    let name = row.value("学校名称", Name::parse);
    let level = row.value("层次", EducationLevel::parse);
    let division = row.value("行政区划", Division::parse);
    Some(SchoolRow { code: code?, province: province?, name: name?, level: level?, division: division? })
}

pub fn site(row: &mut Row<'_>) -> Option<SiteRow> {
    let code = row.value("编号", SiteCode::parse);
    let name = row.value("名称", Name::parse);
    let division = row.value("行政区划", Division::parse);
    let kind = row.value("类别", SiteKind::parse);
    let from = row.value("批准日期", Day::parse);
    let to = row.optional("有效期至", Day::parse);
    let period = ends(row, "有效期至", Period::new(from?, to?))?;
    Some(SiteRow { code: code?, name: name?, division: division?, kind: kind?, period })
}

pub fn teacher(row: &mut Row<'_>) -> Option<TeacherRow> {
    let staff_number = row.value("教职工号", StaffNumber::parse);
    let name = row.value("姓名", Name::parse);
    let citizen_id = row.value("身份证号", CitizenId::parse);
    let school = row.value("学校标识码", SchoolCode::parse);
    let role = row.value("岗位", Role::parse);
    let specialty = row.optional("专业代码", SpecialtyCode::parse);
    let from = row.value("任职起", Day::parse);
    let to = row.optional("任职止", Day::parse);
    let (role, specialty) = (role?, specialty?);
    if role.is_specialised() && specialty.is_none() {
        row.fault("专业代码", "a specialised-course teacher or practice instructor needs a specialty code");
    }
    let period = ends(row, "任职止", Period::new(from?, to?))?;
    Some(TeacherRow {
        staff_number: staff_number?,
        name: name?,
        citizen_id: citizen_id?,
        school: school?,
        role,
        specialty,
        period,
    })
}

pub fn credential(row: &mut Row<'_>) -> Option<CredentialRow> {
    let citizen_id = row.value("身份证号", CitizenId::parse);
    let kind = row.value("证书类别", CredentialKind::parse);
    let obtained_on = row.value("取得日期", Day::parse);
    let (mut grade, mut rank) = (None, None);
    match kind? {
        CredentialKind::SkillGrade => grade = Some(row.value("等级", SkillGrade::parse)?),
        CredentialKind::TechnicalTitle | CredentialKind::TeacherTitle => {
            rank = Some(row.value("等级", TitleRank::parse)?);
        }
        CredentialKind::VocationalQualification => grade = row.optional("等级", SkillGrade::parse)?,
        CredentialKind::TeacherCertificate => drop(row.optional("等级", none)?),
    }
    let credential =
        events::Credential { kind: kind?, obtained_on: obtained_on?, grade, rank, number: None, sealed_number: None };
    Some(CredentialRow { citizen_id: citizen_id?, credential })
}

pub fn session(row: &mut Row<'_>) -> Option<SessionRow> {
    let code = row.value("期次", SessionCode::parse);
    let base = row.value("基地编号", SiteCode::parse);
    let title = row.value("项目", Name::parse);
    let tier = row.value("级别", Tier::parse);
    let theme = row.value("主题", Theme::parse);
    let from = row.value("开始", Day::parse);
    let to = row.value("结束", Day::parse);
    let hours = row.value("学时", Hours::parse);
    let dates = ends(row, "结束", DayRange::new(from?, to?))?;
    let hours = hours?;
    if hours > Hours::PER_DAY_PHYSICAL.times(dates.days().unsigned_abs()) {
        row.fault("学时", "there are more hours than the days of the session have (24 a day)");
    }
    Some(SessionRow { code: code?, base: base?, title: title?, tier: tier?, theme: theme?, dates, hours })
}

pub fn roster(row: &mut Row<'_>) -> Option<RosterRow> {
    let session = row.value("期次", SessionCode::parse);
    let citizen_id = row.value("身份证号", CitizenId::parse);
    let name = row.value("姓名", Name::parse);
    let hours = row.value("学时", Hours::parse);
    Some(RosterRow { session: session?, citizen_id: citizen_id?, name: name?, hours: hours? })
}

pub fn placement(row: &mut Row<'_>) -> Option<PlacementRow> {
    let citizen_id = row.value("身份证号", CitizenId::parse);
    let site = row.value("流动站编号", SiteCode::parse);
    let from = row.value("开始", Day::parse);
    let to = row.value("结束", Day::parse);
    let form = row.value("形式", PracticeForm::parse);
    let result = row.value("考核结果", PracticeResult::parse);
    let dates = ends(row, "结束", DayRange::new(from?, to?))?;
    Some(PlacementRow { citizen_id: citizen_id?, site: site?, dates, form: form?, result: result? })
}

pub fn breach(row: &mut Row<'_>) -> Option<BreachRow> {
    let citizen_id = row.value("身份证号", CitizenId::parse);
    let confirmed_on = row.value("认定日期", Day::parse);
    let lifted_on = row.optional("解除日期", Day::parse);
    let (confirmed_on, lifted_on) = (confirmed_on?, lifted_on?);
    if lifted_on.is_some_and(|lifted| lifted < confirmed_on) {
        row.fault("解除日期", "it was lifted before it was confirmed");
    }
    Some(BreachRow { citizen_id: citizen_id?, confirmed_on, lifted_on })
}

/// The stretch of days, or a fault at the column of its end.
fn ends<T>(row: &mut Row<'_>, column: &str, stretch: Result<T, Malformed>) -> Option<T> {
    stretch.map_err(|malformed| row.fault(column, malformed.to_string())).ok()
}

/// A cell that has to be empty.
fn none(_: &str) -> Result<(), Malformed> {
    Err(Malformed::new("entry", "a teacher certificate has no grade; leave the cell empty"))
}
