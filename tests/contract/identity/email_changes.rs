use super::{PASSWORD, code_to, log_in};
use serde_json::json;
use tradewind_tests::{Answer, Person, World};

const NEW: &str = "ada.new@example.com";

async fn change(person: &Person, email: &str, password: &str) -> Answer {
    person.client.post("/v1/email-changes", json!({ "email": email, "current_password": password })).await
}

async fn confirm(person: &Person, code: &str) -> Answer {
    person.client.post("/v1/email-changes/confirm", json!({ "code": code })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_changes_when_the_code_comes_back_from_the_new_one() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let ada = market.verified(&world, "ada").await;
    change(&ada, NEW, "not her password").await.expect_problem(403, "password_wrong");
    change(&ada, NEW, PASSWORD).await.expect(204);
    assert_eq!(ada.client.get("/v1/me").await.json["email"], ada.email.as_str(), "nothing has changed yet");
    world.settle().await;
    let code = code_to(&world, NEW).await;
    let changed = confirm(&ada, &code).await.expect(200);
    assert_eq!((&changed.json["email"], &changed.json["email_verified"]), (&json!(NEW), &json!(true)));
    confirm(&ada, &code).await.expect_problem(403, "code_wrong");
    log_in(&market.anybody(), NEW, PASSWORD).await.expect(201);
    log_in(&market.anybody(), &ada.email, PASSWORD).await.expect_problem(401, "credentials_wrong");
    // The old one is told, and free again.
    world.settle().await;
    assert_eq!(world.mails_to(&ada.email).await.last().unwrap().0, "Your address at The bikes market was changed");
    let other = market.verified(&world, "ada").await;
    assert_ne!(other.id, ada.id);
    let found = market.admin.client.get(&format!("/v1/users?q={NEW}")).await.expect(200).json;
    assert_eq!(found["data"][0]["id"], ada.id.as_str());
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_of_somebody_else_is_not_taken_and_only_they_learn_of_it() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let (ada, bob) = (market.verified(&world, "ada").await, market.verified(&world, "bob").await);
    let before = world.mails_to(&bob.email).await.len();
    change(&ada, &bob.email, PASSWORD).await.expect(204);
    world.settle().await;
    let told = world.mails_to(&bob.email).await;
    assert_eq!(told.len(), before + 1);
    assert_eq!(told.last().unwrap().0, "This address has another account at The bikes market");
    confirm(&ada, "123456").await.expect_problem(403, "code_wrong");
    assert_eq!(ada.client.get("/v1/me").await.json["email"], ada.email.as_str());
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_change_to_one_address_one_gets_it() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let (ada, bob) = (market.verified(&world, "ada").await, market.verified(&world, "bob").await);
    change(&ada, NEW, PASSWORD).await.expect(204);
    world.settle().await;
    let adas = code_to(&world, NEW).await;
    change(&bob, NEW, PASSWORD).await.expect(204);
    world.settle().await;
    let bobs = code_to(&world, NEW).await;
    let answers = futures::future::join(confirm(&ada, &adas), confirm(&bob, &bobs)).await;
    let mut statuses = [answers.0.status, answers.1.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409], "{} {}", answers.0.text, answers.1.text);
    world.stop().await;
}
