//! Migrations of stored items, for every kind of item.

pub mod entities;
mod event;
pub mod keys;
mod stored;

pub use event::{MIGRATIONS, MigrationEvent};

use std::sync::LazyLock;
use tradewind_storage::Kind;

/// Every kind of item of every noun.
pub static KINDS: LazyLock<Vec<Kind>> = LazyLock::new(|| {
    [
        stored::KINDS,
        tradewind_audit::KINDS,
        tradewind_catalog::KINDS,
        tradewind_disputes::KINDS,
        tradewind_identity::KINDS,
        tradewind_ledger::KINDS,
        tradewind_media::KINDS,
        tradewind_orders::KINDS,
        tradewind_payments::KINDS,
        tradewind_payouts::KINDS,
        tradewind_pricing::KINDS,
        tradewind_reconciliation::KINDS,
        tradewind_sellers::KINDS,
        tradewind_storage::KINDS,
        tradewind_tenancy::KINDS,
    ]
    .concat()
});

#[cfg(test)]
mod keys_tests;
#[cfg(test)]
mod tests;
