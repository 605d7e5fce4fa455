//! Who may look at a proposal, and who may decide on it.

use access::{Decision, Held, Kind, Operation, Place, Principal};
use events::{Content, Proposed};
use kernel::Scope;
use kernel::vocabulary::{Capacity, Purpose};
use serde::Deserialize;

/// As far as it concerns who may decide: the role that a proposal to grant one names.
#[derive(Deserialize)]
struct Granted {
    role: Capacity,
}

/// In which role, if any in particular, `principal` may decide on a proposal that lies at `place`: whoever may do it
/// themself. None when they may not.
pub fn may_decide(principal: &Principal, proposed: &Proposed, place: &Place) -> Option<Option<Held>> {
    let operation = Operation::of_code(&proposed.operation)?;
    let Decision::May(held) = access::decide(principal, operation, Some(place)) else { return None };
    let outranks = |role| held.as_ref().is_some_and(|held| access::may_grant(held.role, role));
    let ranks = match operation {
        Operation::GrantRole => role_of(proposed).is_some_and(outranks),
        // Only where an auditor or operator is put out does it take two.
        Operation::EndRole | Operation::CloseAccount => outranks(Capacity::Auditor),
        _ => true,
    };
    ranks.then_some(held)
}

/// Whether `principal` may look at proposals for this operation that lie at `place`: whoever may do it, by a token that
/// is good for reading what is of its service.
pub fn may_look(principal: &Principal, operation: &str, place: &Place) -> Option<Option<Held>> {
    let operation = Operation::of_code(operation)?;
    match access::decide(&reader(principal, operation)?, operation, Some(place)) {
        Decision::May(held) => Some(held),
        Decision::Forbidden | Decision::Absent => None,
    }
}

/// Where proposals that `principal` may look at can lie.
pub fn scope(principal: &Principal) -> Scope {
    let seconded = Operation::ALL.iter().filter(|operation| may_need_two(**operation));
    let scopes = seconded.filter_map(|operation| Some(access::scope(&reader(principal, *operation)?, *operation)));
    Scope::of(scopes.flat_map(|scope| scope.reaches().cloned().collect::<Vec<_>>()))
}

/// Whether it needs a second person, always or at times: where a fact decides over a person, or a role is an auditor's or
/// operator's.
fn may_need_two(operation: Operation) -> bool {
    let at_times = matches!(operation, Operation::VoidFact | Operation::EndRole | Operation::CloseAccount);
    at_times || operation.kind() == Kind::WriteSeconded
}

/// What a proposal about a person is looked at for: to decide on it.
pub fn purpose(operation: Option<Operation>) -> Purpose {
    match operation {
        Some(
            Operation::GrantRecognition
            | Operation::RefuseRecognition
            | Operation::ReviewRecognition
            | Operation::RevokeRecognition,
        ) => Purpose::Recognition,
        Some(Operation::ResolveAppeal) => Purpose::Complaint,
        _ => Purpose::Operations,
    }
}

/// Whoever asks, as if they had come without their token, where it is good for reading what is of the service.
fn reader(principal: &Principal, operation: Operation) -> Option<Principal> {
    let good = |service: &Option<String>| service.as_deref().is_none_or(|service| service == operation.service());
    let reads = principal.token.as_ref().is_none_or(|scopes| scopes.iter().any(|scope| good(&scope.service)));
    reads.then(|| Principal { token: None, ..principal.clone() })
}

/// The role that a proposal to grant one names.
fn role_of(proposed: &Proposed) -> Option<Capacity> {
    let Content::Clear(body) = &proposed.content else { return None };
    serde_json::from_str::<Granted>(body).ok().map(|granted| granted.role)
}

#[cfg(test)]
mod tests {
    use access::TokenScope;
    use kernel::code::{Division, Province};
    use kernel::{AccountId, Agent, Day, EventId, Location, OrganisationId, Reach};

    use super::*;

    fn nanjing() -> Location {
        Location {
            organisation: OrganisationId::of_name("an invented school"),
            city: Division::parse("320100").unwrap(),
            province: Province::parse("32").unwrap(),
        }
    }

