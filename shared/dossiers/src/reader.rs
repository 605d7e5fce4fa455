//! Questions to the read model.

mod dossier;
mod list;
mod sums;

use eventlog::{LogPosition, View, ViewError, args};
use kernel::code::{Division, Province, SchoolCode};
use kernel::vocabulary::EducationLevel;
use kernel::{Name, OrganisationId, SiteId, TeacherId};
use serde::Serialize;

pub use dossier::{Dossier, UnknownTeacher};
pub use list::{ListFilter, Listed, StatusFilter};
pub use sums::Step;

/// The read model, to be asked. Clones are cheap.
#[derive(Debug, Clone)]
pub struct Dossiers(View);

/// A school, and where it is counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct School {
    /// Its id.
    pub id: OrganisationId,
    /// Its code, if it is a school.
    pub code: Option<SchoolCode>,
    /// Its name.
    pub name: Name,
    /// Its education level.
    pub education_level: Option<EducationLevel>,
    /// The division it lies in.
    pub division: Division,
    /// The city it is counted in.
    pub city: Division,
    /// The provincial unit it is counted in.
    pub province: Province,
}

/// The code and name of a site, for people to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct AreaName {
    /// The code.
    pub code: String,
    /// The name.
    pub name: String,
}

impl Dossiers {
    /// The questions to this view.
    pub fn new(view: View) -> Self {
        Self(view)
    }

    /// How far it is.
    pub fn position(&self) -> LogPosition {
        self.0.position()
    }

    /// The school of this id.
    ///
    /// # Errors
    /// When the view does not answer.
    pub async fn school(&self, school: OrganisationId) -> Result<Option<School>, ViewError> {
        let row = self.0.fetch_optional(include_str!("sql/school.sql"), args![school]).await?;
        Ok(row.map(|row| school_of(&row)).transpose()?)
    }

    /// The school with this code.
    ///
    /// # Errors
    /// When the view does not answer.
    pub async fn school_by_code(&self, code: &SchoolCode) -> Result<Option<School>, ViewError> {
        let row = self.0.fetch_optional(include_str!("sql/school_by_code.sql"), args![code.as_str()]).await?;
        Ok(row.map(|row| school_of(&row)).transpose()?)
    }

    /// Every school and other organisation.
    ///
    /// # Errors
    /// When the view does not answer.
    pub async fn schools(&self) -> Result<Vec<School>, ViewError> {
        let rows = self.0.fetch(include_str!("sql/schools_all.sql"), vec![]).await?;
        Ok(rows.iter().map(school_of).collect::<Result<_, _>>()?)
    }

    /// The code and name of a site.
    ///
    /// # Errors
    /// When the view does not answer.
    pub async fn site(&self, site: SiteId) -> Result<Option<AreaName>, ViewError> {
        let row = self.0.fetch_optional(include_str!("sql/site.sql"), args![site]).await?;
        let name = |row: eventlog::Row| {
            Ok::<_, eventlog::Failure>(AreaName { code: row.text(0)?.to_owned(), name: row.text(1)?.to_owned() })
        };
        Ok(row.map(name).transpose()?)
    }

    /// Who has, or had, this staff number, at whatever school.
    ///
    /// # Errors
    /// When the view does not answer.
    pub async fn by_staff_number(&self, number: &str) -> Result<Vec<TeacherId>, ViewError> {
        let rows = self.0.fetch(include_str!("sql/teachers_by_staff_number.sql"), args![number]).await?;
        Ok(rows.iter().map(|row| row.parse(0)).collect::<Result<_, _>>()?)
    }
}

fn school_of(row: &eventlog::Row) -> Result<School, eventlog::Failure> {
    Ok(School {
        id: row.parse(0)?,
        code: row.opt_parse(1)?,
        name: row.parse(2)?,
        education_level: row.opt_parse(3)?,
        division: row.parse(4)?,
        city: row.parse(5)?,
        province: row.parse(6)?,
    })
}
