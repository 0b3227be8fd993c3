use super::{account, available, buy, euros, line, order, paid, sale, shipment, step, text};
use crate::money::{Provider, owed, pay_out};
use futures::future::join_all;
use serde_json::{Value, json};
use std::time::Duration;
use tradewind_tests::{Answer, Market, Person, World};

async fn refund(person: &Person, id: &Value, key: &str, body: Value) -> Answer {
    person.client.clone().key(key).post(&format!("/v1/orders/{}/refunds", text(id)), body).await
}

async fn complete(sue: &Person, bob: &Person, id: &Value) {
    step(sue, id, json!({ "transition": "ship", "shipment": shipment() })).await.expect(200);
    step(bob, id, json!({ "transition": "complete" })).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_came_back_is_refunded_out_of_escrow_and_can_be_sold_again() {
    let (world, market, sue, bob) = sale().await;
    let bell = sue.sell("Bell", 1000, 5).await;
    let checkout = buy(&bob, json!([line(&bell, 3)]), "1").await;
    bob.pay(&checkout).await;
    world.settle().await;
    let id = checkout["orders"][0]["id"].clone();
    let body = json!({ "lines": [{ "line": 0, "quantity": 1, "restock": 1 }], "reason": "One was broken." });
    let first = refund(&sue, &id, "r1", body.clone()).await.expect(201).json;
    assert_eq!((&first["amount"], &first["status"]), (&euros(1000), &json!("requested")));
    assert_eq!(refund(&sue, &id, "r1", body).await.expect(201).json, first);
    world.settle().await;

    let list = bob.client.get(&format!("/v1/orders/{}/refunds", text(&id))).await.expect(200).json;
    assert_eq!((&list["data"][0]["status"], list["data"].as_array().unwrap().len()), (&json!("settled"), 1));
    let seen = order(&bob, &id).await;
    assert_eq!((&seen["refunded"], &seen["lines"][0]["refunded"]), (&euros(1000), &euros(1000)));
    assert_eq!(
        seen["timeline"].as_array().unwrap().last().unwrap()["note"],
        "10.00 EUR goes back to the buyer. One was broken."
    );
    assert_eq!(available(&market, &bell).await, 3);
    assert_eq!((account(&market, "escrow").await, account(&market, "provider_clearing").await), (-2000, 2000));
    complete(&sue, &bob, &id).await;
    assert_eq!((owed(&sue).await, account(&market, "platform_fee").await), (1800, -200));
    assert_eq!(
        world.mails_to(&bob.email).await.iter().filter(|(subject, _)| subject.starts_with("A refund")).count(),
        1
    );
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_payout_only_an_administrator_refunds_and_the_next_sale_makes_up_for_it() {
    let (world, market, sue, bob) = sale().await;
    let bell = sue.sell("Bell", 1000, 5).await;
    let id = paid(&bob, &bell, "1").await;
    complete(&sue, &bob, &id).await;
    pay_out(&world, &market, "1").await;
    refund(&sue, &id, "r1", json!({})).await.expect_problem(409, "seller_balance_too_low");
    refund(&market.admin, &id, "r2", json!({})).await.expect(201);
    world.settle().await;
    assert_eq!((owed(&sue).await, account(&market, "provider_clearing").await), (-900, -900));
    pay_out(&world, &market, "2").await;
    assert_eq!(owed(&sue).await, -900);
    let next = paid(&bob, &bell, "2").await;
    complete(&sue, &bob, &next).await;
    assert_eq!(owed(&sue).await, 0);
    let more = paid(&bob, &bell, "3").await;
    complete(&sue, &bob, &more).await;
    pay_out(&world, &market, "3").await;
    assert_eq!((owed(&sue).await, account(&market, "provider_clearing").await), (0, 200));
    assert_eq!(account(&market, "platform_fee").await, -200);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn shipping_stays_unless_it_is_asked_for_and_goes_back_once() {
    let (world, market, sue, bob) = sale().await;
    let post = json!({ "id": "post", "name": "Post", "rate": { "kind": "flat", "price": euros(490) } });
    sue.client.patch(&format!("/v1/sellers/{}", sue.seller), json!({ "shipping": [post] })).await.expect(200);
    let bell = sue.sell("Bell", 1000, 5).await;
    bob.fill_cart(&bell, 2).await;
    let address = json!({ "name": "Bob", "line1": "Road 1", "city": "Town", "country": "DE" });
    let choice = json!({ "ship_to": address, "shipping": { (sue.seller.clone()): "post" } });
    let checkout = bob.client.clone().key("1").post("/v1/checkouts", choice).await.expect(201).json;
    assert_eq!(checkout["total"], euros(2490));
    bob.pay(&checkout).await;
    world.settle().await;
    let id = checkout["orders"][0]["id"].clone();

    let lines = json!({ "lines": [{ "line": 0, "quantity": 2 }] });
    let goods = refund(&sue, &id, "goods", lines).await.expect(201).json;
    assert_eq!(goods["amount"], euros(2000));
    let too_much = json!({ "shipping": euros(491) });
    refund(&sue, &id, "more", too_much).await.expect_problem(409, "refund_too_large");
    let post = refund(&sue, &id, "post", json!({ "shipping": euros(490) })).await.expect(201).json;
    assert_eq!(post["amount"], euros(490));
    refund(&sue, &id, "again", json!({ "shipping": euros(1) })).await.expect_problem(409, "already_refunded");
    world.settle().await;
    assert_eq!(order(&bob, &id).await["refunded"], euros(2490));
    assert_eq!((account(&market, "escrow").await, account(&market, "provider_clearing").await), (0, 0));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_marketplace_can_keep_its_fee() {
    let (world, market, sue, bob) = sale().await;
    let id = paid(&bob, &sue.sell("Bell", 1000, 5).await, "1").await;
    complete(&sue, &bob, &id).await;
    refund(&sue, &id, "r1", json!({ "keep_fee": true })).await.expect_problem(403, "admin_required");
    refund(&market.admin, &id, "r2", json!({ "keep_fee": true })).await.expect(201);
    world.settle().await;
    assert_eq!((owed(&sue).await, account(&market, "platform_fee").await), (-100, -100));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn however_many_ask_at_once_never_more_goes_back_than_was_paid() {
    let (world, market, sue, bob) = sale().await;
    let id = paid(&bob, &sue.sell("Bell", 1000, 5).await, "1").await;
    let ask = async |n: usize| refund(&sue, &id, &format!("r{n}"), json!({ "amount": euros(300) })).await;
    let answers = join_all((0..12).map(ask)).await;
    let made = answers.iter().filter(|answer| answer.status == 201).count();
    let refused: Vec<_> = answers.iter().filter(|a| a.status != 201).map(|a| (a.status, a.code().to_owned())).collect();
    assert_eq!(made, 3, "{refused:?}");
    assert!(refused.iter().all(|(_, code)| code == "refund_too_large" || code == "contention"), "{refused:?}");
    world.settle().await;
    assert_eq!((account(&market, "escrow").await, account(&market, "refunds").await), (-100, 0));
    refund(&sue, &id, "rest", json!({})).await.expect(201);
    refund(&sue, &id, "more", json!({})).await.expect_problem(409, "already_refunded");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_go_back_says_why() {
    let (world, market, sue, bob) = sale().await;
    let bell = sue.sell("Bell", 1000, 5).await;
    let unpaid = buy(&bob, json!([line(&bell, 1)]), "0").await["orders"][0]["id"].clone();
    refund(&sue, &unpaid, "a", json!({})).await.expect_problem(409, "not_paid");
    let id = paid(&bob, &bell, "1").await;
    refund(&bob, &id, "b", json!({})).await.expect_problem(403, "refund_not_yours");
    let sam = market.seller("sam").await;
    refund(&sam, &id, "c", json!({})).await.expect_problem(404, "not_found");
    refund(&sue, &id, "d", json!({ "amount": euros(1001) })).await.expect_problem(409, "refund_too_large");
    refund(&sue, &id, "e", json!({ "amount": euros(0) })).await.expect_invalid("amount");
    refund(&sue, &id, "e1", json!({ "amount": euros(-5) })).await.expect_invalid("amount");
    refund(&sue, &id, "e2", json!({ "shipping": euros(-5) })).await.expect_invalid("shipping");
    let below = json!({ "lines": [{ "line": 0, "amount": euros(-5) }] });
    refund(&sue, &id, "e3", below).await.expect_invalid("lines[0].amount");
    // An empty request refunds all that is left; a field that is present but empty is refused, because nobody can mean that.
    refund(&sue, &id, "e4", json!({ "lines": [] })).await.expect_invalid("lines");
    for field in ["amount", "lines", "shipping"] {
        refund(&sue, &id, field, json!({ field: null })).await.expect_invalid(field);
    }
    sue.client
        .clone()
        .key("e5")
        .send_raw(
            hyper::Method::POST,
            &format!("/v1/orders/{}/refunds", id.as_str().unwrap()),
            &[("content-type", "application/json")],
            "null".into(),
        )
        .await
        .expect_invalid("body");
    refund(&sue, &id, "f", json!({ "lines": [{ "line": 7 }] })).await.expect_invalid("lines[0].line");
    refund(&sue, &id, "g", json!({ "lines": [{ "line": 0, "quantity": 2 }] }))
        .await
        .expect_invalid("lines[0].quantity");
    let dollars = json!({ "amount": { "amount": 1, "currency": "USD" } });
    refund(&sue, &id, "h", dollars).await.expect_invalid("amount");
    refund(&sue, &id, "i", json!({ "amount": euros(1), "lines": [{ "line": 0 }] })).await.expect_invalid("amount");
    step(&sue, &id, json!({ "transition": "cancel" })).await.expect(200);
    refund(&sue, &id, "j", json!({})).await.expect_problem(409, "already_refunded");
    world.settle().await;
    assert_eq!((account(&market, "refunds").await, account(&market, "provider_clearing").await), (0, 0));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_that_the_provider_cannot_send_stays_owed_to_the_buyer() {
    let (world, market, sue, bob) = sale().await;
    let id = paid(&bob, &sue.sell("Bell", 1000, 5).await, "1").await;
    let made = refund(&sue, &id, "r", json!({ "amount": euros(400) })).await.expect(201).json;
    world.settle().await;
    let provider = Provider::new(&world, &market).await;
    let failed = json!({ "type": "refund.failed", "subject": made["id"], "reason": "card_closed" });
    for event in ["evt_1", "evt_1", "evt_2"] {
        provider.report(&world, event, failed.clone()).await.expect(200);
    }
    world.settle().await;
    let list = bob.client.get(&format!("/v1/orders/{}/refunds", text(&id))).await.expect(200).json;
    assert_eq!((&list["data"][0]["status"], &list["data"][0]["reason"]), (&json!("failed"), &json!("card_closed")));
    assert_eq!((account(&market, "refunds").await, account(&market, "provider_clearing").await), (-400, 1000));
    assert!(world.dead_letters().await.is_empty());
    world.stop().await;
}

/// Buys with a coupon of the marketplace, and pays.
async fn with_coupon(world: &World, buyer: &Person, lines: Value, coupon: &str, more: Value) -> Value {
    buyer.client.put("/v1/cart", json!({ "lines": lines })).await.expect(200);
    let mut body = more;
    body["coupon"] = json!(coupon);
    let checkout = buyer.client.clone().key(coupon).post("/v1/checkouts", body).await.expect(201).json;
    if checkout["total"]["amount"] != 0 {
        buyer.pay(&checkout).await;
    }
    world.settle().await;
    checkout["orders"][0]["id"].clone()
}

async fn coupon(market: &Market, code: &str, discount: Value) {
    let body = json!({ "of": "marketplace", "code": code, "discount": discount, "limit_per_buyer": 1 });
    market.admin.client.post("/v1/coupons", body).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn three_units_for_ten_go_back_one_by_one() {
    let (world, market, sue, bob) = sale().await;
    let (bell, lamp) = (sue.sell("Bell", 350, 9).await, sue.sell("Lamp", 100, 9).await);
    coupon(&market, "HALF", json!({ "kind": "fixed", "amount": euros(52) })).await;
    let id = with_coupon(&world, &bob, json!([line(&bell, 3), line(&lamp, 1)]), "HALF", json!({})).await;
    let bells = order(&bob, &id).await["lines"][0]["total"]["amount"].as_i64().unwrap();
    let mut back = vec![];
    for key in ["a", "b", "c"] {
        let one = refund(&sue, &id, key, json!({ "lines": [{ "line": 0, "quantity": 1 }] })).await.expect(201).json;
        assert_eq!(one["pieces"][0]["units"], 1);
        back.push(one["amount"]["amount"].as_i64().unwrap());
    }
    assert_eq!(back.iter().sum::<i64>(), bells);
    assert!(back[2] - back[0] <= 1, "{back:?}");
    let fourth = refund(&sue, &id, "d", json!({ "lines": [{ "line": 0, "quantity": 1 }] })).await;
    assert_eq!(fourth.expect_problem(409, "refund_too_large").json["units_left"], 0);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_marketplace_paid_goes_back_to_it_with_a_full_refund() {
    let (world, market, sue, bob) = sale().await;
    let post = json!({ "id": "post", "name": "Post", "rate": { "kind": "flat", "price": euros(490) } });
    sue.client.patch(&format!("/v1/sellers/{}", sue.seller), json!({ "shipping": [post] })).await.expect(200);
    let tent = sue.sell("Tent", 3_000, 5).await;
    let sent = json!({
        "ship_to": { "name": "Bob", "line1": "Road 1", "city": "Town", "country": "DE" },
        "shipping": { (sue.seller.clone()): "post" },
    });
    for (code, done) in [("BIG-1", false), ("BIG-2", true)] {
        coupon(&market, code, json!({ "kind": "fixed", "amount": euros(50_000) })).await;
        let id = with_coupon(&world, &bob, json!([line(&tent, 1)]), code, sent.clone()).await;
        if done {
            complete(&sue, &bob, &id).await;
        }
        let made = refund(&market.admin, &id, code, json!({})).await.expect(201).json;
        assert_eq!(made["amount"], euros(490), "the buyer had paid the shipping alone");
        world.settle().await;
        let seen = order(&sue, &id).await;
        assert_eq!(
            (&seen["status"], &seen["possible"], &seen["refunded"]),
            (&json!("refunded"), &json!([]), &euros(490))
        );
        assert_eq!((owed(&sue).await, account(&market, "platform_fee").await), (0, 0), "{code}");
        assert_eq!((account(&market, "escrow").await, account(&market, "provider_clearing").await), (0, 0));
    }
    assert_eq!(available(&market, &tent).await, 4, "the first never left the shop");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn units_that_a_coupon_paid_whole_are_refunded_without_money() {
    let (world, market, sue, bob) = sale().await;
    let (tent, bell) = (sue.sell("Tent", 3_000, 5).await, sue.sell("Bell", 1_000, 5).await);
    let shop = sue.seller.clone();
    let post = json!({ "id": "post", "name": "Post", "rate": { "kind": "flat", "price": euros(490) } });
    sue.client.patch(&format!("/v1/sellers/{shop}"), json!({ "shipping": [post] })).await.expect(200);
    let sent = json!({
        "ship_to": { "name": "Bob", "line1": "Road 1", "city": "Town", "country": "DE" }, "shipping": { (shop): "post" },
    });
    coupon(&market, "ALL", json!({ "kind": "percent", "basis_points": 10_000 })).await;
    let id = with_coupon(&world, &bob, json!([line(&tent, 2), line(&bell, 1)]), "ALL", sent).await;
    complete(&sue, &bob, &id).await;
    let before = (owed(&sue).await, account(&market, "platform_fee").await);
    let body = json!({ "lines": [{ "line": 0, "quantity": 1, "restock": 1 }], "reason": "Torn." });
    let made = refund(&market.admin, &id, "one", body).await.expect(201).json;
    assert_eq!((&made["amount"], &made["status"]), (&euros(0), &json!("settled")));
    let after = (owed(&sue).await, account(&market, "platform_fee").await);
    assert_eq!(
        (after.0 - before.0, after.1 - before.1),
        (-2_700, -2_700),
        "27.00 of the seller's, 3.00 of fee against 30.00"
    );
    assert_eq!(available(&market, &tent).await, 4);
    world.settle().await;
    let verified = crate::money::verified(&world, &market).await;
    assert_eq!(verified["status"], "agrees", "{verified}");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_of_which_all_went_back_ends_wherever_it_is() {
    let (world, market, sue, bob) = sale().await;
    let bell = sue.sell("Bell", 1000, 9).await;
    let paid_one = paid(&bob, &bell, "1").await;
    refund(&sue, &paid_one, "a", json!({ "amount": euros(1000) })).await.expect(201);
    let seen = order(&sue, &paid_one).await;
    assert_eq!(
        (&seen["status"], &seen["possible"], &seen["waits_for"]),
        (&json!("refunded"), &json!([]), &Value::Null)
    );
    assert_eq!(available(&market, &bell).await, 9);
    let ship = json!({ "transition": "ship", "shipment": shipment() });
    step(&sue, &paid_one, ship.clone()).await.expect_problem(409, "transition_impossible");

    let sent = paid(&bob, &bell, "2").await;
    step(&sue, &sent, ship).await.expect(200);
    refund(&sue, &sent, "b", json!({})).await.expect(201);
    assert_eq!((order(&bob, &sent).await["status"].clone(), available(&market, &bell).await), (json!("refunded"), 8));
    // The goods come back by post, and are for sale again.
    let back = json!({ "lines": [{ "line": 0, "restock": 1 }] });
    refund(&sue, &sent, "c", back.clone()).await.expect(201);
    refund(&sue, &sent, "d", back).await.expect_problem(409, "refund_too_large");
    assert_eq!(available(&market, &bell).await, 9);

    let done = paid(&bob, &bell, "3").await;
    complete(&sue, &bob, &done).await;
    refund(&sue, &done, "e", json!({})).await.expect(201);
    assert_eq!(order(&bob, &done).await["status"], "refunded");
    world.settle().await;
    assert_eq!((owed(&sue).await, account(&market, "provider_clearing").await), (0, 0));
    world.advance(Duration::from_secs(60 * 24 * 60 * 60)).await;
    world.run("orders-timer").await;
    assert!(world.dead_letters().await.is_empty());
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_about_a_refund_names_what_went_back_and_why() {
    let (world, market, sue, bob) = sale().await;
    let (bell, lamp) = (sue.sell("Bell", 1000, 9).await, sue.sell("Lamp", 2_500, 9).await);
    let checkout = buy(&bob, json!([line(&bell, 2), line(&lamp, 1)]), "1").await;
    bob.pay(&checkout).await;
    world.settle().await;
    let id = &checkout["orders"][0]["id"];
    let body = json!({ "lines": [{ "line": 0, "quantity": 1 }], "reason": "It was cracked." });
    refund(&sue, id, "a", body).await.expect(201);
    world.settle().await;
    step(&bob, id, json!({ "transition": "cancel" })).await.expect(200);
    world.settle().await;
    let mails = world.mails_to(&bob.email).await;
    let text = |subject: &str| mails.iter().find(|mail| mail.0.starts_with(subject)).unwrap().1.clone();
    let refunded = text("A refund");
    assert!(refunded.contains("1 × Bell: 10.00 EUR") && !refunded.contains("Lamp"), "{refunded}");
    assert!(refunded.contains("Why: It was cracked."), "{refunded}");
    let cancelled = mails.iter().find(|mail| mail.0.ends_with("was cancelled")).unwrap().1.clone();
    assert!(cancelled.contains("35.00 EUR of your payment of 45.00 EUR go back to you"), "{cancelled}");
    assert!(world.mails_to(&market.admin.email).await.iter().all(|mail| !mail.0.contains("refund")));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_unit_comes_back_together_with_those_that_had_not() {
    let (world, market, sue, bob) = sale().await;
    let bell = sue.sell("Bell", 1000, 5).await;
    let checkout = buy(&bob, json!([line(&bell, 2)]), "k").await;
    bob.pay(&checkout).await;
    let id = checkout["orders"][0]["id"].clone();
    world.settle().await;
    refund(&sue, &id, "a", json!({ "lines": [{ "line": 0, "quantity": 1 }] })).await.expect(201);
    assert_eq!(available(&market, &bell).await, 3);
    refund(&sue, &id, "b", json!({ "lines": [{ "line": 0, "quantity": 1, "restock": 1 }] })).await.expect(201);
    world.settle().await;
    assert_eq!((available(&market, &bell).await, account(&market, "provider_clearing").await), (5, 0));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn units_beside_an_amount_are_counted() {
    let (world, _, sue, bob) = sale().await;
    let checkout = buy(&bob, json!([line(&sue.sell("Bell", 1_000, 5).await, 2)]), "1").await;
    bob.pay(&checkout).await;
    world.settle().await;
    let id = checkout["orders"][0]["id"].clone();
    let worn = json!({ "lines": [{ "line": 0, "quantity": 1, "amount": euros(400) }], "reason": "Worn." });
    let one = refund(&sue, &id, "a", worn).await.expect(201).json;
    assert_eq!((&one["amount"], &one["pieces"][0]["units"]), (&euros(400), &json!(1)));
    let two = json!({ "lines": [{ "line": 0, "quantity": 2 }] });
    refund(&sue, &id, "b", two).await.expect_problem(409, "refund_too_large");
    let rest = refund(&sue, &id, "e", json!({})).await.expect(201).json;
    assert_eq!((&rest["amount"], &rest["pieces"][0]["units"]), (&euros(1_600), &json!(1)));
    world.stop().await;
}
