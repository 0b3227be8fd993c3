//! Listings in the further currencies of a marketplace.

use super::{euros, import, listing, path, send_catalogue};
use serde_json::{Value, json};
use tradewind_tests::{Market, Person, World};

fn of(amount: i64, currency: &str) -> Value {
    json!({ "amount": amount, "currency": currency })
}

/// A marketplace with euros, yen without decimals and dinars with three, and a seller.
async fn shop() -> (World, Market, Person) {
    let world = World::start().await;
    let market = Market::open_in(&world, "bikes", &["EUR", "JPY", "KWD"], 1_000).await;
    let sue = market.seller("sue").await;
    (world, market, sue)
}

fn sizes(first: Value, second: Value) -> Value {
    json!({
        "title": "Shirt", "option_names": ["Size"],
        "variants": [{ "options": ["S"], "price": first, "stock": 1 }, { "options": ["M"], "price": second, "stock": 1 }],
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listing_is_priced_in_one_of_the_marketplaces_currencies() {
    let (world, market, sue) = shop().await;
    let create = async |body: Value| sue.client.post("/v1/listings", body).await;
    create(sizes(of(1, "USD"), of(1, "USD"))).await.expect_invalid("variants[0].price");
    create(sizes(euros(1), of(1, "JPY"))).await.expect_invalid("variants[1].price");
    let mut before = sizes(of(900, "JPY"), of(950, "JPY"));
    before["variants"][1]["compare_at_price"] = euros(12);
    create(before.clone()).await.expect_invalid("variants[1].price");
    before["variants"][1]["compare_at_price"] = of(1_000, "JPY");
    let shirt = create(before).await.expect(201).json;
    sue.client.post(&format!("{}/publish", path(&shirt)), Value::Null).await.expect(200);
    let bell = sue.sell_for("Bell", of(12_345, "KWD"), 1).await;

    let page = market.anybody().get("/v1/listings").await.expect(200).json;
    let prices: Vec<_> = page["data"].as_array().unwrap().iter().map(|card| &card["price_from"]).collect();
    assert_eq!(prices, [&of(12_345, "KWD"), &of(900, "JPY")]);

    // All prices together can change to another currency, but not only some of them.
    let change = async |variants: Value| sue.client.patch(&path(&bell), json!({ "variants": variants })).await;
    change(json!([{ "price": of(5, "USD") }])).await.expect_invalid("variants[0].price");
    let priced = change(json!([{ "price": euros(500) }])).await.expect(200).json;
    assert_eq!(
        (&priced["variants"][0]["price"], &priced["variants"][0]["id"]),
        (&euros(500), &bell["variants"][0]["id"])
    );
    let half = json!([{ "options": ["S"], "price": euros(1) }, { "options": ["M"], "price": of(950, "JPY") }]);
    sue.client.patch(&path(&shirt), json!({ "variants": half })).await.expect_invalid("variants[1].price");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_is_in_the_main_currency_unless_it_names_another() {
    let (world, _, sue) = shop().await;
    let file = "Handle,Title,Option1 Name,Option1 Value,Variant Price\nbell,Bell,Size,S,12.5\nlamp,Lamp,,,1.255\n";
    let bring = async |currency: Value| {
        let body = json!({ "upload": send_catalogue(&sue, file.as_bytes()).await, "currency": currency });
        let begun = sue.client.post("/v1/imports", body).await.expect(202);
        world.settle().await;
        sue.client.get(&begun.header("location")).await.expect(200).json
    };
    // Euros do not have a third decimal.
    let main = import(&world, &sue, file).await.json;
    assert_eq!((&main["created"], &main["failed_rows"], &main["currency"]), (&json!(1), &json!(1), &Value::Null));
    assert_eq!(listing(&sue, "Bell").await["variants"][0]["price"], euros(1_250));
    let dinars = bring(json!("KWD")).await;
    assert_eq!((&dinars["created"], &dinars["updated"], &dinars["currency"]), (&json!(1), &json!(1), &json!("KWD")));
    assert_eq!(listing(&sue, "Lamp").await["variants"][0]["price"], of(1_255, "KWD"));
    assert_eq!(listing(&sue, "Bell").await["variants"][0]["price"], of(12_500, "KWD"));
    // Yen have no decimals at all.
    assert_eq!(bring(json!("JPY")).await["failed_rows"], 2);

    // A variant that the file does not name keeps its price, so the two currencies would meet in one listing, which is not possible.
    let other = "Handle,Title,Option1 Name,Option1 Value,Variant Price\nbell,Bell,Size,M,3\n";
    let mixed = import(&world, &sue, other).await.json;
    assert_eq!((&mixed["updated"], &mixed["failed_rows"]), (&json!(0), &json!(1)));
    let errors = format!("/v1/imports/{}/errors", mixed["id"].as_str().unwrap());
    let told = sue.client.get(&errors).await.expect(200).json;
    assert!(told["data"][0]["message"].as_str().unwrap().contains("in one currency"), "{told}");

    let upload = send_catalogue(&sue, file.as_bytes()).await;
    for wrong in ["USD", "yen"] {
        let body = json!({ "upload": upload, "currency": wrong });
        sue.client.post("/v1/imports", body).await.expect_invalid("currency");
    }
    assert_eq!(world.dead_letters().await.len(), 0);
    world.stop().await;
}
