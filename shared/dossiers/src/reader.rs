//! Questions to the read model.

mod applications;
mod between;
mod concerning;
mod dossier;
mod judging;
mod list;
mod many;
mod on_file;
mod sight;
mod sums;
mod told;

use eventlog::{LogPosition, Row, Value, View, ViewError, Within, args};
use kernel::code::{Division, Province, SchoolCode};
use kernel::vocabulary::EducationLevel;
use kernel::{Day, Name, OrganisationId, Scope, SiteId, TeacherId};
use serde::Serialize;

pub use applications::{Application, ApplicationFilter, ApplicationState};
pub use between::Matter;
pub use concerning::{Closed, Concerning};
pub use dossier::{Dossier, UnknownTeacher};
pub use list::{ListFilter, Listed, StatusFilter};
pub use sums::Step;
pub use told::{AfterContradiction, Change, ContradictionOnFile, Lapse};

/// The read model, to be asked by somebody who may see a part of it. Clones are cheap.
#[derive(Debug, Clone)]
pub struct Dossiers {
    view: Within,
    scope: Scope,
    today: Day,
}

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
    /// The questions to this view of somebody who may see the persons within this scope, as they lie today.
    ///
    /// A person lies at the schools of their posts that have not ended; who never had a post lies at the organisation
    /// that registered them; whose posts have all ended lies nowhere. Whoever is out of scope is unknown. On PostgreSQL
    /// every question is asked within the context of the scope as well, so that the database itself holds back the
    /// rows of everybody else.
    pub fn new(view: View, scope: Scope, today: Day) -> Self {
        Self { view: Within::new(view, sight::context(&scope, today)), scope, today }
    }

    /// The same at the state that the read model is in now: what several questions answer fits together, and they take one
    /// connection. Keep it for these questions, and not longer.
    ///
    /// # Errors
    /// When the view does not answer.
    pub async fn at_one_state(&self) -> Result<Self, ViewError> {
        Ok(Self { view: self.view.at_one_state().await?, ..self.clone() })
    }

    /// What whoever asks may see.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// How far it is.
    pub fn position(&self) -> LogPosition {
        self.view.view().position()
    }

    async fn fetch(&self, sql: &'static str, args: Vec<Value>) -> Result<Vec<Row>, ViewError> {
        self.view.fetch(sql, args).await
    }

    async fn fetch_optional(&self, sql: &'static str, args: Vec<Value>) -> Result<Option<Row>, ViewError> {
        Ok(self.fetch(sql, args).await?.into_iter().next())
    }

    /// The school of this id.
    ///
    /// # Errors
    /// When the view does not answer.
    pub async fn school(&self, school: OrganisationId) -> Result<Option<School>, ViewError> {
        let row = self.fetch_optional(include_str!("sql/school.sql"), args![school]).await?;
        Ok(row.map(|row| school_of(&row)).transpose()?)
    }

    /// The school with this code.
    ///
    /// # Errors
    /// When the view does not answer.
    pub async fn school_by_code(&self, code: &SchoolCode) -> Result<Option<School>, ViewError> {
        let row = self.fetch_optional(include_str!("sql/school_by_code.sql"), args![code.as_str()]).await?;
        Ok(row.map(|row| school_of(&row)).transpose()?)
    }

    /// Every school and other organisation.
    ///
    /// # Errors
    /// When the view does not answer.
    pub async fn schools(&self) -> Result<Vec<School>, ViewError> {
        let rows = self.fetch(include_str!("sql/schools_all.sql"), vec![]).await?;
        Ok(rows.iter().map(school_of).collect::<Result<_, _>>()?)
    }

    /// The code and name of a site.
    ///
    /// # Errors
    /// When the view does not answer.
    pub async fn site(&self, site: SiteId) -> Result<Option<AreaName>, ViewError> {
        let row = self.fetch_optional(include_str!("sql/site.sql"), args![site]).await?;
        let name = |row: Row| {
            Ok::<_, eventlog::Failure>(AreaName { code: row.text(0)?.to_owned(), name: row.text(1)?.to_owned() })
        };
        Ok(row.map(name).transpose()?)
    }

    /// Who, of those within the scope, has or had this staff number, at whatever school.
    ///
    /// # Errors
    /// When the view does not answer.
    pub async fn by_staff_number(&self, number: &str) -> Result<Vec<TeacherId>, ViewError> {
        let mut seen = Vec::new();
        for row in self.fetch(include_str!("sql/teachers_by_staff_number.sql"), args![number]).await? {
            let teacher = row.parse(0)?;
            if self.knows(teacher, u64::MAX).await? {
                seen.push(teacher);
            }
        }
        Ok(seen)
    }
}

fn school_of(row: &Row) -> Result<School, eventlog::Failure> {
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
