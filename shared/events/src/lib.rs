//! Everything that can happen, an enum per stream: read this folder and you know the domain.
//!
//! Facts never change. A correction is a further event that names the one it corrects and why; an incompatible change
//! of an event is a new variant; every variant ever stored has a file in `golden/` that must parse for ever. The crate
//! refuses to know how events are stored or decided.

mod account;
mod catalogue;
mod import;
mod organisation;
mod pack;
mod placement;
mod plan;
mod proposal;
mod reading;
mod recognition;
mod sealed;
mod session;
mod site;
mod teacher;
mod team;

pub use account::AccountEvent;
pub use catalogue::{Entry, catalogue};
pub use import::{ImportEvent, ImportedFile};
pub use organisation::{OrganisationEvent, OrganisationProfile};
pub use pack::PackEvent;
pub use placement::PlacementEvent;
pub use plan::{Measure, PlanEvent};
pub use proposal::{Content, ProposalEvent, Proposed};
pub use reading::ReadingEvent;
pub use recognition::RecognitionEvent;
pub use sealed::{Sealed, SealedIdentity};
pub use session::{Attendance, Programme, SessionEvent};
pub use site::{SiteEvent, SiteProfile};
pub use teacher::{AbilityJudgement, Achievement, Credential, TeacherEvent};
pub use team::{TeamEvent, TeamProfile};

/// Names an event enum's category and says, per variant, on which day it held.
macro_rules! domain_event {
    ($name:ident in $category:literal, on $($pattern:pat => $day:expr),+ $(,)?) => {
        impl kernel::DomainEvent for $name {
            const CATEGORY: &'static str = $category;

            fn kind(&self) -> &'static str {
                self.into()
            }

            fn kinds() -> &'static [&'static str] {
                <Self as strum::VariantNames>::VARIANTS
            }

            fn occurred_on(&self) -> kernel::Day {
                match self {
                    $($pattern => $day,)+
                }
            }
        }
    };
}
pub(crate) use domain_event;
