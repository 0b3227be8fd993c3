use super::{PASSWORD, log_in, text};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tradewind_tests::World;

fn ada() -> Value {
    json!({ "email": "ada@example.com", "password": PASSWORD, "name": "Ada" })
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_registers_is_logged_in_and_welcomed_once() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let answer = market.anybody().post("/v1/users", ada()).await.expect(201);

    assert_eq!(answer.header("location"), "/v1/me");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(!answer.text.contains(PASSWORD) && !answer.text.contains("argon2"), "{}", answer.text);
    let user = &answer.json["user"];
    assert_eq!((&user["email"], &user["name"]), (&json!("ada@example.com"), &json!("Ada")));
    assert_eq!((&user["admin"], &user["seller_id"]), (&json!(false), &Value::Null));
    assert_eq!((&answer.json["token_type"], &answer.json["expires_in"]), (&json!("Bearer"), &json!(900)));
    assert!(text(&answer.json, "refresh_token").starts_with("ses_"));

    let me = market.anybody().bearer(text(&answer.json, "access_token")).get("/v1/me").await.expect(200);
    assert_eq!(me.json, *user);
    log_in(&market.anybody(), "ada@example.com", PASSWORD).await.expect(201);

    world.settle().await;
    let mails = world.mails_to("ada@example.com").await;
    assert_eq!(mails.len(), 1, "{mails:?}");
    assert_eq!(mails[0].0, "Welcome to The bikes market");
    assert!(mails[0].1.contains("Hello Ada,"), "{}", mails[0].1);
    assert_eq!(world.dead_letters().await, Vec::<Value>::new());
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_registered_once_in_a_marketplace_however_it_is_written() {
    let world = World::start().await;
    let (bikes, books) = (world.market("bikes").await, world.market("books").await);
    bikes.anybody().post("/v1/users", ada()).await.expect(201);
    let again = json!({ "email": " ADA@Example.com ", "password": "another password", "name": "Eve" });
    let refused = bikes.anybody().post("/v1/users", again).await.expect_problem(409, "email_taken");
    assert!(text(&refused.json, "detail").contains("Log in"), "{}", refused.text);
    assert!(!refused.text.contains("#email#"), "no key is told: {}", refused.text);
    log_in(&bikes.anybody(), "ada@example.com", "another password").await.expect(401);

    books.anybody().post("/v1/users", ada()).await.expect(201);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_register_one_address_at_once_one_gets_it() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let mut tries = JoinSet::new();
    for _ in 0..12 {
        let anybody = market.anybody();
        tries.spawn(async move { anybody.post("/v1/users", ada()).await });
    }
    let mut statuses: Vec<_> = tries.join_all().await.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses[0], 201);
    assert!(statuses[1..].iter().all(|status| *status == 409), "{statuses:?}");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_field_is_named() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    for (field, value) in [
        ("email", json!("ada")),
        ("email", Value::Null),
        ("password", json!("too short")),
        ("password", json!("x".repeat(201))),
        ("name", json!("")),
        ("name", json!("x".repeat(101))),
        ("admin", json!(true)),
    ] {
        let mut body = ada();
        body[field] = value;
        market.anybody().post("/v1/users", body).await.expect_invalid(field);
    }
    market.anybody().post("/v1/users", ada()).await.expect(201);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_gets_the_first_answer_and_makes_no_second_account() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let client = market.anybody().key("register-1");
    let first = client.post("/v1/users", ada()).await.expect(201);
    let again = client.post("/v1/users", ada()).await.expect(201);
    assert_eq!(again.json, first.json);
    assert_eq!(again.header("idempotent-replayed"), "true");

    // The stored answer contains tokens: somebody who does not know the password does not get it.
    let mut guess = ada();
    guess["password"] = json!("a wrong guess at it");
    let refused = client.post("/v1/users", guess).await.expect_problem(422, "idempotency_key_reused");
    assert!(!refused.text.contains("token"), "{}", refused.text);

    world.settle().await;
    assert_eq!(world.mails_to("ada@example.com").await.len(), 1);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_request_sent_many_times_at_once_gets_one_answer() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let mut tries = JoinSet::new();
    for _ in 0..10 {
        let client = market.anybody().key("register-1");
        tries.spawn(async move { client.post("/v1/users", ada()).await.expect(201).json });
    }
    let answers = tries.join_all().await;
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn registering_needs_a_marketplace() {
    let world = World::start().await;
    world.anybody().post("/v1/users", ada()).await.expect_problem(400, "marketplace_missing");
    world.anybody().at("no-such-market").post("/v1/users", ada()).await.expect_problem(404, "not_found");
    world.stop().await;
}
