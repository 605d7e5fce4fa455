//! How many stood where on a day, as known at a position: the sum of the steps up to there. As known now, those are counted who
//! stand there, which is several times as fast.

use std::collections::{BTreeSet, HashMap};

use eventlog::{Row, Value, ViewError, args};
use kernel::Day;

use super::Dossiers;
use super::list::seat_of;
use crate::{Mark, ProfileId, Seat};

/// So many people in a profile with a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// The seats they hold.
    pub profile: ProfileId,
    /// Where they stand.
    pub mark: Mark,
    /// How many.
    pub people: i64,
}

impl Dossiers {
    /// How many people stood where on a day, as known at a position. Everybody in post is in exactly one of them.
    ///
    /// # Errors
    /// When the view does not answer.
    pub async fn sums(&self, on: Day, known: u64) -> Result<Vec<Step>, ViewError> {
        let state = self.at_one_state().await?;
        // Who stands where may be counted only by whoever may see everybody, and as long as nothing has changed since.
        let is_now = self.scope.is_everything()
            && state.fetch_optional(include_str!("../sql/any_step_after.sql"), args![known]).await?.is_none();
        let (statement, arguments) = match is_now {
            true => (include_str!("../sql/count_standing.sql"), args![on]),
            false => (include_str!("../sql/steps_known.sql"), args![on, known]),
        };
        let mut steps = Vec::new();
        let add = |row: Row| {
            let (profile, mark) = (ProfileId(row.int(0)?), Mark::from_stored(row.int(1)?));
            steps.push(Step { profile, mark, people: row.int(2)? });
            Ok(())
        };
        state.view.fetch_each(statement, arguments, add).await?;
        steps.sort_unstable_by_key(|step| (step.profile, step.mark));
        Ok(steps)
    }

    /// The seats of these profiles.
    ///
    /// # Errors
    /// When the view does not answer.
    pub async fn seats_of(&self, profiles: &BTreeSet<ProfileId>) -> Result<HashMap<ProfileId, Vec<Seat>>, ViewError> {
        let mut seats: HashMap<ProfileId, Vec<Seat>> = HashMap::new();
        let profiles: Vec<Value> = profiles.iter().map(|profile| Value::from(profile.0)).collect();
        let statement = include_str!("../sql/seats_in.sql");
        for row in self.view.fetch_in(statement, &profiles, "order by profile, ordinal").await? {
            seats.entry(ProfileId(row.int(0)?)).or_default().push(seat_of(&row, 1)?);
        }
        Ok(seats)
    }
}
