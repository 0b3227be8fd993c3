use super::{draft, path, stock};
use serde_json::{Value, json};
use tradewind_tests::World;

fn of(listing: &Value, variant: usize) -> String {
    format!("{}/variants/{}/stock", path(listing), listing["variants"][variant]["id"].as_str().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stock_of_one_variant_is_set() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    let listing = draft(&sam).await;
    let answer = sam.client.put(&of(&listing, 1), json!({ "available": 40 })).await.expect(200);
    let variant = listing["variants"][1]["id"].clone();
    assert_eq!(answer.json, json!({ "listing": listing["id"], "variant": variant, "available": 40 }));
    let read = sam.client.patch(&path(&listing), json!({})).await.expect(200);
    assert_eq!(stock(&read.json), [("S".into(), 5), ("M".into(), 40)]);
    assert_eq!(read.header("etag"), "\"1\"", "stock is no part of what is edited");
    sam.client.put(&of(&listing, 1), json!({ "available": 0 })).await.expect(200);
    sam.client.put(&of(&listing, 1), json!({ "available": 1_000_000 })).await.expect(200);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn impossible_numbers_are_refused() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    let listing = draft(&sam).await;
    for available in [json!(-1), json!(1_000_001), json!("many"), json!(1.5)] {
        sam.client.put(&of(&listing, 0), json!({ "available": available })).await.expect_invalid("available");
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_its_seller_sets_stock_and_only_of_a_variant_that_there_is() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    let (listing, other) = (draft(&sam).await, draft(&sam).await);
    let body = json!({ "available": 1 });
    market.seller("sue").await.client.put(&of(&listing, 0), body.clone()).await.expect_problem(404, "not_found");
    market.buyer("ben").await.client.put(&of(&listing, 0), body.clone()).await.expect_problem(403, "seller_required");
    market.anybody().put(&of(&listing, 0), body.clone()).await.expect(401);
    let elsewhere = format!("{}/variants/{}/stock", path(&listing), other["variants"][0]["id"].as_str().unwrap());
    sam.client.put(&elsewhere, body).await.expect_problem(404, "not_found");
    world.stop().await;
}
