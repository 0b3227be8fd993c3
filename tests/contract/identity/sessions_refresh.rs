use super::{refresh, text};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::task::JoinSet;
use tradewind_tests::{World, proof};

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

/// Longer than the answer to a refresh can be asked for again.
const AFTER_GRACE: Duration = Duration::from_secs(31);

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_that_is_shown_again_later_ends_the_session_for_everybody() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let ada = market.buyer("ada").await;
    let next = refresh(&market.anybody(), &ada.refresh_token).await.expect(201);
    world.advance(AFTER_GRACE).await;
    refresh(&market.anybody(), &ada.refresh_token).await.expect_problem(401, "session_ended");
    refresh(&market.anybody(), text(&next.json, "refresh_token")).await.expect_problem(401, "session_ended");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_from_long_ago_ends_the_session_too() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let ada = market.buyer("ada").await;
    let mut token = ada.refresh_token.clone();
    for _ in 0..40 {
        token = text(&refresh(&market.anybody(), &token).await.expect(201).json, "refresh_token").to_owned();
    }
    // Not even within the grace: the one after it was used, so its answer arrived.
    refresh(&market.anybody(), &ada.refresh_token).await.expect_problem(401, "session_ended");
    refresh(&market.anybody(), &token).await.expect_problem(401, "session_ended");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_knows_a_session_but_no_secret_of_it_cannot_end_it() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let ada = market.buyer("ada").await;
    let (session, secret) = ada.refresh_token.rsplit_once('.').unwrap();
    for guess in ["x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", &secret[1..], &format!("{secret}x")] {
        refresh(&market.anybody(), &format!("{session}.{guess}")).await.expect_problem(401, "session_ended");
    }
    refresh(&market.anybody(), &ada.refresh_token).await.expect(201);
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
async fn many_at_once_with_one_token_get_the_same_next_one() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    for round in 0..5 {
        let ada = market.buyer(&format!("ada{round}")).await;
        let mut tries = JoinSet::new();
        // Some arrive while another is being answered, some afterwards, some with a key: it must work at every moment.
        for delay in 0..16 {
            let anybody = market.anybody();
            let anybody = if delay % 2 == 0 { anybody } else { anybody.key("refresh") };
            let token = ada.refresh_token.clone();
            tries.spawn(async move {
                tokio::time::sleep(Duration::from_micros(500 * delay)).await;
                refresh(&anybody, &token).await.expect(201).json
            });
        }
        let answers: Vec<Value> = tries.join_all().await;
        let next = text(&answers[0], "refresh_token");
        assert!(answers.iter().all(|answer| answer["refresh_token"] == next), "{answers:?}");
        refresh(&market.anybody(), next).await.expect(201);
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_given_again_and_the_session_goes_on() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let ada = market.buyer("ada").await;
    let first = refresh(&market.anybody(), &ada.refresh_token).await.expect(201);
    world.advance(Duration::from_secs(25)).await;
    let again = refresh(&market.anybody(), &ada.refresh_token).await.expect(201);
    assert_eq!(again.json["refresh_token"], first.json["refresh_token"]);
    market.anybody().bearer(text(&again.json, "access_token")).get("/v1/me").await.expect(200);
    refresh(&market.anybody(), text(&first.json, "refresh_token")).await.expect(201);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_does_not_outlive_its_session_under_an_idempotency_key() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let ada = market.buyer("ada").await;
    let keyed = market.anybody().key("refresh-1");
    let first = refresh(&keyed, &ada.refresh_token).await.expect(201);
    let client = market.anybody().bearer(text(&first.json, "access_token"));
    client.delete("/v1/sessions/current").await.expect(204);
    world.advance(AFTER_GRACE).await;
    refresh(&keyed, &ada.refresh_token).await.expect_problem(401, "session_ended");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refreshed_access_token_has_the_roles_of_now() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.buyer("sam").await;
    let shop = sam.client.post("/v1/sellers", json!({ "name": "Sam's" })).await.expect(201);
    // What somebody may do is asked of the table, so that the token of before works as well.
    sam.client.post("/v1/listings", json!({})).await.expect(422);
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

#[tokio::test(flavor = "multi_thread")]
async fn a_session_of_the_release_before_goes_on() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let ada = market.buyer("ada").await;
    // It was stored under its own id alone, and its refresh token did not name the user.
    let stored = world.items("ephemeral").await;
    let his = |item: &Value| item["user"]["S"] == ada.id.as_str() && item["refresh_hash"].is_object();
    let mut before = stored.into_iter().find(his).unwrap();
    let (pk, id) = (text(&before["pk"], "S").to_owned(), text(&before["id"], "S").to_owned());
    let key = json!({ "pk": before["pk"], "sk": before["sk"] });
    before["pk"]["S"] = json!(format!("{}#session#{id}", pk.split('#').next().unwrap()));
    before["sk"]["S"] = json!("session");
    proof::put(&world, "ephemeral", &[before]).await;
    proof::delete(&world, "ephemeral", &[key]).await;
    ada.client.get("/v1/me").await.expect(200);
    ada.client.patch("/v1/me", json!({ "name": "Ada L." })).await.expect(200);
    let secret = ada.refresh_token.rsplit('.').next().unwrap();
    let next = refresh(&market.anybody(), &format!("{id}.{secret}")).await.expect(201).json;
    market.anybody().bearer(text(&next, "access_token")).get("/v1/me").await.expect(200);
    assert!(text(&next, "refresh_token").contains(&ada.id), "it names the user from now on");
    refresh(&market.anybody(), text(&next, "refresh_token")).await.expect(201);
    refresh(&market.anybody(), &format!("{id}.{secret}")).await.expect_problem(401, "session_ended");
    world.stop().await;
}
