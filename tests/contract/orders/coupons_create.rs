use super::{account, available, buy, euros, line, sale, shipment, step, text};
use crate::money::owed;
use futures::future::join_all;
use serde_json::{Value, json};
use std::time::Duration;
use tradewind_tests::{Answer, Person};

async fn make(person: &Person, body: Value) -> Answer {
    person.client.post("/v1/coupons", body).await
}

async fn check_out(buyer: &Person, key: &str, code: &str) -> Answer {
    buyer.client.clone().key(key).post("/v1/checkouts", json!({ "coupon": code })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_marketplace_bears_its_own_coupon_and_a_seller_theirs() {
    let (world, market, sue, bob) = sale().await;
    let bell = sue.sell("Bell", 1000, 9).await;
    let percent = |of: &str, code: &str| json!({ "of": of, "code": code, "discount": { "kind": "percent", "basis_points": 2000 } });
    make(&market.admin, percent("marketplace", "ours-20")).await.expect(201);
    make(&sue, percent("shop", "SUES-20")).await.expect(201);
    for (code, earned, fee) in [("OURS-20", 900, 100), ("sues-20", 720, -80)] {
        bob.fill_cart(&bell, 1).await;
        let before = (owed(&sue).await, account(&market, "platform_fee").await);
        let placed = check_out(&bob, code, code).await.expect(201).json;
        assert_eq!(placed["total"], euros(800), "{code}");
        bob.pay(&placed).await;
        world.settle().await;
        let id = &placed["orders"][0]["id"];
        step(&sue, id, json!({ "transition": "ship", "shipment": shipment() })).await.expect(200);
        step(&bob, id, json!({ "transition": "complete" })).await.expect(200);
        assert_eq!(owed(&sue).await - before.0, earned, "{code}");
        assert_eq!(account(&market, "platform_fee").await - before.1, fee, "{code}");
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_holds_however_many_come_at_once() {
    let (world, market, sue, _) = sale().await;
    let bell = sue.sell("Bell", 1000, 90).await;
    let body = json!({
        "of": "marketplace", "code": "FIRST-3", "discount": { "kind": "fixed", "amount": euros(100) }, "limit": 3, "limit_per_buyer": 1,
    });
    make(&market.admin, body).await.expect(201);
    let mut buyers = vec![];
    for n in 0..8 {
        let buyer = market.buyer(&format!("b{n}")).await;
        buyer.fill_cart(&bell, 1).await;
        buyers.push(buyer);
    }
    let answers = join_all(buyers.iter().map(|buyer| check_out(buyer, "1", "FIRST-3"))).await;
    assert_eq!(answers.iter().filter(|a| a.status == 201).count(), 3);
    assert!(answers.iter().filter(|a| a.status != 201).all(|a| a.code() == "coupon_used_up"));
    assert_eq!(available(&market, &bell).await, 87);
    let winner = buyers.iter().zip(&answers).find(|(_, a)| a.status == 201).unwrap().0;
    winner.fill_cart(&bell, 1).await;
    check_out(winner, "2", "FIRST-3").await.expect_problem(409, "coupon_used_up_by_you");

    // A buyer who does not pay has not used the coupon.
    world.advance(Duration::from_secs(16 * 60)).await;
    world.run("orders-reservation-expire").await;
    let admin = Person::log_in(&market.anybody(), &market.admin.email).await;
    assert_eq!(admin.client.get("/v1/coupons/first-3").await.expect(200).json["used"], 0);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_coupon_that_cannot_be_used_says_why() {
    let (world, market, sue, bob) = sale().await;
    let sam = market.seller("sam").await;
    let bell = sue.sell("Bell", 1000, 9).await;
    let fixed = json!({ "kind": "fixed", "amount": euros(100) });
    let with = |code: &str, more: Value| {
        let mut body = json!({ "of": "marketplace", "code": code, "discount": fixed });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    make(&market.admin, with("LATER", json!({ "starts_at": "2099-01-01T00:00:00Z" }))).await.expect(201);
    make(&market.admin, with("OVER", json!({ "ends_at": "2020-01-01T00:00:00Z" }))).await.expect(201);
    make(&market.admin, with("BIG", json!({ "minimum": euros(5000) }))).await.expect(201);
    make(&sam, json!({ "of": "shop", "code": "SAMS", "discount": fixed })).await.expect(201);
    make(&market.admin, with("ENDED", json!({}))).await.expect(201);
    market.admin.client.patch("/v1/coupons/ENDED", json!({ "active": false })).await.expect(200);
    bob.fill_cart(&bell, 1).await;
    for (code, why) in [
        ("LATER", "coupon_not_started"),
        ("OVER", "coupon_ended"),
        ("BIG", "coupon_below_minimum"),
        ("SAMS", "coupon_not_for_these"),
        ("ENDED", "coupon_inactive"),
        ("NOBODY", "coupon_unknown"),
    ] {
        check_out(&bob, code, code).await.expect_problem(409, why);
    }
    check_out(&bob, "x", "no such thing").await.expect_invalid("coupon");
    make(&market.admin, with("BIG", json!({}))).await.expect_problem(409, "coupon_code_taken");
    make(&sue, with("MINE", json!({}))).await.expect_problem(403, "admin_required");
    make(&bob, json!({ "of": "shop", "code": "MINE", "discount": fixed })).await.expect_problem(403, "seller_required");
    make(&market.admin, with("LONG", json!({ "limit": 0 }))).await.expect_invalid("limit");
    sue.client.get("/v1/coupons/SAMS").await.expect_problem(404, "not_found");
    let all = market.admin.client.get("/v1/coupons").await.expect(200).json;
    assert_eq!(all["data"].as_array().unwrap().len(), 5);
    let placed = buy(&bob, json!([line(&bell, 1)]), "plain").await;
    assert_eq!(text(&placed["total"]["currency"]), "EUR");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_use_comes_back_when_all_of_the_checkout_has_gone_back() {
    let (world, market, sue, bob) = sale().await;
    let ann = market.seller("ann").await;
    let (bell, lamp) = (sue.sell("Bell", 1000, 9).await, ann.sell("Lamp", 1000, 9).await);
    let ten = json!({ "kind": "percent", "basis_points": 1000 });
    for (code, returns) in [("ONE", true), ("KEPT", false)] {
        let body =
            json!({ "of": "marketplace", "code": code, "discount": ten, "limit_per_buyer": 1, "returns_use": returns });
        make(&market.admin, body).await.expect(201);
    }
    let used = async |code: &str| {
        market.admin.client.get(&format!("/v1/coupons/{code}")).await.expect(200).json["used"].clone()
    };
    let bought = async |code: &str, key: &str| {
        let cart = json!({ "lines": [line(&bell, 1), line(&lamp, 1)] });
        bob.client.put("/v1/cart", cart).await.expect(200);
        let checkout = check_out(&bob, key, code).await.expect(201).json;
        bob.pay(&checkout).await;
        world.settle().await;
        checkout["orders"].clone()
    };
    let orders = bought("ONE", "1").await;
    let sues = usize::from(orders[0]["seller"] != json!(sue.seller));
    step(&sue, &orders[sues]["id"], json!({ "transition": "cancel" })).await.expect(200);
    assert_eq!(used("ONE").await, 1, "the other order still uses it");
    let path = format!("/v1/orders/{}/refunds", text(&orders[1 - sues]["id"]));
    ann.client.clone().key("r").post(&path, json!({})).await.expect(201);
    assert_eq!(used("ONE").await, 0);

    // Both are cancelled at the same time, and the use is given back once.
    let orders = bought("ONE", "2").await;
    let (one, other) = (
        step(&market.admin, &orders[0]["id"], json!({ "transition": "cancel" })),
        step(&market.admin, &orders[1]["id"], json!({ "transition": "cancel" })),
    );
    let (one, other) = tokio::join!(one, other);
    assert_eq!((one.status, other.status), (200, 200), "{} {}", one.text, other.text);
    assert_eq!(used("ONE").await, 0);

    let orders = bought("KEPT", "3").await;
    for place in 0..2 {
        step(&market.admin, &orders[place]["id"], json!({ "transition": "cancel" })).await.expect(200);
    }
    assert_eq!(used("KEPT").await, 1);
    bob.client.put("/v1/cart", json!({ "lines": [line(&bell, 1)] })).await.expect(200);
    check_out(&bob, "4", "KEPT").await.expect_problem(409, "coupon_used_up_by_you");
    let raise = json!({ "limit_per_buyer": 2, "limit": 5, "returns_use": true });
    let raised = market.admin.client.patch("/v1/coupons/KEPT", raise).await.expect(200).json;
    assert_eq!((&raised["limit_per_buyer"], &raised["limit"]), (&json!(2), &json!(5)));
    let freed = market.admin.client.patch("/v1/coupons/KEPT", json!({ "limit": null })).await.expect(200).json;
    assert_eq!((&freed["limit"], &freed["limit_per_buyer"]), (&Value::Null, &json!(2)));
    check_out(&bob, "5", "KEPT").await.expect(201);
    world.settle().await;
    world.stop().await;
}
