use super::{account, available, buy, euros, line, of_currency, order, sale, shipment, step, text, until};
use futures::future::join_all;
use serde_json::{Value, json};
use tradewind_tests::{Market, Person, World};

async fn check_out(buyer: &Person, key: &str, body: Value) -> tradewind_tests::Answer {
    buyer.client.clone().key(key).post("/v1/checkouts", body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cart_becomes_an_order_for_each_seller_and_one_payment() {
    let (world, market, sue, bob) = sale().await;
    let sam = market.seller("sam").await;
    let (bell, lamp) = (sue.sell("Bell", 900, 3).await, sam.sell("Lamp", 500, 4).await);
    bob.client.put("/v1/cart", json!({ "lines": [line(&bell, 2), line(&lamp, 1)] })).await.expect(200);
    let checkout = check_out(&bob, "k", json!({ "expected_total": euros(2300) })).await.expect(201).json;

    assert_eq!(checkout["total"], euros(2300));
    assert_eq!((&checkout["payment"]["status"], &checkout["payment"]["amount"]), (&json!("pending"), &euros(2300)));
    let orders = checkout["orders"].as_array().unwrap();
    let of = |seller: &Person| orders.iter().find(|o| o["seller"] == seller.seller).unwrap();
    assert_eq!((orders.len(), &of(&sue)["total"], &of(&sam)["total"]), (2, &euros(1800), &euros(500)));
    assert_eq!((&of(&sue)["status"], &of(&sue)["checkout"]), (&json!("pending_payment"), &checkout["checkout"]));
    assert_eq!(of(&sue)["lines"][0]["title"], "Bell");
    assert_eq!(&order(&bob, &of(&sue)["id"]).await, of(&sue));
    assert_eq!((available(&market, &bell).await, available(&market, &lamp).await), (1, 3));
    assert_eq!(bob.client.get("/v1/cart").await.json["lines"], json!([]));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_that_changed_is_told_and_nothing_is_bought() {
    let (world, market, sue, bob) = sale().await;
    let bell = sue.sell("Bell", 900, 3).await;
    bob.fill_cart(&bell, 2).await;
    let refused =
        check_out(&bob, "k", json!({ "expected_total": euros(1799) })).await.expect_problem(409, "price_changed");
    assert_eq!((&refused.json["expected_total"], &refused.json["total"]), (&euros(1799), &euros(1800)));
    let dollars = json!({ "expected_total": { "amount": 1800, "currency": "USD" } });
    check_out(&bob, "k", dollars).await.expect_problem(409, "price_changed");
    assert_eq!(available(&market, &bell).await, 3);
    assert_eq!(bob.client.get("/v1/orders").await.json["data"], json!([]));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sold_out_is_named_and_nothing_of_the_cart_is_bought() {
    let (world, market, sue, bob) = sale().await;
    let (bell, lamp) = (sue.sell("Bell", 900, 3).await, sue.sell("Lamp", 500, 1).await);
    let lines = json!({ "lines": [line(&bell, 1), line(&lamp, 1)] });
    bob.client.put("/v1/cart", lines).await.expect(200);
    buy(&market.buyer("ben").await, json!([line(&lamp, 1)]), "k").await;
    let refused = check_out(&bob, "k", json!({})).await.expect_problem(409, "sold_out").json;
    assert_eq!((&refused["listing"], &refused["variant"]), (&lamp["id"], &lamp["variants"][0]["id"]));
    assert_eq!(available(&market, &bell).await, 3);
    assert_eq!(bob.client.get("/v1/cart").await.json["lines"].as_array().unwrap().len(), 2);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_bought_is_refused() {
    let (world, market, sue, bob) = sale().await;
    check_out(&bob, "k", json!({})).await.expect_problem(409, "cart_empty");
    let bell = sue.sell("Bell", 900, 3).await;
    bob.fill_cart(&bell, 1).await;
    sue.client.post(&format!("/v1/listings/{}/close", text(&bell["id"])), Value::Null).await.expect(200);
    let refused = check_out(&bob, "k", json!({})).await.expect_problem(409, "not_for_sale");
    assert_eq!(refused.json["listing"], bell["id"]);

    bob.client.post("/v1/checkouts", json!({})).await.expect_problem(400, "idempotency_key_missing");
    check_out(&bob, "k2", json!({ "total": euros(1) })).await.expect(422);
    check_out(&bob, "k3", json!({ "expected_total": { "amount": "1", "currency": "EUR" } }))
        .await
        .expect_invalid("expected_total.amount");
    market.anybody().key("k").post("/v1/checkouts", json!({})).await.expect(401);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn eleven_sellers_are_too_many_for_one_checkout() {
    let (world, market, _, bob) = sale().await;
    let mut lines = vec![];
    for n in 0..11 {
        lines.push(line(&market.seller(&format!("s{n}")).await.sell("Bell", 100, 1).await, 1));
    }
    bob.client.put("/v1/cart", json!({ "lines": lines })).await.expect(200);
    check_out(&bob, "k", json!({})).await.expect_problem(409, "too_many_sellers");
    lines.pop();
    assert_eq!(buy(&bob, json!(lines), "k2").await["orders"].as_array().unwrap().len(), 10);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_buys_once_however_often_and_however_at_once() {
    let (world, market, sue, bob) = sale().await;
    let bell = sue.sell("Bell", 900, 30).await;
    bob.fill_cart(&bell, 1).await;
    let answers = join_all((0..20).map(|_| check_out(&bob, "same", json!({})))).await;
    let answers: Vec<_> = answers.into_iter().map(|answer| answer.expect(201).text).collect();
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    let again = check_out(&bob, "same", json!({})).await.expect(201);
    assert_eq!((again.text.clone(), again.header("idempotent-replayed")), (answers[0].clone(), "true".to_owned()));
    let other = json!({ "expected_total": euros(900) });
    check_out(&bob, "same", other).await.expect_problem(422, "idempotency_key_reused");
    assert_eq!(available(&market, &bell).await, 29);
    assert_eq!(bob.client.get("/v1/orders").await.json["data"].as_array().unwrap().len(), 1);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_keys_at_once_do_not_buy_one_cart_twice() {
    let (world, market, sue, bob) = sale().await;
    let bell = sue.sell("Bell", 900, 30).await;
    bob.fill_cart(&bell, 1).await;
    let (a, b) = tokio::join!(check_out(&bob, "a", json!({})), check_out(&bob, "b", json!({})));
    let mut statuses = [a.status, b.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
    assert_eq!(available(&market, &bell).await, 29);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_of_thirty_buyers_get_the_last_ten() {
    let (world, market, sue, _) = sale().await;
    let bell = sue.sell("Bell", 900, 10).await;
    let mut buyers = vec![];
    for n in 0..30 {
        let buyer = market.buyer(&format!("b{n}")).await;
        buyer.fill_cart(&bell, 1).await;
        buyers.push(buyer);
    }
    let mut bought = 0;
    for answer in join_all(buyers.iter().map(|buyer| check_out(buyer, "k", json!({})))).await {
        if answer.status == 201 {
            bought += 1;
        } else {
            answer.expect_problem(409, "sold_out");
        }
    }
    assert_eq!((bought, available(&market, &bell).await), (10, 0));
    world.stop().await;
}

async fn all_off(market: &Market, code: &str) {
    let body = json!({ "of": "marketplace", "code": code, "discount": { "kind": "percent", "basis_points": 10_000 } });
    market.admin.client.post("/v1/coupons", body).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_costs_nothing_is_paid_when_it_is_placed() {
    let (world, market, sue, bob) = sale().await;
    let bell = sue.sell("Bell", 1_000, 5).await;
    all_off(&market, "ALL").await;
    bob.fill_cart(&bell, 2).await;
    let client = bob.client.clone().key("k1");
    let checkout = client.post("/v1/checkouts", json!({ "coupon": "ALL" })).await.expect(201);
    assert_eq!(client.post("/v1/checkouts", json!({ "coupon": "ALL" })).await.expect(201).json, checkout.json);
    let checkout = checkout.json;
    assert_eq!((&checkout["total"], &checkout["payment"]["status"]), (&euros(0), &json!("captured")));
    let id = &checkout["orders"][0]["id"];
    assert_eq!((&checkout["orders"][0]["status"], &checkout["orders"][0]["funds"]), (&json!("paid"), &json!("escrow")));
    let note = checkout["orders"][0]["timeline"].as_array().unwrap().last().unwrap()["note"].clone();
    assert_eq!(note, "It cost nothing, so there was nothing to pay.");
    assert_eq!(available(&market, &bell).await, 3);
    let confirm = format!("/v1/payments/{}/confirm", text(&checkout["payment"]["id"]));
    let card = json!({ "card": "4242424242424242" });
    bob.client.post(&confirm, card).await.expect_problem(409, "payment_already_captured");

    world.advance(std::time::Duration::from_secs(3_600)).await;
    assert_eq!(world.run("orders-reservation-expire").await, 0, "nothing waits for a payment");
    world.settle().await;
    let mails = world.mails_to(&bob.email).await;
    assert!(mails.iter().any(|mail| mail.0.contains("receipt") && mail.1.contains("nothing to pay")), "{mails:?}");
    assert!(!mails.iter().any(|mail| mail.0.contains("expired")), "{mails:?}");

    let (sue, bob) = (sue.again(&market).await, bob.again(&market).await);
    step(&sue, id, json!({ "transition": "ship", "shipment": shipment() })).await.expect(200);
    step(&bob, id, json!({ "transition": "complete" })).await.expect(200);
    assert_eq!((crate::money::owed(&sue).await, account(&market, "platform_fee").await), (1_800, 1_800));
    assert!(world.dead_letters().await.is_empty());
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_free_order_waits_for_the_payment_of_what_is_bought_with_it_and_is_cancelled_alone() {
    let (world, market, sue, bob) = sale().await;
    let (gift, lamp) = (sue.sell("Gift", 0, 5).await, market.seller("ann").await.sell("Lamp", 700, 5).await);
    let checkout = buy(&bob, json!([line(&gift, 1), line(&lamp, 1)]), "k1").await;
    assert_eq!((&checkout["total"], &checkout["payment"]["status"]), (&euros(700), &json!("pending")));
    bob.pay(&checkout).await;
    world.settle().await;
    let free = checkout["orders"].as_array().unwrap().iter().find(|order| order["total"] == euros(0)).unwrap();
    until(&bob, &free["id"], "paid").await;
    step(&bob, &free["id"], json!({ "transition": "cancel" })).await.expect(200);
    world.settle().await;
    assert_eq!((available(&market, &gift).await, account(&market, "escrow").await), (5, -700));

    let alone = buy(&bob, json!([line(&gift, 5)]), "k2").await;
    assert_eq!((&alone["orders"][0]["status"], available(&market, &gift).await), (&json!("paid"), 0));
    bob.fill_cart(&gift, 1).await;
    let more = bob.client.clone().key("k3").post("/v1/checkouts", json!({})).await;
    more.expect_problem(409, "sold_out");
    assert!(world.dead_letters().await.is_empty());
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_total_that_the_provider_cannot_take_is_refused_before_stock_is_held() {
    let world = changing().await;
    let market = Market::open_in(&world, "bikes", &["EUR", "KWD"], 1_000).await;
    let (sue, bob) = (market.seller("sue").await, market.buyer("bob").await);
    let stripe = json!({ "payment_provider": "stripe" });
    market.admin.client.patch("/v1/marketplace", stripe).await.expect(200);
    World::settings_known().await;
    for (amount, currency, nearest) in [(49, "EUR", [0, 50]), (1_234, "KWD", [1_230, 1_240])] {
        let bell = sue.sell_for("Bell", of_currency(amount, currency), 5).await;
        bob.fill_cart(&bell, 1).await;
        for (path, key) in [("/v1/checkout-quotes", "q"), ("/v1/checkouts", "c")] {
            let refused = bob.client.clone().key(&format!("{key}{amount}")).post(path, json!({})).await;
            let refused = refused.expect_problem(409, "amount_not_chargeable").json;
            assert_eq!(refused["nearest"], json!(nearest.map(|amount| of_currency(amount, currency))), "{path}");
        }
        assert_eq!(available(&market, &bell).await, 5);
    }
    // The sum could be charged, but neither order could be refunded.
    let (one, two) = (sue.sell_for("One", of_currency(1_005, "KWD"), 5).await, market.seller("sam").await);
    let two = two.sell_for("Two", of_currency(1_005, "KWD"), 5).await;
    bob.client.put("/v1/cart", json!({ "lines": [line(&one, 1), line(&two, 1)] })).await.expect(200);
    let refused = bob.client.clone().key("two").post("/v1/checkout-quotes", json!({})).await;
    let refused = refused.expect_problem(409, "amount_not_chargeable").json;
    assert_eq!(refused["nearest"], json!([1_000, 1_010].map(|amount| of_currency(amount, "KWD"))));
    world.stop().await;
}

/// A world in which settings apply as soon as they are changed.
async fn changing() -> World {
    World::with(tradewind_local::Options { fresh: std::time::Duration::ZERO, ..Default::default() }).await
}

/// The tax rates of Germany: 19 per cent, 7 on books; and of France, only on books.
fn rates() -> Value {
    json!([
        { "country": "DE", "rate_basis_points": 1_900 },
        { "country": "DE", "category": "books", "rate_basis_points": 700 },
        { "country": "FR", "category": "books", "rate_basis_points": 550 },
    ])
}

async fn tax(market: &Market, more: Value) {
    let mut taxes = json!({
        "prices_include_tax": false, "remitted_by": "marketplace", "shipping_taxable": true, "rates": rates(),
    });
    taxes.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    market.admin.client.patch("/v1/marketplace", json!({ "taxes": taxes })).await.expect(200);
    World::settings_known().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_avoids_a_tax_by_leaving_out_where_they_are() {
    let world = changing().await;
    let market = world.market("bikes").await;
    let (sue, bob) = (market.seller("sue").await, market.buyer("bob").await);
    tax(&market, json!({})).await;
    let course = sue.sell("Course", 1_000, 9).await;
    bob.fill_cart(&course, 1).await;
    let quote = async |body: Value| bob.client.post("/v1/checkout-quotes", body).await.expect(200).json;
    let germany = quote(json!({ "billing_country": "DE" })).await;
    assert_eq!((&germany["tax"], &germany["complete"]), (&euros(190), &json!(true)));
    assert_eq!(quote(json!({})).await["complete"], false);
    let client = bob.client.clone().key("k1");
    client.post("/v1/checkouts", json!({})).await.expect_invalid("billing_country");
    let nowhere = json!({ "billing_country": "ZZ" });
    client.post("/v1/checkouts", nowhere).await.expect_invalid("billing_country");
    let checkout = client.post("/v1/checkouts", json!({ "billing_country": "DE" })).await.expect(201).json;
    assert_eq!(checkout["total"], euros(1_190));

    tax(&market, json!({ "default_country": "DE" })).await;
    bob.fill_cart(&course, 1).await;
    let checkout = bob.client.clone().key("k2").post("/v1/checkouts", json!({})).await.expect(201).json;
    assert_eq!(checkout["total"], euros(1_190));
    let unknown = json!({ "taxes": { "prices_include_tax": false, "remitted_by": "seller", "shipping_taxable": false,
        "rates": [{ "country": "XX", "rate_basis_points": 100 }] } });
    market.admin.client.patch("/v1/marketplace", unknown).await.expect_invalid("taxes.rates[0].country");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sending_goods_is_taxed_as_the_goods_are() {
    let world = changing().await;
    let market = world.market("bikes").await;
    let (sue, bob) = (market.seller("sue").await, market.buyer("bob").await);
    tax(&market, json!({})).await;
    let post = json!({ "id": "post", "name": "Post", "rate": { "kind": "flat", "price": euros(500) } });
    sue.client.patch(&format!("/v1/sellers/{}", sue.seller), json!({ "shipping": [post] })).await.expect(200);
    let books = json!({ "title": "Book", "category": "books", "variants": [{ "price": euros(2_000), "stock": 9 }] });
    let book = sue.client.post("/v1/listings", books).await.expect(201).json;
    let book =
        sue.client.post(&format!("/v1/listings/{}/publish", text(&book["id"])), Value::Null).await.expect(200).json;
    let lamp = sue.sell("Lamp", 2_000, 9).await;
    let on_shipping = async |lines: Value, country: &str| {
        bob.client.put("/v1/cart", json!({ "lines": lines })).await.expect(200);
        let to = json!({ "name": "Bob", "line1": "Road 1", "city": "Town", "country": country });
        let body = json!({ "ship_to": to, "shipping": { (sue.seller.clone()): "post" } });
        let quote = bob.client.post("/v1/checkout-quotes", body).await.expect(200).json;
        let lines = quote["sellers"][0]["lines"].as_array().unwrap().clone();
        let goods: i64 = lines.iter().map(|line| line["tax"]["amount"].as_i64().unwrap()).sum();
        quote["tax"]["amount"].as_i64().unwrap() - goods
    };
    // 7 per cent of 5.00, 5.5 per cent of it, and 7 and 19 per cent of half of it each.
    assert_eq!(on_shipping(json!([line(&book, 1)]), "DE").await, 35);
    assert_eq!(on_shipping(json!([line(&book, 1)]), "FR").await, 28);
    assert_eq!(on_shipping(json!([line(&book, 1), line(&lamp, 1)]), "DE").await, 18 + 48);
    tax(&market, json!({ "shipping_rate": "standard" })).await;
    assert_eq!(on_shipping(json!([line(&book, 1)]), "DE").await, 95);
    world.stop().await;
}
