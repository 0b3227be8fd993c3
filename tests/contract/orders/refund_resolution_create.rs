use super::{account, euros, order, paid, sale, text};
use crate::money::{Provider, verified};
use serde_json::{Value, json};
use tradewind_tests::{Answer, Market, Person, World};

/// A refund of 4.00 of 10.00 that the provider could not send; returns the order and the refund.
async fn failed(world: &World, market: &Market, sue: &Person, bob: &Person) -> (Value, Value) {
    let id = paid(bob, &sue.sell("Bell", 1000, 5).await, "1").await;
    let path = format!("/v1/orders/{}/refunds", text(&id));
    let body = json!({ "amount": euros(400) });
    let made = sue.client.clone().key("r").post(&path, body).await.expect(201).json["id"].clone();
    world.settle().await;
    let report = json!({ "type": "refund.failed", "subject": made, "reason": "card_closed" });
    Provider::new(world, market).await.report(world, "evt_1", report).await.expect(200);
    world.settle().await;
    (id, made)
}

async fn resolve(person: &Person, id: &Value, refund: &Value, body: Value) -> Answer {
    let path = format!("/v1/orders/{}/refunds/{}/resolution", text(id), text(refund));
    person.client.post(&path, body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_is_told_that_a_refund_could_not_be_sent_and_the_order_says_the_truth() {
    let (world, market, sue, bob) = sale().await;
    let (id, _) = failed(&world, &market, &sue, &bob).await;
    let seen = order(&bob, &id).await;
    assert_eq!((&seen["refunded"], &seen["refund_owed"]), (&euros(0), &euros(400)));
    let last = seen["timeline"].as_array().unwrap().last().unwrap()["note"].clone();
    assert_eq!(last, "4.00 EUR could not be sent back to the buyer (card closed). The marketplace owes it to them.");
    for (who, subject) in [(&bob, "Your refund"), (&market.admin, "A refund at")] {
        let mails = world.mails_to(&who.email).await;
        let told = mails.iter().filter(|mail| mail.0.starts_with(subject) && mail.0.contains("could not be sent"));
        assert_eq!(told.count(), 1, "{mails:?}");
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_that_failed_is_sent_again_once() {
    let (world, market, sue, bob) = sale().await;
    let (id, first) = failed(&world, &market, &sue, &bob).await;
    let retry = json!({ "action": "retry" });
    resolve(&sue, &id, &first, retry.clone()).await.expect_problem(403, "admin_required");
    let again = resolve(&market.admin, &id, &first, retry.clone()).await.expect(200).json;
    assert_eq!((&again["amount"], &again["status"]), (&euros(400), &json!("requested")));
    resolve(&market.admin, &id, &first, retry).await.expect_problem(409, "refund_not_failed");
    world.settle().await;
    let list = bob.client.get(&format!("/v1/orders/{}/refunds", text(&id))).await.expect(200).json;
    assert_eq!((&list["data"][0]["status"], &list["data"][0]["id"]), (&json!("settled"), &again["id"]));
    assert_eq!((&list["data"][1]["status"], &list["data"][1]["retried_as"]), (&json!("failed"), &again["id"]));
    let seen = order(&bob, &id).await;
    assert_eq!((&seen["refunded"], &seen["refund_owed"]), (&euros(400), &Value::Null));
    assert_eq!((account(&market, "refunds").await, account(&market, "provider_clearing").await), (0, 600));
    let verified = verified(&world, &market).await;
    assert_eq!(verified["status"], "agrees", "{verified}");
    assert!(world.dead_letters().await.is_empty());
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_paid_in_another_way_is_noted_and_no_longer_owed() {
    let (world, market, sue, bob) = sale().await;
    let (id, refund) = failed(&world, &market, &sue, &bob).await;
    let settled = |note: Value| json!({ "action": "settled_otherwise", "note": note });
    resolve(&market.admin, &id, &refund, json!({ "action": "settled_otherwise" })).await.expect_invalid("note");
    resolve(&market.admin, &id, &refund, json!({ "action": "retry", "note": "x" })).await.expect_invalid("note");
    let done = resolve(&market.admin, &id, &refund, settled(json!("Bank transfer 42."))).await.expect(200).json;
    assert_eq!((&done["status"], &done["note"]), (&json!("settled_otherwise"), &json!("Bank transfer 42.")));
    resolve(&market.admin, &id, &refund, settled(json!("Twice."))).await.expect_problem(409, "refund_not_failed");
    world.settle().await;
    let seen = order(&bob, &id).await;
    assert_eq!((&seen["refunded"], &seen["refund_owed"]), (&euros(400), &Value::Null));
    assert_eq!((account(&market, "refunds").await, account(&market, "platform_fee").await), (0, -400));
    let verified = verified(&world, &market).await;
    assert_eq!(verified["status"], "agrees", "{verified}");
    let mails = world.mails_to(&bob.email).await;
    assert!(mails.iter().any(|mail| mail.0.contains("in another way") && mail.1.contains("Bank transfer 42.")));
    let other = paid(&bob, &sue.sell("Lamp", 1000, 5).await, "2").await;
    resolve(&market.admin, &other, &refund, json!({ "action": "retry" })).await.expect_problem(404, "not_found");
    world.stop().await;
}
