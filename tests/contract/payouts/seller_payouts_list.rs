use crate::{
    money::{earn, pay_out, payouts},
    orders::{euros, sale},
};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_sees_what_was_sent_to_it() {
    let (world, market, sue, bob) = sale().await;
    assert_eq!(payouts(&sue).await.len(), 0);
    earn(&sue, &bob, 1000, "1").await;
    pay_out(&world, &market, "1").await;
    earn(&sue, &bob, 2000, "2").await;
    pay_out(&world, &market, "2").await;
    let list = payouts(&sue).await;
    let amounts: Vec<_> = list.iter().map(|p| (&p["amount"], &p["status"])).collect();
    assert_eq!(amounts, [(&euros(1800), &json!("paid")), (&euros(900), &json!("paid"))]);
    let path = format!("/v1/sellers/{}/payouts", sue.seller);
    assert_eq!(market.admin.client.get(&path).await.expect(200).json["data"].as_array().unwrap().len(), 2);
    market.seller("sam").await.client.get(&path).await.expect_problem(404, "not_found");
    market.anybody().get(&path).await.expect(401);
    world.stop().await;
}
