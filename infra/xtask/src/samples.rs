//! What the sample events say: ids, bodies of requests, and one event of every kind.

use crate::run::Result;
use serde_json::{Value, json};
use tradewind_audit::{Part, Progress, VerificationEvent};
use tradewind_catalog::ImportEvent;
use tradewind_disputes::DisputeEvent;
use tradewind_identity::IdentityEvent;
use tradewind_kernel::{
    Currency, Id, ImportId, MarketplaceId, Money, OrderId, PaymentId, PayoutId, PayoutRunId, RefundId, SellerId,
    SessionId, Time, UploadId, UserId, event::Envelope,
};
use tradewind_migrations::MigrationEvent;
use tradewind_orders::{OrderEvent, RefundEvent, order_process::OrderProcess};
use tradewind_payments::{PaymentEvent, ProviderReport, ProviderTask, ReportEvent};
use tradewind_payouts::{PayoutEvent, PayoutRunEvent};
use tradewind_reconciliation::{ReconciliationEvent, ReconciliationTask};
use tradewind_sales::Event;

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
        "tenants-marketplaces-create" => json!({
            "slug": "bikes", "name": "Bikes and parts", "currency": "EUR", "fee_basis_points": 1000,
            "owner": { "email": "ada@example.com", "password": "a sample password", "name": "Ada" },
        }),
        "tenants-marketplace-update" => json!({ "name": "Bikes, parts and repairs" }),
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
            "lines": [{ "listing": path_parameter("listing_id"), "variant": path_parameter("variant_id"), "quantity": 1 }],
        }),
        "orders-checkouts-create" => json!({ "expected_total": price }),
        "orders-checkout-quotes-create" => json!({}),
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
        "payouts-runs-create" | "ledger-verifications-create" => json!({}),
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
pub fn events() -> Result<Vec<Envelope>> {
    let (order, payout, payment) = (id::<OrderId>(), id::<PayoutId>(), id::<PaymentId>());
    let amount = Money::new(1299, Currency::parse("EUR").ok_or("no euro")?);
    let all = [
        IdentityEvent::Registered { user: id() },
        ImportEvent::Requested { import: id::<ImportId>() },
        ImportEvent::PartReady { import: id::<ImportId>(), part: 0 },
        ReportEvent::Received { provider: "sandbox".into(), event: "evt_sample".into() },
        PaymentEvent::Failed { payment: payment.clone(), reason: "card_declined".into() },
        ProviderTask::PaymentEnded { payment: payment.clone() },
        PaymentEvent::CameLate { payment: payment.clone() },
        OrderEvent::Paid { order: order.clone() },
        OrderEvent::Expired { order: order.clone() },
        OrderEvent::Shipped { order: order.clone() },
        OrderEvent::ShipmentCorrected { order: order.clone() },
        OrderEvent::Completed { order: order.clone() },
        OrderEvent::Cancelled { order: order.clone() },
        OrderEvent::Disputed { order: order.clone() },
        OrderEvent::Refunded { order: order.clone(), refund: id(), amount, last: false },
        RefundEvent::Failed { order: order.clone(), refund: id() },
        RefundEvent::SettledOtherwise { order, refund: id() },
        DisputeEvent::Opened { dispute: "dp_sample".into() },
        DisputeEvent::Decided { dispute: "dp_sample".into() },
        ReconciliationEvent::FindingOpened { finding: id() },
        ReconciliationEvent::Found { run: id() },
        ProviderTask::EvidenceGiven {
            dispute: "dp_sample".into(),
            payment: payment.clone(),
            text: "It was signed for.".into(),
        },
        ProviderTask::RefundRequested { payment: payment.clone(), subject: id::<RefundId>().to_string(), amount },
        PayoutRunEvent::Requested { run: id::<PayoutRunId>(), only: None, after: None, scheduled: false },
        ProviderTask::PayoutRequested { payout: payout.clone(), amount },
        PayoutEvent::Paid { payout: payout.clone() },
        PayoutEvent::Failed { payout: payout.clone() },
        PayoutEvent::SettledOtherwise { payout },
        VerificationEvent::Step {
            verification: id(),
            part: Part::Journals { shard: 0 },
            step: 0,
            progress: Progress::default(),
        },
        ReconciliationTask::Step { run: id(), list: 0, behind: String::new() },
        MigrationEvent::Step { migration: id(), segment: 0, step: 0 },
        ProviderTask::SandboxReportDue {
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
            IdentityEvent::Registered { .. } => 0,
            ImportEvent::Requested { .. } => 1,
            ImportEvent::PartReady { .. } => 2,
            ReportEvent::Received { .. } => 3,
            PaymentEvent::Failed { .. } => 4,
            OrderEvent::Paid { .. } => 5,
            OrderEvent::Expired { .. } => 6,
            OrderEvent::Shipped { .. } => 7,
            OrderEvent::Completed { .. } => 8,
            OrderEvent::Cancelled { .. } => 9,
            ProviderTask::RefundRequested { .. } => 10,
            PayoutRunEvent::Requested { .. } => 11,
            ProviderTask::PayoutRequested { .. } => 12,
            PayoutEvent::Paid { .. } => 13,
            PayoutEvent::Failed { .. } => 14,
            ProviderTask::SandboxReportDue { .. } => 15,
            OrderEvent::Disputed { .. } => 16,
            OrderEvent::Refunded { .. } => 17,
            ProviderTask::EvidenceGiven { .. } => 18,
            VerificationEvent::Step { .. } => 19,
            ReconciliationTask::Step { .. } => 20,
            ProviderTask::PaymentEnded { .. } => 21,
            RefundEvent::Failed { .. } => 22,
            RefundEvent::SettledOtherwise { .. } => 23,
            DisputeEvent::Opened { .. } => 24,
            DisputeEvent::Decided { .. } => 25,
            ReconciliationEvent::FindingOpened { .. } => 26,
            OrderEvent::ShipmentCorrected { .. } => 27,
            PayoutEvent::SettledOtherwise { .. } => 28,
            ReconciliationEvent::Found { .. } => 29,
            MigrationEvent::Step { .. } => 30,
            PaymentEvent::CameLate { .. } => 31,
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
