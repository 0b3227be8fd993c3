use super::{draft, path};
use serde_json::{Value, json};
use tradewind_tests::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_listing_leaves_the_pages_and_stays_readable() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    let listing = sam.sell("Bell", 900, 3).await;
    let client = sam.client.clone().key("close-1");
    let closed = client.post(&format!("{}/close", path(&listing)), Value::Null).await.expect(200);
    assert_eq!(closed.json["status"], "closed");
    assert_eq!(market.anybody().get("/v1/listings").await.expect(200).json["data"], json!([]));
    assert_eq!(market.anybody().get(&path(&listing)).await.expect(200).json, closed.json);
    let replayed = client.post(&format!("{}/close", path(&listing)), Value::Null).await.expect(200);
    assert_eq!(replayed.header("idempotent-replayed"), "true");
    let again = sam.client.post(&format!("{}/close", path(&listing)), Value::Null).await.expect(200);
    assert_eq!(again.header("etag"), closed.header("etag"));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_changed_since_it_was_read_is_neither_published_nor_closed() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    let listing = draft(&sam).await;
    let read = sam.client.patch(&path(&listing), json!({})).await.expect(200).header("etag");
    let now = sam.client.patch(&path(&listing), json!({ "title": "Horn" })).await.expect(200).header("etag");
    for step in ["publish", "close"] {
        let step = format!("{}/{step}", path(&listing));
        sam.client.clone().if_match(&read).post(&step, Value::Null).await.expect_problem(412, "changed");
    }
    let publish = format!("{}/publish", path(&listing));
    let published = sam.client.clone().if_match(&now).post(&publish, Value::Null).await.expect(200);
    assert_ne!(published.header("etag"), now);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_its_seller_closes_a_listing() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let listing = draft(&market.seller("sam").await).await;
    let close = format!("{}/close", path(&listing));
    market.seller("sue").await.client.post(&close, Value::Null).await.expect_problem(404, "not_found");
    market.buyer("ben").await.client.post(&close, Value::Null).await.expect_problem(403, "seller_required");
    market.anybody().post(&close, Value::Null).await.expect(401);
    world.stop().await;
}
