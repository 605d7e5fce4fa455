//! Where a thing lies on a day.

use eventlog::{Row, Value, args};
use kernel::{AccountId, Day, Location, OrganisationId, ProposalId, TeacherId};

use super::principal::location;
use super::{Access, AccessError};
use crate::{Object, Operation, Place};

/// Where a person is: at the schools of the present posts, of every entry that was merged into theirs.
pub(super) struct Whereabouts {
    /// The entry that stands for the person.
    pub keeper: TeacherId,
    /// Whether processing is restricted to storage, or the person erased.
    pub is_closed: bool,
    /// The schools; where they were registered if they never had a post; nowhere if every post has ended.
    pub locations: Vec<Location>,
    /// Whether they lie nowhere at present. Somebody whose school is not on the register lies somewhere, out of reach.
    pub is_nowhere: bool,
}

impl Access {
    /// Where an object lies on the day; none when there is no such thing.
    ///
    /// # Errors
    /// When the view does not answer.
    pub async fn place(&self, object: &Object, today: Day) -> Result<Option<Place>, AccessError> {
        match object {
            Object::Nothing => Ok(Some(Place::anywhere())),
            Object::Teacher(teacher) => self.of_person(*teacher, Operation::ShowTeacher, today).await,
            Object::Teachers(one, other) => self.of_two(*one, *other, today).await,
            Object::Engagement(school, teacher) => self.of_engagement(*school, *teacher, today).await,
            Object::Organisation(organisation) => {
                let row = self.view.fetch_optional(include_str!("../sql/place.sql"), args![*organisation]).await?;
                at(row.as_ref(), Operation::ShowOrganisation)
            }
            Object::At(location) => Ok(Some(lying(Operation::ShowOrganisation, vec![vec![location.clone()]]))),
            Object::Site(site) => {
                let row = self.view.fetch_optional(include_str!("../sql/site_place.sql"), args![*site]).await?;
                at(row.as_ref(), Operation::ShowSite)
            }
            Object::Session(session) => {
                let row = self.view.fetch_optional(include_str!("../sql/session_place.sql"), args![*session]).await?;
                at(row.as_ref(), Operation::ShowTrainingSession)
            }
            Object::Placement(placement) => {
                let sql = include_str!("../sql/placement_place.sql");
                let Some(row) = self.view.fetch_optional(sql, args![*placement]).await? else { return Ok(None) };
                self.of_visit(&row, row.parse(3)?, today).await
            }
            Object::Visit(site, teacher) => {
                let sql = include_str!("../sql/site_place.sql");
                let Some(row) = self.view.fetch_optional(sql, args![*site]).await? else { return Ok(None) };
                self.of_visit(&row, *teacher, today).await
            }
            Object::Recognition(recognition) => {
                let sql = include_str!("../sql/recognition.sql");
                let Some(row) = self.view.fetch_optional(sql, args![*recognition]).await? else { return Ok(None) };
                self.of_person(row.parse(0)?, Operation::ShowRecognition, today).await
            }
            Object::Team(team) => {
                let row = self.view.fetch_optional(include_str!("../sql/team_place.sql"), args![*team]).await?;
                at(row.as_ref(), Operation::ShowTeam)
            }
            Object::Account(account) => self.of_account(*account, today).await,
            Object::Proposal(proposal) => self.of_proposal(*proposal, today).await,
        }
    }

    /// Where a person is on the day; none when there is no such person.
    pub(super) async fn whereabouts(&self, teacher: TeacherId, today: Day) -> Result<Option<Whereabouts>, AccessError> {
        // Hardly anybody was merged with anybody, and who was not is found by their key alone: a planner knows nothing of how
        // many a merge leads to, and would rather go through everybody.
        let mut rows = self.view.fetch(include_str!("../sql/teacher_alone.sql"), args![teacher]).await?;
        if rows.iter().any(|row| row.text(0).is_ok_and(|kind| kind == "merged")) {
            rows = self.view.fetch(include_str!("../sql/teacher_place.sql"), args![teacher]).await?;
        }
        let (mut keeper, mut is_closed) = (None, false);
        let (mut present, mut had_a_post, mut in_post, mut homes) = (Vec::new(), false, false, Vec::new());
        for row in &rows {
            match row.text(0)? {
                "keeper" => {
                    keeper = Some(row.parse(1)?);
                    is_closed |= row.text(2)? != "active";
                }
                "post" => {
                    had_a_post = true;
                    let is_present = row.text(2)? >= today.to_string().as_str();
                    in_post |= is_present;
                    present.extend(location(row, 4)?.filter(|_| is_present));
                }
                _ => homes.extend(location(row, 4)?),
            }
        }
        let is_nowhere = if had_a_post { !in_post } else { homes.is_empty() };
        let mut locations = if had_a_post { present } else { homes };
        locations.sort();
        locations.dedup();
        Ok(keeper.map(|keeper| Whereabouts { keeper, is_closed, locations, is_nowhere }))
    }

