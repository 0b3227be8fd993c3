use crate::{
    money::{Provider, confirm, earn, owed, pay_out},
    orders::{account, buy, line, order, sale, shipment, step, text, until},
};
use serde_json::{Value, json};
use tradewind_tests::{Market, Person, World, eventually};

/// Buys a bell with a card whose payment is then disputed, and waits for the dispute; returns the order and the dispute.
async fn disputed(world: &World, market: &Market, sue: &Person, bob: &Person) -> (Value, Value) {
    let checkout = buy(bob, json!([line(&sue.sell("Bell", 1000, 5).await, 1)]), "1").await;
    confirm(bob, &checkout, json!({ "card": "4000000000000259" })).await.expect(202);
    let id = checkout["orders"][0]["id"].clone();
    until(bob, &id, "paid").await;
    let dispute = eventually("the dispute", || async {
        let list = market.admin.client.get("/v1/disputes").await.expect(200).json;
        list["data"].as_array().unwrap().first().cloned()
    })
    .await;
    world.settle().await;
    (id, dispute)
}

async fn give(person: &Person, dispute: &Value, body: Value) -> tradewind_tests::Answer {
    person.client.post(&format!("/v1/disputes/{}/evidence", text(&dispute["id"])), body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_won_dispute_leaves_everything_as_it_was_but_for_the_fee() {
    let (world, market, sue, bob) = sale().await;
    let (id, dispute) = disputed(&world, &market, &sue, &bob).await;
    assert_eq!((&dispute["status"], &dispute["orders"][0]["order"]), (&json!("open"), &id));
    assert_eq!((account(&market, "disputes").await, account(&market, "provider_clearing").await), (1000, -1500));
    assert_eq!(order(&sue, &id).await["disputed"], true);
    step(&sue, &id, json!({ "transition": "ship", "shipment": shipment() })).await.expect(200);
    let complete = json!({ "transition": "complete" });
    step(&bob, &id, complete.clone()).await.expect_problem(409, "payment_disputed");
    let path = format!("/v1/orders/{}/refunds", text(&id));
    market.admin.client.clone().key("r").post(&path, json!({})).await.expect_problem(409, "payment_disputed");

    let given = give(&sue, &dispute, json!({ "text": "It was signed for: winning_evidence" })).await.expect(201).json;
    assert_eq!((&given["evidence"][0]["by"], given["evidence"].as_array().unwrap().len()), (&json!("seller"), 1));
    world.settle().await;
    let path = format!("/v1/disputes/{}", text(&dispute["id"]));
    assert_eq!(sue.client.get(&path).await.expect(200).json["status"], "won");
    give(&sue, &dispute, json!({ "text": "More" })).await.expect_problem(409, "dispute_closed");
    step(&bob, &id, complete).await.expect(200);
    assert_eq!((owed(&sue).await, account(&market, "disputes").await), (900, 0));
    assert_eq!((account(&market, "platform_fee").await, account(&market, "provider_clearing").await), (1400, -500));
    assert!(world.dead_letters().await.is_empty());
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_dispute_after_the_payout_is_the_sellers_debt() {
    let (world, market, sue, bob) = sale().await;
    let id = earn(&sue, &bob, 1000, "1").await;
    pay_out(&world, &market, "1").await;
    let payment = order(&bob, &id).await["payment"].clone();
    let provider = Provider::new(&world, &market).await;
    let euros = |cents: i64| json!({ "amount": cents, "currency": "EUR" });
    let opened = json!({
        "type": "dispute.opened", "dispute": "dp_1", "payment": payment, "amount": euros(1000), "fee": euros(0),
        "reason": "product_not_received",
    });
    for event in ["evt_1", "evt_1", "evt_2"] {
        provider.report(&world, event, opened.clone()).await.expect(200);
    }
    world.settle().await;
    assert_eq!((owed(&sue).await, account(&market, "disputes").await), (-900, 100));
    let end = |how: &str| json!({ "type": how, "dispute": "dp_1", "payment": payment, "amount": euros(1000) });
    for event in ["evt_3", "evt_4"] {
        provider.report(&world, event, end("dispute.lost")).await.expect(200);
    }
    provider.report(&world, "evt_5", end("dispute.won")).await.expect(200);
    world.settle().await;
    assert_eq!((owed(&sue).await, account(&market, "disputes").await), (-900, 0));
    assert_eq!((account(&market, "platform_fee").await, account(&market, "provider_clearing").await), (0, -900));
    assert_eq!(order(&bob, &id).await["refunded"], euros(1000));
    assert!(world.dead_letters().await.is_empty());
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_those_whose_sale_it_is_see_a_dispute_and_give_evidence() {
    let (world, market, sue, bob) = sale().await;
    let (_, dispute) = disputed(&world, &market, &sue, &bob).await;
    let path = format!("/v1/disputes/{}", text(&dispute["id"]));
    for person in [&bob, &market.seller("sam").await] {
        person.client.get(&path).await.expect_problem(404, "not_found");
        give(person, &dispute, json!({ "text": "x" })).await.expect_problem(404, "not_found");
    }
    give(&sue, &dispute, json!({ "text": "" })).await.expect_invalid("text");
    let unknown = json!({ "text": "See the file.", "uploads": ["upl_00000000000000000000000000"] });
    give(&sue, &dispute, unknown).await.expect_invalid("uploads[0]");
    let wanted = json!({ "purpose": "evidence", "content_type": "application/pdf" });
    let upload = sue.client.post("/v1/uploads", wanted).await.expect(201).json["upload"]["id"].clone();
    let with = json!({ "text": "See the file.", "uploads": [upload] });
    assert_eq!(give(&sue, &dispute, with).await.expect(201).json["evidence"][0]["uploads"], json!([upload]));
    world.stop().await;
}
