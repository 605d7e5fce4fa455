//! Who is within the scope of whoever asks.

use std::collections::{BTreeMap, BTreeSet};

use eventlog::{Failure, Row, ViewError, Within};
use kernel::code::{Division, Province};
use kernel::{Day, Location, OrganisationId, Reach, Scope, TeacherId};

use super::Dossiers;
use super::many::keys;
use super::on_file::OnFile;

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
        let states = keepers.into_iter().map(|(teacher, keeper)| {
            let states = [persons.get(&teacher), kept_by.get(&keeper)];
            (teacher, keeper, states.map(|person| person.map(|person| person.state.as_str())))
        });
        Ok(shown(states, &named, &reached))
    }

    /// The same of what has been read of them, and of those who stand for them.
    pub(super) async fn shown_of(
        &self,
        file: &OnFile,
        teachers: &BTreeSet<TeacherId>,
        known: u64,
    ) -> Result<BTreeSet<TeacherId>, ViewError> {
        let was_there = |teacher: &&TeacherId| file.persons.get(teacher).is_some_and(|it| it.position <= known);
        let there = teachers.iter().filter(was_there).copied();
        if self.scope.is_nothing() {
            return Ok(BTreeSet::new());
        }
        if self.scope.is_everything() {
            return Ok(there.collect());
        }
        let lies_within = |place: &Lying| place.is_present(self.today) && self.covers(place);
        let reached = file.places.iter().filter(|(_, places)| places.iter().any(lies_within));
        let (named, reached) = (self.named().await?, reached.map(|(teacher, _)| *teacher).collect());
        let state = |teacher: TeacherId| file.persons.get(&teacher).map(|person| person.state.as_str());
        let states = there.map(|teacher| {
            let keeper = file.keepers.get(&teacher).copied().unwrap_or(teacher);
            (teacher, keeper, [state(teacher), state(keeper)])
        });
        Ok(shown(states, &named, &reached))
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
        let mut reached = BTreeSet::new();
        for row in self.view.fetch_in(include_str!("../sql/places_in.sql"), &keys(keepers), "").await? {
            let place = Lying::of(&row, 1)?;
            if place.is_present(self.today) && self.covers(&place) {
                reached.insert(row.parse(0)?);
            }
        }
        Ok(reached)
    }

    /// Whether a reach covers a place. An organisation that the register does not know has an id and lies in no area.
    fn covers(&self, place: &Lying) -> bool {
        let organisation = place.organisation;
        match &place.area {
            Some((city, province)) => {
                self.scope.covers(&Location { organisation, city: city.clone(), province: *province })
            }
            None => self.scope.reaches().any(|reach| *reach == Reach::Organisation(organisation)),
        }
    }
}

/// A place where somebody is present until a day.
#[derive(Debug)]
pub(super) struct Lying {
    until_day: String,
    organisation: OrganisationId,
    area: Option<(Division, Province)>,
}

impl Lying {
    /// The place whose day, organisation, city and province stand in four columns.
    pub(super) fn of(row: &Row, column: usize) -> Result<Self, Failure> {
        let area = row.opt_parse(column + 2)?.zip(row.opt_parse(column + 3)?);
        Ok(Self { until_day: row.text(column)?.to_owned(), organisation: row.parse(column + 1)?, area })
    }

    fn is_present(&self, today: Day) -> bool {
        self.until_day > today.to_string()
    }
}

/// Those of these people, each with who stands for them and the states of both, who are shown to somebody whose scope
/// names some and reaches some.
fn shown<'a>(
    people: impl Iterator<Item = (TeacherId, TeacherId, [Option<&'a str>; 2])>,
    named: &BTreeSet<TeacherId>,
    reached: &BTreeSet<TeacherId>,
) -> BTreeSet<TeacherId> {
    let is_shown = |(_, keeper, states): &(TeacherId, TeacherId, [Option<&str>; 2])| {
        let mut states = states.iter().flatten();
        let is_erased = states.clone().any(|state| *state == "erased");
        let is_active = states.all(|state| *state == "active");
        !is_erased && (named.contains(keeper) || (is_active && reached.contains(keeper)))
    };
    people.filter(is_shown).map(|(teacher, ..)| teacher).collect()
}

#[cfg(test)]
mod tests {
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
