//! The product's program over a simulated registry, and what it is asked.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::time::Duration;

use kernel::vocabulary::Capacity;
use kernel::{AccountId, Agent};
use serde_json::{Value, json};
use testkit::{Client, Place, Registry, TestApp};

use crate::Outcome;
use crate::wrk::Question;

/// The last day of what is simulated.
const UNTIL: &str = "2026-08-31";

/// The province whose department asks: one of the largest.
const PROVINCE: &str = "41";

/// Which question is which.
pub(crate) const EMPTY: usize = 0;
pub(crate) const VERIFICATION: usize = 2;
pub(crate) const NAMES: [&str; 5] = [
    "empty handler",
    "who is signed in",
    "verification of a teacher",
    "coverage by province",
    "coverage by province, another day each time",
];

/// A running server.
pub(crate) struct Subject {
    _registry: Arc<Registry>,
    process: Child,
    address: SocketAddr,
    teachers: Vec<String>,
    department: String,
    ministry: String,
    operator: String,
    reader: Client,
}

impl Subject {
    /// A server over so many teachers.
    pub(crate) async fn start(place: Place, teachers: &str) -> Outcome<Self> {
        let registry = Registry::new(place);
        let simulate = ["simulate", "--teachers", teachers, "--until", UNTIL, "--seed", "7", "--json"];
        let simulated = registry.command(program()).args(simulate).output()?;
        if !simulated.status.success() {
            return Err(String::from_utf8_lossy(&simulated.stderr).into_owned().into());
        }
        let (department, ministry, operator) = tokens(&registry).await?;
        let mut serve = registry.command(program());
        // What a process in production writes, it writes here: to nowhere.
        serve.env("SHUANGSHI_LOG", "info,sqlx=warn,actix_server=warn").stderr(Stdio::null());
        let mut process = serve.args(["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).spawn()?;
        let address = address(&mut process)?;
        let reader =
            Client::new(format!("http://{address}"), 1).with_token(operator.clone()).with_purpose("operations");
        let mut subject = Self {
            _registry: registry,
            process,
            address,
            teachers: Vec::new(),
            department,
            ministry,
            operator,
            reader,
        };
        subject.teachers = subject.of_province().await?;
        Ok(subject)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// What is asked, in the order of [`NAMES`].
    pub(crate) fn questions(&self) -> [Question; NAMES.len()] {
        let bearer = |token: &str| ("Authorization", format!("Bearer {token}"));
        let purpose = ("Purpose", "inspection".to_owned());
        let [empty, session, verification, coverage, other_days] = NAMES;
        let status = self.teachers.iter().map(|teacher| status(teacher)).collect();
        let of_day = format!("/api/v1/coverage?by=province&as_of={UNTIL}");
        [
            Question { name: empty, paths: vec!["/health/live".to_owned()], headers: vec![] },
            Question {
                name: session,
                paths: vec!["/api/v1/session".to_owned()],
                headers: vec![bearer(&self.department)],
            },
            Question { name: verification, paths: status, headers: vec![bearer(&self.department), purpose] },
            Question { name: coverage, paths: vec![of_day], headers: vec![bearer(&self.ministry)] },
            Question { name: other_days, paths: days(), headers: vec![bearer(&self.ministry)] },
        ]
    }

    /// The request for where a teacher stands, of this number.
    pub(crate) fn verification(&self, number: u64) -> Vec<u8> {
        let at = usize::try_from(number).unwrap_or(0) % self.teachers.len();
        let (path, token) = (status(&self.teachers[at]), &self.department);
        format!("GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\nPurpose: inspection\r\n\r\n")
            .into()
    }

    /// The request that registers somebody, of this round and number.
    pub(crate) fn registration(&self, round: u64, number: u64) -> Vec<u8> {
        let body = json!({ "on": "2026-09-01", "name": "王小明" }).to_string();
        let (token, length) = (&self.operator, body.len());
        format!(
            "POST /api/v1/teachers HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\nContent-Type: \
             application/json\r\nIdempotency-Key: crowd-{round}-{number:010}\r\nContent-Length: {length}\r\n\r\n{body}"
        )
        .into()
    }

    /// Whether what was made there is on the register.
    pub(crate) async fn is_there(&self, location: &str) -> Outcome<bool> {
        let mut last = 0;
        for _ in 0..50 {
            // To be refused, or not to be answered, says nothing of what is on the register.
            last = self.reader.get(location).await.status;
            match last {
                200 => return Ok(true),
                404 => return Ok(false),
                _ => tokio::time::sleep(Duration::from_millis(200)).await,
            }
        }
        Err(format!("{location} was asked for again and again and answered {last}").into())
    }

    /// The processor time that the server has taken.
    pub(crate) fn cpu(&self) -> Outcome<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id()))?;
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let ticks: u64 = [11, 12].iter().filter_map(|at| fields.get(*at)?.parse::<u64>().ok()).sum();
        // A tick is a hundredth of a second on every Linux that there is.
        Ok(Duration::from_millis(ticks * 10))
    }

