//! What happens to a person: registration, posts, roles, credentials, achievements, conduct, and what is said of facts.

use events::{Achievement, Credential, TeacherEvent};
use kernel::vocabulary::{AchievementKind, CredentialKind, Employment, Role, SkillGrade, Term as _, Tier, TitleRank};
use kernel::{Day, EventId, Malformed, Name, OrganisationId, Reason, TeacherId};

use crate::country::Country;
use crate::draw::{Draw, Topic};
use crate::entry::{Dirt, Entry, Happening};
use crate::person::Person;
use crate::scenario::Scenario;
use crate::shares;
use crate::terms::Term;

/// Entries of one person and one term; whatever belongs to another term is drawn, named and let go.
struct Career<'a> {
    scenario: &'a Scenario,
    person: TeacherId,
    /// Nothing is recorded before the person is on the register.
    registered: Term,
    term: Term,
    entries: &'a mut Vec<Entry>,
}

impl Country {
    /// A person's entries of a term.
    pub(crate) fn career_entries(
        &self,
        person: &Person,
        term: Term,
        entries: &mut Vec<Entry>,
    ) -> Result<(), Malformed> {
        let scenario = &self.scenario;
        let registered = scenario.term_of(person.joined);
        if term < registered {
            return Ok(());
        }
        if term == registered {
            let invented = person.invented(self, scenario.recorded_on(term))?;
            let command = scenario.command(person.id, "register");
            entries.push(Entry::clean(command, Happening::Registered(Box::new(invented))));
        }
        let mut draw = scenario.draw(Topic::Career, u64::from(person.index));
        let mut career = Career { scenario, person: person.id, registered, term, entries };
        self.posts(person, &mut draw, &mut career)?;
        credentials(person, &mut draw, &mut career, self.schools[person.school].id)?;
        achievements(person, &mut draw, &mut career)?;
        conduct(person, &mut draw, &mut career);
        Ok(())
    }

    /// The posts, one after another and beside each other, and further roles.
    fn posts(&self, person: &Person, draw: &mut Draw, career: &mut Career<'_>) -> Result<(), Malformed> {
        let post = |school: usize, on: Day, employment: Employment| -> Result<TeacherEvent, Malformed> {
            Ok(TeacherEvent::PostStarted {
                on,
                last_day: None,
                school: self.schools[school].id,
                staff_number: person.staff_number()?,
                employment,
                role: person.role,
                specialty: person.specialty.clone(),
                education_level: Some(self.schools[school].level),
            })
        };
        career.fact("post", person.joined, post(person.school, person.joined, person.employment)?);
        if let Some(last_day) = person.left {
            let post = career.id("post");
            career.fact("post ended", last_day, TeacherEvent::PostEnded { last_day, post });
        }
        if let Some((on, school)) = person.moved {
            let ended = TeacherEvent::PostEnded { last_day: on.previous(), post: career.id("post") };
            career.fact("post ended", on, ended);
            career.fact("next post", on, post(school, on, person.employment)?);
        }
        if let Some((on, school)) = person.second {
            career.fact("second post", on, post(school, on, Employment::PartTime)?);
        }
        let (heads, after) = (draw.per_mille(shares::HEAD_TEACHER), draw.days(30, 900));
        let ended = draw.per_mille(300);
        let on = person.joined.plus_days(after);
        let is_fit = person.role.is_specialised() || person.role == Role::PublicCourse;
        let stays = person.left.is_none() && person.moved.is_none();
        if heads && is_fit && stays && on < career.scenario.until().plus_days(-400) {
            let role = TeacherEvent::RoleAssigned {
                on,
                post: career.id("post"),
                role: Role::HeadTeacher,
                specialty: person.specialty.clone(),
                education_level: None,
            };
            career.fact("head teacher", on, role);
            if ended {
                let (last_day, assignment) = (on.plus_days(364), career.id("head teacher"));
                career.fact("head teacher ended", last_day, TeacherEvent::RoleEnded { last_day, assignment });
            }
        }
        Ok(())
    }
}

