//! Contract tests of the `identity` area, one file for each operation.

mod account_deletions;
mod email_changes;
mod email_verifications;
mod guests_create;
mod me_get;
mod me_update;
mod one_account;
mod password_resets;
mod sessions_create;
mod sessions_delete;
mod sessions_list;
mod sessions_refresh;
mod users_create;

use serde_json::{Value, json};
use tradewind_tests::{Answer, Client, World};

/// The password of everybody registered by the test harness.
const PASSWORD: &str = "correct horse battery";

async fn log_in(anybody: &Client, email: &str, password: &str) -> Answer {
    anybody.post("/v1/sessions", json!({ "email": email, "password": password })).await
}

/// The code in the newest e-mail to an address.
async fn code_to(world: &World, address: &str) -> String {
    let letter = world.letters_to(address).await.pop().unwrap_or_else(|| panic!("no e-mail to {address}"));
    let code = letter.subject.split(' ').next().unwrap().to_owned();
    assert!(code.len() == 6 && code.bytes().all(|digit| digit.is_ascii_digit()), "{}", letter.subject);
    assert!(letter.text.contains(&code), "{}", letter.text);
    code
}

async fn refresh(anybody: &Client, refresh_token: &str) -> Answer {
    anybody.post("/v1/sessions/refresh", json!({ "refresh_token": refresh_token })).await
}

fn text<'a>(json: &'a Value, field: &str) -> &'a str {
    json[field].as_str().unwrap_or_else(|| panic!("{field} is no text in {json}"))
}
