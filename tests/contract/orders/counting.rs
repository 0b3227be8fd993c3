//! Units that are not counted, and units sold beyond zero, from the cart to their return.

use super::{buy, euros, line, paid, sale, shipment, step, text, until};
use serde_json::{Value, json};
use tradewind_tests::{Market, Person, World, proof::items};

/// A published listing whose units are counted in this way.
async fn sell(seller: &Person, counting: &str, stock: u32) -> Value {
    let variant = json!({ "price": euros(900), "stock": stock, "counting": counting });
    let listing =
        seller.client.post("/v1/listings", json!({ "title": counting, "variants": [variant] })).await.expect(201);
    let path = format!("/v1/listings/{}/publish", text(&listing.json["id"]));
    seller.client.post(&path, Value::Null).await.expect(200).json
}

async fn available(market: &Market, listing: &Value) -> Value {
    let listing = market.anybody().get(&format!("/v1/listings/{}", text(&listing["id"]))).await.expect(200).json;
    listing["variants"][0]["available"].clone()
}

/// The units of a listing that are free, reserved and sold, as stored.
async fn stored(world: &World, listing: &Value) -> [i64; 3] {
    let number = |item: &Value, name: &str| item[name]["N"].as_str().unwrap().parse::<i64>().unwrap();
    let of = |item: &&Value| item["variant"]["S"] == listing["variants"][0]["id"] && item["reserved"]["N"].is_string();
    let found = items(world, "main").await;
    let found: Vec<_> = found.iter().filter(of).collect();
    ["available", "reserved", "sold"].map(|name| found.iter().map(|item| number(item, name)).sum())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_counted_is_never_sold_out_and_nothing_goes_back_to_the_shelf() {
    let (world, market, sue, bob) = sale().await;
    let file = sell(&sue, "not_counted", 0).await;
    bob.fill_cart(&file, 1_000).await;
    let cart = bob.client.get("/v1/cart").await.expect(200).json;
    assert_eq!(
        (&cart["lines"][0]["availability"], &cart["lines"][0]["available"]),
        (&json!("available"), &Value::Null)
    );
    assert_eq!(cart["total"], euros(900_000));
    // Cancelled before it was paid, and afterwards.
    let checkout = buy(&bob, json!([line(&file, 3)]), "unpaid").await;
    step(&bob, &checkout["orders"][0]["id"], json!({ "transition": "cancel" })).await.expect(200);
    let order = paid(&bob, &file, "paid").await;
    step(&sue, &order, json!({ "transition": "cancel" })).await.expect(200);
    // Shipped, and one unit returned with a refund.
    let checkout = buy(&bob, json!([line(&file, 2)]), "two").await;
    bob.pay(&checkout).await;
    let order = checkout["orders"][0]["id"].clone();
    until(&bob, &order, "paid").await;
    let back = json!({ "lines": [{ "line": 0, "quantity": 1, "restock": 1 }] });
    sue.client.clone().key("back").post(&format!("/v1/orders/{}/refunds", text(&order)), back).await.expect(201);
    world.settle().await;
    assert_eq!(stored(&world, &file).await, [0, 0, 0]);
    assert_eq!(available(&market, &file).await, Value::Null);
    assert!(world.dead_letters().await.is_empty());
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sold_beyond_zero_is_counted_below_it_and_comes_back() {
    let (world, market, sue, bob) = sale().await;
    let ring = sell(&sue, "beyond_zero", 2).await;
    let first = buy(&bob, json!([line(&ring, 5)]), "five").await;
    assert_eq!((available(&market, &ring).await, stored(&world, &ring).await), (json!(-3), [-3, 5, 0]));
    bob.fill_cart(&ring, 1).await;
    assert_eq!(bob.client.get("/v1/cart").await.expect(200).json["lines"][0]["availability"], "available");
    let second = paid(&bob, &ring, "one").await;
    assert_eq!(stored(&world, &ring).await, [-4, 5, 1]);
    step(&bob, &first["orders"][0]["id"], json!({ "transition": "cancel" })).await.expect(200);
    assert_eq!(stored(&world, &ring).await, [1, 0, 1]);
    step(&sue, &second, json!({ "transition": "accept" })).await.expect(200);
    step(&sue, &second, json!({ "transition": "ship", "shipment": shipment() })).await.expect(200);
    let back = json!({ "lines": [{ "line": 0, "quantity": 1, "restock": 1 }] });
    sue.client.clone().key("back").post(&format!("/v1/orders/{}/refunds", text(&second)), back).await.expect(201);
    assert_eq!(stored(&world, &ring).await, [2, 0, 0]);
    world.stop().await;
}

/// Units that one bucket owes are not sold from another one.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_owed_is_not_sold_when_it_is_counted_again() {
    let (world, market, sue, bob) = sale().await;
    let ring = sell(&sue, "beyond_zero", 0).await;
    let listing = format!("/v1/listings/{}", text(&ring["id"]));
    let path = format!("{listing}/variants/{}/stock", text(&ring["variants"][0]["id"]));
    let set = async |body: Value| sue.client.put(&path, body).await.expect(200).json;
    set(json!({ "available": 6, "buckets": 2 })).await;
    // The units are taken from one of the two buckets, which has three.
    buy(&bob, json!([line(&ring, 4)]), "four").await;
    let patch = json!({ "variants": [{ "price": euros(900), "counting": "counted" }] });
    sue.client.patch(&listing, patch).await.expect_invalid("variants[0].counting");
    let counted = set(json!({ "counting": "counted" })).await;
    assert_eq!((&counted["available"], available(&market, &ring).await), (&json!(2), json!(2)));
    bob.client.put("/v1/cart", json!({ "lines": [line(&ring, 3)] })).await.expect(200);
    bob.client.clone().key("three").post("/v1/checkouts", json!({})).await.expect_problem(409, "sold_out");
    buy(&bob, json!([line(&ring, 2)]), "two").await;
    assert_eq!(available(&market, &ring).await, json!(0));

    // More units are owed than there are: they stay owed, and new units make up for them first.
    set(json!({ "counting": "beyond_zero" })).await;
    buy(&bob, json!([line(&ring, 5)]), "five").await;
    assert_eq!(set(json!({ "counting": "counted" })).await["available"], -5);
    assert_eq!(set(json!({ "change": 2 })).await["available"], -3);
    assert_eq!(set(json!({ "change": 4 })).await["available"], 1);
    bob.client.put("/v1/cart", json!({ "lines": [line(&ring, 2)] })).await.expect(200);
    bob.client.clone().key("more").post("/v1/checkouts", json!({})).await.expect_problem(409, "sold_out");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_keeps_what_held_when_it_was_placed() {
    let (world, market, sue, bob) = sale().await;
    let (cup, file) = (sell(&sue, "counted", 5).await, sell(&sue, "not_counted", 0).await);
    let both = buy(&bob, json!([line(&cup, 2), line(&file, 2)]), "both").await;
    let set = async |listing: &Value, body: Value| {
        let variant = text(&listing["variants"][0]["id"]);
        let path = format!("/v1/listings/{}/variants/{variant}/stock", text(&listing["id"]));
        sue.client.put(&path, body).await.expect(200);
    };
    set(&cup, json!({ "counting": "not_counted" })).await;
    // For units that are not counted, nobody was shown a number to compare with or to change.
    let path = format!("/v1/listings/{}/variants/{}/stock", text(&file["id"]), text(&file["variants"][0]["id"]));
    sue.client.put(&path, json!({ "change": 1 })).await.expect_invalid("change");
    sue.client.put(&path, json!({ "seen": 0, "available": 4 })).await.expect_invalid("seen");
    set(&file, json!({ "available": 9 })).await;
    let third = buy(&bob, json!([line(&file, 9)]), "nine").await;
    bob.client.put("/v1/cart", json!({ "lines": [line(&file, 1)] })).await.expect(200);
    bob.client.clone().key("none").post("/v1/checkouts", json!({})).await.expect_problem(409, "sold_out");
    step(&bob, &both["orders"][0]["id"], json!({ "transition": "cancel" })).await.expect(200);
    assert_eq!(stored(&world, &cup).await, [5, 0, 0]);
    assert_eq!(stored(&world, &file).await, [0, 9, 0]);
    step(&bob, &third["orders"][0]["id"], json!({ "transition": "cancel" })).await.expect(200);
    assert_eq!(available(&market, &file).await, 9);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_costs_nothing_and_is_not_counted_is_paid_at_once() {
    let (world, _, sue, bob) = sale().await;
    let variant = json!({ "price": euros(0), "counting": "not_counted" });
    let free = json!({ "title": "Pattern", "variants": [variant] });
    let free = sue.client.post("/v1/listings", free).await.expect(201).json;
    sue.client.post(&format!("/v1/listings/{}/publish", text(&free["id"])), Value::Null).await.expect(200);
    let ring = sell(&sue, "beyond_zero", 0).await;
    let ring_path = format!("/v1/listings/{}", text(&ring["id"]));
    let gratis = json!({ "variants": [{ "price": euros(0) }] });
    sue.client.patch(&ring_path, gratis).await.expect(200);
    let checkout = buy(&bob, json!([line(&free, 4), line(&ring, 2)]), "free").await;
    assert_eq!(checkout["payment"]["status"], "captured", "{checkout}");
    assert_eq!((stored(&world, &free).await, stored(&world, &ring).await), ([0, 0, 0], [-2, 0, 2]));
    world.stop().await;
}
