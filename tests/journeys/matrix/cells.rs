//! The cells: every operation by everybody on everything of the kind that its path or body names.

use access::Operation;
use reqwest::Method;
use serde_json::Value;

use super::expected::{Verdict, expected, reads};
use super::register::{Caller, Proof, Register, Thing};
use super::requests::Documented;

/// What signs somebody in: there is nobody yet whose right could be asked for.
pub const SIGNING_IN: [&str; 3] = ["accounts_sign_in", "accounts_begin_at_provider", "accounts_finish_at_provider"];

/// Somebody asks for an operation on a thing, with a purpose stated or not.
#[derive(Clone)]
pub struct Cell<'a> {
    pub documented: &'a Documented,
    pub operation: Operation,
    pub caller: &'a Caller,
    pub thing: Thing,
    pub has_purpose: bool,
    pub body: Option<Value>,
    pub expected: Verdict,
}

/// What came.
#[derive(Debug, Clone)]
pub struct Seen {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub text: String,
    pub body: Value,
}

/// All cells of an operation. None is a failure: somebody made an operation that nobody asks about.
///
/// # Errors
/// When no request can be made for it.
pub fn of_operation<'a>(
    register: &'a Register,
    document: &Value,
    documented: &'a Documented,
) -> Result<Vec<Cell<'a>>, String> {
    let id = &documented.id;
    let operation = Operation::of_code(id).ok_or_else(|| format!("{id} is not in the table of operations"))?;
    let things = things(register, operation, documented)?;
    let mut cells = Vec::new();
    for caller in &register.callers {
        let is_browser = matches!(caller.proof, Proof::Session { .. });
        if is_browser && operation.kind() == access::Kind::OwnAccount {
            // It would end the very session: those have a test of their own.
            continue;
        }
        let is_nobody = matches!(caller.proof, Proof::Nothing(_));
        for thing in things.iter().filter(|thing| is_nobody || is_asked(caller, operation, thing)) {
            let body = documented.body(document, thing)?;
            let cell = |has_purpose| {
                let expected = expected(caller, operation, thing, has_purpose);
                Cell { documented, operation, caller, thing: thing.clone(), has_purpose, body: body.clone(), expected }
            };
            cells.push(cell(true));
            if is_nobody {
                break;
            }
            // Without a purpose as well; what is out of reach is not there whether or not one is stated.
            let is_shown = cells.last().is_some_and(|cell: &Cell<'_>| cell.expected == Verdict::May);
            let is_telling =
                is_shown || ["elsewhere", "restricted", "teacher (absent)"].contains(&thing.label.as_str());
            if operation.kind() == access::Kind::ReadPersons && is_telling {
                cells.push(cell(false));
            }
        }
    }
    if cells.is_empty() { Err(format!("{id} has no cells")) } else { Ok(cells) }
}

/// Whether somebody asks about a thing. A write is asked about one of each relation, and whoever holds no role today
/// about what would have been theirs, what would not, and what is not there.
fn is_asked(caller: &Caller, operation: Operation, thing: &Thing) -> bool {
    let alike = ["child", "city", "neighbour", "left", "unposted", "keeper"];
    if thing.kind == "teacher" && !reads(operation) && alike.contains(&thing.label.as_str()) {
        return false;
    }
    let organisations = ["a2", "city b", "city c", "province a", "province c", "province x"];
    if thing.kind == "organisation" && organisations.contains(&thing.label.as_str()) {
        return false;
    }
    let account =
        ["hr", "hr elsewhere", "city", "province", "operations", "teacher own", "hr from tomorrow", "two hats"];
    if thing.kind == "account"
        && thing.exists
        && !account.contains(&thing.label.as_str())
        && !thing.label.contains("zq")
    {
        return false;
    }
    let few = ["own", "elsewhere", "a1", "hr", "320100", "base", "nothing", "a role here"];
    let is_near = few.iter().any(|label| thing.label == *label) || thing.label.contains("own");
    !caller.roles.is_empty() || caller.person.is_some() || is_near || !thing.exists
}

