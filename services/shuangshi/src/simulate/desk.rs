//! The write models that entries go to, and the streams that they are about.

use eventlog::{Context, EventLog, Failure, Ordered, Refusal, Sequence, StreamId};
use events::{
    OrganisationEvent, PlacementEvent, PlanEvent, RecognitionEvent, SessionEvent, SiteEvent, TeacherEvent, TeamEvent,
};
use simulation::Happening;

use super::orders::Asked;

/// The stream that something happens in.
pub fn stream_of(happening: &Happening) -> StreamId {
    match happening {
        Happening::Organisation(id, _) => StreamId::of::<OrganisationEvent>(id.uuid()),
        Happening::Site(id, _) => StreamId::of::<SiteEvent>(id.uuid()),
        Happening::Registered(invented) => StreamId::of::<TeacherEvent>(invented.person.uuid()),
        Happening::Teacher(id, _) => StreamId::of::<TeacherEvent>(id.uuid()),
        Happening::Session(id, _) => StreamId::of::<SessionEvent>(id.uuid()),
        Happening::Placement(id, _) => StreamId::of::<PlacementEvent>(id.uuid()),
        Happening::Recognition(id, _) => StreamId::of::<RecognitionEvent>(id.uuid()),
        Happening::Team(id, _) => StreamId::of::<TeamEvent>(id.uuid()),
        Happening::Plan(id, _) => StreamId::of::<PlanEvent>(id.uuid()),
    }
}

/// Whether a stream begins with it. Organisations and sites may be on the register without the simulation.
fn begins(happening: &Happening) -> bool {
    matches!(
        happening,
        Happening::Registered(_)
            | Happening::Session(_, SessionEvent::Scheduled(_))
            | Happening::Placement(_, PlacementEvent::Started { .. })
            | Happening::Recognition(_, RecognitionEvent::Applied { .. })
    )
}

/// Why an order was not taken.
pub enum NotTaken {
    /// The log has no room at present.
    Full,
    /// The log could not say.
    Failed(Failure),
    /// Anything else.
    Refused(String),
}

macro_rules! desks {
    ($($desk:ident: $model:ty, for $pattern:pat,)+) => {
        /// A stream at its write model.
        pub enum Desk {
            $(
                #[doc = concat!("The desk of ", stringify!($model), ".")]
                $desk(Sequence<$model>),
            )+
        }

        impl Desk {
            /// The desk of what happens, with the stream as it stands.
            pub async fn of(log: &EventLog, first: &Happening) -> Result<Self, Failure> {
                let stream = stream_of(first);
                Ok(match first {
                    $($pattern if begins(first) => Self::$desk(log.sequence_of_new(stream)),)+
                    $($pattern => Self::$desk(log.sequence(stream).await?),)+
                })
            }

            /// Gives an order.
            pub fn order(&mut self, context: &Context, asked: &Asked, requires: &[StreamId]) -> Result<Ordered, NotTaken> {
                match (self, asked) {
                    $((Self::$desk(sequence), Asked::$desk(command)) => {
                        sequence.order(context, command, requires).map_err(not_taken)
                    })+
                    _ => Err(NotTaken::Refused("an entry came to the desk of another write model".to_owned())),
                }
            }
        }
    };
}

desks! {
    Organisation: teachers::organisation::Organisation, for Happening::Organisation(..),
    Site: practice::site::Site, for Happening::Site(..),
    Teacher: teachers::teacher::Teacher, for Happening::Registered(_) | Happening::Teacher(..),
    Session: training::session::Session, for Happening::Session(..),
    Placement: practice::placement::Placement, for Happening::Placement(..),
    Recognition: qualification::recognition::Recognition, for Happening::Recognition(..),
    Team: teams::team::Team, for Happening::Team(..),
    Plan: coverage::plan::ActionPlan, for Happening::Plan(..),
}

fn not_taken<R: std::fmt::Display>(refusal: Refusal<R>) -> NotTaken {
    match refusal {
        Refusal::Overloaded => NotTaken::Full,
        Refusal::Failure(failure) => NotTaken::Failed(failure),
        other => NotTaken::Refused(other.to_string()),
    }
}
