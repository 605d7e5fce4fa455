//! Who may do what, asked of the whole API: every operation of the document, by everybody, on everything of the kind
//! that it names. Each answer is held against what the domain says, and searched for texts of foreign records.

mod built;
mod cells;
mod checks;
mod expected;
mod people;
mod records;
mod register;
mod requests;
mod world;

use std::collections::BTreeSet;

use access::Operation;
use futures_util::StreamExt;
use serde_json::Value;
use testkit::{Place, TestApp};

use super::on_both;
use cells::{Cell, SIGNING_IN, Seen};
use checks::Findings;
use expected::Verdict;
use register::Register;
use requests::Documented;

on_both!(
    nobody_reaches_what_the_domain_does_not_give_them_by_any_operation,
    how_one_signs_in_is_asked_from_a_browser_only,
);

/// So many requests are under way at once.
const AT_ONCE: usize = 16;

/// So many findings are told at most.
const MOST: usize = 400;

/// The operations that show a text of whoever may be seen: were there none, the search would be blind.
const SHOWING: [&str; 10] = [
    "accounts_session",
    "accounts_list",
    "accounts_show",
    "accounts_proposal",
    "teachers_show",
    "teachers_export",
    "teachers_duplicates",
    "qualification_list",
    "qualification_show",
    "training_show",
];

#[test]
fn the_document_and_the_table_of_operations_name_the_same() {
    let document = serde_json::to_value(host::openapi(&shuangshi::services())).unwrap();
    let documented: BTreeSet<String> = requests::documented(&document).into_iter().map(|one| one.id).collect();
    let table = Operation::ALL.iter().map(|operation| operation.code()).chain(SIGNING_IN);
    let table: BTreeSet<String> = table.map(str::to_owned).collect();
    assert_eq!(documented.difference(&table).collect::<Vec<_>>(), Vec::<&String>::new(), "not in the table");
    assert_eq!(table.difference(&documented).collect::<Vec<_>>(), Vec::<&String>::new(), "not in the document");
}

async fn nobody_reaches_what_the_domain_does_not_give_them_by_any_operation(place: Place) {
    let begun = std::time::Instant::now();
    let app = TestApp::start(place, shuangshi::services()).await;
    let pack = super::stage::publish_pack(&app).await;
    let register = built::built(&app, pack).await;
    let document = app.get("/api/openapi.json").await.expect(200).body;
    let documented = requests::documented(&document);
    let cells = all_cells(&register, &document, &documented);
    let position = app.position();
    println!("built after {:?}: {} cells", begun.elapsed(), cells.len());

    let mut findings = Findings::default();
    let requests = futures_util::stream::iter(cells.iter().enumerate());
    let mut answers = requests.map(async |(number, cell)| (cell, cell.send(number).await)).buffered(AT_ONCE);
    let mut kept = Vec::new();
    while let Some((cell, seen)) = answers.next().await {
        findings.take(&register, cell, &seen);
        if kept.len() < 2 && cell.operation == Operation::ShowTeacher && seen.status == 200 {
            kept.push((cell, seen));
        }
    }
    println!("{}", summary(&findings, &register, begun.elapsed()));
    assert_eq!(app.position(), position, "something has been recorded");
    nothing_found(&findings);
    for (cell, seen) in &kept {
        the_checker_is_not_blind(&register, cell, seen);
    }
    assert!(!kept.is_empty());
    app.stop().await;
}

/// Every cell of every operation of the document.
fn all_cells<'a>(register: &'a Register, document: &Value, documented: &'a [Documented]) -> Vec<Cell<'a>> {
    let mut cells = Vec::new();
    for one in documented.iter().filter(|one| !SIGNING_IN.contains(&one.id.as_str())) {
        cells.extend(cells::of_operation(register, document, one).unwrap());
    }
    cells
}

