//! Sessions with their rosters.
//!
//! A roster is compared with the one on record row by row: one person with other hours holds up nobody else, and an old
//! list undoes no correction.

use std::collections::BTreeMap;

use eventlog::StreamId;
use events::{Attendance, Programme, SessionEvent, SiteEvent, TeacherEvent};
use kernel::code::CitizenId;
use kernel::vocabulary::Mode;
use kernel::{Hours, SessionId, SiteId, TeacherId};
use training::session::{Command, Session, State};

use super::standing::Standing;
use super::{Outcome, Recorder};
use crate::delivery::{Numbered, SessionRow};
use crate::outcome::Trouble;

/// A row of a roster: who attended, for how many hours.
pub(super) type Attended<'a> = (u64, &'a CitizenId, Hours);

/// A roster on record: no hours for whoever was taken off.
type Roster = BTreeMap<TeacherId, Option<Hours>>;

impl Recorder<'_> {
    /// A session, scheduled and held.
    pub(super) async fn session(
        &self,
        (row, session): &Numbered<SessionRow>,
        roster: Vec<Attended<'_>>,
    ) -> Vec<Outcome> {
        let programme = programme(session);
        let base = programme.base;
        let stream = StreamId::of::<SessionEvent>(SessionId::of_code(base, &session.code).uuid());
        let (name, site) = (format!("{stream}|{programme:?}"), StreamId::of::<SiteEvent>(base.uuid()));
        let mut standing = Standing::default();
        let schedule = Command::Schedule(programme);
        let scheduled = self.command::<Session>(&name, stream.clone(), vec![site], schedule, &mut standing).await;
        let is_refused = scheduled.is_err();
        let mut outcomes = vec![("sessions.csv", *row, scheduled)];
        if is_refused {
            let refuse = || Err(Trouble::No("the session was refused".to_owned()));
            outcomes.extend(roster.iter().map(|(row, ..)| ("rosters.csv", *row, refuse())));
        } else if let Some((first, ..)) = roster.first().copied() {
            match self.roster(stream, standing, roster).await {
                Ok(rows) => outcomes.extend(rows),
                // No fault of a row's.
                Err(trouble) => outcomes.push(("rosters.csv", first, Err(trouble))),
            }
        }
        outcomes
    }

    async fn roster(
        &self,
        stream: StreamId,
        mut standing: Standing<Session>,
        roster: Vec<Attended<'_>>,
    ) -> Result<Vec<Outcome>, Trouble> {
        let known = on_record(standing.state(self.registry, &stream).await?);
        let (mut outcomes, mut added) = (Vec::with_capacity(roster.len()), Vec::new());
        for (row, number, hours) in roster {
            let outcome = match self.person(number) {
                Ok(teacher) => match known.get(&teacher) {
                    None => {
                        added.push((row, Attendance { teacher, hours }));
                        continue;
                    }
                    Some(known) => compare(*known, hours).map(|()| false),
                },
                Err(trouble) => Err(trouble),
            };
            outcomes.push(("rosters.csv", row, outcome));
        }
        if added.is_empty() {
            return Ok(outcomes);
        }
        let held = match self.hold(stream, added.iter().map(|(_, attendance)| *attendance).collect()).await {
            Err(trouble @ Trouble::Failed(_)) => return Err(trouble),
            held => held.map_err(|trouble| trouble.to_string()),
        };
        outcomes.extend(added.iter().map(|(row, _)| ("rosters.csv", *row, held.clone().map_err(Trouble::No))));
        Ok(outcomes)
    }

    async fn hold(&self, stream: StreamId, roster: Vec<Attendance>) -> Result<bool, Trouble> {
        let people = roster.iter().map(|one| StreamId::of::<TeacherEvent>(one.teacher.uuid())).collect();
        let name = format!("{stream}|{roster:?}");
        let hold = Command::Hold { roster, on: self.today };
        self.command::<Session>(&name, stream, people, hold, &mut Standing::default()).await
    }
}

fn programme(row: &SessionRow) -> Programme {
    Programme {
        base: SiteId::of_code(&row.base),
        code: row.code.clone(),
        title: row.title.clone(),
        tier: row.tier,
        theme: row.theme,
        mode: Mode::FaceToFace,
        abroad: false,
        dates: row.dates,
        hours: row.hours,
    }
}

fn on_record(state: &State) -> Roster {
    match state {
        State::Scheduled { roster, .. } => roster.clone(),
        State::Absent | State::Voided => Roster::new(),
    }
}

/// Whether somebody on a roster stands there as a row says.
fn compare(known: Option<Hours>, given: Hours) -> Result<(), Trouble> {
    let refuse = |why: &str| Err(Trouble::No(why.to_owned()));
    match known {
        Some(known) if known == given => Ok(()),
        Some(_) => refuse(
            "the person stands on the roster with other hours; amend the roster if these are right, or correct the row",
        ),
        None => {
            refuse("the person was taken off the roster since; amend the roster if that was wrong, or take the row out")
        }
    }
}