    async fn of_person(
        &self,
        teacher: TeacherId,
        shown_by: Operation,
        today: Day,
    ) -> Result<Option<Place>, AccessError> {
        let place = |person: Whereabouts| Place {
            subject: Some(person.keeper),
            is_closed: person.is_closed,
            ..lying(shown_by, vec![person.locations])
        };
        Ok(self.whereabouts(teacher, today).await?.map(place))
    }

    async fn of_two(&self, one: TeacherId, other: TeacherId, today: Day) -> Result<Option<Place>, AccessError> {
        let (one, other) = (self.whereabouts(one, today).await?, self.whereabouts(other, today).await?);
        let (Some(one), Some(other)) = (one, other) else { return Ok(None) };
        let is_closed = one.is_closed || other.is_closed;
        // Shown by what shows two: whose own record the first one is does not learn whether there is the other.
        let place = lying(Operation::CompareTeachers, vec![one.locations, other.locations]);
        Ok(Some(Place { subject: Some(one.keeper), is_closed, ..place }))
    }

    /// The school, and where the teacher is unless that is nowhere.
    async fn of_engagement(
        &self,
        school: OrganisationId,
        teacher: TeacherId,
        today: Day,
    ) -> Result<Option<Place>, AccessError> {
        let row = self.view.fetch_optional(include_str!("../sql/place.sql"), args![school]).await?;
        let (Some(row), Some(person)) = (row, self.whereabouts(teacher, today).await?) else { return Ok(None) };
        let mut groups = vec![location(&row, 0)?.into_iter().collect()];
        if !person.is_nowhere {
            groups.push(person.locations);
        }
        let place = lying(Operation::ShowTeacher, groups);
        Ok(Some(Place { subject: Some(person.keeper), is_closed: person.is_closed, ..place }))
    }

    async fn of_visit(&self, site: &Row, teacher: TeacherId, today: Day) -> Result<Option<Place>, AccessError> {
        let Some(mut place) = self.of_person(teacher, Operation::ShowPlacement, today).await? else {
            return Ok(None);
        };
        if let Some(group) = place.groups.first_mut() {
            group.extend(location(site, 0)?);
        }
        Ok(Some(place))
    }

    /// A group for each role held now or later; without any, where the person of the account is.
    pub(super) async fn of_account(&self, account: AccountId, today: Day) -> Result<Option<Place>, AccessError> {
        let args = args![account.uuid(), today];
        let rows = self.view.fetch(include_str!("../sql/account_place.sql"), args).await?;
        let Some(first) = rows.first() else { return Ok(None) };
        let mut groups = Vec::new();
        for row in rows.iter().filter(|row| row.values().get(1) != Some(&Value::Null)) {
            groups.push(location(row, 2)?.into_iter().collect());
        }
        if groups.is_empty() {
            let person = match first.opt_parse(0)? {
                Some(person) => self.whereabouts(person, today).await?,
                None => None,
            };
            groups.push(person.map(|person| person.locations).unwrap_or_default());
        }
        Ok(Some(lying(Operation::ShowAccount, groups)))
    }

    /// Where its organisation lies, else where whom it is about is, else nowhere that any role but the nation's reaches.
    pub(super) async fn of_proposal(&self, proposal: ProposalId, today: Day) -> Result<Option<Place>, AccessError> {
        let sql = include_str!("../sql/proposal_place.sql");
        let Some(row) = self.view.fetch_optional(sql, args![proposal.uuid()]).await? else { return Ok(None) };
        self.of_proposed(row.opt_parse(0)?, row.opt_text(1)?.is_some(), location(&row, 2)?, today).await.map(Some)
    }

    pub(super) async fn of_proposed(
        &self,
        subject: Option<TeacherId>,
        has_organisation: bool,
        organisation: Option<Location>,
        today: Day,
    ) -> Result<Place, AccessError> {
        let of_subject = match subject {
            Some(subject) => self.of_person(subject, Operation::ShowProposal, today).await?,
            None => None,
        };
        let nowhere = || lying(Operation::ShowProposal, vec![Vec::new()]);
        let mut place = of_subject.unwrap_or_else(nowhere);
        if has_organisation {
            place.groups = vec![organisation.into_iter().collect()];
        }
        Ok(place)
    }
}

/// At the one location of a row, shown by an operation.
fn at(row: Option<&Row>, shown_by: Operation) -> Result<Option<Place>, AccessError> {
    let Some(row) = row else { return Ok(None) };
    Ok(Some(lying(shown_by, vec![location(row, 0)?.into_iter().collect()])))
}

fn lying(shown_by: Operation, groups: Vec<Vec<Location>>) -> Place {
    Place { shown_by, groups, subject: None, is_closed: false }
}
