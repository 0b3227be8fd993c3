//! `GET /v1/sellers/{seller_id}/payouts`: the payouts of a shop, newest first.

use crate::shop;
use schemars::JsonSchema;
use serde::Serialize;
use tradewind_kernel::{Money, PayoutId, Time};
use tradewind_lambda::{App, Endpoint, Grant, ListView, OfSeller, Paged, Problem, Reply, Request, User};
use tradewind_payouts::{Payout, PayoutState, entities::PayoutSummary, keys as payouts_keys};

pub const ENDPOINT: Endpoint =
    Endpoint::get("payouts-seller-payouts-list", "/v1/sellers/{seller_id}/payouts", "Lists what was sent to a shop.")
        .grants(&[Grant::MainRead, Grant::EphemeralRead, Grant::SealingKey]);

/// Money sent to a shop.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PayoutView {
    /// The payout's id.
    id: PayoutId,
    /// The amount paid out.
    amount: Money,
    /// `sent`, `paid`, `failed` with the provider's `reason`, or `settled_otherwise` with a `note` as well.
    #[serde(flatten)]
    state: PayoutState,
    /// When the payout was created.
    created_at: Time,
}

impl From<Payout> for PayoutView {
    fn from(payout: Payout) -> Self {
        let Payout { id, amount, state, created_at, .. } = payout;
        Self { id, amount, state, created_at }
    }
}

impl From<PayoutSummary> for PayoutView {
    fn from(summary: PayoutSummary) -> Self {
        let PayoutSummary { id, amount, state, created_at } = summary;
        Self { id, amount, state, created_at }
    }
}

pub async fn handle(
    app: App,
    request: Request<User, (), Paged<OfSeller>>,
) -> Result<Reply<ListView<PayoutView>>, Problem> {
    let seller = shop::readable(&app, &request, &request.params.seller_id).await?;
    request
        .list(&app, payouts_keys::payouts_of::<PayoutSummary>(request.tenant(), &seller), |row| row.summary.into())
        .await
}
