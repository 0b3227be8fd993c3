//! Rules that all lists share.

use tradewind_lambda::Access;
use tradewind_tests::World;

#[tokio::test(flavor = "multi_thread")]
async fn every_list_refuses_a_foreign_cursor_and_a_wild_limit() {
    let world = World::start().await;
    let market = world.market("lists").await;
    let seller = market.seller("sue").await;
    let mut lists = 0;
    for function in tradewind_local::functions() {
        let Some(route) = function.route().filter(|r| r.access != Access::Operator && r.takes("cursor")) else {
            continue;
        };
        let path = route.endpoint.path.replace("{seller_id}", &seller.seller);
        if path.contains('{') {
            continue;
        }
        lists += 1;
        let client = if route.access == Access::Admin { &market.admin.client } else { &seller.client };
        client.get(&format!("{path}?limit=0")).await.expect_invalid("limit");
        client.get(&format!("{path}?limit=101")).await.expect_invalid("limit");
        client.get(&format!("{path}?cursor=made.up")).await.expect_invalid("cursor");
        let page = client.get(&path).await.expect(200);
        assert!(page.json["data"].is_array(), "{path}");
    }
    assert!(lists >= 5, "only {lists} lists were tried");
    world.stop().await;
}
