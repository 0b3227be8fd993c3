use crate::{
    money::owed,
    orders::{buy, changing_sale, euros, line, order, shipment, step, text, until},
};
use serde_json::{Value, json};
use tradewind_tests::{Answer, World};

/// A commission of this many basis points and nothing else.
fn fee(basis_points: impl Into<Value>) -> Value {
    let default = json!({ "basis_points": basis_points.into(), "fixed": euros(0) });
    json!({ "commission": { "default": default, "by_category": [], "tax_basis_points": 0 } })
}

fn taken(answer: &Answer) -> &Value {
    &answer.json["commission"]["default"]["basis_points"]
}

#[tokio::test(flavor = "multi_thread")]
async fn the_admin_changes_what_is_named_and_the_rest_stays() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let admin = &market.admin.client;
    let before = admin.get("/v1/marketplace").await.expect(200);
    let answer = admin.patch("/v1/marketplace", json!({ "name": "Bikes & more" })).await.expect(200);
    assert_eq!((&answer.json["name"], taken(&answer)), (&json!("Bikes & more"), &json!(1_000)));
    assert_eq!((before.version(), answer.version()), ("1".into(), "2".into()));
    let answer = admin.patch("/v1/marketplace", fee(250)).await.expect(200);
    assert_eq!((&answer.json["name"], taken(&answer)), (&json!("Bikes & more"), &json!(250)));
    for member in ["id", "slug", "currency", "created_at"] {
        assert_eq!(answer.json[member], before.json[member], "{member}");
    }
    let seen = market.anybody().get("/v1/marketplace").await.expect(200);
    assert_eq!((&seen.json, seen.version()), (&answer.json, "3".into()));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_to_an_old_version_is_refused() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let etag = market.admin.client.get("/v1/marketplace").await.expect(200).header("etag");
    let admin = market.admin.client.clone().if_match(&etag);
    admin.patch("/v1/marketplace", json!({ "name": "First" })).await.expect(200);
    let late = admin.patch("/v1/marketplace", json!({ "name": "Second" })).await;
    late.expect_problem(412, "changed");
    let seen = market.anybody().get("/v1/marketplace").await.expect(200);
    assert_eq!(seen.json["name"], "First");
    admin.if_match(&seen.header("etag")).patch("/v1/marketplace", json!({ "name": "Second" })).await.expect(200);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_for_the_admins_of_this_marketplace() {
    let world = World::start().await;
    let (bikes, books) = (world.market("bikes").await, world.market("books").await);
    let free = fee(0);
    for user in [&bikes.seller("sue").await, &bikes.buyer("bob").await] {
        user.client.patch("/v1/marketplace", free.clone()).await.expect_problem(403, "admin_required");
    }
    let stranger = books.admin.client.clone().at(&bikes.slug);
    stranger.patch("/v1/marketplace", free.clone()).await.expect_problem(401, "other_marketplace");
    bikes.anybody().patch("/v1/marketplace", free.clone()).await.expect(401);
    let operator = world.operator().at(&bikes.slug);
    operator.patch("/v1/marketplace", free).await.expect_problem(403, "account_required");
    for market in [&bikes, &books] {
        let seen = market.anybody().get("/v1/marketplace").await.expect(200);
        assert_eq!((taken(&seen), seen.version()), (&json!(1_000), "1".into()));
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fee_is_between_nothing_and_half_of_the_sale() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let change = async |body: Value| market.admin.client.patch("/v1/marketplace", body).await;
    for points in [0, 5_000] {
        let answer = change(fee(points)).await.expect(200);
        assert_eq!(taken(&answer), points);
    }
    for points in [json!(5_001), json!(-1), json!(70_000), json!(10.5), json!("10 %")] {
        change(fee(points)).await.expect_invalid("commission.default.basis_points");
    }
    for name in ["", &"x".repeat(101)] {
        change(json!({ "name": name })).await.expect_invalid("name");
    }
    // These never change.
    for (field, value) in [("slug", "books"), ("currency", "USD"), ("id", "mkt_01jd0000000000000000000000")] {
        change(json!({ field: value })).await.expect_invalid(field);
    }
    let seen = market.anybody().get("/v1/marketplace").await.expect(200);
    assert_eq!((taken(&seen), seen.version()), (&json!(5_000), "3".into()));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_fee_counts_for_orders_that_are_placed_afterwards() {
    let (world, market, sue, bob) = changing_sale().await;
    let bell = sue.sell("Bell", 1_000, 3).await;
    let before = buy(&bob, json!([line(&bell, 1)]), "before").await;
    market.admin.client.patch("/v1/marketplace", fee(2_000)).await.expect(200);
    World::settings_known().await;
    let after = buy(&bob, json!([line(&bell, 1)]), "after").await;
    let (before_id, after_id) = (&before["orders"][0]["id"], &after["orders"][0]["id"]);
    assert_eq!(order(&sue, before_id).await["fee"], euros(100));
    assert_eq!(order(&sue, after_id).await["fee"], euros(200));

    // The older order is paid and completed under the new settings, but keeps the prices with which it was placed.
    for (checkout, id) in [(&before, before_id), (&after, after_id)] {
        bob.pay(checkout).await;
        until(&bob, id, "paid").await;
        step(&sue, id, json!({ "transition": "ship", "shipment": shipment() })).await.expect(200);
        step(&bob, id, json!({ "transition": "complete" })).await.expect(200);
    }
    assert_eq!(owed(&sue).await, 900 + 800);
    assert_eq!(order(&sue, before_id).await["fee"], euros(100));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn taxes_and_commissions_by_category_count_line_by_line() {
    let (world, market, sue, bob) = changing_sale().await;
    let rules = json!({
        "commission": {
            "default": { "basis_points": 1_000, "fixed": euros(30) },
            "by_category": [{ "category": "books", "basis_points": 500 }],
            "tax_basis_points": 2_000,
        },
        "taxes": {
            "prices_include_tax": true, "remitted_by": "marketplace", "shipping_taxable": true,
            "rates": [
                { "country": "DE", "rate_basis_points": 1_900 },
                { "country": "DE", "category": "books", "rate_basis_points": 700 },
            ],
        },
    });
    market.admin.client.patch("/v1/marketplace", rules).await.expect(200);
    World::settings_known().await;
    let (bell, atlas) = (sue.sell("Bell", 1_190, 3).await, sue.sell("Atlas", 1_070, 3).await);
    let path = format!("/v1/listings/{}", text(&atlas["id"]));
    sue.client.patch(&path, json!({ "category": "books" })).await.expect(200);
    let post = json!({ "id": "post", "name": "Post", "rate": { "kind": "flat", "price": euros(595) } });
    let shop = format!("/v1/sellers/{}", sue.seller);
    sue.client.patch(&shop, json!({ "shipping": [post] })).await.expect(200);

    bob.client.put("/v1/cart", json!({ "lines": [line(&bell, 1), line(&atlas, 1)] })).await.expect(200);
    let to = json!({ "name": "Bob", "line1": "Road 1", "city": "Town", "country": "DE" });
    let choice = json!({ "ship_to": to, "shipping": { (sue.seller.clone()): "post" } });
    let quote = bob.client.post("/v1/checkout-quotes", choice.clone()).await.expect(200).json;
    assert_eq!((&quote["total"], &quote["tax"], &quote["complete"]), (&euros(2_855), &euros(328), &json!(true)));
    // 1.90 and 0.70 on the goods. Of the shipping, 3.13 belong to the bell and 2.82 to the atlas: 0.50 and 0.18.
    let placed = bob.client.clone().key("1").post("/v1/checkouts", choice).await.expect(201).json;
    assert_eq!(placed["total"], quote["total"]);
    let seen = order(&sue, &placed["orders"][0]["id"]).await;
    // A tenth of 10.00 and a twentieth of 10.00 without tax, plus 0.30, and a fifth of each as tax on top.
    assert_eq!((&seen["fee"], &seen["fee_tax"], &seen["earnings"]), (&euros(180), &euros(36), &euros(2_311)));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn null_takes_away_what_can_be_taken_away_and_is_refused_for_all_else() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let admin = &market.admin.client;
    for field in ["name", "currencies", "commission", "taxes", "payouts", "time_zone", "payment_provider"] {
        admin.patch("/v1/marketplace", json!({ field: null })).await.expect_invalid(field);
    }
    let set = admin.patch("/v1/marketplace", json!({ "accent_colour": "#0b6e4f" })).await.expect(200).json;
    assert_eq!(set["accent_colour"], "#0b6e4f");
    let cleared = admin.patch("/v1/marketplace", json!({ "accent_colour": null })).await.expect(200).json;
    assert!(cleared["accent_colour"].is_null(), "{cleared}");
    world.stop().await;
}
