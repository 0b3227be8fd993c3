//! `GET /v1/trial-balance`: the balance of every account of the marketplace, as it stood at one moment. They sum to zero.

use schemars::JsonSchema;
use serde::Serialize;
use tradewind_domain::Money;
use tradewind_lambda::{Admin, App, Endpoint, Function, Grant, Problem, Reply, Request};
use tradewind_storage::balances;

/// What the endpoint declares.
pub const ENDPOINT: Endpoint =
    Endpoint::get("money-trial-balance", "/v1/trial-balance", "Reads the balance of every account of the marketplace.")
        .grants(&[Grant::MainRead]);

/// The marketplace's accounts.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TrialBalanceView {
    accounts: Vec<AccountView>,
    /// The sum of all balances: zero, or the books are wrong.
    sum: Money,
}

/// One account.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AccountView {
    /// The account's name; `seller_payable` is what all shops are owed.
    account: String,
    /// Debits positive, credits negative.
    balance: Money,
}

/// The function.
pub fn function() -> Function {
    Function::endpoint(ENDPOINT, handle)
}

async fn handle(app: App, request: Request<Admin>) -> Result<Reply<TrialBalanceView>, Problem> {
    let currency = request.marketplace().currency;
    let balances = balances::trial(&app.table, request.tenant(), currency).await?;
    let sum = balances.values().try_fold(Money::zero(currency), |sum, balance| sum.plus(*balance))?;
    let accounts = balances.into_iter().map(|(account, balance)| AccountView { account, balance }).collect();
    Ok(Reply::new(TrialBalanceView { accounts, sum }))
}
