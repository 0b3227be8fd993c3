use super::{euros, line, sale};
use serde_json::{Value, json};

fn germany() -> Value {
    json!({ "name": "Bob", "line1": "Road 1", "city": "Town", "country": "DE" })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quote_shows_ways_of_shipping_and_buys_nothing() {
    let (world, market, sue, bob) = sale().await;
    let sam = market.seller("sam").await;
    let post = json!({
        "id": "post", "name": "Post", "rate": { "kind": "flat", "price": euros(490) }, "free_from": euros(5000), "countries": ["DE"],
    });
    let truck = json!({
        "id": "truck", "name": "Truck", "countries": ["FR"],
        "rate": { "kind": "by_weight", "bands": [{ "up_to_grams": 1000, "price": euros(900) }] },
    });
    let shop = format!("/v1/sellers/{}", sue.seller);
    sue.client.patch(&shop, json!({ "shipping": [post, truck] })).await.expect(200);
    let (bell, file) = (sue.sell("Bell", 1000, 9).await, sam.sell("A file to load down", 300, 9).await);
    bob.client.put("/v1/cart", json!({ "lines": [line(&bell, 1), line(&file, 1)] })).await.expect(200);
    let quote = async |body: Value| bob.client.post("/v1/checkout-quotes", body).await.expect(200).json;

    let unknown = quote(json!({})).await;
    assert_eq!((&unknown["total"], &unknown["complete"]), (&euros(1300), &json!(false)));
    let there = quote(json!({ "ship_to": germany() })).await;
    let of = |quote: &Value, seller: &str| {
        quote["sellers"].as_array().unwrap().iter().find(|s| s["seller"] == seller).unwrap().clone()
    };
    let options = of(&there, &sue.seller)["shipping_options"].clone();
    assert_eq!(options, json!([{ "id": "post", "name": "Post", "price": euros(490), "chosen": false }]));
    assert_eq!(of(&there, &sam.seller)["shipping_options"], json!([]));
    let choice = json!({ "ship_to": germany(), "shipping": { (sue.seller.clone()): "post" } });
    let chosen = quote(choice.clone()).await;
    assert_eq!((&chosen["total"], &chosen["shipping"], &chosen["complete"]), (&euros(1790), &euros(490), &json!(true)));

    let check_out = async |key: &str, body: Value| bob.client.clone().key(key).post("/v1/checkouts", body).await;
    check_out("1", json!({})).await.expect_invalid("ship_to");
    check_out("2", json!({ "ship_to": germany() })).await.expect_invalid(&format!("shipping.{}", sue.seller));
    let wrong = json!({ "ship_to": germany(), "shipping": { (sue.seller.clone()): "truck" } });
    check_out("3", wrong).await.expect_invalid(&format!("shipping.{}", sue.seller));
    let mut told = choice;
    told["expected_total"] = euros(1300);
    check_out("4", told.clone()).await.expect_problem(409, "price_changed");
    told["expected_total"] = euros(1790);
    let placed = check_out("5", told).await.expect(201).json;
    assert_eq!(placed["total"], euros(1790));
    let orders = placed["orders"].as_array().unwrap();
    let sent = orders.iter().find(|o| o["seller"] == sue.seller.as_str()).unwrap();
    assert_eq!((&sent["shipping"]["name"], &sent["ship_to"]["city"]), (&json!("Post"), &json!("Town")));
    world.stop().await;
}
