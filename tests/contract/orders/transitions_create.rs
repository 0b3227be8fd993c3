use super::{account, available, buy, euros, line, order, paid, sale, shipment, step, text, until};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn an_order_goes_its_way_and_the_seller_earns_it() {
    let (world, market, sue, bob) = sale().await;
    let id = paid(&bob, &sue.sell("Bell", 1005, 3).await, "k").await;
    assert_eq!((account(&market, "provider_clearing").await, account(&market, "escrow").await), (1005, -1005));
    step(&sue, &id, json!({ "transition": "accept" })).await.expect(200);
    let ship = json!({ "transition": "ship", "shipment": shipment() });
    let shipped = step(&sue, &id, ship).await.expect(200).json;
    assert_eq!((&shipped["status"], &shipped["shipment"]), (&json!("shipped"), &shipment()));
    step(&bob, &id, json!({ "transition": "deliver" })).await.expect(200);
    let done = step(&bob, &id, json!({ "transition": "complete" })).await.expect(200);
    assert_eq!(done.json["status"], "completed");
    assert_eq!(done.header("etag"), bob.client.get(&format!("/v1/orders/{}", text(&id))).await.header("etag"));
    let steps: Vec<_> =
        done.json["timeline"].as_array().unwrap().iter().map(|e| text(&e["status"]).to_owned()).collect();
    assert_eq!(steps, ["pending_payment", "paid", "accepted", "shipped", "delivered", "completed"]);
    assert_eq!((account(&market, "escrow").await, account(&market, "platform_fee").await), (0, -101));
    assert_eq!(account(&market, "seller_payable").await, -904);
    let balance = sue.client.get(&format!("/v1/sellers/{}/balance", sue.seller)).await.expect(200).json;
    assert_eq!(balance["owed"], euros(904));
    step(&bob, &id, json!({ "transition": "complete" })).await.expect_problem(409, "transition_impossible");
    world.settle().await;
    assert!(world.mails_to(&sue.email).await.len() >= 3);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn steps_that_are_not_ones_own_are_refused() {
    let (world, market, sue, bob) = sale().await;
    let id = paid(&bob, &sue.sell("Bell", 1000, 3).await, "k").await;
    let ship = json!({ "transition": "ship", "shipment": shipment() });
    step(&bob, &id, ship.clone()).await.expect_problem(403, "transition_not_yours");
    step(&sue, &id, ship).await.expect(200);
    step(&sue, &id, json!({ "transition": "complete" })).await.expect_problem(403, "transition_not_yours");
    let impossible =
        step(&bob, &id, json!({ "transition": "cancel" })).await.expect_problem(409, "transition_impossible");
    // The members of a specific problem never replace those that every problem has.
    assert_eq!((&impossible.json["status"], &impossible.json["state"]), (&json!(409), &json!("shipped")));
    let other = buy(&bob, json!([line(&sue.sell("Lamp", 100, 1).await, 1)]), "k2").await["orders"][0]["id"].clone();
    for transition in ["pay", "expire"] {
        let body = json!({ "transition": transition });
        step(&market.admin, &other, body).await.expect_problem(403, "transition_not_yours");
    }
    step(&sue, &other, json!({ "transition": "cancel" })).await.expect_problem(403, "transition_not_yours");
    for stranger in [market.buyer("ben").await, market.seller("sam").await, world.market("books").await.admin] {
        step(&stranger, &id, json!({ "transition": "deliver" })).await.expect_problem(404, "not_found");
    }
    let path = format!("/v1/orders/{}/transitions", text(&id));
    market.anybody().post(&path, json!({ "transition": "deliver" })).await.expect(401);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_field_is_named_and_nothing_happens() {
    let (world, _, sue, bob) = sale().await;
    let id = paid(&bob, &sue.sell("Bell", 1000, 3).await, "k").await;
    step(&sue, &id, json!({ "transition": "ship" })).await.expect_invalid("shipment");
    step(&sue, &id, json!({ "transition": "accept", "shipment": shipment() })).await.expect_invalid("shipment");
    let nameless = json!({ "transition": "ship", "shipment": { "carrier": "", "tracking": "1" } });
    step(&sue, &id, nameless).await.expect_invalid("shipment.carrier");
    step(&sue, &id, json!({ "transition": "Fly!" })).await.expect_invalid("transition");
    let unknown = step(&sue, &id, json!({ "transition": "fly" })).await.expect_problem(409, "transition_impossible");
    assert_eq!(unknown.json["possible"], json!(["accept", "ship", "cancel"]));
    step(&sue, &id, json!({ "transition": "accept", "price": 1 })).await.expect(422);
    let path = format!("/v1/orders/{}/transitions", text(&id));
    let old = sue.client.clone().if_match("\"1\"");
    old.post(&path, json!({ "transition": "accept" })).await.expect_problem(412, "changed");
    assert_eq!(order(&sue, &id).await["status"], "paid");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_order_is_refunded_and_its_stock_comes_back() {
    let (world, market, sue, bob) = sale().await;
    let bell = sue.sell("Bell", 1000, 3).await;
    let id = paid(&bob, &bell, "k").await;
    assert_eq!(available(&market, &bell).await, 2);
    step(&bob, &id, json!({ "transition": "cancel" })).await.expect(200);
    assert_eq!(available(&market, &bell).await, 3);
    world.settle().await;
    for name in ["escrow", "refunds", "provider_clearing", "seller_payable", "platform_fee"] {
        assert_eq!(account(&market, name).await, 0, "{name}");
    }
    assert_eq!(world.dead_letters().await.len(), 0);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn calling_off_one_order_before_it_is_paid_calls_off_all_of_its_checkout() {
    let (world, market, sue, bob) = sale().await;
    let (bell, lamp) = (sue.sell("Bell", 900, 3).await, market.seller("sam").await.sell("Lamp", 500, 3).await);
    let checkout = buy(&bob, json!([line(&bell, 2), line(&lamp, 1)]), "k").await;
    let cancelled = step(&bob, &checkout["orders"][1]["id"], json!({ "transition": "cancel" })).await.expect(200).json;
    assert_eq!((&cancelled["id"], &cancelled["status"]), (&checkout["orders"][1]["id"], &json!("cancelled")));
    assert_eq!(order(&bob, &checkout["orders"][0]["id"]).await["status"], "cancelled");
    assert_eq!((available(&market, &bell).await, available(&market, &lamp).await), (3, 3));
    let payment = format!("/v1/payments/{}", text(&checkout["payment"]["id"]));
    assert_eq!(bob.client.get(&payment).await.expect(200).json["status"], "expired");
    let confirm = json!({ "card": "4242424242424242" });
    bob.client.post(&format!("{payment}/confirm"), confirm).await.expect_problem(409, "payment_cancelled");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn money_that_comes_after_calling_off_goes_back() {
    let (world, market, sue, bob) = sale().await;
    let bell = sue.sell("Bell", 900, 3).await;
    let checkout = buy(&bob, json!([line(&bell, 1)]), "k").await;
    let payment = format!("/v1/payments/{}", text(&checkout["payment"]["id"]));
    let late = json!({ "card": "4242424242424242", "delay_seconds": 2, "deliveries": 2 });
    bob.client.post(&format!("{payment}/confirm"), late).await.expect(202);
    step(&bob, &checkout["orders"][0]["id"], json!({ "transition": "cancel" })).await.expect(200);
    world.settle().await;
    assert_eq!(bob.client.get(&payment).await.json["status"], "returned");
    assert_eq!(order(&bob, &checkout["orders"][0]["id"]).await["status"], "cancelled");
    for name in ["escrow", "refunds", "provider_clearing"] {
        assert_eq!(account(&market, name).await, 0, "{name}");
    }
    assert_eq!(available(&market, &bell).await, 3);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_is_taken_once_for_a_key_and_for_everybody_at_once() {
    let (world, market, sue, bob) = sale().await;
    let id = paid(&bob, &sue.sell("Bell", 1000, 3).await, "k").await;
    step(&sue, &id, json!({ "transition": "ship", "shipment": shipment() })).await.expect(200);
    step(&bob, &id, json!({ "transition": "deliver" })).await.expect(200);
    let path = format!("/v1/orders/{}/transitions", text(&id));
    let complete = json!({ "transition": "complete" });
    let keyed = bob.client.clone().key("once");
    let (a, b, c) = tokio::join!(
        keyed.post(&path, complete.clone()),
        keyed.post(&path, complete.clone()),
        market.admin.client.post(&path, complete.clone())
    );
    assert_eq!(a.status, b.status);
    assert!(a.status == 409 || a.text == b.text, "{} {}", a.text, b.text);
    let mut statuses = [a.status, c.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    assert_eq!(until(&bob, &id, "completed").await["timeline"].as_array().unwrap().len(), 5);
    assert_eq!(account(&market, "seller_payable").await, -900);
    world.stop().await;
}
