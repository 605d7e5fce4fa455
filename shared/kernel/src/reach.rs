//! How far a role reaches: over the nation, a province, a city, one organisation, or one person.

use std::collections::BTreeSet;

use crate::code::{Division, Province};
use crate::{OrganisationId, TeacherId};

/// Where a thing lies in the tree of organisations: nation – province – city – organisation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// The organisation itself.
    pub organisation: OrganisationId,
    /// The city it is counted in.
    pub city: Division,
    /// The provincial unit it reports to, which for the XPCC 兵团 is not the one it lies in.
    pub province: Province,
}

/// The part of the tree over which a role reaches.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reach {
    /// All of it.
    Nation,
    /// A provincial unit with everything in it.
    Province(Province),
    /// A city with everything in it that reports to the same provincial unit.
    City(Province, Division),
    /// One organisation.
    Organisation(OrganisationId),
    /// One person: somebody's own record, or the one that a stated purpose names.
    Person(TeacherId),
}

impl Reach {
    /// Whether a thing that lies there is within reach.
    pub fn covers(&self, location: &Location) -> bool {
        match self {
            Self::Nation => true,
            Self::Province(province) => location.province == *province,
            Self::City(province, city) => location.province == *province && location.city == *city,
            Self::Organisation(organisation) => location.organisation == *organisation,
            // A person lies nowhere: where they are present is what counts for everybody else.
            Self::Person(_) => false,
        }
    }
}

/// What somebody may see of a kind of thing: everything within any of its reaches. Queries take it as an argument, so
/// that no list, count or export is made without one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scope(BTreeSet<Reach>);

impl Scope {
    /// Everything. For the registry's own machinery and its operator.
    pub fn everything() -> Self {
        Self(BTreeSet::from([Reach::Nation]))
    }

    /// Nothing.
    pub fn nothing() -> Self {
        Self::default()
    }

    /// What these reach over.
    pub fn of(reaches: impl IntoIterator<Item = Reach>) -> Self {
        Self(reaches.into_iter().collect())
    }

    /// Whether it is everything.
    pub fn is_everything(&self) -> bool {
        self.0.contains(&Reach::Nation)
    }

    /// Whether it is nothing.
    pub fn is_nothing(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a thing that lies there is within it.
    pub fn covers(&self, location: &Location) -> bool {
        self.0.iter().any(|reach| reach.covers(location))
    }

    /// Whether it names this person.
    pub fn names(&self, person: TeacherId) -> bool {
        self.0.contains(&Reach::Person(person))
    }

    /// Its reaches.
    pub fn reaches(&self) -> impl Iterator<Item = &Reach> {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn location(name: &str, city: &str, province: &str) -> Location {
        Location {
            organisation: OrganisationId::of_name(name),
            city: Division::parse(city).unwrap(),
            province: Province::parse(province).unwrap(),
        }
    }

    #[test]
    fn a_reach_covers_what_lies_in_it_and_nothing_else() {
        let nanjing = location("one", "320100", "32");
        let province = |code| Province::parse(code).unwrap();
        let city = |of, code| Reach::City(province(of), Division::parse(code).unwrap());
        assert!(Reach::Nation.covers(&nanjing));
        assert!(Reach::Province(province("32")).covers(&nanjing));
        assert!(!Reach::Province(province("35")).covers(&nanjing));
        assert!(city("32", "320100").covers(&nanjing));
        assert!(!city("32", "320200").covers(&nanjing));
        assert!(Reach::Organisation(nanjing.organisation).covers(&nanjing));
        assert!(!Reach::Organisation(OrganisationId::of_name("other")).covers(&nanjing));
    }

    #[test]
    fn a_school_of_the_xpcc_is_not_its_neighbour_s() {
        let corps = location("corps school", "650100", "兵团");
        let (xinjiang, xpcc) = (Province::parse("65").unwrap(), Province::parse("66").unwrap());
        let urumqi = Division::parse("650100").unwrap();
        assert!(!Reach::Province(xinjiang).covers(&corps));
        assert!(!Reach::City(xinjiang, urumqi.clone()).covers(&corps));
        assert!(Reach::City(xpcc, urumqi).covers(&corps));
    }

    #[test]
    fn nothing_covers_nothing() {
        let somewhere = location("one", "320100", "32");
        assert!(!Scope::nothing().covers(&somewhere));
        assert!(Scope::everything().covers(&somewhere));
        assert!(Scope::of([Reach::Organisation(somewhere.organisation)]).covers(&somewhere));
    }
}
