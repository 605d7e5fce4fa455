//! Verification of a list: HR hands in a workbook of those who came, and gets a workbook back that says where each
//! stands, by which rules, and what is missing – and everybody in it can see that HR looked.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use kernel::Day;
use kernel::vocabulary::Capacity;
use reqwest::Method;
use serde_json::{Value, json};
use spreadsheet::{Book, Cell};
use testkit::{Answer, Client, Place, Registry, TestApp};

use super::{on_both, program, stage};

on_both!(
    a_workbook_comes_back_as_a_workbook_that_says_what_the_single_answers_say,
    who_is_restricted_erased_or_unknown_is_one_answer_and_every_look_is_on_record,
    a_faulty_list_is_refused_by_row_and_column_and_nobody_is_looked_at,
    a_list_is_bounded_and_so_is_a_day,
    the_command_line_verifies_a_list_and_says_what_changed,
);

const PATH: &str = "/api/v1/verifications/lists";
const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const DAY: &str = "2023-06-30";

/// A workbook with these rows of cells under these headings.
fn workbook(headings: &[&str], rows: &[Vec<String>]) -> Vec<u8> {
    let mut book = Book::new(Day::parse("2026-11-22").unwrap()).unwrap();
    let headings: Vec<(&str, f64)> = headings.iter().map(|heading| (*heading, 12.0)).collect();
    book.sheet("名单", &headings).unwrap();
    for row in rows {
        book.row(&row.iter().map(|cell| Cell::Text(cell)).collect::<Vec<_>>()).unwrap();
    }
    book.finish().unwrap()
}

/// The list with the numbers of these people.
fn list_of(numbers: impl IntoIterator<Item = u32>) -> Vec<u8> {
    let rows: Vec<Vec<String>> = numbers.into_iter().map(|number| vec![stage::citizen_id(number)]).collect();
    workbook(&["身份证号"], &rows)
}

async fn verify(client: &Client, query: &str, media_type: &str, body: Vec<u8>) -> Answer {
    let request = client.request(Method::POST, &format!("{PATH}{query}"));
    Answer::of(request.header("Purpose", "verification").header("Content-Type", media_type).body(body)).await
}

/// The sheets of the answer, as a reader that did not write them sees them.
async fn sheets(client: &Client, query: &str, body: Vec<u8>) -> Vec<Vec<Vec<String>>> {
    let request = client.request(Method::POST, &format!("{PATH}{query}"));
    let request = request.header("Purpose", "verification").header("Purpose-Reference", "HR-2026-9");
    let answer = request.header("Content-Type", WORKBOOK).header("Accept", WORKBOOK).body(body).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), &answer.headers()["content-type"]), (200, &WORKBOOK.parse().unwrap()));
    let bytes = answer.bytes().await.unwrap().to_vec();
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    let text = |cell: &Data| cell.to_string();
    let sheet = |(_, range): (String, calamine::Range<Data>)| {
        range.rows().map(|row| row.iter().map(text).collect()).collect::<Vec<Vec<String>>>()
    };
    book.worksheets().into_iter().map(sheet).collect()
}

/// The cell of a row under the heading that begins so.
fn cell<'a>(sheet: &'a [Vec<String>], row: usize, heading: &str) -> &'a str {
    let place = sheet[0].iter().position(|one| one.starts_with(heading)).unwrap();
    &sheet[row][place]
}

