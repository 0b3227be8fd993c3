//! The pure rules of a marketplace: money, the ledger, listings, orders, payments and the events they cause.
//!
//! Nothing here is asynchronous, reads a clock, draws a random number or knows of AWS. A handler loads what a rule needs,
//! calls the rule, and commits what the rule decided.

pub mod branding;
pub mod cart;
pub mod currency;
pub mod dispute;
pub mod email;
pub mod event;
pub mod id;
pub mod import;
pub mod ledger;
pub mod ledger_audit;
pub mod listing;
pub mod marketplace;
pub mod media;
pub mod money;
pub mod order;
pub mod order_process;
pub mod payment;
pub mod payout;
pub mod period;
pub mod pricing;
pub mod process;
pub mod provider;
pub mod reconciliation;
pub mod refund;
pub mod search;
pub mod stock;
pub mod text;
pub mod time;
pub mod user;
pub mod vat;
pub mod web;
pub mod zone;

pub use currency::Currency;
pub use id::*;
pub use money::Money;
pub use time::Time;
