//! In whose name something is decided, and by which pack.

use eventlog::StreamId;
use events::{OrganisationEvent, OrganisationProfile};
use kernel::vocabulary::OrganisationKind;
use kernel::{CommandId, CorrelationId, Day, OrganisationId};
use standards::Pack;
use teachers::organisation::{Command, Organisation};

use crate::line::AuthorityLine;
use crate::outcome::Trouble;
use crate::registry::Registry;

/// A body that decides.
#[derive(Debug)]
pub struct Authority {
    /// Its id.
    pub id: OrganisationId,
    /// What it is put on the register as, once there is something to record in its name; none when it is there.
    newcomer: Option<OrganisationProfile>,
}

impl Authority {
    /// The body that the command line names, by its id or by a name.
    ///
    /// # Errors
    /// When it is not on the register and nothing says where it is: a place that is made up would stay on record.
    pub async fn find(registry: &Registry, named: &AuthorityLine) -> Result<Self, Trouble> {
        let AuthorityLine { authority, division } = named;
        let by_id = OrganisationId::parse(authority.as_str()).ok();
        let id = by_id.unwrap_or_else(|| OrganisationId::of_name(authority.as_str()));
        if registry.exists(&StreamId::of::<OrganisationEvent>(id.uuid())).await? {
            return Ok(Self { id, newcomer: None });
        }
        let Some(division) = division.clone().filter(|_| by_id.is_none()) else {
            let why = "is not on the register: name it as it is there, or by its id; a new expert body is put there when \
                       --division says in which division it is";
            return Err(Trouble::NotFound(format!("{authority} {why}")));
        };
        let profile = OrganisationProfile {
            kind: OrganisationKind::ExpertBody,
            name: authority.clone(),
            school_code: None,
            education_level: None,
            division,
            reports_to: None,
        };
        Ok(Self { id, newcomer: Some(profile) })
    }

    /// Puts it on the register if it is not there.
    ///
    /// # Errors
    /// When that is refused, or the store fails.
    pub async fn put_on_the_register(self, registry: &Registry) -> Result<OrganisationId, Trouble> {
        if let Some(profile) = self.newcomer {
            let stream = StreamId::of::<OrganisationEvent>(self.id.uuid());
            let id = CommandId::derived(&format!("{stream}|register"));
            let register = Command::Register { on: registry.today(), profile };
            registry.record::<Organisation>(id, CorrelationId::new(id.uuid()), stream, vec![], register).await?;
        }
        Ok(self.id)
    }
}

/// The pack of the nation that is in force on a day.
///
/// # Errors
/// When none is, or the view does not answer.
pub async fn national_pack(registry: &Registry, on: Day) -> Result<Pack, Trouble> {
    let rulebook = registry.dossiers().await?.rulebook(u64::MAX).await?;
    let pack = rulebook.of_nation(on).ok_or_else(|| Trouble::NotFound("no rule pack is in force".to_owned()))?;
    Ok(pack.clone())
}