    /// The memory that the server holds now and has held at most, in MiB.
    pub(crate) fn memory(&self) -> Outcome<(f64, f64)> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let mib = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
            line.split_whitespace().next().and_then(|kib| kib.parse::<f64>().ok()).unwrap_or_default() / 1024.0
        };
        Ok((mib("VmRSS:"), mib("VmHWM:")))
    }

    /// Ends the server.
    pub(crate) fn stop(mut self) -> Outcome<()> {
        self.process.kill()?;
        self.process.wait()?;
        Ok(())
    }

    /// The teachers of the province.
    async fn of_province(&self) -> Outcome<Vec<String>> {
        let department = Client::new(format!("http://{}", self.address), 2).with_token(self.department.clone());
        let department = department.with_purpose("inspection");
        let (mut teachers, mut after) = (Vec::new(), String::new());
        loop {
            let page = department.get(&format!("/api/v1/teachers?as_of={UNTIL}{after}")).await.expect(200).body;
            let items = page["items"].as_array().ok_or("a page has no items")?;
            teachers.extend(items.iter().filter_map(|item| item["teacher"].as_str()).map(str::to_owned));
            match page["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None if teachers.is_empty() => return Err("nobody lives in the province".into()),
                None => return Ok(teachers),
            }
        }
    }
}

fn program() -> &'static str {
    env!("CARGO_BIN_EXE_shuangshi-cli")
}

fn status(teacher: &str) -> String {
    format!("/api/v1/teachers/{teacher}/status?as_of={UNTIL}")
}

/// Coverage on every day of four years.
fn days() -> Vec<String> {
    let months = (2022..2026).flat_map(|year| (1..=12).map(move |month| (year, month)));
    let days = months.flat_map(|(year, month)| (1..=28).map(move |day| format!("{year}-{month:02}-{day:02}")));
    days.map(|day| format!("/api/v1/coverage?by=province&as_of={day}")).collect()
}

/// The address that the server says it serves.
fn address(process: &mut Child) -> Outcome<SocketAddr> {
    let said = process.stdout.take().ok_or("the server has no output")?;
    for line in BufReader::new(said).lines() {
        if let Some((_, rest)) = line?.split_once("serves http://") {
            let address = rest.split('/').next().unwrap_or_default();
            return Ok(address.parse()?);
        }
    }
    Err("the server does not say where it serves".into())
}

/// The tokens of a provincial department, of the ministry and of an operator.
async fn tokens(registry: &Arc<Registry>) -> Outcome<(String, String, String)> {
    let app = registry.start(shuangshi::services()).await;
    let department: Value = json!({
        "kind": "provincial_authority", "name": "示例省教育厅", "division": format!("{PROVINCE}0000"),
    });
    let department = app.write("/api/v1/organisations", &json!({ "on": "2000-01-01", "profile": department })).await;
    let department = department.expect(201).id();
    drop(app.account("department", Capacity::ProvincialAuthority, Some(&department)).await);
    drop(app.account("ministry", Capacity::Ministry, None).await);
    let tokens = (
        token(&app, "department", "*:read").await?,
        token(&app, "ministry", "*:read").await?,
        token(&app, "operator", "*:write").await?,
    );
    app.running().app().views().catch_up().await?;
    app.stop().await;
    Ok(tokens)
}

async fn token(app: &TestApp, agent: &str, scope: &str) -> Outcome<String> {
    let account = AccountId::of_agent(&Agent::parse(agent)?);
    Ok(app.accounts().token(account, vec![signin::TokenScope::parse(scope)?]).await)
}
