//! Four eyes: what one person asks for is proposed; it is recorded once another has approved exactly that.
//!
//! The approver sends the same request with `Approves` naming the proposal. So the right to approve is the right to do
//! it, decided anew at that moment, and what is approved is, byte for byte, what is carried out.

use access::proposal::{self, Proposal};
use contracts::{Code, Problem, ProposedBody, Rejects};
use decider::Decider;
use eventlog::{AppendError, Context, Order, StreamId, Version};
use events::{Content, ProposalEvent, Proposed};
use kernel::{CommandId, EventId, ProposalId};

use crate::app::App;
use crate::extract::Recording;
use crate::failure::Failure;
use crate::may::Right;
use crate::write::Recorded;

/// Whether a second person has approved what a request asks for.
#[derive(Debug, Clone)]
pub enum Seconded {
    /// Not yet: it is on record as a proposal.
    Proposed(Recorded),
    /// Somebody else has: it is to be recorded now.
    Approved {
        /// The proposal.
        proposal: ProposalId,
        /// The event of the approval; none where an approval sent again found it on record.
        approval: Option<EventId>,
    },
}

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
            None => self.propose::<D>(right, &stream, &requires, &command, recording).await,
            Some(proposal) => self.approve::<D>(right, proposal, stream, requires, command, recording).await,
        }
    }

    /// The same for what changes many streams at once: says whether a second person has approved it. Its version says how
    /// far all of them are, so that it is another one once any has moved on. Whoever is told that it was approved records
    /// it, under ids derived from the proposal: approved twice over, it is still recorded once.
    ///
    /// # Errors
    /// As [`Self::record_seconded`].
    pub async fn seconded(
        &self,
        right: &Right,
        version: Version,
        recording: &Recording<impl Sized>,
    ) -> Result<Seconded, Failure> {
        match recording.approves {
            None => self.put_proposal(right, version, recording).await.map(Seconded::Proposed),
            Some(proposal) => {
                let (_, approval) = self.put_approval(right, proposal, version, recording).await?;
                Ok(Seconded::Approved { proposal, approval })
            }
        }
    }

    /// Puts a proposal on record, if what it asks for could be recorded now.
    async fn propose<D: Decider>(
        &self,
        right: &Right,
        stream: &StreamId,
        requires: &[StreamId],
        command: &D::Command,
        recording: &Recording<impl Sized>,
    ) -> Result<Recorded, Failure>
    where
        D::Rejection: Rejects,
    {
        self.refuse_ahead::<D>(command)?;
        let (state, version) = self.log().load::<D>(stream).await?;
        if recording.seen.is_some_and(|seen| seen != version) {
            return Err(changed(version));
        }
        let outcome = D::decide(&state, command).map_err(|rejection| Failure::rejected(&rejection))?;
        if outcome.is_empty() {
            return Ok(Recorded::nothing_new(&self.head(), version));
        }
        for stream in requires {
            if self.log().read_stream(stream, Version::NONE, 1).await?.is_empty() {
                return Err(AppendError::NoSuchStream { stream: stream.clone() }.into());
            }
        }
        self.put_proposal(right, version, recording).await
    }

    async fn put_proposal(
        &self,
        right: &Right,
        version: Version,
        recording: &Recording<impl Sized>,
    ) -> Result<Recorded, Failure> {
        if recording.seen.is_some_and(|seen| seen != version) {
            return Err(changed(version));
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
        let now = self.log().load::<D>(&stream).await?.1;
        let (version, causation) = self.put_approval(right, id, now, recording).await?;
        let key = recording.key_of_step(&format!("execute {id}"));
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

    /// Puts the approval on record, if what was proposed is where it was: the version it was proposed at, and the event.
    async fn put_approval(
        &self,
        right: &Right,
        id: ProposalId,
        now: Version,
        recording: &Recording<impl Sized>,
    ) -> Result<(Version, Option<EventId>), Failure> {
        let stream = StreamId::of::<ProposalEvent>(id.uuid());
        let (state, _) = self.log().load::<Proposal>(&stream).await?;
        let Some(proposed) = state.proposed() else { return Err(Failure::not_found("proposal")) };
        let version = Version(proposed.version);
        let said = &recording.said;
        let digest = proposal::digest(right.operation(), &said.path, said.body.as_bytes(), version.0);
        if matches!(state, proposal::State::Open(_)) && now != version {
            return Err(changed(now));
        }
        let approval = Order::<Proposal> {
            stream: stream.clone(),
            command: proposal::Command::Approve {
                on: right.today(),
                digest,
                approver: right.principal().account,
                approver_person: right.principal().person,
            },
            context: recording.step(right, &format!("approve {id}"), None),
            if_version: None,
            requires: Vec::new(),
        };
        let approval = self.execute(approval).await?.events.first().copied();
        // What is carried out next rests on this alone, so it is read from the log and not taken from a receipt.
        let (state, _) = self.log().load::<Proposal>(&stream).await?;
        match state {
            proposal::State::Approved { by, .. } if by == right.principal().account => Ok((version, approval)),
            _ => Err(Failure::internal("a proposal was carried out that nobody has approved")),
        }
    }
}

fn changed(version: Version) -> Failure {
    let detail = format!("it has been changed since it was proposed, and is at version \"v{version}\" now");
    Problem::new(Code::WrongVersion).detail(detail).into()
}