/// What an operation is asked about: the path says, or the body.
fn things(register: &Register, operation: Operation, documented: &Documented) -> Result<Vec<Thing>, String> {
    let all = |kind: &str| register.of_kind(kind).cloned().collect::<Vec<_>>();
    let named = |kind: &'static str, field: &'static str| {
        all(kind).into_iter().map(move |thing| {
            let id = thing.id().to_owned();
            thing.with(field, id)
        })
    };
    if !operation.is_in_body() {
        let things = all(kind_in_path(&documented.parameters()));
        if !matches!(operation, Operation::HoldSession | Operation::AmendRoster | Operation::JoinTeam) {
            return Ok(things);
        }
        // Their bodies name somebody besides: whoever is not on the register is refused before any version is looked at.
        let somebody = register.of_kind("teacher").next().unwrap().id();
        return Ok(things.into_iter().map(|thing| thing.with("teacher", somebody)).collect());
    }
    let spare = register.of_kind("account").find(|thing| thing.label == "zq-spare-zq").unwrap().id();
    Ok(match operation {
        Operation::RecordPost => all("engagement"),
        Operation::ApproveTeam => named("organisation", "school").collect(),
        // It decides in the name of that body about nobody yet: whose rows lie out of reach is a journey of its own.
        Operation::DecideBatch => named("organisation", "authority").collect(),
        Operation::GrantRole => all("organisation")
            .into_iter()
            .map(|thing| thing.with("account", spare).with("role", "school_hr"))
            .collect(),
        Operation::OpenAccount => {
            // Whoever has been merged goes by the entry that stands for them.
            let people = named("teacher", "person").map(|thing| Thing { former: false, ..thing });
            // A machine's, which gets no password, so that callers by token are answered like others.
            let machines = all("nothing").into_iter().map(|thing| thing.with("kind", "service"));
            people.chain(machines).collect()
        }
        Operation::RegisterOrganisation | Operation::ApproveSite => all("division"),
        Operation::ScheduleSession => named("site", "base").collect(),
        Operation::BeginPlacement => all("visit"),
        // The domain says by which id the person goes.
        Operation::ApplyForRecognition | Operation::RecordLegacy => {
            all("teacher").into_iter().map(|thing| Thing { former: false, ..thing }).collect()
        }
        other => return Err(format!("nobody has said what the body of {} names", other.code())),
    })
}

/// What a path is about, by the names of its parameters.
fn kind_in_path(parameters: &[&str]) -> &'static str {
    let has = |name: &str| parameters.contains(&name);
    if has("team") {
        return "team";
    }
    if has("teacher") {
        return if has("other") { "teachers" } else { "teacher" };
    }
    let kinds = ["session", "site", "placement", "recognition", "organisation", "account", "proposal"];
    kinds.into_iter().find(|kind| has(kind)).unwrap_or("nothing")
}

impl Cell<'_> {
    /// For people who read a failure.
    pub fn name(&self) -> String {
        let purpose = if self.has_purpose { "" } else { ", no purpose" };
        format!("{} × {} × {}{purpose}", self.documented.id, self.caller.name, self.thing.label)
    }

    /// Sends it. A write names a version that nothing has: what it asks for is allowed, and never recorded.
    pub async fn send(&self, number: usize) -> Seen {
        let method = self.documented.method.clone();
        let mut request = self.caller.client.request(method.clone(), &self.documented.filled(&self.thing));
        if let Proof::Session { cookie } = &self.caller.proof {
            request = request.header("Cookie", cookie).header("Sec-Fetch-Site", "same-origin");
        }
        if let Proof::Nothing(headers) = &self.caller.proof {
            request = headers.iter().fold(request, |request, (name, value)| request.header(*name, value));
        }
        if number % 2 == 1 {
            // What a proxy might say of somebody changes nothing.
            request = request.header("X-User", "operator").header("X-Forwarded-User", "operator");
            request = request.header("Forwarded", "for=127.0.0.1;by=operator").header("X-Forwarded-For", "127.0.0.1");
        }
        if self.has_purpose {
            request = request.header("Purpose", "inspection");
        }
        if method != Method::GET {
            request = request.header("Idempotency-Key", format!("matrix-{number:08}")).header("If-Match", "\"v999\"");
        }
        if let Some(body) = &self.body {
            request = request.json(body);
        }
        Seen::of(request).await
    }
}

impl Seen {
    /// Sends a request, and keeps all that comes.
    pub async fn of(request: reqwest::RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let header = |(name, value): (&reqwest::header::HeaderName, &reqwest::header::HeaderValue)| {
            (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        // When it came, and whether the body had been taken in by then, says nothing of what is there.
        let says = |(name, _): &(String, String)| !["date", "connection"].contains(&name.as_str());
        let mut headers: Vec<_> = response.headers().iter().map(header).filter(says).collect();
        headers.sort();
        let text = response.text().await.unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Self { status, headers, text, body }
    }

    /// All of it, but for the id of the request.
    pub fn plain(&self) -> String {
        let all = format!("{} {:?} {}", self.status, self.headers, self.text);
        match self.body["instance"].as_str() {
            Some(instance) => all.replace(instance, "·"),
            None => all,
        }
    }
}
