//! A log with invented events, and the view of rights kept from it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use access::{Access, AccessProjection};
use eventlog::{Append, Context, EventLog, Expected, LogConfig, NewEvent, Projection, StreamId, Views, WorkerOptions};
use events::{
    AccountEvent, OrganisationEvent, PlacementEvent, ProposalEvent, RecognitionEvent, SessionEvent, SiteEvent,
    TeacherEvent, TeamEvent,
};
use kernel::vocabulary::Capacity;
use kernel::{
    AccountId, Actor, Agent, Clock, CommandId, CorrelationId, Day, DomainEvent, EventId, Instant, OrganisationId,
    PlacementId, ProposalId, RecognitionId, SessionId, SiteId, TeacherId, TeamId,
};
use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::InOneGo;
use uuid::Uuid;

pub fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

/// A log, and the view of rights that is kept from it.
pub struct Stage {
    pub log: EventLog,
    pub views: Views,
    pub access: Access,
    folder: TempDir,
}

impl Stage {
    pub async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self::open_in(folder, Arc::new(AccessProjection), WorkerOptions::default()).await
    }

    async fn open_in(folder: TempDir, projection: Arc<dyn Projection>, options: WorkerOptions) -> Self {
        let clock = Clock::new(|| Instant::parse("2026-11-22T08:00:00Z").unwrap());
        let log = EventLog::open(&LogConfig::sqlite(folder.path()), clock).await.unwrap();
        let options = WorkerOptions { poll: Duration::from_millis(20), ..options };
        let views = Views::start(&log, vec![projection], options).await.unwrap();
        let access = Access::new(views.get(AccessProjection::NAME).unwrap(), log.clone());
        Self { log, views, access, folder }
    }

    /// The same log after a restart, with pages of this size.
    pub async fn restarted(self, page: u32) -> Self {
        self.reopened(Arc::new(AccessProjection), WorkerOptions { page, ..WorkerOptions::default() }).await
    }

    /// The same log after a restart, with a view that is built in one go, from piles of so many lines, or not at all.
    pub async fn restarted_in_one_go(self, pile: u64) -> Self {
        let options = WorkerOptions { in_one_go_from: 1, pile, ..WorkerOptions::default() };
        self.reopened(Arc::new(InOneGo(AccessProjection)), options).await
    }

    async fn reopened(self, projection: Arc<dyn Projection>, options: WorkerOptions) -> Self {
        self.views.stop().await;
        self.log.close().await;
        Self::open_in(self.folder, projection, options).await
    }

    /// Records what is on the desk, and waits until the view shows it.
    pub async fn record(&self, desk: Desk) {
        let mut appends = tokio::task::JoinSet::new();
        for (by, events) in desk.groups {
            let log = self.log.clone();
            appends.spawn(async move {
                for chunk in events.chunks(1_000) {
                    log.append(append(by, chunk)).await.unwrap();
                }
            });
        }
        while let Some(done) = appends.join_next().await {
            done.unwrap();
        }
        self.access.caught_up(Duration::from_secs(120)).await.unwrap();
    }

    pub async fn digest(&self) -> [u8; 32] {
        self.access.caught_up(Duration::from_secs(60)).await.unwrap();
        self.views.get(AccessProjection::NAME).unwrap().digest().await.unwrap()
    }
}

fn append(by: Option<OrganisationId>, events: &[NewEvent]) -> Append {
    let command = CommandId::derived(&events[0].id.to_string());
    let actor = Actor { agent: Agent::parse("test").unwrap(), capacity: Capacity::Operator, organisation: by };
    let correlation = CorrelationId::new(command.uuid());
    let context = Context { command, actor, correlation, causation: None, key: None };
    let mut streams: Vec<_> = events.iter().map(|event| event.stream.clone()).collect();
    streams.sort();
    streams.dedup();
    let expectations = streams.into_iter().map(|stream| (stream, Expected::Any)).collect();
    Append { context, expectations, events: events.to_vec() }
}

/// Events to be recorded, by the organisation that records them.
#[derive(Default)]
pub struct Desk {
    groups: BTreeMap<Option<OrganisationId>, Vec<NewEvent>>,
    by: BTreeMap<Uuid, OrganisationId>,
    /// Told apart from the events of other desks by this.
    pub number: u128,
    next: usize,
}

