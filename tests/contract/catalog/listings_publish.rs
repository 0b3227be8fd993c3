use super::{draft, path};
use serde_json::{Value, json};
use tradewind_tests::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_published_listing_is_on_the_first_page() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    let listing = draft(&sam).await;
    assert_eq!(market.anybody().get("/v1/listings").await.expect(200).json["data"], json!([]));
    let publish = format!("{}/publish", path(&listing));
    let first = sam.client.post(&publish, Value::Null).await.expect(200);
    assert_eq!(first.json["status"], "published");
    let page = market.anybody().get("/v1/listings").await.expect(200);
    assert_eq!(page.json["data"][0]["id"], listing["id"]);
    let again = sam.client.post(&publish, Value::Null).await.expect(200);
    assert_eq!((&again.json, again.header("etag")), (&first.json, first.header("etag")));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_gets_the_first_answer() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    let listing = draft(&sam).await;
    let client = sam.client.clone().key("publish-1");
    let first = client.post(&format!("{}/publish", path(&listing)), Value::Null).await.expect(200);
    sam.client.post(&format!("{}/close", path(&listing)), Value::Null).await.expect(200);
    let again = client.post(&format!("{}/publish", path(&listing)), Value::Null).await.expect(200);
    assert_eq!((&again.json, again.header("idempotent-replayed")), (&first.json, "true".to_owned()));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_listing_stays_closed_and_anothers_is_not_found() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    let listing = draft(&sam).await;
    let publish = format!("{}/publish", path(&listing));
    let sue = market.seller("sue").await;
    sue.client.post(&publish, Value::Null).await.expect_problem(404, "not_found");
    market.anybody().post(&publish, Value::Null).await.expect(401);
    sam.client.post(&format!("{}/close", path(&listing)), Value::Null).await.expect(200);
    sam.client.post(&publish, Value::Null).await.expect_problem(409, "listing_closed");
    world.stop().await;
}
