use crate::{
    money::{Provider, earn, owed, pay_out, payouts},
    orders::{account, sale, text},
};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn everybody_is_paid_what_they_are_owed() {
    let (world, market, sue, bob) = sale().await;
    let sam = market.seller("sam").await;
    earn(&sue, &bob, 1000, "1").await;
    earn(&sam, &bob, 500, "2").await;
    pay_out(&world, &market, "run").await;
    assert_eq!((owed(&sue).await, owed(&sam).await), (0, 0));
    assert_eq!((account(&market, "seller_payable").await, account(&market, "payouts").await), (0, 0));
    assert_eq!((account(&market, "provider_clearing").await, account(&market, "platform_fee").await), (150, -150));
    pay_out(&world, &market, "again").await;
    assert_eq!((payouts(&sue).await.len(), payouts(&sam).await.len()), (1, 1));
    assert_eq!(world.dead_letters().await.len(), 0);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_at_the_same_time_do_not_pay_the_same_money() {
    let (world, market, sue, bob) = sale().await;
    earn(&sue, &bob, 1000, "1").await;
    let run =
        async |key: &str| market.admin.client.clone().key(key).post("/v1/payout-runs", json!({})).await.expect(202);
    tokio::join!(run("a"), run("b"), run("c"), run("d"));
    world.settle().await;
    assert_eq!((payouts(&sue).await.len(), owed(&sue).await), (1, 0));
    assert_eq!(account(&market, "provider_clearing").await, 100);
    assert_eq!(world.dead_letters().await.len(), 0);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payout_that_comes_back_is_owed_again_and_paid_by_the_next_run() {
    let (world, market, sue, bob) = sale().await;
    earn(&sue, &bob, 1000, "1").await;
    pay_out(&world, &market, "1").await;
    let payout = payouts(&sue).await[0]["id"].clone();
    let provider = Provider::new(&world, &market).await;
    let failed = json!({ "type": "payout.failed", "payout": payout, "reason": "account_closed" });
    for id in ["evt_1", "evt_1", "evt_2"] {
        provider.report(&world, id, failed.clone()).await.expect(200);
    }
    world.settle().await;
    let seen = &payouts(&sue).await[0];
    assert_eq!((text(&seen["status"]), text(&seen["reason"])), ("failed", "account_closed"));
    assert_eq!((owed(&sue).await, account(&market, "provider_clearing").await), (900, 1000));
    pay_out(&world, &market, "2").await;
    assert_eq!((owed(&sue).await, account(&market, "provider_clearing").await), (0, 100));
    assert_eq!(payouts(&sue).await.len(), 2);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_goes_on_behind_the_first_page_of_sellers() {
    let (world, market, sue, bob) = sale().await;
    for n in 0..50 {
        market.seller(&format!("s{n}")).await;
    }
    let last = market.seller("last").await;
    earn(&sue, &bob, 1000, "1").await;
    earn(&last, &bob, 500, "2").await;
    pay_out(&world, &market, "run").await;
    assert_eq!((owed(&sue).await, owed(&last).await), (0, 0));
    assert_eq!((payouts(&sue).await.len(), payouts(&last).await.len()), (1, 1));
    world.stop().await;
}
