//! Checks every answer in every test against `infra/openapi.json`: its status must be documented, its headers present, and its body valid
//! by the schema. Clients are generated from the document, so an answer that it does not describe is an error, whatever else the test is
//! about.

use crate::Answer;
use hyper::Method;
use jsonschema::{Draft, Validator};
use serde_json::{Map, Value, json};
use std::{
    collections::HashMap,
    fs,
    path::Path,
    sync::{Arc, LazyLock, Mutex},
};

/// The API document, and the validators of the bodies seen so far.
struct Document {
    paths: matchit::Router<Map<String, Value>>,
    components: Value,
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

static DOCUMENT: LazyLock<Document> = LazyLock::new(|| {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../infra/openapi.json");
    let document: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    let mut paths = matchit::Router::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        paths.insert(path, operations.as_object().unwrap().clone()).unwrap();
    }
    Document { paths, components: document["components"].clone(), validators: Mutex::default() }
});

/// Fails if the document does not describe this answer; returns the operation's name, if the address belongs to an operation.
#[track_caller]
pub(crate) fn check(method: &Method, path: &str, answer: &Answer) -> Option<String> {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    if !path.starts_with("/v1") {
        return None;
    }
    let told = format!("{method} {path} -> {} {:.2000}", answer.status, answer.text);
    let found = DOCUMENT.paths.at(path).ok();
    let operation = found.as_ref().and_then(|found| found.value.get(&method.as_str().to_ascii_lowercase()));
    let Some(operation) = operation else {
        // This is an answer of the default route.
        assert!(
            matches!(answer.status, 404 | 405 | 413) || method == Method::OPTIONS,
            "there is no such operation: {told}"
        );
        return None;
    };
    let name = operation["operationId"].as_str().unwrap_or_default();
    let response = resolved("responses", &operation["responses"][answer.status.to_string()]);
    assert!(response.is_object(), "the document has no such status: {told}");
    let kind = answer.header("content-type");
    let kind = kind.split(';').next().unwrap_or_default();
    // Answers from the gateway itself have none of our headers.
    let ours = answer.status < 400 || kind == "application/problem+json";
    for (header_name, header) in response["headers"].as_object().into_iter().flatten() {
        let header = resolved("headers", header);
        let value = answer.header(header_name);
        assert!(!ours || header["required"] != true || !value.is_empty(), "{header_name} is missing: {told}");
        if !value.is_empty() {
            let key = format!("{name} {} {header_name}", answer.status);
            conforms(key, &header["schema"], &json!(value), &told);
        }
    }
    let Some(contents) = response["content"].as_object() else {
        assert!(answer.text.is_empty(), "the document has no body here: {told}");
        return Some(name.to_owned());
    };
    let content = contents.get(kind).unwrap_or_else(|| panic!("the document has no `{kind}` here: {told}"));
    let body = if kind.ends_with("json") { answer.json.clone() } else { json!(answer.text) };
    conforms(format!("{name} {} {kind}", answer.status), &content["schema"], &body, &told);
    Some(name.to_owned())
}

/// A part that many answers share, found through its reference.
fn resolved<'a>(place: &str, part: &'a Value) -> &'a Value {
    let name = part["$ref"].as_str().and_then(|to| to.rsplit('/').next());
    name.map_or(part, |name| &DOCUMENT.components[place][name])
}

#[track_caller]
fn conforms(key: String, schema: &Value, value: &Value, told: &str) {
    let known = DOCUMENT.validators.lock().unwrap().get(&key).cloned();
    let validator = known.unwrap_or_else(|| {
        let mut root = schema.as_object().cloned().unwrap_or_default();
        root.insert("components".into(), DOCUMENT.components.clone());
        let options = jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(true);
        let built = Arc::new(options.build(&Value::Object(root)).unwrap_or_else(|e| panic!("{key}: {e}")));
        DOCUMENT.validators.lock().unwrap().insert(key, built.clone());
        built
    });
    let errors: Vec<_> = validator.iter_errors(value).map(|e| format!("{}: {e:.300}", e.instance_path())).collect();
    assert!(errors.is_empty(), "not of the documented form: {errors:#?} {told}");
}
