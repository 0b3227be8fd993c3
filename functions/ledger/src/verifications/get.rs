//! `GET /v1/ledger-verifications/{verification_id}`: the progress of a verification of the ledger, and a page of the differences that it
//! found.

use schemars::JsonSchema;
use serde::Serialize;
use tradewind_audit::{
    Difference,
    entities::{Found, LedgerVerification},
    keys as audit_keys,
};
use tradewind_kernel::{LedgerVerificationId, Time};
use tradewind_lambda::{Admin, App, Endpoint, Grant, ListView, OfVerification, Paged, Problem, Reply, Request};

/// 1 read unit for the verification, 0.5 for each 4 KB of differences.
pub const ENDPOINT: Endpoint = Endpoint::get(
    "ledger-verifications-get",
    "/v1/ledger-verifications/{verification_id}",
    "Reads how far a verification of the ledger is, and what it found.",
)
.grants(&[Grant::MainRead, Grant::EphemeralRead, Grant::SealingKey]);

/// A verification of the ledger.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct VerificationView {
    /// The verification's id.
    id: LedgerVerificationId,
    /// The state and the result of the verification.
    status: VerificationStatus,
    /// The number of parts known so far: one for each of eight shards of the journals, one for the disputes, one for the list of sellers,
    /// and one for each seller that was found. It grows while the sellers are listed.
    parts: u32,
    /// The number of parts that are done. The counts below cover what has been compared so far.
    parts_done: u32,
    /// Journals replayed so far.
    journals: u32,
    /// Entries of sellers' accounts compared so far.
    entries: u32,
    /// Orders compared so far, with their payments and refunds.
    orders: u32,
    /// Payouts compared so far.
    payouts: u32,
    /// Balances compared so far: one for each shard of an account and each seller, and currency.
    balances: u32,
    /// Differences found so far.
    differences: u32,
    /// When the verification was requested.
    created_at: Time,
}

/// The state of a verification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VerificationStatus {
    /// Some parts are not done yet.
    Running,
    /// Every part is done, and there are no differences.
    Agrees,
    /// Every part is done, and there are differences.
    Differs,
}

/// A verification with a page of its differences.
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
