//! Filing what a page added, in a few statements.

use std::collections::BTreeSet;

use eventlog::{Failure, Value, ViewTx, args};
use kernel::{Day, TeacherId};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::applications::file_applications;
use super::commons::Commons;
use super::desk::{Added, Desk, Person};
use super::fetch::FOR_EVER;
use super::sheet::Stretch;
use super::watching::Found;
use crate::Mark;

const KNOWN_ALREADY: &str = "on conflict do nothing";

impl Desk {
    /// Files what is new about its people.
    pub(super) async fn file_people(&mut self, tx: &mut ViewTx) -> Result<(), Failure> {
        self.file_stretches(tx).await?;
        let moved = || self.sheets.iter().filter(|(_, sheet)| sheet.moved);
        let teachers: Vec<_> = moved().map(|(teacher, _)| Value::from(*teacher)).collect();
        let present = moved().flat_map(|(teacher, sheet)| {
            sheet.present.iter().map(|(organisation, until)| args![*organisation, *teacher, until_text(*until)])
        });
        let present: Vec<_> = present.collect();
        // In one go there is nothing on file yet to go away.
        let on_file = !tx.is_in_one_go();
        if on_file {
            tx.execute_in(include_str!("../sql/delete_present_in.sql"), &teachers, "").await?;
        }
        tx.bulk(include_str!("../sql/insert_present.sql"), 3, &present, "").await?;
        self.file_merges(tx).await?;
        let added = std::mem::take(&mut self.added);
        file_told(tx, &added).await?;
        file_seats(tx, &added).await?;
        if on_file {
            let erased: Vec<_> = added.erased.iter().map(|teacher| Value::from(*teacher)).collect();
            tx.execute_in(include_str!("../sql/delete_employed_in.sql"), &erased, "").await?;
        }
        file_added(tx, added).await
    }

    /// Files what is new and nobody's own, and the sums.
    pub(super) async fn file_commons(self, tx: &mut ViewTx) -> Result<(), Failure> {
        file_places(tx, &self.commons).await?;
        file_packs(tx, &self.commons).await?;
        file_applications(tx, &self.commons).await?;
        file_links(tx, self.commons).await?;
        let steps = self.steps.into_iter().filter(|(_, delta)| *delta != 0);
        let steps: Vec<_> = steps
            .map(|((position, day, profile, mark), delta)| args![position, day, profile.0, mark.stored(), delta])
            .collect();
        // On a heap nothing conflicts: sums are added up when it is put in order.
        let add = if tx.is_in_one_go() { "" } else { include_str!("../sql/add_step.sql") };
        tx.bulk(include_str!("../sql/insert_step.sql"), 5, &steps, add).await.map(drop)
    }

    /// The stretches that are others than on file: most of a timeline stays as it was.
    async fn file_stretches(&self, tx: &mut ViewTx) -> Result<(), Failure> {
        let (mut gone, mut drawn) = (Vec::new(), Vec::new());
        for (teacher, sheet) in &self.sheets {
            let from = |stretches: &[Stretch]| stretches.iter().map(|stretch| stretch.from).collect::<BTreeSet<_>>();
            gone.extend(from(&sheet.on_file).difference(&from(&sheet.drawn)).map(|from| args![*teacher, *from]));
            drawn.extend(sheet.drawn.iter().filter(|stretch| !sheet.on_file.contains(stretch)).map(|stretch| {
                args![*teacher, stretch.from, until_text(stretch.until), stretch.profile.0, stretch.mark.stored()]
            }));
        }
        let delete = include_str!("../sql/delete_stretches_gone.sql");
        tx.bulk(include_str!("../sql/stretches_gone.sql"), 2, &gone, delete).await?;
        let (insert, replace) = (include_str!("../sql/insert_stretch.sql"), include_str!("../sql/replace_stretch.sql"));
        tx.bulk(insert, 5, &drawn, replace).await.map(drop)
    }

