use crate::{
    money::earn,
    orders::{euros, sale},
};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_and_the_admin_see_what_the_shop_is_owed_and_nobody_else() {
    let (world, market, sue, bob) = sale().await;
    let path = format!("/v1/sellers/{}/balance", sue.seller);
    assert_eq!(
        sue.client.get(&path).await.expect(200).json,
        json!({
            "seller": sue.seller, "owed": euros(0), "available": euros(0),
            "balances": [{ "owed": euros(0), "available": euros(0) }],
        })
    );
    earn(&sue, &bob, 1000, "k").await;
    for reader in [&sue, &market.admin] {
        assert_eq!(reader.client.get(&path).await.expect(200).json["owed"], euros(900));
    }
    for stranger in [bob, market.seller("sam").await, world.market("books").await.admin] {
        stranger.client.get(&path).await.expect_problem(404, "not_found");
    }
    market
        .admin
        .client
        .get("/v1/sellers/sel_01jd0000000000000000000000/balance")
        .await
        .expect_problem(404, "not_found");
    market.anybody().get(&path).await.expect(401);
    world.stop().await;
}
