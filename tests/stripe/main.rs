//! The Stripe provider against localstripe, an independent fake of Stripe that is not ours: `.ci/stripe` starts it and runs these. Without
//! `LOCALSTRIPE_URL` each test reports that it is skipped, and passes.
//!
//! The tests use the product's own API, on the local cloud: what the client receives, what Stripe's webhooks cause, and refunds.
//!
//! localstripe has no Stripe Connect, no disputes, no idempotency keys, no webhooks of refunds and no `Stripe-Version`: accounts,
//! transfers, reversals, payouts on connected accounts, disputes, errors for a key used twice, a second attempt after a decline and the
//! event about a required authentication are covered by recorded answers only (`shared/providers/src/stripe/`, `tests/contract/payments/`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::disallowed_methods)]
#![allow(clippy::as_conversions, clippy::arithmetic_side_effects)]

mod fake;

use fake::Fake;
use serde_json::{Value, json};
use std::time::Duration;
use tradewind_local::{Options, StripeKeys};
use tradewind_tests::{
    Market, Person, World, eventually,
    stripe::{event, now, sign},
};

const SECRET_KEY: &str = "sk_test_localstripe";
const WEBHOOK_SECRET: &str = "whsec_localstripe";

const FRESH: Duration = Duration::from_millis(50);

struct Sale {
    world: World,
    market: Market,
    fake: Fake,
    sue: Person,
    bob: Person,
}

/// A marketplace that takes payments through localstripe, a seller and a buyer; `None` if there is no localstripe.
async fn sale(test: &str) -> Option<Sale> {
    let Ok(url) = std::env::var("LOCALSTRIPE_URL") else {
        println!("{test}: skipped, because LOCALSTRIPE_URL is not set; .ci/stripe sets it");
        return None;
    };
    let stripe = StripeKeys {
        url: Some(url.clone()),
        secret_key: SECRET_KEY.into(),
        publishable_key: "pk_test_localstripe".into(),
        webhook_secret: format!("whsec_old,{WEBHOOK_SECRET}"),
    };
    let world = World::with(Options { stripe: Some(stripe), fresh: FRESH, ..Options::default() }).await;
    let fake = Fake::new(&url, &world);
    fake.report_to(test, &format!("{}/v1/webhooks/stripe", world.local.url), WEBHOOK_SECRET).await;
    let market = world.market("bikes").await;
    market.admin.client.patch("/v1/marketplace", json!({ "payment_provider": "stripe" })).await.expect(200);
    let (sue, bob) = (market.seller("sue").await, market.buyer("bob").await);
    // A process may use settings of the marketplace that are up to five seconds old.
    tokio::time::sleep(if World::lambdas() { Duration::from_millis(5_100) } else { FRESH * 2 }).await;
    Some(Sale { world, market, fake, sue, bob })
}

impl Sale {
    async fn checkout(&self, cents: i64) -> Value {
        let listing = self.sue.sell("Bell", cents, 5).await;
        self.bob.fill_cart(&listing, 1).await;
        self.bob.check_out(&format!("checkout-{cents}")).await
    }

    async fn intent(&self, checkout: &Value) -> Value {
        self.bob.client.post(&format!("{}/intent", path(checkout)), Value::Null).await.expect(200).json
    }

    async fn payment(&self, checkout: &Value) -> Value {
        self.bob.client.get(&path(checkout)).await.expect(200).json
    }

    async fn until(&self, checkout: &Value, what: &str, holds: impl Fn(&Value) -> bool) -> Value {
        eventually(what, || async { Some(self.payment(checkout).await).filter(|payment| holds(payment)) }).await
    }

    async fn account(&self, name: &str) -> i64 {
        let books = self.market.admin.client.get("/v1/trial-balance").await.expect(200).json;
        let account = books["accounts"].as_array().unwrap().iter().find(|account| account["account"] == name).unwrap();
        account["balance"]["amount"].as_i64().unwrap()
    }
}

