//! The currencies in which a marketplace sells: set when it is opened, changed, and withdrawn.

use crate::orders::{buy, euros, line, of_currency, order};
use serde_json::{Value, json};
use std::time::Duration;
use tradewind_local::Options;
use tradewind_tests::{Market, World};

fn opening(further: Value) -> Value {
    json!({
        "slug": "bikes", "name": "Bikes", "currency": "EUR", "currencies": further, "fee_basis_points": 1_000,
        "owner": { "email": "ada@example.com", "password": "correct horse battery", "name": "Ada" },
    })
}

/// Lists of currencies that are refused, with the field that is reported.
fn wrong() -> Vec<(Value, &'static str)> {
    let eleven = ["USD", "JPY", "KWD", "CHF", "GBP", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF"];
    vec![
        (json!(eleven), "currencies"),
        (json!("JPY"), "currencies"),
        (json!(["EUR"]), "currencies[0]"),
        (json!(["JPY", "KWD", "JPY"]), "currencies[2]"),
        (json!(["JPY", "yen"]), "currencies[1]"),
        (json!(["XAU"]), "currencies[0]"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_marketplace_opens_in_several_currencies_and_wrong_ones_are_named() {
    let world = World::start().await;
    let operator = world.operator();
    for (further, field) in wrong() {
        operator.post("/v1/marketplaces", opening(further)).await.expect_invalid(field);
    }
    let opened = operator.post("/v1/marketplaces", opening(json!(["JPY", "KWD"]))).await.expect(201).json;
    assert_eq!((&opened["currency"], &opened["currencies"]), (&json!("EUR"), &json!(["JPY", "KWD"])));
    let seen = world.anybody().at("bikes").get("/v1/marketplace").await.expect(200).json;
    assert_eq!(seen, opened);
    // A marketplace that names none sells in one currency, as before.
    let plain = world.market("books").await.anybody().get("/v1/marketplace").await.expect(200).json;
    assert_eq!(plain["currencies"], json!([]));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn currencies_are_patched_as_a_whole_and_only_by_the_admin() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let change = async |body: Value| market.admin.client.patch("/v1/marketplace", body).await;
    for (further, field) in wrong() {
        change(json!({ "currencies": further })).await.expect_invalid(field);
    }
    let seller = market.seller("sue").await;
    let body = json!({ "currencies": ["JPY"] });
    seller.client.patch("/v1/marketplace", body.clone()).await.expect_problem(403, "admin_required");
    assert_eq!(change(body).await.expect(200).json["currencies"], json!(["JPY"]));
    assert_eq!(change(json!({ "name": "Bikes & more" })).await.expect(200).json["currencies"], json!(["JPY"]));
    assert_eq!(change(json!({ "currencies": ["KWD"] })).await.expect(200).json["currencies"], json!(["KWD"]));
    assert_eq!(change(json!({ "currencies": [] })).await.expect(200).json["currencies"], json!([]));
    change(json!({ "currency": "JPY" })).await.expect_invalid("currency");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_fixed_commission_is_set_for_each_currency_and_never_converted() {
    let world = World::with(Options { fresh: Duration::ZERO, ..Options::default() }).await;
    let market = Market::open_in(&world, "bikes", &["EUR", "JPY", "KWD"], 0).await;
    let (sue, bob) = (market.seller("sue").await, market.buyer("bob").await);
    let set = async |fixed: Value| {
        let body = json!({ "commission": { "default": { "basis_points": 1_000, "fixed": fixed } } });
        let set = market.admin.client.patch("/v1/marketplace", body).await;
        World::settings_known().await;
        set
    };
    let (yen, dinar) = (|amount: i64| of_currency(amount, "JPY"), |amount: i64| of_currency(amount, "KWD"));
    set(of_currency(30, "USD")).await.expect_invalid("commission.default.fixed.currency");
    set(json!([euros(30), of_currency(1, "USD")])).await.expect_invalid("commission.default.fixed[1].currency");
    set(json!([euros(30), euros(31)])).await.expect_invalid("commission.default.fixed[1].currency");
    set(json!([euros(30), yen(-1)])).await.expect_invalid("commission.default.fixed[1].amount");
    set(json!(30)).await.expect_invalid("commission.default.fixed");
    set(json!([{ "amount": 30 }])).await.expect_invalid("commission.default.fixed[0].currency");
    let told = set(json!([euros(30), yen(50)])).await.expect(200).json;
    assert_eq!(told["commission"]["default"]["fixed"], json!([euros(30), yen(50)]));

    let fee = async |price: Value, key: &str| {
        let listing = sue.sell_for("Bell", price, 5).await;
        let placed = buy(&bob, json!([line(&listing, 1)]), key).await;
        order(&sue, &placed["orders"][0]["id"]).await["fee"].clone()
    };
    assert_eq!(fee(euros(1_000), "1").await, euros(130));
    assert_eq!(fee(yen(1_000), "2").await, yen(150));
    assert_eq!(fee(dinar(1_000), "3").await, dinar(100));
    // A single amount applies to its own currency, as it did before there were several.
    assert_eq!(set(euros(40)).await.expect(200).json["commission"]["default"]["fixed"], euros(40));
    assert_eq!((fee(euros(1_000), "4").await, fee(yen(1_000), "5").await), (euros(140), yen(100)));
    // A commission that was agreed with a seller replaces all of it.
    let path = format!("/v1/sellers/{}", sue.seller);
    let agree = async |fixed: Value| {
        let body = json!({ "commission": { "basis_points": 0, "fixed": fixed } });
        market.admin.client.patch(&path, body).await
    };
    agree(of_currency(1, "USD")).await.expect_invalid("commission.fixed.currency");
    agree(yen(7)).await.expect(200);
    assert_eq!((fee(euros(1_000), "6").await, fee(yen(1_000), "7").await), (euros(0), yen(7)));
    world.stop().await;
}
