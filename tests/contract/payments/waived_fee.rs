use crate::{
    money::{Provider, owed, verified},
    orders::{account, euros, order, paid, sale, step, text},
};
use serde_json::{Value, json};
use tradewind_tests::Person;

/// A process in which the seller hands over the goods, the buyer confirms it, and the seller receives all of the money: there is no fee.
fn for_friends() -> Value {
    json!({
        "name": "For friends", "initial": "waiting", "on_start": ["reserve"],
        "states": [
            { "name": "waiting", "label": "Waiting for payment" }, { "name": "over", "label": "Not paid" },
            { "name": "paid", "label": "Paid" }, { "name": "finished", "label": "Finished" },
            { "name": "given_back", "label": "Given back" },
        ],
        "transitions": [
            { "name": "pay", "from": ["waiting"], "to": "paid", "by": ["provider"], "actions": ["capture"] },
            { "name": "expire", "from": ["waiting"], "to": "over", "by": ["timer"], "after": { "seconds": 120 }, "actions": ["unreserve"] },
            { "name": "finish", "from": ["paid"], "to": "finished", "by": ["buyer"], "actions": ["release"] },
            { "name": "finish_late", "from": ["paid"], "to": "finished", "by": ["timer"], "after": { "seconds": 86400 }, "actions": ["release"] },
            { "name": "give_back", "from": ["paid"], "to": "given_back", "by": ["seller"], "actions": ["refund"] },
        ],
    })
}

/// A fee that was never taken is not given back, either: whoever received the money gives it back.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_seller_had_without_a_fee_comes_back_from_them_whole() {
    let (world, market, sue, bob) = sale().await;
    market.admin.client.clone().key("p").post("/v1/order-processes", for_friends()).await.expect(201);
    // This uses another name of the marketplace, under which its settings were not cached before.
    let id = market.admin.client.get("/v1/marketplace").await.expect(200).json["id"].clone();
    let bob = Person { client: bob.client.clone().at(text(&id)), ..bob };
    let bell = sue.sell("Bell", 1_000, 9).await;
    let mut orders = vec![];
    for key in ["1", "2"] {
        let sold = paid(&bob, &bell, key).await;
        assert_eq!(order(&sue, &sold).await["fee"], euros(100), "what a fee would be, as long as it may be taken");
        step(&bob, &sold, json!({ "transition": "finish" })).await.expect(200);
        orders.push(sold);
    }
    world.settle().await;
    let seen = order(&sue, &orders[0]).await;
    assert_eq!((&seen["fee"], &seen["earnings"]), (&euros(0), &euros(1_000)));
    assert_eq!((owed(&sue).await, account(&market, "platform_fee").await), (2_000, 0));
    let checked = verified(&world, &market).await;
    assert_eq!(checked["status"], "agrees", "{checked}");

    let path = format!("/v1/orders/{}/refunds", text(&orders[0]));
    let refund = |key: &str, body| {
        let client = market.admin.client.clone().key(key);
        let path = path.clone();
        async move { client.post(&path, body).await.expect(201) }
    };
    refund("r1", json!({ "amount": euros(400) })).await;
    assert_eq!((owed(&sue).await, account(&market, "platform_fee").await), (1_600, 0));
    refund("r2", json!({ "keep_fee": true })).await;
    assert_eq!((owed(&sue).await, account(&market, "platform_fee").await), (1_000, 0));

    let provider = Provider::new(&world, &market).await;
    let payment = order(&bob, &orders[1]).await["payment"].clone();
    let mut report = json!({
        "type": "dispute.opened", "payment": payment, "dispute": "dp_1", "amount": euros(1_000), "reason": "fraudulent",
    });
    provider.report(&world, "evt_1", report.clone()).await.expect(200);
    world.settle().await;
    assert_eq!(owed(&sue).await, 0);
    report["type"] = json!("dispute.lost");
    report.as_object_mut().unwrap().remove("reason");
    provider.report(&world, "evt_2", report).await.expect(200);
    world.settle().await;
    assert_eq!((owed(&sue).await, account(&market, "platform_fee").await), (0, 0));
    let checked = verified(&world, &market).await;
    assert_eq!(checked["status"], "agrees", "{checked}");
    assert!(world.dead_letters().await.is_empty());
    world.stop().await;
}
