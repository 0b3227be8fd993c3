//! `cargo xtask openapi`: the OpenAPI 3.1 document, from what the endpoints declare.

mod examples;
mod known;
mod links;
mod operation;
mod prose;
mod refusals;
mod shared;

use crate::{
    run::{Result, compare, write as write_file},
    schemas::{Names, Shape, shape},
    template::pascal,
};
use known::Operation;
use links::Links;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use tradewind_http::{Endpoint, FieldError};
use tradewind_lambda::{Function, Route};

const FILE: &str = "infra/openapi.json";
/// The file from which the default route answers which methods an address accepts.
const ROUTES: &str = "functions/platform/src/gateway/routes.txt";

/// Writes the document.
pub fn write() -> Result<()> {
    write_file(FILE, &document()?)?;
    write_file(ROUTES, &routes())
}

/// Compares the document with what it must contain.
pub fn check() -> Result<String> {
    compare(FILE, &document()?, "cargo xtask openapi")?;
    compare(ROUTES, &routes(), "cargo xtask openapi").map(|()| String::new())
}

/// Every path with its methods, one on each line.
fn routes() -> String {
    let mut by_path: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for function in tradewind_local::functions() {
        if let Some(Endpoint { path, method, .. }) = function.route().map(|route| route.endpoint) {
            by_path.entry(path).or_default().insert(method.to_string());
        }
    }
    let line = |(path, methods): (&str, BTreeSet<String>)| {
        let methods: Vec<_> = methods.into_iter().collect();
        format!("{} {path}\n", methods.join(" "))
    };
    by_path.into_iter().map(line).collect()
}

/// An endpoint with the schemas that it declares.
struct Declared<'a> {
    route: &'a Route,
    parameters: Option<Shape>,
    request: Option<Shape>,
    response: Option<Shape>,
}

impl<'a> Declared<'a> {
    fn of(route: &'a Route) -> Self {
        let owner = pascal(route.endpoint.function);
        Self {
            route,
            parameters: shape(&owner, route.parameters),
            request: shape(&owner, route.request),
            response: shape(&owner, route.response),
        }
    }
}

fn document() -> Result<String> {
    let functions = tradewind_local::functions();
    let declared: Vec<_> = functions.iter().filter_map(Function::route).map(Declared::of).collect();
    let mut names = Names::default();
    let field_error = shape("Problem", |generator| generator.subschema_for::<FieldError>());
    declared
        .iter()
        .flat_map(|o| [&o.parameters, &o.request, &o.response])
        .chain([&field_error])
        .flatten()
        .for_each(|s| names.learn(s));

    let mut schemas = Map::new();
    let field_error = field_error.map(|shape| names.settle(&shape, &mut schemas)).unwrap_or_default();
    schemas.extend(refusals::schemas(&field_error));
    let mut settle = |shape: &Option<Shape>| shape.as_ref().map(|shape| names.settle(shape, &mut schemas));
    let operations: Vec<_> = declared
        .iter()
        .map(|Declared { route, parameters, request, response }| Operation {
            route,
            parameters: settle(parameters).unwrap_or_default(),
            request: settle(request),
            response: settle(response),
        })
        .collect();
    let (examples, links) = (examples::all()?, Links::new(&operations, &schemas));
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for operation in &operations {
        let endpoint = &operation.route.endpoint;
        let described = operation.describe(&links, examples.get(endpoint.function))?;
        paths.entry(endpoint.path).or_default().insert(endpoint.method.to_string().to_lowercase(), described);
    }
    let mut paths = json!(paths);
    // Headers come first, because the shared answers contain them.
    let headers = shared::headers(&mut paths);
    let responses = shared::responses(&mut paths);
    let document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Tradewind",
            "version": env!("CARGO_PKG_VERSION"),
            "description": prose::ALL,
            "contact": { "name": "Whoever runs this deployment" },
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/", "description": "The deployment that serves this document's API." }],
        "tags": prose::tags(),
        "paths": paths,
        "components": {
            "schemas": schemas,
            "headers": headers,
            "responses": responses,
            "securitySchemes": {
                "access_token": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "From POST /v1/sessions." },
                "operator_key": { "type": "http", "scheme": "bearer", "description": "The key of whoever runs the platform." },
            },
        },
    });
    let mut text = serde_json::to_string_pretty(&document).map_err(|e| e.to_string())?;
    text.push('\n');
    Ok(text)
}

