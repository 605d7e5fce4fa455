//! Lists of accounts and proposals, never without a scope.

use std::collections::BTreeSet;

use eventlog::{Row, Value, args};
use kernel::vocabulary::{AccountKind, Capacity};
use kernel::{AccountId, Agent, Day, EventId, Location, OrganisationId, Period, ProposalId, Reach, Scope, TeacherId};

use super::principal::location;
use super::{Access, AccessError};
use crate::Place;

/// An account as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountRow {
    /// The account.
    pub account: AccountId,
    /// The name under which it acts.
    pub agent: Agent,
    /// Whether it is a person's or a machine's.
    pub kind: AccountKind,
    /// The person whose own record it opens, as it was opened.
    pub person: Option<TeacherId>,
    /// Whether it has been closed.
    pub closed: bool,
    /// Every role that it ever held or is to hold, by first day; none that was ended before its first day.
    pub grants: Vec<GrantRow>,
}

/// A role as it was granted to an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantRow {
    /// The event that granted it.
    pub grant: EventId,
    /// The role.
    pub role: Capacity,
    /// The organisation it is held at; none for a role of the nation.
    pub organisation: Option<OrganisationId>,
    /// The days on which it is held, as they stand now.
    pub period: Period,
}

/// How far a proposal has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, strum::Display, strum::EnumString, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum ProposalState {
    /// It waits for a second person; after its last day it waits in vain.
    Open,
    /// A second person approved it.
    Approved,
    /// A second person said no.
    Rejected,
    /// The proposer took it back.
    Withdrawn,
}

/// A proposal as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposalRow {
    /// The proposal.
    pub proposal: ProposalId,
    /// The operation, by its code.
    pub operation: String,
    /// Whom it is about.
    pub subject: Option<TeacherId>,
    /// The organisation that it lies with.
    pub organisation: Option<OrganisationId>,
    /// The account that proposed it.
    pub by: AccountId,
    /// The person behind that account.
    pub person: Option<TeacherId>,
    /// How far it has come.
    pub state: ProposalState,
    /// The last day on which it may be approved.
    pub last_day: Day,
    /// Where in its partition of the log it was proposed.
    pub position: u64,
}

/// So many candidates are fetched at once.
const CANDIDATES: u32 = 200;

impl Access {
    /// The account; closed ones too.
    ///
    /// # Errors
    /// When the view does not answer.
    pub async fn account(&self, account: AccountId) -> Result<Option<AccountRow>, AccessError> {
        let row = self.view.fetch_optional(include_str!("../sql/account.sql"), args![account.uuid()]).await?;
        let Some(row) = row else { return Ok(None) };
        let grants = self.view.fetch(include_str!("../sql/held_of.sql"), args![account.uuid()]).await?;
        Ok(Some(AccountRow {
            account,
            agent: row.parse(0)?,
            kind: row.parse(1)?,
            person: row.opt_parse(2)?,
            closed: row.flag(3)?,
            grants: grants.iter().map(grant_of).collect::<Result<_, _>>()?,
        }))
    }

    /// The accounts of a person, also those of entries that were merged into theirs; closed ones too.
    ///
    /// # Errors
    /// When the view does not answer.
    pub async fn account_of_person(&self, person: TeacherId) -> Result<Vec<AccountId>, AccessError> {
        let rows = self.view.fetch(include_str!("../sql/accounts_of_person.sql"), args![person]).await?;
        Ok(rows.iter().map(|row| row.parse(0)).collect::<Result<_, _>>()?)
    }

    /// The accounts of which every role held now or later lies within the scope; those without a role when their person
    /// is within it; those that are nobody's only when it is everything. At most `limit`, by id, after `after`.
    ///
    /// # Errors
    /// When the view does not answer.
    pub async fn accounts(
        &self,
        scope: &Scope,
        today: Day,
        after: Option<AccountId>,
        limit: usize,
    ) -> Result<Vec<AccountRow>, AccessError> {
        let mut found = Vec::new();
        let mut after = after;
        while found.len() < limit {
            let candidates = self.candidates(scope, after).await?;
            let full = candidates.len() >= CANDIDATES as usize;
            for candidate in candidates {
                if found.len() == limit {
                    return Ok(found);
                }
                after = Some(candidate);
                if self.of_account(candidate, today).await?.is_some_and(|place| lies_within(scope, &place)) {
                    found.extend(self.account(candidate).await?);
                }
            }
            if !full {
                break;
            }
        }
        Ok(found)
    }

