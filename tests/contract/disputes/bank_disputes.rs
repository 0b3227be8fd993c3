//! Money that a bank takes back, however many disputes of one payment there are, and whatever was refunded before.

use crate::{
    money::{Provider, items, verified},
    orders::{account, buy, euros, line, order, sale, shipment, step, text},
};
use serde_json::{Value, json};
use tradewind_tests::{Market, Person, World};

/// A dispute of a checkout's payment.
fn opened(checkout: &Value, dispute: &str, cents: i64) -> Value {
    json!({
        "type": "dispute.opened", "payment": checkout["payment"]["id"], "dispute": dispute, "amount": euros(cents),
        "reason": "fraudulent",
    })
}

fn closed(checkout: &Value, dispute: &str, end: &str, cents: i64) -> Value {
    json!({
        "type": format!("dispute.{end}"), "payment": checkout["payment"]["id"], "dispute": dispute, "amount": euros(cents),
    })
}

/// Something for 100.00 that was bought and paid.
async fn bought(world: &World, sue: &Person, bob: &Person) -> (Value, Value) {
    let lamp = sue.sell("Lamp", 10_000, 5).await;
    let checkout = buy(bob, json!([line(&lamp, 1)]), "k").await;
    bob.pay(&checkout).await;
    world.settle().await;
    let id = checkout["orders"][0]["id"].clone();
    (checkout, id)
}

async fn refund(market: &Market, order: &Value, key: &str, body: Value) -> tradewind_tests::Answer {
    let path = format!("/v1/orders/{}/refunds", text(order));
    market.admin.client.clone().key(key).post(&path, body).await
}

/// The provider's report that a refund came back.
fn card_closed(refund: &Value) -> Value {
    json!({ "type": "refund.failed", "subject": refund["id"], "reason": "card_closed" })
}

async fn resolve(market: &Market, order: &Value, refund: &Value, body: Value) -> tradewind_tests::Answer {
    let path = format!("/v1/orders/{}/refunds/{}/resolution", text(order), text(&refund["id"]));
    market.admin.client.clone().key("resolve").post(&path, body).await
}

