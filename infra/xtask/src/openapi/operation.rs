//! One operation of the document.

use super::{
    examples::Example,
    known::{Operation, headers, put},
    links::Links,
    path_parameters, prose,
    refusals::{self, in_marketplace},
};
use crate::run::Result;
use serde_json::{Value, json};
use tradewind_http::{ETAGS_PATTERN, MARKETPLACE_PATTERN, Method};
use tradewind_lambda::{Access, KEY_PATTERN};

impl Operation<'_> {
    /// The operation in the form of the document.
    pub fn describe(&self, links: &Links<'_>, example: Option<&Example>) -> Result<Value> {
        let endpoint = &self.route.endpoint;
        let area = endpoint.function.split('-').next().unwrap_or_default();
        let codes = refusals::codes(self.route, self.request.is_some());
        let mut responses = refusals::responses(self.route, &codes)?;
        responses.insert(endpoint.success.to_string(), self.success(links, example));
        if endpoint.method == Method::Get {
            let headers = headers(&endpoint.success_headers());
            let known = json!({ "description": "You have it already: `If-None-Match` names it.", "headers": headers });
            responses.insert("304".into(), known);
        }
        let mut operation = json!({
            "operationId": endpoint.function,
            "summary": endpoint.summary.trim_end_matches('.'),
            "description": prose::description(self.route)?,
            "tags": [area],
            "security": security(self.route.access),
            "x-audience": prose::audience(self.route.access).0,
            "parameters": self.parameters(example),
            "responses": responses,
            "x-problem-codes": codes,
        });
        if let (Some(operation), Some(schema)) = (operation.as_object_mut(), &self.request) {
            let needed = given(schema) == *schema;
            let mut content = json!({ "schema": given(schema) });
            put(&mut content, "example", example.and_then(|example| example.body.clone()));
            let body = json!({ "required": needed, "content": { "application/json": content } });
            operation.insert("requestBody".into(), body);
        }
        Ok(operation)
    }

    fn success(&self, links: &Links<'_>, example: Option<&Example>) -> Value {
        let endpoint = &self.route.endpoint;
        let (kind, schema) = match (&self.response, endpoint.page) {
            (_, true) => ("text/html", Some(json!({ "type": "string", "description": "A page for people." }))),
            (schema, false) => ("application/json", schema.clone()),
        };
        let mut success = json!({
            "description": if schema.is_some() { "Done." } else { "Done; there is no body." },
            "headers": headers(&endpoint.success_headers()),
        });
        if let Some(schema) = schema {
            let mut content = json!({ "schema": schema });
            put(&mut content, "example", example.and_then(|example| example.answer.clone()));
            let mut contents = json!({ kind: content });
            if self.route.takes("format") {
                let file = json!({ "schema": { "type": "string", "description": "The same as a file (RFC 4180), with `format=csv`." } });
                put(&mut contents, "text/csv", Some(file));
            }
            put(&mut success, "content", Some(contents));
        }
        put(&mut success, "links", links.from(self).map(Value::Object));
        success
    }

    fn parameters(&self, example: Option<&Example>) -> Vec<Value> {
        let endpoint = &self.route.endpoint;
        let own = &self.parameters;
        let fields = own.get("properties").and_then(Value::as_object).into_iter().flatten();
        let needed = own.get("required").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let mut parameters: Vec<_> = fields
            .map(|(name, schema)| {
                let place = if path_parameters(endpoint.path).any(|part| part == name) { "path" } else { "query" };
                let mut schema = given(schema);
                let description = schema.as_object_mut().and_then(|rules| rules.remove("description"));
                let description = description.as_ref().and_then(Value::as_str).unwrap_or_default();
                let mut parameter = parameter(place, name, needed.contains(&json!(name)), description, schema);
                put(&mut parameter, "example", example.and_then(|example| example.parameter(endpoint.path, name)));
                parameter
            })
            .collect();
        let text = || json!({ "type": "string" });
        if in_marketplace(self.route.access) {
            let description = "The marketplace's slug or id. Not needed if the host name says it.";
            let schema = json!({ "type": "string", "pattern": MARKETPLACE_PATTERN });
            parameters.push(parameter("header", "X-Marketplace", false, description, schema));
        }
        if endpoint.takes_key() {
            let kept = match endpoint.replies_kept.as_secs() {
                seconds @ ..=3_600 => format!("{seconds} seconds"),
                seconds => format!("{} hours", seconds / 3_600),
            };
            let description = format!(
                "A value of your own for this attempt: sent again, the request has its effect once, and its first answer is repeated for \
                 {kept}."
            );
            let schema = json!({ "type": "string", "pattern": KEY_PATTERN });
            parameters.push(parameter("header", "Idempotency-Key", endpoint.key_required, &description, schema));
        }
        if endpoint.method == Method::Get {
            let description = "The `ETag` of the answer that you have: 304 without a body if it is still the same.";
            parameters.push(parameter("header", "If-None-Match", false, description, text()));
        }
        if endpoint.edits {
            let description = "The `ETag` of what you read: the request is refused if it has changed since.";
            let schema = json!({ "type": "string", "pattern": ETAGS_PATTERN });
            parameters.push(parameter("header", "If-Match", false, description, schema));
        }
        parameters
    }
}

fn parameter(place: &str, name: &str, required: bool, description: &str, schema: Value) -> Value {
    json!({ "in": place, "name": name, "required": required, "description": description, "schema": schema })
}

fn security(access: Access) -> Value {
    match access {
        Access::Anybody | Access::Public => json!([]),
        Access::User | Access::Seller | Access::Admin => json!([{ "access_token": [] }]),
        Access::Operator => json!([{ "operator_key": [] }]),
    }
}

/// The schema of a parameter, which is present or absent, but never `null`.
pub fn given(schema: &Value) -> Value {
    let mut schema = schema.clone();
    let null = |branch: &Value| branch.get("type") == Some(&json!("null")) || *branch == json!("null");
    if let Some(rules) = schema.as_object_mut() {
        for name in ["type", "anyOf"] {
            let Some(Value::Array(branches)) = rules.get_mut(name) else { continue };
            branches.retain(|branch| !null(branch));
            if let (1, Some(only)) = (branches.len(), branches.first().cloned()) {
                rules.remove(name);
                if let Value::Object(more) = only {
                    rules.extend(more.into_iter().filter(|(name, _)| name != "description"));
                } else {
                    rules.insert(name.to_owned(), only);
                }
            }
        }
        rules.retain(|name, value| name != "default" || !value.is_null());
    }
    schema
}
