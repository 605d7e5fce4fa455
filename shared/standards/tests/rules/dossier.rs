//! Facts in one line each.

use kernel::vocabulary::{
    AchievementKind, CredentialKind, Employment, Level, PracticeForm, PracticeResult, Role, SiteKind, SkillGrade,
    Theme, Tier, TitleRank,
};
use kernel::{Day, DayRange, EventId, Hours, OrganisationId, Period, SessionId, SiteId};
use standards::{
    Achievement, Approval, Attendance, Breach, Completion, Credential, Facts, Placement, Places, Post, Recognition,
};

pub const SITE: u32 = 1;

pub fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

pub fn range(from: &str, to: &str) -> DayRange {
    DayRange::new(day(from), day(to)).unwrap()
}

fn period(from: &str, to: &str) -> Period {
    Period::new(day(from), if to.is_empty() { None } else { Some(day(to)) }).unwrap()
}

pub fn fact(number: u32) -> EventId {
    EventId::new(uuid::Uuid::from_u128(u128::from(number)))
}

pub fn site(number: u32) -> SiteId {
    SiteId::new(uuid::Uuid::from_u128(u128::from(number)))
}

pub fn session(number: u32) -> SessionId {
    SessionId::new(uuid::Uuid::from_u128(u128::from(number)))
}

pub fn post(number: u32, from: &str, to: &str) -> Post {
    Post {
        fact: fact(number),
        voided: None,
        school: OrganisationId::of_name("school"),
        education_level: None,
        role: Role::Specialised,
        employment: Employment::FullTime,
        specialty: None,
        period: period(from, to),
    }
}

pub fn credential(number: u32, kind: CredentialKind, obtained_on: &str) -> Credential {
    Credential {
        fact: fact(number),
        voided: None,
        kind,
        grade: None,
        rank: None,
        obtained_on: day(obtained_on),
        withdrawn_on: None,
    }
}

pub fn grade(number: u32, grade: u8, obtained_on: &str) -> Credential {
    let grade = SkillGrade::try_from(grade).unwrap();
    Credential { grade: Some(grade), ..credential(number, CredentialKind::SkillGrade, obtained_on) }
}

pub fn title(number: u32, rank: TitleRank, obtained_on: &str) -> Credential {
    Credential { rank: Some(rank), ..credential(number, CredentialKind::TechnicalTitle, obtained_on) }
}

pub fn placement(number: u32, from: &str, to: &str) -> Placement {
    Placement {
        fact: fact(number),
        voided: None,
        site: site(SITE),
        range: range(from, to),
        form: PracticeForm::Post,
        completed: Some(Completion { fact: fact(number + 1000), result: PracticeResult::Pass }),
        logged: vec![],
    }
}

pub fn attendance(number: u32, from: &str, to: &str) -> Attendance {
    Attendance {
        fact: fact(number),
        voided: None,
        session: session(number),
        base: site(SITE),
        range: range(from, to),
        hours: Hours::whole(16),
        tier: Tier::Provincial,
        theme: Theme::Specialty,
        on_site: true,
    }
}

pub fn achievement(number: u32, kind: AchievementKind, tier: Tier, on: &str) -> Achievement {
    Achievement { fact: fact(number), voided: None, kind, tier: Some(tier), achieved_on: day(on) }
}

pub fn breach(number: u32, confirmed_on: &str, lifted_on: &str) -> Breach {
    let lifted_on = if lifted_on.is_empty() { None } else { Some(day(lifted_on)) };
    Breach { fact: fact(number), voided: None, confirmed_on: day(confirmed_on), lifted_on }
}

pub fn recognition(number: u32, level: Level, granted_on: &str, review_due: &str) -> Recognition {
    Recognition {
        fact: fact(number),
        voided: None,
        level,
        granted_on: day(granted_on),
        review_due: day(review_due),
        revoked_on: None,
        flags: vec![],
        by_own_hand: false,
    }
}

/// A site approved over several stretches.
pub fn places(number: u32, stretches: &[(&str, &str)]) -> Places {
    let approvals = stretches.iter().zip(9000..).map(|((from, to), id)| Approval {
        fact: fact(id),
        kind: SiteKind::PracticeStation,
        period: period(from, to),
    });
    Places { approvals: [(site(number), approvals.collect())].into(), ..Places::default() }
}

/// The site, approved for ever.
pub fn approved() -> Places {
    places(SITE, &[("2000-01-01", "")])
}

/// A teacher who lacks nothing on 2024-06-30: 180 days of practice that ended on 2023-12-27, a session in March 2022.
pub fn complete() -> Facts {
    Facts {
        posts: vec![post(1, "2010-09-01", "")],
        credentials: vec![credential(2, CredentialKind::TeacherCertificate, "2010-07-01"), grade(3, 3, "2012-05-05")],
        placements: vec![placement(4, "2023-07-01", "2023-12-27")],
        attendances: vec![attendance(5, "2022-03-01", "2022-03-05")],
        ..Facts::default()
    }
}
