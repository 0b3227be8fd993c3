//! Sellers paid through Stripe, with recorded answers: no independent fake of Stripe supports Connect.

use crate::{
    money::{
        owed, payouts,
        recorded::{Asked, Recorded, account, error, list, transfer},
    },
    orders::{buy, line, shipment, step},
    payments::{
        intent_create::at_stripe,
        webhook_stripe_create::{marketplace_id, report},
    },
    payouts::seller_account::{body, path},
};
use serde_json::{Value, json};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::SeqCst},
};
use tradewind_tests::{Market, Person, World, eventually, stripe::event};

const ONBOARDING: &str = "https://connect.stripe.com/setup/e/acct_1/abc";

fn links(_: &Asked) -> (u16, Value) {
    (200, json!({ "object": "account_link", "created": 1_900_000_000, "expires_at": 1_900_000_300, "url": ONBOARDING }))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seller_opens_an_account_and_is_sent_to_stripe() {
    let enabled = Arc::new(AtomicBool::new(false));
    let now_enabled = enabled.clone();
    let stripe = Recorded::start(move |asked, _| match asked.line.as_str() {
        "POST /v1/accounts" => (200, account(false)),
        "GET /v1/accounts/acct_1" => (200, account(now_enabled.load(SeqCst))),
        "POST /v1/account_links" => links(asked),
        _ => (404, json!({})),
    })
    .await;
    let world = stripe.world().await;
    let market = at_stripe(&world).await;
    let sue = market.seller("sue").await;
    let opened = sue.client.post(&path(&sue), body(json!({}))).await.expect(200).json;
    assert_eq!((&opened["provider"], &opened["payouts_enabled"]), (&json!("stripe"), &json!(false)));
    assert_eq!(opened["onboarding_url"], ONBOARDING);
    assert_eq!(opened["requirements"], json!(["external_account", "tos_acceptance.date"]));
    sue.client.post(&path(&sue), body(json!({}))).await.expect(200);
    // There is one account, and a new page each time.
    let made = stripe.asked("POST /v1/accounts");
    assert_eq!((made.len(), stripe.asked("POST /v1/account_links").len()), (1, 2));
    assert_eq!(made[0].header("idempotency-key"), format!("account_{}", sue.seller));
    for part in ["country=DE", "settings%5Bpayouts%5D%5Bschedule%5D%5Binterval%5D=manual", &sue.seller] {
        assert!(made[0].form.contains(part), "{part}: {}", made[0].form);
    }
    enabled.store(true, SeqCst);
    assert_eq!(sue.client.get(&path(&sue)).await.expect(200).json["payouts_enabled"], true);
    world.stop().await;
}

/// A payment that Stripe captured, for an order that is complete: Sue is owed 810.
async fn earned(world: &World, market: &Market) -> (Person, String) {
    let (sue, bob) = (market.seller("sue").await, market.buyer("bob").await);
    let checkout = buy(&bob, json!([line(&sue.sell("Bell", 900, 3).await, 1)]), "k").await;
    let tenant = marketplace_id(market).await;
    let paid = json!({
        "id": "pi_1", "amount": 900, "amount_received": 900, "currency": "eur", "status": "succeeded",
        "metadata": { "tenant": tenant, "subject": checkout["payment"]["id"] },
    });
    report(world, &event("evt_paid", "payment_intent.succeeded", paid)).await.expect(200);
    crate::money::until_payment(&bob, &checkout, "captured").await;
    let order = &checkout["orders"][0]["id"];
    step(&sue, order, json!({ "transition": "accept" })).await.expect(200);
    step(&sue, order, json!({ "transition": "ship", "shipment": shipment() })).await.expect(200);
    step(&bob, order, json!({ "transition": "complete" })).await.expect(200);
    (sue, tenant.as_str().unwrap().to_owned())
}

async fn run(market: &Market, key: &str) {
    market.admin.client.clone().key(key).post("/v1/payout-runs", json!({})).await.expect(202);
}

async fn state(sue: &Person, status: &str) -> Value {
    eventually(status, || async { payouts(sue).await.into_iter().find(|payout| payout["status"] == status) }).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payout_is_a_transfer_and_a_payout_and_is_taken_back_when_it_comes_back() {
    let stripe = Recorded::start(|asked, before| match asked.line.as_str() {
        "POST /v1/accounts" => (200, account(true)),
        line if line.starts_with("GET /v1/transfers?") => (200, list(json!([]))),
        "POST /v1/transfers" if before == 0 => (503, json!({})),
        "POST /v1/transfers" | "GET /v1/transfers/tr_1" => (200, transfer(false)),
        line if line.starts_with("GET /v1/payouts?") => (200, list(json!([]))),
        "POST /v1/payouts" => (200, json!({ "id": "po_1", "object": "payout", "status": "pending", "metadata": {} })),
        "POST /v1/transfers/tr_1/reversals" => (200, json!({ "id": "trr_1", "object": "transfer_reversal" })),
        _ => (404, error("invalid_request_error", "resource_missing")),
    })
    .await;
    let world = stripe.world().await;
    let market = at_stripe(&world).await;
    let (sue, tenant) = earned(&world, &market).await;
    sue.client.post(&path(&sue), body(json!({}))).await.expect(200);
    run(&market, "run").await;
    let sent = state(&sue, "sent").await;
    world.settle().await;
    let payout = sent["id"].as_str().unwrap();
    let transfers = stripe.asked("POST /v1/transfers");
    assert_eq!(transfers.len(), 2, "busy once");
    assert!(transfers.iter().all(|asked| asked.header("idempotency-key") == format!("transfer_{payout}")));
    assert!(transfers[0].form.starts_with("amount=810&currency=eur&destination=acct_1&transfer_group=pot_"));
    let to_bank = stripe.asked("POST /v1/payouts").remove(0);
    assert_eq!(
        (to_bank.header("stripe-account"), to_bank.header("idempotency-key")),
        ("acct_1", &*format!("payout_{payout}"))
    );
    assert_eq!(owed(&sue).await, 0);

    let bank = |id: &str, kind: &str| {
        let metadata = json!({ "tenant": tenant, "subject": payout });
        event(
            id,
            kind,
            json!({ "id": "po_1", "object": "payout", "failure_code": "account_closed", "metadata": metadata }),
        )
    };
    report(&world, &bank("evt_arrived", "payout.paid")).await.expect(200);
    state(&sue, "paid").await;
    report(&world, &bank("evt_back", "payout.failed")).await.expect(200);
    assert_eq!(state(&sue, "failed").await["reason"], "account_closed");
    world.settle().await;
    assert_eq!(owed(&sue).await, 810);
    let reversals = stripe.asked("POST /v1/transfers/tr_1/reversals");
    assert_eq!(reversals[0].header("idempotency-key"), format!("reversal_{payout}"));
    assert_eq!(world.dead_letters().await.len(), 0);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payout_that_stripe_refuses_fails_with_the_reason_and_is_owed_again() {
    let stripe = Recorded::start(|asked, _| match asked.line.as_str() {
        "POST /v1/accounts" => (200, account(true)),
        line if line.starts_with("GET /v1/transfers?") => (200, list(json!([]))),
        "POST /v1/transfers" => (400, error("invalid_request_error", "balance_insufficient")),
        _ => (404, error("invalid_request_error", "resource_missing")),
    })
    .await;
    let world = stripe.world().await;
    let market = at_stripe(&world).await;
    let (sue, _) = earned(&world, &market).await;
    // Without an account nothing is sent.
    run(&market, "one").await;
    assert_eq!(state(&sue, "failed").await["reason"], "payout_account_missing");
    world.settle().await;
    assert_eq!((owed(&sue).await, stripe.asked("POST /v1/transfers").len()), (810, 0));
    sue.client.post(&path(&sue), body(json!({}))).await.expect(200);
    run(&market, "two").await;
    eventually("refused", || async {
        payouts(&sue).await.into_iter().find(|payout| payout["reason"] == "balance_insufficient")
    })
    .await;
    world.settle().await;
    assert_eq!(owed(&sue).await, 810);
    assert_eq!(world.dead_letters().await.len(), 0);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stripe_says_of_an_account_is_remembered_unless_it_is_older() {
    let stripe = Recorded::start(|asked, _| match asked.line.as_str() {
        "POST /v1/accounts" => (200, account(false)),
        "POST /v1/account_links" => links(asked),
        _ => (500, json!({})),
    })
    .await;
    let world = stripe.world().await;
    let market = at_stripe(&world).await;
    let sue = market.seller("sue").await;
    sue.client.post(&path(&sue), body(json!({}))).await.expect(200);
    let tenant = marketplace_id(&market).await;
    let told = |id: &str, enabled: bool, created: u64| {
        let mut said = account(enabled);
        said["metadata"] = json!({ "tenant": tenant, "subject": sue.seller });
        let mut event = event(id, "account.updated", said);
        event["created"] = created.into();
        event["account"] = json!("acct_1");
        event
    };
    report(&world, &told("evt_2", true, 2_000)).await.expect(200);
    eventually("payouts are enabled", || async {
        let read = sue.client.get(&path(&sue)).await;
        Some(()).filter(|()| read.status == 200 && read.json["payouts_enabled"] == true)
    })
    .await;
    report(&world, &told("evt_1", false, 1_000)).await.expect(200);
    world.settle().await;
    assert_eq!(sue.client.get(&path(&sue)).await.expect(200).json["payouts_enabled"], true);
    assert_eq!(world.dead_letters().await.len(), 0);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dispute_finds_its_payment_by_stripes_id() {
    let stripe = Recorded::start(|asked, _| match asked.line.as_str() {
        "POST /v1/payment_intents" => {
            let intent = json!({ "id": "pi_disputed", "amount": 900, "currency": "eur", "client_secret": "pi_disputed_secret_1",
                "status": "requires_payment_method", "metadata": {} });
            (200, intent)
        }
        _ => (500, json!({})),
    })
    .await;
    let world = stripe.world().await;
    let market = at_stripe(&world).await;
    let (sue, bob) = (market.seller("sue").await, market.buyer("bob").await);
    let checkout = buy(&bob, json!([line(&sue.sell("Bell", 900, 3).await, 1)]), "k").await;
    bob.client.post(&format!("{}/intent", crate::money::path(&checkout)), Value::Null).await.expect(200);
    let dispute = |intent: &str| {
        json!({ "id": "du_1", "object": "dispute", "amount": 900, "currency": "eur", "charge": "ch_1",
            "payment_intent": intent, "reason": "product_not_received", "status": "needs_response", "metadata": {} })
    };
    report(&world, &event("evt_1", "charge.dispute.created", dispute("pi_disputed"))).await.expect(200);
    report(&world, &event("evt_2", "charge.dispute.created", dispute("pi_of_somebody_else"))).await.expect(200);
    world.settle().await;
    let stored = world.stored("main").await;
    assert!(stored.contains("#provider#stripe#evt_1") && !stored.contains("#provider#stripe#evt_2"));
    assert!(stored.contains("dispute.opened") && stored.contains("product_not_received"));
    world.stop().await;
}
