//! The oracle: who may do what, in plain code over plain lists, role by role as the domain says it.

use access::{Object, Operation, TokenScope};
use kernel::code::{Division, Province};
use kernel::vocabulary::Capacity;
use kernel::{Day, Location, OrganisationId, SiteId, TeacherId};

use crate::table::{is_allowed, is_anybodys, is_own, is_read};
use crate::world::{Account, Grant, Organisation, World};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verdict {
    May,
    Forbidden,
    Absent,
}

/// What happens when somebody asks for an operation on a thing, with a token or without.
pub fn oracle(
    world: &World,
    caller: &Account,
    token: Option<&[TokenScope]>,
    operation: Operation,
    object: &Object,
) -> Verdict {
    // Where anybody may ask, what a token is not good for is refused, whether or not there is such a thing.
    if is_anybodys(operation) && !token_is_good(token, operation) {
        return Verdict::Forbidden;
    }
    if !exists(world, object) {
        return Verdict::Absent;
    }
    if token_is_good(token, operation) && may(world, caller, operation, object) {
        return Verdict::May;
    }
    if may(world, caller, look_at(object), object) { Verdict::Forbidden } else { Verdict::Absent }
}

/// How one looks at a thing of this kind.
fn look_at(object: &Object) -> Operation {
    match object {
        Object::Nothing => Operation::ShowSession,
        Object::Teacher(_) | Object::Engagement(..) => Operation::ShowTeacher,
        Object::Teachers(..) => Operation::CompareTeachers,
        Object::Organisation(_) | Object::At(_) => Operation::ShowOrganisation,
        Object::Site(_) => Operation::ShowSite,
        Object::Session(_) => Operation::ShowTrainingSession,
        Object::Placement(_) | Object::Visit(..) => Operation::ShowPlacement,
        Object::Recognition(_) => Operation::ShowRecognition,
        Object::Team(_) => Operation::ShowTeam,
        Object::Account(_) => Operation::ShowAccount,
        Object::Proposal(_) => Operation::ShowProposal,
    }
}

/// A token never signs anybody in or out, changes no password and makes no token; it is good for its services, and for
/// recording only if it says so.
fn token_is_good(token: Option<&[TokenScope]>, operation: Operation) -> bool {
    let Some(scopes) = token else { return true };
    let code = operation.code();
    let own = ["sign_out", "sign_out_everywhere", "change_password", "tokens", "issue_token", "revoke_token"];
    if code.strip_prefix("accounts_").is_some_and(|rest| own.contains(&rest)) {
        return false;
    }
    let service = code.split('_').next();
    scopes.iter().any(|scope| {
        let of_service = scope.service.is_none() || scope.service.as_deref() == service;
        of_service && (scope.writes || is_read(code))
    })
}

fn may(world: &World, caller: &Account, operation: Operation, object: &Object) -> bool {
    if is_anybodys(operation) {
        return true;
    }
    let oneself = caller.person.map(|person| human(world, person));
    if is_own(operation) && oneself.is_some() && about(world, object) == oneself {
        return true;
    }
    caller.grants.iter().any(|grant| {
        is_in_force(world, grant) && is_allowed(grant.role, operation) && reaches(world, grant, operation, object)
    })
}

fn is_in_force(world: &World, grant: &Grant) -> bool {
    let today = world.today;
    if today < grant.from || grant.to.is_some_and(|to| to < today) {
        return false;
    }
    match grant.role {
        Capacity::Ministry | Capacity::Auditor | Capacity::Operator => true,
        Capacity::BaseClerk => world
            .sites
            .iter()
            .any(|site| Some(OrganisationId::of_site(site.id)) == grant.organisation && is_staffed(world, site.id)),
        _ => grant.organisation.is_some_and(|organisation| lies(world, organisation).is_some()),
    }
}