impl Desk {
    pub fn numbered(number: u128) -> Self {
        Self { number, ..Self::default() }
    }

    fn put<E: DomainEvent>(&mut self, id: Uuid, payload: Value) -> EventId {
        let event: E = serde_json::from_value(payload).unwrap();
        self.next += 1;
        let name = EventId::of(CommandId::derived(&format!("desk {}", self.number)), self.next);
        let new = NewEvent::of(&StreamId::of::<E>(id), name, &event).unwrap();
        self.groups.entry(self.by.get(&id).copied()).or_default().push(new);
        name
    }

    pub fn merge(&mut self, other: Self) {
        for (by, events) in other.groups {
            self.groups.entry(by).or_default().extend(events);
        }
    }

    pub fn organisation(&mut self, id: OrganisationId, division: &str, reports_to: Option<&str>) {
        let profile = json!({ "kind": "school", "name": "示例学校", "division": division, "reports_to": reports_to });
        self.put::<OrganisationEvent>(id.uuid(), json!({ "registered": { "on": "2024-03-01", "profile": profile } }));
    }

    pub fn site(&mut self, id: SiteId, division: &str, from: Day, to: Option<Day>) -> EventId {
        let profile =
            json!({ "code": "S-JS-11", "name": "示例流动站", "kind": "practice_station", "division": division });
        let period = period(from, to);
        self.put::<SiteEvent>(id.uuid(), json!({ "approved": { "profile": profile, "period": period } }))
    }

    pub fn renewed(&mut self, id: SiteId, from: Day, to: Option<Day>) -> EventId {
        self.put::<SiteEvent>(id.uuid(), json!({ "renewed": { "period": period(from, to) } }))
    }

    pub fn site_withdrawn(&mut self, id: SiteId, on: Day) {
        self.put::<SiteEvent>(id.uuid(), json!({ "withdrawn": { "on": on, "reason": "closed" } }));
    }

    pub fn approval_voided(&mut self, id: SiteId, approval: EventId) {
        let voided = json!({ "on": "2024-03-01", "approval": approval, "reason": "entered twice" });
        self.put::<SiteEvent>(id.uuid(), json!({ "approval_voided": voided }));
    }

    pub fn person(&mut self, id: TeacherId, home: Option<OrganisationId>) {
        if let Some(home) = home {
            self.by.insert(id.uuid(), home);
        }
        let identity = json!({ "name": { "suite": 1, "blob": "bm90LXJlYWw" } });
        self.put::<TeacherEvent>(id.uuid(), json!({ "registered": { "on": "2024-03-01", "identity": identity } }));
    }

    pub fn post(&mut self, id: TeacherId, school: OrganisationId, from: Day, to: Option<Day>) -> EventId {
        let post = json!({
            "on": from, "last_day": to, "school": school, "staff_number": "083500000", "employment": "full_time",
            "role": "specialised", "specialty": "460103", "education_level": "higher",
        });
        self.put::<TeacherEvent>(id.uuid(), json!({ "post_started": post }))
    }

    pub fn post_ended(&mut self, id: TeacherId, post: EventId, last_day: Day) {
        self.put::<TeacherEvent>(id.uuid(), json!({ "post_ended": { "last_day": last_day, "post": post } }));
    }

    pub fn voided(&mut self, id: TeacherId, fact: EventId) {
        let voided = json!({ "on": "2024-03-01", "fact": fact, "reason": "entered twice" });
        self.put::<TeacherEvent>(id.uuid(), json!({ "fact_voided": voided }));
    }

    pub fn confirmed(&mut self, id: TeacherId, fact: EventId) {
        self.put::<TeacherEvent>(id.uuid(), json!({ "fact_confirmed": { "on": "2024-03-01", "fact": fact } }));
    }

    /// `processing_restricted`, `restriction_lifted` or `erased`.
    pub fn state(&mut self, id: TeacherId, kind: &str) {
        self.put::<TeacherEvent>(id.uuid(), json!({ kind: { "on": "2024-03-01", "reason": "asked for" } }));
    }

