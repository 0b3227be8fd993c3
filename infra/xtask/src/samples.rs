//! The contents of the sample events: ids, bodies of requests, and one event of every kind.

use crate::run::Result;
use serde_json::{Value, json};
use tradewind_audit::{Part, Progress, VerificationEvent};
use tradewind_catalog::ImportEvent;
use tradewind_disputes::DisputeEvent;
use tradewind_identity::{DeletionEvent, IdentityEvent};
use tradewind_kernel::{
    Currency, Id, ImportId, ListingId, MarketplaceId, Money, OrderId, PaymentId, PayoutId, PayoutRunId, RefundId,
    SellerId, SessionId, Time, UploadId, UserId, VariantId,
    email::Email,
    event::{AnyEvent, Envelope, Event},
};
use tradewind_migrations::MigrationEvent;
use tradewind_orders::{OrderEvent, RefundEvent, order_process::OrderProcess};
use tradewind_payments::{PaymentEvent, ProviderReport, ProviderTask, ReportEvent};
use tradewind_payouts::{PayoutEvent, PayoutRunEvent};
use tradewind_reconciliation::{ReconciliationEvent, ReconciliationTask};

/// The part of every id after its prefix.
pub const ULID: &str = "01jd0000000000000000000000";
/// 2024-11-18T14:40:00Z.
pub const MILLIS: i64 = 1_731_940_800_000;

/// The id of a kind, the same in every sample.
pub fn id<I: Id>() -> I {
    I::from_ulid(ULID)
}

/// The caller of every sample: a user with a shop who is an administrator as well.
pub fn person() -> Value {
    json!({
        "kind": "user", "marketplace": id::<MarketplaceId>(), "user": id::<UserId>(), "session": id::<SessionId>(),
        "seller": id::<SellerId>(), "admin": true,
    })
}

/// The value of a path parameter whose schema does not determine one.
pub fn path_parameter(name: &str) -> Option<&'static str> {
    match name {
        "dispute_id" => Some("dp_sample"),
        "session_id" => Some("current"),
        "code" => Some("SUMMER-10"),
        "problem" => Some("sold_out"),
        _ => None,
    }
}

