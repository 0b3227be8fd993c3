use serde_json::json;
use std::time::Duration;
use tokio::task::JoinSet;
use tradewind_tests::World;

#[tokio::test(flavor = "multi_thread")]
async fn whoever_opens_a_shop_has_it_from_then_on() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.buyer("sam").await;
    let body = json!({ "name": "Sam's", "about": "Bikes, mended." });
    let answer = sam.client.post("/v1/sellers", body).await.expect(201);
    let id = answer.json["id"].as_str().unwrap();
    assert!(id.starts_with("sel_"), "{id}");
    assert_eq!((&answer.json["name"], &answer.json["about"]), (&json!("Sam's"), &json!("Bikes, mended.")));
    assert!(answer.json["next_step"].as_str().unwrap().contains("POST /v1/listings"), "{}", answer.text);
    assert_eq!(answer.header("location"), format!("/v1/sellers/{id}"));
    assert_eq!(answer.version(), "1");
    assert_eq!(sam.client.get("/v1/me").await.expect(200).json["seller_id"], id);
    assert_eq!(market.anybody().get(&answer.header("location")).await.expect(200).json["name"], "Sam's");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_has_one_shop_even_if_the_token_does_not_know_it() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.buyer("sam").await;
    let first = sam.client.post("/v1/sellers", json!({ "name": "First" })).await.expect(201);
    let refused =
        sam.client.post("/v1/sellers", json!({ "name": "Second" })).await.expect_problem(409, "already_a_seller");
    assert_eq!(refused.json["seller_id"], first.json["id"]);
    let seller = market.seller("sue").await;
    seller.client.post("/v1/sellers", json!({ "name": "Second" })).await.expect_problem(409, "already_a_seller");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_tries_at_once_one_opens_a_shop() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.buyer("sam").await;
    let mut tries = JoinSet::new();
    for _ in 0..8 {
        let client = sam.client.clone();
        tries.spawn(async move { client.post("/v1/sellers", json!({ "name": "Sam's" })).await });
    }
    let answers = tries.join_all().await;
    let opened: Vec<_> = answers.iter().filter(|answer| answer.status == 201).collect();
    assert_eq!(opened.len(), 1, "{answers:?}");
    let refused = |answer: &&tradewind_tests::Answer| answer.code() == "already_a_seller";
    assert_eq!(answers.iter().filter(refused).count(), 7, "{answers:?}");
    assert_eq!(sam.client.get("/v1/me").await.json["seller_id"], opened[0].json["id"]);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_gets_the_first_answer() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let client = market.buyer("sam").await.client.key("open-1");
    let first = client.post("/v1/sellers", json!({ "name": "Sam's" })).await.expect(201);
    let again = client.post("/v1/sellers", json!({ "name": "Sam's" })).await.expect(201);
    assert_eq!((&again.json, again.header("location")), (&first.json, first.header("location")));
    assert_eq!(again.header("idempotent-replayed"), "true");
    client.post("/v1/sellers", json!({ "name": "Other" })).await.expect_problem(422, "idempotency_key_reused");
    // A key belongs to the caller who sent it.
    let sue = market.buyer("sue").await.client.key("open-1");
    assert_ne!(sue.post("/v1/sellers", json!({ "name": "Sam's" })).await.expect(201).json["id"], first.json["id"]);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_request_sent_many_times_at_once_gets_one_answer() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    for round in 0..10 {
        let sam = market.buyer(&format!("sam{round}")).await;
        let mut tries = JoinSet::new();
        // Some requests arrive while another is being answered, some afterwards: it must work at every moment.
        for delay in 0..16 {
            let client = sam.client.clone().key("open-1");
            tries.spawn(async move {
                tokio::time::sleep(Duration::from_micros(500 * delay)).await;
                client.post("/v1/sellers", json!({ "name": "Sam's" })).await.expect(201).json
            });
        }
        let answers = tries.join_all().await;
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_field_is_named_and_a_token_is_needed() {
    let world = World::start().await;
    let (bikes, books) = (world.market("bikes").await, world.market("books").await);
    let sam = bikes.buyer("sam").await;
    for (field, body) in [
        ("name", json!({ "name": "" })),
        ("name", json!({ "name": "x".repeat(101) })),
        ("about", json!({ "name": "Sam's", "about": "x".repeat(2_001) })),
        ("user", json!({ "name": "Sam's", "user": "usr_01jd0000000000000000000000" })),
    ] {
        sam.client.post("/v1/sellers", body).await.expect_invalid(field);
    }
    bikes.anybody().post("/v1/sellers", json!({ "name": "Sam's" })).await.expect(401);
    let elsewhere = sam.client.clone().at(&books.slug);
    elsewhere.post("/v1/sellers", json!({ "name": "Sam's" })).await.expect_problem(401, "other_marketplace");
    world.stop().await;
}
