use super::{available, buy, euros, line, order, paid, sale, step, text, until};
use serde_json::{Value, json};
use tradewind_tests::{Answer, Client, Market, Person};

/// A guest, and the claim for their orders.
async fn guest(market: &Market, email: &str) -> (Person, String) {
    let answer = market.anybody().post("/v1/guests", json!({ "email": email, "name": "Gus" })).await.expect(201);
    (Person::from_tokens(&market.anybody(), email, &answer.json), text(&answer.json["claim"]).to_owned())
}

async fn claim(client: &Client, order: &Value, claim: &str) -> Answer {
    client.post(&format!("/v1/orders/{}/claim", text(order)), json!({ "claim": claim })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_buys_and_follows_the_order_like_everybody() {
    let (world, market, sue, _) = sale().await;
    let lamp = sue.sell("Camp Lamp", 5_800, 3).await;
    let (gus, token) = guest(&market, "gus@example.com").await;
    let id = paid(&gus, &lamp, "k1").await;
    assert_eq!(available(&market, &lamp).await, 2);
    step(&sue, &id, json!({ "transition": "ship", "shipment": super::shipment() })).await.expect(200);
    step(&gus, &id, json!({ "transition": "complete" })).await.expect(200);
    world.settle().await;
    let subjects: Vec<_> = world.mails_to("gus@example.com").await.into_iter().map(|mail| mail.0).collect();
    assert!(subjects.iter().any(|subject| subject.contains("receipt")), "{subjects:?}");
    assert!(world.mails_to("gus@example.com").await.iter().any(|mail| mail.1.contains(&token)));
    assert!(subjects.iter().any(|subject| subject.contains("on its way")), "{subjects:?}");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_takes_over_all_that_was_bought_together() {
    let (world, market, sue, bob) = sale().await;
    let ann = market.seller("ann").await;
    let (lamp, tent) = (sue.sell("Lamp", 1_000, 5).await, ann.sell("Tent", 9_000, 5).await);
    let (gus, token) = guest(&market, "gus@example.com").await;
    let checkout = buy(&gus, json!([line(&lamp, 1), line(&tent, 1)]), "k1").await;
    gus.pay(&checkout).await;
    let ids = [&checkout["orders"][0]["id"], &checkout["orders"][1]["id"]];
    until(&gus, ids[0], "paid").await;

    let claimed = claim(&bob.client, ids[0], &token).await.expect(200);
    assert_eq!(claimed.json["buyer"], json!(bob.id));
    assert_eq!(claim(&bob.client, ids[0], &token).await.expect(200).json, claimed.json, "once more changes nothing");
    for id in ids {
        let mine = order(&bob, id).await;
        assert_eq!((&mine["buyer"], &mine["status"]), (&json!(bob.id), &json!("paid")));
        gus.client.get(&format!("/v1/orders/{}", text(id))).await.expect_problem(404, "not_found");
    }
    let count = |list: Value| list["data"].as_array().unwrap().len();
    assert_eq!(count(bob.client.get("/v1/orders").await.expect(200).json), 2);
    assert_eq!(count(gus.client.get("/v1/orders").await.expect(200).json), 0);
    let payment = text(&checkout["payment"]["id"]);
    bob.client.get(&format!("/v1/payments/{payment}")).await.expect(200);
    gus.client.get(&format!("/v1/payments/{payment}")).await.expect_problem(404, "not_found");

    // From then on the account receives the messages.
    step(&bob, ids[0], json!({ "transition": "cancel" })).await.expect(200);
    world.settle().await;
    assert!(world.mails_to(&bob.email).await.iter().any(|mail| mail.0.contains("cancelled")));
    assert_eq!(super::account(&market, "escrow").await, -9_000);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_guests_own_claim_and_an_account_take_an_order() {
    let (world, market, sue, bob) = sale().await;
    let lamp = sue.sell("Lamp", 1_000, 5).await;
    let (gus, token) = guest(&market, "gus@example.com").await;
    let (eve, other) = guest(&market, "gus@example.com").await;
    let id = paid(&gus, &lamp, "k1").await;

    claim(&bob.client, &id, &other).await.expect_problem(404, "not_found");
    claim(&bob.client, &id, &format!("{token}x")).await.expect_invalid("claim");
    claim(&bob.client, &id, "").await.expect_invalid("claim");
    claim(&eve.client, &id, &token).await.expect_problem(403, "account_required");
    claim(&market.anybody(), &id, &token).await.expect(401);
    claim(&sue.client, &id, &token).await.expect_problem(409, "own_order");
    let there = world.market("books").await;
    let carl = there.buyer("carl").await;
    claim(&carl.client, &id, &token).await.expect_invalid("claim");

    claim(&bob.client, &id, &token).await.expect(200);
    let ann = market.buyer("ann").await;
    claim(&ann.client, &id, &token).await.expect_problem(404, "not_found");
    assert_eq!(order(&bob, &id).await["buyer"], json!(bob.id));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_claim_at_once_one_gets_it() {
    let (world, market, sue, bob) = sale().await;
    let lamp = sue.sell("Lamp", 1_000, 5).await;
    let ann = market.buyer("ann").await;
    let (gus, token) = guest(&market, "gus@example.com").await;
    let id = paid(&gus, &lamp, "k1").await;
    let (one, other) = tokio::join!(claim(&bob.client, &id, &token), claim(&ann.client, &id, &token));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 404], "{} {}", one.text, other.text);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_is_not_paid_yet_is_claimed_with_its_payment() {
    let (world, market, sue, bob) = sale().await;
    let lamp = sue.sell("Lamp", 1_000, 5).await;
    let (gus, token) = guest(&market, "gus@example.com").await;
    let checkout = buy(&gus, json!([line(&lamp, 1)]), "k1").await;
    let id = &checkout["orders"][0]["id"];
    claim(&bob.client, id, &token).await.expect(200);
    bob.pay(&checkout).await;
    until(&bob, id, "paid").await;
    assert_eq!(order(&sue, id).await["total"], euros(1_000));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_coupon_that_counts_its_buyers_takes_an_account() {
    let (world, market, sue, _) = sale().await;
    let lamp = sue.sell("Lamp", 1_000, 5).await;
    let discount = json!({ "kind": "percent", "basis_points": 1_000 });
    let coupon = json!({ "of": "marketplace", "code": "ONCE", "discount": discount, "limit_per_buyer": 1 });
    market.admin.client.post("/v1/coupons", coupon).await.expect(201);
    let coupon = json!({ "of": "marketplace", "code": "ALL", "discount": discount });
    market.admin.client.post("/v1/coupons", coupon).await.expect(201);
    let (gus, _) = guest(&market, "gus@example.com").await;
    gus.fill_cart(&lamp, 1).await;
    let client = gus.client.clone().key("k1");
    let refused = client.post("/v1/checkouts", json!({ "coupon": "ONCE" })).await;
    refused.expect_problem(409, "coupon_takes_account");
    client.post("/v1/checkouts", json!({ "coupon": "ALL" })).await.expect(201);
    world.stop().await;
}
