//! Events as Stripe's API reference documents them, in `recorded/`: fields and shapes are Stripe's, ids and amounts are ours.

use super::*;
use serde_json::Value;
use tradewind_auth::secret;
use tradewind_kernel::{Currency, Money, Time};
use tradewind_payments::provider::AccountStatus;

const TENANT: &str = "mkt_01jd0000000000000000000000";

fn meaning(recorded: &str) -> Meaning {
    news(&serde_json::from_str(recorded).unwrap()).unwrap()
}

fn with(recorded: &str, pointer: &str, value: Value) -> Meaning {
    let mut event: Value = serde_json::from_str(recorded).unwrap();
    *event.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer} is not there")) = value;
    meaning(&event.to_string())
}

fn ours(report: ProviderReport) -> Meaning {
    Ok(News::Of(MarketplaceId::parse(TENANT).unwrap(), report))
}

fn payment() -> PaymentId {
    PaymentId::from_ulid("01jd0000000000000000000000")
}

fn payout_id() -> PayoutId {
    PayoutId::from_ulid("01jd0000000000000000000000")
}

fn euros(amount: i64) -> Money {
    Money::new(amount, Currency::parse("EUR").unwrap())
}

#[test]
fn an_intent_is_captured_refused_or_waits_for_the_buyer() {
    let succeeded = include_str!("recorded/payment_intent.succeeded.json");
    let captured = |cents| ours(ProviderReport::PaymentSucceeded { payment: payment(), amount: euros(cents) });
    assert_eq!(meaning(succeeded), captured(1_299));
    // The captured amount counts, not the requested one: the difference is found where it is booked.
    assert_eq!(with(succeeded, "/data/object/amount_received", 1_000.into()), captured(1_000));
    let failed = include_str!("recorded/payment_intent.payment_failed.json");
    let refused = |reason: &str| ours(ProviderReport::PaymentFailed { payment: payment(), reason: reason.into() });
    assert_eq!(meaning(failed), refused("insufficient_funds"));
    assert_eq!(
        with(failed, "/data/object/last_payment_error/decline_code", "lost_card".into()),
        refused("card_declined")
    );
    assert_eq!(with(failed, "/data/object/last_payment_error", Value::Null), refused("card_declined"));
    let waits = include_str!("recorded/payment_intent.requires_action.json");
    assert_eq!(meaning(waits), ours(ProviderReport::PaymentNeedsAction { payment: payment() }));
}

#[test]
fn a_refund_succeeds_fails_or_says_nothing_yet() {
    let updated = include_str!("recorded/refund.updated.json");
    let subject = "ord_01jd0000000000000000000000".to_owned();
    let refunded = ours(ProviderReport::RefundSucceeded { subject: subject.clone(), amount: euros(500) });
    assert_eq!(meaning(updated), refunded);
    for status in ["pending", "requires_action"] {
        assert!(with(updated, "/data/object/status", status.into()).is_err(), "{status}");
    }
    let failed = include_str!("recorded/refund.failed.json");
    let reason = "lost_or_stolen_card".into();
    assert_eq!(meaning(failed), ours(ProviderReport::RefundFailed { subject, reason }));
    // The event with its refunds, as in older versions of the API, and without them.
    let charge = include_str!("recorded/charge.refunded.json");
    assert_eq!(meaning(charge), refunded);
    assert!(with(charge, "/data/object/refunds", Value::Null).is_err());
    assert_eq!(with(updated, "/data/object/metadata", serde_json::json!({})), Err(NOT_OURS));
}

#[test]
fn a_dispute_names_stripes_payment_and_an_inquiry_is_none() {
    let created = include_str!("recorded/charge.dispute.created.json");
    let end = |end| Ok(News::OfPayment("pi_1".into(), Disputed { dispute: "du_1".into(), amount: euros(1_299), end }));
    assert_eq!(meaning(created), end(DisputeEnd::Opened("fraudulent".into())));
    assert!(with(created, "/data/object/status", "warning_needs_response".into()).is_err());
    let withdrawn = with(created, "/type", "charge.dispute.funds_withdrawn".into());
    assert_eq!(withdrawn, meaning(created));
    let closed = include_str!("recorded/charge.dispute.closed.json");
    assert_eq!(meaning(closed), end(DisputeEnd::Lost));
    assert_eq!(with(closed, "/data/object/status", "won".into()), end(DisputeEnd::Won));
    assert!(with(closed, "/data/object/status", "warning_closed".into()).is_err());
    assert!(with(closed, "/data/object/payment_intent", Value::Null).is_err());
}

#[test]
fn payouts_of_connected_accounts_arrive_or_come_back() {
    let paid = include_str!("recorded/payout.paid.json");
    assert_eq!(meaning(paid), ours(ProviderReport::PayoutPaid { payout: payout_id() }));
    let reason = "account_closed".into();
    let failed = meaning(include_str!("recorded/payout.failed.json"));
    assert_eq!(failed, ours(ProviderReport::PayoutFailed { payout: payout_id(), reason }));
    // A payout of the platform's own money to its own bank.
    assert_eq!(with(paid, "/data/object/metadata", serde_json::json!({})), Err(NOT_OURS));
}

#[test]
fn an_account_says_what_it_lacks() {
    let status = AccountStatus {
        details_submitted: true,
        payouts_enabled: false,
        requirements: vec!["external_account".into(), "individual.verification.document".into()],
        disabled_reason: Some("requirements.past_due".into()),
    };
    let seller = SellerId::from_ulid("01jd0000000000000000000000");
    let updated = meaning(include_str!("recorded/account.updated.json"));
    assert_eq!(updated, ours(ProviderReport::AccountUpdated { seller, status, reported_at: 1_800_000_000 }));
}

#[test]
fn what_is_marked_as_something_else_is_not_ours() {
    let succeeded = include_str!("recorded/payment_intent.succeeded.json");
    for (pointer, value) in [("/data/object/metadata/tenant", "mkt_1"), ("/data/object/metadata/subject", "ord_1")] {
        assert_eq!(with(succeeded, pointer, value.into()), Err(NOT_OURS), "{pointer}");
    }
    for kind in ["transfer.created", "transfer.reversed", "customer.created", "charge.succeeded"] {
        assert!(with(succeeded, "/type", kind.into()).is_err(), "{kind}");
    }
}

#[test]
fn a_webhook_is_read_only_if_one_secret_vouches_for_it() {
    let now = Time::from_millis(1_800_000_000_000);
    let body = include_bytes!("recorded/payout.paid.json");
    let read =
        |signature: &str| StripeWebhooks(vec!["whsec_test"]).read(Webhook { signature, marketplace: None, body, now });
    assert_eq!(read("t=1800000000,v1=00"), Err(WebhookError::Signature));
    assert!(!secret::verify_hex("whsec_test", body, "00"));
}
