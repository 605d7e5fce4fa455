//! `account`: who can sign in, and which roles they hold.

use access::account::{self, Account, Granted};
use decider::Decider;
use eventlog::{Receipt, StreamId};
use events::AccountEvent;
use kernel::code::{SchoolCode, SiteCode};
use kernel::vocabulary::{AccountKind, Capacity, Term};
use kernel::{
    AccountId, Agent, CommandId, CorrelationId, Day, EventId, Instant, OrganisationId, Period, Reason, SiteId,
    TeacherId,
};
use signin::Password;

use crate::line::{AccountCommand, HeldAt, Setup};
use crate::outcome::{Trouble, say};
use crate::registry::Registry;

/// A token without a last day is good for so many days.
const TOKEN_DAYS: i32 = 30;

/// Carries out a command about accounts and says what became of it.
pub async fn account(command: AccountCommand) -> Result<(), Trouble> {
    let setup = setup_of(&command);
    let json = setup.json;
    let registry = Registry::open(&setup.config).await?;
    let outcome = one(&registry, command).await;
    registry.close().await;
    let outcome = outcome?;
    if json { say(&format!("{outcome}\n")) } else { say(&in_words(&outcome)) }
}

async fn one(registry: &Registry, command: AccountCommand) -> Result<serde_json::Value, Trouble> {
    match command {
        AccountCommand::Open { agent, service, teacher, role, held, .. } => {
            let person = match teacher {
                Some(text) => Some(registry.teacher(&text).await?),
                None => None,
            };
            let kind = if service { AccountKind::Service } else { AccountKind::Person };
            let role = match role {
                Some(role) => Some(asked_for(registry, role, &held).await?),
                None => None,
            };
            if let Some(role) = role {
                rehearse(registry, &agent, [opening(registry, &agent, kind, person), granting(registry, role)]).await?;
            }
            let receipt = open(registry, &agent, kind, person).await?;
            if let Some(role) = role {
                grant_as(registry, &agent, role).await?;
            }
            let is_new = !receipt.replayed && !receipt.events.is_empty();
            let password = if is_new && !service { Some(new_password(registry, &agent).await?) } else { None };
            Ok(serde_json::json!({ "account": id(&agent), "agent": agent, "password": password }))
        }
        AccountCommand::Grant { agent, role, held, .. } => {
            let grant = grant(registry, &agent, role, &held).await?;
            Ok(serde_json::json!({ "account": id(&agent), "agent": agent, "grant": grant }))
        }
        AccountCommand::Password { agent, .. } => {
            exists(registry, &agent).await?;
            let password = new_password(registry, &agent).await?;
            registry.app().sign_in().end_all_sessions(id(&agent)).await?;
            Ok(serde_json::json!({ "account": id(&agent), "agent": agent, "password": password }))
        }
        AccountCommand::Token { agent, name, scopes, last_day, .. } => {
            exists(registry, &agent).await?;
            let last_day = last_day.unwrap_or_else(|| registry.today().plus_days(TOKEN_DAYS));
            let until = Instant::end_of(last_day);
            let issued = registry.app().sign_in().issue_token(id(&agent), name, scopes, until).await?;
            Ok(serde_json::json!({ "account": id(&agent), "token": issued.token, "last_day": last_day }))
        }
        AccountCommand::Link { agent, issuer, subject, .. } => {
            exists(registry, &agent).await?;
            let linked = registry.app().sign_in().linked(&issuer, &subject).await?;
            if linked.is_none_or(|linked| linked == id(&agent)) {
                let identity = signin::identity(&issuer, &subject);
                let step = format!("link|{identity}");
                let link = account::Command::Link { on: registry.today(), identity };
                record(registry, &agent, &step, link).await?;
            }
            registry.app().sign_in().link(&issuer, &subject, id(&agent)).await?;
            Ok(serde_json::json!({ "account": id(&agent), "agent": agent, "linked": issuer }))
        }
        AccountCommand::Close { agent, reason, .. } => close(registry, &agent, reason).await,
        AccountCommand::Show { agent, .. } => show(registry, &agent).await,
    }
}

/// Opens an account; one that is open already is no fault.
pub async fn open(
    registry: &Registry,
    agent: &Agent,
    kind: AccountKind,
    person: Option<TeacherId>,
) -> Result<Receipt, Trouble> {
    record(registry, agent, "open", opening(registry, agent, kind, person)).await
}

fn opening(registry: &Registry, agent: &Agent, kind: AccountKind, person: Option<TeacherId>) -> account::Command {
    account::Command::Open { on: registry.today(), agent: agent.clone(), kind, person }
}

/// Says no to several commands of which a later one would be refused, before the first of them is recorded.
async fn rehearse(
    registry: &Registry,
    agent: &Agent,
    commands: impl IntoIterator<Item = account::Command>,
) -> Result<(), Trouble> {
    let (mut state, _) = registry.app().log().load::<Account>(&stream(agent)).await?;
    for command in commands {
        let decided = Account::decide(&state, &command).map_err(|rejection| host::Failure::rejected(&rejection))?;
        let rehearsal = registry.new_command();
        let events = decided.iter().enumerate();
        events.for_each(|(index, event)| Account::evolve(&mut state, event, EventId::of(rehearsal, index)));
    }
    Ok(())
}

/// Grants a role where and when it is to be held, and says by which event it is: the one before, where it is held so already.
pub async fn grant(
    registry: &Registry,
    agent: &Agent,
    role: Capacity,
    held: &HeldAt,
) -> Result<Option<EventId>, Trouble> {
    grant_as(registry, agent, asked_for(registry, role, held).await?).await
}

