//! Searching for people by e-mail address or name.

use crate::keys;
use tradewind_kernel::{MarketplaceId, UserId, email::Email};
use tradewind_storage::{StorageError, SummaryRow, Table};

/// The most people that one search returns.
pub const MOST_FOUND: u16 = 25;

/// The person or people to search for.
#[derive(Debug, Clone, Copy)]
pub enum Whom<'a> {
    /// Everybody who gave this e-mail address.
    Email(&'a Email),
    /// Everybody whose folded name begins with this text.
    Name(&'a str),
}

/// Finds the people: everybody with an address, or the first ones whose name begins with a text. Half a read unit.
pub async fn find(table: &Table, tenant: &MarketplaceId, whom: Whom<'_>) -> Result<Vec<UserId>, StorageError> {
    let list = match whom {
        Whom::Email(email) => keys::addresses(tenant).beginning(&keys::by_address(email, "")),
        Whom::Name(name) => keys::people(tenant).beginning(name),
    };
    let rows: Vec<SummaryRow<UserId>> = table.page(list, MOST_FOUND, None).await?.items;
    Ok(rows.into_iter().map(|row| row.summary).collect())
}
