//! Requests made from the OpenAPI document: paths filled with what names a thing, bodies from their schemas.

use reqwest::Method;
use serde_json::{Map, Value, json};

use super::register::Thing;

/// An operation of the document.
#[derive(Debug, Clone)]
pub struct Documented {
    /// Its id.
    pub id: String,
    pub method: Method,
    pub path: String,
    schema: Option<Value>,
}

/// What names no thing of the register.
pub const NOBODY: &str = "018f2b6e-0000-7000-8000-000000000000";

/// Every operation of the document.
pub fn documented(document: &Value) -> Vec<Documented> {
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Ok(method) = method.to_uppercase().parse::<Method>() else { continue };
            let Some(id) = operation["operationId"].as_str() else { continue };
            let content = operation["requestBody"]["content"].as_object();
            let schema = content.and_then(|content| content.values().next()).map(|content| content["schema"].clone());
            operations.push(Documented { id: id.to_owned(), method, path: path.clone(), schema });
        }
    }
    operations
}

impl Documented {
    /// The names of the parameters of its path.
    pub fn parameters(&self) -> Vec<&str> {
        self.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect()
    }

    /// Its path about a thing; what the thing says nothing of is filled with an id of nothing.
    pub fn filled(&self, thing: &Thing) -> String {
        let fill = |part: &str| match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some(name) => thing.ids.get(name).cloned().unwrap_or_else(|| NOBODY.to_owned()),
            None => part.to_owned(),
        };
        self.path.split('/').map(fill).collect::<Vec<_>>().join("/")
    }

    /// Its body about a thing, made by its schema.
    ///
    /// # Errors
    /// When the schema says something that no value can be made of.
    pub fn body(&self, document: &Value, thing: &Thing) -> Result<Option<Value>, String> {
        let Some(schema) = &self.schema else { return Ok(None) };
        let made = value(document, schema, "", thing).map_err(|why| format!("{}: {why}", self.id))?;
        Ok(Some(made))
    }
}

/// A value that a schema allows; of an object only what is required, and whatever names the thing.
fn value(document: &Value, schema: &Value, field: &str, thing: &Thing) -> Result<Value, String> {
    if let Some(known) = thing.ids.get(field) {
        return Ok(json!(known));
    }
    if let Some(reference) = schema["$ref"].as_str() {
        let named = document.pointer(reference.trim_start_matches('#'));
        return value(document, named.ok_or_else(|| format!("{reference} is not there"))?, field, thing);
    }
    for combined in ["oneOf", "anyOf", "allOf"] {
        if let Some(first) = schema[combined].as_array().and_then(|options| options.first()) {
            return value(document, first, field, thing);
        }
    }
    if let Some(only) = schema.get("const") {
        return Ok(only.clone());
    }
    if let Some(first) = schema["enum"].as_array().and_then(|options| options.first()) {
        return Ok(first.clone());
    }
    if let Some(example) = schema.get("example").or_else(|| schema["examples"].get(0)) {
        return Ok(example.clone());
    }
    match kind(schema) {
        Some("object") => object(document, schema, thing),
        Some("array") => {
            let least = schema["minItems"].as_u64().unwrap_or_default();
            (0..least).map(|_| value(document, &schema["items"], "", thing)).collect()
        }
        Some("string") if schema["format"] == "uuid" => Ok(json!(NOBODY)),
        Some("string") => Ok(json!("")),
        Some("integer" | "number") => Ok(schema.get("minimum").cloned().unwrap_or_else(|| json!(1))),
        Some("boolean") => Ok(json!(true)),
        _ => Err(format!("no value can be made for `{field}` of {schema}")),
    }
}

fn kind(schema: &Value) -> Option<&str> {
    let kind = &schema["type"];
    kind.as_str().or_else(|| kind.as_array()?.iter().filter_map(Value::as_str).find(|kind| *kind != "null"))
}

fn object(document: &Value, schema: &Value, thing: &Thing) -> Result<Value, String> {
    let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut made = Map::new();
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        if required.contains(&name.as_str()) || thing.ids.contains_key(name.as_str()) {
            made.insert(name.clone(), value(document, property, name, thing)?);
        }
    }
    Ok(Value::Object(made))
}