async fn a_workbook_comes_back_as_a_workbook_that_says_what_the_single_answers_say(place: Place) {
    let app = stage::all(place).await;
    let sites = stage::sites(&app).await;
    let complete = stage::eligible(&app, &sites, 1).await;
    let beginner = stage::teacher(&app, 2).await;
    stage::post(&app, &beginner, &sites.school, "000000002").await;
    let other = stage::school(&app, "4135010012", "350100").await;
    let hr = app.account("other-hr", Capacity::SchoolHr, Some(&other)).await;
    let row = |number: u32, name: &str, day: &str| vec![name.to_owned(), stage::citizen_id(number), day.to_owned()];
    let mut rows = vec![row(1, "王小明", ""), row(2, "=1+1", "2021-01-31"), row(77, "没有此人", "")];
    rows.push(vec!["号码有误".to_owned(), "320101198001010000".to_owned(), String::new()]);
    let asked = workbook(&["姓名", "身份证号", "截至日期"], &rows);

    let query = format!("?as_of={DAY}&changed_since=2022-01-01");
    let read = sheets(&hr, &query, asked.clone()).await;
    let (table, about) = (&read[0], &read[1]);
    assert_eq!(table.len(), 5);
    let outcomes: Vec<_> = (1..5).map(|row| (cell(table, row, "行号"), cell(table, row, "结果"))).collect();
    let (found, not_found) = ("在册 found", "不在册 not found");
    assert_eq!(outcomes, [("2", found), ("3", found), ("4", not_found), ("5", "号码有误 malformed")]);
    assert_eq!(cell(table, 2, "姓名"), "=1+1");
    assert!(cell(table, 1, "身份证号").starts_with("32") && !cell(table, 1, "身份证号").contains("1980"));
    assert!(cell(table, 4, "原因").contains("citizen"), "{}", cell(table, 4, "原因"));
    assert!(cell(table, 3, "状态").is_empty() && cell(table, 3, "证明").is_empty());

    // The same by the answers about one person each, at the position that the list stands at.
    for (line, person) in [(1, &complete.teacher), (2, &beginner)] {
        let proof = cell(table, line, "证明");
        assert!(proof.contains(person.as_str()));
        let single = app.read(proof).await;
        let assessment = &single["assessment"];
        assert_eq!(cell(table, line, "失效日"), assessment["lapses_on"].as_str().unwrap_or_default());
        let missing = assessment["missing"].as_array().unwrap().iter();
        let missing: Vec<&str> = missing.map(|one| one["words"]["en"].as_str().unwrap()).collect();
        assert_eq!(cell(table, line, "Missing"), missing.join("; "));
        let pack = &assessment["pack"];
        assert_eq!(cell(table, line, "规则摘要"), pack["digest"].as_str().unwrap());
        let level = assessment["standing"]["eligible"].as_str();
        assert_eq!(level.is_some(), !cell(table, line, "符合级别").is_empty());
        let timeline = app.read(&format!("/api/v1/teachers/{person}/timeline")).await;
        let days = timeline["timeline"]["segments"].as_array().unwrap().iter().map(|one| one["from"].as_str().unwrap());
        assert!(days.collect::<Vec<_>>().contains(&cell(table, line, "自")));
    }
    assert_eq!(cell(table, 1, "Status"), "eligible at junior level");
    assert!(cell(table, 1, "变化的条件").contains("→"), "{}", cell(table, 1, "变化的条件"));
    assert_eq!(cell(table, 1, "Status before"), "not eligible");
    let about: Vec<&str> = about.iter().map(|line| line[1].as_str()).collect();
    let says = |text: &str| assert!(about.iter().any(|line| line.contains(text)), "{text} is not in {about:#?}");
    says("2 on the register, 1 not on the register, 1 malformed");
    says("other-hr");
    says("HR-2026-9");
    says("national-basic version 1, SHA-256");

    // As JSON and as CSV it says the same.
    let body = verify(&hr, &query, WORKBOOK, asked).await.expect(200).body;
    assert_eq!(body["tally"], json!({ "found": 2, "not_found": 1, "malformed": 1 }));
    assert_eq!(body["rows"][0]["standing"]["proof"].as_str().unwrap(), cell(table, 1, "证明"));
    assert_eq!(
        body["rows"][2],
        json!({
            "row": 4, "citizen_id": body["rows"][2]["citizen_id"], "name": "没有此人", "outcome": "not_found",
        })
    );
    let csv = format!("citizen_id\r\n{}\r\n", stage::citizen_id(1));
    let request = hr.request(Method::POST, &format!("{PATH}{query}")).header("Purpose", "verification");
    let request = request.header("Content-Type", "text/csv; charset=utf-8").header("Accept", "text/csv").body(csv);
    let text = request.send().await.unwrap().text().await.unwrap();
    assert!(text.lines().nth(1).unwrap().contains("eligible at junior level"), "{text}");
    app.stop().await;
}

