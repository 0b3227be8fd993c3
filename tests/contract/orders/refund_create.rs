use super::{account, available, buy, euros, line, order, paid, sale, shipment, step, text};
use crate::money::{Provider, owed, pay_out};
use futures::future::join_all;
use serde_json::{Value, json};
use tradewind_tests::{Answer, Person};

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
    let again = refund(&sue, &id, "again", json!({ "shipping": euros(1) })).await;
    assert_eq!(again.expect_problem(409, "refund_too_large").json["left"], euros(0));
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
    refund(&sue, &id, "more", json!({})).await.expect_problem(409, "nothing_to_refund");
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
    refund(&sue, &id, "e", json!({ "amount": euros(0) })).await.expect_problem(409, "nothing_to_refund");
    refund(&sue, &id, "f", json!({ "lines": [{ "line": 7 }] })).await.expect_invalid("lines");
    refund(&sue, &id, "g", json!({ "lines": [{ "line": 0, "quantity": 2 }] })).await.expect_invalid("lines");
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
