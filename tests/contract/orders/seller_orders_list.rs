use super::{buy, line, paid, sale};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_seller_sees_what_their_shop_sold() {
    let (world, market, sue, bob) = sale().await;
    let sam = market.seller("sam").await;
    let bell = sue.sell("Bell", 900, 9).await;
    let id = paid(&bob, &bell, "1").await;
    buy(&bob, json!([line(&sam.sell("Lamp", 100, 1).await, 1)]), "2").await;
    let path = format!("/v1/sellers/{}/orders", sue.seller);
    let list = sue.client.get(&path).await.expect(200).json;
    assert_eq!(list["data"].as_array().unwrap().len(), 1);
    assert_eq!((&list["data"][0]["id"], &list["data"][0]["status"]), (&id, &json!("paid")));
    sam.client.get(&path).await.expect_problem(404, "not_found");
    bob.client.get(&path).await.expect_problem(404, "not_found");
    assert_eq!(market.admin.client.get(&path).await.expect(200).json, list, "who runs the marketplace sees it, too");
    market.anybody().get(&path).await.expect(401);
    world.stop().await;
}
