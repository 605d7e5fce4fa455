//! What a request costs with and without authorisation, in one run.
//!
//! The question is the commonest of HR: where one teacher stands, and why. *With* is the request over HTTP, signed in by a
//! service token: the token is looked up, the roles of the account and the whereabouts of the teacher are asked, it is
//! decided, the look is put on record durably, then the answer is made. *Without* is the sum of an empty handler of the
//! same server over the same connection and of the same answer made by the library alone. Between them stand the parts,
//! each asked by itself. Rounds take turns, the first is not counted, figures are medians; `cargo xtask bench -- --json`
//! prints one line a figure.

use std::time::{Duration, Instant};

use access::{Operation, Principal};
use dossiers::{DossierProjection, Dossiers};
use kernel::vocabulary::{Capacity, Purpose};
use kernel::{AccountId, Agent, CorrelationId, Scope, TeacherId};
use readings::Reading;
use serde_json::{Value, json};
use testkit::{Client, Place, TestApp};

const PACK: &str = include_str!("../../../shared/standards/data/national-basic.v1.json");

/// Requests a figure and round.
const REQUESTS: u32 = 200;

/// What is measured, in the order of the table.
const FIGURES: [&str; 8] = [
    "empty handler over HTTP",
    "the answer alone, by the library",
    "token looked up",
    "roles of the account",
    "whereabouts of the teacher",
    "decision",
    "look put on record, durably",
    "request with authorisation, over HTTP",
];

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let json = arguments.iter().any(|argument| argument == "--json");
    let after = |name: &str| arguments.iter().skip_while(|argument| *argument != name).nth(1);
    let rounds = after("--rounds").map_or(Ok(5), |number| number.parse())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        for (name, place) in [("SQLite", Place::sqlite()), ("PostgreSQL", Place::postgres().await)] {
            let subject = Subject::new(place).await?;
            let mut times: Vec<[Duration; FIGURES.len()]> = Vec::new();
            for round in 0..=rounds {
                let taken = subject.round().await?;
                if round > 0 {
                    times.push(taken);
                }
            }
            print(name, &times, json);
            subject.app.stop().await;
        }
        Ok(())
    })
}

/// A registry with one teacher, and the HR of their school.
struct Subject {
    app: TestApp,
    hr: Client,
    token: String,
    account: AccountId,
    teacher: TeacherId,
}

impl Subject {
    async fn new(place: Place) -> Outcome<Self> {
        let app = TestApp::start(place, shuangshi::services()).await;
        app.write("/api/v1/rule-packs", &json!({ "on": "2015-01-01", "content": PACK })).await.expect(201);
        let profile = json!({
            "kind": "school", "name": "示例学校", "school_code": "4132010835", "education_level": "higher",
            "division": "320100",
        });
        let school = json!({ "on": "2010-09-01", "profile": profile });
        let school = app.write("/api/v1/organisations", &school).await.expect(201).id();
        let person = json!({ "on": "2019-09-01", "name": "王小明" });
        let teacher = app.write("/api/v1/teachers", &person).await.expect(201).id();
        let post: Value = json!({
            "school": school, "staff_number": "000000001", "employment": "full_time", "role": "specialised",
            "specialty": "460103", "period": { "from": "2019-09-01" },
        });
        app.write(&format!("/api/v1/teachers/{teacher}/posts"), &post).await.expect(200);
        let hr = app.account("hr", Capacity::SchoolHr, Some(&school)).await;
        app.read(&format!("/api/v1/teachers/{teacher}/status")).await;
        let account = AccountId::of_agent(&Agent::parse("hr")?);
        let token = app.accounts().token(account, vec![signin::TokenScope::parse("*:read")?]).await;
        Ok(Self { hr, token, account, teacher: TeacherId::parse(&teacher)?, app })
    }

    async fn round(&self) -> Outcome<[Duration; FIGURES.len()]> {
        let app = self.app.running().app();
        let (today, path) = (app.today(), format!("/api/v1/teachers/{}/status", self.teacher));
        let principal = app.access().principal(self.account, today).await?.ok_or("the account is gone")?;
        let object = access::Object::Teacher(self.teacher);
        let place = app.access().place(&object, today).await?.ok_or("the teacher is gone")?;
        Ok([
            timed(async || {
                drop(self.hr.get("/health/live").await.expect(200));
                Ok(())
            })
            .await?,
            timed(async || self.answer().await).await?,
            timed(async || {
                drop(app.sign_in().token(&self.token).await?);
                Ok(())
            })
            .await?,
            timed(async || {
                drop(app.access().principal(self.account, today).await?);
                Ok(())
            })
            .await?,
            timed(async || {
                drop(app.access().place(&object, today).await?);
                Ok(())
            })
            .await?,
            timed(async || {
                drop(access::decide(&principal, Operation::ShowStatus, Some(&place)));
                Ok(())
            })
            .await?,
            timed(async || self.look(&principal).await).await?,
            timed(async || {
                drop(self.hr.get(&path).await.expect(200));
                Ok(())
            })
            .await?,
        ])
    }

    async fn answer(&self) -> Outcome<()> {
        let app = self.app.running().app();
        let view = app.views().get(DossierProjection::NAME)?;
        let dossiers = Dossiers::new(view, Scope::everything(), app.today());
        let known = dossiers.position();
        let body = qualification::standing::status(&dossiers, self.teacher, app.today(), &known).await?;
        drop(serde_json::to_vec(&body)?);
        Ok(())
    }

    async fn look(&self, principal: &Principal) -> Outcome<()> {
        let reading = Reading {
            account: principal.account,
            actor: principal.actor(principal.roles.first()),
            subjects: vec![self.teacher],
            operation: Operation::ShowStatus.code(),
            purpose: Purpose::OwnStaff,
            reference: None,
            correlation: CorrelationId::new(principal.account.uuid()),
        };
        Ok(self.app.running().app().readings().record(reading).await?)
    }
}

/// How long it takes, on average over the requests of a round.
async fn timed(mut work: impl AsyncFnMut() -> Outcome<()>) -> Outcome<Duration> {
    let started = Instant::now();
    for _ in 0..REQUESTS {
        work().await?;
    }
    Ok(started.elapsed() / REQUESTS)
}

fn print(name: &str, times: &[[Duration; FIGURES.len()]], json: bool) {
    let micros = |figure: usize| {
        let mut taken: Vec<f64> = times.iter().map(|round| round[figure].as_secs_f64() * 1e6).collect();
        taken.sort_by(f64::total_cmp);
        (taken[taken.len() / 2], taken[0], taken[taken.len() - 1])
    };
    let without = micros(0).0 + micros(1).0;
    let with = micros(FIGURES.len() - 1).0;
    if json {
        let figures = FIGURES.iter().enumerate().map(|(at, figure)| (*figure, micros(at).0));
        for (figure, median_us) in figures {
            println!("{}", json!({ "bench": "rights", "on": name, "figure": figure, "median_us": median_us }));
        }
        println!("{}", json!({ "bench": "rights", "on": name, "figure": "with ÷ without", "ratio": with / without }));
        return;
    }
    println!("\n{name}, one client, microseconds a request: median (from – to)");
    for (at, figure) in FIGURES.iter().enumerate() {
        let (median, from, to) = micros(at);
        println!("  {figure:<40} {median:>9.1}  ({from:.1} – {to:.1})");
    }
    println!("  with ÷ without                           {:>9.2}", with / without);
}
