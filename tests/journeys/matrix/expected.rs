//! What should come of a request, in plain code, as the domain says it. The table of who may ask for what is the
//! oracle's of the crate `access`; the decision of that crate is never asked.

use access::Operation;
use kernel::vocabulary::Capacity;

use super::register::{Caller, Proof, Role, Seat, Thing};

#[path = "../../../shared/access/tests/oracle/table.rs"]
mod table;

use table::{is_allowed, is_anybodys, is_own, is_read};

/// What should come of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verdict {
    /// The domain answers.
    May,
    /// It goes by another id now.
    Moved,
    /// A purpose has to be stated.
    Purpose,
    /// Nobody is signed in.
    Unknown,
    /// They may see it, but not do that.
    Forbidden,
    /// For them there is no such thing.
    Absent,
}

/// What should come of somebody's asking for an operation on a thing, with a purpose stated or not.
pub fn expected(caller: &Caller, operation: Operation, thing: &Thing, has_purpose: bool) -> Verdict {
    if matches!(caller.proof, Proof::Nothing(_)) {
        return Verdict::Unknown;
    }
    let is_good = is_good_for(&caller.proof, operation);
    // What a token is not good for is refused whatever it is asked about, where anybody may ask.
    if !is_good && is_anybodys(operation) {
        return Verdict::Forbidden;
    }
    if !thing.exists {
        return Verdict::Absent;
    }
    let role = if is_good { may(caller, operation, thing) } else { None };
    let Some(role) = role else {
        let seen = may(caller, shows(thing.kind), thing).is_some();
        return if seen { Verdict::Forbidden } else { Verdict::Absent };
    };
    if thing.former && thing.kind == "teacher" {
        return Verdict::Moved;
    }
    if !has_purpose && needs_purpose(caller, operation, thing, role) {
        return Verdict::Purpose;
    }
    within(caller, operation, thing, role)
}

/// Whether somebody may look at a thing by an operation for many: it is in the lists that they get.
pub fn is_listed(caller: &Caller, operation: Operation, thing: &Thing) -> bool {
    if thing.kind == "proposal" {
        return thing.exists && is_good_for(&caller.proof, operation) && looks(caller, thing);
    }
    thing.exists && is_good_for(&caller.proof, operation) && may(caller, operation, thing).is_some()
}

/// Whether an operation only reads.
pub fn reads(operation: Operation) -> bool {
    is_read(operation.code())
}

/// The operation by which one looks at a thing of this kind.
fn shows(kind: &str) -> Operation {
    match kind {
        "teacher" | "engagement" => Operation::ShowTeacher,
        "teachers" => Operation::CompareTeachers,
        "organisation" | "division" => Operation::ShowOrganisation,
        "site" => Operation::ShowSite,
        "session" => Operation::ShowTrainingSession,
        "placement" | "visit" => Operation::ShowPlacement,
        "recognition" => Operation::ShowRecognition,
        "team" => Operation::ShowTeam,
        "account" => Operation::ShowAccount,
        "proposal" => Operation::ShowProposal,
        _ => Operation::ShowSession,
    }
}

/// A token never signs anybody in or out, changes no password and makes no token; it is good for its services, and for
/// recording only if it says so.
fn is_good_for(proof: &Proof, operation: Operation) -> bool {
    let Proof::Token(scopes) = proof else { return true };
    let own = ["sign_out", "sign_out_everywhere", "change_password", "tokens", "issue_token", "revoke_token"];
    let (service, name) = operation.code().split_once('_').unwrap();
    if service == "accounts" && own.contains(&name) {
        return false;
    }
    scopes.iter().any(|(good, writes)| (*good == "*" || *good == service) && (*writes || reads(operation)))
}

/// The role in which they may: the inner none is no role in particular.
fn may<'a>(caller: &'a Caller, operation: Operation, thing: &Thing) -> Option<Option<&'a Role>> {
    if is_anybodys(operation) {
        return Some(None);
    }
    if is_own(operation) && thing.person.is_some() && thing.person == caller.person {
        return Some(None);
    }
    let mut roles: Vec<&Role> = caller
        .roles
        .iter()
        .filter(|role| is_allowed(role.role, operation) && reaches(role, operation, thing))
        .collect();
    roles.sort_by_key(|role| distance(role.role));
    roles.first().map(|role| Some(*role))
}

fn reaches(role: &Role, operation: Operation, thing: &Thing) -> bool {
    let Some(seat) = &role.seat else { return true };
    // Whoever restricted somebody can lift it, and can erase them.
    let goes_on = matches!(operation, Operation::LiftRestriction | Operation::EraseTeacher);
    let covers = |there: &Seat| match role.role {
        Capacity::CityAuthority => seat.province == there.province && seat.city == there.city,
        Capacity::ProvincialAuthority => seat.province == there.province,
        _ => seat.organisation == there.organisation,
    };
    (goes_on || !thing.closed) && thing.groups.iter().all(|group| group.iter().any(covers))
}