fn path(checkout: &Value) -> String {
    format!("/v1/payments/{}", checkout["payment"]["id"].as_str().unwrap())
}

fn intent_id(intent: &Value) -> &str {
    intent["client_secret"].as_str().unwrap().split("_secret_").next().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_pays_through_an_intent_and_a_webhook() {
    let Some(sale) = sale("pays").await else { return };
    let checkout = sale.checkout(1_299).await;
    let intent = sale.intent(&checkout).await;
    assert_eq!((&intent["provider"], &intent["publishable_key"]), (&json!("stripe"), &json!("pk_test_localstripe")));
    assert_eq!(intent["status"], "requires_payment_method");
    // A repeated request gives the same intent, with or without a key of the client.
    assert_eq!(sale.intent(&checkout).await["client_secret"], intent["client_secret"]);
    let id = intent_id(&intent).to_owned();
    let at_stripe = sale.fake.get(&format!("/v1/payment_intents/{id}")).await;
    assert_eq!((&at_stripe["amount"], &at_stripe["currency"]), (&json!(1_299), &json!("eur")));
    assert_eq!(at_stripe["metadata"]["subject"], checkout["payment"]["id"]);
    assert_eq!(at_stripe["transfer_group"], checkout["payment"]["id"]);

    sale.fake.pay(&id, "4242424242424242").await;
    sale.until(&checkout, "captured", |payment| payment["status"] == "captured").await;
    sale.world.settle().await;
    assert_eq!((sale.account("provider_clearing").await, sale.account("escrow").await), (1_299, -1_299));
    let again = sale.bob.client.post(&format!("{}/intent", path(&checkout)), Value::Null).await;
    again.expect_problem(409, "payment_already_captured");
    assert_eq!(sale.world.dead_letters().await.len(), 0);
    sale.world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declined_card_leaves_the_payment_open_with_the_reason() {
    let Some(sale) = sale("declined").await else { return };
    let checkout = sale.checkout(2_000).await;
    let id = intent_id(&sale.intent(&checkout).await).to_owned();
    sale.fake.pay(&id, "4000000000000341").await;
    let declined = sale.until(&checkout, "declined", |payment| payment["failure"] == "card_declined").await;
    assert_eq!(declined["status"], "pending");
    assert_eq!(sale.account("provider_clearing").await, 0);
    // localstripe confirms an intent only once; trying another card works with Stripe itself.
    sale.world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_needs_authentication_pays_once_the_buyer_has_authenticated() {
    let Some(sale) = sale("authentication").await else { return };
    let checkout = sale.checkout(1_700).await;
    let intent = sale.intent(&checkout).await;
    let id = intent_id(&intent).to_owned();
    sale.fake.pay(&id, "4000002500003155").await;
    assert_eq!(sale.intent(&checkout).await["status"], "requires_action");
    sale.fake.authenticate(&id, intent["client_secret"].as_str().unwrap()).await;
    sale.until(&checkout, "captured", |payment| payment["status"] == "captured").await;
    sale.world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_paid_in_time_can_be_paid_no_more() {
    let Some(sale) = sale("expired").await else { return };
    let (checkout, later) = (sale.checkout(2_100).await, sale.checkout(2_200).await);
    let ids = [&checkout, &later].map(|it| async { intent_id(&sale.intent(it).await).to_owned() });
    let [id, called_off] = futures::future::join_all(ids).await.try_into().unwrap();
    let order = later["orders"][0]["id"].as_str().unwrap();
    let cancel = json!({ "transition": "cancel" });
    sale.bob.client.post(&format!("/v1/orders/{order}/transitions"), cancel).await.expect(200);
    sale.world.advance(Duration::from_secs(16 * 60)).await;
    sale.world.run("orders-reservation-expire").await;
    for id in [&id, &called_off] {
        eventually("the intent is cancelled", || async {
            let intent = sale.fake.get(&format!("/v1/payment_intents/{id}")).await;
            (intent["status"] == "canceled").then_some(())
        })
        .await;
    }
    sale.world.settle().await;
    assert_eq!(sale.world.dead_letters().await.len(), 0);
    sale.world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn money_that_comes_after_the_purchase_was_called_off_goes_back() {
    let Some(sale) = sale("late").await else { return };
    let checkout = sale.checkout(2_300).await;
    let id = intent_id(&sale.intent(&checkout).await).to_owned();
    // Stripe has the money, and its webhook is on the way.
    sale.fake.report_to("late", "http://127.0.0.1:1/", WEBHOOK_SECRET).await;
    sale.fake.pay(&id, "4242424242424242").await;
    let order = checkout["orders"][0]["id"].as_str().unwrap();
    let cancel = json!({ "transition": "cancel" });
    sale.bob.client.post(&format!("/v1/orders/{order}/transitions"), cancel).await.expect(200);
    sale.world.settle().await;
    let intent = sale.fake.get(&format!("/v1/payment_intents/{id}")).await;
    assert_eq!(intent["status"], "succeeded");
    let body = event("evt_late", "payment_intent.succeeded", intent).to_string();
    let signature = sign(WEBHOOK_SECRET, &body, now());
    let headers = [("stripe-signature", signature.as_str()), ("content-type", "application/json")];
    sale.world.anybody().send_raw(hyper::Method::POST, "/v1/webhooks/stripe", &headers, body.into()).await.expect(200);

    sale.until(&checkout, "returned", |payment| payment["status"] == "returned").await;
    let back = || async { (sale.account("provider_clearing").await == 0).then_some(()) };
    eventually("the refund is booked", back).await;
    let refunds = sale.fake.get(&format!("/v1/refunds?payment_intent={id}")).await;
    assert_eq!(refunds["data"].as_array().unwrap().len(), 1, "{refunds}");
    // The payment is still known under the id of its intent.
    let money = sale.market.admin.client.get(&format!("/v1/orders/{order}/money")).await.expect(200).json;
    assert_eq!((&money["payment"]["provider"], &money["payment"]["provider_id"]), (&json!("stripe"), &json!(id)));
    assert_eq!(sale.world.dead_letters().await.len(), 0);
    sale.world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn test_cards_of_the_sandbox_buy_nothing_here() {
    let Some(sale) = sale("sandbox").await else { return };
    let checkout = sale.checkout(900).await;
    let card = json!({ "card": "4242424242424242" });
    sale.bob.client.post(&format!("{}/confirm", path(&checkout)), card).await.expect_problem(409, "other_provider");
    sale.world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_order_is_refunded_at_stripe_once() {
    let Some(sale) = sale("refund").await else { return };
    let checkout = sale.checkout(3_100).await;
    let id = intent_id(&sale.intent(&checkout).await).to_owned();
    sale.fake.pay(&id, "4242424242424242").await;
    sale.until(&checkout, "captured", |payment| payment["status"] == "captured").await;
    let order = checkout["orders"][0]["id"].as_str().unwrap();
    let cancel = json!({ "transition": "cancel" });
    sale.sue.client.post(&format!("/v1/orders/{order}/transitions"), cancel).await.expect(200);
    let back = || async { (sale.account("provider_clearing").await == 0).then_some(()) };
    eventually("the refund is booked", back).await;
    sale.world.settle().await;
    let refunds = sale.fake.get(&format!("/v1/refunds?payment_intent={id}")).await;
    let refunds = refunds["data"].as_array().unwrap();
    assert_eq!(refunds.len(), 1, "{refunds:?}");
    assert_eq!(refunds[0]["amount"], 3_100);
    assert_eq!((sale.account("refunds").await, sale.account("escrow").await), (0, 0));
    assert_eq!(sale.world.dead_letters().await.len(), 0);
    sale.world.stop().await;
}