/// From the first day of its first approval that stands to a year after the last day of its last.
fn is_staffed(world: &World, site: SiteId) -> bool {
    let site = world.sites.iter().find(|one| one.id == site).unwrap();
    let mut stretches: Vec<(Day, Day)> = Vec::new();
    for approval in site.approvals.iter().filter(|approval| !approval.voided) {
        let mut last = approval.to.unwrap_or(Day::MAX);
        if let Some(withdrawn) = site.withdrawn {
            if approval.from >= withdrawn {
                continue;
            }
            last = last.min(withdrawn.previous());
        }
        stretches.push((approval.from, last));
    }
    let begun = stretches.iter().any(|(from, _)| *from <= world.today);
    let not_long_over = stretches.iter().any(|(_, last)| last.plus_days(365) >= world.today);
    begun && not_long_over
}

/// The city's four digits and the provincial unit of an organisation or a site's body; none when it is not on the
/// register.
fn lies(world: &World, organisation: OrganisationId) -> Option<(&'static str, &'static str)> {
    let registered = world.organisations.iter().find(|one| one.id == organisation);
    let body = world.sites.iter().find(|one| OrganisationId::of_site(one.id) == organisation);
    registered
        .map(|one| (&one.division[..4], one.province))
        .or_else(|| body.map(|one| (&one.division[..4], &one.division[..2])))
}

pub fn location(one: &Organisation) -> Location {
    Location {
        organisation: one.id,
        city: Division::parse(&format!("{}00", &one.division[..4])).unwrap(),
        province: Province::parse(one.province).unwrap(),
    }
}

fn reaches(world: &World, grant: &Grant, operation: Operation, object: &Object) -> bool {
    if matches!(grant.role, Capacity::Ministry | Capacity::Auditor | Capacity::Operator) {
        return true;
    }
    let at = |organisation: OrganisationId| reaches_organisation(world, grant, organisation);
    let by = |person: TeacherId| schools(world, person).into_iter().any(at);
    // Whoever restricted somebody can lift it, and can erase them.
    let goes_on = ["teachers_lift_restriction", "teachers_erase"].contains(&operation.code());
    let open = |person: TeacherId| goes_on || !is_closed(world, person);
    match object {
        Object::Nothing => true,
        Object::Teacher(person) => open(*person) && by(*person),
        Object::Teachers(one, other) => open(*one) && open(*other) && by(*one) && by(*other),
        // Whom some school has, only whoever has them too gives a post; whom none has, any school may take on.
        Object::Engagement(school, person) => {
            open(*person) && at(*school) && (schools(world, *person).is_empty() || by(*person))
        }
        Object::Organisation(organisation) => at(*organisation),
        Object::At(location) => at(location.organisation),
        Object::Site(site) => at(OrganisationId::of_site(*site)),
        Object::Session(session) => at(OrganisationId::of_site(of(&world.sessions, session))),
        Object::Placement(placement) => {
            let (_, site, person) = world.placements.iter().find(|(id, ..)| id == placement).unwrap();
            open(*person) && (at(OrganisationId::of_site(*site)) || by(*person))
        }
        Object::Visit(site, person) => open(*person) && (at(OrganisationId::of_site(*site)) || by(*person)),
        Object::Recognition(recognition) => {
            let person = of(&world.recognitions, recognition);
            open(person) && by(person)
        }
        Object::Team(team) => at(of(&world.teams, team)),
        Object::Account(account) => {
            let account = world.accounts.iter().find(|one| one.id == *account).unwrap();
            let mut held = account.grants.iter().filter(|held| held.to.is_none_or(|to| to >= world.today)).peekable();
            if held.peek().is_none() {
                return account.person.is_some_and(by);
            }
            held.all(|held| held.organisation.is_some_and(at))
        }
        Object::Proposal(proposal) => {
            let (_, subject, organisation) = world.proposals.iter().find(|(id, ..)| id == proposal).unwrap();
            let lies_within = match organisation {
                Some(organisation) => at(*organisation),
                None => subject.is_some_and(by),
            };
            lies_within && subject.is_none_or(open)
        }
    }
}