async fn reported(world: &World, provider: &Provider, reports: &[Value]) {
    for report in reports {
        let about = report.get("dispute").unwrap_or(&report["subject"]);
        let event = format!("evt_{}_{}_{}", text(about), text(&report["type"]), report["amount"]["amount"]);
        provider.report(world, &event, report.clone()).await.expect(200);
        world.settle().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_waits_for_every_dispute_of_its_payment_and_what_the_last_one_takes_is_gone_from_it() {
    for completed in [false, true] {
        let (world, market, sue, bob) = sale().await;
        let (checkout, id) = bought(&world, &sue, &bob).await;
        if completed {
            step(&sue, &id, json!({ "transition": "ship", "shipment": shipment() })).await.expect(200);
            step(&bob, &id, json!({ "transition": "complete" })).await.expect(200);
        }
        let provider = Provider::new(&world, &market).await;
        let both = [opened(&checkout, "dp_a", 10_000), opened(&checkout, "dp_b", 10_000)];
        reported(&world, &provider, &both).await;
        reported(&world, &provider, &[closed(&checkout, "dp_a", "won", 10_000)]).await;
        let seen = order(&sue, &id).await;
        assert_eq!(seen["disputed"], true, "one is open yet: {seen}");
        refund(&market, &id, "r1", json!({ "amount": euros(100) })).await.expect_problem(409, "payment_disputed");
        if !completed {
            assert!(!seen["possible"].as_array().unwrap().contains(&json!("cancel")), "{seen}");
            step(&sue, &id, json!({ "transition": "cancel" })).await.expect_problem(409, "payment_disputed");
        }
        reported(&world, &provider, &[closed(&checkout, "dp_b", "lost", 10_000)]).await;
        let seen = order(&sue, &id).await;
        assert_eq!((&seen["disputed"], &seen["refunded"]), (&json!(false), &euros(10_000)), "{seen}");
        refund(&market, &id, "r2", json!({})).await.expect_problem(409, "already_refunded");
        assert_eq!((account(&market, "seller_payable").await, account(&market, "platform_fee").await), (0, 0));
        assert_eq!((account(&market, "disputes").await, account(&market, "escrow").await), (0, 0));
        let verified = verified(&world, &market).await;
        assert_eq!(verified["status"], "agrees", "{verified}");
        assert!(world.dead_letters().await.is_empty());
        world.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_that_failed_is_not_sent_while_the_bank_may_give_the_money_and_is_settled_when_it_has() {
    let (world, market, sue, bob) = sale().await;
    let (checkout, id) = bought(&world, &sue, &bob).await;
    let made = refund(&market, &id, "r1", json!({})).await.expect(201).json;
    world.settle().await;
    let provider = Provider::new(&world, &market).await;
    let failed = card_closed(&made);
    reported(&world, &provider, &[failed, opened(&checkout, "dp_a", 10_000)]).await;
    for action in [json!({ "action": "retry" }), json!({ "action": "settled_otherwise", "note": "By hand." })] {
        resolve(&market, &id, &made, action).await.expect_problem(409, "payment_disputed");
    }
    reported(&world, &provider, &[closed(&checkout, "dp_a", "lost", 10_000)]).await;
    let seen = order(&bob, &id).await;
    assert_eq!((seen.get("refund_owed"), &seen["refunded"]), (None, &euros(10_000)), "{seen}");
    let list = bob.client.get(&format!("/v1/orders/{}/refunds", text(&id))).await.expect(200).json;
    assert_eq!(list["data"][0]["status"], "settled_otherwise", "{list}");
    resolve(&market, &id, &made, json!({ "action": "retry" })).await.expect_problem(409, "refund_not_failed");
    // The bank has taken the 100.00, and the buyer has received them only once.
    assert_eq!((account(&market, "refunds").await, account(&market, "provider_clearing").await), (0, 0));
    assert_eq!(account(&market, "platform_fee").await, 0);
    let mails = world.mails_to(&bob.email).await;
    assert!(mails.iter().any(|(_, text)| text.contains("bank had given it")), "{mails:?}");
    let verified = verified(&world, &market).await;
    assert_eq!(verified["status"], "agrees", "{verified}");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_that_comes_back_when_the_bank_has_given_the_money_is_nobodys_debt() {
    let (world, market, sue, bob) = sale().await;
    let (lamp, cup) = (sue.sell("Lamp", 10_000, 5).await, market.seller("sam").await.sell("Cup", 10_000, 5).await);
    let checkout = buy(&bob, json!([line(&lamp, 1), line(&cup, 1)]), "k").await;
    bob.pay(&checkout).await;
    world.settle().await;
    let provider = Provider::new(&world, &market).await;
    let (one, two) = (&checkout["orders"][0]["id"], &checkout["orders"][1]["id"]);
    refund(&market, one, "r1", json!({})).await.expect(201);
    let made = refund(&market, two, "r2", json!({ "amount": euros(5_000) })).await.expect(201).json;
    world.settle().await;
    // 50.00 are left of both; the bank takes 100.00 more, which is assigned to neither of them.
    let bank = [opened(&checkout, "dp_a", 15_000), closed(&checkout, "dp_a", "lost", 15_000)];
    reported(&world, &provider, &bank).await;
    let before = (world.mails_to(&market.admin.email).await.len(), world.mails_to(&bob.email).await.len());
    let failed = card_closed(&made);
    reported(&world, &provider, &[failed]).await;
    let seen = order(&bob, two).await;
    assert_eq!(seen.get("refund_owed"), None, "{seen}");
    assert!(!seen["timeline"].to_string().contains("owes it"), "{seen}");
    let list = bob.client.get(&format!("/v1/orders/{}/refunds", text(two))).await.expect(200).json;
    assert_eq!(list["data"][0]["status"], "settled_otherwise", "{list}");
    assert_eq!(world.mails_to(&market.admin.email).await.len(), before.0, "there is nothing to be done");
    assert_eq!(world.mails_to(&bob.email).await.len(), before.1 + 1);
    assert_eq!(account(&market, "refunds").await, 0);
    let verified = verified(&world, &market).await;
    assert_eq!(verified["status"], "agrees", "{verified}");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_told_that_a_dispute_is_won_is_told_what_another_one_took_and_what_is_owed() {
    let (world, market, sue, bob) = sale().await;
    let (checkout, id) = bought(&world, &sue, &bob).await;
    step(&sue, &id, json!({ "transition": "ship", "shipment": shipment() })).await.expect(200);
    step(&bob, &id, json!({ "transition": "complete" })).await.expect(200);
    let made = refund(&market, &id, "r1", json!({ "amount": euros(1_000) })).await.expect(201).json;
    world.settle().await;
    let provider = Provider::new(&world, &market).await;
    let both = [opened(&checkout, "dp_a", 9_000), opened(&checkout, "dp_b", 2_000)];
    reported(&world, &provider, &both).await;
    let failed = card_closed(&made);
    reported(&world, &provider, &[failed]).await;
    let (_, told) = world.mails_to(&market.admin.email).await.pop().unwrap();
    assert!(told.contains("Wait for its decision") && !told.contains("You owe it"), "{told}");
    let bank = [closed(&checkout, "dp_b", "lost", 2_000), closed(&checkout, "dp_a", "won", 9_000)];
    reported(&world, &provider, &bank).await;
    let (_, sue_told) = world.mails_to(&sue.email).await.pop().unwrap();
    assert!(sue_told.contains("20.00 EUR of the order had gone to the buyer"), "{sue_told}");
    assert!(sue_told.contains("18.00 EUR of it is taken off your balance"), "{sue_told}");
    let (_, ada_told) = world.mails_to(&market.admin.email).await.pop().unwrap();
    assert!(ada_told.contains("Gone by another dispute") && ada_told.contains("is still owed"), "{ada_told}");
    let verified = verified(&world, &market).await;
    assert_eq!(verified["status"], "agrees", "{verified}");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_what_a_bank_has_given_a_part_only_the_rest_is_owed() {
    let (world, market, sue, bob) = sale().await;
    let (checkout, id) = bought(&world, &sue, &bob).await;
    let made = refund(&market, &id, "r1", json!({})).await.expect(201).json;
    world.settle().await;
    let provider = Provider::new(&world, &market).await;
    let failed = card_closed(&made);
    let bank = [opened(&checkout, "dp_a", 6_000), closed(&checkout, "dp_a", "lost", 6_000)];
    reported(&world, &provider, &[failed]).await;
    reported(&world, &provider, &bank).await;
    assert_eq!(order(&bob, &id).await["refund_owed"], euros(4_000));
    let refused = resolve(&market, &id, &made, json!({ "action": "retry" })).await.expect_problem(409, "bank_gave_it");
    assert_eq!(refused.json["left"], euros(4_000));
    let by_hand = json!({ "action": "settled_otherwise", "note": "40.00 by bank transfer." });
    let path = format!("/v1/orders/{}/refunds/{}/resolution", text(&id), text(&made["id"]));
    market.admin.client.clone().key("by hand").post(&path, by_hand).await.expect(200);
    world.settle().await;
    assert_eq!(order(&bob, &id).await.get("refund_owed"), None);
    let verified = verified(&world, &market).await;
    assert_eq!(verified["status"], "agrees", "{verified}");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_decided_of_another_amount_and_what_no_dispute_can_be_is_for_an_administrator_to_look_at() {
    let (world, market, sue, bob) = sale().await;
    let (checkout, id) = bought(&world, &sue, &bob).await;
    let provider = Provider::new(&world, &market).await;
    let negative = json!({
        "type": "dispute.opened", "payment": checkout["payment"]["id"], "dispute": "dp_n", "amount": euros(-5),
        "reason": "x".repeat(700),
    });
    let bank = [negative, opened(&checkout, "dp_a", 10_000), closed(&checkout, "dp_a", "lost", 6_000)];
    reported(&world, &provider, &bank).await;
    let findings = market.admin.again(&market).await.client.get("/v1/reconciliation-findings").await.expect(200).json;
    let subjects: Vec<_> = findings["data"].as_array().unwrap().iter().map(|found| &found["subject"]).collect();
    assert_eq!(subjects.len(), 2, "{findings}");
    assert_eq!(order(&bob, &id).await["disputed"], true, "nothing was booked of it");
    assert_eq!(items(&world, "#dispute#").await.len(), 1);
    reported(&world, &provider, &[closed(&checkout, "dp_a", "lost", 10_000)]).await;
    assert_eq!(order(&bob, &id).await["refunded"], euros(10_000));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn goods_that_come_back_behind_their_money_are_told_to_the_seller_alone() {
    let (world, market, sue, bob) = sale().await;
    let lamp = sue.sell("Lamp", 1_000, 5).await;
    let checkout = buy(&bob, json!([line(&lamp, 2)]), "k").await;
    bob.pay(&checkout).await;
    world.settle().await;
    let id = &checkout["orders"][0]["id"];
    step(&sue, id, json!({ "transition": "ship", "shipment": shipment() })).await.expect(200);
    refund(&market, id, "r1", json!({})).await.expect(201);
    world.settle().await;
    let before = world.mails_to(&bob.email).await.len();
    let back = json!({ "lines": [{ "line": 0, "restock": 1 }] });
    let made = refund(&market, id, "r2", back).await.expect(201).json;
    assert_eq!(made["amount"], euros(0));
    world.settle().await;
    assert_eq!(world.mails_to(&bob.email).await.len(), before, "the buyer has their money");
    let (subject, body) = world.mails_to(&sue.email).await.pop().unwrap();
    assert!(subject.contains("came back") && body.contains("1 × Lamp"), "{subject}: {body}");
    let seen = order(&bob, id).await;
    let told = seen["timeline"].as_array().unwrap().iter().map(|entry| text(&entry["note"])).collect::<Vec<_>>();
    assert!(told.iter().all(|note| !note.contains("paid nothing")), "{told:?}");
    assert_eq!(crate::orders::available(&market, &lamp).await, 4);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_dispute_gave_is_settled_when_the_last_one_is_won() {
    let (world, market, sue, bob) = sale().await;
    let (checkout, id) = bought(&world, &sue, &bob).await;
    let made = refund(&market, &id, "r1", json!({})).await.expect(201).json;
    world.settle().await;
    let provider = Provider::new(&world, &market).await;
    let failed = card_closed(&made);
    let bank = [
        failed,
        opened(&checkout, "dp_a", 10_000),
        opened(&checkout, "dp_b", 10_000),
        closed(&checkout, "dp_a", "lost", 10_000),
        closed(&checkout, "dp_b", "won", 10_000),
    ];
    reported(&world, &provider, &bank).await;
    let list = bob.client.get(&format!("/v1/orders/{}/refunds", text(&id))).await.expect(200).json;
    assert_eq!(list["data"][0]["status"], "settled_otherwise", "{list}");
    assert_eq!(order(&bob, &id).await.get("refund_owed"), None);
    for name in ["refunds", "disputes", "provider_clearing", "platform_fee"] {
        assert_eq!(account(&market, name).await, 0, "{name}");
    }
    let verified = verified(&world, &market).await;
    assert_eq!(verified["status"], "agrees", "{verified}");
    world.stop().await;
}
