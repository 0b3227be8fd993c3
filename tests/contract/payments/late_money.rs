//! Money that arrives after the time to pay is over, and cannot be sent back.

use crate::{
    money::{Provider, succeeded, verified},
    orders::{account, buy, euros, line, order, sale, step, text},
};
use serde_json::{Value, json};
use tradewind_tests::{Market, Person};

/// A checkout of 9.00 and 5.00 at two shops, cancelled before it was paid.
async fn called_off(market: &Market, sue: &Person, bob: &Person) -> Value {
    let (bell, lamp) = (sue.sell("Bell", 900, 3).await, market.seller("sam").await.sell("Lamp", 500, 3).await);
    let checkout = buy(bob, json!([line(&bell, 1), line(&lamp, 1)]), "k").await;
    step(bob, &checkout["orders"][0]["id"], json!({ "transition": "cancel" })).await.expect(200);
    checkout
}

fn not_returned(checkout: &Value) -> Value {
    json!({ "type": "refund.failed", "subject": checkout["payment"]["id"], "reason": "card_closed" })
}

async fn refunds(person: &Person, order: &Value) -> Vec<Value> {
    let list = person.client.get(&format!("/v1/orders/{}/refunds", text(&order["id"]))).await.expect(200).json;
    list["data"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_too_late_and_cannot_go_back_is_owed_order_by_order() {
    let (world, market, sue, bob) = sale().await;
    let checkout = called_off(&market, &sue, &bob).await;
    let provider = Provider::new(&world, &market).await;
    provider.report(&world, "evt_1", succeeded(&checkout)).await.expect(200);
    world.settle().await;
    assert_eq!(
        (account(&market, "refunds").await, account(&market, "provider_clearing").await),
        (0, 0),
        "it went back"
    );
    let mails = world.mails_to(&bob.email).await;
    let told = |(subject, text): &(String, String)| subject.contains("came too late") && text.contains("14.00 EUR");
    assert_eq!(mails.iter().filter(|mail| told(mail)).count(), 1, "{mails:?}");
    for of in checkout["orders"].as_array().unwrap() {
        let seen = order(&bob, &of["id"]).await;
        let last = seen["timeline"].as_array().unwrap().last().unwrap()["note"].clone();
        assert!(text(&last).contains("arrived too late and goes back"), "{seen}");
    }

    for event in ["evt_2", "evt_3"] {
        provider.report(&world, event, not_returned(&checkout)).await.expect(200);
        world.settle().await;
    }
    assert_eq!((account(&market, "refunds").await, account(&market, "provider_clearing").await), (-1_400, 1_400));
    let orders = checkout["orders"].as_array().unwrap();
    for (number, of) in orders.iter().enumerate() {
        let seen = order(&bob, &of["id"]).await;
        assert_eq!((&seen["status"], &seen["refund_owed"]), (&json!("cancelled"), &of["total"]), "{seen}");
        let [refund] = refunds(&bob, of).await.try_into().unwrap();
        assert_eq!((&refund["status"], &refund["amount"]), (&json!("failed"), &of["total"]));
        let path = format!("/v1/orders/{}/refunds/{}/resolution", text(&of["id"]), text(&refund["id"]));
        // One refund is sent again, the other is paid by hand.
        let action = match number {
            0 => json!({ "action": "retry" }),
            _ => json!({ "action": "settled_otherwise", "note": "Bank transfer 7." }),
        };
        market.admin.client.clone().key(&path).post(&path, action).await.expect(200);
        world.settle().await;
        assert_eq!(order(&bob, &of["id"]).await.get("refund_owed"), None);
    }
    for who in [&bob, &market.admin] {
        let mails = world.mails_to(&who.email).await;
        assert_eq!(mails.iter().filter(|mail| mail.0.contains("could not be sent")).count(), 2, "{mails:?}");
    }
    let by_hand = orders[1]["total"]["amount"].as_i64().unwrap();
    assert_eq!((account(&market, "refunds").await, account(&market, "provider_clearing").await), (0, by_hand));
    assert_eq!(account(&market, "platform_fee").await, -by_hand);
    let verified = verified(&world, &market).await;
    assert_eq!(verified["status"], "agrees", "{verified}");
    assert!(world.dead_letters().await.is_empty());
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn that_it_could_not_go_back_is_the_later_news() {
    let (world, market, sue, bob) = sale().await;
    let checkout = called_off(&market, &sue, &bob).await;
    let provider = Provider::new(&world, &market).await;
    provider.report(&world, "evt_1", succeeded(&checkout)).await.expect(200);
    world.settle().await;
    provider.report(&world, "evt_2", not_returned(&checkout)).await.expect(200);
    world.settle().await;
    let again = json!({ "type": "refund.succeeded", "subject": checkout["payment"]["id"], "amount": euros(1_400) });
    provider.report(&world, "evt_3", again).await.expect(200);
    world.settle().await;
    assert_eq!(account(&market, "refunds").await, -1_400);
    let verified = verified(&world, &market).await;
    assert_eq!(verified["status"], "agrees", "{verified}");
    assert!(world.dead_letters().await.is_empty());
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn late_money_that_the_bank_may_give_is_not_sent_as_well() {
    let (world, market, sue, bob) = sale().await;
    let checkout = called_off(&market, &sue, &bob).await;
    let provider = Provider::new(&world, &market).await;
    let report = async |event: &str, report: Value| {
        provider.report(&world, event, report).await.expect(200);
        world.settle().await;
    };
    report("evt_1", succeeded(&checkout)).await;
    report("evt_2", not_returned(&checkout)).await;
    let of_dispute = |kind: &str| json!({ "type": kind, "payment": checkout["payment"]["id"], "dispute": "dp_1", "amount": euros(1_400) });
    let mut opened = of_dispute("dispute.opened");
    opened["reason"] = json!("fraudulent");
    report("evt_3", opened).await;
    let orders = checkout["orders"].as_array().unwrap();
    let resolve = async |of: &Value, action: Value, key: &str| {
        let [refund] = refunds(&bob, of).await.try_into().unwrap();
        let path = format!("/v1/orders/{}/refunds/{}/resolution", text(&of["id"]), text(&refund["id"]));
        market.admin.client.clone().key(key).post(&path, action).await
    };
    let retry = json!({ "action": "retry" });
    for of in orders {
        resolve(of, retry.clone(), text(&of["id"])).await.expect_problem(409, "payment_disputed");
    }
    report("evt_4", of_dispute("dispute.lost")).await;
    for of in orders {
        let key = format!("lost-{}", text(&of["id"]));
        assert_eq!(refunds(&bob, of).await[0]["status"], "settled_otherwise", "the bank gave it");
        resolve(of, retry.clone(), &key).await.expect_problem(409, "refund_not_failed");
        assert_eq!(order(&bob, &of["id"]).await.get("refund_owed"), None);
    }
    world.settle().await;
    for name in ["refunds", "provider_clearing", "platform_fee", "disputes"] {
        assert_eq!(account(&market, name).await, 0, "{name}: what came in the bank took back");
    }
    let verified = verified(&world, &market).await;
    assert_eq!(verified["status"], "agrees", "{verified}");
    assert!(world.dead_letters().await.is_empty());
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn late_money_that_comes_back_when_the_bank_has_given_it_is_nobodys_debt() {
    let (world, market, sue, bob) = sale().await;
    let checkout = called_off(&market, &sue, &bob).await;
    let provider = Provider::new(&world, &market).await;
    let bank = |kind: &str| {
        json!({
            "type": kind, "payment": checkout["payment"]["id"], "dispute": "dp_1", "amount": euros(1_400), "reason": "fraudulent",
        })
    };
    let mut lost = bank("dispute.lost");
    lost.as_object_mut().unwrap().remove("reason");
    let reports = [succeeded(&checkout), bank("dispute.opened"), lost, not_returned(&checkout)];
    let mut before = 0;
    for (number, report) in reports.into_iter().enumerate() {
        before = world.mails_to(&market.admin.email).await.len();
        provider.report(&world, &format!("evt_{number}"), report).await.expect(200);
        world.settle().await;
    }
    assert_eq!(world.mails_to(&market.admin.email).await.len(), before, "there is nothing to be done");
    for of in checkout["orders"].as_array().unwrap() {
        let seen = order(&bob, &of["id"]).await;
        assert!(seen.get("refund_owed").is_none() && !seen["timeline"].to_string().contains("owes it"), "{seen}");
        assert_eq!(refunds(&bob, of).await[0]["status"], "settled_otherwise");
    }
    assert_eq!(account(&market, "refunds").await, 0);
    let verified = verified(&world, &market).await;
    assert_eq!(verified["status"], "agrees", "{verified}");
    assert!(world.dead_letters().await.is_empty());
    world.stop().await;
}