fn summary(findings: &Findings, register: &Register, took: std::time::Duration) -> String {
    let count = |verdict| findings.counts.get(&verdict).copied().unwrap_or_default();
    format!(
        "{} cells: {} allowed, {} 401, {} 403, {} 404, {} 400 without a purpose, {} moved; {} bytes scanned for {} \
         canaries, {} leaks; {took:?}",
        findings.counts.values().sum::<usize>(),
        count(Verdict::May),
        count(Verdict::Unknown),
        count(Verdict::Forbidden),
        count(Verdict::Absent),
        count(Verdict::Purpose),
        count(Verdict::Moved),
        findings.scanned,
        register.canaries.len(),
        findings.leaks.len(),
    )
}

fn nothing_found(findings: &Findings) {
    let (leaks, wrong) = (&findings.leaks, &findings.wrong);
    let some = leaks.iter().take(40).chain(wrong.iter().take(MOST)).cloned().collect::<Vec<_>>().join("\n");
    assert!(leaks.is_empty() && wrong.is_empty(), "{} leaks, {} wrong:\n{some}", leaks.len(), wrong.len());
    for operation in SHOWING {
        assert!(findings.shown.get(operation).is_some_and(|shown| *shown > 0), "{operation} has shown nothing");
    }
}

/// The same checker, of an answer that should not have been given, of one that holds a foreign text, and of one refusal
/// that can be told from another.
fn the_checker_is_not_blind(register: &Register, cell: &Cell<'_>, seen: &Seen) {
    let stranger = Cell { expected: Verdict::Absent, ..cell.clone() };
    assert!(checks::agrees(&stranger, seen).is_err());
    assert!(!checks::scan(register, &stranger, seen).1.is_empty());
    let foreign = register.canaries.iter().rfind(|canary| !canary.is_id && !seen.text.contains(&canary.text)).unwrap();
    let leaking = Seen { text: format!("{} {}", seen.text, foreign.text), ..seen.clone() };
    assert_eq!(checks::scan(register, cell, &leaking).1.len(), 1);
    let refused = Seen { status: 404, headers: vec![], text: "{}".to_owned(), body: Value::Null };
    let telling = Seen { text: "{ }".to_owned(), ..refused.clone() };
    let mut findings = Findings::default();
    findings.take(register, &stranger, &refused);
    let before = findings.wrong.len();
    findings.take(register, &stranger, &telling);
    assert_eq!(findings.wrong.len(), before + 2, "{:?}", findings.wrong);
}

async fn how_one_signs_in_is_asked_from_a_browser_only(place: Place) {
    let app = TestApp::start(place, shuangshi::services()).await;
    let account = app.accounts().open("zq-own-zq", None).await;
    app.get("/api/v1/accounts?limit=1").await.expect(200);
    let by_token = app.accounts().client(account).await;
    let document = app.get("/api/openapi.json").await.expect(200).body;
    let documented = requests::documented(&document);
    let nothing = register::Thing::default();
    for operation in Operation::ALL.iter().filter(|operation| operation.kind() == access::Kind::OwnAccount) {
        let one = documented.iter().find(|one| one.id == operation.code()).unwrap();
        let begun = app.running().app().sign_in().begin_session(account).await.unwrap();
        let (path, body) = (one.filled(&nothing), one.body(&document, &nothing).unwrap());
        let ask = |client: &testkit::Client| {
            let request = client.request(one.method.clone(), &path);
            body.iter().fold(request, |request, body| request.json(body))
        };
        let token = Seen::of(ask(&by_token)).await;
        assert_eq!((token.status, token.body["code"].as_str()), (403, Some("forbidden")), "{}", one.id);
        let browser = ask(&app.stranger()).header("Cookie", format!("shuangshi={}", begun.token));
        let other_site = Seen::of(browser.try_clone().unwrap().header("Sec-Fetch-Site", "cross-site")).await;
        let is_safe = one.method == reqwest::Method::GET;
        assert_eq!(other_site.status == 403, !is_safe, "{}: {}", one.id, other_site.text);
        let own = Seen::of(browser.header("Sec-Fetch-Site", "same-origin")).await;
        // Nobody has a token of that id, and the password is not theirs: the domain says so.
        let is_answered = matches!(own.status, 200..=299 | 404 | 422);
        assert!(is_answered && own.body["code"] != "forbidden", "{}: {} {}", one.id, own.status, own.text);
    }
    app.stop().await;
}
