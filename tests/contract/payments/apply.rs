use crate::{
    money::{Provider, earn, owed, pay_out, payment, payouts, succeeded, verified},
    orders::{account, available, buy, line, order, paid, sale, step, text},
};
use serde_json::{Value, json};
use tradewind_tests::{Market, World};

#[tokio::test(flavor = "multi_thread")]
async fn a_decline_that_arrives_after_the_capture_is_old_news() {
    let (world, market, sue, bob) = sale().await;
    let checkout = buy(&bob, json!([line(&sue.sell("Bell", 900, 3).await, 1)]), "k").await;
    let provider = Provider::new(&world, &market).await;
    provider.report(&world, "evt_1", succeeded(&checkout)).await.expect(200);
    world.settle().await;
    let declined = json!({ "type": "payment.failed", "payment": checkout["payment"]["id"], "reason": "card_declined" });
    provider.report(&world, "evt_0", declined).await.expect(200);
    world.settle().await;
    let paid = payment(&bob, &checkout).await;
    assert_eq!((&paid["status"], paid.get("failure")), (&json!("captured"), None));
    assert_eq!(world.dead_letters().await.len(), 0);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_capture_pays_the_orders_of_every_seller() {
    let (world, market, sue, bob) = sale().await;
    let (bell, lamp) = (sue.sell("Bell", 900, 3).await, market.seller("sam").await.sell("Lamp", 500, 3).await);
    let checkout = buy(&bob, json!([line(&bell, 2), line(&lamp, 1)]), "k").await;
    bob.pay(&checkout).await;
    world.settle().await;
    for paid in checkout["orders"].as_array().unwrap() {
        assert_eq!(order(&bob, &paid["id"]).await["status"], "paid");
    }
    assert_eq!(account(&market, "escrow").await, -2300);
    // One of the two is cancelled; the money of the other one stays where it is.
    step(&bob, &checkout["orders"][0]["id"], json!({ "transition": "cancel" })).await.expect(200);
    world.settle().await;
    let left = checkout["orders"][1]["total"]["amount"].as_i64().unwrap();
    assert_eq!((account(&market, "escrow").await, account(&market, "provider_clearing").await), (-left, left));
    assert_eq!(account(&market, "refunds").await, 0);
    assert_eq!(available(&market, &bell).await + available(&market, &lamp).await, if left == 500 { 5 } else { 4 });
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_costs_nothing_is_sold_and_cancelled_without_a_booking() {
    let (world, market, sue, bob) = sale().await;
    let gift = sue.sell("Gift", 0, 3).await;
    let checkout = buy(&bob, json!([line(&gift, 1)]), "k").await;
    world.settle().await;
    step(&bob, &checkout["orders"][0]["id"], json!({ "transition": "cancel" })).await.expect(200);
    world.settle().await;
    assert_eq!((account(&market, "provider_clearing").await, available(&market, &gift).await), (0, 3));
    assert_eq!(world.dead_letters().await.len(), 0);
    world.stop().await;
}

fn euros(cents: i64) -> Value {
    json!({ "amount": cents, "currency": "EUR" })
}

async fn findings(market: &Market) -> Vec<Value> {
    let list = market.admin.client.get("/v1/reconciliation-findings").await.expect(200).json;
    list["data"].as_array().unwrap().clone()
}

/// The number of e-mails to the administrator with this in the subject.
async fn told(world: &World, market: &Market, subject: &str) -> usize {
    world.mails_to(&market.admin.email).await.iter().filter(|mail| mail.0.contains(subject)).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bank_may_take_back_more_than_is_left() {
    let (world, market, sue, bob) = sale().await;
    let id = earn(&sue, &bob, 10_000, "1").await;
    let payment = order(&bob, &id).await["payment"].clone();
    let path = format!("/v1/orders/{}/refunds", text(&id));
    market.admin.client.clone().key("r").post(&path, json!({ "amount": euros(4_000) })).await.expect(201);
    world.settle().await;
    let provider = Provider::new(&world, &market).await;
    let opened = json!({
        "type": "dispute.opened", "payment": payment, "dispute": "dp_1", "amount": euros(10_000), "fee": euros(1_500),
        "reason": "fraudulent",
    });
    for event in ["evt_1", "evt_2"] {
        provider.report(&world, event, opened.clone()).await.expect(200);
    }
    world.settle().await;
    let dispute = market.admin.client.get("/v1/disputes/dp_1").await.expect(200).json;
    assert_eq!((&dispute["orders"][0]["amount"], &dispute["beyond"]), (&euros(6_000), &euros(4_000)));
    assert_eq!(order(&bob, &id).await["disputed"], true);
    assert_eq!((owed(&sue).await, told(&world, &market, "disputed").await), (0, 1));
    let letters = world.mails_to(&sue.email).await;
    let of_bank: Vec<_> = letters.iter().filter(|mail| mail.0.contains("A bank took a payment back")).collect();
    assert!(
        of_bank.len() == 1 && of_bank[0].1.contains("60.00 EUR") && of_bank[0].1.contains("54.00 EUR"),
        "{letters:?}"
    );
    assert!(!letters.iter().any(|mail| mail.0.contains("problem")), "the buyer reported nothing here: {letters:?}");
    pay_out(&world, &market, "1").await;
    assert!(payouts(&sue).await.is_empty(), "what the seller had been given is held");

    let lost = json!({ "type": "dispute.lost", "payment": payment, "dispute": "dp_1", "amount": euros(10_000) });
    provider.report(&world, "evt_3", lost).await.expect(200);
    world.settle().await;
    assert_eq!((account(&market, "disputes").await, account(&market, "provider_clearing").await), (0, -5_500));
    assert_eq!(account(&market, "platform_fee").await, 5_500, "the fee of 15.00, and 40.00 that had gone back before");
    assert_eq!(order(&bob, &id).await["status"], "refunded");
    assert_eq!(told(&world, &market, "was decided").await, 1);
    let letters = world.mails_to(&sue.email).await;
    assert!(letters.iter().any(|mail| mail.1.contains("The bank decided for the buyer")), "{letters:?}");
    assert!(world.dead_letters().await.is_empty());
    let verified = verified(&world, &market).await;
    assert_eq!(verified["status"], "agrees", "{verified}");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dispute_that_is_lost_before_the_goods_are_sent_ends_the_order() {
    let (world, market, sue, bob) = sale().await;
    let bell = sue.sell("Bell", 1_000, 5).await;
    let id = paid(&bob, &bell, "1").await;
    let payment = order(&bob, &id).await["payment"].clone();
    let provider = Provider::new(&world, &market).await;
    let report = |kind: &str| json!({ "type": kind, "payment": payment, "dispute": "dp_1", "amount": euros(1_000), "reason": "fraudulent" });
    provider.report(&world, "evt_1", report("dispute.opened")).await.expect(200);
    world.settle().await;
    let mut lost = report("dispute.lost");
    lost.as_object_mut().unwrap().remove("reason");
    provider.report(&world, "evt_2", lost).await.expect(200);
    world.settle().await;
    let seen = order(&sue, &id).await;
    assert_eq!((&seen["status"], &seen["possible"]), (&json!("refunded"), &json!([])));
    assert_eq!((account(&market, "escrow").await, available(&market, &bell).await), (0, 5));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_does_not_fit_is_kept_for_an_administrator_and_books_nothing() {
    let (world, market, sue, bob) = sale().await;
    let provider = Provider::new(&world, &market).await;
    let checkout = buy(&bob, json!([line(&sue.sell("Bell", 900, 3).await, 1)]), "k").await;
    let payment = checkout["payment"]["id"].clone();
    let dollars = json!({ "amount": 900, "currency": "USD" });
    let earned = earn(&sue, &bob, 1_000, "1").await;
    let captured = order(&bob, &earned).await["payment"].clone();
    let before = account(&market, "provider_clearing").await;
    let reports = [
        json!({ "type": "payment.succeeded", "payment": payment, "amount": euros(899) }),
        json!({ "type": "payment.succeeded", "payment": payment, "amount": dollars }),
        json!({ "type": "dispute.opened", "payment": payment, "dispute": "dp_1", "amount": euros(900), "reason": "fraudulent" }),
        json!({ "type": "dispute.opened", "payment": captured, "dispute": "dp_2", "amount": dollars, "reason": "fraudulent" }),
        json!({ "type": "refund.failed", "subject": captured, "reason": "card_closed" }),
        json!({ "type": "refund.succeeded", "subject": captured, "amount": euros(1_000) }),
    ];
    for (number, report) in reports.iter().enumerate() {
        for _ in 0..2 {
            provider.report(&world, &format!("evt_{number}"), report.clone()).await.expect(200);
        }
    }
    world.settle().await;
    let found = findings(&market).await;
    assert_eq!(found.len(), reports.len(), "{found:?}");
    assert!(found.iter().all(|finding| finding["kind"] == "not_applied" && finding["reason"].is_string()), "{found:?}");
    assert_eq!(told(&world, &market, "does not add up").await, reports.len());
    assert_eq!(account(&market, "provider_clearing").await, before);
    assert!(world.dead_letters().await.is_empty());
    // It is resolved in the same way as a finding of a reconciliation.
    let path = format!("/v1/reconciliation-findings/{}/resolve", text(&found[0]["id"]));
    market.admin.client.post(&path, json!({ "note": "The provider's mistake." })).await.expect(200);
    assert_eq!(findings(&market).await.len(), reports.len() - 1);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_administrator_is_told_that_a_payout_came_back() {
    let (world, market, sue, bob) = sale().await;
    earn(&sue, &bob, 1_000, "1").await;
    pay_out(&world, &market, "1").await;
    let payout = payouts(&sue).await[0]["id"].clone();
    let report = json!({ "type": "payout.failed", "payout": payout, "reason": "account_closed" });
    Provider::new(&world, &market).await.report(&world, "evt_1", report).await.expect(200);
    world.settle().await;
    assert_eq!((told(&world, &market, "came back").await, owed(&sue).await), (1, 900));
    world.stop().await;
}
