//! Whether everything that rows refer to is there – in the delivery, or on the register already – and rows agree.

use std::collections::{BTreeMap, BTreeSet};

use eventlog::StreamId;
use events::{OrganisationEvent, SiteEvent};
use kernel::code::{CitizenId, SchoolCode, SessionCode, SiteCode};
use kernel::{Name, OrganisationId, SiteId};
use spreadsheet::RowFault;

use super::Delivery;
use crate::outcome::Trouble;
use crate::registry::Registry;

impl Delivery {
    /// Checks every reference, and that no two rows contradict each other; nothing is recorded by it.
    pub async fn check(&self, registry: &Registry) -> Result<(), Trouble> {
        let mut faults = self.contradictions();
        self.check_schools(registry, &mut faults).await?;
        self.check_sites(registry, &mut faults).await?;
        self.check_people(registry, &mut faults).await?;
        self.check_names(registry, &mut faults).await?;
        self.check_sessions(&mut faults);
        if faults.is_empty() { Ok(()) } else { Err(Trouble::BadInput(faults)) }
    }

    async fn check_schools(&self, registry: &Registry, faults: &mut Vec<RowFault>) -> Result<(), Trouble> {
        let mut known: BTreeSet<&SchoolCode> = self.schools.iter().map(|(_, school)| &school.code).collect();
        for (row, school) in &self.schools {
            // The XPCC reports for itself but lies in a province of GB/T 2260.
            let elsewhere = school.province != school.division.province() && school.province.english() != "XPCC";
            if elsewhere {
                faults.push(fault("schools.csv", *row, "省份", "the division lies in another province"));
            }
        }
        for (row, teacher) in &self.teachers {
            if known.contains(&teacher.school) {
                continue;
            }
            let stream = StreamId::of::<OrganisationEvent>(OrganisationId::of_school(&teacher.school).uuid());
            if registry.exists(&stream).await? {
                known.insert(&teacher.school);
            } else {
                let why = "no school of this code is in the delivery or on the register";
                faults.push(fault("teachers.csv", *row, "学校标识码", why));
            }
        }
        Ok(())
    }

    async fn check_sites(&self, registry: &Registry, faults: &mut Vec<RowFault>) -> Result<(), Trouble> {
        let mut known: BTreeSet<&SiteCode> = self.sites.iter().map(|(_, site)| &site.code).collect();
        let bases = self.sessions.iter().map(|(row, session)| ("sessions.csv", *row, "基地编号", &session.base));
        let stations =
            self.placements.iter().map(|(row, placement)| ("placements.csv", *row, "流动站编号", &placement.site));
        for (file, row, column, code) in bases.chain(stations) {
            if known.contains(code) {
                continue;
            }
            let stream = StreamId::of::<SiteEvent>(SiteId::of_code(code).uuid());
            if registry.exists(&stream).await? {
                known.insert(code);
            } else {
                faults.push(fault(file, row, column, "no site of this code is in the delivery or on the register"));
            }
        }
        Ok(())
    }

    async fn check_people(&self, registry: &Registry, faults: &mut Vec<RowFault>) -> Result<(), Trouble> {
        let mut names: BTreeMap<&CitizenId, &Name> = BTreeMap::new();
        for (row, teacher) in &self.teachers {
            let known = names.entry(&teacher.citizen_id).or_insert(&teacher.name);
            if **known != teacher.name {
                faults.push(fault("teachers.csv", *row, "姓名", "another row has another name for this id number"));
            }
        }
        for (row, entry) in &self.rosters {
            if names.get(&entry.citizen_id).is_some_and(|name| **name != entry.name) {
                faults.push(fault("rosters.csv", *row, "姓名", "teachers.csv has another name for this id number"));
            }
        }
        let mut known: BTreeSet<&CitizenId> = names.into_keys().collect();
        for (file, row, number) in self.referred() {
            if known.contains(number) {
                continue;
            }
            if registry.app().vault().find(number).await?.is_some() {
                known.insert(number);
            } else {
                let why = "nobody with this id number is in the delivery or on the register";
                faults.push(fault(file, row, "身份证号", why));
            }
        }
        Ok(())
    }

    /// Every row that refers to a person.
    pub(super) fn referred(&self) -> impl Iterator<Item = (&'static str, u64, &CitizenId)> {
        let credentials = self.credentials.iter().map(|(row, entry)| ("credentials.csv", *row, &entry.citizen_id));
        let rosters = self.rosters.iter().map(|(row, entry)| ("rosters.csv", *row, &entry.citizen_id));
        let placements = self.placements.iter().map(|(row, entry)| ("placements.csv", *row, &entry.citizen_id));
        let conduct = self.conduct.iter().map(|(row, entry)| ("conduct.csv", *row, &entry.citizen_id));
        credentials.chain(rosters).chain(placements).chain(conduct)
    }

    fn check_sessions(&self, faults: &mut Vec<RowFault>) {
        let mut sessions = BTreeMap::new();
        for (row, session) in &self.sessions {
            if sessions.insert(&session.code, session).is_some() {
                faults.push(fault("sessions.csv", *row, "期次", "this code stands in another row too"));
            }
        }
        let mut seen: BTreeSet<(&SessionCode, &CitizenId)> = BTreeSet::new();
        for (row, entry) in &self.rosters {
            match sessions.get(&entry.session) {
                None => faults.push(fault("rosters.csv", *row, "期次", "sessions.csv has no session of this code")),
                Some(session) if entry.hours > session.hours => {
                    faults.push(fault("rosters.csv", *row, "学时", "there are more hours than the session has"));
                }
                Some(_) => {}
            }
            if !seen.insert((&entry.session, &entry.citizen_id)) {
                faults.push(fault("rosters.csv", *row, "身份证号", "the person is on this roster twice"));
            }
        }
    }
}

pub(super) fn fault(file: &str, row: u64, column: &str, why: &str) -> RowFault {
    RowFault { file: file.to_owned(), row: Some(row), column: Some(column.to_owned()), why: why.to_owned() }
}
