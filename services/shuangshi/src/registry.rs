//! The registry, opened for a command.

use dossiers::{DossierProjection, Dossiers};
use eventlog::{Context, LogPosition, Order, Receipt, StreamId, Version};
use host::{App, Config};
use kernel::code::{CitizenId, StaffNumber};
use kernel::vocabulary::{Capacity, Purpose};
use kernel::{AccountId, Actor, Agent, CommandId, CorrelationId, Day, Scope, TeacherId};
use readings::Reading;

use crate::outcome::Trouble;

/// The registry, opened for a command.
pub struct Registry {
    app: App,
    actor: Actor,
}

impl Registry {
    /// Opens the registry that the configuration names.
    pub async fn open(config: &Config) -> Result<Self, Trouble> {
        let projections = crate::services().into_iter().flat_map(|service| service.projections).collect();
        let app = App::open(config, projections, host::ambient::clock(), host::ambient::chance()).await?;
        Self::of(app)
    }

    /// The registry of a process that is open already.
    pub fn of(app: App) -> Result<Self, Trouble> {
        let actor = Actor { agent: Agent::parse(Agent::LOCAL)?, capacity: Capacity::Operator, organisation: None };
        Ok(Self { app, actor })
    }

    /// How whoever runs the machine stands on record.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// What is shared.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Today, in Asia/Shanghai.
    pub fn today(&self) -> Day {
        self.app.clock().now().day()
    }

    /// The dossiers, with everything that the log has now.
    pub async fn dossiers(&self) -> Result<Dossiers, Trouble> {
        self.app.views().catch_up().await?;
        Ok(Dossiers::new(self.app.views().get(DossierProjection::NAME)?, Scope::everything(), self.today()))
    }

    /// The position that a command asks for, or the newest.
    pub fn known(dossiers: &Dossiers, asked: Option<&str>) -> Result<LogPosition, Trouble> {
        let shown = dossiers.position();
        let Some(token) = asked else { return Ok(shown) };
        let known: LogPosition = token.parse()?;
        // An answer as known at a position that is still to come would not be the same when asked again.
        if shown.covers(&known) { Ok(known) } else { Err(Trouble::NotFound(format!("the log stands at {shown}"))) }
    }

    /// Records what `command` asks of `stream`. The id names the request: asked again, it is the same one.
    pub async fn record<D>(
        &self,
        id: CommandId,
        correlation: CorrelationId,
        stream: StreamId,
        requires: Vec<StreamId>,
        command: D::Command,
    ) -> Result<Receipt, Trouble>
    where
        D: decider::Decider + 'static,
        D::Command: 'static,
        D::Rejection: contracts::Rejects,
    {
        let actor = self.actor.clone();
        let context = Context { command: id, actor, correlation, causation: None, key: None };
        let order = Order::<D> { stream, command, context, if_version: None, requires };
        Ok(self.app.execute(order).await?)
    }

    /// The name of a request that was never made before: whether what it asks for is on record already, the domain says.
    pub fn new_command(&self) -> CommandId {
        self.app.chance().command(self.app.clock().now())
    }

    /// Whether anything has been recorded in the stream.
    pub async fn exists(&self, stream: &StreamId) -> Result<bool, Trouble> {
        Ok(!self.app.log().read_stream(stream, Version::NONE, 1).await?.is_empty())
    }

    /// The one teacher that a text means: an id, a citizen id number or a staff number.
    pub async fn teacher(&self, text: &str) -> Result<TeacherId, Trouble> {
        if let Ok(id) = TeacherId::parse(text) {
            return Ok(id);
        }
        let unknown = || Trouble::NotFound("nobody on the register goes by this id or number".to_owned());
        if let Ok(number) = CitizenId::parse(text) {
            return self.app.vault().find(&number).await?.ok_or_else(unknown);
        }
        let number = StaffNumber::parse(text)?;
        match self.dossiers().await?.by_staff_number(number.as_str()).await?[..] {
            [] => Err(unknown()),
            [teacher] => Ok(teacher),
            _ => Err(Trouble::NotFound("several schools use this staff number; give the id instead".to_owned())),
        }
    }

    /// Puts on record that these people's records are shown on this machine.
    pub async fn saw(&self, operation: &'static str, subjects: Vec<TeacherId>) -> Result<(), Trouble> {
        let account = AccountId::of_agent(&self.actor.agent);
        let reading = Reading {
            account,
            actor: self.actor.clone(),
            subjects,
            operation,
            purpose: Purpose::Operations,
            reference: None,
            correlation: CorrelationId::new(account.uuid()),
        };
        Ok(self.app.readings().record(reading).await?)
    }

    /// Stops what keeps the views and closes the log.
    pub async fn close(self) {
        self.app.close().await;
    }
}