impl Career<'_> {
    /// A fact, recorded at the end of the term in which it happened.
    fn fact(&mut self, step: &str, on: Day, event: TeacherEvent) {
        self.at(step, self.scenario.term_of(on), event, None);
    }

    /// A fact, recorded at the end of this term, or of the one in which the person comes on the register.
    fn at(&mut self, step: &str, term: Term, event: TeacherEvent, dirt: Option<Dirt>) {
        if term.max(self.registered) == self.term {
            let command = self.scenario.command(self.person, step);
            self.entries.push(Entry { command, happening: Happening::Teacher(self.person, event), dirt });
        }
    }

    /// The event that a step records. Ids are worked out where they are needed: they are what drawing costs.
    fn id(&self, step: &str) -> EventId {
        EventId::of(self.scenario.command(self.person, step), 0)
    }

    fn is_now(&self, term: Term) -> bool {
        term.max(self.registered) == self.term
    }

    fn is_over(&self, term: Term) -> bool {
        term > self.scenario.last_term()
    }
}

/// A credential that may be on record: what it is, and since when.
fn credential(kind: CredentialKind, obtained_on: Day) -> Credential {
    Credential { kind, obtained_on, grade: None, rank: None, number: None, sealed_number: None }
}

/// The credentials of a person: those of somebody who is ready meet the rules.
fn credentials(
    person: &Person,
    draw: &mut Draw,
    career: &mut Career<'_>,
    school: OrganisationId,
) -> Result<(), Malformed> {
    let is_mentor = person.employment == Employment::PartTime;
    let (certified, titled) = (draw.per_mille(880), draw.per_mille(760));
    let certificate_on = person.joined.plus_days(-draw.days(0, 700));
    if person.is_ready || (certified && !is_mentor) {
        let certificate = credential(CredentialKind::TeacherCertificate, certificate_on);
        stated("certificate", certificate, draw, career, school)?;
    }
    let rank = draw.weighted(&[
        (TitleRank::Assistant, 300),
        (TitleRank::Intermediate, 440),
        (TitleRank::AssociateSenior, 220),
        (TitleRank::FullSenior, 40),
    ]);
    let title_on = person.joined.plus_days(draw.days(0, 2_500));
    if titled && !is_mentor && title_on < career.scenario.until() {
        let title = Credential { rank: Some(rank), ..credential(CredentialKind::TeacherTitle, title_on) };
        stated("title", title, draw, career, school)?;
    }
    skills(person, draw, career, school)?;
    let (works, before) = (draw.per_mille(if is_mentor { 900 } else { 240 }), draw.days(100, 400));
    let length = draw.days(200, 1_500);
    if works && (is_mentor || person.role.is_specialised()) {
        let to = person.joined.plus_days(-before);
        let enterprise = Name::parse(&format!("{}科技有限公司（虚构）", crate::words::place(draw)))?;
        let event = TeacherEvent::EnterpriseWorkRecorded { from: to.plus_days(-length), to, enterprise };
        career.fact("enterprise work", to, event);
    }
    Ok(())
}

/// Skill grades, technical titles and vocational qualifications.
fn skills(person: &Person, draw: &mut Draw, career: &mut Career<'_>, school: OrganisationId) -> Result<(), Malformed> {
    let (technical, graded, qualified) = (draw.per_mille(300), draw.per_mille(450), draw.per_mille(150));
    let on = person.joined.plus_days(-draw.days(0, 900));
    let high = draw.weighted(&[(3_u8, 55), (2, 35), (1, 10)]);
    let low = draw.weighted(&[(4_u8, 60), (5, 40)]);
    if !person.role.is_specialised() && person.role != Role::IndustryMentor {
        return Ok(());
    }
    if person.is_ready && technical {
        let rank = Some(if high == 3 { TitleRank::Assistant } else { TitleRank::Intermediate });
        let title = Credential { rank, ..credential(CredentialKind::TechnicalTitle, on) };
        stated("technical title", title, draw, career, school)?;
    } else if person.is_ready || graded {
        let grade = Some(SkillGrade::try_from(if person.is_ready { high } else { low })?);
        let skill = Credential { grade, ..credential(CredentialKind::SkillGrade, on) };
        stated("skill grade", skill, draw, career, school)?;
    }
    if qualified {
        let kind = CredentialKind::VocationalQualification;
        stated("qualification", credential(kind, on.plus_days(-30)), draw, career, school)?;
    }
    if draw.per_mille(shares::CREDENTIAL_VOIDED) {
        let grade = Some(SkillGrade::try_from(5)?);
        let wrong = Credential { grade, ..credential(CredentialKind::SkillGrade, on.plus_days(-3)) };
        let term = career.scenario.term_of(person.joined);
        career.at("wrong grade", term, TeacherEvent::CredentialRecorded(wrong), None);
        let (fact, next) = (career.id("wrong grade"), term.plus(1));
        if !career.is_over(next) {
            let reason = Reason::parse("误录他人证书")?;
            let void = TeacherEvent::FactVoided { on: career.scenario.recorded_on(next), fact, reason };
            career.at("wrong grade voided", next, void, Some(Dirt::Voided));
        }
    }
    Ok(())
}

