//! Who somebody is today: their account with the roles in force.

use eventlog::{Row, args};
use kernel::vocabulary::Capacity;
use kernel::{AccountId, Day, Location, Reach};

use super::kept::Standing;
use super::{Access, AccessError};
use crate::account::is_of_the_nation;
use crate::{Held, Principal};

/// So many days after the last day of a site's last approval its clerks may still hand in what they held until then:
/// delivery is at the end of a term, and rosters follow sessions by months.
pub const CLERK_DAYS: i32 = 365;

impl Access {
    /// Who asks with this account, and the roles in force on the day; none when there is no such account or it is
    /// closed. They come without a token.
    ///
    /// # Errors
    /// When the view does not answer.
    pub async fn principal(&self, account: AccountId, today: Day) -> Result<Option<Principal>, AccessError> {
        let standing = Standing::of(&self.view, today);
        if let Some(known) = self.kept.find(&standing, account) {
            return Ok(Some(known));
        }
        let found = self.look_up(account, today).await?;
        if let Some(principal) = &found {
            self.kept.keep(standing, principal.clone());
        }
        Ok(found)
    }

    async fn look_up(&self, account: AccountId, today: Day) -> Result<Option<Principal>, AccessError> {
        let row = self.view.fetch_optional(include_str!("../sql/principal.sql"), args![account.uuid()]).await?;
        let Some(row) = row.filter(|row| row.flag(1).is_ok_and(|closed| !closed)) else { return Ok(None) };
        let mut roles = Vec::new();
        for row in self.view.fetch(include_str!("../sql/held_on.sql"), args![account.uuid(), today]).await? {
            roles.extend(held(&row, today)?);
        }
        Ok(Some(Principal { account, agent: row.parse(0)?, person: row.opt_parse(2)?, roles, token: None }))
    }
}

/// The role of a row; none where its organisation is not on the register, or its site not approved any more.
fn held(row: &Row, today: Day) -> Result<Option<Held>, eventlog::Failure> {
    let (grant, role) = (row.parse(0)?, row.parse(1)?);
    if is_of_the_nation(role) {
        return Ok(Some(Held { grant, role, organisation: None, reach: Reach::Nation }));
    }
    let Some(location) = location(row, 2)? else { return Ok(None) };
    let organisation = Some(location.organisation);
    let reach = match role {
        Capacity::SchoolHr => Reach::Organisation(location.organisation),
        Capacity::BaseClerk if is_in_use(row, today)? => Reach::Organisation(location.organisation),
        Capacity::CityAuthority => Reach::City(location.province, location.city),
        Capacity::ProvincialAuthority => Reach::Province(location.province),
        Capacity::BaseClerk | Capacity::Teacher | Capacity::Ministry | Capacity::Auditor | Capacity::Operator => {
            return Ok(None);
        }
    };
    Ok(Some(Held { grant, role, organisation, reach }))
}

/// The location whose organisation, city and province stand in three columns; none where it is not on the register.
pub(super) fn location(row: &Row, column: usize) -> Result<Option<Location>, eventlog::Failure> {
    match (row.opt_parse(column)?, row.opt_parse(column + 1)?, row.opt_parse(column + 2)?) {
        (Some(organisation), Some(city), Some(province)) => Ok(Some(Location { organisation, city, province })),
        _ => Ok(None),
    }
}

/// Whether the site whose first and last day of approval stand in the row is, or was until lately, approved.
fn is_in_use(row: &Row, today: Day) -> Result<bool, eventlog::Failure> {
    let (Some(first), Some(last)) = (row.opt_parse::<Day>(5)?, row.opt_text(6)?) else { return Ok(false) };
    // An approval without an end is kept with a day that lies outside the calendar.
    let last = Day::parse(last).unwrap_or(Day::MAX);
    Ok(first <= today && today <= last.plus_days(CLERK_DAYS))
}
