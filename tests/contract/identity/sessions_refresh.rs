use super::{refresh, text};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::task::JoinSet;
use tradewind_tests::World;

#[tokio::test(flavor = "multi_thread")]
async fn each_refresh_gives_tokens_that_work_and_the_next_refresh_token() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let ada = market.buyer("ada").await;
    let mut token = ada.refresh_token.clone();
    for _ in 0..3 {
        let answer = refresh(&market.anybody(), &token).await.expect(201);
        assert_eq!(answer.json["user"]["id"], ada.id.as_str());
        assert_eq!(answer.header("cache-control"), "no-store");
        market.anybody().bearer(text(&answer.json, "access_token")).get("/v1/me").await.expect(200);
        assert_ne!(text(&answer.json, "refresh_token"), token);
        token = text(&answer.json, "refresh_token").to_owned();
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_that_is_shown_again_ends_the_session_for_everybody() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let ada = market.buyer("ada").await;
    let next = refresh(&market.anybody(), &ada.refresh_token).await.expect(201);
    refresh(&market.anybody(), &ada.refresh_token).await.expect_problem(401, "session_ended");
    refresh(&market.anybody(), text(&next.json, "refresh_token")).await.expect_problem(401, "session_ended");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_never_a_refresh_token_is_refused() {
    let world = World::start().await;
    let (bikes, books) = (world.market("bikes").await, world.market("books").await);
    let ada = bikes.buyer("ada").await;
    for token in ["", ".", "nonsense", "ses_01jd0000000000000000000000.secret", ada.id.as_str()] {
        refresh(&bikes.anybody(), token).await.expect_problem(401, "session_ended");
    }
    // Another marketplace does not know the session, and cannot end it.
    refresh(&books.anybody(), &ada.refresh_token).await.expect_problem(401, "session_ended");
    refresh(&bikes.anybody(), &ada.refresh_token).await.expect(201);
    bikes.anybody().post("/v1/sessions/refresh", json!({})).await.expect(422);
    let long = json!({ "refresh_token": "x".repeat(201) });
    bikes.anybody().post("/v1/sessions/refresh", long).await.expect_invalid("refresh_token");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_at_once_with_one_token_never_both_get_a_session() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    for round in 0..5 {
        let ada = market.buyer(&format!("ada{round}")).await;
        let mut tries = JoinSet::new();
        for _ in 0..4 {
            let (anybody, token) = (market.anybody(), ada.refresh_token.clone());
            tries.spawn(async move { refresh(&anybody, &token).await });
        }
        let answers = tries.join_all().await;
        let winners: Vec<_> = answers.iter().filter(|answer| answer.status == 201).collect();
        assert!(winners.len() <= 1, "{answers:?}");
        assert!(answers.iter().all(|answer| answer.status == 201 || answer.code() == "session_ended"), "{answers:?}");
        for winner in winners {
            let token = text(&winner.json, "refresh_token");
            refresh(&market.anybody(), token).await.expect_problem(401, "session_ended");
        }
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_gets_the_lost_answer_and_the_session_goes_on() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let ada = market.buyer("ada").await;
    let keyed = market.anybody().key("refresh-1");
    let first = refresh(&keyed, &ada.refresh_token).await.expect(201);
    let again = refresh(&keyed, &ada.refresh_token).await.expect(201);
    assert_eq!(again.json, first.json);
    assert_eq!(again.header("idempotent-replayed"), "true");
    let next = refresh(&market.anybody(), text(&first.json, "refresh_token")).await.expect(201);
    refresh(&keyed, text(&next.json, "refresh_token")).await.expect_problem(422, "idempotency_key_reused");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_request_sent_many_times_at_once_gets_one_answer_and_the_session_goes_on() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    for round in 0..10 {
        let ada = market.buyer(&format!("ada{round}")).await;
        let mut tries = JoinSet::new();
        // Some requests arrive while another is being answered, some afterwards: it must work at every moment.
        for delay in 0..16 {
            let (keyed, token) = (market.anybody().key(&format!("refresh-{round}")), ada.refresh_token.clone());
            tries.spawn(async move {
                tokio::time::sleep(Duration::from_micros(500 * delay)).await;
                refresh(&keyed, &token).await.expect(201).json
            });
        }
        let answers: Vec<Value> = tries.join_all().await;
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
        refresh(&market.anybody(), text(&answers[0], "refresh_token")).await.expect(201);
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refreshed_access_token_has_the_roles_of_now() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.buyer("sam").await;
    let shop = sam.client.post("/v1/sellers", json!({ "name": "Sam's" })).await.expect(201);
    sam.client.post("/v1/listings", json!({})).await.expect_problem(403, "seller_required");
    let answer = refresh(&market.anybody(), &sam.refresh_token).await.expect(201);
    assert_eq!(answer.json["user"]["seller_id"], shop.json["id"]);
    let client = market.anybody().bearer(text(&answer.json, "access_token"));
    client.post("/v1/listings", json!({})).await.expect(422);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_lasts_thirty_days_from_the_login_however_often_it_is_refreshed() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let ada = market.buyer("ada").await;
    world.advance(Duration::from_secs(30 * 24 * 60 * 60 - 60)).await;
    let last = refresh(&market.anybody(), &ada.refresh_token).await.expect(201);
    ada.client.get("/v1/me").await.expect_problem(401, "token_expired");
    world.advance(Duration::from_secs(60)).await;
    refresh(&market.anybody(), text(&last.json, "refresh_token")).await.expect_problem(401, "session_ended");
    world.stop().await;
}
