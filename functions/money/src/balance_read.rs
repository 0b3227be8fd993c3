//! `GET /v1/sellers/{seller_id}/balance`: what a shop is owed.

use crate::{payout_run::payable, shop};
use schemars::JsonSchema;
use serde::Serialize;
use tradewind_domain::{Money, SellerId};
use tradewind_lambda::{App, Endpoint, Function, Grant, Problem, Reply, Request, User};
use tradewind_storage::balances;

/// What the endpoint declares.
pub const ENDPOINT: Endpoint =
    Endpoint::get("money-balance-read", "/v1/sellers/{seller_id}/balance", "Reads what a shop is owed.")
        .grants(&[Grant::MainRead]);

/// A shop's balance.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BalanceView {
    seller: SellerId,
    /// What the marketplace owes the shop: earned, and not paid out yet.
    owed: Money,
    /// What of it the next run can pay: not what is held for a while after its release.
    available: Money,
}

/// The function.
pub fn function() -> Function {
    Function::endpoint(ENDPOINT, handle)
}

async fn handle(app: App, request: Request<User>) -> Result<Reply<BalanceView>, Problem> {
    let seller = shop::readable(&app, &request).await?;
    let owed = balances::owed(&app.table, request.tenant(), &seller, request.marketplace().currency).await?.now;
    let policy = &request.marketplace().payouts;
    let available = payable(&app, request.tenant(), &seller, owed, policy).await?;
    Ok(Reply::new(BalanceView { seller, owed, available }))
}
