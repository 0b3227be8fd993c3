//! What the sample events say: ids, bodies of requests, and one event of every kind.

use crate::run::Result;
use serde_json::{Value, json};
use tradewind_domain::{
    Currency, Id, ImportId, MarketplaceId, Money, OrderId, PaymentId, PayoutId, PayoutRunId, RefundId, SellerId,
    SessionId, Time, UploadId, UserId,
    event::{Envelope, Event},
    ledger_audit::{Part, Progress},
    order_process::OrderProcess,
    payment::ProviderReport,
};

/// The part of every id behind its prefix.
const ULID: &str = "01jd0000000000000000000000";
/// 2024-11-18T14:40:00Z.
pub const MILLIS: i64 = 1_731_940_800_000;

/// The id of a kind that is the same in every sample.
pub fn id<I: Id>() -> I {
    I::from_ulid(ULID)
}

/// The caller of every sample: somebody with a shop who runs the marketplace.
pub fn person() -> Value {
    json!({
        "kind": "user", "marketplace": id::<MarketplaceId>(), "user": id::<UserId>(), "session": id::<SessionId>(),
        "seller": id::<SellerId>(), "admin": true,
    })
}

/// The id that stands in a path: `{order_id}` is an order's.
pub fn path_parameter(name: &str) -> String {
    let prefix = match name {
        "seller_id" => "sel",
        "listing_id" => "lst",
        "variant_id" => "var",
        "import_id" => "imp",
        "upload_id" => "upl",
        "order_id" => "ord",
        "payment_id" => "pay",
        "marketplace_id" => "mkt",
        "verification_id" => "lvr",
        "migration_id" => "mgr",
        "reconciliation_id" => "rcn",
        "finding_id" => "fnd",
        "refund_id" => "rfd",
        "version" => return "0".into(),
        "payout_id" => "pot",
        "dispute_id" => return "dp_sample".into(),
        "code" => return "SUMMER-10".into(),
        "problem" => return "sold_out".into(),
        other => other,
    };
    format!("{prefix}_{ULID}")
}

