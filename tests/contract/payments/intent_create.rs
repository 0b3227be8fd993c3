use crate::{
    money::{confirm, path, recorded::Recorded},
    orders::{buy, line, sale},
};
use serde_json::{Value, json};
use tradewind_tests::{Market, World};

#[tokio::test(flavor = "multi_thread")]
async fn the_sandbox_says_where_a_test_card_is_posted() {
    let (world, market, sue, bob) = sale().await;
    let checkout = buy(&bob, json!([line(&sue.sell("Bell", 900, 3).await, 1)]), "k").await;
    let intent = format!("{}/intent", path(&checkout));
    let answer = bob.client.post(&intent, Value::Null).await.expect(200).json;
    let confirm_at = format!("{}/confirm", path(&checkout));
    assert_eq!(
        answer,
        json!({ "payment": checkout["payment"]["id"], "provider": "sandbox", "confirm_at": confirm_at })
    );
    for stranger in [&sue, &market.admin] {
        stranger.client.post(&intent, Value::Null).await.expect_problem(404, "not_found");
    }
    confirm(&bob, &checkout, json!({ "card": "4242424242424242" })).await.expect(202);
    crate::money::until_payment(&bob, &checkout, "captured").await;
    bob.client.post(&intent, Value::Null).await.expect_problem(409, "payment_already_captured");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_without_keys_of_stripe_says_so() {
    let (world, market, sue, bob) = sale().await;
    let stripe = json!({ "payment_provider": "stripe" });
    let changed = market.admin.client.patch("/v1/marketplace", stripe).await.expect(200).json;
    assert_eq!(changed["payment_provider"], "stripe");
    market.admin.client.patch("/v1/marketplace", json!({ "payment_provider": "other" })).await.expect(422);
    let checkout = buy(&bob, json!([line(&sue.sell("Bell", 900, 3).await, 1)]), "k").await;
    let intent = format!("{}/intent", path(&checkout));
    tradewind_tests::eventually("the provider's change is known", || async {
        let answer = bob.client.post(&intent, Value::Null).await;
        Some(()).filter(|()| answer.code() == "stripe_disabled" && answer.status == 409)
    })
    .await;
    world.stop().await;
}

/// A marketplace whose payments go through Stripe.
pub async fn at_stripe(world: &World) -> Market {
    let market = world.market("bikes").await;
    market.admin.client.patch("/v1/marketplace", json!({ "payment_provider": "stripe" })).await.expect(200);
    // A process may use settings of the marketplace that are up to five seconds old.
    let fresh = if World::lambdas() { 5_100 } else { 100 };
    tokio::time::sleep(std::time::Duration::from_millis(fresh)).await;
    market
}

fn intent_object() -> Value {
    json!({
        "id": "pi_1", "object": "payment_intent", "amount": 900, "amount_received": 0, "currency": "eur",
        "client_secret": "pi_1_secret_2", "status": "requires_payment_method", "metadata": {}, "livemode": false,
        "last_payment_error": null, "latest_charge": null, "next_action": null, "payment_method": null,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn stripe_is_asked_once_in_its_own_form_and_again_while_it_is_busy() {
    let stripe = Recorded::start(|asked, before| match asked.line.as_str() {
        "POST /v1/payment_intents" if before == 0 => (429, crate::money::recorded::error("api_error", "rate_limit")),
        "POST /v1/payment_intents" | "GET /v1/payment_intents/pi_1" => (200, intent_object()),
        _ => (404, json!({})),
    })
    .await;
    let world = stripe.world().await;
    let market = at_stripe(&world).await;
    let (sue, bob) = (market.seller("sue").await, market.buyer("bob").await);
    let checkout = buy(&bob, json!([line(&sue.sell("Bell", 900, 3).await, 1)]), "k").await;
    let intent = format!("{}/intent", path(&checkout));
    let client = bob.client.clone().key("intent-1");
    let first = client.post(&intent, Value::Null).await.expect(200);
    assert_eq!(first.json["client_secret"], "pi_1_secret_2");
    assert_eq!(first.json["publishable_key"], "pk_test_contract");
    // The same request again gets the stored answer; a new request gets the same intent.
    assert_eq!(client.post(&intent, Value::Null).await.expect(200).text, first.text);
    assert_eq!(bob.client.post(&intent, Value::Null).await.expect(200).json, first.json);

    let made = stripe.asked("POST /v1/payment_intents");
    let payment = checkout["payment"]["id"].as_str().unwrap();
    assert_eq!(made.len(), 2, "busy once");
    for asked in &made {
        assert_eq!(asked.header("authorization"), "Bearer sk_test_contract");
        assert_eq!(asked.header("stripe-version"), "2025-03-31.basil");
        assert_eq!(asked.header("idempotency-key"), format!("intent_{payment}"));
        assert_eq!(asked.header("content-type"), "application/x-www-form-urlencoded");
        let mine = market.anybody().get("/v1/marketplace").await.json["id"].as_str().unwrap().to_owned();
        let form = format!(
            "amount=900&currency=eur&transfer_group={payment}&metadata%5Btenant%5D={mine}&metadata%5Bsubject%5D={payment}"
        );
        assert_eq!(asked.form, form);
    }
    // The secret with which one can pay cannot be read anywhere: neither in the stored reply nor with the payment.
    for table in ["main", "ephemeral"] {
        assert!(!world.stored(table).await.contains("_secret_2"), "{table}");
    }
    world.stop().await;
}
