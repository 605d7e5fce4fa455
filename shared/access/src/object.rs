//! What operations act on, and where that lies.

use kernel::{
    AccountId, Location, OrganisationId, PlacementId, ProposalId, RecognitionId, SessionId, SiteId, TeacherId, TeamId,
};

use crate::Operation;

/// What an operation acts on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Object {
    /// Nothing that lies anywhere: whoever holds the role may.
    Nothing,
    /// A person.
    Teacher(TeacherId),
    /// Two persons at once: within reach only if both are.
    Teachers(TeacherId, TeacherId),
    /// A teacher at a school: a post that is to begin. Within reach only if the school is and the teacher too, unless
    /// they lie nowhere at present: whom nobody has, anybody may take on, and whom somebody has, nobody takes away.
    Engagement(OrganisationId, TeacherId),
    /// An organisation that is on the register.
    Organisation(OrganisationId),
    /// A place where something is to be registered.
    At(Location),
    /// An approved site.
    Site(SiteId),
    /// A session, which lies where its base does.
    Session(SessionId),
    /// A placement, which lies where its site does and where its teacher is.
    Placement(PlacementId),
    /// A teacher at a site: a placement that is to begin.
    Visit(SiteId, TeacherId),
    /// A recognition, which lies where its teacher is.
    Recognition(RecognitionId),
    /// A team, which lies where the school that leads it does.
    Team(TeamId),
    /// An account, which lies where its roles do.
    Account(AccountId),
    /// A proposal.
    Proposal(ProposalId),
}

impl Object {
    /// The kind of thing, as problems name it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Nothing => "thing",
            Self::Teacher(_) | Self::Teachers(..) | Self::Engagement(..) => "teacher",
            Self::Organisation(_) | Self::At(_) => "organisation",
            Self::Site(_) => "site",
            Self::Session(_) => "session",
            Self::Placement(_) | Self::Visit(..) => "placement",
            Self::Recognition(_) => "recognition",
            Self::Team(_) => "team",
            Self::Account(_) => "account",
            Self::Proposal(_) => "proposal",
        }
    }
}

/// Where an object lies on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The operation that shows things of its kind: whoever may not ask for that is told that there is no such thing.
    pub shown_by: Operation,
    /// Within reach is what has one location of every group within reach: a teacher with posts at two schools is one
    /// group of two, two persons are two groups, and what lies nowhere in particular has no group.
    pub groups: Vec<Vec<Location>>,
    /// The person it is about; of two, the one whose entry is to stay.
    pub subject: Option<TeacherId>,
    /// Whether that person's processing is restricted to storage, or they have been erased: only roles of the nation
    /// and the person may ask then.
    pub is_closed: bool,
}

impl Place {
    /// Of what lies nowhere in particular.
    pub fn anywhere() -> Self {
        Self { shown_by: Operation::ShowSession, groups: Vec::new(), subject: None, is_closed: false }
    }
}
