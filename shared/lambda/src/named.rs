//! Lists whose rows only name something, such as the people of a marketplace by name: each is read, and shown if it is wanted.

use crate::{App, Problem, Request, caller::InMarketplace};
use tradewind_http::{Paging, cursor};
use tradewind_kernel::MarketplaceId;
use tradewind_storage::{CardRow, Entity, Key, List, Position};

/// Most rows that are read at once.
const BATCH: usize = 100;
/// Batches read for one page.
const ROUNDS: u8 = 5;
/// Batches read for one file.
const FILE_ROUNDS: u8 = 50;

/// A list, where that lies what its rows name, and what of it is wanted.
pub struct Named<'a, C, E> {
    /// The list.
    pub list: &'a (dyn Fn() -> List<CardRow<C>> + Send + Sync),
    /// Where that lies what a row names.
    pub key: fn(&MarketplaceId, &C) -> Key<E>,
    /// Whether it is wanted.
    pub wants: &'a (dyn Fn(&E) -> bool + Send + Sync),
}

impl<C, E> Named<'_, C, E>
where
    C: serde::de::DeserializeOwned + Send,
    E: Entity + Send,
{
    /// Up to `most` of what is wanted from a position on, and where more may follow.
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
            // Never more than still fit: where the rows that were read end, the next page begins.
            let limit = most.saturating_sub(found.len()).min(BATCH);
            let page = app.table.page((self.list)(), u16::try_from(limit).unwrap_or(u16::MAX), position).await?;
            let keys = page.items.iter().map(|row| (self.key)(tenant, &row.card)).collect();
            let named = app.table.peek_in_order(tenant, keys).await?;
            found.extend(named.into_iter().filter(|entity| (self.wants)(entity)));
            position = page.next;
            if position.is_none() || found.len() >= most {
                break;
            }
        }
        Ok((found, position))
    }

    /// All that is wanted, for a file. The refusal is `csv_too_large`.
    pub async fn all(&self, app: &App, tenant: &MarketplaceId) -> Result<Vec<E>, Problem> {
        match self.read(app, tenant, None, usize::MAX, FILE_ROUNDS).await? {
            (found, None) => Ok(found),
            _ => Err(Problem::csv_too_large()),
        }
    }
}

impl<Caller: InMarketplace, B, P: AsRef<Paging>> Request<Caller, B, P> {
    /// The page that the client asks for, of what is wanted.
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
