use super::import;
use serde_json::{Value, json};
use tradewind_tests::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_seller_finds_all_imports_of_the_shop_newest_first() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let (sam, sue) = (market.seller("sam").await, market.seller("sue").await);
    assert_eq!(sam.client.get("/v1/imports").await.expect(200).json, json!({ "data": [] }));
    let mut all: Vec<Value> = vec![];
    for csv in
        ["Handle,Title,Variant Price\nbell,Bell,9\n", "Name\nBell\n", "Handle,Title,Variant Price\nbell,Bell,dear\n"]
    {
        all.insert(0, import(&world, &sam, csv).await.json);
    }
    let page = sam.client.get("/v1/imports?limit=2").await.expect(200).json;
    assert_eq!(page["data"], json!(all[..2]));
    let next = format!("/v1/imports?limit=2&cursor={}", page["next_cursor"].as_str().unwrap());
    assert_eq!(sam.client.get(&next).await.expect(200).json, json!({ "data": [all[2]] }));
    assert_eq!(all[2]["created"], json!(1));
    assert_eq!(sue.client.get("/v1/imports").await.expect(200).json["data"], json!([]));
    market.anybody().get("/v1/imports").await.expect(401);
    world.stop().await;
}