    /// The next accounts that may lie within the scope, by id: with a role, or of a person, in one of its reaches.
    async fn candidates(&self, scope: &Scope, after: Option<AccountId>) -> Result<BTreeSet<AccountId>, AccessError> {
        let after = after.map_or_else(String::new, |account| account.to_string());
        let mut found = BTreeSet::new();
        for reach in scope.reaches() {
            let within = match reach {
                Reach::Nation => [Value::Null, Value::Null, Value::Null],
                Reach::Province(province) => [province.to_string().into(), Value::Null, Value::Null],
                Reach::City(province, city) => [province.to_string().into(), city.as_str().into(), Value::Null],
                Reach::Organisation(organisation) => [Value::Null, Value::Null, (*organisation).into()],
                Reach::Person(_) => continue,
            };
            let rows = if *reach == Reach::Nation {
                self.view.fetch(include_str!("../sql/accounts_after.sql"), args![&after, CANDIDATES]).await?
            } else {
                let mut args = args![&after, CANDIDATES];
                args.extend(within);
                self.view.fetch(include_str!("../sql/accounts_within.sql"), args).await?
            };
            for row in &rows {
                found.insert(row.parse(0)?);
            }
        }
        // What lies beyond the first so many may be missing of one reach or another: it comes with the next ones.
        Ok(found.into_iter().take(CANDIDATES as usize).collect())
    }

    /// The proposal.
    ///
    /// # Errors
    /// When the view does not answer.
    pub async fn proposal(&self, proposal: ProposalId) -> Result<Option<ProposalRow>, AccessError> {
        let row = self.view.fetch_optional(include_str!("../sql/proposal.sql"), args![proposal.uuid()]).await?;
        Ok(row.as_ref().map(proposal_of).transpose()?)
    }

    /// The proposals within the scope, in one state or in any. At most `limit`, by id, after `after`.
    ///
    /// # Errors
    /// When the view does not answer.
    pub async fn proposals(
        &self,
        scope: &Scope,
        state: Option<ProposalState>,
        today: Day,
        after: Option<ProposalId>,
        limit: usize,
    ) -> Result<Vec<ProposalRow>, AccessError> {
        let mut found = Vec::new();
        let mut after = after.map_or_else(String::new, |proposal| proposal.to_string());
        let state = state.map(<&str>::from);
        while found.len() < limit && !scope.is_nothing() {
            let args = args![&after, CANDIDATES, state];
            let rows = self.view.fetch(include_str!("../sql/proposals_after.sql"), args).await?;
            for row in &rows {
                if found.len() == limit {
                    return Ok(found);
                }
                let proposal = proposal_of(row)?;
                after = proposal.proposal.to_string();
                if scope.is_everything() || self.is_proposed_within(scope, &proposal, location(row, 9)?, today).await? {
                    found.push(proposal);
                }
            }
            if rows.len() < CANDIDATES as usize {
                break;
            }
        }
        Ok(found)
    }
}

impl Access {
    async fn is_proposed_within(
        &self,
        scope: &Scope,
        proposal: &ProposalRow,
        organisation: Option<Location>,
        today: Day,
    ) -> Result<bool, AccessError> {
        let has_organisation = proposal.organisation.is_some();
        let names_somebody = scope.reaches().any(|reach| matches!(reach, Reach::Person(_)));
        // Most lie with an organisation elsewhere: then nobody needs to be looked for.
        let elsewhere = has_organisation && !organisation.as_ref().is_some_and(|location| scope.covers(location));
        if elsewhere && !names_somebody {
            return Ok(false);
        }
        let place = self.of_proposed(proposal.subject, has_organisation, organisation, today).await?;
        Ok(lies_within(scope, &place))
    }
}

/// Whether what lies there is within the scope: the same rule as that of a decision.
fn lies_within(scope: &Scope, place: &Place) -> bool {
    let covered = |group: &Vec<Location>| group.iter().any(|location| scope.covers(location));
    scope.is_everything()
        || place.subject.is_some_and(|subject| scope.names(subject))
        || (!place.is_closed && place.groups.iter().all(covered))
}

fn grant_of(row: &Row) -> Result<GrantRow, eventlog::Failure> {
    // An end that is open is kept with a day that lies outside the calendar.
    let period = Period::new(row.parse(3)?, Day::parse(row.text(4)?).ok());
    let period = period.map_err(|fault| eventlog::Failure::unreadable("a period on file", fault))?;
    Ok(GrantRow { grant: row.parse(0)?, role: row.parse(1)?, organisation: row.opt_parse(2)?, period })
}

fn proposal_of(row: &Row) -> Result<ProposalRow, eventlog::Failure> {
    Ok(ProposalRow {
        proposal: row.parse(0)?,
        operation: row.text(1)?.to_owned(),
        subject: row.opt_parse(2)?,
        organisation: row.opt_parse(3)?,
        by: row.parse(4)?,
        person: row.opt_parse(5)?,
        state: row.parse(6)?,
        last_day: row.parse(7)?,
        position: row.count(8)?,
    })
}
