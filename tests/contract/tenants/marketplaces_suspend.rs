use crate::orders::{buy, changing_sale, line, text, until};
use serde_json::{Value, json};
use std::time::Duration;
use tradewind_tests::{Market, World};

async fn path(market: &Market) -> String {
    let id = market.anybody().get("/v1/marketplace").await.expect(200).json["id"].clone();
    format!("/v1/marketplaces/{}", text(&id))
}

fn reason() -> Value {
    json!({ "reason": "We are looking into complaints." })
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_marketplace_is_suspended_all_is_read_and_nothing_written() {
    let (world, market, sue, bob) = changing_sale().await;
    let (operator, path) = (world.operator(), path(&market).await);
    let bell = sue.sell("Bell", 1_000, 5).await;
    let checkout = buy(&bob, json!([line(&bell, 1)]), "1").await;
    let other = world.market("books").await;
    let suspended = operator.post(&format!("{path}/suspend"), reason()).await.expect(200).json;
    assert_eq!((&suspended["status"], &suspended["status_reason"]), (&json!("suspended"), &reason()["reason"]));
    assert_eq!(operator.post(&format!("{path}/suspend"), reason()).await.expect(200).json, suspended);
    World::settings_known().await;

    let listing = format!("/v1/listings/{}", text(&bell["id"]));
    market.anybody().get(&listing).await.expect(200);
    bob.client.get("/v1/orders").await.expect(200);
    sue.client.get(&format!("/v1/sellers/{}/balance", sue.seller)).await.expect(200);
    let told = bob.client.put("/v1/cart", json!({ "lines": [] })).await.expect_problem(403, "marketplace_suspended");
    assert!(text(&told.json["detail"]).contains("complaints"), "{}", told.text);
    let register = json!({ "email": "new@example.com", "password": "correct horse battery", "name": "New" });
    for (client, method, path, body) in [
        (&market.anybody(), "POST", "/v1/users", register),
        (&sue.client, "PATCH", listing.as_str(), json!({ "title": "Horn" })),
        (&market.admin.client, "PATCH", "/v1/marketplace", json!({ "name": "Other" })),
    ] {
        let body = body.to_string().into();
        let headers = [("content-type", "application/json")];
        let answer = client.send_raw(method.parse().unwrap(), path, &headers, body).await;
        answer.expect_problem(403, "marketplace_suspended");
    }
    // Everybody can log in and out, and money that comes is booked.
    let again = bob.again(&market).await;
    again.client.delete("/v1/sessions/current").await.expect(204);
    let payment = format!("/v1/payments/{}/confirm", text(&checkout["payment"]["id"]));
    bob.client.post(&payment, json!({ "card": "4242424242424242" })).await.expect_problem(403, "marketplace_suspended");
    other.admin.client.patch("/v1/marketplace", json!({ "name": "Books" })).await.expect(200);

    let resumed = operator.post(&format!("{path}/resume"), Value::Null).await.expect(200).json;
    assert_eq!((&resumed["status"], resumed.get("status_reason")), (&json!("open"), None));
    World::settings_known().await;
    bob.pay(&checkout).await;
    until(&bob, &checkout["orders"][0]["id"], "paid").await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_that_was_confirmed_is_booked_all_the_same() {
    let (world, market, sue, bob) = changing_sale().await;
    let (operator, path) = (world.operator(), path(&market).await);
    let checkout = buy(&bob, json!([line(&sue.sell("Bell", 1_000, 5).await, 1)]), "1").await;
    bob.pay(&checkout).await;
    operator.post(&format!("{path}/suspend"), reason()).await.expect(200);
    until(&bob, &checkout["orders"][0]["id"], "paid").await;
    world.settle().await;
    assert_eq!(world.dead_letters().await, Vec::<Value>::new());
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_marketplace_stays_closed() {
    let (world, market, _, bob) = changing_sale().await;
    let (operator, path) = (world.operator(), path(&market).await);
    operator.post(&format!("{path}/close"), json!({})).await.expect_invalid("reason");
    operator.post(&format!("{path}/close"), reason()).await.expect(200);
    World::settings_known().await;
    bob.client.put("/v1/cart", json!({ "lines": [] })).await.expect_problem(403, "marketplace_closed");
    bob.client.get("/v1/orders").await.expect(200);
    for verb in ["resume", "suspend"] {
        let body = if verb == "resume" { Value::Null } else { reason() };
        operator.post(&format!("{path}/{verb}"), body).await.expect_problem(409, "marketplace_gone");
    }
    let slug = json!({
        "slug": market.slug, "name": "Again", "currency": "EUR", "fee_basis_points": 0,
        "owner": { "email": "eve@example.com", "password": "correct horse battery", "name": "Eve" },
    });
    operator.post("/v1/marketplaces", slug).await.expect_problem(409, "slug_taken");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_lists_all_marketplaces_and_nobody_else_does() {
    let world = World::start().await;
    let mut markets = vec![];
    for slug in ["one", "two", "three"] {
        markets.push(world.market(slug).await);
    }
    let operator = world.operator();
    operator.post(&format!("{}/suspend", path(&markets[1]).await), reason()).await.expect(200);
    let slugs = async |query: &str| {
        let (mut found, mut cursor) = (vec![], String::new());
        loop {
            let page = operator.get(&format!("/v1/marketplaces?limit=2{query}{cursor}")).await.expect(200).json;
            found.extend(page["data"].as_array().unwrap().iter().map(|it| text(&it["slug"]).to_owned()));
            let Some(next) = page["next_cursor"].as_str() else { return found };
            cursor = format!("&cursor={next}");
        }
    };
    assert_eq!(slugs("").await, ["one", "two", "three"]);
    assert_eq!(slugs("&status=suspended").await, ["two"]);
    assert_eq!(slugs("&status=open").await, ["one", "three"]);
    for client in [&markets[0].admin.client, &markets[0].anybody()] {
        assert!([401, 403].contains(&client.get("/v1/marketplaces").await.status));
        let path = path(&markets[0]).await;
        assert!([401, 403].contains(&client.post(&format!("{path}/suspend"), reason()).await.status));
    }
    let unknown = "/v1/marketplaces/mkt_01jd0000000000000000000000";
    operator.get(unknown).await.expect(404);
    operator.post(&format!("{unknown}/suspend"), reason()).await.expect(404);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_paid_by_the_clock_while_a_marketplace_is_suspended() {
    let (world, market, _, _) = changing_sale().await;
    let (operator, path) = (world.operator(), path(&market).await);
    operator.post(&format!("{path}/suspend"), reason()).await.expect(200);
    world.advance(Duration::from_secs(24 * 60 * 60)).await;
    world.run("payouts-schedule").await;
    world.settle().await;
    let events =
        async || world.anybody().get("/_local/events").await.expect(200).text.contains("payout.run_requested.v1");
    assert!(!events().await);
    operator.post(&format!("{path}/resume"), Value::Null).await.expect(200);
    world.advance(Duration::from_secs(24 * 60 * 60)).await;
    world.run("payouts-schedule").await;
    world.settle().await;
    assert!(events().await, "the day after is a payday again");
    world.stop().await;
}
