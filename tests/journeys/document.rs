//! The OpenAPI document: what it lists is what there is.

use serde_json::{Value, json};
use testkit::{Answer, Place, TestApp};

use super::stage;

#[test]
fn no_two_shapes_have_one_name() {
    assert_eq!(host::schema_clashes(&shuangshi::services()), Vec::<String>::new());
}

#[test]
fn every_response_says_what_it_is() {
    let document = serde_json::to_value(host::openapi(&shuangshi::services())).unwrap();
    let items = document["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap().values());
    let responses = items.flat_map(|operation| operation["responses"].as_object().into_iter().flatten());
    let mut described = 0;
    for (status, response) in responses {
        assert!(response["description"].as_str().is_some_and(|text| !text.is_empty()), "{status}: {response}");
        let media = response["content"].as_object().into_iter().flat_map(|content| content.keys());
        let is_problem = status.starts_with(['4', '5']);
        media.for_each(|media| assert_eq!(media == "application/problem+json", is_problem || status == "default"));
        described += 1;
    }
    assert!(described > 200, "{described}");
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_are_as_the_document_describes_them() {
    let app = stage::all(Place::sqlite()).await;
    let sites = stage::sites(&app).await;
    let teacher = stage::eligible(&app, &sites, 1).await.teacher;
    let document = app.get("/api/openapi.json").await.expect(200).body;
    let named = format!("/api/v1/teachers/{teacher}");
    let asked = [
        ("/api/v1/teachers/{teacher}/status", format!("{named}/status?as_of=2023-06-30")),
        (
            "/api/v1/teachers/{teacher}/status/changes",
            format!("{named}/status/changes?from_as_of=2019-01-01&to_as_of=2023-06-30"),
        ),
        ("/api/v1/teachers/{teacher}/timeline", format!("{named}/timeline")),
        ("/api/v1/teachers/{teacher}", named.clone()),
        ("/api/v1/teachers", "/api/v1/teachers?as_of=2023-06-30".to_owned()),
        ("/api/v1/coverage", "/api/v1/coverage?as_of=2023-06-30".to_owned()),
        ("/api/v1/rule-packs", "/api/v1/rule-packs".to_owned()),
    ];
    for (path, url) in asked {
        let operation = &document["paths"][path]["get"]["responses"];
        let schema = &operation["200"]["content"]["application/json"]["schema"];
        assert!(schema.is_object(), "{path} is not described");
        assert_eq!(misfit(&document, schema, &app.read(&url).await), None, "{path}");
        // A problem is described as one.
        let refused = app.get(&format!("{url}{}no-such=1", if url.contains('?') { '&' } else { '?' })).await;
        let described = operation.get(refused.status.to_string()).unwrap_or(&operation["default"]);
        if refused.status != 200 {
            let schema = &described["content"][&refused.media_type]["schema"];
            assert_eq!(misfit(&document, schema, &refused.body), None, "{path}: {}", refused.text);
        }
    }
    // Control: what is not described is found.
    let schema = &document["components"]["schemas"]["CriterionNode"];
    assert!(misfit(&document, schema, &json!({ "verdict": { "outcome": "granted" } })).is_some());
    app.stop().await;
}

/// Where a value is not as a schema has it.
fn misfit(document: &Value, schema: &Value, value: &Value) -> Option<String> {
    if let Some(reference) = schema["$ref"].as_str() {
        return misfit(document, document.pointer(reference.strip_prefix('#').unwrap())?, value);
    }
    if let Some(one) = schema["oneOf"].as_array().or(schema["anyOf"].as_array()) {
        let none_fits = one.iter().all(|schema| misfit(document, schema, value).is_some());
        return none_fits.then(|| format!("{value} fits none of {schema}"));
    }
    if let Some(parts) = schema["allOf"].as_array() {
        return misfit(document, &together(document, parts), value);
    }
    let is = |name: &Value| match name.as_str().unwrap_or_default() {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        _ => value.is_object(),
    };
    let fits = match &schema["type"] {
        Value::Array(names) => names.iter().any(is),
        Value::String(_) => is(&schema["type"]),
        _ => true,
    };
    let listed = schema["enum"].as_array().is_none_or(|values| values.contains(value));
    if !fits || !listed {
        return Some(format!("{value} is not {schema}"));
    }
    if let (Value::Array(items), true) = (value, schema["items"].is_object()) {
        return items.iter().find_map(|item| misfit(document, &schema["items"], item));
    }
    let (Some(fields), Some(properties)) = (value.as_object(), schema["properties"].as_object()) else { return None };
    let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let missing = required.into_iter().find(|name| !fields.contains_key(*name));
    missing
        .map(|name| format!("{name} is missing from {value}"))
        .or_else(|| fields.iter().find_map(|(name, value)| misfit(document, properties.get(name)?, value)))
}

/// One schema that asks for what each of these objects does.
fn together(document: &Value, parts: &[Value]) -> Value {
    let mut whole = json!({ "type": "object", "properties": {}, "required": [] });
    for part in parts {
        let part = match part["$ref"].as_str() {
            Some(reference) => document.pointer(reference.strip_prefix('#').unwrap()).unwrap(),
            None => part,
        };
        let properties = part["properties"].as_object().unwrap().clone();
        whole["properties"].as_object_mut().unwrap().extend(properties);
        let required = part["required"].as_array().cloned().unwrap_or_default();
        whole["required"].as_array_mut().unwrap().extend(required);
    }
    whole
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
