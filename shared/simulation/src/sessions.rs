//! Training sessions: who is taught what, where, in which term.

use std::collections::BTreeMap;

use events::{Attendance, Programme, SessionEvent};
use kernel::code::SessionCode;
use kernel::vocabulary::{Employment, Mode, Role, Theme, Tier};
use kernel::{DayRange, Hours, Malformed, Name, Reason, SessionId, SiteId, TeacherId};

use crate::country::Country;
use crate::draw::{Draw, Topic};
use crate::entry::{Dirt, Entry, Happening};
use crate::person::Person;
use crate::terms::Term;
use crate::{placements, shares, words};

/// The two stretches of a term in which sessions are held: their first days, and so a person's sessions never overlap.
const SLOTS: [i32; 2] = [0, 46];
/// How late in its stretch a session begins at most, and its longest.
const WAIT: u32 = 20;
const LONGEST: u32 = 24;

/// A session as it was drawn.
struct Drawn {
    id: SessionId,
    programme: Programme,
    roster: Vec<Attendance>,
    is_twice: bool,
    is_late: bool,
    is_voided: bool,
    /// Whose attendance is amended, and to how many hours.
    amended: Option<(TeacherId, Option<Hours>)>,
    is_unapproved: bool,
}

impl Country {
    /// The entries about sessions of a part in a term: of this term, and what is recorded late or amended of earlier ones.
    pub(crate) fn session_entries(
        &self,
        part: usize,
        people: &[Person],
        term: Term,
        entries: &mut Vec<Entry>,
    ) -> Result<(), Malformed> {
        for number in term.number().saturating_sub(3).max(1)..=term.number() {
            let held = Term(number);
            for drawn in self.drawn(part, people, held)? {
                let late = drawn.is_late && !self.is_over(held.plus(2));
                let recorded = if late { held.plus(2) } else { held };
                if recorded == term {
                    self.held(&drawn, late, entries);
                }
                if recorded.plus(1) == term {
                    self.corrected(&drawn, term, entries)?;
                }
            }
        }
        Ok(())
    }

    /// The sessions that the people of a part attend in a term.
    fn drawn(&self, part: usize, people: &[Person], term: Term) -> Result<Vec<Drawn>, Malformed> {
        let Some(span) = self.scenario.days_of(term) else { return Ok(Vec::new()) };
        let mut draw = self.scenario.draw(Topic::Sessions, (part as u64) << 8 | u64::from(term.number()));
        let mut sessions = Vec::new();
        for (slot, share) in [shares::SESSION_A_TERM, shares::SECOND_SESSION_A_TERM].into_iter().enumerate() {
            let mut groups: BTreeMap<Theme, Vec<&Person>> = BTreeMap::new();
            for person in people {
                let theme = theme(person.role, &mut draw);
                let comes = draw.per_mille(share);
                if comes && person.employment == Employment::FullTime && person.is_in_post(span) {
                    groups.entry(theme).or_default().push(person);
                }
            }
            for (theme, mut group) in gathered(groups) {
                draw.shuffle(&mut group);
                let count = group.len().div_ceil(shares::ROSTER.1 as usize);
                for place in 0..count {
                    let (from, to) = (group.len() * place / count, group.len() * (place + 1) / count);
                    let at = At { part, term, slot, serial: sessions.len(), span, theme };
                    sessions.push(self.session(at, &group[from..to], &mut draw)?);
                }
            }
        }
        Ok(sessions)
    }

    fn session(&self, at: At, group: &[&Person], draw: &mut Draw) -> Result<Drawn, Malformed> {
        let tier = draw.weighted(&[(Tier::National, 10), (Tier::Provincial, 45), (Tier::City, 25), (Tier::School, 20)]);
        let abroad = draw.per_mille(shares::ABROAD);
        let days = if tier == Tier::School { draw.days(3, 5) } else { draw.days(3, LONGEST) };
        let (first, last) = placements::days_for_sessions(at.span);
        let from = first.plus_days(SLOTS[at.slot] + draw.days(0, WAIT));
        let dates = DayRange::new(from, from.plus_days(days - 1).min(last))?;
        // The first one always is where it can be, so that the smallest registry has a case.
        let wrong = draw.per_mille(shares::BASE_NOT_APPROVED) || (at.part == 0 && at.serial == 0);
        let (base, is_unapproved) = self.base(at, dates, wrong, draw);
        let code = format!("T{:02}-{:05}-{:04}", at.term.number(), at.part, at.serial);
        let a_day = if draw.per_mille(700) { 8 } else { 6 };
        let hours = Hours::whole(u16::try_from(dates.days() * a_day).unwrap_or(1));
        let mode = draw.weighted(&[(Mode::FaceToFace, 70), (Mode::Blended, 18), (Mode::OnlineLive, 12)]);
        let programme = Programme {
            base,
            code: SessionCode::parse(&code)?,
            title: Name::parse(&format!("{}教师{}研修班", words::place(draw), theme_words(at.theme)))?,
            tier,
            theme: at.theme,
            mode: if abroad { Mode::StudyVisit } else { mode },
            abroad,
            dates,
            hours,
        };
        let attendance = |person: &&Person| Attendance { teacher: person.id, hours };
        let roster: Vec<Attendance> = group.iter().map(attendance).collect();
        let somebody = draw.pick(&roster).teacher;
        let fewer = draw.per_mille(600).then(|| Hours::whole(u16::try_from(dates.days()).unwrap_or(1) * 4));
        Ok(Drawn {
            id: SessionId::of_code(base, &programme.code),
            programme,
            roster,
            is_twice: draw.per_mille(shares::DUPLICATE),
            is_late: draw.per_mille(shares::SESSION_LATE),
            is_voided: draw.per_mille(shares::SESSION_VOIDED),
            amended: draw.per_mille(shares::ROSTER_AMENDED).then_some((somebody, fewer)),
            is_unapproved,
        })
    }

