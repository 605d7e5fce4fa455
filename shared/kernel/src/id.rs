//! Typed ids. An id says nothing about the thing it names, with one exception: where an authority has already given
//! a thing a code for life (a school, a site), its id is derived from that code, so that every writer arrives at the
//! same stream without asking.

use uuid::Uuid;

use crate::code::{SchoolCode, SessionCode, SiteCode};
use crate::vocabulary::Level;
use crate::{Agent, Day, Malformed};

/// The name space of every id this registry derives from a name.
const REGISTRY: Uuid = Uuid::from_u128(0x5b1c_9f3e_2d74_5d0b_9c57_8f1a_6e02_4411);

macro_rules! typed_id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// The id with this value.
            pub const fn new(value: Uuid) -> Self {
                Self(value)
            }

            /// The value.
            pub const fn uuid(self) -> Uuid {
                self.0
            }

            /// Reads the usual hyphenated form.
            ///
            /// # Errors
            /// When the text is not a UUID.
            pub fn parse(text: &str) -> Result<Self, Malformed> {
                Uuid::try_parse(text).map(Self).map_err(|_| Malformed::new(stringify!($name), "write it as a UUID"))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = Malformed;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .format(Some(utoipa::openapi::SchemaFormat::KnownFormat(utoipa::openapi::KnownFormat::Uuid)))
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
        }
    )+};
}

typed_id! {
    /// A person on the register. It says when the person was enrolled, as the log does, and nothing about who it is.
    TeacherId,
    /// A training session of the five-year rotation.
    SessionId,
    /// A teacher's placement in an enterprise.
    PlacementId,
    /// A recognition as double-qualified: from application to its end.
    RecognitionId,
    /// A training base, practice base, practice station or other approved site.
    SiteId,
    /// A teaching innovation team.
    TeamId,
    /// A school, enterprise, authority or other organisation.
    OrganisationId,
    /// A published version of a rule pack.
    PackId,
    /// An action plan with its counted targets.
    ActionPlanId,
    /// A batch of rows from one file.
    ImportId,
    /// Somebody, or a machine, that can sign in.
    AccountId,
    /// Something proposed by one person, to be approved by another.
    ProposalId,
    /// A run of a draft pack over the register. It is kept by a process, never recorded.
    SimulationId,
    /// An event in the log; also the name of the fact that it records.
    EventId,
    /// A request to record something. Sent again, it names the same events.
    CommandId,
    /// What belongs together: the request, and everything that followed from it.
    CorrelationId,
}

impl EventId {
    /// The id of the `index`-th event that `command` writes. A retry of the command writes the same ids.
    pub fn of(command: CommandId, index: usize) -> Self {
        Self(Uuid::new_v5(&command.0, &(index as u64).to_be_bytes()))
    }
}

impl CommandId {
    /// The id of the command that a row of a file stands for: the same content gives the same command.
    pub fn derived(source: &str) -> Self {
        Self(named("command", source))
    }
}

impl OrganisationId {
    /// The organisation that holds this school code for life.
    pub fn of_school(code: &SchoolCode) -> Self {
        Self(named("school", code.as_str()))
    }

    /// The body that runs an approved site: clerks of a base or station hold their role there.
    pub fn of_site(site: SiteId) -> Self {
        Self(named("site body", &site.to_string()))
    }

    /// The organisation that goes by this name and has no code of its own, such as an enterprise or a department.
    pub fn of_name(name: &str) -> Self {
        Self(named("organisation", name))
    }
}

impl AccountId {
    /// The account that acts under this name.
    pub fn of_agent(agent: &Agent) -> Self {
        Self(named("account", agent.as_str()))
    }
}

impl SiteId {
    /// The site that was approved under this code.
    pub fn of_code(code: &SiteCode) -> Self {
        Self(named("site", code.as_str()))
    }
}

impl SessionId {
    /// The session that a base logs under its own code.
    pub fn of_code(base: SiteId, code: &SessionCode) -> Self {
        Self(named("session", &format!("{base}:{code}")))
    }
}

