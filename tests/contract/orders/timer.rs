use super::{account, order, paid, sale, shipment, step};
use serde_json::json;
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[tokio::test(flavor = "multi_thread")]
async fn an_order_about_which_the_buyer_says_nothing_arrives_after_two_weeks_and_completes_three_days_later() {
    let (world, market, sue, bob) = sale().await;
    let bell = sue.sell("Bell", 1000, 3).await;
    let (silent, done) = (paid(&bob, &bell, "1").await, paid(&bob, &bell, "2").await);
    for id in [&silent, &done] {
        step(&sue, id, json!({ "transition": "ship", "shipment": shipment() })).await.expect(200);
    }
    step(&bob, &done, json!({ "transition": "complete" })).await.expect(200);
    for (later, status) in [(DAY * 13, "shipped"), (DAY, "delivered"), (DAY * 2, "delivered"), (DAY, "completed")] {
        world.advance(later).await;
        world.run("orders-timer").await;
        let bob = bob.again(&market).await;
        let order = order(&bob, &silent).await;
        assert_eq!(order["status"], status);
        let last = order["timeline"].as_array().unwrap().last().unwrap();
        assert_eq!(last["by"], if status == "shipped" { "seller" } else { "timer" });
    }
    assert_eq!((account(&market, "seller_payable").await, account(&market, "escrow").await), (-1800, 0));
    assert_eq!(world.run("orders-timer").await, 0);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paid_order_that_the_seller_ignores_counts_as_accepted() {
    let (world, market, sue, bob) = sale().await;
    let id = paid(&bob, &sue.sell("Bell", 1000, 3).await, "1").await;
    world.advance(DAY * 3).await;
    assert_eq!(world.run("orders-timer").await, 1);
    let bob = bob.again(&market).await;
    assert_eq!(order(&bob, &id).await["status"], "accepted");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawn_report_gives_the_buyer_the_whole_time_again() {
    let (world, market, sue, bob) = sale().await;
    let id = paid(&bob, &sue.sell("Bell", 1000, 3).await, "1").await;
    step(&sue, &id, json!({ "transition": "ship", "shipment": shipment() })).await.expect(200);
    step(&bob, &id, json!({ "transition": "deliver" })).await.expect(200);
    world.advance(DAY * 2).await;
    let bob = bob.again(&market).await;
    step(&bob, &id, json!({ "transition": "dispute" })).await.expect(200);
    step(&bob, &id, json!({ "transition": "withdraw" })).await.expect(200);
    for (later, status) in [(DAY * 2, "delivered"), (DAY, "completed")] {
        world.advance(later).await;
        world.run("orders-timer").await;
        let bob = bob.again(&market).await;
        assert_eq!(order(&bob, &id).await["status"], status);
    }
    world.stop().await;
}
