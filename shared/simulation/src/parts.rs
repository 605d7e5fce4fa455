//! The entries of a term, part by part: first what is the nation's, then neighbouring schools with their people.

use events::{OrganisationEvent, OrganisationProfile};
use kernel::code::{Division, Province};
use kernel::vocabulary::OrganisationKind;
use kernel::{Malformed, Name, OrganisationId};

use crate::country::Country;
use crate::entry::{Entry, Happening};
use crate::geography::{UNITS, unit};
use crate::terms::Term;

/// The parts of a term. Each is drawn when it is asked for.
#[derive(Debug)]
pub struct Parts<'a> {
    country: &'a Country,
    term: Term,
    /// 0 is the nation's own.
    next: usize,
}

impl Country {
    /// The entries of a term, in the order in which they are to be recorded: whatever an entry refers to stands in an
    /// earlier one.
    pub fn parts(&self, term: Term) -> Parts<'_> {
        Parts { country: self, term, next: 0 }
    }

    fn of_nation(&self, term: Term) -> Result<Vec<Entry>, Malformed> {
        let mut entries = Vec::new();
        if term == Term::BEFORE {
            for number in 0..UNITS {
                let authority = OrganisationKind::ProvincialAuthority;
                entries.push(self.body(number, &Self::authority_name(number), authority)?);
                entries.push(self.body(number, &Self::experts_name(number), OrganisationKind::ExpertBody)?);
            }
            // All schools come first: posts are moved to schools of other parts.
            for school in 0..self.schools.len() {
                self.school_entries(school, term, &mut entries);
            }
        }
        self.site_entries(term, &mut entries)?;
        self.plan_entries(term, &mut entries)?;
        Ok(entries)
    }

    fn body(&self, number: usize, name: &str, kind: OrganisationKind) -> Result<Entry, Malformed> {
        let (id, unit) = (OrganisationId::of_name(name), unit(number));
        let profile = OrganisationProfile {
            kind,
            name: Name::parse(name)?,
            school_code: None,
            education_level: None,
            division: Division::parse(&format!("{}0000", unit.digits))?,
            reports_to: unit.reports_as.map(Province::parse).transpose()?,
        };
        let event = OrganisationEvent::Registered { on: self.scenario.start().minus_years(30), profile };
        Ok(Entry::clean(self.scenario.command(id, "register"), Happening::Organisation(id, event)))
    }

    fn of_schools(&self, part: usize, term: Term) -> Result<Vec<Entry>, Malformed> {
        let (mut entries, mut people) = (Vec::new(), Vec::new());
        for number in self.parts[part].clone() {
            let (school, first) = (&self.schools[number], people.len());
            for index in school.first..school.first + school.size {
                people.push(self.person(number, index)?);
            }
            for person in &people[first..] {
                self.career_entries(person, term, &mut entries)?;
            }
            if term > Term::BEFORE {
                self.school_entries(number, term, &mut entries);
            }
            self.team_entries(number, &people[first..], term, &mut entries)?;
        }
        self.session_entries(part, &people, term, &mut entries)?;
        for person in &people {
            self.placement_entries(person, term, &mut entries)?;
            self.recognition_entries(person, term, &mut entries)?;
        }
        Ok(entries)
    }
}

impl Iterator for Parts<'_> {
    type Item = Result<Vec<Entry>, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        let part = self.next;
        self.next += 1;
        match part.checked_sub(1) {
            None => Some(self.country.of_nation(self.term)),
            Some(part) if part < self.country.parts.len() => Some(self.country.of_schools(part, self.term)),
            Some(_) => None,
        }
    }
}
