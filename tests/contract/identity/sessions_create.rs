use super::{PASSWORD, log_in, refresh, text};
use serde_json::json;
use std::collections::BTreeSet;
use tradewind_tests::{Answer, World};

#[tokio::test(flavor = "multi_thread")]
async fn the_right_password_gets_tokens_that_work() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let ada = market.buyer("ada").await;
    let answer = log_in(&market.anybody(), &ada.email.to_uppercase(), PASSWORD).await.expect(201);
    assert_eq!(answer.json["user"]["id"], ada.id.as_str());
    assert_eq!((&answer.json["token_type"], &answer.json["expires_in"]), (&json!("Bearer"), &json!(900)));
    assert_eq!(answer.header("cache-control"), "no-store");
    market.anybody().bearer(text(&answer.json, "access_token")).get("/v1/me").await.expect(200);
    refresh(&market.anybody(), text(&answer.json, "refresh_token")).await.expect(201);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_and_an_unknown_address_are_told_the_same() {
    let world = World::start().await;
    let (bikes, books) = (world.market("bikes").await, world.market("books").await);
    let ada = bikes.buyer("ada").await;
    let wrong = log_in(&bikes.anybody(), &ada.email, "not her password").await.expect_problem(401, "credentials_wrong");
    let unknown = log_in(&bikes.anybody(), "eve@example.com", PASSWORD).await.expect_problem(401, "credentials_wrong");
    // An account in one marketplace does not exist in another.
    let elsewhere = log_in(&books.anybody(), &ada.email, PASSWORD).await.expect_problem(401, "credentials_wrong");
    // Apart from the request's id, the answers are the same.
    let told = |answer: &Answer| {
        let mut document = answer.json.clone();
        document.as_object_mut().unwrap().remove("request_id").unwrap();
        let headers: BTreeSet<_> = answer.headers.keys().map(ToString::to_string).collect();
        (document, headers)
    };
    assert_eq!(told(&wrong), told(&unknown));
    assert_eq!(told(&wrong), told(&elsewhere));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_field_is_named() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let post = async |body| market.anybody().post("/v1/sessions", body).await;
    post(json!({ "email": "ada", "password": PASSWORD })).await.expect_invalid("email");
    post(json!({ "email": "ada@example.com", "password": "x".repeat(201) })).await.expect_invalid("password");
    post(json!({ "email": "ada@example.com", "password": PASSWORD, "otp": 1 })).await.expect_invalid("otp");
    post(json!("{")).await.expect(422);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_login_is_one_session_and_another_login_is_another() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let ada = market.buyer("ada").await;
    let keyed = market.anybody().key("login-1");
    let first = log_in(&keyed, &ada.email, PASSWORD).await.expect(201);
    let again = log_in(&keyed, &ada.email, PASSWORD).await.expect(201);
    assert_eq!(again.json, first.json);
    assert_eq!(again.header("idempotent-replayed"), "true");
    log_in(&keyed, &ada.email, "not her password").await.expect_problem(422, "idempotency_key_reused");

    let other = log_in(&market.anybody(), &ada.email, PASSWORD).await.expect(201);
    // Nobody who sees the table sees tokens, or can test passwords against the fingerprint of a request.
    let stored = world.stored("ephemeral").await;
    assert!(stored.contains("#login-1\""), "{stored}");
    for secret in ["access_token", "refresh_token"] {
        assert!(!stored.contains(text(&first.json, secret)), "{secret}");
        assert!(!stored.contains(secret), "{secret}");
    }
    let body = json!({ "email": ada.email, "password": PASSWORD }).to_string();
    let guess = tradewind_auth::secret::fingerprint_parts(&[b"/v1/sessions", body.as_bytes()]);
    assert!(!stored.contains(&guess));

    let session = |json| text(json, "refresh_token").split('.').next().unwrap().to_owned();
    assert_ne!(session(&other.json), session(&first.json));
    world.stop().await;
}
