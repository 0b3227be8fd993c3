use crate::{
    money::{Provider, earn, owed, pay_out, payouts, verified},
    orders::{account, euros, sale, text},
};
use serde_json::{Value, json};
use tradewind_tests::{Answer, Market, Person, World};

/// A payout of 9.00 that came back; returns its id.
async fn came_back(world: &World, market: &Market, sue: &Person, bob: &Person) -> Value {
    earn(sue, bob, 1000, "1").await;
    pay_out(world, market, "1").await;
    let payout = payouts(sue).await[0]["id"].clone();
    let failed = json!({ "type": "payout.failed", "payout": payout, "reason": "account_closed" });
    Provider::new(world, market).await.report(world, "evt_1", failed).await.expect(200);
    world.settle().await;
    payout
}

async fn resolve(person: &Person, payout: &Value, body: Value) -> Answer {
    person.client.post(&format!("/v1/payouts/{}/resolution", text(payout)), body).await
}

fn otherwise(note: &str) -> Value {
    json!({ "action": "settled_otherwise", "note": note })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_paid_in_another_way_is_noted_and_no_longer_owed() {
    let (world, market, sue, bob) = sale().await;
    let payout = came_back(&world, &market, &sue, &bob).await;
    resolve(&sue, &payout, otherwise("To myself.")).await.expect_problem(403, "admin_required");
    resolve(&market.admin, &payout, json!({ "action": "settled_otherwise" })).await.expect_invalid("note");
    resolve(&market.admin, &payout, otherwise(" ")).await.expect_invalid("note");
    resolve(&market.admin, &payout, json!({ "action": "retry", "note": "x" })).await.expect_invalid("note");
    assert_eq!(owed(&sue).await, 900);

    let done = resolve(&market.admin, &payout, otherwise("Bank transfer 42.")).await.expect(200).json;
    assert_eq!((&done["status"], &done["reason"]), (&json!("settled_otherwise"), &json!("account_closed")));
    assert_eq!((&done["note"], &payouts(&sue).await[0]), (&json!("Bank transfer 42."), &done));
    assert_eq!((owed(&sue).await, account(&market, "seller_payable").await), (0, 0));
    // The 9.00 that stayed with the provider belong to the marketplace now, in addition to its fee of 1.00.
    assert_eq!((account(&market, "platform_fee").await, account(&market, "provider_clearing").await), (-1000, 1000));
    for again in [otherwise("Twice."), json!({ "action": "retry" })] {
        resolve(&market.admin, &payout, again).await.expect_problem(409, "payout_not_failed");
    }
    pay_out(&world, &market, "2").await;
    assert_eq!((payouts(&sue).await.len(), account(&market, "platform_fee").await), (1, -1000));

    // Further reports of the provider about it change nothing.
    for (id, report) in [
        ("evt_2", json!({ "type": "payout.failed", "payout": payout, "reason": "account_closed" })),
        ("evt_3", json!({ "type": "payout.paid", "payout": payout })),
    ] {
        Provider::new(&world, &market).await.report(&world, id, report).await.expect(200);
    }
    world.settle().await;
    assert_eq!((owed(&sue).await, account(&market, "provider_clearing").await), (0, 1000));
    let mails = world.mails_to(&sue.email).await;
    let told = mails.iter().filter(|mail| mail.0.contains("in another way") && mail.1.contains("Bank transfer 42."));
    assert_eq!(told.count(), 1, "{mails:?}");
    let verified = verified(&world, &market).await;
    assert_eq!(verified["status"], "agrees", "{verified}");
    assert!(world.dead_letters().await.is_empty());
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_back_is_sent_again_to_this_shop_alone() {
    let (world, market, sue, bob) = sale().await;
    let sam = market.seller("sam").await;
    let payout = came_back(&world, &market, &sue, &bob).await;
    earn(&sam, &bob, 500, "2").await;
    let retry = json!({ "action": "retry" });
    resolve(&sue, &payout, retry.clone()).await.expect_problem(403, "admin_required");
    let asked = resolve(&market.admin, &payout, retry.clone()).await.expect(200).json;
    assert_eq!((&asked["id"], &asked["status"]), (&payout, &json!("failed")));
    world.settle().await;
    let sent = payouts(&sue).await;
    assert_eq!((&sent[0]["amount"], &sent[0]["status"], &sent[1]["id"]), (&euros(900), &json!("paid"), &payout));
    assert_eq!((owed(&sue).await, owed(&sam).await), (0, 450));

    // Now there is nothing to send, and nothing to settle in another way: it has been paid.
    resolve(&market.admin, &payout, retry).await.expect_problem(409, "nothing_payable");
    world.settle().await;
    assert_eq!(payouts(&sue).await.len(), 2);
    let refused = resolve(&market.admin, &payout, otherwise("By hand.")).await.expect_problem(409, "owed_less");
    assert_eq!(refused.json["left"], euros(0));
    // Money earned since does not count as the payout that came back.
    earn(&sue, &bob, 2000, "3").await;
    resolve(&market.admin, &payout, otherwise("By hand.")).await.expect_problem(409, "owed_less");
    assert_eq!(owed(&sue).await, 1800);
    let verified = verified(&world, &market).await;
    assert_eq!(verified["status"], "agrees", "{verified}");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_run_and_many_who_settle_it_at_once_one_pays() {
    let (world, market, sue, bob) = sale().await;
    let payout = came_back(&world, &market, &sue, &bob).await;
    let admin = market.admin.client.clone().key("run");
    let run = admin.post("/v1/payout-runs", json!({}));
    let settle = || resolve(&market.admin, &payout, otherwise("By hand."));
    let (run, one, two, three) = tokio::join!(run, settle(), settle(), settle());
    run.expect(202);
    world.settle().await;
    let settled = [one, two, three].iter().filter(|answer| answer.status == 200).count();
    let sent = payouts(&sue).await.len() - 1;
    assert_eq!((settled + sent, owed(&sue).await), (1, 0), "{settled} settled, {sent} sent");
    assert_eq!(account(&market, "seller_payable").await, 0);
    let verified = verified(&world, &market).await;
    assert_eq!(verified["status"], "agrees", "{verified}");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_did_not_come_back_is_not_settled_and_what_a_refund_used_up_is() {
    let (world, market, sue, bob) = sale().await;
    let order = earn(&sue, &bob, 1000, "1").await;
    pay_out(&world, &market, "1").await;
    let payout = payouts(&sue).await[0]["id"].clone();
    resolve(&market.admin, &payout, otherwise("x")).await.expect_problem(409, "payout_not_failed");
    let failed = json!({ "type": "payout.failed", "payout": payout, "reason": "account_closed" });
    Provider::new(&world, &market).await.report(&world, "evt_1", failed).await.expect(200);
    world.settle().await;
    // A refund takes a part of what is owed again.
    let path = format!("/v1/orders/{}/refunds", text(&order));
    market.admin.client.clone().key("r").post(&path, json!({ "amount": euros(100) })).await.expect(201);
    resolve(&market.admin, &payout, otherwise("Bank transfer 8.")).await.expect(200);
    world.settle().await;
    assert_eq!(owed(&sue).await, -90, "it was paid by hand all the same");
    let verified = verified(&world, &market).await;
    assert_eq!(verified["status"], "agrees", "{verified}");
    let nobody = json!("pot_01jd0000000000000000000000");
    resolve(&market.admin, &nobody, otherwise("x")).await.expect_problem(404, "not_found");
    world.stop().await;
}
