//! Contract tests of the area `ledger`.

pub mod currencies;
mod currency_withdrawn;
mod fee_revenue_get;
mod order_money_get;
mod time_zone;
mod trial_balance_get;
pub mod verifications;
