//! `GET /v1/trial-balance`: the balance of every account of the marketplace, in every currency, all at the same moment. The balances of a
//! currency sum to zero.
//!
//! There is a ledger for each currency, and nothing is converted. Money in a currency can only come in through the provider, so the
//! currencies are those in which `provider_clearing` has postings. 8 read units to find them, 128 for each.

use schemars::JsonSchema;
use serde::Serialize;
use tradewind_kernel::{Currency, Money};
use tradewind_lambda::{Admin, App, AsCsv, Cell, Csv, Endpoint, Grant, Problem, Reply, Request};

pub const ENDPOINT: Endpoint = Endpoint::get(
    "ledger-trial-balance-get",
    "/v1/trial-balance",
    "Reads the balance of every account of the marketplace.",
)
.grants(&[Grant::MainRead, Grant::EphemeralRead]);

/// The marketplace's accounts.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TrialBalanceView {
    /// The accounts in the marketplace's own currency.
    accounts: Vec<AccountView>,
    /// The sum of their balances: zero, or the books are wrong.
    sum: Money,
    /// The same for every currency that has postings, the marketplace's own first.
    currencies: Vec<CurrencyView>,
}

/// The accounts in one currency.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CurrencyView {
    /// The currency of all amounts.
    currency: Currency,
    /// Every account with its balance.
    accounts: Vec<AccountView>,
    /// The sum of all balances: zero, or the books are wrong.
    sum: Money,
}

/// An account with its balance.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AccountView {
    /// The account's name; `seller_payable` is what all shops are owed.
    account: String,
    /// The balance: positive for a debit, negative for a credit.
    balance: Money,
}

pub async fn handle(app: App, request: Request<Admin, (), AsCsv>) -> Result<Reply<TrialBalanceView>, Problem> {
    let own = request.marketplace().currency;
    let others = tradewind_ledger::balances::currencies(&app.table, request.tenant()).await?;
    let mut currencies = vec![];
    for currency in [own].into_iter().chain(others.into_iter().filter(|currency| *currency != own)) {
        let balances = tradewind_ledger::balances::trial(&app.table, request.tenant(), currency).await?;
        let sum = Money::sum(currency, balances.values().copied())?;
        let accounts = balances.into_iter().map(|(account, balance)| AccountView { account, balance }).collect();
        currencies.push(CurrencyView { currency, accounts, sum });
    }
    if request.params.csv() {
        return Ok(Reply::csv(file(&currencies)?, &format!("trial-balance-{}", request.now().seconds())));
    }
    let CurrencyView { accounts, sum, .. } =
        currencies.first().cloned().ok_or_else(|| Problem::internal("no currency"))?;
    Ok(Reply::new(TrialBalanceView { accounts, sum, currencies }))
}

/// The file has separate columns for debits and credits, as accountants expect.
fn file(currencies: &[CurrencyView]) -> Result<Csv, Problem> {
    let mut csv = Csv::new(&["account", "debit", "credit", "currency"]);
    for CurrencyView { currency, accounts, .. } in currencies {
        for AccountView { account, balance } in accounts {
            let (debit, credit) = if balance.amount < 0 {
                (Money::zero(*currency), balance.negated()?)
            } else {
                (*balance, Money::zero(*currency))
            };
            let account = Cell::text(account.as_str());
            csv.row(&[account, Cell::amount(debit), Cell::amount(credit), Cell::text(currency.code())])?;
        }
    }
    Ok(csv)
}
