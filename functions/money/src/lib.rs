//! Money: payments and what providers report of them, sellers' balances, payouts, and the marketplace's books.

mod account_book;
mod account_told;
mod account_view;
pub mod balance_read;
pub mod dispute_evidence;
pub mod dispute_list;
pub mod dispute_read;
mod dispute_view;
pub mod entries;
pub mod fee_revenue;
pub mod finding_resolve;
pub mod findings;
mod ledger_balances;
mod ledger_disputes;
mod ledger_journals;
mod ledger_load;
mod ledger_orders;
mod ledger_seller;
mod ledger_sellers;
pub mod ledger_verification_create;
pub mod ledger_verification_read;
pub mod ledger_verify;
pub mod order_money;
mod payable;
pub mod payment_apply;
pub mod payment_confirm;
pub mod payment_intent;
pub mod payment_list;
pub mod payment_read;
pub mod payout_account_open;
pub mod payout_account_read;
pub mod payout_resolve;
pub mod payout_run;
pub mod payout_run_create;
pub mod payout_schedule;
pub mod payout_statement;
pub mod payouts;
mod post;
pub mod provider;
pub mod provider_ledger;
pub mod providers;
mod range;
mod receive;
pub mod reconcile;
pub mod reconcile_nightly;
pub mod reconciliation_create;
pub mod reconciliation_read;
mod shop;
pub mod statement;
pub mod trial_balance;
mod view;
pub mod webhook;
pub mod webhook_stripe;

use tradewind_lambda::Function;

/// Every function of this area.
pub fn functions() -> Vec<Function> {
    vec![
        payment_read::function(),
        payment_list::function(),
        payment_confirm::function(),
        payment_intent::function(),
        webhook::function(),
        webhook_stripe::function(),
        payment_apply::function(),
        provider::function(),
        balance_read::function(),
        entries::function(),
        trial_balance::function(),
        statement::function(),
        fee_revenue::function(),
        payouts::function(),
        payout_statement::function(),
        payout_resolve::function(),
        payout_account_open::function(),
        payout_account_read::function(),
        payout_run_create::function(),
        payout_run::function(),
        payout_schedule::function(),
        order_money::function(),
        dispute_read::function(),
        dispute_list::function(),
        dispute_evidence::function(),
        ledger_verification_create::function(),
        ledger_verification_read::function(),
        ledger_verify::function(),
        reconciliation_create::function(),
        reconciliation_read::function(),
        reconcile::function(),
        reconcile_nightly::function(),
        findings::function(),
        finding_resolve::function(),
    ]
}