/// The names of a path's parameters.
pub fn path_parameters(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|part| part.strip_prefix('{').and_then(|part| part.strip_suffix('}')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_refers_only_to_what_it_holds() {
        let document: Value = serde_json::from_str(&document().unwrap()).unwrap();
        let text = document.to_string();
        let references: Vec<_> =
            text.split(r##""$ref":"#"##).skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert!(references.len() > 20);
        for reference in references {
            assert!(document.pointer(reference).is_some(), "{reference}");
        }
    }

    #[test]
    fn every_part_of_a_path_that_is_a_parameter_has_a_type() {
        for route in tradewind_local::functions().iter().filter_map(Function::route) {
            let own =
                shape("", route.parameters).map(|shape| Names::default().settle(&shape, &mut Map::new())).unwrap();
            let needed = own.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
            for name in path_parameters(route.endpoint.path) {
                assert!(route.takes(name) && needed.contains(&json!(name)), "{name} of {}", route.endpoint.route_key());
            }
        }
    }

    #[test]
    fn every_endpoint_is_in_the_document_under_its_name() {
        let document: Value = serde_json::from_str(&document().unwrap()).unwrap();
        for route in tradewind_local::functions().iter().filter_map(Function::route) {
            let operation = document.get("paths").and_then(|paths| paths.get(route.endpoint.path));
            let operation =
                operation.and_then(|path| path.get(route.endpoint.method.to_string().to_lowercase())).unwrap();
            assert_eq!(operation.get("operationId"), Some(&json!(route.endpoint.function)));
        }
    }

    #[test]
    fn every_property_and_every_parameter_says_what_it_is() {
        let document: Value = serde_json::from_str(&document().unwrap()).unwrap();
        let mut silent = vec![];
        look(&document, "", &mut silent);
        assert!(silent.is_empty(), "{silent:#?}");
    }

    /// Records the properties and parameters without a description.
    fn look(value: &Value, at: &str, silent: &mut Vec<String>) {
        let told = |part: &Value| part.get("description").and_then(Value::as_str).is_some_and(|text| text.len() > 3);
        match value {
            Value::Object(members) => {
                for (name, part) in members {
                    // An example contains values, and a schema that narrows a problem repeats the problem's properties.
                    if name == "example" || at.ends_with("/allOf") {
                        continue;
                    }
                    let properties = part.as_object().filter(|_| name == "properties").into_iter().flatten();
                    silent.extend(properties.filter(|(_, p)| !told(p)).map(|(name, _)| format!("{at}/{name}")));
                    let parameters = part.as_array().filter(|_| name == "parameters").into_iter().flatten();
                    silent.extend(parameters.filter(|p| !told(p)).map(|p| format!("{at} {}", p["name"])));
                    look(part, &format!("{at}/{name}"), silent);
                }
            }
            Value::Array(parts) => parts.iter().for_each(|part| look(part, at, silent)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    #[test]
    fn every_operation_says_what_it_does_and_for_whom_and_shows_it() {
        let document: Value = serde_json::from_str(&document().unwrap()).unwrap();
        let (mut operations, mut linked) = (0, 0);
        for (path, methods) in document["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                let at = format!("{method} {path}");
                let text = |name: &str| operation[name].as_str().unwrap_or_default();
                assert!(text("description").len() > text("summary").len() && text("summary").len() > 3, "{at}");
                assert!(!text("x-audience").is_empty() && !text("description").contains("::"), "{at}: {operation}");
                let body = &operation["requestBody"]["content"]["application/json"];
                // A body that may be left out is left out in the example, too.
                let shown = |content: &Value| content.is_null() || !content["example"].is_null();
                assert!(shown(body) || operation["requestBody"]["required"] == false, "{at} shows no body");
                let answers = operation["responses"].as_object().unwrap();
                let (_, good) = answers.iter().find(|(status, _)| status.starts_with('2')).unwrap();
                linked += usize::from(good["links"].is_object());
                for (status, answer) in answers {
                    let kept = answer["$ref"].as_str().and_then(|to| document.pointer(to.trim_start_matches('#')));
                    let answer = kept.unwrap_or(answer);
                    for (kind, content) in answer["content"].as_object().into_iter().flatten() {
                        assert!(kind == "text/csv" || shown(content), "{at} shows no {status} as {kind}");
                    }
                    assert!(answer["description"].as_str().is_some_and(|text| !text.is_empty()), "{at} {status}");
                }
                operations += 1;
            }
        }
        assert!(operations > 60 && linked > 30, "{operations} operations, {linked} with links");
    }
}
