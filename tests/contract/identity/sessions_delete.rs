use super::{PASSWORD, log_in, refresh, text};
use tradewind_tests::World;

#[tokio::test(flavor = "multi_thread")]
async fn logging_out_ends_this_session_and_no_other() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let ada = market.buyer("ada").await;
    let other = log_in(&market.anybody(), &ada.email, PASSWORD).await.expect(201);

    let answer = ada.client.delete("/v1/sessions/current").await.expect(204);
    assert_eq!(answer.text, "");
    refresh(&market.anybody(), &ada.refresh_token).await.expect_problem(401, "session_ended");
    refresh(&market.anybody(), text(&other.json, "refresh_token")).await.expect(201);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_logs_out_twice_is_logged_out() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let ada = market.buyer("ada").await;
    ada.client.delete("/v1/sessions/current").await.expect(204);
    // For a minute the gateway remembers whose the token is, and then it does not count any more.
    ada.client.delete("/v1/sessions/current").await.expect(204);
    world.advance(std::time::Duration::from_secs(60)).await;
    ada.client.delete("/v1/sessions/current").await.expect_problem(401, "token_expired");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_somebody_who_is_logged_in_can_log_out() {
    let world = World::start().await;
    let (bikes, books) = (world.market("bikes").await, world.market("books").await);
    let ada = bikes.buyer("ada").await;
    bikes.anybody().delete("/v1/sessions/current").await.expect(401);
    ada.client.clone().at(&books.slug).delete("/v1/sessions/current").await.expect_problem(401, "other_marketplace");
    refresh(&bikes.anybody(), &ada.refresh_token).await.expect(201);
    world.stop().await;
}
