//! Buying in the further currencies of a marketplace: one at a time, and never converted.

use super::{available, euros, line, of_currency as of, text};
use serde_json::{Value, json};
use tradewind_tests::{Answer, Market, Person, World};

/// A marketplace with euros, yen without decimals and dinars with three, a seller and a buyer.
pub async fn sale() -> (World, Market, Person, Person) {
    let world = World::start().await;
    let market = Market::open_in(&world, "bikes", &["EUR", "JPY", "KWD"], 1_000).await;
    let (sue, bob) = (market.seller("sue").await, market.buyer("bob").await);
    (world, market, sue, bob)
}

async fn fill(buyer: &Person, lines: Value) -> Value {
    buyer.client.put("/v1/cart", json!({ "lines": lines })).await.expect(200).json
}

async fn check_out(buyer: &Person, key: &str, body: Value) -> Answer {
    buyer.client.clone().key(key).post("/v1/checkouts", body).await
}

async fn quote(buyer: &Person, body: Value) -> Answer {
    buyer.client.post("/v1/checkout-quotes", body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mixed_cart_is_shown_and_not_sold() {
    let (world, market, sue, bob) = sale().await;
    let sam = market.seller("sam").await;
    let bell = sue.sell("Bell", 1_999, 5).await;
    let (lamp, lock) =
        (sue.sell_for("Lamp", of(1_500, "JPY"), 5).await, sam.sell_for("Lock", of(1_250, "KWD"), 5).await);
    let cart = fill(&bob, json!([line(&lamp, 2), line(&lock, 1), line(&bell, 1)])).await;
    assert_eq!(
        (&cart["total"], &cart["totals"]),
        (&Value::Null, &json!([euros(1_999), of(3_000, "JPY"), of(1_250, "KWD")]))
    );
    let before = bob.client.get("/v1/cart").await.expect(200);
    assert_eq!(before.json, cart);

    for refused in [quote(&bob, json!({})).await, check_out(&bob, "1", json!({})).await] {
        let refused = refused.expect_problem(409, "mixed_currencies");
        assert_eq!(refused.json["currencies"], json!(["EUR", "JPY", "KWD"]));
        assert!(text(&refused.json["detail"]).contains("EUR and JPY and KWD"), "{}", refused.text);
    }
    // This changed nothing.
    let after = bob.client.get("/v1/cart").await.expect(200);
    assert_eq!((&after.json, after.header("etag")), (&before.json, before.header("etag")));
    assert_eq!(bob.client.get("/v1/orders").await.expect(200).json["data"], json!([]));
    for listing in [&bell, &lamp, &lock] {
        assert_eq!(available(&market, listing).await, 5);
    }

    // They are bought one currency at a time; a total in another currency is a different total.
    let cart = fill(&bob, json!([line(&lamp, 2)])).await;
    assert_eq!((&cart["total"], &cart["totals"]), (&of(3_000, "JPY"), &json!([of(3_000, "JPY")])));
    assert_eq!(quote(&bob, json!({})).await.expect(200).json["total"], of(3_000, "JPY"));
    let wrong = json!({ "expected_total": euros(3_000) });
    let refused = check_out(&bob, "2", wrong).await.expect_problem(409, "price_changed");
    assert_eq!((&refused.json["expected_total"], &refused.json["total"]), (&euros(3_000), &of(3_000, "JPY")));
    let placed = check_out(&bob, "3", json!({ "expected_total": of(3_000, "JPY") })).await.expect(201).json;
    assert_eq!((&placed["total"], &placed["payment"]["amount"]), (&of(3_000, "JPY"), &of(3_000, "JPY")));
    fill(&bob, json!([line(&lock, 1)])).await;
    assert_eq!(check_out(&bob, "4", json!({})).await.expect(201).json["total"], of(1_250, "KWD"));
    assert_eq!((available(&market, &lamp).await, available(&market, &lock).await), (3, 4));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listing_that_changed_its_currency_is_not_bought_for_the_old_total() {
    let (world, _, sue, bob) = sale().await;
    let bell = sue.sell("Bell", 1_000, 5).await;
    fill(&bob, json!([line(&bell, 1)])).await;
    let yen = json!({ "variants": [{ "price": of(1_000, "JPY") }] });
    sue.client.patch(&format!("/v1/listings/{}", text(&bell["id"])), yen).await.expect(200);
    let seen = json!({ "expected_total": euros(1_000) });
    check_out(&bob, "1", seen).await.expect_problem(409, "price_changed");
    world.stop().await;
}

fn flat(id: &str, price: Value, free_from: Value) -> Value {
    json!({ "id": id, "name": id, "rate": { "kind": "flat", "price": price }, "free_from": free_from, "countries": ["DE"] })
}

#[tokio::test(flavor = "multi_thread")]
async fn shipping_is_offered_to_carts_in_its_currency_only() {
    let (world, _, sue, bob) = sale().await;
    let shop = format!("/v1/sellers/{}", sue.seller);
    let set = async |options: Value| sue.client.patch(&shop, json!({ "shipping": options })).await;
    set(json!([flat("post", of(1, "USD"), Value::Null)])).await.expect_invalid("shipping[0].rate.price.currency");
    set(json!([flat("post", euros(490), of(5_000, "JPY"))])).await.expect_invalid("shipping[0].free_from.currency");
    let both = json!([flat("post", euros(490), euros(5_000)), flat("yubin", of(800, "JPY"), of(4_000, "JPY"))]);
    set(both.clone()).await.expect(200);
    let twice = json!([flat("post", euros(490), Value::Null), flat("post", of(800, "JPY"), Value::Null)]);
    set(twice).await.expect_invalid("shipping[1].id");

    let lamp = sue.sell_for("Lamp", of(1_500, "JPY"), 9).await;
    let lock = sue.sell_for("Lock", of(1_250, "KWD"), 9).await;
    let to = json!({ "name": "Bob", "line1": "Road 1", "city": "Town", "country": "DE" });
    let by = |option: &str| json!({ "ship_to": to, "shipping": { (sue.seller.clone()): option } });
    let field = format!("shipping.{}", sue.seller);
    fill(&bob, json!([line(&lamp, 1)])).await;
    let seen = quote(&bob, by("yubin")).await.expect(200).json;
    let offered = json!([{ "id": "yubin", "name": "yubin", "price": of(800, "JPY"), "chosen": true }]);
    assert_eq!((&seen["sellers"][0]["shipping_options"], &seen["total"]), (&offered, &of(2_300, "JPY")));
    let other = quote(&bob, by("post")).await.expect(200).json;
    assert_eq!((&other["total"], &other["complete"]), (&of(1_500, "JPY"), &json!(false)));
    let refused = check_out(&bob, "1", by("post")).await.expect_invalid(&field);
    assert!(refused.text.contains("yubin") && !refused.text.contains("post,"), "{}", refused.text);
    assert_eq!(check_out(&bob, "2", by("yubin")).await.expect(201).json["total"], of(2_300, "JPY"));
    fill(&bob, json!([line(&lamp, 3)])).await;
    assert_eq!(check_out(&bob, "3", by("yubin")).await.expect(201).json["total"], of(4_500, "JPY"));

    // The seller has no way of shipping goods that are paid in dinars.
    fill(&bob, json!([line(&lock, 1)])).await;
    let seen = quote(&bob, json!({ "ship_to": to })).await.expect(200).json;
    assert_eq!((&seen["sellers"][0]["shipping_options"], &seen["complete"]), (&json!([]), &json!(false)));
    let refused = check_out(&bob, "4", by("yubin")).await.expect_invalid(&field);
    assert!(refused.text.contains("KWD"), "{}", refused.text);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_coupon_with_an_amount_is_for_its_currency_and_a_part_for_all() {
    let (world, market, sue, bob) = sale().await;
    let make = async |code: &str, discount: Value, minimum: Value| {
        let body = json!({ "of": "marketplace", "code": code, "discount": discount, "minimum": minimum });
        market.admin.client.post("/v1/coupons", body).await
    };
    let fixed = |amount: Value| json!({ "kind": "fixed", "amount": amount });
    let tenth = json!({ "kind": "percent", "basis_points": 1_000 });
    make("USD-1", fixed(of(1, "USD")), Value::Null).await.expect_invalid("discount.amount.currency");
    make("MIXED", fixed(euros(1)), of(1, "JPY")).await.expect_invalid("minimum.currency");
    make("USD-2", tenth.clone(), of(1, "USD")).await.expect_invalid("minimum.currency");
    make("YEN-200", fixed(of(200, "JPY")), Value::Null).await.expect(201);
    make("TENTH", tenth.clone(), Value::Null).await.expect(201);
    make("TENTH-EUR", tenth, euros(500)).await.expect(201);

    let bell = sue.sell("Bell", 1_000, 9).await;
    let (lamp, lock) =
        (sue.sell_for("Lamp", of(1_500, "JPY"), 9).await, sue.sell_for("Lock", of(1_255, "KWD"), 9).await);
    let other = |currency: &'static str| Err(currency);
    for (listing, code, told) in [
        (&bell, "YEN-200", other("JPY")),
        (&bell, "TENTH", Ok(euros(900))),
        (&bell, "TENTH-EUR", Ok(euros(900))),
        (&lamp, "YEN-200", Ok(of(1_300, "JPY"))),
        (&lamp, "TENTH", Ok(of(1_350, "JPY"))),
        (&lamp, "TENTH-EUR", other("EUR")),
        // A tenth of 1.255 is 0.1255, and so 0.126.
        (&lock, "TENTH", Ok(of(1_129, "KWD"))),
        (&lock, "YEN-200", other("JPY")),
    ] {
        fill(&bob, json!([line(listing, 1)])).await;
        let coupon = json!({ "coupon": code });
        let answers =
            [quote(&bob, coupon.clone()).await, check_out(&bob, &format!("{code}{}", listing["id"]), coupon).await];
        for answer in answers {
            match &told {
                Ok(total) => assert_eq!(answer.json["total"], *total, "{code}: {}", answer.text),
                Err(currency) => {
                    let refused = answer.expect_problem(409, "coupon_other_currency");
                    assert_eq!(refused.json["currency"], *currency, "{code}");
                }
            }
        }
    }
    world.stop().await;
}
