//! A currency in which a marketplace stops selling: nothing new begins in it, and whatever has begun continues.

use crate::{
    ledger::{
        currencies::{earn_in, owed, sent},
        verifications::verify,
    },
    money::{confirm, pay_out},
    orders::{buy, euros, line, of_currency as of, shipment, step, text, until},
};
use serde_json::{Value, json};
use std::time::Duration;
use tradewind_local::Options;
use tradewind_tests::{Market, World};

#[tokio::test(flavor = "multi_thread")]
async fn nothing_new_begins_in_a_withdrawn_currency_and_everything_else_goes_on() {
    let world = World::with(Options { fresh: Duration::ZERO, ..Options::default() }).await;
    let market = Market::open_in(&world, "bikes", &["EUR", "JPY"], 1_000).await;
    let (sue, bob) = (market.seller("sue").await, market.buyer("bob").await);
    let set = async |currencies: Value| {
        let set = market.admin.client.patch("/v1/marketplace", json!({ "currencies": currencies })).await.expect(200);
        World::settings_known().await;
        set
    };
    let yen = |amount: i64| of(amount, "JPY");
    let minimum = json!([euros(0), yen(100)]);
    let policy = json!({ "schedule": { "kind": "manual" }, "minimum": minimum, "hold_days": 0 });
    market.admin.client.patch("/v1/marketplace", json!({ "payouts": policy })).await.expect(200);
    let fixed = |amount: Value| json!({ "kind": "fixed", "amount": amount });
    let coupon = |code: &str| json!({ "of": "marketplace", "code": code, "discount": fixed(yen(100)) });
    market.admin.client.post("/v1/coupons", coupon("YEN-100")).await.expect(201);
    earn_in(&sue, &bob, yen(1_500), "1").await;
    let lamp = sue.sell_for("Lamp", yen(2_000), 5).await;
    let unpaid = buy(&bob, json!([line(&lamp, 1)]), "2").await;
    bob.fill_cart(&lamp, 1).await;

    set(json!([])).await;
    // The cart that was filled before still shows the listing, but does not sell it.
    let cart = bob.client.get("/v1/cart").await.expect(200).json;
    assert_eq!((&cart["lines"][0]["availability"], &cart["total"]), (&json!("not_for_sale"), &euros(0)));
    bob.client.clone().key("3").post("/v1/checkouts", json!({})).await.expect_problem(409, "not_for_sale");
    bob.client.post("/v1/checkout-quotes", json!({})).await.expect_problem(409, "not_for_sale");
    bob.client.put("/v1/cart", json!({ "lines": [line(&lamp, 1)] })).await.expect_invalid("lines[0].listing");
    // No listing is created, changed or published in it, but a listing can be withdrawn from sale, given new prices, and closed.
    let path = format!("/v1/listings/{}", text(&lamp["id"]));
    let new = json!({ "title": "Bell", "variants": [{ "price": yen(900), "stock": 1 }] });
    sue.client.post("/v1/listings", new).await.expect_invalid("variants[0].price");
    sue.client.patch(&path, json!({ "title": "Big lamp" })).await.expect_invalid("variants[0].price");
    market.anybody().get(&path).await.expect(200);
    // No coupon with an amount in it can be created, and the existing one can be ended.
    market.admin.client.post("/v1/coupons", coupon("YEN-200")).await.expect_invalid("discount.amount.currency");
    market.admin.client.patch("/v1/coupons/YEN-100", json!({ "active": false })).await.expect(200);
    // The minimum for payouts in it may stay; one in a currency that was never used may not be added.
    let mut weekly = policy.clone();
    weekly["hold_days"] = json!(0);
    market.admin.client.patch("/v1/marketplace", json!({ "payouts": weekly })).await.expect(200);
    weekly["minimum"] = json!([euros(0), of(1, "KWD")]);
    let refused = market.admin.client.patch("/v1/marketplace", json!({ "payouts": weekly })).await;
    refused.expect_invalid("payouts.minimum[1].currency");

    // The order that was placed is paid, delivered and paid out, and refunds continue to work.
    confirm(&bob, &unpaid, json!({ "card": "4242424242424242" })).await.expect(202);
    let id = &unpaid["orders"][0]["id"];
    until(&bob, id, "paid").await;
    step(&sue, id, json!({ "transition": "ship", "shipment": shipment() })).await.expect(200);
    step(&bob, id, json!({ "transition": "complete" })).await.expect(200);
    assert_eq!(owed(&sue).await, [euros(0), yen(3_150)]);
    let refunds = format!("/v1/orders/{}/refunds", text(id));
    sue.client.clone().key("r").post(&refunds, json!({ "amount": yen(1_000) })).await.expect(201);
    world.settle().await;
    assert_eq!(owed(&sue).await, [euros(0), yen(2_250)]);
    pay_out(&world, &market, "run").await;
    assert_eq!(sent(&sue).await, [yen(2_250)]);
    let statement = format!("/v1/sellers/{}/statement?currency=JPY", sue.seller);
    assert_eq!(sue.client.get(&statement).await.expect(200).json["closing_balance"], yen(0));
    let trial = market.admin.client.get("/v1/trial-balance").await.expect(200).json;
    assert_eq!((&trial["currencies"][1]["currency"], &trial["currencies"][1]["sum"]), (&json!("JPY"), &yen(0)));
    assert_eq!(verify(&market.admin.client, "v").await["status"], "agrees");

    // When the currency is added again, the listing is sold again; with new prices it is sold in euros.
    set(json!(["JPY"])).await;
    bob.client.clone().key("4").post("/v1/checkouts", json!({})).await.expect(201);
    set(json!([])).await;
    let priced = json!({ "variants": [{ "price": euros(1_200) }] });
    sue.client.patch(&path, priced).await.expect(200);
    assert_eq!(buy(&bob, json!([line(&lamp, 1)]), "5").await["total"], euros(1_200));
    assert_eq!(world.dead_letters().await.len(), 0);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_in_a_withdrawn_currency_is_priced_anew_before_it_is_published() {
    let world = World::with(Options { fresh: Duration::ZERO, ..Options::default() }).await;
    let market = Market::open_in(&world, "bikes", &["EUR", "JPY"], 1_000).await;
    let sue = market.seller("sue").await;
    let body = json!({ "title": "Bell", "variants": [{ "price": of(900, "JPY"), "stock": 1 }] });
    let bell = sue.client.post("/v1/listings", body).await.expect(201).json;
    market.admin.client.patch("/v1/marketplace", json!({ "currencies": [] })).await.expect(200);
    let path = format!("/v1/listings/{}", text(&bell["id"]));
    let publish = format!("{path}/publish");
    sue.client.post(&publish, Value::Null).await.expect_problem(409, "currency_withdrawn");
    sue.client.patch(&path, json!({ "variants": [{ "price": euros(900) }] })).await.expect(200);
    sue.client.post(&publish, Value::Null).await.expect(200);
    world.stop().await;
}
