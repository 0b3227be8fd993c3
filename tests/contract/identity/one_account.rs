//! One person has one account, in whatever form an address or a password is typed.

use super::{PASSWORD, log_in};
use serde_json::{Value, json};
use tradewind_tests::{Answer, World};

fn person(email: &str, password: &str) -> Value {
    json!({ "email": email, "password": password, "name": "Ada" })
}

/// The error message for a field.
fn said<'a>(answer: &'a Answer, field: &str) -> &'a str {
    let errors = answer.json["errors"].as_array().unwrap_or_else(|| panic!("{}", answer.text));
    let found = errors.iter().find(|error| error["field"] == field);
    found.unwrap_or_else(|| panic!("{field}: {}", answer.text))["message"].as_str().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_domain_in_any_letters_is_the_one_of_the_dns() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let made = market.anybody().post("/v1/users", person("Info@B\u{fc}cher.example", PASSWORD)).await.expect(201);
    assert_eq!(made.json["user"]["email"], "info@xn--bcher-kva.example");
    for same in [
        "info@xn--bcher-kva.example",
        "info@bu\u{308}cher.example",
        "INFO@B\u{dc}CHER.EXAMPLE",
        " info@b\u{fc}cher.example ",
    ] {
        let found = log_in(&market.anybody(), same, PASSWORD).await.expect(201).json;
        assert_eq!(found["user"]["id"], made.json["user"]["id"], "{same}");
        assert_eq!(found["user"]["email"], made.json["user"]["email"], "{same}");
    }
    world.settle().await;
    assert_eq!(world.mails_to("info@xn--bcher-kva.example").await.len(), 1, "the mail goes where the DNS knows it");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_cannot_be_written_to_is_refused_wherever_one_is_taken() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    for (email, word) in [
        ("ren\u{e9}@example.com", "`\u{e9}` (U+00E9) cannot stand before the @"),
        ("rene\u{301}@example.com", "(U+0301) cannot stand before the @"),
        ("a\u{200b}@example.com", "(U+200B) cannot stand before the @"),
        ("a..b@example.com", "a point must have something on both sides"),
        ("ada@example-.com", "`example-.com` cannot be the domain"),
        ("a..b@example-.com", "a point must have something on both sides. `example-.com` cannot be the domain"),
        ("ada@exam\u{202e}ple.com", "cannot be the domain"),
        ("ada@localhost", "`localhost` cannot be the domain"),
        ("ada@10.0.0.1", "cannot be the domain"),
        ("not an address", "like ada@example.com"),
    ] {
        let owner = json!({ "slug": "books", "name": "Books", "currency": "EUR", "fee_basis_points": 0, "owner": person(email, PASSWORD) });
        let tries = [
            (market.anybody().post("/v1/users", person(email, PASSWORD)).await, "email"),
            (market.anybody().post("/v1/guests", json!({ "email": email })).await, "email"),
            (log_in(&market.anybody(), email, PASSWORD).await, "email"),
            (world.operator().post("/v1/marketplaces", owner).await, "owner.email"),
        ];
        for (answer, field) in tries {
            let answer = answer.expect_problem(422, "invalid");
            assert!(said(&answer, field).contains(word), "{email}: {}", answer.text);
        }
    }
    world.settle().await;
    assert_eq!(world.mails_to("ada@example-.com").await.len(), 0);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_the_same_from_every_keyboard() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let (composed, apart) = ("F\u{fc}\u{df}chen-geheim", "Fu\u{308}\u{df}chen-geheim");
    market.anybody().post("/v1/users", person("pw@example.com", composed)).await.expect(201);
    let tokens = log_in(&market.anybody(), "pw@example.com", apart).await.expect(201).json;
    log_in(&market.anybody(), "pw@example.com", composed).await.expect(201);
    log_in(&market.anybody(), "pw@example.com", "Fu\u{df}chen-geheim").await.expect_problem(401, "credentials_wrong");

    // A change of password accepts both forms, too.
    let me = market.anybody().bearer(tokens["access_token"].as_str().unwrap());
    let etag = me.get("/v1/me").await.header("etag");
    let change = json!({ "current_password": composed, "password": "na\u{308}chstes Geheimnis" });
    me.if_match(&etag).patch("/v1/me", change).await.expect(200);
    log_in(&market.anybody(), "pw@example.com", "n\u{e4}chstes Geheimnis").await.expect(201);
    log_in(&market.anybody(), "pw@example.com", composed).await.expect(401);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_is_wrong_is_told_at_once_in_words_with_units() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let body = json!({ "email": "ada@example-.com", "password": "short", "name": " \u{a0}", "nick": "x" });
    let answer = market.anybody().post("/v1/users", body).await.expect_problem(422, "invalid");
    assert_eq!(answer.json["errors"].as_array().unwrap().len(), 4, "{}", answer.text);
    assert!(said(&answer, "email").contains("example-.com"));
    assert_eq!(said(&answer, "password"), "Send at least 8 characters.");
    assert_eq!(said(&answer, "name"), "This has only spaces: send at least 1 character that can be seen.");
    assert!(said(&answer, "nick").starts_with("There is no such field."));

    for (body, field, message) in [
        (json!(["ada@example.com", PASSWORD]), "body", "Send an object with named fields, not a list."),
        (json!({ "email": 7, "password": PASSWORD, "name": "A" }), "email", "Send a text, not a number."),
        (
            person("ada@example.com", "0123456789\n"),
            "password",
            "Character 11 is a line break, a tab or another control character: leave it out.",
        ),
        // Ten characters in Unicode, but five letters.
        (
            person("ada@example.com", "a\u{301}e\u{301}i\u{301}o\u{301}u\u{301}"),
            "password",
            "Send at least 8 characters.",
        ),
    ] {
        let answer = market.anybody().post("/v1/users", body).await.expect_problem(422, "invalid");
        assert_eq!(said(&answer, field), message, "{}", answer.text);
        for inside in ["struct", "expected", "length is", "\"field\":\".\""] {
            assert!(!answer.text.contains(inside), "{}", answer.text);
        }
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_are_called_is_taken_and_what_cannot_be_seen_is_refused() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let ada = market.buyer("ada").await;
    for name in [
        " ",
        "\u{3000}",
        "\u{2800}",
        "Ada\u{0}",
        "Ada\u{7}",
        "Ada\nBob",
        "A\u{200b}da",
        "\u{202e}adA",
        "Ad\u{200d}a",
        "\u{feff}Ada",
        "Ada\u{ad}",
        "\u{3164}",
    ] {
        let mut body = person("bob@example.com", PASSWORD);
        body["name"] = json!(name);
        market.anybody().post("/v1/users", body).await.expect_invalid("name");
        market
            .anybody()
            .post("/v1/guests", json!({ "email": "bob@example.com", "name": name }))
            .await
            .expect_invalid("name");
        ada.client.patch("/v1/me", json!({ "name": name })).await.expect_invalid("name");
        ada.client.post("/v1/sellers", json!({ "name": name })).await.expect_invalid("name");
        market.admin.client.patch("/v1/marketplace", json!({ "name": name })).await.expect_invalid("name");
        let address = json!({ "name": name, "line1": name, "city": name, "country": "DE" });
        let quote = ada.client.post("/v1/checkout-quotes", json!({ "ship_to": address })).await;
        for field in ["ship_to.name", "ship_to.line1", "ship_to.city"] {
            said(&quote, field);
        }
    }
    assert_eq!(ada.client.get("/v1/me").await.expect(200).json["name"], "ada");
    for (name, kept) in [
        ("  Rene\u{301} ", "Ren\u{e9}"),
        (
            "\u{645}\u{6cc}\u{200c}\u{62e}\u{648}\u{627}\u{647}\u{645}",
            "\u{645}\u{6cc}\u{200c}\u{62e}\u{648}\u{627}\u{647}\u{645}",
        ),
        ("\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467} & Co.", "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467} & Co."),
        ("\u{845b}\u{e0100}\u{57ce}", "\u{845b}\u{e0100}\u{57ce}"),
    ] {
        let me = ada.client.patch("/v1/me", json!({ "name": name })).await.expect(200).json;
        assert_eq!(me["name"], kept);
    }
    world.stop().await;
}