    /// Who turned out to be whom, and who stands for them.
    async fn file_merges(&self, tx: &mut ViewTx) -> Result<(), Failure> {
        let merges = self.added.merges.iter().filter_map(|event| self.merges.get(event));
        let merges: Vec<_> =
            merges.map(|merge| args![merge.event, merge.position, merge.keeper, merge.other, merge.undone]).collect();
        tx.bulk(include_str!("../sql/insert_merge.sql"), 5, &merges, include_str!("../sql/undo_merge.sql")).await?;
        let teachers: Vec<_> = self.added.keepers.keys().map(|teacher| Value::from(*teacher)).collect();
        let taken_in = self.added.keepers.iter().filter_map(|(teacher, keeper)| Some(args![*teacher, (*keeper)?]));
        let taken_in: Vec<_> = taken_in.collect();
        tx.execute_in(include_str!("../sql/delete_alias_in.sql"), &teachers, "").await?;
        tx.bulk(include_str!("../sql/insert_alias.sql"), 2, &taken_in, "").await.map(drop)
    }
}

/// The first day that is no longer in it, or the text that stands for no such day.
fn until_text(until: Option<Day>) -> String {
    until.map_or_else(|| FOR_EVER.to_owned(), |day| day.to_string())
}

/// Contradictions, changes, and whose accounts are whose.
async fn file_told(tx: &mut ViewTx, added: &Added) -> Result<(), Failure> {
    let (mut rows, mut sites) = (Vec::new(), Vec::new());
    for ((teacher, position, ordinal), found) in &added.found {
        let Found { contradiction, amended, by, resolved } = found;
        let (body, kind) = (to_json(amended.as_ref().unwrap_or(contradiction))?, contradiction.kind.to_string());
        let (resolved_position, resolved_by) = (resolved.map(|(position, _)| position), resolved.map(|(_, by)| by));
        rows.push(args![*teacher, *position, *ordinal, kind, body, *by, resolved_position, resolved_by]);
        let named = contradiction.facts.iter().filter_map(|fact| fact.site);
        sites.extend(named.map(|site| args![site, *teacher, *position, *ordinal]));
    }
    tx.bulk(include_str!("../sql/insert_contradiction.sql"), 8, &rows, "").await?;
    tx.bulk(include_str!("../sql/insert_contradiction_site.sql"), 4, &sites, KNOWN_ALREADY).await?;
    for ((teacher, position, ordinal), contradiction) in &added.amended {
        let sql = include_str!("../sql/amend_contradiction.sql");
        tx.execute(sql, args![to_json(contradiction)?, *teacher, *position, *ordinal]).await?;
    }
    for ((teacher, position, ordinal), resolved_position, by) in &added.resolved {
        let sql = include_str!("../sql/resolve_contradiction.sql");
        tx.execute(sql, args![*resolved_position, *by, *teacher, *position, *ordinal]).await?;
    }
    let changes = added.changes.iter().map(|((position, teacher, kind), changed)| {
        args![*position, *teacher, kind.to_string(), changed.event, changed.on]
    });
    tx.bulk(include_str!("../sql/insert_change.sql"), 5, &changes.collect::<Vec<_>>(), "").await?;
    Ok(())
}

/// Organisations and sites.
async fn file_places(tx: &mut ViewTx, commons: &Commons) -> Result<(), Failure> {
    let schools = commons.schools.iter().map(|(id, profile)| {
        let level = profile.education_level.map(|level| level.to_string());
        let (division, province) = (profile.division.as_str(), profile.reporting_province().to_string());
        let code = profile.school_code.as_ref().map(|code| code.as_str());
        args![*id, code, profile.name.as_str(), level, division, profile.division.city().as_str(), province]
    });
    tx.bulk(include_str!("../sql/insert_school.sql"), 7, &schools.collect::<Vec<_>>(), "").await?;
    for (school, name) in &commons.renamed {
        tx.execute(include_str!("../sql/rename_school.sql"), args![name.as_str(), *school]).await?;
    }
    let sites = commons
        .sites
        .iter()
        .map(|(id, profile)| args![*id, profile.code.as_str(), profile.name.as_str(), profile.kind.to_string()]);
    let sites: Vec<_> = sites.collect();
    tx.bulk(include_str!("../sql/insert_site.sql"), 4, &sites, KNOWN_ALREADY).await?;
    let approvals = commons.approvals.iter().map(|(site, position, id, body)| args![*site, *position, *id, body]);
    tx.bulk(include_str!("../sql/insert_approval.sql"), 4, &approvals.collect::<Vec<_>>(), "").await?;
    Ok(())
}

/// Rule packs.
async fn file_packs(tx: &mut ViewTx, commons: &Commons) -> Result<(), Failure> {
    for (pack, position, digest, content) in &commons.packs {
        tx.execute(include_str!("../sql/insert_pack.sql"), args![pack, *position, digest, content]).await?;
    }
    for (pack, position, last_day) in &commons.retired {
        tx.execute(include_str!("../sql/retire_pack.sql"), args![*position, *last_day, pack]).await?;
    }
    Ok(())
}

