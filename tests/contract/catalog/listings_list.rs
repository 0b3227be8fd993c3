use super::{draft, euros};
use serde_json::{Value, json};
use tradewind_tests::World;

fn titles(page: &Value) -> Vec<&str> {
    page["data"].as_array().unwrap().iter().map(|card| card["title"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn published_listings_come_newest_first_page_by_page() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let (sam, sue) = (market.seller("sam").await, market.seller("sue").await);
    draft(&sam).await;
    for (seller, title) in [(&sam, "A"), (&sue, "B"), (&sam, "C")] {
        seller.sell(title, 900, 1).await;
    }
    let first = market.anybody().get("/v1/listings?limit=2").await.expect(200).json;
    assert_eq!(titles(&first), ["C", "B"]);
    let next = format!("/v1/listings?limit=2&cursor={}", first["next_cursor"].as_str().unwrap());
    let second = market.anybody().get(&next).await.expect(200).json;
    assert_eq!((titles(&second), &second["next_cursor"]), (vec!["A"], &Value::Null));
    let card = &first["data"][0];
    assert_eq!((&card["price_from"], &card["seller"]), (&euros(900), &json!(sam.seller)));
    assert_eq!((&card["image"], &card["status"]), (&Value::Null, &json!("published")));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_of_another_marketplace_and_a_wrong_limit_are_refused() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let boats = world.market("boats").await;
    let sam = market.seller("sam").await;
    for title in ["A", "B"] {
        sam.sell(title, 900, 1).await;
    }
    assert_eq!(boats.anybody().get("/v1/listings").await.expect(200).json["data"], json!([]));
    let page = market.anybody().get("/v1/listings?limit=1").await.expect(200).json;
    let next = format!("/v1/listings?cursor={}", page["next_cursor"].as_str().unwrap());
    boats.anybody().get(&next).await.expect_invalid("cursor");
    market.anybody().get("/v1/listings?cursor=nonsense").await.expect_invalid("cursor");
    market.anybody().get("/v1/listings?limit=0").await.expect_invalid("limit");
    market.anybody().get("/v1/listings?limit=101").await.expect_invalid("limit");
    world.stop().await;
}