/// The body of a request to an endpoint that takes one.
pub fn body(function: &str) -> Option<Value> {
    let price = json!({ "amount": 1299, "currency": "EUR" });
    Some(match function {
        "tenants-marketplace-open" => json!({
            "slug": "bikes", "name": "Bikes and parts", "currency": "EUR", "fee_basis_points": 1000,
            "owner": { "email": "ada@example.com", "password": "a sample password", "name": "Ada" },
        }),
        "tenants-marketplace-update" => json!({ "name": "Bikes, parts and repairs" }),
        "identity-register" => json!({ "email": "bob@example.com", "password": "a sample password", "name": "Bob" }),
        "identity-guest-create" => json!({ "email": "gus@example.com", "name": "Gus" }),
        "identity-login" => json!({ "email": "bob@example.com", "password": "a sample password" }),
        "identity-refresh" => json!({ "refresh_token": "a sample token" }),
        "identity-me-update" => json!({ "name": "Robert" }),
        "sellers-open" => json!({ "name": "The trail shop", "about": "Everything for the trail." }),
        "catalog-listing-create" => json!({
            "title": "Rain jacket", "description_html": "<p>Keeps the rain out.</p>", "tags": ["rain"], "option_names": ["Size"],
            "variants": [{ "sku": "RJ-M", "options": ["M"], "price": price, "stock": 10 }],
            "images": [{ "url": "https://example.com/jacket.jpg", "alt": "A yellow jacket" }],
        }),
        "catalog-listing-update" => json!({ "title": "Rain jacket, yellow" }),
        "catalog-stock-set" => json!({ "available": 25 }),
        "catalog-import-create" => json!({ "upload": id::<UploadId>() }),
        "media-upload-create" => json!({ "purpose": "listing_image", "content_type": "image/jpeg" }),
        "orders-cart-put" => json!({
            "lines": [{ "listing": path_parameter("listing_id"), "variant": path_parameter("variant_id"), "quantity": 1 }],
        }),
        "orders-checkout" => json!({ "expected_total": price }),
        "orders-quote" => json!({}),
        "orders-refund-create" => {
            json!({ "lines": [{ "line": 0, "quantity": 1, "restock": 1 }], "reason": "It came back." })
        }
        "orders-coupon-create" => json!({
            "of": "marketplace", "code": "SUMMER-10", "discount": { "kind": "percent", "basis_points": 1000 }, "limit": 100,
        }),
        "orders-coupon-update" => json!({ "active": false }),
        "money-dispute-evidence" => json!({ "text": "The parcel was signed for." }),
        "sellers-update" => json!({
            "shipping": [{ "id": "post", "name": "Post", "rate": { "kind": "flat", "price": price }, "countries": ["DE"] }],
        }),
        "tenants-process-publish" => process(),
        "orders-transition" => json!({
            "transition": "ship", "shipment": { "carrier": "Sample Parcels", "tracking": "SP-0001" },
        }),
        "orders-update" => {
            json!({ "seller_note": "Sent with the blue box.", "shipment": { "carrier": "Sample Parcels", "tracking": "SP-0002" } })
        }
        "money-payout-resolve" => json!({ "action": "settled_otherwise", "note": "By bank transfer on Monday." }),
        "orders-refund-resolve" => json!({ "action": "settled_otherwise", "note": "By bank transfer on Monday." }),
        "orders-claim" => json!({ "claim": "usr_01jd0000000000000000000000.a-sample-claim" }),
        "money-payment-confirm" => json!({ "card": "4242424242424242" }),
        "money-payout-account-open" => json!({
            "country": "DE", "return_url": "https://example.com/paid", "refresh_url": "https://example.com/again",
        }),
        "money-webhook-stripe" => json!({
            "id": "evt_sample", "type": "payment_intent.succeeded", "created": 1_731_940_800,
            "data": { "object": {
                "id": "pi_sample", "amount": 1299, "currency": "eur", "status": "succeeded",
                "metadata": { "tenant": id::<MarketplaceId>(), "subject": id::<PaymentId>() },
            } },
        }),
        "money-payout-run-create" | "money-ledger-verification-create" => json!({}),
        "money-reconciliation-create" => json!({ "day": "2024-11-17" }),
        "platform-migration-create" => json!({ "marketplace": id::<MarketplaceId>(), "dry_run": true }),
        "money-finding-resolve" => json!({ "note": "The provider charged the card twice and gave one charge back." }),
        "money-webhook" => json!({
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
pub fn events() -> Result<Vec<Envelope>> {
    let (order, payout, payment) = (id::<OrderId>(), id::<PayoutId>(), id::<PaymentId>());
    let amount = Money::new(1299, Currency::parse("EUR").ok_or("no euro")?);
    let all = [
        Event::UserRegistered { user: id() },
        Event::ImportRequested { import: id::<ImportId>() },
        Event::ImportPartReady { import: id::<ImportId>(), part: 0 },
        Event::ProviderReported { provider: "sandbox".into(), event: "evt_sample".into(), report: None },
        Event::PaymentFailed { payment: payment.clone(), reason: "card_declined".into() },
        Event::PaymentEnded { payment: payment.clone() },
        Event::PaymentCameLate { payment: payment.clone() },
        Event::OrderPaid { order: order.clone() },
        Event::OrderExpired { order: order.clone() },
        Event::OrderShipped { order: order.clone() },
        Event::ShipmentCorrected { order: order.clone() },
        Event::OrderCompleted { order: order.clone() },
        Event::OrderCancelled { order: order.clone() },
        Event::OrderDisputed { order: order.clone() },
        Event::OrderRefunded { order: order.clone(), refund: id(), amount, last: false },
        Event::RefundFailed { order: order.clone(), refund: id() },
        Event::RefundSettledOtherwise { order, refund: id() },
        Event::DisputeOpened { dispute: "dp_sample".into() },
        Event::DisputeDecided { dispute: "dp_sample".into() },
        Event::FindingOpened { finding: id() },
        Event::ReconciliationFound { run: id() },
        Event::EvidenceGiven {
            dispute: "dp_sample".into(),
            payment: payment.clone(),
            text: "It was signed for.".into(),
        },
        Event::RefundRequested { payment: payment.clone(), subject: id::<RefundId>().to_string(), amount },
        Event::PayoutRunRequested { run: id::<PayoutRunId>(), only: None, after: None, scheduled: false },
        Event::PayoutRequested { payout: payout.clone(), amount },
        Event::PayoutPaid { payout: payout.clone() },
        Event::PayoutFailed { payout: payout.clone() },
        Event::PayoutSettledOtherwise { payout },
        Event::LedgerVerificationStep {
            verification: id(),
            part: Part::Journals { shard: 0 },
            step: 0,
            progress: Progress::default(),
        },
        Event::ReconciliationStep { run: id(), list: 0, behind: String::new() },
        Event::MigrationStep { migration: id(), segment: 0, step: 0 },
        Event::SandboxReportDue {
            event: "evt_sample".into(),
            report: ProviderReport::PaymentSucceeded { payment, amount },
        },
    ];
    Ok(all.into_iter().map(envelope).collect())
}

fn envelope(event: Event) -> Envelope {
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
mod tests {
    use super::*;
    use std::{collections::BTreeSet, fs, path::Path};

    /// A kind without a sample makes this `match` fail to compile, and one whose sample is forgotten makes the test fail.
    #[test]
    fn there_is_a_sample_of_every_event() {
        let number = |event: &Event| match event {
            Event::UserRegistered { .. } => 0,
            Event::ImportRequested { .. } => 1,
            Event::ImportPartReady { .. } => 2,
            Event::ProviderReported { .. } => 3,
            Event::PaymentFailed { .. } => 4,
            Event::OrderPaid { .. } => 5,
            Event::OrderExpired { .. } => 6,
            Event::OrderShipped { .. } => 7,
            Event::OrderCompleted { .. } => 8,
            Event::OrderCancelled { .. } => 9,
            Event::RefundRequested { .. } => 10,
            Event::PayoutRunRequested { .. } => 11,
            Event::PayoutRequested { .. } => 12,
            Event::PayoutPaid { .. } => 13,
            Event::PayoutFailed { .. } => 14,
            Event::SandboxReportDue { .. } => 15,
            Event::OrderDisputed { .. } => 16,
            Event::OrderRefunded { .. } => 17,
            Event::EvidenceGiven { .. } => 18,
            Event::LedgerVerificationStep { .. } => 19,
            Event::ReconciliationStep { .. } => 20,
            Event::PaymentEnded { .. } => 21,
            Event::RefundFailed { .. } => 22,
            Event::RefundSettledOtherwise { .. } => 23,
            Event::DisputeOpened { .. } => 24,
            Event::DisputeDecided { .. } => 25,
            Event::FindingOpened { .. } => 26,
            Event::ShipmentCorrected { .. } => 27,
            Event::PayoutSettledOtherwise { .. } => 28,
            Event::ReconciliationFound { .. } => 29,
            Event::MigrationStep { .. } => 30,
            Event::PaymentCameLate { .. } => 31,
        };
        let numbers: BTreeSet<_> = events().unwrap().iter().map(|envelope| number(&envelope.event)).collect();
        assert_eq!(numbers, (0..32).collect());
    }

    /// Messages wait in queues while a release replaces another, so that an event's shape never changes under its name.
    #[test]
    fn every_event_is_what_it_was_and_all_there_were_are_read() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/domain/golden");
        for envelope in events().unwrap() {
            let now = serde_json::to_value(&envelope).unwrap();
            let file = folder.join(format!("{}.json", now["type"].as_str().unwrap()));
            if std::env::var("UPDATE_GOLDEN").is_ok() && !file.exists() {
                fs::write(&file, serde_json::to_string_pretty(&now).unwrap() + "\n").unwrap();
            }
            let golden = fs::read_to_string(&file).unwrap_or_else(|_| {
                panic!("{} is missing: UPDATE_GOLDEN=1 cargo test -p tradewind-xtask", file.display())
            });
            let golden: Value = serde_json::from_str(&golden).unwrap();
            assert_eq!(golden, now, "an event of another shape needs a name of its own, such as `.v2`");
        }
        for file in fs::read_dir(folder).unwrap() {
            let golden = fs::read_to_string(file.unwrap().path()).unwrap();
            assert!(serde_json::from_str::<Envelope>(&golden).is_ok(), "{golden}");
        }
    }
}
