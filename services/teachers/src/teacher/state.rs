//! What a person's events add up to, as far as decisions need it.

use std::collections::{BTreeMap, BTreeSet};

use events::{Sealed, SealedIdentity, TeacherEvent};
use kernel::code::SpecialtyCode;
use kernel::vocabulary::Role;
use kernel::{Day, Document, EventId, OrganisationId, Period, Reason, TeacherId};

use super::{Fact, Post, Rejection};

/// A person's record.
#[derive(Debug, Clone, Default)]
pub struct State {
    pub(super) registered: bool,
    pub(super) restricted: bool,
    pub(super) erased: bool,
    pub(super) merged: BTreeMap<TeacherId, EventId>,
    pub(super) unmerged: BTreeSet<EventId>,
    identity: Option<SealedIdentity>,
    facts: BTreeMap<EventId, (Fact, Validity)>,
    statements: BTreeMap<EventId, Statement>,
    confirmed: BTreeSet<EventId>,
    verified: BTreeMap<EventId, BTreeSet<OrganisationId>>,
    requests: BTreeMap<EventId, Request>,
}

/// What the teacher last said about a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Statement {
    /// It is right.
    Confirmed,
    /// It is wrong, and why.
    Disputed(Reason),
}

/// A request for correction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The day.
    pub on: Day,
    /// The fact, where it is about one.
    pub fact: Option<EventId>,
    /// What is wished, sealed.
    pub wish: Sealed,
    /// Whether it was upheld and why, once it has been answered.
    pub answer: Option<(bool, Reason)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Validity {
    Standing,
    Voided,
}

impl State {
    /// The fact, if it stands.
    pub(super) fn standing(&self, fact: EventId) -> Result<&Fact, Rejection> {
        match self.facts.get(&fact) {
            None => Err(Rejection::NoSuchFact),
            Some((_, Validity::Voided)) => Err(Rejection::Voided),
            Some((fact, Validity::Standing)) => Ok(fact),
        }
    }

    /// When the post is held, if the fact is a standing post.
    pub(super) fn post(&self, fact: EventId) -> Result<Period, Rejection> {
        match self.standing(fact)? {
            Fact::Post { post, .. } => Ok(post.period),
            _ => Err(Rejection::NotAPost),
        }
    }

    /// Whether the person is on the register.
    pub fn is_registered(&self) -> bool {
        self.registered
    }

    /// Whether processing is restricted to storage.
    pub fn is_restricted(&self) -> bool {
        self.restricted
    }

    /// Whether the person has been erased.
    pub fn is_erased(&self) -> bool {
        self.erased
    }

    /// Who it is, as recorded last; sealed.
    pub fn identity(&self) -> Option<&SealedIdentity> {
        self.identity.as_ref()
    }

    /// The entries that were merged into this one and still are, with the events that merged them.
    pub fn merged(&self) -> impl Iterator<Item = (TeacherId, EventId)> {
        self.merged.iter().map(|(other, merge)| (*other, *merge))
    }

    /// Whether the fact was ever recorded here, voided or not.
    pub fn has_recorded(&self, fact: EventId) -> bool {
        self.facts.contains_key(&fact)
    }

    /// What the teacher last said about the fact.
    pub fn statement(&self, fact: EventId) -> Option<&Statement> {
        self.statements.get(&fact)
    }

    /// Whether the teacher ever said that the fact is right, whatever they said since.
    pub(super) fn was_confirmed(&self, fact: EventId) -> bool {
        self.confirmed.contains(&fact)
    }

    /// Whether nobody takes the fact back alone: what the teacher ever said is right – that they dispute it by now is no second
    /// person –, and a breach, which is lifted by two people as well.
    pub fn needs_two_to_void(&self, fact: EventId) -> bool {
        self.was_confirmed(fact) || matches!(self.facts.get(&fact), Some((Fact::Breach { .. }, _)))
    }

    /// The school that a post or role is held at, voided or not; none of what is no post or role.
    pub fn school_of(&self, fact: EventId) -> Option<OrganisationId> {
        match &self.facts.get(&fact)?.0 {
            Fact::Post { post, .. } => Some(post.school),
            Fact::Role { post, .. } => match &self.facts.get(post)?.0 {
                Fact::Post { post, .. } => Some(post.school),
                _ => None,
            },
            _ => None,
        }
    }

    /// The schools that verified the fact.
    pub fn verified_by(&self, fact: EventId) -> impl Iterator<Item = OrganisationId> {
        self.verified.get(&fact).into_iter().flatten().copied()
    }

    /// The request for correction of this id.
    pub fn request(&self, request: EventId) -> Option<&Request> {
        self.requests.get(&request)
    }

    /// The requests for correction that nobody has answered yet.
    pub fn open_requests(&self) -> impl Iterator<Item = (EventId, &Request)> {
        self.requests.iter().filter(|(_, request)| request.answer.is_none()).map(|(id, request)| (*id, request))
    }

    pub(super) fn has_open_request(&self, fact: Option<EventId>) -> bool {
        self.open_requests().any(|(_, request)| request.fact == fact)
    }

    /// The standing facts with their ids.
    pub fn facts(&self) -> impl Iterator<Item = (EventId, &Fact)> {
        self.facts
            .iter()
            .filter(|(_, (_, validity))| *validity == Validity::Standing)
            .map(|(id, (fact, _))| (*id, fact))
    }

    /// The standing post that this one was handed in as before, with its period.
    pub(super) fn same_post(&self, post: &Post) -> Option<(EventId, Period)> {
        self.posts().find_map(|(id, known)| {
            let same =
                Post { period: known.period, ..post.clone() } == *known && known.period.from() == post.period.from();
            same.then_some((id, known.period))
        })
    }