/// A credential, and what is said of it: handed in twice, verified, confirmed or disputed.
fn stated(
    step: &str,
    credential: Credential,
    draw: &mut Draw,
    career: &mut Career<'_>,
    school: OrganisationId,
) -> Result<(), Malformed> {
    let term = career.scenario.term_of(credential.obtained_on).max(career.registered);
    let (verified, confirmed) = (draw.per_mille(shares::VERIFIED), draw.per_mille(shares::CONFIRMED));
    let (disputed, twice) = (draw.per_mille(shares::DISPUTED), draw.per_mille(shares::DUPLICATE));
    if !career.is_now(term) {
        return Ok(());
    }
    let event = TeacherEvent::CredentialRecorded(credential);
    career.at(step, term, event.clone(), None);
    let fact = career.id(step);
    if twice {
        career.at(&format!("{step} again"), term, event, Some(Dirt::Duplicate));
    }
    let on = career.scenario.recorded_on(term);
    if verified {
        career.at(&format!("{step} verified"), term, TeacherEvent::FactVerified { on, fact, school }, None);
    }
    if confirmed && !disputed {
        career.at(&format!("{step} confirmed"), term, TeacherEvent::FactConfirmed { on, fact }, None);
    }
    if disputed {
        let reason = Reason::parse("取得日期有误")?;
        let event = TeacherEvent::FactDisputed { on, fact, reason };
        career.at(&format!("{step} disputed"), term, event, Some(Dirt::Disputed));
    }
    Ok(())
}

/// Achievements, year by year, some of them recorded late.
fn achievements(person: &Person, draw: &mut Draw, career: &mut Career<'_>) -> Result<(), Malformed> {
    let scenario = career.scenario;
    for half in 0..scenario.years() * 2 {
        let year = half / 2;
        let (achieved, late) = (draw.per_mille(shares::ACHIEVEMENT_A_TERM), draw.per_mille(shares::ACHIEVEMENT_LATE));
        let on = scenario.start().plus_years(year).plus_days(draw.days(1, 360));
        let kind = *draw.pick(AchievementKind::all());
        let tier = draw.weighted(&[(Tier::National, 5), (Tier::Provincial, 25), (Tier::City, 35), (Tier::School, 35)]);
        let title = format!("{}{}（虚构{half}）", crate::words::place(draw), kind.chinese());
        let is_here = person.joined <= on && person.left.is_none_or(|last| on <= last);
        let term = scenario.term_of(on);
        let is_late = late && !career.is_over(term.plus(2));
        let recorded = if is_late { term.plus(2) } else { term };
        if !achieved || !is_here || on > scenario.until() || !career.is_now(recorded) {
            continue;
        }
        let event = TeacherEvent::AchievementRecorded(Achievement {
            kind,
            title: Name::parse(&title)?,
            tier: Some(tier),
            achieved_on: on,
        });
        career.at(&format!("achievement {half}"), recorded, event, is_late.then_some(Dirt::Late));
    }
    Ok(())
}

/// A confirmed breach of ethics, half of them lifted.
fn conduct(person: &Person, draw: &mut Draw, career: &mut Career<'_>) {
    let scenario = career.scenario;
    let (breached, lifted) = (draw.per_mille(shares::BREACH), draw.per_mille(500));
    let on = scenario.start().plus_days(draw.days(30, 330)).max(person.joined.plus_days(60));
    if !breached || on > scenario.until() || person.left.is_some() {
        return;
    }
    career.fact("breach", on, TeacherEvent::BreachConfirmed { on, document: None });
    let (breach, off) = (career.id("breach"), on.plus_days(400));
    if lifted && off <= scenario.until() {
        career.fact("breach lifted", off, TeacherEvent::BreachLifted { on: off, breach });
    }
}
