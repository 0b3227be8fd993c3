use serde_json::json;
use tradewind_tests::World;

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_sees_every_shop_page_by_page() {
    let world = World::start().await;
    let (market, other) = (world.market("bikes").await, world.market("books").await);
    let mut shops = vec![];
    for name in ["ann", "sam", "sue"] {
        shops.push(json!(market.seller(name).await.seller));
    }
    let stranger = other.seller("eve").await;
    let mut seen = vec![];
    let mut path = "/v1/sellers?limit=2".to_owned();
    loop {
        let page = market.admin.client.get(&path).await.expect(200).json;
        seen.extend(page["data"].as_array().unwrap().iter().map(|shop| shop["id"].clone()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/v1/sellers?limit=2&cursor={cursor}");
    }
    assert_eq!(seen, shops);
    stranger.client.get("/v1/sellers").await.expect_problem(403, "admin_required");
    market.buyer("bob").await.client.get("/v1/sellers").await.expect_problem(403, "admin_required");
    world.stop().await;
}