/// The closest role is the one that they act in.
fn distance(role: Capacity) -> u8 {
    match role {
        Capacity::SchoolHr | Capacity::BaseClerk | Capacity::Teacher => 0,
        Capacity::CityAuthority => 1,
        Capacity::ProvincialAuthority => 2,
        Capacity::Ministry | Capacity::Auditor | Capacity::Operator => 3,
    }
}

/// A purpose is stated for records of persons outside one's own organisation; to verify somebody always.
fn needs_purpose(caller: &Caller, operation: Operation, thing: &Thing, role: Option<&Role>) -> bool {
    let is_own_organisation = |role: &Role| matches!(role.role, Capacity::SchoolHr | Capacity::BaseClerk);
    if operation.kind() != access::Kind::ReadPersons {
        return false;
    }
    if matches!(operation, Operation::VerifyTeacher | Operation::VerifyTeachers) {
        return true;
    }
    if thing.person.is_some() {
        return role.is_some_and(|role| !is_own_organisation(role));
    }
    caller.roles.iter().any(|role| is_allowed(role.role, operation) && !is_own_organisation(role))
}

/// What a handler decides beyond the table: ranks of roles, and proposals.
fn within(caller: &Caller, operation: Operation, thing: &Thing, role: Option<&Role>) -> Verdict {
    let ranks = |given: &Capacity| role.is_some_and(|role| outranks(role.role, *given));
    let grants = |own: &Role| outranks(own.role, Capacity::SchoolHr);
    match operation {
        // A school keeps the posts and roles that are held at it, and verifies in its own name.
        Operation::EndPost | Operation::EndTeacherRole | Operation::AssignRole
            if is_of_another_school(role, thing).unwrap_or(false) =>
        {
            Verdict::Forbidden
        }
        Operation::VerifyFact if is_of_another_school(role, thing).unwrap_or(is_school(role)) => Verdict::Forbidden,
        // Who somebody is, is for others to decide.
        Operation::MergeTeachers if caller.person.as_ref().is_some_and(|own| thing.names.contains(own)) => {
            Verdict::Forbidden
        }
        Operation::UnmergeTeachers if caller.person.is_some() && caller.person == thing.person => Verdict::Forbidden,
        Operation::EndRole | Operation::CloseAccount if !thing.holds.iter().all(ranks) => Verdict::Forbidden,
        // Accounts of nobody are for whoever may grant roles to them, in whichever of their own.
        Operation::OpenAccount if thing.kind == "nothing" && !caller.roles.iter().any(grants) => Verdict::Forbidden,
        // The role that the made body grants.
        Operation::GrantRole if !ranks(&Capacity::SchoolHr) => Verdict::Forbidden,
        Operation::ShowProposal if !(looks(caller, thing) || is_proposer(caller, thing)) => Verdict::Absent,
        Operation::RejectProposal if !decides(caller, thing) => Verdict::Absent,
        Operation::WithdrawProposal if !(decides(caller, thing) || is_proposer(caller, thing)) => Verdict::Absent,
        _ => Verdict::May,
    }
}

/// Whether somebody acts for another school than the one that the thing's post is at; none where there is no post.
fn is_of_another_school(role: Option<&Role>, thing: &Thing) -> Option<bool> {
    let school = thing.ids.get("school")?;
    Some(is_school(role) && role.and_then(|role| role.seat.as_ref()).is_none_or(|seat| seat.organisation != *school))
}

fn is_school(role: Option<&Role>) -> bool {
    role.is_some_and(|role| role.role == Capacity::SchoolHr)
}

/// Nobody gives or ends what is theirs or higher, but the operator.
fn outranks(giver: Capacity, role: Capacity) -> bool {
    let clerks = [Capacity::SchoolHr, Capacity::BaseClerk];
    match giver {
        Capacity::Operator => role != Capacity::Teacher,
        Capacity::ProvincialAuthority => role == Capacity::CityAuthority || clerks.contains(&role),
        Capacity::CityAuthority => clerks.contains(&role),
        _ => false,
    }
}

fn is_proposer(caller: &Caller, proposal: &Thing) -> bool {
    caller.account == proposal.by
}

/// Whoever may do it looks at the proposal, by a token that is good for reading what is of its service.
fn looks(caller: &Caller, proposal: &Thing) -> bool {
    let service = proposal.proposes.split('_').next();
    let reads = match &caller.proof {
        Proof::Token(scopes) => scopes.iter().any(|(good, _)| *good == "*" || Some(*good) == service),
        _ => true,
    };
    reads && proposed_in(caller, proposal).is_some()
}

/// Whoever may do it decides on it, by a token that may do it; a role is given by whoever ranks above it.
fn decides(caller: &Caller, proposal: &Thing) -> bool {
    let operation = Operation::of_code(proposal.proposes).unwrap();
    let Some(role) = proposed_in(caller, proposal) else { return false };
    let ranks = proposal.grants.is_none_or(|given| role.is_some_and(|role| outranks(role.role, given)));
    is_good_for(&caller.proof, operation) && ranks
}

fn proposed_in<'a>(caller: &'a Caller, proposal: &Thing) -> Option<Option<&'a Role>> {
    may(caller, Operation::of_code(proposal.proposes).unwrap(), proposal)
}