/// The body of a request to an endpoint, for cases where the smallest that its schema accepts would show little, or cannot be guessed.
pub fn body(function: &str) -> Option<Value> {
    let price = json!({ "amount": 1299, "currency": "EUR" });
    Some(match function {
        "tenants-marketplaces-create" => json!({
            "slug": "bikes", "name": "Bikes and parts", "currency": "EUR", "fee_basis_points": 1000,
            "owner": { "email": "ada@example.com", "password": "a sample password", "name": "Ada" },
        }),
        "tenants-marketplace-update" => json!({ "name": "Bikes, parts and repairs" }),
        "identity-account-deletions-create" => json!({ "current_password": "a sample password" }),
        "identity-email-changes-create" => {
            json!({ "email": "ada@example.com", "current_password": "a sample password" })
        }
        "identity-password-resets-create" => json!({ "email": "ada@example.com" }),
        "identity-password-resets-confirm" => {
            json!({ "email": "ada@example.com", "code": "042137", "password": "another sample password" })
        }
        "tenants-marketplaces-suspend" | "tenants-marketplaces-close" => {
            json!({ "reason": "We are looking into complaints." })
        }
        "identity-users-create" => {
            json!({ "email": "bob@example.com", "password": "a sample password", "name": "Bob" })
        }
        "identity-guests-create" => json!({ "email": "gus@example.com", "name": "Gus" }),
        "identity-sessions-create" => json!({ "email": "bob@example.com", "password": "a sample password" }),
        "identity-sessions-refresh" => json!({ "refresh_token": "a sample token" }),
        "identity-me-update" => json!({ "name": "Robert" }),
        "sellers-create" => json!({ "name": "The trail shop", "about": "Everything for the trail." }),
        "catalog-listings-create" => json!({
            "title": "Rain jacket", "description_html": "<p>Keeps the rain out.</p>", "tags": ["rain"], "option_names": ["Size"],
            "variants": [{ "sku": "RJ-M", "options": ["M"], "price": price, "stock": 10 }],
            "images": [{ "url": "https://example.com/jacket.jpg", "alt": "A yellow jacket" }],
        }),
        "catalog-listings-update" => json!({ "title": "Rain jacket, yellow" }),
        "catalog-variant-stock-replace" => json!({ "available": 25 }),
        "catalog-imports-create" => json!({ "upload": id::<UploadId>() }),
        "media-uploads-create" => json!({ "purpose": "listing_image", "content_type": "image/jpeg" }),
        "orders-cart-replace" => json!({
            "lines": [{ "listing": id::<ListingId>(), "variant": id::<VariantId>(), "quantity": 1 }],
        }),
        "orders-checkouts-create" => json!({ "expected_total": price }),
        "orders-refunds-create" => {
            json!({ "lines": [{ "line": 0, "quantity": 1, "restock": 1 }], "reason": "It came back." })
        }
        "orders-coupons-create" => json!({
            "of": "marketplace", "code": "SUMMER-10", "discount": { "kind": "percent", "basis_points": 1000 }, "limit": 100,
        }),
        "orders-coupons-update" => json!({ "active": false }),
        "disputes-evidence-create" => json!({ "text": "The parcel was signed for." }),
        "sellers-update" => json!({
            "shipping": [{ "id": "post", "name": "Post", "rate": { "kind": "flat", "price": price }, "countries": ["DE"] }],
        }),
        "tenants-order-processes-create" => process(),
        "orders-transitions-create" => json!({
            "transition": "ship", "shipment": { "carrier": "Sample Parcels", "tracking": "SP-0001" },
        }),
        "orders-update" => {
            json!({ "seller_note": "Sent with the blue box.", "shipment": { "carrier": "Sample Parcels", "tracking": "SP-0002" } })
        }
        "payouts-resolution-create" => json!({ "action": "settled_otherwise", "note": "By bank transfer on Monday." }),
        "orders-refund-resolution-create" => {
            json!({ "action": "settled_otherwise", "note": "By bank transfer on Monday." })
        }
        "orders-claim" => json!({ "claim": "usr_01jd0000000000000000000000.a-sample-claim" }),
        "payments-confirm" => json!({ "card": "4242424242424242" }),
        "payouts-seller-account-create" => json!({
            "country": "DE", "return_url": "https://example.com/paid", "refresh_url": "https://example.com/again",
        }),
        "payments-webhook-stripe-create" => json!({
            "id": "evt_sample", "type": "payment_intent.succeeded", "created": 1_731_940_800,
            "data": { "object": {
                "id": "pi_sample", "amount": 1299, "currency": "eur", "status": "succeeded",
                "metadata": { "tenant": id::<MarketplaceId>(), "subject": id::<PaymentId>() },
            } },
        }),
        "reconciliation-create" => json!({ "day": "2024-11-17" }),
        "platform-migrations-create" => json!({ "marketplace": id::<MarketplaceId>(), "dry_run": true }),
        "reconciliation-findings-resolve" => {
            json!({ "note": "The provider charged the card twice and gave one charge back." })
        }
        "payments-webhook-sandbox-create" => json!({
            "id": "evt_sample",
            "report": { "type": "payment.succeeded", "payment": id::<PaymentId>(), "amount": price },
        }),
        _ => return None,
    })
}

/// The process that ships with the product, as a marketplace would publish it.
fn process() -> Value {
    let mut process = json!(OrderProcess::standard());
    if let Some(members) = process.as_object_mut() {
        members.remove("version");
    }
    process
}

