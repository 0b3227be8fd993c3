use serde_json::{Value, json};
use tokio::task::JoinSet;
use tradewind_tests::{Person, World};

const PASSWORD: &str = "correct horse battery";

fn bikes() -> Value {
    json!({
        "slug": "bikes", "name": "Bikes & more", "currency": "EUR", "fee_basis_points": 1_000,
        "owner": { "email": "Ada@example.com", "password": PASSWORD, "name": "Ada" },
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_marketplace_opens_with_an_administrator_who_can_log_in() {
    let world = World::start().await;
    let answer = world.operator().post("/v1/marketplaces", bikes()).await.expect(201);
    let market = &answer.json;
    assert!(market["id"].as_str().unwrap().starts_with("mkt_"), "{market}");
    assert_eq!((&market["slug"], &market["name"]), (&json!("bikes"), &json!("Bikes & more")));
    assert_eq!((&market["currency"], &market["commission"]["default"]["basis_points"]), (&json!("EUR"), &json!(1_000)));
    assert_eq!((answer.header("location"), answer.version()), ("/v1/marketplace".into(), "1".into()));
    assert!(!answer.text.contains(PASSWORD) && !answer.text.contains("argon2"), "{}", answer.text);

    let anybody = world.anybody().at("bikes");
    assert_eq!(anybody.get("/v1/marketplace").await.expect(200).json, *market);
    let ada = Person::log_in(&anybody, "ada@example.com").await;
    let me = ada.client.get("/v1/me").await.expect(200).json;
    assert_eq!((&me["name"], &me["admin"]), (&json!("Ada"), &json!(true)));
    ada.client.get("/v1/trial-balance").await.expect(200);

    world.settle().await;
    let mails = world.mails_to("ada@example.com").await;
    let subjects: Vec<_> = mails.iter().map(|(subject, _)| subject.as_str()).collect();
    assert_eq!(subjects, ["Welcome to Bikes & more", "New log-in to your account at Bikes & more"]);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slug_is_given_once_and_a_refusal_leaves_nothing_behind() {
    let world = World::start().await;
    world.operator().post("/v1/marketplaces", bikes()).await.expect(201);
    let mut other = bikes();
    other["name"] = json!("Other bikes");
    other["owner"]["email"] = json!("eve@example.com");
    let refused = world.operator().post("/v1/marketplaces", other.clone()).await.expect_problem(409, "slug_taken");
    assert!(refused.json["detail"].as_str().unwrap().contains("choose another one"), "{}", refused.text);
    assert!(refused.json.get("subject").is_none() && !refused.text.contains('#'), "no key is told: {}", refused.text);

    let anybody = world.anybody().at("bikes");
    assert_eq!(anybody.get("/v1/marketplace").await.expect(200).json["name"], "Bikes & more");
    let login = json!({ "email": "eve@example.com", "password": PASSWORD });
    anybody.post("/v1/sessions", login).await.expect_problem(401, "credentials_wrong");
    world.settle().await;
    assert_eq!(world.mails_to("eve@example.com").await, []);
    // A request that was refused because of its slug succeeds with another one.
    other["slug"] = json!("other-bikes");
    world.operator().post("/v1/marketplaces", other).await.expect(201);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_want_one_slug_at_once_one_gets_it() {
    let world = World::start().await;
    let mut tries = JoinSet::new();
    for _ in 0..8 {
        let operator = world.operator();
        tries.spawn(async move { operator.post("/v1/marketplaces", bikes()).await });
    }
    let answers = tries.join_all().await;
    let opened: Vec<_> = answers.iter().filter(|answer| answer.status == 201).collect();
    assert_eq!(opened.len(), 1, "{answers:?}");
    assert_eq!(answers.iter().filter(|answer| answer.code() == "slug_taken").count(), 7, "{answers:?}");
    let seen = world.anybody().at("bikes").get("/v1/marketplace").await.expect(200).json;
    assert_eq!(seen["id"], opened[0].json["id"]);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_field_is_named() {
    let world = World::start().await;
    for (pointer, field, wrong) in [
        ("/slug", "slug", vec![json!("ab"), json!("Bikes"), json!("bikes-"), json!("admin"), Value::Null]),
        ("/name", "name", vec![json!(""), json!("x".repeat(101))]),
        ("/currency", "currency", vec![json!("eur"), json!("XAU"), json!("XXX")]),
        ("/fee_basis_points", "fee_basis_points", vec![json!(5_001), json!(-1), json!(70_000), json!("10 %")]),
        ("/owner/email", "owner.email", vec![json!("ada"), Value::Null]),
        ("/owner/password", "owner.password", vec![json!("short"), json!("x".repeat(257))]),
        ("/owner/name", "owner.name", vec![json!(""), json!("x".repeat(101))]),
    ] {
        for value in wrong {
            let mut body = bikes();
            *body.pointer_mut(pointer).unwrap() = value;
            world.operator().post("/v1/marketplaces", body).await.expect_invalid(field);
        }
    }
    let mut body = bikes();
    body["id"] = json!("mkt_01jd0000000000000000000000");
    world.operator().post("/v1/marketplaces", body).await.expect_invalid("id");
    world.operator().post("/v1/marketplaces", bikes()).await.expect(201);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_gets_the_first_answer_and_opens_nothing_more() {
    let world = World::start().await;
    let operator = world.operator().key("open-1");
    let first = operator.post("/v1/marketplaces", bikes()).await.expect(201);
    let again = operator.post("/v1/marketplaces", bikes()).await.expect(201);
    assert_eq!((&again.json, again.header("etag")), (&first.json, first.header("etag")));
    assert_eq!((first.header("idempotent-replayed"), again.header("idempotent-replayed")), ("".into(), "true".into()));
    let mut other = bikes();
    other["slug"] = json!("books");
    operator.post("/v1/marketplaces", other).await.expect_problem(422, "idempotency_key_reused");
    world.anybody().at("books").get("/v1/marketplace").await.expect_problem(404, "not_found");
    world.settle().await;
    assert_eq!(world.mails_to("ada@example.com").await.len(), 1);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_not_for_users() {
    let world = World::start().await;
    let books = world.market("books").await;
    for user in [&books.admin, &books.seller("sue").await, &books.buyer("bob").await] {
        user.client.post("/v1/marketplaces", bikes()).await.expect_problem(403, "operator_required");
    }
    for client in [world.anybody(), world.anybody().bearer("op_wrong")] {
        client.post("/v1/marketplaces", bikes()).await.expect(401);
    }
    world.anybody().at("bikes").get("/v1/marketplace").await.expect_problem(404, "not_found");
    world.stop().await;
}
