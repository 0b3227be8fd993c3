use super::{PASSWORD, log_in, refresh};
use crate::orders::{buy, line, order, sale, shipment, step, text, until};
use serde_json::{Value, json};
use tradewind_tests::{Answer, Person, World};

fn germany() -> Value {
    json!({ "name": "Ada Lovelace", "line1": "Analytical Road 1", "city": "Town", "country": "DE" })
}

async fn delete(person: &Person, password: &str) -> Answer {
    person.client.post("/v1/account-deletions", json!({ "current_password": password })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_account_leaves_nothing_personal_and_its_orders_stay() {
    let (world, market, sue, _) = sale().await;
    let ada = market.verified(&world, "ada").await;
    let post = json!({
        "id": "post", "name": "Post", "rate": { "kind": "flat", "price": { "amount": 490, "currency": "EUR" } }, "countries": ["DE"],
    });
    sue.client.patch(&format!("/v1/sellers/{}", sue.seller), json!({ "shipping": [post] })).await.expect(200);
    let bell = sue.sell("Bell", 1_000, 5).await;
    ada.client.put("/v1/cart", json!({ "lines": [line(&bell, 1)] })).await.expect(200);
    let checkout = json!({ "ship_to": germany(), "shipping": { (sue.seller.clone()): "post" }, "note": "Ring twice" });
    let answer = ada.client.clone().key("1").post("/v1/checkouts", checkout).await;
    let bought = answer.expect(201).json;
    let id = bought["orders"][0]["id"].clone();
    ada.pay(&bought).await;
    until(&ada, &id, "paid").await;
    delete(&ada, PASSWORD).await.expect_problem(409, "orders_open");
    step(&sue, &id, json!({ "transition": "ship", "shipment": shipment() })).await.expect(200);
    step(&ada, &id, json!({ "transition": "complete" })).await.expect(200);
    world.settle().await;
    assert_eq!(order(&sue, &id).await["ship_to"]["city"], "Town");

    delete(&ada, "not her password").await.expect_problem(403, "password_wrong");
    ada.client.post("/v1/account-deletions", json!({})).await.expect_invalid("current_password");
    delete(&ada, PASSWORD).await.expect(204);
    world.settle().await;
    refresh(&market.anybody(), &ada.refresh_token).await.expect_problem(401, "session_ended");
    log_in(&market.anybody(), &ada.email, PASSWORD).await.expect_problem(401, "credentials_wrong");
    ada.client.get("/v1/sessions").await.expect_problem(401, "token_expired");
    let last = world.mails_to(&ada.email).await.pop().unwrap();
    assert_eq!(last.0, "Your account at The bikes market is deleted");
    // The order is there for the seller and the books, without the person.
    let kept = order(&sue, &id).await;
    assert_eq!(
        (&kept["status"], &kept["ship_to"], &kept["total"]["amount"]),
        (&json!("completed"), &Value::Null, &json!(1_490))
    );
    let main = world.items("main").await;
    // The outbox keeps events for 30 days.
    let lasting = main.iter().filter(|item| item["kind"]["S"] != "event").map(Value::to_string).collect::<String>();
    for personal in [ada.email.as_str(), "Ring twice", "Analytical Road", "Ada Lovelace"] {
        assert!(!lasting.contains(personal), "{personal}");
    }
    assert_eq!(world.dead_letters().await, Vec::<Value>::new());
    // The address is free again, and what happens to the order afterwards is told to nobody.
    let mails = world.mails_to(&ada.email).await.len();
    let path = format!("/v1/orders/{}/refunds", text(&id));
    sue.client.clone().key("r").post(&path, json!({ "lines": [{ "line": 0, "quantity": 1 }] })).await.expect(201);
    world.settle().await;
    assert_eq!(world.mails_to(&ada.email).await.len(), mails);
    assert_ne!(market.verified(&world, "ada").await.id, ada.id);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_others_depend_on_stays() {
    let (world, market, sue, bob) = sale().await;
    delete(&sue, PASSWORD).await.expect_problem(409, "shop_open");
    delete(&market.admin, PASSWORD).await.expect_problem(409, "owner_stays");
    let bell = sue.sell("Bell", 1_000, 5).await;
    buy(&bob, json!([line(&bell, 1)]), "1").await;
    let told = delete(&bob, PASSWORD).await.expect_problem(409, "orders_open");
    assert!(told.json["detail"].as_str().unwrap().contains("is not completed"), "{}", told.text);
    bob.client.get("/v1/me").await.expect(200);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_needs_no_password() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let guest = json!({ "email": "gus@example.com", "name": "Gus" });
    let tokens = market.anybody().post("/v1/guests", guest).await.expect(201).json;
    let gus = Person::from_tokens(&market.anybody(), "gus@example.com", &tokens);
    gus.client.post("/v1/account-deletions", json!({})).await.expect(204);
    gus.client.get("/v1/sessions").await.expect_problem(401, "token_expired");
    let stored = world.stored("main").await;
    assert!(!stored.contains("\"Gus\""), "{stored}");
    world.stop().await;
}
