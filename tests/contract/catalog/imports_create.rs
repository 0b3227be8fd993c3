use super::send_catalogue;
use serde_json::json;
use tradewind_tests::World;

const ONE: &str = "Handle,Title,Variant Price\nbell,Bell,9\n";

#[tokio::test(flavor = "multi_thread")]
async fn an_import_takes_the_upload_and_can_be_followed() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    let upload = send_catalogue(&sam, ONE.as_bytes()).await;
    let answer = sam.client.post("/v1/imports", json!({ "upload": upload })).await.expect(202);
    assert_eq!((&answer.json["status"], &answer.json["upload"]), (&json!("queued"), &json!(upload)));
    assert_eq!(answer.header("location"), format!("/v1/imports/{}", answer.json["id"].as_str().unwrap()));
    let taken = sam.client.get(&format!("/v1/uploads/{upload}")).await.expect(200).json;
    assert_eq!((&taken["status"], &taken["import"]), (&json!("used"), &answer.json["id"]));
    world.settle().await;
    assert_eq!(sam.client.get(&answer.header("location")).await.expect(200).json["status"], "done");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_imported_once_and_a_repeated_request_gets_the_first_answer() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    let body = json!({ "upload": send_catalogue(&sam, ONE.as_bytes()).await });
    let client = sam.client.clone().key("import-1");
    let first = client.post("/v1/imports", body.clone()).await.expect(202);
    let again = client.post("/v1/imports", body.clone()).await.expect(202);
    assert_eq!((&again.json, again.header("idempotent-replayed")), (&first.json, "true".to_owned()));
    sam.client.post("/v1/imports", body).await.expect_problem(409, "upload_used");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_not_there_is_refused() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let (sam, sue) = (market.seller("sam").await, market.seller("sue").await);
    let body = json!({ "purpose": "catalog", "content_type": "text/csv" });
    let unsent = sam.client.post("/v1/uploads", body).await.expect(201).json["upload"]["id"].clone();
    sam.client.post("/v1/imports", json!({ "upload": unsent })).await.expect_problem(409, "file_missing");
    sue.client.post("/v1/imports", json!({ "upload": unsent })).await.expect_problem(422, "upload_not_found");
    let picture = json!({ "purpose": "listing_image", "content_type": "image/png" });
    let picture = sam.client.post("/v1/uploads", picture).await.expect(201).json["upload"]["id"].clone();
    sam.client.post("/v1/imports", json!({ "upload": picture })).await.expect_problem(422, "upload_not_found");
    sam.client.post("/v1/imports", json!({ "upload": "lst_1" })).await.expect_invalid("upload");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_sellers_import() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let body = json!({ "upload": "upl_01jd0000000000000000000000" });
    market.anybody().post("/v1/imports", body.clone()).await.expect(401);
    market.buyer("ben").await.client.post("/v1/imports", body).await.expect_problem(403, "seller_required");
    world.stop().await;
}