/// One event of every kind.
pub fn events() -> Result<Vec<Envelope<AnyEvent>>> {
    let (order, payout, payment) = (id::<OrderId>(), id::<PayoutId>(), id::<PaymentId>());
    let amount = Money::new(1299, Currency::parse("EUR").ok_or("no euro")?);
    let all = [
        any(&IdentityEvent::Registered { user: id() }),
        any(&DeletionEvent::Deleted { user: id(), email: Email::parse("ada@example.com").map_err(|e| e.to_string())? }),
        any(&IdentityEvent::VerificationRequested { user: id() }),
        any(&IdentityEvent::PasswordResetRequested { subject: "V2hhdCBzdGFuZHMgZm9yIGFuIGFkZHJlc3M".into() }),
        any(&IdentityEvent::EmailChangeRequested { user: id() }),
        any(&IdentityEvent::EmailChanged {
            user: id(),
            before: Email::parse("ada@example.com").map_err(|e| e.to_string())?,
        }),
        any(&IdentityEvent::NewPlace {
            user: id(),
            device: Some("Firefox on Windows".into()),
            ip_address: Some("192.0.2.7".into()),
        }),
        any(&IdentityEvent::SessionReused { user: id(), ip_address: Some("192.0.2.7".into()) }),
        any(&IdentityEvent::PasswordChanged { user: id() }),
        any(&ImportEvent::Requested { import: id::<ImportId>() }),
        any(&ImportEvent::PartReady { import: id::<ImportId>(), part: 0 }),
        any(&ReportEvent::Received { provider: "sandbox".into(), event: "evt_sample".into(), report: None }),
        any(&PaymentEvent::Failed { payment: payment.clone(), reason: "card_declined".into() }),
        any(&ProviderTask::PaymentEnded { payment: payment.clone() }),
        any(&PaymentEvent::CameLate { payment: payment.clone() }),
        any(&OrderEvent::Paid { order: order.clone() }),
        any(&OrderEvent::Expired { order: order.clone() }),
        any(&OrderEvent::Shipped { order: order.clone() }),
        any(&OrderEvent::ShipmentCorrected { order: order.clone() }),
        any(&OrderEvent::Completed { order: order.clone() }),
        any(&OrderEvent::Cancelled { order: order.clone() }),
        any(&OrderEvent::Disputed { order: order.clone() }),
        any(&OrderEvent::Refunded { order: order.clone(), refund: id(), amount, last: false }),
        any(&RefundEvent::Failed { order: order.clone(), refund: id() }),
        any(&RefundEvent::SettledOtherwise { order, refund: id() }),
        any(&DisputeEvent::Opened { dispute: "dp_sample".into() }),
        any(&DisputeEvent::Decided { dispute: "dp_sample".into() }),
        any(&ReconciliationEvent::FindingOpened { finding: id() }),
        any(&ReconciliationEvent::Found { run: id() }),
        any(&ProviderTask::EvidenceGiven {
            dispute: "dp_sample".into(),
            payment: payment.clone(),
            text: "It was signed for.".into(),
        }),
        any(&ProviderTask::RefundRequested { payment: payment.clone(), subject: id::<RefundId>().to_string(), amount }),
        any(&PayoutRunEvent::Requested { run: id::<PayoutRunId>(), only: None, after: None, scheduled: false }),
        any(&ProviderTask::PayoutRequested { payout: payout.clone(), amount }),
        any(&PayoutEvent::Paid { payout: payout.clone() }),
        any(&PayoutEvent::Failed { payout: payout.clone() }),
        any(&PayoutEvent::SettledOtherwise { payout }),
        any(&VerificationEvent::Step {
            verification: id(),
            part: Part::Journals { shard: 0 },
            step: 0,
            progress: Progress::default(),
        }),
        any(&ReconciliationTask::Step { run: id(), list: 0, after: String::new() }),
        any(&MigrationEvent::Step { migration: id(), segment: 0, step: 0 }),
        any(&ProviderTask::SandboxReportDue {
            event: "evt_sample".into(),
            report: ProviderReport::PaymentSucceeded { payment, amount },
        }),
    ];
    all.into_iter().map(|event| event.map(envelope)).collect()
}

fn any(event: &impl Event) -> Result<AnyEvent> {
    let value = serde_json::to_value(event).map_err(|e| e.to_string())?;
    serde_json::from_value(value).map_err(|e| e.to_string())
}

fn envelope(event: AnyEvent) -> Envelope<AnyEvent> {
    Envelope {
        id: format!("cmt_{ULID}_0"),
        marketplace: id(),
        at: Time::from_millis(MILLIS),
        trace: Some("Root=1-673b5300-000000000000000000000000".into()),
        delay_seconds: 0,
        event,
    }
}

#[cfg(test)]
mod tests;
