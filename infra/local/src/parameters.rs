//! The local Parameter Store: answers `GetParameters` with the secrets of the data folder.

use crate::data::{Secrets, StripeKeys};
use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use serde_json::{Value, json};
use std::sync::Arc;
use tradewind_providers::STRIPE_DISABLED;

/// The common beginning of the names of the secrets.
pub(crate) const PREFIX: &str = "/tradewind/local";

pub(crate) fn router(secrets: Secrets) -> Router {
    Router::new().route("/", post(answer)).with_state(Arc::new(secrets))
}

async fn answer(
    State(secrets): State<Arc<Secrets>>,
    headers: HeaderMap,
    body: axum::body::Bytes,
) -> (StatusCode, Json<Value>) {
    let operation = headers.get("x-amz-target").and_then(|v| v.to_str().ok()).unwrap_or_default();
    let Ok(request) = serde_json::from_slice::<Value>(&body) else {
        return (StatusCode::BAD_REQUEST, Json(json!({ "__type": "SerializationException" })));
    };
    if operation != "AmazonSSM.GetParameters" {
        return (StatusCode::BAD_REQUEST, Json(json!({ "__type": "UnknownOperationException" })));
    }
    let names = request.get("Names").and_then(Value::as_array).cloned().unwrap_or_default();
    let (mut found, mut missing) = (vec![], vec![]);
    for name in names.iter().filter_map(Value::as_str) {
        match value(&secrets, name) {
            Some(value) => found.push(json!({ "Name": name, "Type": "SecureString", "Value": value, "Version": 1 })),
            None => missing.push(name),
        }
    }
    (StatusCode::OK, Json(json!({ "Parameters": found, "InvalidParameters": missing })))
}

fn value<'a>(secrets: &'a Secrets, name: &str) -> Option<&'a str> {
    match name.strip_prefix(PREFIX)? {
        "/operator-key" => Some(&secrets.operator_key),
        "/signing-key" => Some(&secrets.signing_key),
        "/sealing-key" => Some(&secrets.sealing_key),
        "/sandbox-secret" => Some(&secrets.sandbox_secret),
        "/stripe-secret-key" => Some(stripe(secrets, |keys| &keys.secret_key)),
        "/stripe-publishable-key" => Some(stripe(secrets, |keys| &keys.publishable_key)),
        "/stripe-webhook-secret" => Some(stripe(secrets, |keys| &keys.webhook_secret)),
        _ => None,
    }
}

/// One of Stripe's keys, if there are any.
fn stripe(secrets: &Secrets, key: impl Fn(&StripeKeys) -> &String) -> &str {
    secrets.stripe.as_ref().map_or(STRIPE_DISABLED, |keys| key(keys))
}