/// What is held in the profiles of people.
async fn file_seats(tx: &mut ViewTx, added: &Added) -> Result<(), Failure> {
    let seats = added.profiles.iter().flat_map(|(id, profile)| {
        profile.seats().iter().enumerate().map(|(ordinal, seat)| {
            let specialty = seat.specialty.as_ref().map(|specialty| specialty.as_str());
            let (role, employment, mark) =
                (seat.role.to_string(), seat.employment.to_string(), seat.mark.map(Mark::stored));
            args![id.0, ordinal, seat.school, role, specialty, employment, mark]
        })
    });
    tx.bulk(include_str!("../sql/insert_seat.sql"), 7, &seats.collect::<Vec<_>>(), KNOWN_ALREADY).await.map(drop)
}

/// People, their entries, and where they have been.
async fn file_added(tx: &mut ViewTx, added: Added) -> Result<(), Failure> {
    file_persons(tx, added.persons).await?;
    let entries = added.entries.into_iter().map(|(teacher, position, id, body)| args![teacher, position, id, body]);
    tx.bulk(include_str!("../sql/insert_entry.sql"), 4, &entries.collect::<Vec<_>>(), "").await?;
    let employed = added.employed.into_iter().map(|(school, number, teacher)| args![school, number.as_str(), teacher]);
    let employed: Vec<_> = employed.collect();
    tx.bulk(include_str!("../sql/insert_employed.sql"), 3, &employed, KNOWN_ALREADY).await?;
    let visitors: Vec<_> = added.visitors.into_iter().map(|(site, teacher)| args![site, teacher]).collect();
    tx.bulk(include_str!("../sql/insert_visitor.sql"), 2, &visitors, KNOWN_ALREADY).await?;
    let members: Vec<_> = added.members.into_iter().map(|(session, teacher)| args![session, teacher]).collect();
    tx.bulk(include_str!("../sql/insert_session_member.sql"), 2, &members, KNOWN_ALREADY).await.map(drop)
}

/// What leads to people.
async fn file_links(tx: &mut ViewTx, commons: Commons) -> Result<(), Failure> {
    let sessions: Vec<_> = commons.sessions.into_iter().map(|(id, programme)| args![id, programme]).collect();
    tx.bulk(include_str!("../sql/insert_session.sql"), 2, &sessions, "").await?;
    let agents: Vec<_> = commons.agents.iter().map(|(agent, teacher)| args![agent.as_str(), *teacher]).collect();
    tx.bulk(include_str!("../sql/insert_agent.sql"), 2, &agents, KNOWN_ALREADY).await?;
    let placements: Vec<_> = commons.placements.into_iter().map(|(id, teacher)| args![id, teacher]).collect();
    tx.bulk(include_str!("../sql/insert_placement.sql"), 2, &placements, "").await?;
    let recognitions: Vec<_> = commons.recognitions.into_iter().map(|(id, teacher)| args![id, teacher]).collect();
    tx.bulk(include_str!("../sql/insert_recognition.sql"), 2, &recognitions, "").await?;
    Ok(())
}

/// Somebody new brings an identity and a state; of somebody known, what changed replaces what was.
async fn file_persons(tx: &mut ViewTx, persons: std::collections::BTreeMap<TeacherId, Person>) -> Result<(), Failure> {
    let (mut new, mut known) = (Vec::new(), Vec::new());
    for (teacher, Person { position, state, identity }) in persons {
        match (state, identity) {
            (Some(state), Some(identity)) => new.push(args![teacher, position, state, identity]),
            (state, identity) => known.push(args![state, identity, teacher]),
        }
    }
    tx.bulk(include_str!("../sql/insert_person.sql"), 4, &new, include_str!("../sql/replace_person.sql")).await?;
    for change in known {
        tx.execute(include_str!("../sql/change_person.sql"), change).await?;
    }
    Ok(())
}

/// Writes a value as it is kept in a column.
pub(crate) fn to_json(value: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string(value).map_err(|error| Failure::unreadable("a value to be filed", error))
}

/// Reads a value that is kept in a column.
pub(crate) fn parse_json<T: DeserializeOwned>(text: &str) -> Result<T, Failure> {
    serde_json::from_str(text).map_err(|error| Failure::unreadable("a filed value", error))
}
