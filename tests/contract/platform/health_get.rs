use tradewind_tests::World;

#[tokio::test(flavor = "multi_thread")]
async fn health_needs_no_marketplace_and_names_its_request() {
    let world = World::start().await;
    let answer = world.anybody().get("/v1/health").await.expect(200);
    assert_eq!(answer.json["status"], "ok");
    assert!(!answer.header("x-request-id").is_empty());
    world.stop().await;
}
