//! Who is within the scope of whoever asks.

use std::collections::BTreeMap;

use eventlog::{Row, ViewError, Within, args};
use kernel::{Day, EventId, Location, Reach, Scope, TeacherId};

use super::Dossiers;
use crate::projection::{Identities, Merge};

/// The scope as the policies of the database read it: `*`, or today and the reaches, in their order.
pub(super) fn context(scope: &Scope, today: Day) -> String {
    if scope.is_everything() {
        return Within::EVERYTHING.to_owned();
    }
    let mut context = today.to_string();
    for reach in scope.reaches() {
        match reach {
            Reach::Nation => {}
            Reach::Province(province) => context.push_str(&format!("|p:{province}")),
            Reach::City(province, city) => context.push_str(&format!("|c:{province}:{city}")),
            Reach::Organisation(organisation) => context.push_str(&format!("|o:{organisation}")),
            Reach::Person(person) => context.push_str(&format!("|t:{person}")),
        }
    }
    context
}

impl Dossiers {
    /// The entry that had taken this one in, as known at a position: both are one person, for whom it stands. None
    /// when it stood for itself, and to whoever may not see the person.
    ///
    /// # Errors
    /// When the view does not answer.
    pub async fn keeper_of(&self, teacher: TeacherId, known: u64) -> Result<Option<TeacherId>, ViewError> {
        if !self.knows(teacher, known).await? {
            return Ok(None);
        }
        let keeper = self.identities(teacher, known).await?.keeper(teacher);
        Ok(Some(keeper).filter(|keeper| *keeper != teacher))
    }

    /// Whether somebody was on the register at a position and is shown to whoever asks. Who was erased is shown to
    /// nobody but those who see everything; whose data may only be stored, to those and to whoever may see this very
    /// person; everybody else to those in whose scope they lie today.
    pub(super) async fn knows(&self, teacher: TeacherId, known: u64) -> Result<bool, ViewError> {
        let Some(person) = self.fetch_optional(include_str!("../sql/person.sql"), args![teacher]).await? else {
            return Ok(false);
        };
        if person.count(2)? > known || self.scope.is_nothing() {
            return Ok(false);
        }
        if self.scope.is_everything() {
            return Ok(true);
        }
        let keeper = self.stands_for(teacher).await?;
        let kept_by = if keeper == teacher { Some(person.clone()) } else { self.person(keeper).await? };
        let mut states = vec![person.text(0)?.to_owned()];
        states.extend(kept_by.map(|row| row.text(0).map(str::to_owned)).transpose()?);
        if states.iter().any(|state| state == "erased") {
            return Ok(false);
        }
        Ok(self.names(keeper).await? || (states.iter().all(|state| state == "active") && self.reaches(keeper).await?))
    }

    /// Which entries are one person with this one, as known at a position.
    pub(super) async fn identities(&self, teacher: TeacherId, known: u64) -> Result<Identities, ViewError> {
        let mut merges: BTreeMap<EventId, Merge> = BTreeMap::new();
        let (mut asked, mut unasked) = (Vec::new(), vec![teacher]);
        while let Some(teacher) = unasked.pop() {
            asked.push(teacher);
            for row in self.fetch(include_str!("../sql/merges_of.sql"), args![teacher]).await? {
                let merge = Merge::of(&row)?;
                merges.insert(merge.event, merge);
                for named in [merge.keeper, merge.other] {
                    if !asked.contains(&named) && !unasked.contains(&named) {
                        unasked.push(named);
                    }
                }
            }
        }
        Ok(Identities::at(known, merges.into_values()))
    }

    async fn person(&self, teacher: TeacherId) -> Result<Option<Row>, ViewError> {
        self.fetch_optional(include_str!("../sql/person.sql"), args![teacher]).await
    }

    /// The entry that stands for the person today.
    async fn stands_for(&self, teacher: TeacherId) -> Result<TeacherId, ViewError> {
        let keeper = self.fetch_optional(include_str!("../sql/keeper.sql"), args![teacher]).await?;
        Ok(keeper.map(|row| row.parse(0)).transpose()?.unwrap_or(teacher))
    }

    /// Whether the scope names the person, by whichever of their ids.
    async fn names(&self, keeper: TeacherId) -> Result<bool, ViewError> {
        if self.scope.names(keeper) {
            return Ok(true);
        }
        for reach in self.scope.reaches() {
            if let Reach::Person(named) = reach
                && self.stands_for(*named).await? == keeper
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a reach covers a place at which the person is present today.
    async fn reaches(&self, keeper: TeacherId) -> Result<bool, ViewError> {
        let places = self.fetch(include_str!("../sql/places_of.sql"), args![keeper, self.today]).await?;
        for place in &places {
            if self.covers(place)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a reach covers the place in a row. An organisation that the register does not know has an id and lies
    /// in no area.
    fn covers(&self, place: &Row) -> Result<bool, ViewError> {
        let organisation = place.parse(0)?;
        Ok(match (place.opt_parse(1)?, place.opt_parse(2)?) {
            (Some(city), Some(province)) => self.scope.covers(&Location { organisation, city, province }),
            _ => self.scope.reaches().any(|reach| *reach == Reach::Organisation(organisation)),
        })
    }
}

#[cfg(test)]
mod tests {
    use kernel::code::{Division, Province};

    use super::*;

    #[test]
    fn a_scope_is_written_as_its_day_and_reaches() {
        let (today, province) = (Day::parse("2026-11-22").unwrap(), Province::parse("32").unwrap());
        let city = Reach::City(province, Division::parse("320100").unwrap());
        let scope = Scope::of([city.clone(), Reach::Province(province)]);
        assert_eq!(context(&scope, today), "2026-11-22|p:32|c:32:320100");
        assert_eq!(context(&Scope::nothing(), today), "2026-11-22");
        assert_eq!(context(&Scope::of([city, Reach::Nation]), today), "*");
    }
}
