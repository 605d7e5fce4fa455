//! Applications for recognition, to be decided on.

use std::collections::BTreeMap;

use eventlog::{Failure, Row, Value, ViewError, args};
use kernel::vocabulary::Level;
use kernel::{Day, PackId, Reach, RecognitionId, TeacherId};

use super::Dossiers;

/// How far an application has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ApplicationState {
    /// Open: nobody has decided, or an appeal against the refusal was upheld.
    #[default]
    Applied,
    /// Granted, and not revoked since.
    Granted,
    /// Refused.
    Refused,
    /// Granted, and revoked since.
    Revoked,
}

impl ApplicationState {
    /// The code by which the view keeps it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Granted => "granted",
            Self::Refused => "refused",
            Self::Revoked => "revoked",
        }
    }
}

/// Which applications to list.
#[derive(Debug, Clone)]
pub struct ApplicationFilter {
    /// How far they have come.
    pub state: ApplicationState,
    /// A school's id or code, a city's or province's code; empty for all.
    pub area: String,
    /// The last one of the page before: its day and id.
    pub after: Option<(Day, RecognitionId)>,
    /// At most so many.
    pub limit: u32,
}

/// An application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// The recognition applied for.
    pub recognition: RecognitionId,
    /// Who is to be recognised, by the entry that stands for them.
    pub teacher: TeacherId,
    /// The level applied for.
    pub level: Level,
    /// The pack to be judged by.
    pub pack: PackId,
    /// The day of the application.
    pub on: Day,
}

/// The statement of a list within a part of the register.
macro_rules! applications {
    ($within:expr) => {
        concat!(include_str!("../sql/applications.sql"), $within, include_str!("../sql/applications_order.sql"))
    };
}

impl Dossiers {
    /// A page of the applications within the scope, the oldest first.
    ///
    /// # Errors
    /// When the view does not answer.
    pub async fn applications(&self, filter: &ApplicationFilter) -> Result<Vec<Application>, ViewError> {
        let (day, id) = filter.after.map_or_else(Default::default, |(day, id)| (day.to_string(), id.to_string()));
        let arguments = || args![filter.state.code(), &day, &id, &filter.area, self.today, filter.limit];
        let mut page = BTreeMap::new();
        if self.scope.is_everything() {
            self.add_applications(&mut page, applications!(""), arguments()).await?;
            return Ok(page.into_values().collect());
        }
        for reach in self.scope.reaches() {
            let mut arguments = arguments();
            let sql = match reach {
                Reach::Nation => applications!(""),
                Reach::Province(province) => {
                    arguments.extend(args![province.to_string(), ""]);
                    applications!(include_str!("../sql/applications_within_area.sql"))
                }
                Reach::City(province, city) => {
                    arguments.extend(args![province.to_string(), city.as_str()]);
                    applications!(include_str!("../sql/applications_within_area.sql"))
                }
                Reach::Organisation(organisation) => {
                    arguments.extend(args![*organisation]);
                    applications!(include_str!("../sql/applications_within_organisation.sql"))
                }
                Reach::Person(person) => {
                    arguments.extend(args![*person]);
                    applications!(include_str!("../sql/applications_within_person.sql"))
                }
            };
            self.add_applications(&mut page, sql, arguments).await?;
        }
        Ok(page.into_values().take(filter.limit as usize).collect())
    }

    /// The applications of a person, under whichever of their ids, the oldest first: the level, and whether it is open.
    ///
    /// # Errors
    /// When the view does not answer.
    pub async fn applications_of(&self, teacher: TeacherId) -> Result<Vec<(RecognitionId, Level, bool)>, ViewError> {
        let rows = self.fetch(include_str!("../sql/applications_of.sql"), args![teacher]).await?;
        let open = ApplicationState::Applied.code();
        let application = |row: &Row| Ok((row.parse(0)?, row.parse(1)?, row.text(2)? == open));
        Ok(rows.iter().map(application).collect::<Result<_, Failure>>()?)
    }

    async fn add_applications(
        &self,
        page: &mut BTreeMap<(Day, RecognitionId), Application>,
        sql: &'static str,
        arguments: Vec<Value>,
    ) -> Result<(), ViewError> {
        for row in self.fetch(sql, arguments).await? {
            let application = application_of(&row)?;
            page.insert((application.on, application.recognition), application);
        }
        Ok(())
    }
}

fn application_of(row: &Row) -> Result<Application, Failure> {
    Ok(Application {
        recognition: row.parse(0)?,
        teacher: row.parse(1)?,
        level: row.parse(2)?,
        pack: row.parse(3)?,
        on: row.parse(4)?,
    })
}
