use super::{PASSWORD, log_in, refresh, text};
use serde_json::{Value, json};
use tradewind_tests::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_has_tokens_and_no_account() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let body = json!({ "email": " Gus@Example.com ", "name": "Gus" });
    let guest = market.anybody().post("/v1/guests", body).await.expect(201);
    assert_eq!((guest.header("location"), guest.header("cache-control")), ("/v1/me".into(), "no-store".into()));
    assert_eq!((&guest.json["user"]["guest"], &guest.json["user"]["email"]), (&json!(true), &json!("gus@example.com")));

    let client = market.anybody().bearer(text(&guest.json, "access_token"));
    assert_eq!(client.get("/v1/me").await.expect(200).json, guest.json["user"]);
    refresh(&market.anybody(), text(&guest.json, "refresh_token")).await.expect(201);
    log_in(&market.anybody(), "gus@example.com", PASSWORD).await.expect_problem(401, "credentials_wrong");

    client.post("/v1/sellers", json!({ "name": "Gus's shop" })).await.expect_problem(403, "account_required");
    let password = json!({ "password": PASSWORD, "current_password": "" });
    client.patch("/v1/me", password).await.expect_problem(403, "account_required");
    client.patch("/v1/me", json!({ "name": "Gustav" })).await.expect(200);

    world.settle().await;
    assert_eq!(world.mails_to("gus@example.com").await, vec![], "nobody has shown that it is their address");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_not_taken_by_guests_and_nothing_tells_whether_it_is() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let body = json!({ "email": "ada@example.com" });
    let one = market.anybody().post("/v1/guests", body.clone()).await.expect(201).json;
    let account = json!({ "email": "ada@example.com", "password": PASSWORD, "name": "Ada" });
    market.anybody().post("/v1/users", account).await.expect(201);
    let other = market.anybody().post("/v1/guests", body).await.expect(201).json;
    assert_ne!(one["user"]["id"], other["user"]["id"]);
    let fields = |guest: &Value| guest.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(fields(&one), fields(&other));
    market.anybody().post("/v1/guests", json!({ "email": "ada" })).await.expect_invalid("email");
    market.anybody().post("/v1/guests", json!({ "email": "a@example.com", "name": "" })).await.expect_invalid("name");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_can_be_asked_for_again() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let client = market.anybody().key("k1");
    let body = json!({ "email": "gus@example.com" });
    let first = client.post("/v1/guests", body.clone()).await.expect(201);
    assert_eq!(client.post("/v1/guests", body).await.expect(201).text, first.text);
    let stored = format!("{} {}", world.stored("main").await, world.stored("ephemeral").await);
    assert!(!stored.contains(text(&first.json, "claim")) && !stored.contains(text(&first.json, "access_token")));
    world.stop().await;
}
