use std::collections::BTreeSet;
use tradewind_tests::World;

#[tokio::test(flavor = "multi_thread")]
async fn anybody_reads_the_marketplace_that_they_name_by_slug_or_id() {
    let world = World::start().await;
    let (bikes, books) = (world.market("bikes").await, world.market("books").await);
    let seen = bikes.anybody().get("/v1/marketplace").await.expect(200);
    assert_eq!((&seen.json["slug"], &seen.json["name"]), (&"bikes".into(), &"The bikes market".into()));
    assert_eq!(
        (&seen.json["currency"], &seen.json["commission"]["default"]["basis_points"]),
        (&"EUR".into(), &1_000.into())
    );
    assert_eq!(seen.version(), "1");
    // Its owner and the way it is stored are not shown to anybody.
    let members: BTreeSet<_> = seen.json.as_object().unwrap().keys().map(String::as_str).collect();
    let told = [
        "commission",
        "created_at",
        "currency",
        "currencies",
        "id",
        "name",
        "payment_provider",
        "payouts",
        "process",
        "slug",
        "status",
        "taxes",
        "time_zone",
        "updated_at",
    ];
    assert_eq!(members, BTreeSet::from(told));

    let by_id = world.anybody().at(seen.json["id"].as_str().unwrap());
    assert_eq!(by_id.get("/v1/marketplace").await.expect(200).json, seen.json);
    assert_eq!(bikes.admin.client.get("/v1/marketplace").await.expect(200).json, seen.json);
    assert_ne!(books.anybody().get("/v1/marketplace").await.expect(200).json["id"], seen.json["id"]);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_not_named_or_not_there_is_told() {
    let world = World::start().await;
    world.anybody().get("/v1/marketplace").await.expect_problem(400, "marketplace_missing");
    for name in ["nowhere", "mkt_01jd0000000000000000000000", "Not a name"] {
        world.anybody().at(name).get("/v1/marketplace").await.expect_problem(404, "not_found");
    }
    world.stop().await;
}
