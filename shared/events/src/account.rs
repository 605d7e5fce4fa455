//! The stream of an account: who can sign in, and which roles they hold where. Passwords and tokens are not events.

use kernel::vocabulary::{AccountKind, Capacity};
use kernel::{Agent, Day, EventId, OrganisationId, Period, Reason, TeacherId};

use crate::domain_event;

/// What can happen to an account. A grant is named by the id of the event that gave it.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, strum::IntoStaticStr, strum::VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum AccountEvent {
    /// The account was opened.
    Opened {
        /// The day.
        on: Day,
        /// The name under which it acts; never a person's name.
        agent: Agent,
        /// Whether it is a person's or a machine's.
        kind: AccountKind,
        /// The person whose own record it opens, where it is a teacher's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        person: Option<TeacherId>,
    },
    /// A role was granted.
    RoleGranted {
        /// The day of the decision.
        on: Day,
        /// The role.
        role: Capacity,
        /// The organisation it is held at; none for roles of the whole nation.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        organisation: Option<OrganisationId>,
        /// The days on which it is held.
        period: Period,
    },
    /// A role was ended.
    RoleEnded {
        /// The last day on which it is held.
        last_day: Day,
        /// The event that granted it.
        grant: EventId,
        /// Why.
        reason: Reason,
    },
    /// It was said which account somebody at an identity provider is.
    IdentityLinked {
        /// The day.
        on: Day,
        /// The SHA-256, in hexadecimal, of the provider's name for itself, a line feed and who they are there: enough to
        /// prove which identity it was, and nothing that names somebody.
        identity: String,
    },
    /// The account was closed: nobody signs in with it any more.
    Closed {
        /// The day.
        on: Day,
        /// Why.
        reason: Reason,
    },
}

domain_event!(AccountEvent in "account", on
    Self::Opened { on, .. }
    | Self::RoleGranted { on, .. }
    | Self::IdentityLinked { on, .. }
    | Self::Closed { on, .. } => *on,
    Self::RoleEnded { last_day, .. } => *last_day,
);