    fn place() -> Place {
        let shown_by = Operation::ShowProposal;
        Place { shown_by, groups: vec![vec![nanjing()]], subject: None, is_closed: false }
    }

    fn somebody(role: Capacity, reach: Reach) -> Principal {
        let agent = Agent::parse("somebody").unwrap();
        let grant = EventId::new(AccountId::of_agent(&agent).uuid());
        let roles = vec![Held { grant, role, organisation: None, reach }];
        Principal { account: AccountId::of_agent(&agent), agent, person: None, roles, token: None }
    }

    fn city() -> Principal {
        somebody(Capacity::CityAuthority, Reach::City(nanjing().province, nanjing().city))
    }

    fn proposal(role: &str) -> Proposed {
        let day = Day::parse("2024-01-01").unwrap();
        Proposed {
            on: day,
            by: AccountId::of_agent(&Agent::parse("proposer").unwrap()),
            person: None,
            operation: Operation::GrantRole.code().to_owned(),
            path: "/api/v1/accounts/x/grants".to_owned(),
            subject: None,
            organisation: None,
            content: Content::Clear(format!(r#"{{"role":"{role}"}}"#)),
            digest: String::new(),
            version: 1,
            last_day: day.plus_days(7),
        }
    }

    #[test]
    fn whoever_could_not_grant_the_role_does_not_decide_on_it() {
        assert!(may_decide(&city(), &proposal("school_hr"), &place()).is_some());
        assert!(may_decide(&city(), &proposal("city_authority"), &place()).is_none());
        let province = somebody(Capacity::ProvincialAuthority, Reach::Province(nanjing().province));
        assert!(may_decide(&province, &proposal("city_authority"), &place()).is_some());
        let school = somebody(Capacity::SchoolHr, Reach::Organisation(nanjing().organisation));
        assert!(may_decide(&school, &proposal("base_clerk"), &place()).is_none());
    }

    #[test]
    fn whether_an_auditor_or_operator_goes_only_an_operator_decides() {
        let operator = somebody(Capacity::Operator, Reach::Nation);
        for operation in [Operation::EndRole, Operation::CloseAccount] {
            let going = Proposed { operation: operation.code().to_owned(), ..proposal("auditor") };
            assert!(may_decide(&operator, &going, &place()).is_some());
            assert!(may_decide(&city(), &going, &place()).is_none());
        }
    }

    #[test]
    fn a_proposal_out_of_reach_is_not_looked_at() {
        let elsewhere = Reach::City(nanjing().province, Division::parse("320200").unwrap());
        let other = somebody(Capacity::CityAuthority, elsewhere);
        assert!(may_look(&city(), "accounts_grant", &place()).is_some());
        assert!(may_look(&other, "accounts_grant", &place()).is_none());
        assert!(may_look(&city(), "accounts_no_such_operation", &place()).is_none());
    }

    #[test]
    fn a_token_looks_at_what_is_of_its_services_and_decides_only_where_it_may_record() {
        let by_token = |service: Option<&str>, writes| Principal {
            token: Some(vec![TokenScope { service: service.map(str::to_owned), writes }]),
            ..city()
        };
        assert!(may_look(&by_token(Some("accounts"), false), "accounts_grant", &place()).is_some());
        assert!(may_look(&by_token(Some("training"), true), "accounts_grant", &place()).is_none());
        assert!(may_decide(&by_token(None, false), &proposal("school_hr"), &place()).is_none());
        assert!(may_decide(&by_token(None, true), &proposal("school_hr"), &place()).is_some());
    }

    #[test]
    fn proposals_are_looked_for_where_something_that_needs_two_may_be_done() {
        assert!(scope(&city()).covers(&nanjing()));
        let school = somebody(Capacity::SchoolHr, Reach::Organisation(nanjing().organisation));
        // To void what they recorded.
        assert!(scope(&school).covers(&nanjing()));
        let clerk = somebody(Capacity::BaseClerk, Reach::Organisation(nanjing().organisation));
        assert!(scope(&clerk).is_nothing());
        assert!(scope(&somebody(Capacity::Ministry, Reach::Nation)).is_nothing());
    }
}
