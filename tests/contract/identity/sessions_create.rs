use super::{PASSWORD, log_in, refresh, text};
use serde_json::json;
use std::{collections::BTreeSet, time::Duration};
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
    post(json!({ "email": "ada@example.com", "password": "x".repeat(257) })).await.expect_invalid("password");
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
    // Keys of people who are not known yet belong to a request: nobody uses up a key that somebody else sends.
    log_in(&keyed, &ada.email, "not her password").await.expect_problem(401, "credentials_wrong");

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

#[tokio::test(flavor = "multi_thread")]
async fn an_old_password_gets_no_tokens_under_its_old_idempotency_key() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let ada = market.buyer("ada").await;
    let keyed = market.anybody().key("login-1");
    log_in(&keyed, &ada.email, PASSWORD).await.expect(201);
    let change = json!({ "current_password": PASSWORD, "password": "teal otter jumps 41" });
    ada.client.patch("/v1/me", change).await.expect(200);
    world.advance(Duration::from_secs(31)).await;
    log_in(&keyed, &ada.email, PASSWORD).await.expect_problem(401, "credentials_wrong");
    log_in(&keyed, &ada.email, "teal otter jumps 41").await.expect(201);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_waits_ever_longer_and_holds_nobody_else_up() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let (ada, bob) = (market.verified(&world, "ada").await, market.buyer("bob").await);
    let guess = async || log_in(&market.anybody(), &ada.email, "not her password").await;
    for _ in 0..5 {
        guess().await.expect_problem(401, "credentials_wrong");
    }
    let refused = guess().await.expect_problem(429, "too_many_attempts");
    assert_eq!(refused.header("retry-after"), "1");
    // Not even the right one is looked at now: an answer would tell that it is right.
    log_in(&market.anybody(), &ada.email, PASSWORD).await.expect_problem(429, "too_many_attempts");
    log_in(&market.anybody(), &bob.email, PASSWORD).await.expect(201);
    for seconds in [1, 2, 4] {
        world.advance(Duration::from_secs(seconds)).await;
        guess().await.expect_problem(401, "credentials_wrong");
        guess().await.expect_problem(429, "too_many_attempts");
    }
    world.advance(Duration::from_secs(8)).await;
    log_in(&market.anybody(), &ada.email, PASSWORD).await.expect(201);
    // That is forgotten now.
    for _ in 0..5 {
        guess().await.expect_problem(401, "credentials_wrong");
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_nobody_registered_waits_as_long() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    for _ in 0..5 {
        log_in(&market.anybody(), "eve@example.com", PASSWORD).await.expect_problem(401, "credentials_wrong");
    }
    log_in(&market.anybody(), "eve@example.com", PASSWORD).await.expect_problem(429, "too_many_attempts");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_guesses_at_once_as_many_are_looked_at_as_are_free() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let ada = market.buyer("ada").await;
    let guesses = (0..24).map(|n| {
        let (anybody, email) = (market.anybody(), ada.email.clone());
        async move { log_in(&anybody, &email, &format!("guess number {n}")).await.status }
    });
    let mut statuses = futures::future::join_all(guesses).await;
    statuses.sort_unstable();
    assert_eq!(statuses.iter().filter(|status| **status == 401).count(), 5, "{statuses:?}");
    assert!(statuses.iter().all(|status| [401, 429].contains(status)), "{statuses:?}");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_that_guesses_at_everybody_waits_and_known_places_do_not() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let (ada, bob) = (market.verified(&world, "ada").await, market.verified(&world, "bob").await);
    // Both are known here, from registering; the addresses guessed at are not.
    for n in 0..50 {
        let email = format!("nobody{n}@example.com");
        log_in(&market.anybody(), &email, PASSWORD).await.expect_problem(401, "credentials_wrong");
    }
    log_in(&market.anybody(), "other@example.com", PASSWORD).await.expect_problem(429, "too_many_attempts");
    log_in(&market.anybody(), &ada.email, PASSWORD).await.expect(201);
    log_in(&market.anybody(), &bob.email, PASSWORD).await.expect(201);
    // After an hour without a failure it is forgotten, whenever DynamoDB deletes it.
    world.advance(Duration::from_secs(60 * 60)).await;
    log_in(&market.anybody(), "other@example.com", PASSWORD).await.expect_problem(401, "credentials_wrong");
    log_in(&market.anybody(), "another@example.com", PASSWORD).await.expect_problem(401, "credentials_wrong");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_are_not_forgotten_by_logging_in_to_an_account_of_ones_own() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let ada = market.verified(&world, "ada").await;
    let body = json!({ "email": ada.email, "password": "four teal otters jump", "name": "Eve" });
    market.anybody().post("/v1/users", body).await.expect(201);
    for _ in 0..2 {
        for _ in 0..2 {
            log_in(&market.anybody(), &ada.email, "a guess").await.expect_problem(401, "credentials_wrong");
        }
        log_in(&market.anybody(), &ada.email, "four teal otters jump").await.expect(201);
    }
    log_in(&market.anybody(), &ada.email, "a guess").await.expect_problem(401, "credentials_wrong");
    log_in(&market.anybody(), &ada.email, "a guess").await.expect_problem(429, "too_many_attempts");
    world.stop().await;
}
