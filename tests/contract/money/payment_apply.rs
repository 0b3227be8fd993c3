use super::{Provider, payment, succeeded};
use crate::orders::{account, available, buy, line, order, sale, step};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_decline_that_arrives_after_the_capture_is_old_news() {
    let (world, market, sue, bob) = sale().await;
    let checkout = buy(&bob, json!([line(&sue.sell("Bell", 900, 3).await, 1)]), "k").await;
    let provider = Provider::new(&world, &market).await;
    provider.report(&world, "evt_1", succeeded(&checkout)).await.expect(200);
    world.settle().await;
    let declined = json!({ "type": "payment.failed", "payment": checkout["payment"]["id"], "reason": "card_declined" });
    provider.report(&world, "evt_0", declined).await.expect(200);
    world.settle().await;
    let paid = payment(&bob, &checkout).await;
    assert_eq!((&paid["status"], paid.get("failure")), (&json!("captured"), None));
    assert_eq!(world.dead_letters().await.len(), 0);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_capture_pays_the_orders_of_every_seller() {
    let (world, market, sue, bob) = sale().await;
    let (bell, lamp) = (sue.sell("Bell", 900, 3).await, market.seller("sam").await.sell("Lamp", 500, 3).await);
    let checkout = buy(&bob, json!([line(&bell, 2), line(&lamp, 1)]), "k").await;
    bob.pay(&checkout).await;
    world.settle().await;
    for paid in checkout["orders"].as_array().unwrap() {
        assert_eq!(order(&bob, &paid["id"]).await["status"], "paid");
    }
    assert_eq!(account(&market, "escrow").await, -2300);
    // One of the two is cancelled; the other one's money stays where it is.
    step(&bob, &checkout["orders"][0]["id"], json!({ "transition": "cancel" })).await.expect(200);
    world.settle().await;
    let left = checkout["orders"][1]["total"]["amount"].as_i64().unwrap();
    assert_eq!((account(&market, "escrow").await, account(&market, "provider_clearing").await), (-left, left));
    assert_eq!(account(&market, "refunds").await, 0);
    assert_eq!(available(&market, &bell).await + available(&market, &lamp).await, if left == 500 { 5 } else { 4 });
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_costs_nothing_is_sold_and_cancelled_without_a_booking() {
    let (world, market, sue, bob) = sale().await;
    let gift = sue.sell("Gift", 0, 3).await;
    let checkout = buy(&bob, json!([line(&gift, 1)]), "k").await;
    bob.pay(&checkout).await;
    world.settle().await;
    step(&bob, &checkout["orders"][0]["id"], json!({ "transition": "cancel" })).await.expect(200);
    world.settle().await;
    assert_eq!((account(&market, "provider_clearing").await, available(&market, &gift).await), (0, 3));
    assert_eq!(world.dead_letters().await.len(), 0);
    world.stop().await;
}
