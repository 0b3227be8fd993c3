use crate::{
    money::{confirm, pay_out},
    orders::{buy, euros, line, order, paid, sale, shipment, step, text, until},
};
use serde_json::{Value, json};
use tradewind_tests::eventually;

fn kinds(money: &Value) -> Vec<&str> {
    money["journals"].as_array().unwrap().iter().map(|journal| text(&journal["kind"])).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_runs_the_marketplace_sees_every_journal_behind_an_order() {
    let (world, market, sue, bob) = sale().await;
    let id = paid(&bob, &sue.sell("Bell", 1000, 5).await, "1").await;
    let path = format!("/v1/orders/{}/money", text(&id));
    let read = async || market.admin.client.get(&path).await.expect(200).json;
    let money = read().await;
    assert_eq!(kinds(&money), ["capture"]);
    assert_eq!((&money["funds"], &money["payment"]["status"]), (&json!("escrow"), &json!("captured")));
    // The sandbox uses our own id for a payment.
    let payment = order(&bob, &id).await["payment"].clone();
    assert_eq!((&money["payment"]["provider"], &money["payment"]["provider_id"]), (&json!("sandbox"), &payment));
    let escrow = json!({ "account": "escrow", "amount": { "amount": -1000, "currency": "EUR" } });
    assert!(money["journals"][0]["postings"].as_array().unwrap().contains(&escrow));

    step(&sue, &id, json!({ "transition": "ship", "shipment": shipment() })).await.expect(200);
    step(&bob, &id, json!({ "transition": "complete" })).await.expect(200);
    pay_out(&world, &market, "1").await;
    let part = json!({ "amount": euros(400) });
    let refund = format!("/v1/orders/{}/refunds", text(&id));
    let refund = market.admin.client.clone().key("r").post(&refund, part).await.expect(201).json["id"].clone();
    world.settle().await;
    let money = read().await;
    assert_eq!(kinds(&money), ["capture", "release", "refund", "refund_settled"]);
    for journal in money["journals"].as_array().unwrap() {
        let postings = journal["postings"].as_array().unwrap();
        assert_eq!(postings.iter().map(|p| p["amount"]["amount"].as_i64().unwrap()).sum::<i64>(), 0, "{journal}");
    }
    let refunded = json!([{
        "id": refund, "amount": euros(400), "status": "settled", "provider": "sandbox", "provider_id": refund,
    }]);
    assert_eq!((&money["refunds"], &money["disputes"]), (&refunded, &json!([])));

    for person in [&bob, &sue] {
        person.client.get(&path).await.expect_problem(403, "admin_required");
    }
    let unknown = "/v1/orders/ord_00000000000000000000000000/money";
    market.admin.client.get(unknown).await.expect_problem(404, "not_found");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dispute_shows_with_the_order_that_it_is_about() {
    let (world, market, sue, bob) = sale().await;
    let checkout = buy(&bob, json!([line(&sue.sell("Bell", 1000, 5).await, 1)]), "1").await;
    confirm(&bob, &checkout, json!({ "card": "4000000000000259" })).await.expect(202);
    let id = checkout["orders"][0]["id"].clone();
    until(&bob, &id, "paid").await;
    let path = format!("/v1/orders/{}/money", text(&id));
    let money = eventually("the dispute", || async {
        let money = market.admin.client.get(&path).await.expect(200).json;
        Some(money).filter(|money| kinds(money) == ["capture", "dispute_opened"])
    })
    .await;
    let dispute = &money["disputes"][0];
    assert_eq!((&dispute["status"], &dispute["amount"]), (&json!("open"), &euros(1000)));
    assert_eq!(money["journals"][1]["subject"], dispute["id"]);
    world.stop().await;
}
