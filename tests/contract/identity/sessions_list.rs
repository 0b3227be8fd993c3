use super::{PASSWORD, log_in, refresh, text};
use serde_json::{Value, json};
use std::time::Duration;
use tradewind_tests::{Person, World};

const FIREFOX: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0";

async fn sessions(person: &Person) -> Vec<Value> {
    person.client.get("/v1/sessions").await.expect(200).json["data"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_session_says_device_place_and_last_use() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let ada = market.buyer("ada").await;
    world.advance(Duration::from_secs(60)).await;
    let browser = market.anybody().header("user-agent", FIREFOX);
    let second = log_in(&browser, &ada.email, PASSWORD).await.expect(201).json;
    world.advance(Duration::from_secs(60)).await;
    let named = json!({ "email": ada.email, "password": PASSWORD, "device": "Ada's phone" });
    market.anybody().post("/v1/sessions", named).await.expect(201);
    world.advance(Duration::from_secs(60)).await;
    refresh(&browser, text(&second, "refresh_token")).await.expect(201);

    let all = sessions(&ada).await;
    let of = |field: &str| all.iter().map(|session| session[field].clone()).collect::<Vec<_>>();
    assert_eq!(of("device")[..2], [json!("Ada's phone"), json!("Firefox on Windows")]);
    assert_eq!(of("current"), [json!(false), json!(false), json!(true)]);
    assert_eq!(of("ip_address"), vec![json!("127.0.0.1"); 3]);
    assert!(
        text(&all[1], "used_at") > text(&all[0], "used_at")
            && text(&all[1], "created_at") < text(&all[0], "created_at")
    );
    // No secret is told.
    let listed = json!(all).to_string();
    assert!(!listed.contains("hash") && !listed.contains("mark"), "{listed}");
    // Nobody sees those of others.
    let bob = market.buyer("bob").await;
    assert_eq!(sessions(&bob).await.len(), 1);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_was_ended_is_refused_at_once_for_credentials_and_within_a_minute_everywhere() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let ada = market.buyer("ada").await;
    let phone = log_in(&market.anybody(), &ada.email, PASSWORD).await.expect(201).json;
    let stolen = Person::from_tokens(&market.anybody(), &ada.email, &phone);
    stolen.client.get("/v1/me").await.expect(200);
    let id = text(&sessions(&ada).await[0], "id").to_owned();
    ada.client.delete(&format!("/v1/sessions/{id}")).await.expect(204);
    ada.client.delete(&format!("/v1/sessions/{id}")).await.expect(204);

    let change = json!({ "name": "Eve" });
    stolen.client.patch("/v1/me", change).await.expect_problem(401, "token_expired");
    stolen.client.post("/v1/checkouts", json!({ "return_url": "https://a.example" })).await.expect(401);
    refresh(&market.anybody(), &stolen.refresh_token).await.expect_problem(401, "session_ended");
    world.advance(Duration::from_secs(60)).await;
    stolen.client.get("/v1/me").await.expect_problem(401, "token_expired");
    ada.client.get("/v1/me").await.expect(200);
    assert_eq!(sessions(&ada).await.len(), 1);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_ends_a_session_of_somebody_else() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let (ada, bob) = (market.buyer("ada").await, market.buyer("bob").await);
    let id = text(&sessions(&ada).await[0], "id").to_owned();
    bob.client.delete(&format!("/v1/sessions/{id}")).await.expect(204);
    for wrong in ["ses_1", "all", "usr_01jd0000000000000000000000", "current%23x"] {
        bob.client.delete(&format!("/v1/sessions/{wrong}")).await.expect(404);
    }
    assert_eq!(sessions(&ada).await.len(), 1);
    refresh(&market.anybody(), &ada.refresh_token).await.expect(201);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_other_sessions_end_together() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let ada = market.buyer("ada").await;
    let mut others = vec![];
    for _ in 0..3 {
        let tokens = log_in(&market.anybody(), &ada.email, PASSWORD).await.expect(201).json;
        others.push(Person::from_tokens(&market.anybody(), &ada.email, &tokens));
    }
    assert_eq!(sessions(&ada).await.len(), 4);
    others[0].client.get("/v1/me").await.expect(200);
    ada.client.post("/v1/sessions/end-others", Value::Null).await.expect(204);
    // Whoever was logged out does not log out the others in turn.
    let own = sessions(&ada).await.into_iter().find(|session| session["current"] == true).unwrap();
    let path = format!("/v1/sessions/{}", text(&own, "id"));
    others[0].client.delete(&path).await.expect_problem(401, "session_ended");
    for other in &others {
        other.client.get("/v1/sessions").await.expect_problem(401, "token_expired");
        refresh(&market.anybody(), &other.refresh_token).await.expect_problem(401, "session_ended");
    }
    assert_eq!(sessions(&ada).await.len(), 1);
    refresh(&market.anybody(), &ada.refresh_token).await.expect(201);
    log_in(&market.anybody(), &ada.email, PASSWORD).await.expect(201);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_is_told_of_a_new_place_and_of_a_token_that_was_used_twice() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let ada = market.verified(&world, "ada").await;
    let before = world.mails_to(&ada.email).await.len();
    log_in(&market.anybody(), &ada.email, PASSWORD).await.expect(201);
    world.settle().await;
    assert_eq!(world.mails_to(&ada.email).await.len(), before, "the place is known from registering");
    world.advance(Duration::from_secs(31 * 24 * 60 * 60)).await;
    let named = json!({ "email": ada.email, "password": PASSWORD, "device": "\u{202e}<b>x</b>" });
    let phone = market.anybody().post("/v1/sessions", named.clone()).await;
    assert_eq!(phone.status, 422, "no signs that turn a text around: {}", phone.text);
    let named = json!({ "email": ada.email, "password": PASSWORD, "device": "<b>phone</b>" });
    let phone = market.anybody().post("/v1/sessions", named).await.expect(201).json;
    world.settle().await;
    let letters = world.letters_to(&ada.email).await;
    assert_eq!(letters.last().unwrap().subject, "New log-in to your account at The bikes market");
    assert!(letters.last().unwrap().html.contains("&lt;b&gt;phone&lt;/b&gt;"), "{}", letters.last().unwrap().html);
    refresh(&market.anybody(), text(&phone, "refresh_token")).await.expect(201);
    world.advance(Duration::from_secs(31)).await;
    refresh(&market.anybody(), text(&phone, "refresh_token")).await.expect_problem(401, "session_ended");
    world.settle().await;
    let told = world.mails_to(&ada.email).await;
    assert_eq!(told.last().unwrap().0, "We logged one of your devices out of The bikes market");
    world.stop().await;
}
