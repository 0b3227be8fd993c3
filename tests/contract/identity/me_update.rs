use super::{PASSWORD, log_in, refresh, text};
use serde_json::json;
use tradewind_tests::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_new_name_is_kept_and_counts_the_version() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let ada = market.buyer("ada").await;
    let answer = ada.client.patch("/v1/me", json!({ "name": "Ada Lovelace" })).await.expect(200);
    assert_eq!((&answer.json["name"], &answer.json["email"]), (&json!("Ada Lovelace"), &json!(ada.email)));
    let read = ada.client.get("/v1/me").await.expect(200);
    assert_eq!(read.json, answer.json);
    assert_eq!((answer.version(), read.version()), ("2".into(), "2".into()));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_to_an_old_version_is_refused() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let ada = market.buyer("ada").await;
    let etag = ada.client.get("/v1/me").await.expect(200).header("etag");
    let client = ada.client.clone().if_match(&etag);
    client.patch("/v1/me", json!({ "name": "First" })).await.expect(200);
    client.patch("/v1/me", json!({ "name": "Second" })).await.expect_problem(412, "changed");
    assert_eq!(ada.client.get("/v1/me").await.json["name"], "First");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_replaces_the_old_one_and_ends_every_other_session() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let ada = market.buyer("ada").await;
    let other = log_in(&market.anybody(), &ada.email, PASSWORD).await.expect(201);
    let new = "a much better password";
    let change = json!({ "password": new, "current_password": PASSWORD });
    let answer = ada.client.patch("/v1/me", change).await.expect(200);
    assert!(!answer.text.contains(new), "{}", answer.text);

    log_in(&market.anybody(), &ada.email, PASSWORD).await.expect_problem(401, "credentials_wrong");
    log_in(&market.anybody(), &ada.email, new).await.expect(201);
    refresh(&market.anybody(), text(&other.json, "refresh_token")).await.expect_problem(401, "session_ended");
    refresh(&market.anybody(), &ada.refresh_token).await.expect(201);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_changed_only_by_who_knows_it() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let ada = market.buyer("ada").await;
    let new = "a much better password";
    let guess = json!({ "password": new, "current_password": "not her password", "name": "Eve" });
    ada.client.patch("/v1/me", guess).await.expect_problem(403, "password_wrong");
    ada.client.patch("/v1/me", json!({ "password": new })).await.expect_invalid("current_password");
    ada.client.patch("/v1/me", json!({ "current_password": PASSWORD })).await.expect_invalid("password");
    log_in(&market.anybody(), &ada.email, PASSWORD).await.expect(201);
    assert_eq!(ada.client.get("/v1/me").await.json["name"], "ada");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_field_is_named() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let ada = market.buyer("ada").await;
    for (field, value) in [
        ("name", json!("")),
        ("name", json!("x".repeat(101))),
        ("password", json!("short")),
        ("admin", json!(true)),
        ("email", json!("other@example.com")),
    ] {
        let body = json!({ field: value });
        ada.client.patch("/v1/me", body).await.expect_invalid(field);
    }
    market.anybody().patch("/v1/me", json!({ "name": "Eve" })).await.expect(401);
    world.stop().await;
}
