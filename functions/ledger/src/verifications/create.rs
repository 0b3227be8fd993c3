//! `POST /v1/ledger-verifications`: starts a verification of the marketplace's ledger, which runs in the background. It repairs nothing.
//!
//! All journals are replayed and compared with the balances, the sellers' entries, and the payments, orders, refunds, payouts and disputes
//! that they are about: see [`tradewind_audit`]. Sales continue meanwhile. A verification reads everything once: 2 units a journal, 2 an
//! entry of a seller, 4 an order and 4 a payout, and 160 for the balances; it writes some 60 units, 8 a seller and 4 a difference.
//! `tests/cross/units-books.txt` holds the measured values.

use crate::verifications::get::VerificationView;
use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_audit::{Part, Progress, VerificationEvent, entities::LedgerVerification};
use tradewind_kernel::LedgerVerificationId;
use tradewind_lambda::{Admin, App, Endpoint, Grant, Problem, Reply, Request};
use tradewind_ledger::keys::BALANCE_SHARDS;

pub const ENDPOINT: Endpoint =
    Endpoint::post("ledger-verifications-create", "/v1/ledger-verifications", "Has the marketplace's ledger verified.")
        .success(202)
        .idempotent()
        .grants(&[Grant::MainRead, Grant::MainWrite, Grant::EphemeralRead, Grant::EphemeralWrite]);

/// A verification takes no settings: an empty object, or no body at all.
#[derive(Debug, Clone, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct CreateVerification {}

pub async fn handle(
    app: App,
    request: Request<Admin, Option<CreateVerification>>,
) -> Result<Reply<VerificationView>, Problem> {
    let parts: Vec<_> =
        (0..BALANCE_SHARDS).map(|shard| Part::Journals { shard }).chain([Part::Disputes, Part::Sellers]).collect();
    let verification = LedgerVerification {
        id: app.id::<LedgerVerificationId>(),
        parts: u32::try_from(parts.len()).unwrap_or(u32::MAX),
        parts_done: 0,
        journals: 0,
        entries: 0,
        orders: 0,
        payouts: 0,
        balances: 0,
        differences: 0,
        created_at: request.now(),
        version: 1,
    };
    let mut commit = request.commit().create_fresh(&verification);
    for part in parts {
        let (verification, progress) = (verification.id.clone(), Progress::default());
        commit = commit.emit(VerificationEvent::Step { verification, part, step: 0, progress });
    }
    let location = format!("/v1/ledger-verifications/{}", verification.id);
    request.finish(&app, commit, Reply::new(VerificationView::from(&verification)).location(location)).await
}
