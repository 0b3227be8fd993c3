use super::{buy, euros, line, sale};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_buyer_sees_their_own_orders_newest_first_page_by_page() {
    let (world, market, sue, bob) = sale().await;
    let bell = sue.sell("Bell", 900, 9).await;
    let first = buy(&bob, json!([line(&bell, 1)]), "1").await;
    let second = buy(&bob, json!([line(&bell, 2)]), "2").await;
    buy(&market.buyer("ben").await, json!([line(&bell, 1)]), "1").await;

    let page = bob.client.get("/v1/orders?limit=1").await.expect(200).json;
    assert_eq!(page["data"][0]["id"], second["orders"][0]["id"]);
    assert_eq!((&page["data"][0]["total"], &page["data"][0]["title"]), (&euros(1800), &json!("Bell")));
    let next = format!("/v1/orders?limit=9&cursor={}", page["next_cursor"].as_str().unwrap());
    let page = bob.client.get(&next).await.expect(200).json;
    assert_eq!((&page["data"][0]["id"], page["data"].as_array().unwrap().len()), (&first["orders"][0]["id"], 1));
    sue.client.get(&next).await.expect_invalid("cursor");
    assert_eq!(sue.client.get("/v1/orders").await.expect(200).json["data"], json!([]));
    market.anybody().get("/v1/orders").await.expect(401);
    world.stop().await;
}
