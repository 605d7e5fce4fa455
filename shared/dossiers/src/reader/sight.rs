//! Who is within the scope of whoever asks.

use std::collections::{BTreeMap, BTreeSet};

use eventlog::{Row, ViewError, Within};
use kernel::{Day, Location, Reach, Scope, TeacherId};

use super::Dossiers;
use super::many::keys;

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
        let keeper = self.identities(&BTreeSet::from([teacher]), known).await?.keeper(teacher);
        Ok(Some(keeper).filter(|keeper| *keeper != teacher))
    }

    /// Whether somebody was on the register at a position and is shown to whoever asks.
    pub(super) async fn knows(&self, teacher: TeacherId, known: u64) -> Result<bool, ViewError> {
        Ok(!self.known_of(&BTreeSet::from([teacher]), known).await?.is_empty())
    }

    /// Those of these who were on the register at a position and are shown to whoever asks. Who was erased is shown to
    /// nobody but those who see everything; whose data may only be stored, to those and to whoever may see this very
    /// person; everybody else to those in whose scope they lie today.
    pub(super) async fn known_of(
        &self,
        teachers: &BTreeSet<TeacherId>,
        known: u64,
    ) -> Result<BTreeSet<TeacherId>, ViewError> {
        if self.scope.is_nothing() {
            return Ok(BTreeSet::new());
        }
        let mut persons = self.persons(teachers).await?;
        persons.retain(|_, person| person.position <= known);
        if self.scope.is_everything() {
            return Ok(persons.into_keys().collect());
        }
        let keepers = self.stand_for(&persons.keys().copied().collect()).await?;
        let standing: BTreeSet<TeacherId> = keepers.values().copied().collect();
        let kept_by = self.persons(&standing).await?;
        let (named, reached) = (self.named().await?, self.reached(&standing).await?);
        let mut shown = BTreeSet::new();
        for (teacher, keeper) in keepers {
            let states: Vec<&str> = [persons.get(&teacher), kept_by.get(&keeper)]
                .into_iter()
                .flatten()
                .map(|person| person.state.as_str())
                .collect();
            let is_active = states.iter().all(|state| *state == "active");
            let is_erased = states.contains(&"erased");
            if !is_erased && (named.contains(&keeper) || (is_active && reached.contains(&keeper))) {
                shown.insert(teacher);
            }
        }
        Ok(shown)
    }

    /// The entries that stand for these people today: for most, their own.
    async fn stand_for(&self, teachers: &BTreeSet<TeacherId>) -> Result<BTreeMap<TeacherId, TeacherId>, ViewError> {
        let mut keepers: BTreeMap<_, _> = teachers.iter().map(|teacher| (*teacher, *teacher)).collect();
        for row in self.view.fetch_in(include_str!("../sql/keepers_in.sql"), &keys(teachers), "").await? {
            keepers.insert(row.parse(0)?, row.parse(1)?);
        }
        Ok(keepers)
    }

    /// The people whom the scope names, by whichever of their ids, under the ids that stand for them.
    async fn named(&self) -> Result<BTreeSet<TeacherId>, ViewError> {
        let person = |reach: &Reach| if let Reach::Person(person) = reach { Some(*person) } else { None };
        let named: BTreeSet<TeacherId> = self.scope.reaches().filter_map(person).collect();
        let keepers = self.stand_for(&named).await?.into_values();
        Ok(named.iter().copied().chain(keepers).collect())
    }

    /// Those of these people who are present today at a place that a reach covers.
    async fn reached(&self, keepers: &BTreeSet<TeacherId>) -> Result<BTreeSet<TeacherId>, ViewError> {
        let (mut reached, today) = (BTreeSet::new(), self.today.to_string());
        for row in self.view.fetch_in(include_str!("../sql/places_in.sql"), &keys(keepers), "").await? {
            if row.text(1)? > today.as_str() && self.covers(&row)? {
                reached.insert(row.parse(0)?);
            }
        }
        Ok(reached)
    }

    /// Whether a reach covers the place in a row. An organisation that the register does not know has an id and lies
    /// in no area.
    fn covers(&self, place: &Row) -> Result<bool, ViewError> {
        let organisation = place.parse(2)?;
        Ok(match (place.opt_parse(3)?, place.opt_parse(4)?) {
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
