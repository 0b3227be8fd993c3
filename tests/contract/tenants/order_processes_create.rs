use crate::orders::{account, order, paid, sale, step, text};
use serde_json::{Value, json};
use tradewind_tests::{Person, World};

/// Digital goods: the seller delivers at once, and a day later the order is complete.
fn digital() -> Value {
    json!({
        "name": "Digital goods", "initial": "waiting", "on_start": ["reserve"],
        "states": [
            { "name": "waiting", "label": "Waiting for payment" }, { "name": "over", "label": "Not paid" },
            { "name": "bought", "label": "Bought" }, { "name": "handed_over", "label": "Handed over" },
            { "name": "finished", "label": "Finished" }, { "name": "given_back", "label": "Given back" },
        ],
        "transitions": [
            { "name": "pay", "from": ["waiting"], "to": "bought", "by": ["provider"], "actions": ["capture"] },
            { "name": "expire", "from": ["waiting"], "to": "over", "by": ["timer"], "after": { "seconds": 120 }, "actions": ["unreserve"] },
            { "name": "hand_over", "from": ["bought"], "to": "handed_over", "by": ["seller"], "note": "The file can be loaded down." },
            { "name": "finish", "from": ["handed_over"], "to": "finished", "by": ["timer"], "after": { "seconds": 86400 }, "actions": ["release", "fee"] },
            { "name": "give_back", "from": ["bought", "handed_over"], "to": "given_back", "by": ["buyer"], "actions": ["refund"] },
        ],
    })
}

async fn publish(admin: &Person, key: &str, body: Value) -> tradewind_tests::Answer {
    admin.client.clone().key(key).post("/v1/order-processes", body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn new_orders_follow_the_published_process_and_older_ones_theirs() {
    let (world, market, sue, bob) = sale().await;
    let bell = sue.sell("Bell", 1000, 9).await;
    let old = paid(&bob, &bell, "1").await;
    let answer = publish(&market.admin, "p1", digital()).await.expect(201);
    assert_eq!((answer.header("location").as_str(), &answer.json["version"]), ("/v1/order-processes/1", &json!(1)));
    assert_eq!(market.anybody().get("/v1/order-processes/1").await.expect(200).json, answer.json);

    let id = market.admin.client.get("/v1/marketplace").await.expect(200).json["id"].clone();
    let bob = Person { client: bob.client.clone().at(text(&id)), ..bob };
    bob.fill_cart(&bell, 1).await;
    let placed = bob.check_out("2").await;
    bob.pay(&placed).await;
    world.settle().await;
    let new = placed["orders"][0]["id"].clone();
    let seen = order(&bob, &new).await;
    assert_eq!(
        (&seen["status"], &seen["status_label"], &seen["possible"]),
        (&json!("bought"), &json!("Bought"), &json!(["give_back"]))
    );
    step(&sue, &new, json!({ "transition": "accept" })).await.expect_problem(409, "transition_impossible");
    let handed = step(&sue, &new, json!({ "transition": "hand_over" })).await.expect(200).json;
    assert_eq!(handed["timeline"][2]["note"], "The file can be loaded down.");
    step(&sue, &old, json!({ "transition": "accept" })).await.expect(200);
    step(&bob, &new, json!({ "transition": "give_back" })).await.expect(200);
    world.settle().await;
    assert_eq!((account(&market, "escrow").await, account(&market, "refunds").await), (-1000, 0));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_in_which_money_could_be_left_in_escrow_is_refused_point_by_point() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let mut forgets = digital();
    forgets["transitions"][3]["actions"] = json!([]);
    let refused = publish(&market.admin, "p1", forgets).await.expect(422).json;
    assert!(!refused["errors"].as_array().unwrap().is_empty(), "{refused}");
    let mut nobody = digital();
    nobody["transitions"][2]["by"] = json!([]);
    publish(&market.admin, "p2", nobody).await.expect_invalid("transitions[2].by");
    let mut twice = digital();
    twice["transitions"][4]["actions"] = json!(["refund", "release"]);
    publish(&market.admin, "p3", twice).await.expect(422);
    assert_eq!(market.anybody().get("/v1/marketplace").await.expect(200).json["process"], 0);
    let sue = market.seller("sue").await;
    publish(&sue, "p4", digital()).await.expect_problem(403, "admin_required");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ships_with_the_product_can_be_read_and_published() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let mut process = market.anybody().get("/v1/order-processes/0").await.expect(200).json;
    process.as_object_mut().unwrap().remove("version");
    publish(&market.admin, "p1", process).await.expect(201);
    market.anybody().get("/v1/order-processes/2").await.expect_problem(404, "not_found");
    world.stop().await;
}
