use super::{draft, path, stock};
use serde_json::{Value, json};
use tradewind_tests::World;

#[tokio::test(flavor = "multi_thread")]
async fn everybody_reads_a_published_listing_with_its_stock() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    let listing = draft(&sam).await;
    let published = sam.client.post(&format!("{}/publish", path(&listing)), Value::Null).await.expect(200);
    let read = market.anybody().get(&path(&listing)).await.expect(200);
    assert_eq!(read.json, published.json);
    assert_eq!(read.version(), published.version());
    assert_eq!(stock(&read.json), [("S".into(), 5), ("M".into(), 7)]);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_not_found_and_a_closed_listing_is_shown_as_closed() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    let listing = draft(&sam).await;
    market.anybody().get(&path(&listing)).await.expect_problem(404, "not_found");
    sam.client.get(&path(&listing)).await.expect_problem(404, "not_found");
    sam.client.post(&format!("{}/close", path(&listing)), Value::Null).await.expect(200);
    assert_eq!(market.anybody().get(&path(&listing)).await.expect(200).json["status"], json!("closed"));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_marketplace_knows_nothing_of_it() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let boats = world.market("boats").await;
    let listing = market.seller("sam").await.sell("Bell", 900, 3).await;
    market.anybody().get(&path(&listing)).await.expect(200);
    boats.anybody().get(&path(&listing)).await.expect_problem(404, "not_found");
    market.anybody().get("/v1/listings/lst_01jd0000000000000000000000").await.expect_problem(404, "not_found");
    market.anybody().get("/v1/listings/nonsense").await.expect_problem(404, "not_found");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_the_listing_learns_of_other_stock_and_can_still_edit_what_they_read() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    let listing = sam.sell("Bell", 900, 3).await;
    let read = market.anybody().get(&path(&listing)).await.expect(200);
    let known = market.anybody().header("if-none-match", &read.header("etag"));
    assert_eq!(known.get(&path(&listing)).await.status, 304);

    let variant = listing["variants"][0]["id"].as_str().unwrap();
    let stock = format!("{}/variants/{variant}/stock", path(&listing));
    sam.client.put(&stock, json!({ "available": 2 })).await.expect(200);
    let again = known.get(&path(&listing)).await.expect(200);
    assert_eq!(again.json["variants"][0]["available"], 2);
    assert_ne!(again.header("etag"), read.header("etag"));
    // Stock is not a part of what is edited: a sale does not change the listing's version.
    let edit = sam.client.clone().if_match(&read.header("etag"));
    edit.patch(&path(&listing), json!({ "title": "Big bell" })).await.expect(200);
    edit.patch(&path(&listing), json!({ "title": "Bell" })).await.expect_problem(412, "changed");
    sam.client.clone().if_match("1").patch(&path(&listing), json!({})).await.expect_problem(400, "if_match_invalid");
    world.stop().await;
}
