use super::import;
use serde_json::json;
use tradewind_tests::World;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_to_be_known_is_listed_product_by_product_for_its_seller_alone() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    let csv = "Handle,Title,Published,Variant Inventory Qty,Variant Price\nbell,Bell,FALSE,0,9\nhorn,Horn,TRUE,5,9\nkit,Kit,TRUE,,9\n";
    let done = import(&world, &sam, csv).await.json;
    let counted = ["created", "drafts", "sold_out", "not_counted", "left_out"].map(|name| done[name].clone());
    assert_eq!(counted, [3, 1, 1, 1, 0].map(|count| json!(count)));
    let notes = format!("/v1/imports/{}/notes", done["id"].as_str().unwrap());
    let all = sam.client.get(&notes).await.expect(200).json;
    let told: Vec<_> =
        all["data"].as_array().unwrap().iter().map(|n| json!([n["row"], n["handle"], n["kind"]])).collect();
    assert_eq!(told, [json!([2, "bell", "draft"]), json!([2, "bell", "sold_out"]), json!([4, "kit", "not_counted"])]);
    let first = sam.client.get(&format!("{notes}?limit=2")).await.expect(200).json;
    let next = format!("{notes}?limit=2&cursor={}", first["next_cursor"].as_str().unwrap());
    assert_eq!(sam.client.get(&next).await.expect(200).json["data"][0], all["data"][2]);
    market.seller("sue").await.client.get(&notes).await.expect_problem(404, "not_found");
    market.anybody().get(&notes).await.expect(401);
    world.stop().await;
}
