use tradewind_tests::World;

#[tokio::test(flavor = "multi_thread")]
async fn everybody_reads_a_shop_but_not_whose_it_is() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    let answer = market.anybody().get(&format!("/v1/sellers/{}", sam.seller)).await.expect(200);
    let fields: Vec<_> = answer.json.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(fields, ["about", "created_at", "id", "name", "shipping", "updated_at"]);
    assert_eq!((&answer.json["id"], &answer.json["name"]), (&sam.seller.as_str().into(), &"sam's shop".into()));
    assert_eq!(answer.version(), "1");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_of_another_marketplace_does_not_exist() {
    let world = World::start().await;
    let (bikes, books) = (world.market("bikes").await, world.market("books").await);
    let sam = bikes.seller("sam").await;
    for id in [sam.seller.as_str(), "sel_01jd0000000000000000000000", "nonsense", sam.id.as_str()] {
        books.anybody().get(&format!("/v1/sellers/{id}")).await.expect_problem(404, "not_found");
    }
    world.stop().await;
}
