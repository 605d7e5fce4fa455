//! Recognitions: applied for, granted or refused, reviewed, revoked and appealed against.

use events::RecognitionEvent;
use kernel::vocabulary::Level;
use kernel::{Day, EventId, Malformed, Reason, RecognitionId};

use crate::country::Country;
use crate::draw::Topic;
use crate::entry::{Entry, Happening};
use crate::fate::Fate;
use crate::person::Person;
use crate::shares;
use crate::terms::Term;

/// Days from an application to its decision.
const DECIDED_AFTER: u32 = 90;

/// Entries about one recognition in one term.
struct Course<'a> {
    country: &'a Country,
    id: RecognitionId,
    /// Nothing is recorded before the person is on the register.
    registered: Term,
    term: Term,
    entries: &'a mut Vec<Entry>,
}

impl Course<'_> {
    fn step(&mut self, step: &str, on: Day, event: RecognitionEvent) {
        let scenario = &self.country.scenario;
        if on <= scenario.until() && scenario.term_of(on).max(self.registered) == self.term {
            let command = scenario.command(self.id, step);
            self.entries.push(Entry::clean(command, Happening::Recognition(self.id, event)));
        }
    }
}

impl Country {
    /// A person's entries about recognition in a term.
    pub(crate) fn recognition_entries(
        &self,
        person: &Person,
        term: Term,
        entries: &mut Vec<Entry>,
    ) -> Result<(), Malformed> {
        let decided = match person.fate {
            Fate::Unasked => return Ok(()),
            Fate::Applied(on) | Fate::Refused(on) | Fate::Recognised(on) | Fate::Revoked(on) => on,
        };
        let scenario = &self.scenario;
        let mut draw = scenario.draw(Topic::Recognition, u64::from(person.index));
        let id = RecognitionId::of_teacher(person.id, &scenario.words());
        let level = draw.weighted(&[(Level::Junior, 70), (Level::Intermediate, 22), (Level::Senior, 8)]);
        let on = decided.plus_days(-draw.days(10, DECIDED_AFTER)).max(scenario.start().next());
        let authority = Self::experts(self.schools[person.school].unit);
        let registered = scenario.term_of(person.joined);
        let mut course = Course { country: self, id, registered, term, entries };
        let evidence =
            if person.is_ready { vec![EventId::of(scenario.command(person.id, "certificate"), 0)] } else { vec![] };
        let applied = RecognitionEvent::Applied { on, teacher: person.id, level, pack: self.pack, evidence };
        course.step("apply", on, applied);
        let (reviewed, appealed) = (draw.per_mille(shares::REVIEWED), draw.per_mille(shares::APPEALED));
        let (upheld, after) = (draw.per_mille(shares::UPHELD), draw.days(60, 500));
        let grant = |on: Day, years: u8| RecognitionEvent::Granted {
            on,
            level,
            authority,
            review_due: on.plus_years(years),
            evidence_position: String::new(),
            cut_off: None,
            document: None,
        };
        match person.fate {
            Fate::Unasked | Fate::Applied(_) => {}
            Fate::Recognised(on) => {
                course.step("grant", on, grant(on, if reviewed { 3 } else { 5 }));
                let on = on.plus_years(3).plus_days(-30);
                if reviewed {
                    course.step("review", on, RecognitionEvent::Reviewed { on, review_due: on.plus_years(5) });
                }
            }
            Fate::Revoked(on) => {
                course.step("grant", on, grant(on, 5));
                let on = on.plus_days(after);
                let reason = Reason::parse("申报材料不实")?;
                course.step("revoke", on, RecognitionEvent::Revoked { on, reason });
                if appealed {
                    course.appeal(on, false)?;
                }
            }
            Fate::Refused(on) => {
                let reason = Reason::parse("企业实践材料不足")?;
                course.step("refuse", on, RecognitionEvent::Refused { on, authority, reason });
                if appealed {
                    let on = course.appeal(on, upheld)?;
                    if upheld {
                        course.step("grant", on.plus_days(30), grant(on.plus_days(30), 5));
                    }
                }
            }
        }
        Ok(())
    }
}

impl Course<'_> {
    /// An appeal and its answer; gives the day of that.
    fn appeal(&mut self, decided: Day, upheld: bool) -> Result<Day, Malformed> {
        let (on, resolved) = (decided.plus_days(20), decided.plus_days(60));
        self.step("appeal", on, RecognitionEvent::AppealLodged { on, reason: Reason::parse("补充证明材料")? });
        let reason = Reason::parse(if upheld { "补充材料属实" } else { "维持原决定" })?;
        self.step("resolve", resolved, RecognitionEvent::AppealResolved { on: resolved, upheld, reason });
        Ok(resolved)
    }
}
