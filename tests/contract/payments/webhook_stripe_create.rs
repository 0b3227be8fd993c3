use crate::{
    money::{
        now, payment,
        recorded::{Recorded, WEBHOOK_SECRET},
        until_payment,
    },
    orders::{account, buy, line, sale},
    payments::intent_create::at_stripe,
};
use serde_json::{Value, json};
use tradewind_tests::{
    Answer, Market, Person, World,
    stripe::{event, sign},
};

pub async fn send(world: &World, body: &str, signature: &str) -> Answer {
    let headers = [("stripe-signature", signature), ("content-type", "application/json; charset=utf-8")];
    world.anybody().send_raw(hyper::Method::POST, "/v1/webhooks/stripe", &headers, body.to_owned().into()).await
}

pub async fn report(world: &World, event: &Value) -> Answer {
    // Stripe sends its JSON over several lines.
    let body = serde_json::to_string_pretty(event).unwrap();
    send(world, &body, &sign(WEBHOOK_SECRET, &body, now())).await
}

pub async fn marketplace_id(market: &Market) -> Value {
    market.anybody().get("/v1/marketplace").await.expect(200).json["id"].clone()
}

fn intent(tenant: &Value, checkout: &Value, status: &str) -> Value {
    json!({
        "id": "pi_1", "object": "payment_intent", "amount": 900, "amount_received": 900, "currency": "eur",
        "status": status, "latest_charge": "ch_1", "last_payment_error": null,
        "metadata": { "tenant": tenant, "subject": checkout["payment"]["id"] },
    })
}

async fn pending(stripe: &Recorded) -> (World, Market, Person, Value) {
    let world = stripe.world().await;
    let market = at_stripe(&world).await;
    let (sue, bob) = (market.seller("sue").await, market.buyer("bob").await);
    let checkout = buy(&bob, json!([line(&sue.sell("Bell", 900, 3).await, 1)]), "k").await;
    (world, market, bob, checkout)
}

async fn silent() -> Recorded {
    Recorded::start(|_, _| (500, json!({}))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_event_is_taken_however_often_it_comes_and_applied_once() {
    let (world, market, bob, checkout) = pending(&silent().await).await;
    let tenant = marketplace_id(&market).await;
    let succeeded = event("evt_1", "payment_intent.succeeded", intent(&tenant, &checkout, "succeeded"));
    for _ in 0..3 {
        assert_eq!(report(&world, &succeeded).await.expect(200).text, "");
    }
    until_payment(&bob, &checkout, "captured").await;
    // The same event under another id, and an older decline that arrives last.
    let again = event("evt_2", "payment_intent.succeeded", intent(&tenant, &checkout, "succeeded"));
    report(&world, &again).await.expect(200);
    let mut declined = intent(&tenant, &checkout, "requires_payment_method");
    declined["last_payment_error"] =
        json!({ "type": "card_error", "code": "card_declined", "decline_code": "stolen_card" });
    report(&world, &event("evt_0", "payment_intent.payment_failed", declined)).await.expect(200);
    world.settle().await;
    assert_eq!(account(&market, "provider_clearing").await, 900);
    assert_eq!(payment(&bob, &checkout).await["status"], "captured");
    assert_eq!(world.dead_letters().await.len(), 0);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decline_is_told_as_a_class_that_betrays_no_suspicion() {
    let (world, market, bob, checkout) = pending(&silent().await).await;
    let tenant = marketplace_id(&market).await;
    for (id, code, class) in
        [("evt_1", "stolen_card", "card_declined"), ("evt_2", "insufficient_funds", "insufficient_funds")]
    {
        let mut declined = intent(&tenant, &checkout, "requires_payment_method");
        declined["last_payment_error"] = json!({ "code": "card_declined", "decline_code": code });
        report(&world, &event(id, "payment_intent.payment_failed", declined)).await.expect(200);
        world.settle().await;
        assert_eq!(payment(&bob, &checkout).await["failure"], class);
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stripe_did_not_sign_is_refused_and_not_stored() {
    let (world, market, bob, checkout) = pending(&silent().await).await;
    let tenant = marketplace_id(&market).await;
    let body = event("evt_1", "payment_intent.succeeded", intent(&tenant, &checkout, "succeeded")).to_string();
    let good = sign(WEBHOOK_SECRET, &body, now());
    let forged = [
        String::new(),
        sign("whsec_other", &body, now()),
        sign(WEBHOOK_SECRET, &body, now() - 400),
        sign(WEBHOOK_SECRET, &body, now() + 400),
        sign(WEBHOOK_SECRET, &format!("{body} "), now()),
        good.replace("v1=", "v0="),
    ];
    for signature in forged {
        send(&world, &body, &signature).await.expect_problem(400, "signature_invalid");
    }
    world.settle().await;
    assert_eq!(payment(&bob, &checkout).await["status"], "pending");
    let (seconds, tag) = good.split_once(",v1=").unwrap();
    send(&world, &body, &format!("{seconds},v1={},v1={tag},v0=00", "0".repeat(64))).await.expect(200);
    until_payment(&bob, &checkout, "captured").await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_for_us_is_taken_and_changes_nothing() {
    let (world, market, bob, checkout) = pending(&silent().await).await;
    let tenant = marketplace_id(&market).await;
    let mine = || intent(&tenant, &checkout, "succeeded");
    let with = |metadata: Value| {
        let mut intent = mine();
        intent["metadata"] = metadata;
        intent
    };
    let subject = checkout["payment"]["id"].clone();
    let nobodys = json!({ "tenant": "mkt_01jd0000000000000000000000", "subject": subject });
    let not_ours = [
        event("evt_1", "customer.created", json!({ "id": "cus_1" })),
        event("evt_2", "payment_intent.succeeded", with(json!({}))),
        event("evt_3", "payment_intent.succeeded", with(nobodys)),
        event("evt_4", "payment_intent.succeeded", with(json!({ "tenant": "nonsense", "subject": subject }))),
        event("evt_5", "payout.paid", json!({ "id": "po_1", "metadata": {} })),
        event("evt_6", "charge.refunded", json!({ "id": "ch_1", "amount_refunded": 900 })),
        event("evt_7", "transfer.created", crate::money::recorded::transfer(false)),
    ];
    for event in &not_ours {
        report(&world, event).await.expect(200);
    }
    report(&world, &event("a#b", "payment_intent.succeeded", mine())).await.expect_invalid("id");
    report(&world, &event("evt_8", "payment_intent.succeeded", json!({ "id": 1 }))).await.expect(422);
    world.settle().await;
    assert_eq!(payment(&bob, &checkout).await["status"], "pending");
    assert_eq!(world.dead_letters().await.len(), 0);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_secrets_of_stripe_nothing_is_taken() {
    let (world, ..) = sale().await;
    let body = event("evt_1", "payment_intent.succeeded", json!({})).to_string();
    for secret in ["disabled", ""] {
        send(&world, &body, &sign(secret, &body, now())).await.expect_problem(409, "stripe_disabled");
    }
    world.stop().await;
}
