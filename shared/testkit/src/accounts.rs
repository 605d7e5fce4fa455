//! Accounts of a process under test, opened past its API as the operator of the machine can.

use std::sync::atomic::{AtomicU64, Ordering};

use access::account::{self, Account};
use eventlog::{Context, Order, StreamId};
use events::AccountEvent;
use host::App;
use kernel::vocabulary::{AccountKind, Capacity};
use kernel::{
    AccountId, Actor, Agent, CommandId, CorrelationId, Day, EventId, Instant, Name, OrganisationId, Period, TeacherId,
};
use signin::TokenScope;

use crate::Client;

/// Accounts of a process under test.
pub struct Accounts {
    app: App,
    url: String,
    /// The process: its clients' keys are no other's.
    process: u64,
    clients: AtomicU64,
}

impl Accounts {
    /// The accounts of the process at this address.
    pub fn new(app: App, url: String, process: u64) -> Self {
        Self { app, url, process, clients: AtomicU64::new(0) }
    }

    pub(crate) async fn operator(&mut self, agent: &str) -> Client {
        self.holding(agent, Capacity::Operator, None).await.with_purpose("operations")
    }

    /// A client of an account that holds this role at this organisation from 2015 on.
    pub async fn holding(&self, agent: &str, role: Capacity, organisation: Option<&str>) -> Client {
        let account = self.open(agent, None).await;
        self.grant(account, role, organisation, Period::new(day("2015-01-01"), None).unwrap()).await;
        self.client(account).await
    }

    /// The token of an operator, for tests with clients of their own.
    pub async fn operator_token(&self) -> String {
        let account = self.open("operator", None).await;
        self.grant(account, Capacity::Operator, None, Period::new(day("2015-01-01"), None).unwrap()).await;
        self.token(account, vec![TokenScope::parse("*:write").unwrap()]).await
    }

    /// A client of an account that opens this person's own record.
    pub async fn of_person(&self, agent: &str, person: &str) -> Client {
        let account = self.open(agent, Some(TeacherId::parse(person).unwrap())).await;
        self.client(account).await
    }

    /// Opens an account without a role.
    pub async fn open(&self, agent: &str, person: Option<TeacherId>) -> AccountId {
        let agent = Agent::parse(agent).unwrap();
        let account = AccountId::of_agent(&agent);
        let on = day("2015-01-01");
        let open = account::Command::Open { on, agent, kind: AccountKind::Person, person };
        self.record(account, "open", open).await;
        account
    }

    /// Grants a role for a period; answers the grant.
    pub async fn grant(
        &self,
        account: AccountId,
        role: Capacity,
        organisation: Option<&str>,
        period: Period,
    ) -> Option<EventId> {
        let organisation = organisation.map(|id| OrganisationId::parse(id).unwrap());
        let name = format!("grant {role} {organisation:?} {period:?}");
        let grant = account::Command::Grant { on: period.from(), role, organisation, period };
        self.record(account, &name, grant).await
    }

    /// A client that signs in by a service token of this account, which is good for everything.
    pub async fn client(&self, account: AccountId) -> Client {
        let everything = TokenScope::parse("*:write").unwrap();
        let token = self.token(account, vec![everything]).await;
        let number = self.process * 1_000 + self.clients.fetch_add(1, Ordering::SeqCst);
        Client::new(&self.url, number).with_token(token)
    }

    /// A service token of this account.
    pub async fn token(&self, account: AccountId, scopes: Vec<TokenScope>) -> String {
        let until = Instant::end_of(self.app.today().plus_days(300));
        let name = Name::parse("test").unwrap();
        self.app.sign_in().issue_token(account, name, scopes, until).await.unwrap().token
    }

    /// Gives this account a new password, as the machine's own operator can.
    pub async fn password(&self, account: AccountId) -> String {
        let password = signin::Password::made(self.app.chance());
        self.app.sign_in().set_password(account, &password).await.unwrap();
        password.reveal().to_owned()
    }

    async fn record(&self, account: AccountId, step: &str, command: account::Command) -> Option<EventId> {
        let stream = StreamId::of::<AccountEvent>(account.uuid());
        let id = CommandId::derived(&format!("{stream}|{step}"));
        let agent = Agent::parse("local").unwrap();
        let actor = Actor { agent, capacity: Capacity::Operator, organisation: None };
        let correlation = CorrelationId::new(id.uuid());
        let context = Context { command: id, actor, correlation, causation: None, key: None };
        let order = Order::<Account> { stream, command, context, if_version: None, requires: vec![] };
        self.app.execute(order).await.unwrap().events.first().copied()
    }
}

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}
