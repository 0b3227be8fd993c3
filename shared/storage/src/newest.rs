//! Several lists by time, read as one.

use crate::{List, StorageError, Table, entities::SummaryRow};
use futures::future::try_join_all;
use serde::de::DeserializeOwned;

/// A part of a list by time, newest first: each row with its sort key.
#[derive(Debug, Clone)]
pub struct Newest<C> {
    /// The rows, each with its sort key.
    pub rows: Vec<(String, C)>,
    /// Whether older ones follow.
    pub more: bool,
}

/// A range of sort keys, both ends included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The first sort key: that of the oldest row.
    pub first: String,
    /// The last sort key: that of the newest row.
    pub last: String,
}

impl Table {
    /// The newest rows of all these lists together, within a span. `key` returns a row's sort key.
    pub async fn newest<C: DeserializeOwned>(
        &self,
        lists: Vec<List<SummaryRow<C>>>,
        span: &Span,
        limit: u16,
        key: impl Fn(&C) -> String,
    ) -> Result<Newest<C>, StorageError> {
        let pages =
            lists.into_iter().map(|list| self.page(list.between(span.first.clone(), span.last.clone()), limit, None));
        let pages = try_join_all(pages).await?;
        let mut more = pages.iter().any(|page| page.next.is_some());
        let summaries = pages.into_iter().flat_map(|page| page.items).map(|row| row.summary);
        let mut rows: Vec<_> = summaries.map(|summary| (key(&summary), summary)).collect();
        rows.sort_by(|(one, _), (other, _)| other.cmp(one));
        // The rows that a list has after its page are older than all that it returned. So only rows newer than that are known to be
        // complete.
        let most = usize::from(limit);
        more |= rows.len() > most;
        rows.truncate(most);
        Ok(Newest { rows, more })
    }
}