    pub fn merged(&mut self, keeper: TeacherId, other: TeacherId) -> EventId {
        let merged = json!({ "on": "2024-03-01", "other": other, "reason": "one person" });
        self.put::<TeacherEvent>(keeper.uuid(), json!({ "identities_merged": merged }))
    }

    pub fn unmerged(&mut self, keeper: TeacherId, merge: EventId) {
        let unmerged = json!({ "on": "2024-03-01", "merge": merge, "reason": "two people" });
        self.put::<TeacherEvent>(keeper.uuid(), json!({ "identities_unmerged": unmerged }));
    }

    pub fn session(&mut self, id: SessionId, base: SiteId) {
        let programme = json!({
            "base": base, "code": "T001", "title": "示例专题", "tier": "city", "theme": "moral_ideology",
            "mode": "face_to_face", "abroad": false, "dates": { "from": "2024-03-11", "to": "2024-03-13" },
            "hours": 24.0,
        });
        self.put::<SessionEvent>(id.uuid(), json!({ "scheduled": programme }));
    }

    pub fn placement(&mut self, id: PlacementId, site: SiteId, teacher: TeacherId) {
        let started = json!({ "on": "2024-03-01", "teacher": teacher, "site": site, "form": "post" });
        self.put::<PlacementEvent>(id.uuid(), json!({ "started": started }));
    }

    pub fn recognition(&mut self, id: RecognitionId, teacher: TeacherId) {
        let applied =
            json!({ "on": "2024-03-01", "teacher": teacher, "level": "junior", "pack": Uuid::nil(), "evidence": [] });
        self.put::<RecognitionEvent>(id.uuid(), json!({ "applied": applied }));
    }

    pub fn team(&mut self, id: TeamId, school: OrganisationId) {
        let profile = json!({
            "name": "示例团队", "kind": "teaching", "tier": "national", "batch": "2021", "school": school,
            "education_level": "higher",
        });
        self.put::<TeamEvent>(id.uuid(), json!({ "approved": { "on": "2024-03-01", "profile": profile } }));
    }

    pub fn account(&mut self, id: AccountId, person: Option<TeacherId>) {
        let opened = json!({ "on": "2024-03-01", "agent": "somebody", "kind": "person", "person": person });
        self.put::<AccountEvent>(id.uuid(), json!({ "opened": opened }));
    }

    pub fn grant(
        &mut self,
        id: AccountId,
        role: Capacity,
        organisation: Option<OrganisationId>,
        from: Day,
        to: Option<Day>,
    ) -> EventId {
        let granted =
            json!({ "on": "2024-03-01", "role": role, "organisation": organisation, "period": period(from, to) });
        self.put::<AccountEvent>(id.uuid(), json!({ "role_granted": granted }))
    }

    pub fn grant_ended(&mut self, id: AccountId, grant: EventId, last_day: Day) {
        let ended = json!({ "last_day": last_day, "grant": grant, "reason": "left" });
        self.put::<AccountEvent>(id.uuid(), json!({ "role_ended": ended }));
    }

    pub fn closed(&mut self, id: AccountId) {
        self.put::<AccountEvent>(id.uuid(), json!({ "closed": { "on": "2024-03-01", "reason": "left" } }));
    }

    pub fn proposal(
        &mut self,
        id: ProposalId,
        by: AccountId,
        subject: Option<TeacherId>,
        organisation: Option<OrganisationId>,
    ) {
        let proposed = json!({
            "on": "2024-03-01", "by": by, "operation": "teachers_erase", "path": "/", "subject": subject,
            "organisation": organisation, "content": { "clear": "{}" }, "digest": "00", "version": 1,
            "last_day": "2024-03-08",
        });
        self.put::<ProposalEvent>(id.uuid(), json!({ "proposed": proposed }));
    }

    pub fn withdrawn(&mut self, id: ProposalId) {
        self.put::<ProposalEvent>(id.uuid(), json!({ "withdrawn": { "on": "2024-03-02" } }));
    }
}

fn period(from: Day, to: Option<Day>) -> Value {
    match to {
        Some(to) => json!({ "from": from, "to": to }),
        None => json!({ "from": from }),
    }
}
