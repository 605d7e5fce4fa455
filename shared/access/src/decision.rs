//! The one place where it is decided who may do what.

use kernel::vocabulary::Capacity;
use kernel::{Location, Reach, Scope};

use crate::{Held, Kind, Operation, Place, Principal, TokenScope, Who};

/// Whether somebody may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// They may, in this role; in none where everybody may, or where it is their own record.
    May(Option<Held>),
    /// They may see the thing, but not do that with it.
    Forbidden,
    /// For them there is no such thing.
    Absent,
}

/// Whether `principal` may ask for `operation` on what lies at `place`; none when there is no such thing, which is
/// answered no differently from one that is out of reach.
pub fn decide(principal: &Principal, operation: Operation, place: Option<&Place>) -> Decision {
    // Refused before it is looked for: else such a token would tell what is there from what is not.
    if operation.who() == Who::Anybody && !token_allows(principal, operation) {
        return Decision::Forbidden;
    }
    let Some(place) = place else { return Decision::Absent };
    let role = token_allows(principal, operation).then(|| role_for(principal, operation, place)).flatten();
    match role {
        Some(held) => Decision::May(held),
        None if is_seen(principal, place) => Decision::Forbidden,
        None => Decision::Absent,
    }
}

/// What `principal` may see of many things by asking for `operation`.
pub fn scope(principal: &Principal, operation: Operation) -> Scope {
    if !token_allows(principal, operation) {
        return Scope::nothing();
    }
    if operation.who() == Who::Anybody {
        return Scope::everything();
    }
    let oneself = principal.person.filter(|_| operation.is_open_to(Capacity::Teacher)).map(Reach::Person);
    let held = principal.roles.iter().filter(|held| operation.is_open_to(held.role));
    Scope::of(held.map(|held| held.reach.clone()).chain(oneself))
}

/// Whether the record is of the organisation that the role is held at, or of the person themself: no purpose has to be
/// stated then.
pub fn is_of_own_organisation(held: Option<&Held>) -> bool {
    held.is_none_or(|held| matches!(held.reach, Reach::Organisation(_)))
}

/// Whether they may ask for what shows it: then *forbidden* tells nothing new.
fn is_seen(principal: &Principal, place: &Place) -> bool {
    role_for(principal, place.shown_by, place).is_some()
}

/// The role in which `principal` may ask for `operation`, whatever their token is good for; the inner none is no role
/// in particular.
fn role_for(principal: &Principal, operation: Operation, place: &Place) -> Option<Option<Held>> {
    if operation.who() == Who::Anybody {
        return Some(None);
    }
    if place.subject.is_some() && place.subject == principal.person && operation.is_open_to(Capacity::Teacher) {
        return Some(None);
    }
    let held = principal.roles.iter().filter(|held| operation.is_open_to(held.role) && reaches(held, operation, place));
    held.min_by_key(|held| closeness(&held.reach)).map(|held| Some(held.clone()))
}

fn reaches(held: &Held, operation: Operation, place: &Place) -> bool {
    let within = |group: &Vec<Location>| group.iter().any(|location| held.reach.covers(location));
    let is_open = !place.is_closed || operation.outlasts_restriction();
    held.reach == Reach::Nation || (is_open && place.groups.iter().all(within))
}

/// Whether somebody in one role may give or end another: nobody gives what is theirs or higher, but the operator.
pub fn may_grant(giver: Capacity, role: Capacity) -> bool {
    match giver {
        Capacity::Operator => role != Capacity::Teacher,
        Capacity::ProvincialAuthority => {
            matches!(role, Capacity::CityAuthority | Capacity::SchoolHr | Capacity::BaseClerk)
        }
        Capacity::CityAuthority => matches!(role, Capacity::SchoolHr | Capacity::BaseClerk),
        Capacity::BaseClerk | Capacity::SchoolHr | Capacity::Ministry | Capacity::Teacher | Capacity::Auditor => false,
    }
}

/// The closest role is the one to act in: what a school's clerk records is the school's, whatever else they hold.
fn closeness(reach: &Reach) -> u8 {
    match reach {
        Reach::Person(_) => 0,
        Reach::Organisation(_) => 1,
        Reach::City(..) => 2,
        Reach::Province(_) => 3,
        Reach::Nation => 4,
    }
}

fn token_allows(principal: &Principal, operation: Operation) -> bool {
    let Some(scopes) = &principal.token else { return true };
    if operation.kind() == Kind::OwnAccount {
        return false;
    }
    let good = |scope: &TokenScope| {
        scope.service.as_deref().is_none_or(|service| service == operation.service())
            && (scope.writes || !operation.writes())
    };
    scopes.iter().any(good)
}
