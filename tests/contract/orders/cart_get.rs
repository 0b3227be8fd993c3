use super::{buy, euros, line, sale, text};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_cart_that_never_was_is_empty() {
    let (world, market, _, bob) = sale().await;
    let cart = bob.client.get("/v1/cart").await.expect(200);
    assert_eq!(cart.json, json!({ "lines": [], "total": euros(0), "totals": [euros(0)] }));
    assert_eq!(cart.version(), "0");
    market.anybody().get("/v1/cart").await.expect(401);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_line_says_what_can_be_bought_at_the_price_of_now() {
    let (world, market, sue, bob) = sale().await;
    let (bell, lamp, lock) =
        (sue.sell("Bell", 900, 3).await, sue.sell("Lamp", 500, 1).await, sue.sell("Lock", 100, 1).await);
    let lines = json!([line(&bell, 2), line(&lamp, 2), line(&lock, 1)]);
    bob.client.put("/v1/cart", json!({ "lines": lines })).await.expect(200);
    let price = json!({ "variants": [{ "price": euros(950), "stock": 3 }] });
    sue.client.patch(&format!("/v1/listings/{}", text(&bell["id"])), price).await.expect(200);
    buy(&market.buyer("ben").await, json!([line(&lamp, 1)]), "k").await;
    sue.client.post(&format!("/v1/listings/{}/close", text(&lock["id"])), Value::Null).await.expect(200);

    let cart = bob.client.get("/v1/cart").await.expect(200).json;
    let seen: Vec<_> =
        cart["lines"].as_array().unwrap().iter().map(|l| (text(&l["availability"]), &l["total"])).collect();
    assert_eq!(seen, [("available", &euros(1900)), ("sold_out", &euros(1000)), ("not_for_sale", &Value::Null)]);
    assert_eq!(cart["total"], euros(1900));
    assert_eq!(cart["lines"][0]["title"], "Bell");
    assert_eq!(cart["lines"][0]["unit_price"], euros(950));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn too_few_are_told_with_how_many_there_are() {
    let (world, _, sue, bob) = sale().await;
    let bell = sue.sell("Bell", 900, 3).await;
    let cart = bob.client.put("/v1/cart", json!({ "lines": [line(&bell, 4)] })).await.expect(200).json;
    assert_eq!((&cart["lines"][0]["availability"], &cart["lines"][0]["available"]), (&json!("too_few"), &json!(3)));
    assert_eq!(cart, bob.client.get("/v1/cart").await.json);
    world.stop().await;
}
