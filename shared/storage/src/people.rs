//! Finding people by what somebody types.

use crate::{StorageError, Table, entities::CardRow, keys};
use tradewind_domain::{MarketplaceId, UserId, search::Sought};

/// Most people that one search finds.
pub const MOST_FOUND: u16 = 25;

impl Table {
    /// The people that are meant: all with an address, or the first ones whose name begins so. Half a read unit.
    pub async fn people(&self, tenant: &MarketplaceId, sought: &Sought) -> Result<Vec<UserId>, StorageError> {
        let list = match sought {
            Sought::Number(_) => return Ok(vec![]),
            Sought::Email(email) => keys::addresses(tenant).beginning(&keys::by_address(email, "")),
            Sought::Name(name) => keys::people(tenant).beginning(name),
        };
        let rows: Vec<CardRow<UserId>> = self.page(list, MOST_FOUND, None).await?.items;
        Ok(rows.into_iter().map(|row| row.card).collect())
    }
}
