//! Finding people by what somebody types.

use crate::keys;
use tradewind_kernel::{MarketplaceId, UserId, email::Email};
use tradewind_storage::{CardRow, StorageError, Table};

/// Most people that one search finds.
pub const MOST_FOUND: u16 = 25;

/// Who is looked for.
#[derive(Debug, Clone, Copy)]
pub enum Whom<'a> {
    /// Whoever gave this address.
    Email(&'a Email),
    /// Those whose folded name begins so.
    Name(&'a str),
}

/// The people that are meant: all with an address, or the first ones whose name begins so. Half a read unit.
pub async fn find(table: &Table, tenant: &MarketplaceId, whom: Whom<'_>) -> Result<Vec<UserId>, StorageError> {
    let list = match whom {
        Whom::Email(email) => keys::addresses(tenant).beginning(&keys::by_address(email, "")),
        Whom::Name(name) => keys::people(tenant).beginning(name),
    };
    let rows: Vec<CardRow<UserId>> = table.page(list, MOST_FOUND, None).await?.items;
    Ok(rows.into_iter().map(|row| row.card).collect())
}
