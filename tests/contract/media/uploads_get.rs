use super::create;
use tradewind_tests::World;

#[tokio::test(flavor = "multi_thread")]
async fn only_who_sends_a_file_reads_its_upload() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let (ben, bea) = (market.buyer("ben").await, market.buyer("bea").await);
    let created = create(&ben, "listing_image", "image/gif").await;
    let path = format!("/v1/uploads/{}", created["upload"]["id"].as_str().unwrap());
    assert_eq!(ben.client.get(&path).await.expect(200).json, created["upload"]);
    bea.client.get(&path).await.expect_problem(404, "not_found");
    market.admin.client.get(&path).await.expect_problem(404, "not_found");
    market.anybody().get(&path).await.expect(401);
    ben.client.get("/v1/uploads/upl_01jd0000000000000000000000").await.expect_problem(404, "not_found");
    world.stop().await;
}
