//! Lists whose rows only name an item, such as the people of a marketplace by name: each item is read, and shown if it matches a
//! filter.

use crate::{App, Problem, Request, caller::InMarketplace};
use tradewind_http::{Paging, cursor};
use tradewind_kernel::MarketplaceId;
use tradewind_storage::{Entity, Key, List, Position, SummaryRow};

/// The most rows that are read at once.
const BATCH: usize = 100;
/// The most batches read for one page.
const ROUNDS: u8 = 5;
/// The most batches read for one file.
const FILE_ROUNDS: u8 = 50;

/// A list, the keys of the items that its rows name, and a filter.
pub struct Named<'a, C, E> {
    /// The list of rows.
    pub list: &'a (dyn Fn() -> List<SummaryRow<C>> + Send + Sync),
    /// The key of the item that a row names.
    pub key: fn(&MarketplaceId, &C) -> Key<E>,
    /// Whether an item matches the filter.
    pub wants: &'a (dyn Fn(&E) -> bool + Send + Sync),
}

impl<C, E> Named<'_, C, E>
where
    C: serde::de::DeserializeOwned + Send,
    E: Entity + Send,
{
    /// Reads up to `most` matching items from a position on, and returns where more may follow.
    async fn read(
        &self,
        app: &App,
        tenant: &MarketplaceId,
        mut position: Option<Position>,
        most: usize,
        rounds: u8,
    ) -> Result<(Vec<E>, Option<Position>), Problem> {
        let mut found = vec![];
        for _ in 0..rounds {
            // Never reads more rows than still fit: the next page begins where the rows that were read end.
            let limit = most.saturating_sub(found.len()).min(BATCH);
            let page = app.table.page((self.list)(), u16::try_from(limit).unwrap_or(u16::MAX), position).await?;
            let keys = page.items.iter().map(|row| (self.key)(tenant, &row.summary)).collect();
            let named = app.table.peek_in_order(tenant, keys).await?;
            found.extend(named.into_iter().filter(|entity| (self.wants)(entity)));
            position = page.next;
            if position.is_none() || found.len() >= most {
                break;
            }
        }
        Ok((found, position))
    }

    /// Reads all matching items, for a file. If they are too many, the refusal is `csv_too_large`.
    pub async fn all(&self, app: &App, tenant: &MarketplaceId) -> Result<Vec<E>, Problem> {
        match self.read(app, tenant, None, usize::MAX, FILE_ROUNDS).await? {
            (found, None) => Ok(found),
            _ => Err(Problem::csv_too_large()),
        }
    }
}

impl<Caller: InMarketplace, B, P: AsRef<Paging>> Request<Caller, B, P> {
    /// The page of matching items that the client asks for, and its next cursor.
    pub async fn named<C, E>(&self, app: &App, named: &Named<'_, C, E>) -> Result<(Vec<E>, Option<String>), Problem>
    where
        C: serde::de::DeserializeOwned + Send,
        E: Entity + Send,
    {
        let list = (named.list)();
        let (most, position) = (usize::from(self.params.as_ref().limit), self.position(app, &list)?);
        let (found, next) = named.read(app, self.tenant(), position, most, ROUNDS).await?;
        let next = next.map(|next| cursor::seal(app.sealing_key()?, &list.name(), &next)).transpose()?;
        Ok((found, next))
    }
}
