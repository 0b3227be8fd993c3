use super::{draft, path};
use serde_json::{Value, json};
use tradewind_tests::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_seller_reads_their_own_listing_whatever_its_status() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let (sam, sue) = (market.seller("sam").await, market.seller("sue").await);
    let made = draft(&sam).await;
    let own = format!("/v1/sellers/{}/listings/{}", sam.seller, made["id"].as_str().unwrap());
    let read = sam.client.get(&own).await.expect(200);
    assert_eq!((&read.json, read.version(), read.header("cache-control")), (&made, "1".into(), "no-store".into()));
    sam.client.clone().if_match(&read.header("etag")).patch(&path(&made), json!({ "title": "Top" })).await.expect(200);
    for step in ["publish", "close"] {
        let after = sam.client.post(&format!("{}/{step}", path(&made)), Value::Null).await.expect(200).json;
        assert_eq!(sam.client.get(&own).await.expect(200).json, after);
    }
    sue.client.get(&own).await.expect_problem(404, "not_found");
    let through_hers = format!("/v1/sellers/{}/listings/{}", sue.seller, made["id"].as_str().unwrap());
    sue.client.get(&through_hers).await.expect_problem(404, "not_found");
    market.anybody().get(&own).await.expect(401);
    world.stop().await;
}
