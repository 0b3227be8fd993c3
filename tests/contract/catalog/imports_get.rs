use super::import;
use serde_json::json;
use tradewind_tests::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_finished_import_says_what_it_did() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    let done = import(&world, &sam, "Handle,Title,Variant Price\nbell,Bell,9\nlamp,Lamp,dear\n").await.json;
    assert_eq!(
        (&done["status"], &done["rows"], &done["parts"], &done["parts_done"]),
        (&json!("done"), &json!(2), &json!(1), &json!(1))
    );
    assert_eq!((&done["created"], &done["updated"], &done["failed_rows"]), (&json!(1), &json!(0), &json!(1)));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_cannot_be_imported_says_why() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    let failed = import(&world, &sam, "Name;Cost\nBell;9\n").await.json;
    assert_eq!(failed["status"], "failed");
    assert!(failed["failure"].as_str().unwrap().contains("`Variant Price`"), "{failed}");
    let empty = import(&world, &sam, "Handle,Title,Variant Price\n").await.json;
    assert_eq!((&empty["status"], &empty["rows"]), (&json!("done"), &json!(0)));
    assert!(world.dead_letters().await.is_empty());
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn anothers_import_is_not_found() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    let done = import(&world, &sam, "Handle,Title,Variant Price\nbell,Bell,9\n").await.json;
    let path = format!("/v1/imports/{}", done["id"].as_str().unwrap());
    market.seller("sue").await.client.get(&path).await.expect_problem(404, "not_found");
    market.anybody().get(&path).await.expect(401);
    sam.client.get("/v1/imports/imp_01jd0000000000000000000000").await.expect_problem(404, "not_found");
    world.stop().await;
}
