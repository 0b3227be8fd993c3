//! Whole stories, from the first request to the last e-mail.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use tradewind_local::demo;
use tradewind_tests::{OPERATOR_KEY, World};

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_sale_of_the_demo_holds() {
    let world = World::start().await;
    let lines = std::sync::Mutex::new(vec![]);
    let stage = demo::Stage {
        url: world.local.url.clone(),
        operator_key: OPERATOR_KEY.into(),
        slug: "trail".into(),
        catalog: demo::CATALOG.to_vec(),
        tell: &|line| lines.lock().unwrap().push(line.to_owned()),
    };
    demo::play(&stage).await.unwrap_or_else(|e| panic!("{e}\n{}", lines.lock().unwrap().join("\n")));
    world.settle().await;
    assert_eq!(world.dead_letters().await, Vec::<serde_json::Value>::new());
    let told = lines.lock().unwrap().join("\n");
    assert!(told.contains("sum"), "{told}");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_marketplaces_on_one_deployment_keep_their_books_apart() {
    let world = World::start().await;
    for slug in ["first", "second"] {
        let market = world.market(slug).await;
        let (seller, buyer) = (market.seller("sue").await, market.buyer("bob").await);
        let listing = seller.sell("Lamp", 5_000, 3).await;
        buyer.fill_cart(&listing, 1).await;
        let checkout = buyer.check_out("one").await;
        buyer.pay(&checkout).await;
        world.settle().await;
        let trial = market.admin.client.get("/v1/trial-balance").await.expect(200).json;
        let account = |name: &str| {
            let accounts = trial["accounts"].as_array().unwrap();
            accounts.iter().find(|a| a["account"] == name).unwrap()["balance"]["amount"].as_i64().unwrap()
        };
        assert_eq!((account("provider_clearing"), account("escrow")), (5_000, -5_000), "{slug}");
        assert_eq!(trial["sum"]["amount"], 0);
    }
    world.stop().await;
}
