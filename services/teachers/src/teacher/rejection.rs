//! Why the record of a person refuses.

use contracts::{Refused, Rejects};

/// The domain saying no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Rejection {
    /// Nobody is on the register under this id.
    #[error("nobody is on the register under this id")]
    NotRegistered,
    /// The person has been erased.
    #[error("the person has been erased; nothing more can be recorded")]
    Erased,
    /// Processing is restricted to storage.
    #[error("processing of this person's data is restricted to storage")]
    Restricted,
    /// There is no such fact in this record.
    #[error("there is no such fact in this record")]
    NoSuchFact,
    /// The fact has been voided.
    #[error("the fact has been voided")]
    Voided,
    /// The fact is not a post.
    #[error("the fact is not a post")]
    NotAPost,
    /// The fact is not a role.
    #[error("the fact is not a role")]
    NotARole,
    /// The fact is not a credential.
    #[error("the fact is not a credential")]
    NotACredential,
    /// The fact is not a breach.
    #[error("the fact is not a breach of ethics")]
    NotABreach,
    /// The person has another post at this school at that time.
    #[error("the person has another post at this school at that time; end or void that one first")]
    PostOverlaps,
    /// The post has another last day on record.
    #[error("the post has another last day on record; void it and record it again")]
    PostEndedOtherwise,
    /// The role has another last day on record.
    #[error("the role has another last day on record; void it and assign it again")]
    RoleEndedOtherwise,
    /// The credential was withdrawn from another day on.
    #[error(
        "the credential is on record as withdrawn from another day on; void it and record it again with the right one"
    )]
    CredentialWithdrawnOtherwise,
    /// The breach was lifted on another day.
    #[error("the breach is on record as lifted on another day")]
    BreachLiftedOtherwise,
    /// It would end before it begins.
    #[error("it would end before it begins")]
    EndsBeforeItBegins,
    /// The role does not lie within its post.
    #[error("the role does not lie within its post")]
    OutsidePost,
    /// A specialised teacher needs a specialty.
    #[error("a specialised-course teacher or practice instructor needs a specialty code")]
    SpecialtyMissing,
    /// A skill grade needs its grade.
    #[error("a skill grade needs its grade, 5 to 1")]
    GradeMissing,
    /// A title needs its rank.
    #[error("a title needs its rank")]
    RankMissing,
    /// The person has no post at the school that verifies.
    #[error("the person has no post at the school that verifies")]
    NotInPostThere,
    /// It is no panel.
    #[error("ability is judged by an expert organisation, or by experts whom an authority convened; never by a school")]
    NotAPanel,
    /// The other entry has been merged into a third one.
    #[error("the other entry has been merged into another one already")]
    AlreadyMerged,
    /// The entry that is to stay has been merged into another.
    #[error("this entry has been merged into another one; merge into that one")]
    KeeperMerged,
    /// An entry cannot be merged into itself.
    #[error("an entry cannot be merged into itself")]
    Itself,
    /// The other is not on the register.
    #[error("the other entry is not on the register")]
    OtherNotRegistered,
    /// The other has been erased.
    #[error("the other entry has been erased")]
    OtherErased,
    /// The other is restricted.
    #[error("processing of the other entry's data is restricted to storage")]
    OtherRestricted,
    /// There is no such merge.
    #[error("there is no such merge in this record")]
    NoSuchMerge,
    /// A request about the same is open.
    #[error("a request for correction of the same is open; it has to be answered first")]
    RequestOpen,
    /// There is no such request.
    #[error("there is no such request for correction in this record")]
    NoSuchRequest,
    /// The request was answered otherwise.
    #[error("the request has been answered otherwise")]
    AnsweredOtherwise,
}

impl Rejects for Rejection {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn refused(&self) -> Refused {
        match self {
            Self::NotRegistered | Self::NoSuchFact | Self::NoSuchMerge | Self::NoSuchRequest => Refused::Absent,
            Self::Erased
            | Self::Restricted
            | Self::Voided
            | Self::PostOverlaps
            | Self::PostEndedOtherwise
            | Self::RoleEndedOtherwise
            | Self::CredentialWithdrawnOtherwise
            | Self::BreachLiftedOtherwise
            | Self::AlreadyMerged
            | Self::KeeperMerged
            | Self::OtherErased
            | Self::OtherRestricted
            | Self::RequestOpen
            | Self::AnsweredOtherwise => Refused::Conflict,
            Self::Itself
            | Self::OtherNotRegistered
            | Self::NotAPost
            | Self::NotARole
            | Self::NotACredential
            | Self::NotABreach
            | Self::EndsBeforeItBegins
            | Self::OutsidePost
            | Self::SpecialtyMissing
            | Self::GradeMissing
            | Self::RankMissing
            | Self::NotAPanel
            | Self::NotInPostThere => Refused::Unprocessable,
        }
    }

    fn field(&self) -> Option<String> {
        let field = match self {
            Self::SpecialtyMissing => "specialty",
            Self::GradeMissing => "grade",
            Self::RankMissing => "rank",
            Self::EndsBeforeItBegins | Self::PostEndedOtherwise | Self::RoleEndedOtherwise => "last_day",
            Self::OutsidePost => "on",
            Self::NotAPanel => "panel",
            Self::NotInPostThere => "school",
            _ => return None,
        };
        Some(field.to_owned())
    }
}
