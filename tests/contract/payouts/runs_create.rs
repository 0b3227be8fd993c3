use crate::{
    money::{earn, owed, payouts},
    orders::sale,
};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_begun_once_for_a_key() {
    let (world, market, sue, bob) = sale().await;
    earn(&sue, &bob, 1000, "k").await;
    let admin = market.admin.client.clone().key("run");
    let (a, b) = tokio::join!(admin.post("/v1/payout-runs", json!({})), admin.post("/v1/payout-runs", json!({})));
    assert_eq!(a.expect(202).text, b.expect(202).text);
    world.settle().await;
    assert_eq!((owed(&sue).await, payouts(&sue).await.len()), (0, 1));
    admin.clone().key("empty").post("/v1/payout-runs", Value::Null).await.expect(202);
    admin.clone().key("other").post("/v1/payout-runs", json!({ "seller": 1 })).await.expect(422);
    market.admin.client.post("/v1/payout-runs", json!({})).await.expect_problem(400, "idempotency_key_missing");
    sue.client.clone().key("k").post("/v1/payout-runs", json!({})).await.expect_problem(403, "admin_required");
    market.anybody().key("k").post("/v1/payout-runs", json!({})).await.expect(401);
    world.stop().await;
}
