use super::draft;
use tradewind_tests::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_seller_sees_drafts_and_closed_listings_too() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    draft(&sam).await;
    let bell = sam.sell("Bell", 900, 3).await;
    let close = format!("{}/close", super::path(&sam.sell("Lamp", 900, 3).await));
    sam.client.post(&close, serde_json::Value::Null).await.expect(200);
    market.seller("sue").await.sell("Not Sam's", 1, 1).await;
    let text = |t: &str, s: &str| (t.to_owned(), s.to_owned());
    assert_eq!(super::titles(&sam).await, [text("Bell", "published"), text("Lamp", "closed"), text("Shirt", "draft")]);

    let list = format!("/v1/sellers/{}/listings", sam.seller);
    let first = sam.client.get(&format!("{list}?limit=1")).await.expect(200).json;
    assert_eq!(first["data"][0]["title"], "Lamp");
    let next = format!("{list}?limit=1&cursor={}", first["next_cursor"].as_str().unwrap());
    assert_eq!(sam.client.get(&next).await.expect(200).json["data"][0]["id"], bell["id"]);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn anothers_list_is_not_found() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let (sam, sue) = (market.seller("sam").await, market.seller("sue").await);
    let list = format!("/v1/sellers/{}/listings", sam.seller);
    sue.client.get(&list).await.expect_problem(404, "not_found");
    market.buyer("ben").await.client.get(&list).await.expect_problem(403, "seller_required");
    market.anybody().get(&list).await.expect(401);
    world.stop().await;
}