fn of<Id: PartialEq, T: Copy>(list: &[(Id, T)], id: &Id) -> T {
    list.iter().find(|(known, _)| known == id).unwrap().1
}

fn reaches_organisation(world: &World, grant: &Grant, organisation: OrganisationId) -> bool {
    let (Some(seat), Some(there)) = (grant.organisation.and_then(|seat| lies(world, seat)), lies(world, organisation))
    else {
        return false;
    };
    match grant.role {
        Capacity::CityAuthority => seat == there,
        Capacity::ProvincialAuthority => seat.1 == there.1,
        _ => grant.organisation == Some(organisation),
    }
}

/// The entry that stands for a human being.
fn human(world: &World, person: TeacherId) -> TeacherId {
    let found = world.people.iter().find(|one| one.id == person).unwrap();
    found.keeper.map_or(person, |keeper| human(world, world.people[keeper].id))
}

/// Whether this entry, or one that it went into, is restricted or erased.
fn is_closed(world: &World, person: TeacherId) -> bool {
    let found = world.people.iter().find(|one| one.id == person).unwrap();
    found.closed || found.keeper.is_some_and(|keeper| is_closed(world, world.people[keeper].id))
}

/// The schools of somebody who works or will work there; who never worked anywhere is where they were registered.
fn schools(world: &World, person: TeacherId) -> Vec<OrganisationId> {
    let whole = human(world, person);
    let entries: Vec<_> = world.people.iter().filter(|one| human(world, one.id) == whole).collect();
    let posts: Vec<_> = entries.iter().flat_map(|one| &one.posts).filter(|post| !post.voided).collect();
    if posts.is_empty() {
        return entries.iter().filter_map(|one| one.home).collect();
    }
    posts.iter().filter(|post| post.to.is_none_or(|to| to >= world.today)).map(|post| post.school).collect()
}

/// The human being that a thing is about.
fn about(world: &World, object: &Object) -> Option<TeacherId> {
    let person = match object {
        Object::Teacher(person) | Object::Visit(_, person) | Object::Engagement(_, person) => Some(*person),
        // Of two, the one whose entry is to stay.
        Object::Teachers(person, _) => Some(*person),
        Object::Placement(placement) => {
            world.placements.iter().find(|(id, ..)| id == placement).map(|(.., person)| *person)
        }
        Object::Recognition(recognition) => Some(of(&world.recognitions, recognition)),
        Object::Proposal(proposal) => {
            world.proposals.iter().find(|(id, ..)| id == proposal).and_then(|(_, subject, _)| *subject)
        }
        _ => None,
    };
    person.map(|person| human(world, person))
}

fn exists(world: &World, object: &Object) -> bool {
    let person = |id: &TeacherId| world.people.iter().any(|one| one.id == *id);
    let site = |id: &SiteId| world.sites.iter().any(|one| one.id == *id);
    match object {
        Object::Nothing | Object::At(_) => true,
        Object::Teacher(one) => person(one),
        Object::Teachers(one, other) => person(one) && person(other),
        Object::Engagement(school, one) => lies(world, *school).is_some() && person(one),
        Object::Organisation(organisation) => lies(world, *organisation).is_some(),
        Object::Site(one) => site(one),
        Object::Visit(at, one) => site(at) && person(one),
        Object::Session(session) => world.sessions.iter().any(|(id, _)| id == session),
        Object::Placement(placement) => world.placements.iter().any(|(id, ..)| id == placement),
        Object::Recognition(recognition) => world.recognitions.iter().any(|(id, _)| id == recognition),
        Object::Team(team) => world.teams.iter().any(|(id, _)| id == team),
        Object::Account(account) => world.accounts.iter().any(|one| one.id == *account),
        Object::Proposal(proposal) => world.proposals.iter().any(|(id, ..)| id == proposal),
    }
}
