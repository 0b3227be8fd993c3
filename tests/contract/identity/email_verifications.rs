use super::{PASSWORD, code_to, log_in, text};
use serde_json::{Value, json};
use std::time::Duration;
use tradewind_local::Options;
use tradewind_tests::{Market, Person, World};

const ADA: &str = "ada@example.com";

async fn register(market: &Market, password: &str) -> Person {
    let body = json!({ "email": ADA, "password": password, "name": "Pay here: evil.example" });
    Person::from_tokens(&market.anybody(), ADA, &market.anybody().post("/v1/users", body).await.expect(201).json)
}

async fn confirm(person: &Person, code: &str) -> tradewind_tests::Answer {
    person.client.post("/v1/email-verifications/confirm", json!({ "code": code })).await
}

/// The link's code in the newest e-mail to an address.
async fn link_to(world: &World, address: &str) -> String {
    let text = world.letters_to(address).await.pop().unwrap().text;
    text.split("#code=").nth(1).unwrap().split_whitespace().next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_code_or_the_link_verifies_an_address_once() {
    let world = World::with(Options { fresh: Duration::ZERO, ..Options::default() }).await;
    let market = world.market("bikes").await;
    let storefront = json!({ "storefront_url": "https://bikes.example.com" });
    market.admin.client.patch("/v1/marketplace", storefront).await.expect(200);
    World::settings_known().await;
    let ada = register(&market, PASSWORD).await;
    world.settle().await;
    let letters = world.letters_to(ADA).await;
    assert_eq!(letters.len(), 1);
    // Whoever registers chooses the name, and could have us send it to anybody.
    assert!(!letters[0].text.contains("evil") && !letters[0].html.contains("evil"), "{}", letters[0].text);
    assert_eq!(ada.client.get("/v1/me").await.json["email_verified"], false);
    // Neither the table nor a queue holds what the e-mail says.
    let (code, link) = (code_to(&world, ADA).await, link_to(&world, ADA).await);
    for table in ["main", "ephemeral"] {
        let stored = world.stored(table).await;
        assert!(!stored.contains(&code) && !stored.contains(&link), "{table}");
    }
    for wrong in ["", "12345", "1234567", "abcdef", &link[1..], &format!("{link}x")] {
        let answer = confirm(&ada, wrong).await;
        assert!([403, 422].contains(&answer.status), "{wrong}: {}", answer.text);
    }
    let verified = confirm(&ada, &link).await.expect(200);
    assert_eq!((&verified.json["email_verified"], &verified.json["email"]), (&json!(true), &json!(ADA)));
    for used in [&link, &code] {
        confirm(&ada, used).await.expect_problem(403, "code_wrong");
    }
    // Nothing is sent to an address that is verified.
    ada.client.post("/v1/email-verifications", Value::Null).await.expect(204);
    world.settle().await;
    assert_eq!(world.letters_to(ADA).await.len(), 1);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_good_for_fifteen_minutes_and_the_newest_one_counts() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let ada = register(&market, PASSWORD).await;
    world.settle().await;
    let first = code_to(&world, ADA).await;
    ada.client.post("/v1/email-verifications", Value::Null).await.expect(204);
    world.settle().await;
    let second = code_to(&world, ADA).await;
    assert_ne!(first, second);
    confirm(&ada, &first).await.expect_problem(403, "code_wrong");
    world.advance(Duration::from_secs(15 * 60)).await;
    let ada = ada.again(&market).await;
    confirm(&ada, &second).await.expect_problem(403, "code_wrong");
    ada.client.post("/v1/email-verifications", Value::Null).await.expect(204);
    world.settle().await;
    confirm(&ada, &code_to(&world, ADA).await).await.expect(200);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn six_digits_cannot_be_guessed_and_the_owner_is_not_locked_out() {
    let world = World::with(Options { fresh: Duration::ZERO, ..Options::default() }).await;
    let market = world.market("bikes").await;
    let storefront = json!({ "storefront_url": "https://bikes.example.com" });
    market.admin.client.patch("/v1/marketplace", storefront).await.expect(200);
    World::settings_known().await;
    let ada = register(&market, PASSWORD).await;
    world.settle().await;
    let code = code_to(&world, ADA).await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        confirm(&ada, wrong).await.expect_problem(403, "code_wrong");
    }
    confirm(&ada, &code).await.expect_problem(429, "too_many_attempts");
    confirm(&ada, &link_to(&world, ADA).await).await.expect(200);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_verifies_somebody_elses_account_or_takes_a_verified_address() {
    let world = World::start().await;
    let (market, books) = (world.market("bikes").await, world.market("books").await);
    let eve = register(&market, "four teal otters jump").await;
    world.settle().await;
    let eves = code_to(&world, ADA).await;
    let ada = register(&market, PASSWORD).await;
    world.settle().await;
    let adas = code_to(&world, ADA).await;
    // Each code is for the account that it was made for.
    confirm(&ada, &eves).await.expect_problem(403, "code_wrong");
    let elsewhere = register(&books, PASSWORD).await;
    confirm(&elsewhere, &adas).await.expect_problem(403, "code_wrong");
    market.anybody().post("/v1/email-verifications/confirm", json!({ "code": adas })).await.expect(401);
    confirm(&ada, &adas).await.expect(200);
    // The account that came first has not verified it, and now cannot.
    confirm(&eve, &eves).await.expect_problem(409, "email_taken");
    assert_eq!(eve.client.get("/v1/me").await.json["email_verified"], false);
    let in_again = log_in(&market.anybody(), ADA, PASSWORD).await.expect(201);
    assert_eq!(in_again.json["user"]["id"], ada.id.as_str());
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn registering_tells_nobody_whether_an_address_is_registered() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let ada = register(&market, PASSWORD).await;
    world.settle().await;
    confirm(&ada, &code_to(&world, ADA).await).await.expect(200);

    let eve = register(&market, "four teal otters jump").await;
    assert_ne!(eve.id, ada.id);
    let shape = |person: Value| {
        let mut person = person;
        for of_its_own in ["id", "created_at", "updated_at", "email"] {
            person.as_object_mut().unwrap().remove(of_its_own).unwrap();
        }
        person
    };
    let body =
        json!({ "email": "new@example.com", "password": "four teal otters jump", "name": "Pay here: evil.example" });
    let new = market.anybody().post("/v1/users", body).await.expect(201);
    let of_eve = eve.client.get("/v1/me").await.expect(200).json;
    assert_eq!(shape(of_eve), shape(new.json["user"].clone()));
    for address in [ADA, "new@example.com"] {
        let in_again = log_in(&market.anybody(), address, "four teal otters jump").await.expect(201);
        assert_eq!(in_again.json["user"]["email_verified"], false, "{address}");
    }
    // The owner learns it, and goes on as before.
    world.settle().await;
    let told = world.mails_to(ADA).await;
    assert_eq!(told.last().unwrap().0, "You have an account at The bikes market already");
    let own = log_in(&market.anybody(), ADA, PASSWORD).await.expect(201);
    assert_eq!(text(&own.json["user"], "id"), ada.id);
    eve.client.post("/v1/email-verifications", Value::Null).await.expect(204);
    world.settle().await;
    assert!(!world.mails_to(ADA).await.last().unwrap().1.contains("code="), "no code for somebody else's account");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_gets_ten_mails_an_hour_for_a_purpose_and_then_ever_fewer() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let ada = register(&market, PASSWORD).await;
    let ask = async || ada.client.post("/v1/email-verifications", Value::Null).await;
    for _ in 0..9 {
        ask().await.expect(204);
    }
    let refused = ask().await.expect_problem(429, "too_many_attempts");
    assert_eq!(refused.header("retry-after"), "1");
    // Nobody is kept from registering, or from setting a new password: only the e-mail is left out.
    world.settle().await;
    let mails = world.mails_to(ADA).await.len();
    register(&market, "four teal otters jump").await;
    world.settle().await;
    assert_eq!(world.mails_to(ADA).await.len(), mails);
    market.anybody().post("/v1/password-resets", json!({ "email": ADA })).await.expect(204);
    world.advance(Duration::from_secs(1)).await;
    ask().await.expect(204);
    ask().await.expect(429);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_network_has_fifty_mails_an_hour_sent_by_registering() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    for n in 0..55 {
        let body = json!({ "email": format!("somebody{n}@example.com"), "password": PASSWORD, "name": "Ada" });
        market.anybody().post("/v1/users", body).await.expect(201);
    }
    world.settle().await;
    let mails = world.anybody().get("/_local/mail").await.json;
    let to = |mail: &&Value| mail["to"][0].as_str().unwrap().starts_with("somebody");
    assert_eq!(mails.as_array().unwrap().iter().filter(to).count(), 50);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_kept_out_by_others_who_register_with_their_address() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let ada = register(&market, PASSWORD).await;
    for n in 0..5 {
        let eve = register(&market, &format!("four teal otters jump {n}")).await;
        let in_again = log_in(&market.anybody(), ADA, &format!("four teal otters jump {n}")).await.expect(201);
        assert_eq!(in_again.json["user"]["id"], eve.id.as_str());
    }
    let in_again = log_in(&market.anybody(), ADA, PASSWORD).await.expect(201);
    assert_eq!(in_again.json["user"]["id"], ada.id.as_str());
    // The account moves with its password.
    let change = json!({ "current_password": PASSWORD, "password": "six blue herons wade" });
    ada.client.patch("/v1/me", change).await.expect(200);
    log_in(&market.anybody(), ADA, PASSWORD).await.expect_problem(401, "credentials_wrong");
    let in_again = log_in(&market.anybody(), ADA, "six blue herons wade").await.expect(201);
    assert_eq!(in_again.json["user"]["id"], ada.id.as_str());
    // What somebody wrote who may not be the owner of the address is not sent there.
    world.settle().await;
    for (subject, text) in world.mails_to(ADA).await {
        assert!(subject.ends_with(" is your code for The bikes market") && !text.contains("evil"), "{subject}: {text}");
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_has_nothing_to_verify() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let guest = market.anybody().post("/v1/guests", json!({ "email": ADA })).await.expect(201).json;
    let guest = Person::from_tokens(&market.anybody(), ADA, &guest);
    guest.client.post("/v1/email-verifications", Value::Null).await.expect_problem(403, "account_required");
    confirm(&guest, "123456").await.expect_problem(403, "account_required");
    world.stop().await;
}
