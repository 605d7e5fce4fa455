//! What is drawn: things that happen, each with the command that records it.

use events::{
    OrganisationEvent, PlacementEvent, PlanEvent, RecognitionEvent, SessionEvent, SiteEvent, TeacherEvent, TeamEvent,
};
use kernel::code::CitizenId;
use kernel::{
    ActionPlanId, Chance, CommandId, Day, Name, OrganisationId, PlacementId, RecognitionId, SessionId, SiteId,
    TeacherId, TeamId,
};

/// Something that is to be recorded.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The id of the command that records it.
    pub command: CommandId,
    /// What happened.
    pub happening: Happening,
    /// What is wrong with it, if anything.
    pub dirt: Option<Dirt>,
}

/// What happened, in the words of the event catalogue: recording an entry leads to this event and no other, but for a
/// duplicate, which leads to none.
#[derive(Debug, Clone)]
pub enum Happening {
    /// To an organisation.
    Organisation(OrganisationId, OrganisationEvent),
    /// To a site.
    Site(SiteId, SiteEvent),
    /// A person is put on the register; who it is has still to be sealed.
    Registered(Box<Invented>),
    /// To a person on the register.
    Teacher(TeacherId, TeacherEvent),
    /// To a session.
    Session(SessionId, SessionEvent),
    /// To a placement.
    Placement(PlacementId, PlacementEvent),
    /// To a recognition. A grant's evidence position is left empty: it is the log's to say.
    Recognition(RecognitionId, RecognitionEvent),
    /// To a team.
    Team(TeamId, TeamEvent),
    /// To an action plan.
    Plan(ActionPlanId, PlanEvent),
}

/// An invented person.
#[derive(Debug, Clone)]
pub struct Invented {
    /// The id; it says nothing about who it is.
    pub person: TeacherId,
    /// The day of registration.
    pub on: Day,
    /// An invented name.
    pub name: Name,
    /// A number that is right by its check digit. Its division has never been assigned, so nobody has it.
    pub citizen_id: CitizenId,
    /// Where the person's key and nonces come from.
    pub chance: Chance,
}

/// What can be wrong with an entry: put in on purpose, so that what readers find can be counted against it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dirt {
    /// It voids something that was never true.
    Voided,
    /// It corrects a roster.
    RosterAmended,
    /// It is recorded more than a year after it happened, like everything else about its session or placement.
    Late,
    /// It is on record already, and is to lead to no event.
    Duplicate,
    /// The person is elsewhere on some of these days.
    TwoSitesAtOnce,
    /// These are more than eight hours a day.
    AboveEightHours,
    /// The base is not approved on these days.
    BaseNotApproved,
    /// The teacher disputes a fact.
    Disputed,
}

impl Dirt {
    /// Every sort.
    pub const ALL: [Self; 8] = [
        Self::Voided,
        Self::RosterAmended,
        Self::Late,
        Self::Duplicate,
        Self::TwoSitesAtOnce,
        Self::AboveEightHours,
        Self::BaseNotApproved,
        Self::Disputed,
    ];

    /// A stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Voided => "voided",
            Self::RosterAmended => "roster_amended",
            Self::Late => "late",
            Self::Duplicate => "duplicate",
            Self::TwoSitesAtOnce => "two_sites_at_once",
            Self::AboveEightHours => "above_eight_hours",
            Self::BaseNotApproved => "base_not_approved",
            Self::Disputed => "disputed",
        }
    }
}

impl Entry {
    /// An entry with nothing wrong.
    pub(crate) fn clean(command: CommandId, happening: Happening) -> Self {
        Self { command, happening, dirt: None }
    }

    /// An entry with something wrong.
    pub(crate) fn dirty(command: CommandId, happening: Happening, dirt: Dirt) -> Self {
        Self { command, happening, dirt: Some(dirt) }
    }
}
