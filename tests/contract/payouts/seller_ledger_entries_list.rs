use crate::{
    money::{earn, pay_out, payouts},
    orders::{euros, sale},
};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn every_change_of_what_a_shop_is_owed_is_listed() {
    let (world, market, sue, bob) = sale().await;
    let path = format!("/v1/sellers/{}/ledger-entries", sue.seller);
    assert_eq!(sue.client.get(&path).await.expect(200).json, json!({ "data": [] }));
    let order = earn(&sue, &bob, 1000, "k").await;
    pay_out(&world, &market, "run").await;
    let page = sue.client.get(&format!("{path}?limit=1")).await.expect(200).json;
    let sent = &page["data"][0];
    assert_eq!((&sent["kind"], &sent["amount"]), (&json!("payout"), &euros(-900)));
    assert_eq!(sent["subject"], payouts(&sue).await[0]["id"]);
    let next = format!("{path}?cursor={}", page["next_cursor"].as_str().unwrap());
    let page = market.admin.client.get(&next).await.expect(200).json;
    let earned = &page["data"][0];
    assert_eq!((&earned["kind"], &earned["amount"], &earned["subject"]), (&json!("release"), &euros(900), &order));
    assert_eq!(page["data"].as_array().unwrap().len(), 1);
    bob.client.get(&path).await.expect_problem(404, "not_found");
    market.anybody().get(&path).await.expect(401);
    world.stop().await;
}
