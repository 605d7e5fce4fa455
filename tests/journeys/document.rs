//! The OpenAPI document: what it lists is what there is.

use serde_json::{Value, json};
use testkit::{Answer, Place, TestApp};

#[test]
fn no_two_services_give_one_name_to_different_shapes() {
    assert_eq!(host::schema_clashes(&shuangshi::services()), Vec::<String>::new());
}

#[test]
fn every_reference_in_the_document_leads_somewhere() {
    let document = serde_json::to_value(host::openapi(&shuangshi::services())).unwrap();
    let mut references = Vec::new();
    collect(&document, &mut references);
    assert!(references.len() > 50, "{}", references.len());
    for reference in references {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_operation_of_the_document_is_there_and_no_other_method_is() {
    let app = TestApp::start(Place::sqlite(), shuangshi::services()).await;
    let document = app.get("/api/openapi.json").await.expect(200).body;
    let mut operations = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        let url = filled(path);
        for method in [reqwest::Method::GET, reqwest::Method::POST, reqwest::Method::PUT, reqwest::Method::DELETE] {
            let documented = item.get(method.as_str().to_lowercase()).is_some();
            operations += usize::from(documented);
            let request = app.client().request(method.clone(), &url).header("Idempotency-Key", "key-00000001");
            let answer = Answer::of(request.json(&json!({ "nothing": "known" }))).await;
            let unknown = answer.status == 405 || answer.body["detail"] == "there is no such path";
            assert_ne!(documented, unknown, "{method} {path}: {} {}", answer.status, answer.text);
            assert!(answer.status < 500, "{method} {path}: {}", answer.text);
        }
    }
    assert!(operations > 60, "{operations}");
    app.stop().await;
}

/// A path with ids of nothing in it.
fn filled(path: &str) -> String {
    let id = "018f2b6e-0000-7000-8000-000000000000";
    let parts = path.split('/').map(|part| if part.starts_with('{') { id } else { part });
    parts.collect::<Vec<_>>().join("/")
}

fn collect<'a>(value: &'a Value, references: &mut Vec<&'a str>) {
    match value {
        Value::Object(fields) => {
            references.extend(fields.get("$ref").and_then(Value::as_str));
            fields.values().for_each(|value| collect(value, references));
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, references)),
        _ => {}
    }
}