async fn who_is_restricted_erased_or_unknown_is_one_answer_and_every_look_is_on_record(place: Place) {
    let app = stage::all(place).await;
    let sites = stage::sites(&app).await;
    let mut people = Vec::new();
    for number in 1..=3 {
        let person = stage::teacher(&app, number).await;
        stage::post(&app, &person, &sites.school, &format!("{number:09}")).await;
        people.push(person);
    }
    let restriction = json!({ "on": "2026-11-20", "reason": "a complaint is being looked into" });
    app.write(&format!("/api/v1/teachers/{}/restrictions", people[1]), &restriction).await.expect(200);
    let erasure = json!({ "on": "2026-11-20", "reason": "asked to be forgotten" });
    erase(&app, &people[2], &erasure).await;
    let other = stage::school(&app, "4135010012", "350100").await;
    let hr = app.account("other-hr", Capacity::SchoolHr, Some(&other)).await;
    let request = hr.request(Method::POST, PATH).header("Content-Type", WORKBOOK).body(list_of([1]));
    assert_eq!(Answer::of(request).await.expect(400).body["code"], "purpose_missing");

    let body = verify(&hr, "", WORKBOOK, list_of([1, 2, 3, 77])).await.expect(200).body;
    let rows = body["rows"].as_array().unwrap();
    assert_eq!(rows[0]["outcome"], "found");
    let alike = |row: &Value| {
        let mut row = row.clone();
        row.as_object_mut().unwrap().retain(|field, _| field != "row" && field != "citizen_id");
        row
    };
    assert_eq!((alike(&rows[1]), alike(&rows[2])), (alike(&rows[3]), alike(&rows[3])));
    assert_eq!(rows[3]["outcome"], "not_found");

    let owner = app.teacher_account("the-teacher", &people[0]).await;
    let seen = owner.get(&format!("/api/v1/teachers/{}/readings", people[0])).await.expect(200).body;
    let looks = seen["items"].as_array().unwrap().iter().filter(|look| look["organisation"] == json!(other));
    let looks: Vec<_> = looks.map(|look| (&look["operation"], &look["purpose"])).collect();
    assert_eq!(looks, [(&json!("qualification_verify_list"), &json!("verification"))], "{seen}");
    app.stop().await;
}

async fn erase(app: &TestApp, person: &str, body: &Value) {
    app.write_seconded(&format!("/api/v1/teachers/{person}/erasure"), body).await.expect(200);
}

