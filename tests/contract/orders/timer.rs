use super::{account, order, paid, sale, shipment, step};
use serde_json::json;
use std::time::Duration;
use tradewind_tests::Person;

#[tokio::test(flavor = "multi_thread")]
async fn an_order_about_which_the_buyer_says_nothing_completes_after_two_weeks() {
    let (world, market, sue, bob) = sale().await;
    let bell = sue.sell("Bell", 1000, 3).await;
    let (silent, done) = (paid(&bob, &bell, "1").await, paid(&bob, &bell, "2").await);
    for id in [&silent, &done] {
        step(&sue, id, json!({ "transition": "ship", "shipment": shipment() })).await.expect(200);
    }
    step(&bob, &done, json!({ "transition": "complete" })).await.expect(200);
    world.advance(Duration::from_secs(13 * 24 * 60 * 60)).await;
    world.run("orders-timer").await;
    let early = Person::log_in(&market.anybody(), &bob.email).await;
    assert_eq!(order(&early, &silent).await["status"], "shipped");

    world.advance(Duration::from_secs(24 * 60 * 60)).await;
    world.run("orders-timer").await;
    let bob = Person::log_in(&market.anybody(), &bob.email).await;
    let order = order(&bob, &silent).await;
    assert_eq!((&order["status"], &order["timeline"][3]["by"]), (&json!("completed"), &json!("timer")));
    assert_eq!((account(&market, "seller_payable").await, account(&market, "escrow").await), (-1800, 0));
    assert_eq!(world.run("orders-timer").await, 0);
    world.stop().await;
}