    pub(super) fn overlaps_post(&self, post: &Post) -> bool {
        self.posts().any(|(_, known)| known.school == post.school && known.period.overlaps(post.period))
    }

    pub(super) fn has_post_at(&self, school: OrganisationId) -> bool {
        self.posts().any(|(_, post)| post.school == school)
    }

    pub(super) fn has_role(&self, post: EventId, role: Role, specialty: Option<&SpecialtyCode>, on: Day) -> bool {
        self.facts().any(|(_, fact)| match fact {
            Fact::Role { post: of, role: known, specialty: taught, from, .. } => {
                *of == post && *known == role && taught.as_ref() == specialty && *from == on
            }
            _ => false,
        })
    }

    /// Whether a breach of that day is on record that may be this one: two decisions on one day are two, and one that names
    /// no decision is the one that is there.
    pub(super) fn has_breach(&self, on: Day, document: Option<&Document>) -> bool {
        self.facts().any(|(_, fact)| match fact {
            Fact::Breach { on: known, document: decided, .. } => {
                let is_another = document.zip(decided.as_ref()).is_some_and(|(one, other)| one != other);
                *known == on && !is_another
            }
            _ => false,
        })
    }

    /// The event, unless a standing fact says the same.
    pub(super) fn unless_on_record(&self, event: TeacherEvent) -> Vec<TeacherEvent> {
        let known = Fact::of(&event).is_some_and(|new| self.facts().any(|(_, fact)| fact.is(&new)));
        if known { vec![] } else { vec![event] }
    }

    fn posts(&self) -> impl Iterator<Item = (EventId, &Post)> {
        self.facts().filter_map(|(id, fact)| match fact {
            Fact::Post { post, .. } => Some((id, post)),
            _ => None,
        })
    }

    pub(super) fn evolve(&mut self, event: &TeacherEvent, id: EventId) {
        if let Some(fact) = Fact::of(event) {
            self.facts.insert(id, (fact, Validity::Standing));
            return;
        }
        match event {
            TeacherEvent::Registered { identity, .. } => {
                self.registered = true;
                self.identity = Some(identity.clone());
            }
            TeacherEvent::IdentityCorrected { identity, .. } => self.identity = Some(identity.clone()),
            TeacherEvent::IdentitiesMerged { other, .. } => drop(self.merged.insert(*other, id)),
            TeacherEvent::IdentitiesUnmerged { merge, .. } => {
                self.merged.retain(|_, known| known != merge);
                self.unmerged.insert(*merge);
            }
            TeacherEvent::FactConfirmed { fact, .. } => {
                self.statements.insert(*fact, Statement::Confirmed);
                self.confirmed.insert(*fact);
            }
            TeacherEvent::FactDisputed { fact, reason, .. } => {
                self.statements.insert(*fact, Statement::Disputed(reason.clone()));
            }
            TeacherEvent::FactVerified { fact, school, .. } => {
                self.verified.entry(*fact).or_default().insert(*school);
            }
            TeacherEvent::CorrectionRequested { on, fact, wish } => {
                self.requests.insert(id, Request { on: *on, fact: *fact, wish: wish.clone(), answer: None });
            }
            TeacherEvent::CorrectionAnswered { request, upheld, reason, .. } => {
                if let Some(request) = self.requests.get_mut(request) {
                    request.answer = Some((*upheld, reason.clone()));
                }
            }
            TeacherEvent::PostEnded { last_day, post } => self.end_post(*post, *last_day),
            TeacherEvent::RoleEnded { last_day, assignment } => self.end_role(*assignment, *last_day),
            TeacherEvent::CredentialWithdrawn { on, credential, .. } => {
                if let Some((Fact::Credential { withdrawn, .. }, _)) = self.facts.get_mut(credential) {
                    *withdrawn = Some(*on);
                }
            }
            TeacherEvent::BreachLifted { on, breach } => {
                if let Some((Fact::Breach { lifted, .. }, _)) = self.facts.get_mut(breach) {
                    *lifted = Some(*on);
                }
            }
            TeacherEvent::FactVoided { fact, .. } => {
                if let Some((_, validity)) = self.facts.get_mut(fact) {
                    *validity = Validity::Voided;
                }
            }
            TeacherEvent::ProcessingRestricted { .. } => self.restricted = true,
            TeacherEvent::RestrictionLifted { .. } => self.restricted = false,
            TeacherEvent::Erased { .. } => self.erased = true,
            TeacherEvent::PostStarted { .. }
            | TeacherEvent::RoleAssigned { .. }
            | TeacherEvent::CredentialRecorded(_)
            | TeacherEvent::EnterpriseWorkRecorded { .. }
            | TeacherEvent::AchievementRecorded(_)
            | TeacherEvent::AbilityJudged(_)
            | TeacherEvent::BreachConfirmed { .. } => {}
        }
    }

    fn end_post(&mut self, post: EventId, last_day: Day) {
        if let Some((Fact::Post { post, .. }, _)) = self.facts.get_mut(&post) {
            // Stored events have been decided on: an end never lies before its beginning.
            post.period = Period::new(post.period.from(), Some(last_day)).unwrap_or(post.period);
        }
    }

    fn end_role(&mut self, assignment: EventId, last_day: Day) {
        match self.facts.get_mut(&assignment) {
            Some((Fact::Post { role_ended, .. }, _)) => *role_ended = Some(last_day),
            Some((Fact::Role { ended, .. }, _)) => *ended = Some(last_day),
            _ => {}
        }
    }
}