async fn a_faulty_list_is_refused_by_row_and_column_and_nobody_is_looked_at(place: Place) {
    let app = stage::all(place).await;
    let sites = stage::sites(&app).await;
    let person = stage::teacher(&app, 1).await;
    stage::post(&app, &person, &sites.school, "000000001").await;
    let other = stage::school(&app, "4135010012", "350100").await;
    let hr = app.account("other-hr", Capacity::SchoolHr, Some(&other)).await;
    let position = app.position();
    let row = |day: &str| vec![stage::citizen_id(1), day.to_owned()];
    let asked = workbook(&["citizen_id", "as_of"], &[row("2023-06-30"), row("30.6.2023"), row("2023-02-30")]);
    let refused = verify(&hr, "", WORKBOOK, asked).await.expect(422).body;
    assert_eq!(refused["rejection"], "list_has_faults");
    let places: Vec<_> = refused["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (&one["where"]["row"], &one["where"]["column"]))
        .collect();
    assert_eq!(places, [(&json!(3), &json!("as_of")), (&json!(4), &json!("as_of"))]);
    assert!(!refused.to_string().contains("30.6.2023") && !refused.to_string().contains(&stage::citizen_id(1)));

    let lacking = verify(&hr, "", WORKBOOK, workbook(&["姓名"], &[vec!["王小明".to_owned()]])).await.expect(422).body;
    assert!(lacking["errors"][0]["why"].as_str().unwrap().contains("身份证号"), "{lacking}");
    verify(&hr, "", WORKBOOK, b"PK this is none".to_vec()).await.expect(422);
    verify(&hr, "", "application/json", b"{}".to_vec()).await.expect(415);
    verify(&hr, "?as_of=yesterday", WORKBOOK, list_of([1])).await.expect(400);
    assert_eq!(app.position(), position);
    let owner = app.teacher_account("the-teacher", &person).await;
    let seen = owner.get(&format!("/api/v1/teachers/{person}/readings")).await.expect(200).body;
    let looks = seen["items"].as_array().unwrap().iter().filter(|look| look["organisation"] == json!(other)).count();
    assert_eq!(looks, 0, "{seen}");
    app.stop().await;
}

async fn a_list_is_bounded_and_so_is_a_day(place: Place) {
    let app = stage::all(place).await;
    let sites = stage::sites(&app).await;
    stage::eligible(&app, &sites, 1).await;
    let other = stage::school(&app, "4135010012", "350100").await;
    let hr = app.account("other-hr", Capacity::SchoolHr, Some(&other)).await;
    let refused = verify(&hr, "", WORKBOOK, list_of((0..10_001).map(|_| 1))).await.expect(422).body;
    assert_eq!(refused["errors"][0]["where"]["row"], 10_002, "{refused}");
    let large = vec![b'1'; 4 * 1024 * 1024 + 1];
    assert_eq!(verify(&hr, "", "text/csv", large).await.expect(413).body["code"], "too_large");
    // A number counts once a list, however often it stands in it.
    let thrice = verify(&hr, "", WORKBOOK, list_of([1, 1, 1])).await.expect(200).body;
    assert_eq!(thrice["tally"]["found"], 3);
    // Those who came from elsewhere, and numbers that lead to nobody, are a day's ten thousand; one's own are not.
    let strangers = (0..10_000).map(invented).collect::<Vec<_>>().join("\n");
    let too_many = verify(&hr, "", "text/csv", format!("citizen_id\n{strangers}\n").into_bytes()).await.expect(429);
    assert_eq!(too_many.body["code"], "too_many_requests");
    let own = app.account("hr", Capacity::SchoolHr, Some(&sites.school)).await;
    for _ in 0..2 {
        verify(&own, "", WORKBOOK, list_of((0..10_000).map(|_| 1))).await.expect(200);
    }
    app.stop().await;
}

/// One of many invented id numbers with a true check digit.
fn invented(number: u32) -> String {
    let (day, serial) = (number / 900 + 1, number % 900 + 100);
    let body = format!("320102198101{day:02}{serial:03}");
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let digits = body.chars().filter_map(|digit| digit.to_digit(10));
    let sum: u32 = digits.zip(weights).map(|(digit, weight)| digit * weight).sum();
    format!("{body}{}", ["1", "0", "X", "9", "8", "7", "6", "5", "4", "3", "2"][sum as usize % 11])
}

async fn the_command_line_verifies_a_list_and_says_what_changed(place: Place) {
    let registry = Registry::new(place);
    program::import(&registry);
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    // Two of the sample delivery, and somebody who is not in it.
    let numbers = ["320102199610153682".to_owned(), "34010419880706962X".to_owned(), stage::citizen_id(77)];
    let rows: Vec<Vec<String>> = numbers.into_iter().map(|number| vec![number]).collect();
    std::fs::write(path("list.xlsx"), workbook(&["身份证号"], &rows)).unwrap();
    let (list, result) = (path("list.xlsx"), path("result.xlsx"));
    let days = ["--as-of", "2026-06-30", "--changed-since", "2020-06-30", "--json"];
    let tally = program::json(&registry, &[&["verify", &list, "--out", &result], &days[..]].concat());
    assert_eq!(tally, json!({ "found": 2, "not_found": 1, "malformed": 0 }));
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(std::fs::read(result).unwrap())).unwrap();
    assert_eq!(book.worksheets().len(), 2);
    let shown = program::json(&registry, &["teacher", "show", "001200001", "--as-of", "2026-06-30", "--json"]);
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    let sheet: Vec<Vec<String>> = sheet.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect();
    assert!(cell(&sheet, 1, "证明").contains(shown["teacher"].as_str().unwrap()));
    std::fs::write(path("faulty.csv"), "citizen_id,as_of\n320102199610153682,tomorrow\n").unwrap();
    let refused = program::output(&registry, &["verify", &path("faulty.csv"), "--out", &path("none.csv")]);
    let said = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(3), "{said}");
    assert!(said.contains("row 2, column as_of") && !said.contains("tomorrow"), "{said}");

    let differ = ["teacher", "diff", "001200001", "--from-as-of", "2015-06-30", "--to-as-of", "2026-06-30"];
    let body = program::json(&registry, &[&differ[..], &["--json"]].concat());
    assert_eq!(body["to"]["status"], shown["assessment"]["status"]);
    for (language, word) in [(&[][..], "因时间推移"), (&["--english"][..], "by the passing of days")] {
        let said = program::output(&registry, &[&differ[..], language].concat());
        let said = String::from_utf8(said.stdout).unwrap();
        assert!(said.contains(word) && said.contains("→"), "{said}");
    }
}