async fn grant_as(registry: &Registry, agent: &Agent, granted: Granted) -> Result<Option<EventId>, Trouble> {
    // A request of its own each time: a role that was ended may be granted anew for the same days.
    let receipt = record_as(registry, agent, registry.new_command(), granting(registry, granted)).await?;
    if let Some(event) = receipt.events.first() {
        return Ok(Some(*event));
    }
    let (state, _) = registry.app().log().load::<Account>(&stream(agent)).await?;
    let account::State::Open(account) = state else { return Ok(None) };
    Ok(account.grants().find(|(_, held)| *held == granted).map(|(event, _)| event))
}

async fn asked_for(registry: &Registry, role: Capacity, held: &HeldAt) -> Result<Granted, Trouble> {
    let organisation = match &held.at {
        Some(text) => Some(organisation(registry, text).await?),
        None => None,
    };
    let period = Period::new(held.from.unwrap_or_else(|| registry.today()), held.to)?;
    Ok(Granted { role, organisation, period })
}

fn granting(registry: &Registry, Granted { role, organisation, period }: Granted) -> account::Command {
    account::Command::Grant { on: registry.today(), role, organisation, period }
}

/// Sets a password that is known to whoever reads the demo's pages.
pub async fn set_password(registry: &Registry, agent: &Agent, password: &str) -> Result<(), Trouble> {
    let password = Password::parse(password).map_err(Trouble::failed)?;
    Ok(registry.app().sign_in().set_password(id(agent), &password).await?)
}

async fn new_password(registry: &Registry, agent: &Agent) -> Result<String, Trouble> {
    let password = Password::made(registry.app().chance());
    registry.app().sign_in().set_password(id(agent), &password).await?;
    Ok(password.reveal().to_owned())
}

async fn close(registry: &Registry, agent: &Agent, reason: Reason) -> Result<serde_json::Value, Trouble> {
    let command = account::Command::Close { on: registry.today(), reason };
    record(registry, agent, "close", command).await?;
    registry.app().sign_in().close_account(id(agent)).await?;
    Ok(serde_json::json!({ "account": id(agent), "agent": agent, "closed": registry.today() }))
}

async fn show(registry: &Registry, agent: &Agent) -> Result<serde_json::Value, Trouble> {
    registry.app().views().catch_up().await?;
    let unknown = || Trouble::NotFound("no account acts under this name".to_owned());
    let row = registry.app().access().account(id(agent)).await?.ok_or_else(unknown)?;
    let grants = row.grants.iter().map(|grant| {
        serde_json::json!({
            "grant": grant.grant, "role": grant.role, "chinese": grant.role.chinese(),
            "organisation": grant.organisation, "period": grant.period,
        })
    });
    Ok(serde_json::json!({
        "account": id(agent), "agent": row.agent, "kind": row.kind, "teacher": row.person, "closed": row.closed,
        "roles": grants.collect::<Vec<_>>(),
    }))
}

/// The organisation that a text means: its id, a school's or site's code, or the name of a body without a code.
async fn organisation(registry: &Registry, text: &str) -> Result<OrganisationId, Trouble> {
    let site = SiteCode::parse(text).ok().map(|code| SiteId::of_code(&code));
    let named = [
        OrganisationId::parse(text).ok(),
        SchoolCode::parse(text).ok().map(|code| OrganisationId::of_school(&code)),
        site.map(OrganisationId::of_site),
        Some(OrganisationId::of_name(text)),
    ];
    registry.app().views().catch_up().await?;
    for candidate in named.into_iter().flatten() {
        let object = access::Object::Organisation(candidate);
        if registry.app().access().place(&object, registry.today()).await?.is_some() {
            return Ok(candidate);
        }
    }
    Err(Trouble::NotFound("no organisation and no site on the register goes by this".to_owned()))
}

async fn exists(registry: &Registry, agent: &Agent) -> Result<(), Trouble> {
    if registry.exists(&stream(agent)).await? {
        return Ok(());
    }
    Err(Trouble::NotFound("no account acts under this name; open it first".to_owned()))
}

async fn record(registry: &Registry, agent: &Agent, step: &str, command: account::Command) -> Result<Receipt, Trouble> {
    record_as(registry, agent, CommandId::derived(&format!("{}|{step}", stream(agent))), command).await
}

async fn record_as(
    registry: &Registry,
    agent: &Agent,
    id: CommandId,
    command: account::Command,
) -> Result<Receipt, Trouble> {
    registry.record::<Account>(id, CorrelationId::new(id.uuid()), stream(agent), vec![], command).await
}

fn id(agent: &Agent) -> AccountId {
    AccountId::of_agent(agent)
}

fn stream(agent: &Agent) -> StreamId {
    StreamId::of::<AccountEvent>(id(agent).uuid())
}

/// A line a value; what is not there is left out.
fn in_words(outcome: &serde_json::Value) -> String {
    // A token goes straight into a variable of the shell.
    if let Some(token) = outcome["token"].as_str() {
        return format!("{token}\n");
    }
    let fields = outcome.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
    let line = |(name, value): (&String, &serde_json::Value)| match value.as_str() {
        Some(text) => format!("{name}: {text}\n"),
        None => format!("{name}: {value}\n"),
    };
    fields.map(line).collect()
}

fn setup_of(command: &AccountCommand) -> &Setup {
    match command {
        AccountCommand::Open { setup, .. }
        | AccountCommand::Grant { setup, .. }
        | AccountCommand::Password { setup, .. }
        | AccountCommand::Token { setup, .. }
        | AccountCommand::Link { setup, .. }
        | AccountCommand::Close { setup, .. }
        | AccountCommand::Show { setup, .. } => setup,
    }
}

/// A role held from this day on, for as long as nothing ends it.
pub fn held_from(at: Option<&str>, from: Day) -> HeldAt {
    HeldAt { at: at.map(str::to_owned), from: Some(from), to: None }
}
