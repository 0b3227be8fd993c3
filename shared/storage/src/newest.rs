//! Several lists by time, read as one.

use crate::{List, StorageError, Table, entities::CardRow};
use futures::future::try_join_all;
use serde::de::DeserializeOwned;

/// A part of a list by time, newest first: each row with its sort key.
#[derive(Debug, Clone)]
pub struct Newest<C> {
    /// The rows.
    pub rows: Vec<(String, C)>,
    /// Whether older ones follow.
    pub more: bool,
}

/// A span of sort keys, both of which count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The first one: that of the oldest row.
    pub first: String,
    /// The last one.
    pub last: String,
}

impl Table {
    /// The newest rows of these lists together, within a span. `key` says how a row is sorted.
    pub async fn newest<C: DeserializeOwned>(
        &self,
        lists: Vec<List<CardRow<C>>>,
        span: &Span,
        limit: u16,
        key: impl Fn(&C) -> String,
    ) -> Result<Newest<C>, StorageError> {
        let pages =
            lists.into_iter().map(|list| self.page(list.between(span.first.clone(), span.last.clone()), limit, None));
        let pages = try_join_all(pages).await?;
        let mut more = pages.iter().any(|page| page.next.is_some());
        let cards = pages.into_iter().flat_map(|page| page.items).map(|row| row.card);
        let mut rows: Vec<_> = cards.map(|card| (key(&card), card)).collect();
        rows.sort_by(|(one, _), (other, _)| other.cmp(one));
        // What a list has behind its own page is older than all that it gave: only what comes before that is known to be complete.
        let most = usize::from(limit);
        more |= rows.len() > most;
        rows.truncate(most);
        Ok(Newest { rows, more })
    }
}
