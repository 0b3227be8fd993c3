//! Calls to a provider that no endpoint makes yet: its balance, and disputes. These tests make them as a function would.

use crate::{
    money::{
        confirm, earn, pay_out,
        recorded::{Recorded, list},
        until_payment,
    },
    orders::{buy, line, sale, text},
    payments::webhook_stripe_create::marketplace_id,
};
use serde_json::{Value, json};
use tradewind_kernel::{Id, MarketplaceId, Time};
use tradewind_lambda::{App, Grant};
use tradewind_payments::provider::{BalanceKind, PaymentProvider};
use tradewind_providers::{FOR_REQUEST, ProviderError, provider};
use tradewind_tests::World;

const GRANTS: &[Grant] = &[Grant::MainRead, Grant::MainWrite, Grant::SandboxSecret, Grant::StripeSecretKey];

/// The `App` of a function in the world's deployment.
async fn app(world: &World, stripe: Option<&Recorded>) -> App {
    world.app(stripe.map(|stripe| stripe.url.clone()), GRANTS).await
}

fn tenant(id: &Value) -> MarketplaceId {
    MarketplaceId::parse(text(id)).unwrap()
}

const ALWAYS: (Time, Time) = (Time::from_millis(0), Time::from_millis(4_000_000_000_000));

#[tokio::test(flavor = "multi_thread")]
async fn the_sandbox_lists_what_moved_its_balance() {
    let (world, market, sue, bob) = sale().await;
    let order = earn(&sue, &bob, 1_000, "one").await;
    pay_out(&world, &market, "run").await;
    let (app, tenant) = (app(&world, None).await, tenant(&marketplace_id(&market).await));
    let sandbox = provider(&app, PaymentProvider::Sandbox, &tenant, FOR_REQUEST).unwrap();
    let page = sandbox.balance(ALWAYS.0, ALWAYS.1, None).await.unwrap();
    let moved: Vec<_> = page.items.iter().map(|moved| (moved.kind, moved.amount.amount)).collect();
    assert_eq!(moved, [(BalanceKind::Transfer, -900), (BalanceKind::Charge, 1_000)], "{order}");
    assert!(page.items.iter().all(|moved| moved.marketplace.as_ref() == Some(&tenant) && moved.subject.is_some()));
    assert_eq!(page.after, None);
    let none = sandbox.balance(ALWAYS.0, Time::from_millis(1), None).await.unwrap();
    assert_eq!(none.items, []);
    drop(sandbox);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dispute_of_the_sandbox_is_won_by_the_evidence_that_its_bank_believes() {
    for (evidence, end, balance) in [("winning_evidence", "dispute.won", 900), ("anything", "dispute.lost", 0)] {
        let (world, market, sue, bob) = sale().await;
        let checkout = buy(&bob, json!([line(&sue.sell("Bell", 900, 3).await, 1)]), "k").await;
        confirm(&bob, &checkout, json!({ "card": "4000000000000259" })).await.expect(202);
        until_payment(&bob, &checkout, "captured").await;
        let ulid = text(&checkout["payment"]["id"]).strip_prefix("pay_").unwrap().to_owned();
        let id = format!("sbx_{ulid}_dispute");
        tradewind_tests::eventually("a dispute is opened", || async {
            world.stored("main").await.contains("dispute.opened").then_some(())
        })
        .await;
        world.settle().await;
        let (app, tenant) = (app(&world, None).await, tenant(&marketplace_id(&market).await));
        let sandbox = provider(&app, PaymentProvider::Sandbox, &tenant, FOR_REQUEST).unwrap();
        let dispute = sandbox.dispute(&id).await.unwrap();
        assert_eq!((dispute.amount.amount, dispute.reason.as_str()), (900, "fraudulent"));
        sandbox.answer_dispute(&id, evidence).await.unwrap();
        world.settle().await;
        assert!(world.stored("main").await.contains(end));
        let moved = sandbox.balance(ALWAYS.0, ALWAYS.1, None).await.unwrap().items;
        assert_eq!(moved.iter().map(|moved| moved.amount.amount).sum::<i64>(), balance);
        let unknown = sandbox.dispute("sbx_none").await.unwrap_err();
        assert!(matches!(unknown, ProviderError::Refused { .. }), "{unknown}");
        drop(sandbox);
        world.stop().await;
    }
}

fn movement(id: &str, kind: &str, amount: i64, source: Value) -> Value {
    json!({
        "id": id, "object": "balance_transaction", "amount": amount, "available_on": 1_800_100_000, "created": 1_800_000_000,
        "currency": "eur", "description": null, "exchange_rate": null, "fee": 43, "fee_details": [], "net": amount - 43,
        "reporting_category": kind, "source": source, "status": "available", "type": kind,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn stripes_balance_is_read_page_by_page_with_whose_it_is() {
    const MINE: &str = "mkt_01jd0000000000000000000000";
    let stripe = Recorded::start(|asked, _| {
        assert!(asked.line.contains("created%5Bgte%5D=0&created%5Blt%5D=4000000000"), "{}", asked.line);
        let source = json!({ "id": "ch_1", "object": "charge", "metadata": { "tenant": MINE, "subject": "pay_1" } });
        let mut page = list(json!([movement("txn_1", "charge", 1_299, source)]));
        match asked.line.contains("starting_after=txn_1") {
            false => page["has_more"] = true.into(),
            true => page["data"] = json!([movement("txn_2", "stripe_fee", -10, Value::Null)]),
        }
        (200, page)
    })
    .await;
    let world = stripe.world().await;
    let (app, tenant) = (app(&world, Some(&stripe)).await, tenant(&json!(MINE)));
    let asked = provider(&app, PaymentProvider::Stripe, &tenant, FOR_REQUEST).unwrap();
    let first = asked.balance(ALWAYS.0, ALWAYS.1, None).await.unwrap();
    assert_eq!((first.items[0].amount.amount, first.items[0].fee.amount), (1_299, 43));
    assert_eq!(
        (&first.items[0].marketplace, first.items[0].subject.as_deref()),
        (&Some(tenant.clone()), Some("pay_1"))
    );
    let second = asked.balance(ALWAYS.0, ALWAYS.1, first.after.as_deref()).await.unwrap();
    assert_eq!(
        (second.items[0].kind, second.items[0].marketplace.clone(), second.after),
        (BalanceKind::Fee, None, None)
    );
    drop(asked);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dispute_at_stripe_is_read_and_answered() {
    let stripe = Recorded::start(|asked, _| {
        let dispute = json!({
            "id": "du_1", "object": "dispute", "amount": 900, "charge": "ch_1", "currency": "eur", "payment_intent": "pi_1",
            "evidence_details": { "due_by": 1_800_600_000, "has_evidence": false, "past_due": false, "submission_count": 0 },
            "reason": "fraudulent", "status": "needs_response",
        });
        match asked.line.as_str() {
            "GET /v1/disputes/du_1" | "POST /v1/disputes/du_1" => (200, dispute),
            _ => (404, crate::money::recorded::error("invalid_request_error", "resource_missing")),
        }
    })
    .await;
    let world = stripe.world().await;
    let (app, tenant) = (app(&world, Some(&stripe)).await, tenant(&json!("mkt_01jd0000000000000000000000")));
    let asked = provider(&app, PaymentProvider::Stripe, &tenant, FOR_REQUEST).unwrap();
    let dispute = asked.dispute("du_1").await.unwrap();
    assert_eq!((dispute.paid_as.as_str(), dispute.evidence_due_by.map(Time::seconds)), ("pi_1", Some(1_800_600_000)));
    asked.answer_dispute("du_1", "It was delivered & signed for.").await.unwrap();
    let form = &stripe.asked("POST /v1/disputes/du_1")[0].form;
    assert_eq!(form, "evidence%5Buncategorized_text%5D=It%20was%20delivered%20%26%20signed%20for.&submit=true");
    let missing = asked.dispute("du_2").await.unwrap_err();
    assert!(matches!(missing, ProviderError::Ours(_)), "{missing}");
    assert!(!missing.to_string().contains("sk_test"), "{missing}");
    drop(asked);
    world.stop().await;
}
