//! Contract tests of the area `payouts`.

mod resolution_create;
mod run;
mod runs_create;
mod schedule;
pub mod seller_account;
mod seller_balance_get;
mod seller_ledger_entries_list;
mod seller_payouts_list;
mod seller_statement_get;
mod statement_get;
mod stripe_connect;
