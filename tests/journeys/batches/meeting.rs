//! What a meeting begins with, and what can be said of what it left.

use access::proposal::{self, Proposal};
use eventlog::{Context, Order, StreamId, Version};
use events::{ProposalEvent, RecognitionEvent};
use kernel::vocabulary::Capacity;
use kernel::{AccountId, Actor, Agent, CommandId, CorrelationId, Day, Period, ProposalId, RecognitionId, TeacherId};
use serde_json::{Value, json};
use testkit::{Answer, Client, Place, TestApp};

use crate::journeys::stage;

pub const NATION: &str = include_str!("../../../shared/standards/data/national-basic.v2.json");
const FUJIAN: &str = include_str!("../../../shared/standards/data/fujian-campus.v1.json");

/// A school whose teachers have applied, and the department that decides.
pub struct Meeting {
    pub app: TestApp,
    pub school: String,
    pub authority: String,
    pub pack: String,
    pub teachers: Vec<String>,
    pub applications: Vec<String>,
}

impl Meeting {
    /// A meeting about so many applicants.
    pub async fn of(place: Place, applicants: u32) -> Self {
        let app = TestApp::start(place, shuangshi::services()).await;
        let pack = stage::publish_pack(&app).await;
        let school = stage::school(&app, "4132010835", "320100").await;
        let authority = department(&app, "金陵教育局", "320100").await;
        let (teachers, applications) = (Vec::new(), Vec::new());
        let mut meeting = Self { app, school, authority, pack, teachers, applications };
        for number in 0..applicants {
            let teacher = stage::teacher(&meeting.app, number).await;
            stage::post(&meeting.app, &teacher, &meeting.school, &format!("{number:09}")).await;
            let application = meeting.apply(&teacher).await;
            meeting.applications.push(application);
            meeting.teachers.push(teacher);
        }
        meeting
    }

    pub fn application(&self, teacher: &str) -> Value {
        json!({ "on": "2023-05-01", "teacher": teacher, "level": "junior", "pack": self.pack })
    }

    pub async fn apply(&self, teacher: &str) -> String {
        self.app.write("/api/v1/recognitions", &self.application(teacher)).await.expect(201).id()
    }

    /// Everybody is granted what they applied for.
    pub fn batch(&self) -> Value {
        let decisions = self.applications.iter();
        let decisions: Vec<Value> =
            decisions.map(|recognition| json!({ "recognition": recognition, "outcome": "granted" })).collect();
        json!({
            "on": "2023-07-01", "authority": self.authority, "pack": self.pack, "cut_off": "2023-06-15",
            "document": "教师〔2023〕7号", "decisions": decisions,
        })
    }
}

/// Publishes the nation's second pack and one of a province that builds on it, which is given back.
pub async fn provincial_pack(app: &TestApp) -> String {
    let mut published = String::new();
    for content in [NATION, FUJIAN] {
        let body = json!({ "on": "2024-01-01", "content": content });
        published = app.write("/api/v1/rule-packs", &body).await.expect(201).id();
    }
    published
}

/// Puts a city's department on the register.
pub async fn department(app: &TestApp, name: &str, division: &str) -> String {
    let profile = json!({ "kind": "city_authority", "name": name, "division": division });
    app.write("/api/v1/organisations", &json!({ "on": "2010-09-01", "profile": profile })).await.expect(201).id()
}

/// An account, of a person or not, that holds several roles.
pub async fn two_hats(app: &TestApp, agent: &str, person: Option<TeacherId>, roles: &[(Capacity, &str)]) -> Client {
    let account = app.accounts().open(agent, person).await;
    let since = Period::new(Day::parse("2015-01-01").unwrap(), None).unwrap();
    for (role, organisation) in roles {
        app.accounts().grant(account, *role, Some(organisation), since).await;
    }
    app.accounts().client(account).await
}

/// Puts an approval on record, and nothing of what follows from it.
pub async fn approve_only(app: &TestApp, proposal: &str, digest: &str, agent: &str) {
    let id = ProposalId::parse(proposal).unwrap();
    let process = app.running().app();
    let command = proposal::Command::Approve {
        on: process.today(),
        digest: digest.to_owned(),
        approver: AccountId::of_agent(&Agent::parse(agent).unwrap()),
        approver_person: None,
    };
    let step = CommandId::derived("an approval");
    let correlation = CorrelationId::new(step.uuid());
    let context = Context { command: step, actor: operator(agent), correlation, causation: None, key: None };
    let stream = StreamId::of::<ProposalEvent>(id.uuid());
    let order = Order::<Proposal> { stream, command, context, if_version: None, requires: vec![] };
    assert_eq!(process.execute(order).await.unwrap().events.len(), 1);
}

pub fn operator(agent: &str) -> Actor {
    Actor { agent: Agent::parse(agent).unwrap(), capacity: Capacity::Operator, organisation: None }
}

pub async fn state(app: &TestApp, recognition: &str) -> Value {
    app.read(&format!("/api/v1/recognitions/{recognition}")).await["state"].clone()
}

pub async fn listed(app: &TestApp, state: &str) -> usize {
    app.read(&format!("/api/v1/recognitions?state={state}")).await["items"].as_array().unwrap().len()
}

/// Every event of the applications: its kind, and what it belongs together with.
pub async fn log_of(meeting: &Meeting) -> Vec<(String, String)> {
    let mut log = Vec::new();
    for application in &meeting.applications {
        let id = RecognitionId::parse(application).unwrap();
        let stream = StreamId::of::<RecognitionEvent>(id.uuid());
        let events = meeting.app.running().app().log().read_stream(&stream, Version::NONE, 100).await.unwrap();
        log.extend(events.into_iter().map(|event| (event.kind, event.correlation.to_string())));
    }
    log
}

/// What an answer says, but for the id of the request.
pub fn plain(answer: &Answer) -> (u16, Value) {
    let mut body = answer.body.clone();
    body["instance"] = Value::Null;
    (answer.status, body)
}
