use super::{line, order, paid, sale, shipment, step, text};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn buyer_and_seller_write_notes() {
    let (world, market, sue, bob) = sale().await;
    let bell = sue.sell("Bell", 900, 9).await;
    bob.client.put("/v1/cart", json!({ "lines": [line(&bell, 1)] })).await.expect(200);
    let body = json!({ "note": "Please leave it at no. 7" });
    let checkout = bob.client.clone().key("1").post("/v1/checkouts", body).await.expect(201).json;
    let id = &checkout["orders"][0]["id"];
    assert_eq!(order(&sue, id).await["buyer_note"], "Please leave it at no. 7");

    let path = format!("/v1/orders/{}", text(id));
    bob.client.patch(&path, json!({ "buyer_note": "No. 9 instead" })).await.expect(200);
    let changed = sue.client.patch(&path, json!({ "seller_note": "A regular" })).await.expect(200);
    assert_eq!(
        (&changed.json["buyer_note"], &changed.json["seller_note"]),
        (&json!("No. 9 instead"), &json!("A regular"))
    );
    assert!(
        order(&bob, id).await.get("seller_note").is_none(),
        "what the seller wants to remember is not the buyer's to read"
    );
    market.admin.client.patch(&path, json!({ "seller_note": null })).await.expect(200);
    assert!(order(&sue, id).await.get("seller_note").is_none());

    sue.client.patch(&path, json!({ "buyer_note": "x" })).await.expect_problem(403, "not_yours_to_change");
    bob.client.patch(&path, json!({ "seller_note": "x" })).await.expect_problem(403, "not_yours_to_change");
    market.buyer("ben").await.client.patch(&path, json!({ "buyer_note": "x" })).await.expect_problem(404, "not_found");
    bob.client.patch(&path, json!({ "buyer_note": "" })).await.expect_invalid("buyer_note");
    bob.client.patch(&path, json!({ "buyer_note": "x".repeat(1_001) })).await.expect_invalid("buyer_note");
    let seen = bob.client.get(&path).await.expect(200);
    bob.client.patch(&path, json!({ "buyer_note": "Newer" })).await.expect(200);
    let old = bob.client.clone().if_match(&seen.header("etag"));
    old.patch(&path, json!({ "buyer_note": "Older" })).await.expect_problem(412, "changed");
    assert_eq!(order(&bob, id).await["buyer_note"], "Newer");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_tracking_number_is_corrected_and_the_buyer_told() {
    let (world, market, sue, bob) = sale().await;
    let id = paid(&bob, &sue.sell("Bell", 900, 1).await, "1").await;
    let path = format!("/v1/orders/{}", text(&id));
    let right = json!({ "shipment": { "carrier": "Parcels", "tracking": "RR 2" } });
    sue.client.patch(&path, right.clone()).await.expect_problem(409, "not_shipped");
    step(&sue, &id, json!({ "transition": "ship", "shipment": shipment() })).await.expect(200);
    bob.client.patch(&path, right.clone()).await.expect_problem(403, "not_yours_to_change");
    let corrected = sue.client.patch(&path, right).await.expect(200).json;
    assert_eq!((&corrected["status"], &corrected["shipment"]["tracking"]), (&json!("shipped"), &json!("RR 2")));
    let last = corrected["timeline"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&last["by"], &last["note"]),
        (&json!("seller"), &json!("It travels with Parcels, tracking number RR 2."))
    );
    world.settle().await;
    let mails = world.mails_to(&bob.email).await;
    let told = mails.iter().find(|(subject, _)| subject.contains("another tracking number"));
    assert!(told.unwrap().1.contains("RR 2"), "{mails:?}");
    // The order continues as before.
    step(&bob, &id, json!({ "transition": "complete" })).await.expect(200);
    market.admin.client.patch(&path, json!({ "shipment": shipment() })).await.expect(200);
    world.stop().await;
}
