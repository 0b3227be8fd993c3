use super::{buy, euros, line, sale, text};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn buyer_seller_and_admin_read_an_order_and_nobody_else() {
    let (world, market, sue, bob) = sale().await;
    let checkout = buy(&bob, json!([line(&sue.sell("Bell", 900, 3).await, 1)]), "k").await;
    let path = format!("/v1/orders/{}", text(&checkout["orders"][0]["id"]));
    let seen = bob.client.get(&path).await.expect(200);
    assert_eq!((&seen.json["fee"], &seen.json["earnings"]), (&Value::Null, &Value::Null));
    assert_eq!((seen.version().as_str(), &seen.json["timeline"][0]["by"]), ("1", &json!("buyer")));
    for inside in [&sue, &market.admin] {
        let seen = inside.client.get(&path).await.expect(200).json;
        assert_eq!((&seen["fee"], &seen["earnings"]), (&euros(90), &euros(810)));
    }
    market.seller("sam").await.client.get(&path).await.expect_problem(404, "not_found");
    market.buyer("ben").await.client.get(&path).await.expect_problem(404, "not_found");
    world.market("books").await.admin.client.get(&path).await.expect_problem(404, "not_found");
    market.anybody().get(&path).await.expect(401);
    bob.client.get("/v1/orders/ord_nonsense").await.expect(404);
    world.stop().await;
}
