use super::{PASSWORD, log_in, text};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tradewind_tests::World;

fn ada() -> Value {
    json!({ "email": "ada@example.com", "password": PASSWORD, "name": "Ada" })
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_registers_is_logged_in_and_gets_one_code() {
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
    assert!(mails[0].0.ends_with(" is your code for The bikes market"), "{}", mails[0].0);
    assert!(mails[0].1.starts_with("Hello,\n"), "no name that somebody chose: {}", mails[0].1);
    assert_eq!(world.dead_letters().await, Vec::<Value>::new());
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_one_however_it_is_written_and_each_marketplace_has_its_own() {
    let world = World::start().await;
    let (bikes, books) = (world.market("bikes").await, world.market("books").await);
    let first = bikes.verified(&world, "ada").await;
    let again =
        json!({ "email": format!(" {} ", first.email.to_uppercase()), "password": "another password", "name": "Eve" });
    let second = bikes.anybody().post("/v1/users", again).await.expect(201).json;
    assert_eq!(second["user"]["email"], first.email.as_str());
    // Whoever verified it logs in with the password of then.
    let found = log_in(&bikes.anybody(), &first.email, PASSWORD).await.expect(201).json;
    assert_eq!(found["user"]["id"], first.id.as_str());
    books.anybody().post("/v1/users", ada()).await.expect(201);
    log_in(&books.anybody(), &first.email, PASSWORD).await.expect(401);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_register_one_address_at_once_one_can_verify_it() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let mut tries = JoinSet::new();
    for _ in 0..12 {
        let anybody = market.anybody();
        tries.spawn(async move { anybody.post("/v1/users", ada()).await });
    }
    let answers = tries.join_all().await;
    let made: Vec<_> = answers.into_iter().map(|answer| answer.expect(201).json).collect();
    world.settle().await;
    let letters = world.mails_to("ada@example.com").await;
    assert_eq!(letters.len(), 10, "an address gets ten e-mails an hour");
    let codes: Vec<_> = letters.iter().map(|(subject, _)| subject.split(' ').next().unwrap().to_owned()).collect();
    let confirming = made.iter().flat_map(|tokens| {
        let client = market.anybody().bearer(text(tokens, "access_token"));
        // Four attempts each, which are free: some of the codes are theirs.
        codes.iter().take(4).map(move |code| {
            let (client, body) = (client.clone(), json!({ "code": code }));
            async move { client.post("/v1/email-verifications/confirm", body).await.status }
        })
    });
    let statuses = futures::future::join_all(confirming).await;
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [200, 403, 409].contains(status)), "{statuses:?}");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_field_is_named() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    for (field, value) in [
        ("email", json!("ada")),
        ("email", Value::Null),
        ("password", json!("short")),
        ("password", json!("x".repeat(257))),
        ("password", json!("1234567890")),
        ("password", json!("adaadaada")),
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
    let other = client.post("/v1/users", guess).await.expect(201);
    assert_ne!(other.json["user"]["id"], first.json["user"]["id"]);

    world.settle().await;
    assert_eq!(world.mails_to("ada@example.com").await.len(), 2, "one for each account");
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
