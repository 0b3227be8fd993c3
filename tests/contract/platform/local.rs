use serde_json::Value;
use tradewind_tests::World;

#[tokio::test(flavor = "multi_thread")]
async fn the_status_page_shows_what_is_going_on() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sue = market.seller("sue").await;
    world.settle().await;

    let events = world.anybody().get("/_local/events").await.expect(200).json;
    let registered = |event: &&Value| event["type"] == "user.registered.v1" && event["data"]["user"] == sue.id.as_str();
    let event = events.as_array().unwrap().iter().find(registered).unwrap();
    assert!(event["marketplace"].as_str().unwrap().starts_with("mkt_"), "{event}");

    let page = world.anybody().get("/_local").await.expect(200).text;
    for shown in
        ["GET /v1/listings/{listing_id}", "tradewind-notify-email", "user.registered.v1", &sue.email, "Dead letters"]
    {
        assert!(page.contains(shown), "{shown}");
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_other_page_in_the_browser_can_read_it() {
    let world = World::start().await;
    let answer = world.anybody().header("origin", "https://elsewhere.example.com").get("/_local").await.expect(200);
    assert_eq!(answer.header("access-control-allow-origin"), "");
    world.stop().await;
}