    /// A base that is approved on these days, near where it can be; or on purpose one that is not.
    fn base(&self, at: At, dates: DayRange, wrong: bool, draw: &mut Draw) -> (SiteId, bool) {
        let bases = &self.sites.bases;
        let start = draw.below(u32::try_from(bases.len()).unwrap_or(u32::MAX)) as usize;
        let turned = || (0..bases.len()).map(move |step| &bases[(start + step) % bases.len()]);
        if wrong && let Some(base) = turned().find(|base| base.has_gap_in(at.term)) {
            return (base.id, true);
        }
        let schools = &self.parts[at.part];
        let units = self.schools[schools.start].unit..=self.schools[schools.end - 1].unit;
        let near = turned().find(|base| units.contains(&base.unit) && base.is_approved(dates));
        let base = near.or_else(|| turned().find(|base| base.is_approved(dates)));
        base.map_or((bases[start].id, true), |base| (base.id, false))
    }

    /// What is recorded of a session once it is over.
    fn held(&self, drawn: &Drawn, is_late: bool, entries: &mut Vec<Entry>) {
        let mut entry = |step: &str, event: SessionEvent, dirt: Option<Dirt>| {
            let command = self.scenario.command(drawn.id, step);
            entries.push(Entry { command, happening: Happening::Session(drawn.id, event), dirt });
        };
        let dirt = drawn.is_unapproved.then_some(Dirt::BaseNotApproved);
        entry("schedule", SessionEvent::Scheduled(drawn.programme.clone()), dirt);
        let held = SessionEvent::Held { on: drawn.programme.dates.to(), roster: drawn.roster.clone() };
        entry("hold", held.clone(), is_late.then_some(Dirt::Late));
        if drawn.is_twice {
            entry("hold again", held, Some(Dirt::Duplicate));
        }
    }

    /// What turns out to be wrong with a session a term later.
    fn corrected(&self, drawn: &Drawn, term: Term, entries: &mut Vec<Entry>) -> Result<(), Malformed> {
        let on = self.scenario.recorded_on(term);
        let mut entry = |step: &str, event: SessionEvent, dirt: Dirt| {
            let command = self.scenario.command(drawn.id, step);
            entries.push(Entry::dirty(command, Happening::Session(drawn.id, event), dirt));
        };
        if let Some((teacher, hours)) = drawn.amended {
            let reason = Reason::parse(if hours.is_some() { "学时录入有误" } else { "未到场" })?;
            entry("amend", SessionEvent::RosterAmended { on, teacher, hours, reason }, Dirt::RosterAmended);
        }
        if drawn.is_voided {
            entry("void", SessionEvent::Voided { on, reason: Reason::parse("重复录入")? }, Dirt::Voided);
        }
        Ok(())
    }
}

/// Where and when a session is drawn.
#[derive(Clone, Copy)]
struct At {
    part: usize,
    term: Term,
    slot: usize,
    serial: usize,
    span: DayRange,
    theme: Theme,
}

/// The people by theme; themes with too few people for a session go to the training that is for everybody.
fn gathered(groups: BTreeMap<Theme, Vec<&Person>>) -> Vec<(Theme, Vec<&Person>)> {
    let (mut large, mut rest) = (Vec::new(), Vec::new());
    for (theme, group) in groups {
        if group.len() >= shares::ROSTER.0 as usize {
            large.push((theme, group));
        } else {
            rest.extend(group);
        }
    }
    if rest.len() >= shares::ROSTER.0 as usize {
        large.push((Theme::Digital, rest));
    }
    large
}

fn theme(role: Role, draw: &mut Draw) -> Theme {
    let own = match role {
        Role::Principal => Theme::Principals,
        Role::Manager => Theme::Management,
        Role::Ideology | Role::Counsellor | Role::MoralEducationMentor => Theme::MoralIdeology,
        _ => Theme::Specialty,
    };
    draw.weighted(&[(own, 60), (Theme::Digital, 25), (Theme::Ethics, 15)])
}

fn theme_words(theme: Theme) -> &'static str {
    use kernel::vocabulary::Term as _;
    theme.chinese()
}
