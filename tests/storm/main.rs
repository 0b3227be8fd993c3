//! Many requests at once: situations in which a shop may oversell, capture twice or give different answers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::as_conversions, clippy::arithmetic_side_effects)]

use futures::future::join_all;
use serde_json::json;
use std::collections::HashSet;
use tradewind_tests::{Market, World};

async fn balances(market: &Market) -> (i64, i64, i64) {
    let trial = market.admin.client.get("/v1/trial-balance").await.expect(200).json;
    let account = |name: &str| {
        let accounts = trial["accounts"].as_array().unwrap();
        accounts.iter().find(|a| a["account"] == name).unwrap()["balance"]["amount"].as_i64().unwrap()
    };
    (trial["sum"]["amount"].as_i64().unwrap(), account("provider_clearing"), account("escrow"))
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_buyers_of_ten_units_get_ten_orders() {
    let world = World::start().await;
    let market = world.market("storm").await;
    let seller = market.seller("sue").await;
    let listing = seller.sell("The last ten", 1_000, 10).await;
    let mut buyers = vec![];
    for chunk in (0..200).collect::<Vec<_>>().chunks(20) {
        let ready = join_all(chunk.iter().map(async |n| {
            let buyer = market.buyer(&format!("buyer{n}")).await;
            buyer.fill_cart(&listing, 1).await;
            buyer
        }));
        buyers.extend(ready.await);
    }
    let answers = join_all(
        buyers.iter().map(|buyer| async { buyer.client.clone().key("once").post("/v1/checkouts", json!({})).await }),
    )
    .await;

    let won: Vec<_> = answers.iter().filter(|a| a.status == 201).collect();
    let lost = answers.iter().filter(|a| a.status == 409 && a.code() == "sold_out").count();
    let other: Vec<_> = answers.iter().filter(|a| a.status != 201 && a.code() != "sold_out").map(|a| &a.text).collect();
    assert_eq!((won.len(), lost), (10, 190), "{other:?}");
    let path = format!("/v1/listings/{}", listing["id"].as_str().unwrap());
    let left = market.anybody().get(&path).await.expect(200).json;
    assert_eq!(left["variants"][0]["available"], 0);

    for answer in won {
        let path = format!("/v1/payments/{}/confirm", answer.json["payment"]["id"].as_str().unwrap());
        let buyer = buyers.iter().zip(&answers).find(|(_, a)| a.json == answer.json).unwrap().0;
        buyer.client.post(&path, json!({ "card": "4242424242424242", "deliveries": 3 })).await.expect(202);
    }
    world.settle().await;
    assert_eq!(balances(&market).await, (0, 10_000, -10_000));
    assert!(world.dead_letters().await.is_empty());
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_fifty_times_at_once_is_one_order_and_one_answer() {
    let world = World::start().await;
    let market = world.market("keys").await;
    let (seller, buyer) = (market.seller("sue").await, market.buyer("bob").await);
    let listing = seller.sell("Lamp", 1_000, 100).await;
    buyer.fill_cart(&listing, 1).await;

    let client = buyer.client.clone().key("the-one");
    let answers = join_all((0..50).map(|_| client.post("/v1/checkouts", json!({})))).await;
    let bodies: HashSet<_> = answers.iter().map(|a| (a.status, a.text.clone())).collect();
    assert_eq!(bodies.len(), 1, "{bodies:?}");
    assert_eq!(answers[0].status, 201);
    let orders = buyer.client.get("/v1/orders").await.expect(200).json;
    assert_eq!(orders["data"].as_array().unwrap().len(), 1);

    let other = buyer.client.clone().key("the-one").post("/v1/checkouts", json!({ "expected_total": null })).await;
    other.expect_problem(422, "idempotency_key_reused");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_reported_before_and_after_the_client_returns_is_captured_once() {
    let world = World::start().await;
    let market = world.market("webhooks").await;
    let (seller, buyer) = (market.seller("sue").await, market.buyer("bob").await);
    let listing = seller.sell("Lamp", 1_000, 5).await;
    buyer.fill_cart(&listing, 1).await;
    let checkout = buyer.check_out("one").await;
    let path = format!("/v1/payments/{}/confirm", checkout["payment"]["id"].as_str().unwrap());
    let body = json!({ "card": "4242424242424242", "deliveries": 3 });
    let (laptop, phone) = (buyer.client.clone().key("a"), buyer.client.clone().key("b"));
    let (first, second) = tokio::join!(laptop.post(&path, body.clone()), phone.post(&path, body.clone()));
    assert!(first.status == 202 || second.status == 202);
    world.settle().await;
    // The client returns from the payment page and tries again: the money is already there.
    buyer.client.clone().key("c").post(&path, body).await.expect_problem(409, "payment_already_captured");
    assert_eq!(balances(&market).await, (0, 1_000, -1_000));
    assert!(world.dead_letters().await.is_empty());
    world.stop().await;
}
