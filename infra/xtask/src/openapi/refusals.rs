//! The refusals of an operation, by status, each with its codes.

use super::known::{headers, put};
use crate::run::Result;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use tradewind_http::{Code, Header, Member, Method};
use tradewind_lambda::{Access, Route};

/// The gateway's own answers, without any function: they have another form, and none of our headers.
const GATEWAY: [(u16, &str); 5] = [
    (401, "Unauthorized"),
    (413, "Request Entity Too Large"),
    (429, "Too Many Requests"),
    (500, "Internal Server Error"),
    (503, "Service Unavailable"),
];

/// Whether an operation is called in a marketplace.
pub fn in_marketplace(access: Access) -> bool {
    match access {
        Access::Anybody | Access::Operator => false,
        Access::Public | Access::User | Access::Seller | Access::Admin => true,
    }
}

/// The refusals of a route.
pub fn responses(route: &Route, codes: &[&str]) -> Result<Map<String, Value>> {
    let mut by_status: BTreeMap<u16, Vec<&Code>> = BTreeMap::new();
    for name in codes.iter().chain(&["internal", "unavailable"]) {
        let unknown = || {
            format!("{} refuses with `{name}`, which shared/http/src/codes.rs does not have", route.endpoint.function)
        };
        let code = Code::find(name).ok_or_else(unknown)?;
        by_status.entry(code.status).or_default().push(code);
    }
    for (status, _) in GATEWAY.iter().filter(|(status, _)| *status != 401 || route.access.authorised()) {
        by_status.entry(*status).or_default();
    }
    Ok(by_status.into_iter().map(|(status, codes)| (status.to_string(), response(route, status, &codes))).collect())
}

fn response(route: &Route, status: u16, codes: &[&Code]) -> Value {
    let by_gateway = GATEWAY.iter().find(|(of, _)| *of == status).map(|(_, message)| *message);
    let mut told: Vec<_> = codes.iter().map(|Code { name, meaning, .. }| format!("- `{name}`: {meaning}")).collect();
    if let Some(message) = by_gateway {
        told.push(format!("- The gateway itself, before anything else: `{message}`."));
    }
    let mut response = json!({ "description": told.join("\n") });
    let mut contents = json!({});
    if let Some(first) = codes.first() {
        let names: Vec<_> = codes.iter().map(|code| code.name).collect();
        let narrowed = json!({ "properties": { "status": { "const": status }, "code": { "enum": names } } });
        let schema = json!({ "allOf": [{ "$ref": "#/components/schemas/Problem" }, narrowed] });
        put(&mut contents, "application/problem+json", Some(json!({ "schema": schema, "example": example(first) })));
        let all = http::StatusCode::from_u16(status).map(|status| route.endpoint.problem_headers(status));
        let all = all.unwrap_or_default().into_iter();
        let all: Vec<_> =
            all.map(|header| Header { always: header.always && by_gateway.is_none(), ..header }).collect();
        put(&mut response, "headers", Some(headers(&all)));
    }
    if let Some(message) = by_gateway {
        let schema = json!({ "$ref": "#/components/schemas/GatewayMessage" });
        let content = json!({ "schema": schema, "example": { "message": message } });
        put(&mut contents, "application/json", Some(content));
    }
    put(&mut response, "content", Some(contents));
    response
}

/// An example of a problem with this code.
fn example(code: &Code) -> Value {
    let title = http::StatusCode::from_u16(code.status).ok().and_then(|status| status.canonical_reason());
    let mut example = json!({
        "type": Code::address(code.name), "title": title, "status": code.status, "code": code.name,
        "detail": format!("{} {}", code.meaning, code.remedy), "request_id": "1f0c-7d",
    });
    if code.name == "invalid" {
        put(&mut example, "errors", Some(json!([{ "field": "name", "message": "Send this: it is needed." }])));
    }
    example
}

/// The schemas of refusals.
pub fn schemas(field_error: &Value) -> [(String, Value); 2] {
    let text = |description: &str| json!({ "type": "string", "description": description });
    let mut members = json!({
        "type": { "type": "string", "format": "uri-reference", "description": "The address of a page that says what the code means and what to do." },
        "title": text("The status in words."),
        "status": { "type": "integer", "minimum": 400, "maximum": 599, "description": "The HTTP status." },
        "code": text("The stable name that programs compare."),
        "detail": text("What was wrong and what to do, for people."),
        "request_id": text("Under which the request is found in the logs."),
        "errors": { "type": "array", "items": field_error, "description": "The fields that were wrong." },
    });
    for member in Member::ALL {
        put(&mut members, member.name(), Some(json!({ "description": member.meaning().trim() })));
    }
    let problem = json!({
        "type": "object",
        "description": "What went wrong (RFC 9457).",
        "required": ["type", "title", "status", "code", "detail", "request_id"],
        "properties": members,
        "additionalProperties": false,
    });
    let gateway = json!({
        "type": "object",
        "description": "What the gateway says by itself.",
        "required": ["message"],
        "properties": { "message": text("The status in words.") },
    });
    [("Problem".into(), problem), ("GatewayMessage".into(), gateway)]
}

/// The codes of an endpoint's refusals: its own, and those of all endpoints of its kind.
pub fn codes(route: &Route, has_body: bool) -> Vec<&'static str> {
    let endpoint = &route.endpoint;
    let mut codes = endpoint.refusals.concat();
    let by_access: &[&str] = match route.access {
        Access::Anybody | Access::Public => &[],
        Access::User => &["account_required", "other_marketplace"],
        Access::Seller => &["account_required", "other_marketplace", "seller_required"],
        Access::Admin => &["account_required", "other_marketplace", "admin_required"],
        Access::Operator => &["operator_required"],
    };
    codes.extend(by_access);
    for (holds, more) in [
        (route.access.authorised(), &["token_missing", "token_invalid", "token_expired", "too_many_attempts"][..]),
        (in_marketplace(route.access), &["marketplace_missing", "not_found"]),
        (in_marketplace(route.access) && endpoint.takes_open(), &["marketplace_suspended", "marketplace_closed"]),
        (endpoint.path.contains('{'), &["not_found"]),
        (has_body, &["body_not_json"]),
        (true, &["invalid", "body_too_large", "media_type_unsupported"]),
        (route.takes("format"), &["csv_too_large"]),
        (endpoint.edits, &["changed", "if_match_invalid"]),
        (endpoint.takes_key(), &["idempotency_key_invalid"]),
        // Keys of people who are not known belong to one request each.
        (endpoint.takes_key() && route.access.authorised(), &["idempotency_key_reused"]),
        (endpoint.key_required, &["idempotency_key_missing"]),
        (endpoint.method != Method::Get, &["contention"]),
    ] {
        codes.extend(more.iter().filter(|_| holds));
    }
    codes.sort_unstable();
    codes.dedup();
    codes
}
