use super::{PASSWORD, code_to, log_in, refresh};
use serde_json::json;
use std::{collections::BTreeSet, time::Duration};
use tradewind_tests::{Answer, Market, Person, World};

const NEW: &str = "four teal otters jump";

async fn forget(market: &Market, email: &str) -> Answer {
    market.anybody().post("/v1/password-resets", json!({ "email": email })).await
}

async fn set(market: &Market, email: &str, code: &str) -> Answer {
    let body = json!({ "email": email, "code": code, "password": NEW });
    market.anybody().post("/v1/password-resets/confirm", body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_sets_a_new_password_and_ends_all_sessions() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let ada = market.verified(&world, "ada").await;
    forget(&market, &ada.email.to_uppercase()).await.expect(204);
    world.settle().await;
    let code = code_to(&world, &ada.email).await;
    // As people copy and type it.
    set(&market, &ada.email, &format!(" {} {}\n", &code[..3], &code[3..])).await.expect(204);

    log_in(&market.anybody(), &ada.email, PASSWORD).await.expect_problem(401, "credentials_wrong");
    log_in(&market.anybody(), &ada.email, NEW).await.expect(201);
    refresh(&market.anybody(), &ada.refresh_token).await.expect_problem(401, "session_ended");
    // What concerns credentials is refused at once.
    ada.client.get("/v1/sessions").await.expect_problem(401, "token_expired");
    world.advance(Duration::from_secs(60)).await;
    ada.client.get("/v1/me").await.expect_problem(401, "token_expired");
    set(&market, &ada.email, &code).await.expect_problem(403, "code_wrong");
    world.settle().await;
    let told = world.mails_to(&ada.email).await;
    assert_eq!(told.last().unwrap().0, "Your password at The bikes market was changed");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn for_an_address_that_nobody_has_the_answer_is_the_same_and_nothing_is_sent() {
    let world = World::start().await;
    let (market, books) = (world.market("bikes").await, world.market("books").await);
    let ada = market.verified(&world, "ada").await;
    let told = |answer: Answer| {
        let headers: BTreeSet<_> = answer.headers.keys().map(ToString::to_string).collect();
        (answer.status, answer.text, headers)
    };
    let known = told(forget(&market, &ada.email).await);
    assert_eq!(known, told(forget(&market, "nobody@example.com").await));
    assert_eq!(known, told(forget(&books, &ada.email).await));
    assert_eq!(known.0, 204);
    let wrong = set(&market, &ada.email, "000000").await.expect_problem(403, "code_wrong");
    let unknown = set(&market, "nobody@example.com", "000000").await.expect_problem(403, "code_wrong");
    assert_eq!(wrong.json["detail"], unknown.json["detail"]);
    world.settle().await;
    assert_eq!(world.mails_to("nobody@example.com").await, []);
    assert_eq!(world.mails_to(&ada.email).await.len(), 2, "one to verify, one to reset");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_has_not_verified_its_address_is_not_made_the_owners_by_a_reset() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    // Somebody registers with another person's address, and waits for its owner to take the account over.
    let eve = market.buyer("ada").await;
    forget(&market, &eve.email).await.expect(204);
    world.settle().await;
    let letters = world.mails_to(&eve.email).await;
    assert_eq!(letters.len(), 1, "only the one to verify: {letters:?}");
    set(&market, &eve.email, "123456").await.expect_problem(403, "code_wrong");
    let ada = market.verified(&world, "ada").await;
    assert_ne!(ada.id, eve.id);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_calls_off_a_change_of_address_that_somebody_else_began() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let ada = market.verified(&world, "ada").await;
    let change = json!({ "email": "eve@example.com", "current_password": PASSWORD });
    ada.client.post("/v1/email-changes", change).await.expect(204);
    world.settle().await;
    let eves = code_to(&world, "eve@example.com").await;
    forget(&market, &ada.email).await.expect(204);
    world.settle().await;
    set(&market, &ada.email, &code_to(&world, &ada.email).await).await.expect(204);
    let tokens = log_in(&market.anybody(), &ada.email, NEW).await.expect(201).json;
    let ada = Person::from_tokens(&market.anybody(), &ada.email, &tokens);
    let body = json!({ "code": eves });
    ada.client.post("/v1/email-changes/confirm", body).await.expect_problem(403, "code_wrong");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_cannot_be_guessed_or_used_late_or_elsewhere() {
    let world = World::start().await;
    let (market, books) = (world.market("bikes").await, world.market("books").await);
    let ada = market.verified(&world, "ada").await;
    forget(&market, &ada.email).await.expect(204);
    world.settle().await;
    let code = code_to(&world, &ada.email).await;
    set(&books, &ada.email, &code).await.expect_problem(403, "code_wrong");
    set(&market, "eve@example.com", &code).await.expect_problem(403, "code_wrong");
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let guesses = (0..20).map(|_| set(&market, &ada.email, wrong));
    let statuses: Vec<_> = futures::future::join_all(guesses).await.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 403).count(), 5, "{statuses:?}");
    world.advance(Duration::from_secs(15 * 60)).await;
    set(&market, &ada.email, &code).await.expect_problem(403, "code_wrong");
    log_in(&market.anybody(), &ada.email, PASSWORD).await.expect(201);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_is_easy_to_guess_uses_up_no_code() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let ada = market.verified(&world, "ada").await;
    forget(&market, &ada.email).await.expect(204);
    world.settle().await;
    let code = code_to(&world, &ada.email).await;
    let body = json!({ "email": ada.email, "code": code, "password": "password1" });
    market.anybody().post("/v1/password-resets/confirm", body).await.expect_invalid("password");
    set(&market, &ada.email, &code).await.expect(204);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_was_right_is_no_guess() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let ada = market.verified(&world, "ada").await;
    for _ in 0..7 {
        forget(&market, &ada.email).await.expect(204);
        world.settle().await;
        set(&market, &ada.email, &code_to(&world, &ada.email).await).await.expect(204);
        world.settle().await;
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_network_cannot_have_mails_sent_to_everybody() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    for n in 0..50 {
        forget(&market, &format!("somebody{n}@example.com")).await.expect(204);
    }
    forget(&market, "somebody50@example.com").await.expect_problem(429, "too_many_attempts");
    world.stop().await;
}
