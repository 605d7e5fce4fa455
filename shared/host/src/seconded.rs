//! Four eyes: what one person asks for is proposed; it is recorded once another has approved exactly that.
//!
//! The approver sends the same request with `Approves` naming the proposal. So the right to approve is the right to do
//! it, decided anew at that moment, and what is approved is, byte for byte, what is carried out.

use access::proposal::{self, Proposal};
use contracts::{Code, Problem, ProposedBody, Rejects};
use decider::Decider;
use eventlog::{CallerKey, Context, Order, StreamId, Version};
use events::{Content, ProposalEvent, Proposed};
use kernel::{CommandId, ProposalId};

use crate::app::App;
use crate::extract::Recording;
use crate::failure::Failure;
use crate::may::Right;
use crate::write::Recorded;

impl App {
    /// Records what a request asks for once a second person has approved it; until then it is a proposal.
    ///
    /// # Errors
    /// As [`App::record`]; when the proposal is not of this request, is the approver's own, too late or decided.
    pub async fn record_seconded<D>(
        &self,
        right: &Right,
        stream: StreamId,
        requires: Vec<StreamId>,
        command: D::Command,
        recording: &Recording<impl Sized>,
    ) -> Result<Recorded, Failure>
    where
        D: Decider + 'static,
        D::Command: 'static,
        D::Rejection: Rejects,
    {
        match recording.approves {
            None => self.propose::<D>(right, &stream, &command, recording).await,
            Some(proposal) => self.approve::<D>(right, proposal, stream, requires, command, recording).await,
        }
    }

    /// Puts a proposal on record, if what it asks for could be recorded now.
    async fn propose<D: Decider>(
        &self,
        right: &Right,
        stream: &StreamId,
        command: &D::Command,
        recording: &Recording<impl Sized>,
    ) -> Result<Recorded, Failure>
    where
        D::Rejection: Rejects,
    {
        let (state, version) = self.log().load::<D>(stream).await?;
        if recording.seen.is_some_and(|seen| seen != version) {
            return Err(changed(version));
        }
        let outcome = D::decide(&state, command).map_err(|rejection| Failure::rejected(&rejection))?;
        if outcome.is_empty() {
            return Ok(Recorded::nothing_new(&self.head(), version));
        }
        let proposal = ProposalId::new(recording.command(right).uuid());
        let proposed = self.proposed(right, version, recording).await?;
        let (digest, last_day) = (proposed.digest.clone(), proposed.last_day);
        let order = Order::<Proposal> {
            stream: StreamId::of::<ProposalEvent>(proposal.uuid()),
            command: proposal::Command::Propose(proposed),
            context: recording.context(right),
            if_version: None,
            requires: Vec::new(),
        };
        let receipt = self.execute(order).await?;
        let (position, replayed) = (receipt.position.to_string(), receipt.replayed);
        Ok(Recorded::proposed(ProposedBody { proposal, digest, last_day, position, replayed }))
    }

    async fn proposed(
        &self,
        right: &Right,
        version: Version,
        recording: &Recording<impl Sized>,
    ) -> Result<Proposed, Failure> {
        let said = &recording.said;
        let content = match right.subject() {
            // What is proposed about a person may hold their name: it is sealed like everything that does.
            Some(person) => {
                Content::Sealed(self.vault().seal_restricted_text(person, vault::Field::Proposal, &said.body).await?)
            }
            None => Content::Clear(said.body.clone()),
        };
        Ok(Proposed {
            on: right.today(),
            by: right.principal().account,
            person: right.principal().person,
            operation: right.operation().code().to_owned(),
            path: said.path.clone(),
            subject: right.subject(),
            organisation: right.organisation(),
            content,
            digest: proposal::digest(right.operation(), &said.path, said.body.as_bytes(), version.0),
            version: version.0,
            last_day: right.today().plus_days(proposal::LAST_DAYS),
        })
    }

    /// Puts the approval on record, then what was approved. Sent again, both steps are what they were.
    async fn approve<D>(
        &self,
        right: &Right,
        id: ProposalId,
        stream: StreamId,
        requires: Vec<StreamId>,
        command: D::Command,
        recording: &Recording<impl Sized>,
    ) -> Result<Recorded, Failure>
    where
        D: Decider + 'static,
        D::Command: 'static,
        D::Rejection: Rejects,
    {
        let proposal = StreamId::of::<ProposalEvent>(id.uuid());
        let (state, _) = self.log().load::<Proposal>(&proposal).await?;
        let Some(proposed) = state.proposed() else { return Err(Failure::not_found("proposal")) };
        let version = Version(proposed.version);
        let said = &recording.said;
        let digest = proposal::digest(right.operation(), &said.path, said.body.as_bytes(), version.0);
        let now = self.log().load::<D>(&stream).await?.1;
        if matches!(state, proposal::State::Open(_)) && now != version {
            return Err(changed(now));
        }
        let approval = Order::<Proposal> {
            stream: proposal,
            command: proposal::Command::Approve {
                on: right.today(),
                digest,
                approver: right.principal().account,
                approver_person: right.principal().person,
            },
            context: recording.step(right, "approve", None),
            if_version: None,
            requires: Vec::new(),
        };
        let causation = self.execute(approval).await?.events.first().copied();
        let key = CallerKey { key: format!("{}#execute", recording.key.key), ..recording.key.clone() };
        // The proposal names what is carried out: approved twice over, it is still recorded once.
        let context = Context {
            command: CommandId::derived(&format!("{id}\nexecute")),
            causation,
            key: Some(key),
            ..recording.context(right)
        };
        let receipt = self
            .execute::<D>(Order { stream: stream.clone(), command, context, if_version: Some(version), requires })
            .await?;
        self.recorded::<D>(&stream, receipt).await
    }
}

fn changed(version: Version) -> Failure {
    let detail = format!("it has been changed since it was proposed, and is at version \"v{version}\" now");
    Problem::new(Code::WrongVersion).detail(detail).into()
}
