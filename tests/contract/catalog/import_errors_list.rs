use super::import;
use serde_json::json;
use tradewind_tests::World;

#[tokio::test(flavor = "multi_thread")]
async fn each_refused_row_is_listed_with_its_column_page_by_page() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    let csv = "Handle,Title,Variant Price\nbell,Bell,9\nlamp,Lamp,dear\n,Lost,9\nhorn,,9\npump,Pump,9.999\n";
    let done = import(&world, &sam, csv).await.json;
    assert_eq!((&done["created"], &done["failed_rows"]), (&json!(1), &json!(4)));
    let errors = format!("/v1/imports/{}/errors", done["id"].as_str().unwrap());
    let all = sam.client.get(&errors).await.expect(200).json;
    let rows: Vec<_> =
        all["data"].as_array().unwrap().iter().map(|e| (e["row"].clone(), e["column"].clone())).collect();
    let wanted = [(3, "Variant Price"), (4, "Handle"), (5, "Title"), (6, "Variant Price")];
    assert_eq!(rows, wanted.map(|(row, column)| (json!(row), json!(column))));
    assert!(all["data"][0]["message"].as_str().unwrap().contains("`dear` is not a price in EUR"), "{all}");

    let first = sam.client.get(&format!("{errors}?limit=3")).await.expect(200).json;
    let next = format!("{errors}?limit=3&cursor={}", first["next_cursor"].as_str().unwrap());
    assert_eq!(sam.client.get(&next).await.expect(200).json["data"][0]["row"], json!(6));
    market.seller("sue").await.client.get(&errors).await.expect_problem(404, "not_found");
    market.anybody().get(&errors).await.expect(401);
    world.stop().await;
}
