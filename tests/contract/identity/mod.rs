//! Contract tests of the `identity` area, one file for each operation.

mod guests_create;
mod me_get;
mod me_update;
mod one_account;
mod sessions_create;
mod sessions_delete;
mod sessions_refresh;
mod users_create;

use serde_json::{Value, json};
use tradewind_tests::{Answer, Client};

/// The password of everybody registered by the test harness.
const PASSWORD: &str = "correct horse battery";

async fn log_in(anybody: &Client, email: &str, password: &str) -> Answer {
    anybody.post("/v1/sessions", json!({ "email": email, "password": password })).await
}

async fn refresh(anybody: &Client, refresh_token: &str) -> Answer {
    anybody.post("/v1/sessions/refresh", json!({ "refresh_token": refresh_token })).await
}

fn text<'a>(json: &'a Value, field: &str) -> &'a str {
    json[field].as_str().unwrap_or_else(|| panic!("{field} is no text in {json}"))
}
