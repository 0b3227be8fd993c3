//! `GET /v1/sellers/{seller_id}/balance`: what a shop is owed, separately for each currency.

use crate::{consumers::run::payable, shop};
use schemars::JsonSchema;
use serde::Serialize;
use tradewind_kernel::{Money, SellerId};
use tradewind_lambda::{App, Endpoint, Grant, OfSeller, Problem, Reply, Request, User};

pub const ENDPOINT: Endpoint =
    Endpoint::get("payouts-seller-balance-get", "/v1/sellers/{seller_id}/balance", "Reads what a shop is owed.")
        .grants(&[Grant::MainRead, Grant::EphemeralRead]);

/// A shop's balance.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BalanceView {
    /// The shop whose balance it is.
    seller: SellerId,
    /// What the marketplace owes the shop in the marketplace's main currency: earned, and not paid out yet.
    owed: Money,
    /// How much of it the next run can pay: without what is held back for a while after its release.
    available: Money,
    /// The same for every currency in which the shop has earned, the main one first. A negative balance in one is not offset against
    /// another.
    balances: Vec<OwedView>,
}

/// What a shop is owed in one currency.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct OwedView {
    /// What the marketplace owes the shop; negative if the shop owes the marketplace.
    owed: Money,
    /// How much of it the next run can pay.
    available: Money,
}

pub async fn handle(app: App, request: Request<User, (), OfSeller>) -> Result<Reply<BalanceView>, Problem> {
    let seller = shop::readable(&app, &request, &request.params.seller_id).await?;
    let (main, policy) = (request.marketplace().currency, &request.marketplace().payouts);
    let all = tradewind_payouts::balances::owed_in_all(&app.table, request.tenant(), &seller).await?;
    let all: Vec<Money> = all.iter().map(|owed| owed.now).collect();
    let owed = all.iter().copied().find(|owed| owed.currency == main).unwrap_or(Money::zero(main));
    let others = all.into_iter().filter(|owed| owed.currency != main);
    let mut balances = vec![];
    for owed in std::iter::once(owed).chain(others) {
        let available = payable(&app, request.tenant(), &seller, owed, policy).await?;
        balances.push(OwedView { owed, available });
    }
    let OwedView { owed, available } =
        balances.first().copied().ok_or_else(|| Problem::internal("there is no balance"))?;
    Ok(Reply::new(BalanceView { seller, owed, available, balances }))
}
