//! `GET /v1/ledger-verifications/{verification_id}`: how far a verification of the ledger is, and a page of the differences it found.

use schemars::JsonSchema;
use serde::Serialize;
use tradewind_audit::{
    Difference,
    entities::{Found, LedgerVerification},
    keys as audit_keys,
};
use tradewind_kernel::{LedgerVerificationId, Time};
use tradewind_lambda::{Admin, App, Endpoint, Grant, ListView, OfVerification, Paged, Problem, Reply, Request};

/// What the endpoint declares. 1 read unit for the verification, 0.5 for each 4 KB of differences.
pub const ENDPOINT: Endpoint = Endpoint::get(
    "ledger-verifications-get",
    "/v1/ledger-verifications/{verification_id}",
    "Reads how far a verification of the ledger is, and what it found.",
)
.grants(&[Grant::MainRead, Grant::SealingKey]);

/// A verification of the ledger.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct VerificationView {
    /// The verification's id.
    id: LedgerVerificationId,
    /// How far it is, and what came out.
    status: VerificationStatus,
    /// Parts that are known so far: one for each of eight shards of the journals, one for the disputes, one for the list of sellers, and
    /// one for each seller that was found. It grows while the sellers are listed.
    parts: u32,
    /// Parts that are done. What follows counts what has been compared so far.
    parts_done: u32,
    /// Journals that were replayed.
    journals: u32,
    /// Entries of sellers' accounts.
    entries: u32,
    /// Orders, with their payments and refunds.
    orders: u32,
    /// How many payouts were compared.
    payouts: u32,
    /// Balances: one for each shard of an account and each seller, and currency.
    balances: u32,
    /// Differences that were found so far.
    differences: u32,
    /// When it was asked for.
    created_at: Time,
}

/// Where a verification is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VerificationStatus {
    /// Some parts are still to do.
    Running,
    /// Every part is done, and nothing differs.
    Agrees,
    /// Every part is done, and something differs.
    Differs,
}

/// A verification with a page of what it found.
#[derive(Debug, Serialize, JsonSchema)]
pub struct VerificationPage {
    #[serde(flatten)]
    verification: VerificationView,
    #[serde(flatten)]
    found: ListView<Difference>,
}

impl From<&LedgerVerification> for VerificationView {
    fn from(it: &LedgerVerification) -> Self {
        let status = match (it.parts_done < it.parts, it.differences) {
            (true, _) => VerificationStatus::Running,
            (false, 0) => VerificationStatus::Agrees,
            (false, _) => VerificationStatus::Differs,
        };
        Self {
            id: it.id.clone(),
            status,
            parts: it.parts,
            parts_done: it.parts_done,
            journals: it.journals,
            entries: it.entries,
            orders: it.orders,
            payouts: it.payouts,
            balances: it.balances,
            differences: it.differences,
            created_at: it.created_at,
        }
    }
}

pub async fn handle(
    app: App,
    request: Request<Admin, (), Paged<OfVerification>>,
) -> Result<Reply<VerificationPage>, Problem> {
    let id = &request.params.verification_id;
    let verification = app.table.get(audit_keys::ledger_verification(request.tenant(), id)).await?;
    let verification = verification.ok_or_else(|| Problem::not_found("verification"))?;
    let (page, next_cursor) = request.page(&app, audit_keys::differences(request.tenant(), id)).await?;
    let data = page.items.into_iter().map(|found: Found| found.difference).collect();
    let found = ListView { data, next_cursor };
    Ok(Reply::new(VerificationPage { verification: VerificationView::from(&verification), found }))
}
