//! How the outbox relay handles what it does not know.

use crate::orders::{paid, sale};
use serde_json::{Value, json};
use tradewind_tests::World;

/// Puts an item into the table, which the stream passes to the relay.
async fn tell(world: &World, name: &str, body: &str) {
    let text = |text: &str| json!({ "S": text });
    let item =
        json!({ "pk": text(&format!("mkt_7#{name}")), "sk": text("event"), "kind": text("event"), "body": text(body) });
    world.dynamodb("PutItem", json!({ "TableName": "tradewind-main", "Item": item })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_takes_or_can_read_is_tried_again_later_and_holds_nothing_up() {
    let (world, market, sue, bob) = sale().await;
    let unknown = json!({
        "id": "cmt_7-0", "marketplace": market.admin.id, "at": "2026-01-01T00:00:00.000Z", "trace": null,
        "type": "lamp.lit.v9", "data": { "lamp": 1 },
    });
    tell(&world, "unknown", &unknown.to_string()).await;
    tell(&world, "unreadable", "no event").await;
    // An event after them is delivered: they do not hold anything up.
    paid(&bob, &sue.sell("Lamp", 1_000, 1).await, "1").await;
    world.settle().await;
    let aside = world.dead_letters().await;
    let bodies: Vec<_> = aside.iter().map(|letter| letter["body"].as_str().unwrap()).collect();
    assert_eq!(bodies.len(), 2, "{aside:?}");
    assert!(aside.iter().all(|letter| letter["queue"] == "tradewind-relay-again"), "{aside:?}");
    let kept = bodies.iter().filter_map(|body| serde_json::from_str::<Value>(body).ok()).next().unwrap();
    assert_eq!((&kept["type"], &kept["data"]["lamp"]), (&json!("lamp.lit.v9"), &json!(1)));
    assert!(bodies.contains(&"no event"), "{bodies:?}");
    world.stop().await;
}