impl PlacementId {
    /// The placement of a teacher that goes by this name: a delivered row, or a command.
    pub fn of_teacher(teacher: TeacherId, name: &str) -> Self {
        Self(beside(teacher, "placement", name))
    }
}

impl RecognitionId {
    /// The recognition of a teacher that goes by this name, which [`Self::applied_for`] or [`Self::decided_on`] makes.
    pub fn of_teacher(teacher: TeacherId, name: &str) -> Self {
        Self(beside(teacher, "recognition", name))
    }

    /// The recognition that a teacher applies for at this level for the n-th time: one application is open at a time.
    pub fn applied_for(teacher: TeacherId, level: Level, nth: u32) -> Self {
        Self::of_teacher(teacher, &format!("application|{level}|{nth}"))
    }

    /// The recognition of a teacher that a body decides about at this level on this day without an application before it: the
    /// same one from whichever way it comes in.
    pub fn decided_on(teacher: TeacherId, level: Level, on: Day) -> Self {
        Self::of_teacher(teacher, &format!("{level}|{on}"))
    }
}

impl PackId {
    /// A version of the pack of this name.
    pub fn of_version(name: &str, version: u32) -> Self {
        Self(named("pack", &format!("{name}@{version}")))
    }
}

impl ImportId {
    /// The batch that these bytes are: the same file is the same import.
    pub fn of_content(digest: &str) -> Self {
        Self(named("import", digest))
    }
}

impl ActionPlanId {
    /// The plan issued under this document number.
    pub fn of_document(document: &str) -> Self {
        Self(named("plan", document))
    }
}

impl TeamId {
    /// The team of this name approved in this batch.
    pub fn of_name(tier: &str, batch: &str, name: &str) -> Self {
        Self(named("team", &format!("{tier}:{batch}:{name}")))
    }
}

fn named(kind: &str, name: &str) -> Uuid {
    Uuid::new_v5(&REGISTRY, format!("{kind}:{name}").as_bytes())
}

/// An id that begins as the teacher's does, and is otherwise as good as random: in an index, what is about a teacher stands
/// together, and near what is about those who were enrolled at the same time, such as colleagues. Version 8 (RFC 9562).
fn beside(teacher: TeacherId, kind: &str, name: &str) -> Uuid {
    let mut bytes = named(kind, &format!("{teacher}:{name}")).into_bytes();
    bytes[..8].copy_from_slice(&teacher.0.as_bytes()[..8]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_about_a_teacher_stands_beside_what_is_about_those_enrolled_with_them() {
        let enrolled = |millis: u64| {
            let chance = CommandId::derived(&millis.to_string()).0.into_bytes();
            let id = uuid::Builder::from_unix_timestamp_millis(millis, chance.first_chunk().unwrap());
            TeacherId(id.into_uuid())
        };
        let [one, other] = [1_700_000_000_000, 1_700_000_000_001].map(enrolled);
        let placed = |teacher, row: &str| PlacementId::of_teacher(teacher, row);
        assert_eq!(placed(one, "a"), placed(one, "a"));
        assert_ne!(placed(one, "a"), placed(one, "b"));
        assert_ne!(placed(one, "a").0, RecognitionId::of_teacher(one, "a").0);
        assert!(placed(one, "a").max(placed(one, "b")) < placed(other, "a").min(placed(other, "b")));
        // Whoever begins alike, as those do who were given their ids in one millisecond, has others all the same.
        let twin = TeacherId(Uuid::from_u128(one.0.as_u128() ^ 1));
        assert_ne!(placed(one, "a"), placed(twin, "a"));
        assert_eq!(placed(one, "a").0.get_version_num(), 8);
    }

    #[test]
    fn a_retried_command_names_the_same_events() {
        let command = CommandId::derived("rosters.csv row 7");
        assert_eq!(EventId::of(command, 0), EventId::of(command, 0));
        assert_ne!(EventId::of(command, 0), EventId::of(command, 1));
    }

    #[test]
    fn an_id_reads_what_it_writes() {
        let id = CommandId::derived("x");
        assert_eq!(CommandId::parse(&id.to_string()), Ok(id));
        assert!(TeacherId::parse("T001").is_err());
    }
}
