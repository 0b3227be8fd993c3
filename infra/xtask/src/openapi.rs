//! `cargo xtask openapi`: the OpenAPI 3.1 document, from what the endpoints declare.

use crate::{
    run::{Result, compare, write as write_file},
    schemas::{Names, Shape, shape},
    template::pascal,
};
use serde_json::{Map, Value, json};
use tradewind_http::{Endpoint, FieldError, Method};
use tradewind_lambda::{Access, Function, Route};

const FILE: &str = "infra/openapi.json";

/// Writes the document.
pub fn write() -> Result<()> {
    write_file(FILE, &document()?)
}

/// Compares the document with what it must be.
pub fn check() -> Result<String> {
    compare(FILE, &document()?, "cargo xtask openapi").map(|()| String::new())
}

struct Operation<'a> {
    route: &'a Route,
    request: Option<Shape>,
    response: Option<Shape>,
}

impl<'a> Operation<'a> {
    fn of(route: &'a Route) -> Self {
        let owner = pascal(route.endpoint.function);
        Self { route, request: shape(&owner, route.request), response: shape(&owner, route.response) }
    }
}

fn document() -> Result<String> {
    let functions = tradewind_local::functions();
    let operations: Vec<_> = functions.iter().filter_map(Function::route).map(Operation::of).collect();
    let mut names = Names::default();
    let field_error = shape("Problem", |generator| generator.subschema_for::<FieldError>());
    operations
        .iter()
        .flat_map(|o| [&o.request, &o.response])
        .chain([&field_error])
        .flatten()
        .for_each(|s| names.learn(s));

    let mut schemas = Map::new();
    let field_error = field_error.map(|shape| names.settle(&shape, &mut schemas)).unwrap_or_default();
    schemas.insert("Problem".into(), problem(&field_error));
    let mut paths: Map<String, Value> = Map::new();
    for Operation { route, request, response } in &operations {
        let request = request.as_ref().map(|shape| names.settle(shape, &mut schemas));
        let response = response.as_ref().map(|shape| names.settle(shape, &mut schemas));
        let path = paths.entry(route.endpoint.path).or_insert_with(|| json!({}));
        let method = route.endpoint.method.to_string().to_lowercase();
        if let Some(path) = path.as_object_mut() {
            path.insert(method, describe(route, request, response));
        }
    }
    let document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Tradewind",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "A marketplace backend. Times are RFC 3339 in UTC, amounts are whole minor units with a currency, \
                            lists come in pages, and failures are problems (RFC 9457) with a stable `code`.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/", "description": "The deployment that serves this document's API." }],
        "paths": paths,
        "components": {
            "schemas": schemas,
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

fn problem(field_error: &Value) -> Value {
    json!({
        "type": "object",
        "description": "What went wrong. Further members say what it is about.",
        "required": ["type", "title", "status", "code", "detail", "request_id"],
        "properties": {
            "type": { "type": "string", "description": "`urn:tradewind:problem:` and the code." },
            "title": { "type": "string" },
            "status": { "type": "integer" },
            "code": { "type": "string", "description": "The stable name that programs compare." },
            "detail": { "type": "string", "description": "What was wrong and what to do, for people." },
            "request_id": { "type": "string" },
            "errors": { "type": "array", "items": field_error, "description": "The fields that were wrong." },
        },
    })
}

fn describe(route: &Route, request: Option<Value>, response: Option<Value>) -> Value {
    let endpoint = &route.endpoint;
    let area = endpoint.function.split('-').next().unwrap_or_default();
    let mut success = json!({
        "description": if response.is_some() { "Done." } else { "Done; there is no body." },
        "headers": headers(endpoint),
    });
    if let (Some(success), Some(schema)) = (success.as_object_mut(), response) {
        let mut content = json!({ "application/json": { "schema": schema } });
        if endpoint.csv {
            let file = json!({ "schema": { "type": "string", "description": "The same as a file (RFC 4180), with `format=csv`." } });
            content.as_object_mut().map(|content| content.insert("text/csv".into(), file));
        }
        success.insert("content".into(), content);
    }
    let codes = codes(route, request.is_some());
    let told = codes.iter().map(|code| format!("`{code}`")).collect::<Vec<_>>().join(", ");
    let refusal = |description: String| {
        json!({
            "description": description,
            "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
        })
    };
    let mut operation = json!({
        "operationId": endpoint.function,
        "summary": endpoint.summary,
        "tags": [area],
        "security": security(route.access),
        "parameters": parameters(route),
        "responses": {
            endpoint.success.to_string(): success,
            "4XX": refusal(format!("Refused, with one of the codes {told}.")),
            "5XX": refusal("Our fault: `internal`, or `unavailable` if trying again may help.".into()),
        },
        "x-problem-codes": codes,
    });
    if let (Some(operation), Some(schema)) = (operation.as_object_mut(), request) {
        let body = json!({ "required": true, "content": { "application/json": { "schema": schema } } });
        operation.insert("requestBody".into(), body);
    }
    operation
}

fn headers(endpoint: &Endpoint) -> Value {
    let text = |description: &str| json!({ "description": description, "schema": { "type": "string" } });
    let mut headers =
        Map::from_iter([("X-Request-Id".to_owned(), text("Under which the request is found in the logs."))]);
    if endpoint.success == 201 {
        headers.insert("Location".into(), text("The path of what was made."));
    }
    if endpoint.edits {
        headers.insert("ETag".into(), text("The version, for `If-Match`."));
    }
    if endpoint.method == Method::Post {
        headers.insert(
            "Idempotent-Replayed".into(),
            text("`true` if this is the answer to an earlier request with the same key."),
        );
    }
    Value::Object(headers)
}

fn security(access: Access) -> Value {
    match access {
        Access::Anybody | Access::Public => json!([]),
        Access::User | Access::Seller | Access::Admin => json!([{ "access_token": [] }]),
        Access::Operator => json!([{ "operator_key": [] }]),
    }
}

fn in_marketplace(access: Access) -> bool {
    match access {
        Access::Anybody | Access::Operator => false,
        Access::Public | Access::User | Access::Seller | Access::Admin => true,
    }
}

fn parameters(route: &Route) -> Vec<Value> {
    let endpoint = &route.endpoint;
    let parameter = |place: &str, name: &str, required: bool, description: &str, schema: Value| json!({ "in": place, "name": name, "required": required, "description": description, "schema": schema });
    let text = || json!({ "type": "string" });
    let mut parameters: Vec<_> = path_parameters(endpoint.path)
        .map(|name| {
            let description = format!("The id of the {}.", name.trim_end_matches("_id").replace('_', " "));
            parameter("path", name, true, &description, text())
        })
        .collect();
    for (name, meaning) in endpoint.query {
        parameters.push(parameter("query", name, false, meaning, text()));
    }
    if endpoint.csv {
        let formats = json!({ "type": "string", "enum": ["json", "csv"], "default": "json" });
        parameters.push(parameter("query", "format", false, "`csv` for a file, all in one answer.", formats));
    }
    if endpoint.paged {
        let limit = json!({ "type": "integer", "minimum": 1, "maximum": 100, "default": 20 });
        parameters.push(parameter("query", "limit", false, "Most items of the page.", limit));
        parameters.push(parameter("query", "cursor", false, "The `next_cursor` of the page before.", text()));
    }
    if in_marketplace(route.access) {
        let description = "The marketplace's slug or id. Not needed if the host name says it.";
        parameters.push(parameter("header", "X-Marketplace", false, description, text()));
    }
    if endpoint.method == Method::Post {
        let description = "A value of your own for this attempt: sent again, the request has its effect once, and its first answer \
                           is repeated for 24 hours.";
        let schema = json!({ "type": "string", "minLength": 1, "maxLength": 128 });
        parameters.push(parameter("header", "Idempotency-Key", endpoint.key_required, description, schema));
    }
    if endpoint.edits {
        let description = "The `ETag` of what you read: the request is refused if it has changed since.";
        parameters.push(parameter("header", "If-Match", false, description, text()));
    }
    parameters
}

/// The names of a path's parameters.
pub fn path_parameters(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|part| part.strip_prefix('{').and_then(|part| part.strip_suffix('}')))
}

/// The codes of an endpoint's refusals: its own, and those of all endpoints of its kind.
fn codes(route: &Route, has_body: bool) -> Vec<&'static str> {
    let endpoint = &route.endpoint;
    let mut codes = endpoint.refusals.to_vec();
    let by_access: &[&str] = match route.access {
        Access::Anybody | Access::Public => &[],
        Access::User => &["account_required", "other_marketplace"],
        Access::Seller => &["account_required", "other_marketplace", "seller_required"],
        Access::Admin => &["account_required", "other_marketplace", "admin_required"],
        Access::Operator => &["operator_required"],
    };
    codes.extend(by_access);
    for (holds, more) in [
        (route.access.authorised(), &["token_missing", "token_invalid", "token_expired"][..]),
        (in_marketplace(route.access), &["marketplace_missing", "not_found"]),
        (endpoint.path.contains('{'), &["not_found"]),
        (has_body, &["body_not_json", "body_too_large", "invalid"]),
        (endpoint.paged || endpoint.csv, &["invalid"]),
        (endpoint.csv, &["csv_too_large"]),
        (endpoint.edits, &["changed"]),
        (endpoint.method == Method::Post, &["idempotency_key_invalid", "idempotency_key_reused"]),
        (endpoint.key_required, &["idempotency_key_missing"]),
        (endpoint.method != Method::Get, &["contention"]),
    ] {
        codes.extend(more.iter().filter(|_| holds));
    }
    codes.sort_unstable();
    codes.dedup();
    codes
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
    fn every_endpoint_is_in_the_document_under_its_name() {
        let document: Value = serde_json::from_str(&document().unwrap()).unwrap();
        for route in tradewind_local::functions().iter().filter_map(Function::route) {
            let operation = document.get("paths").and_then(|paths| paths.get(route.endpoint.path));
            let operation =
                operation.and_then(|path| path.get(route.endpoint.method.to_string().to_lowercase())).unwrap();
            assert_eq!(operation.get("operationId"), Some(&json!(route.endpoint.function)));
        }
    }
}
