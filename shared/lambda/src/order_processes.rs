//! The versions of marketplaces' order processes. A version never changes, so it is cached for as long as there is room.

use moka::future::Cache;
use std::sync::{Arc, LazyLock};
use tradewind_kernel::MarketplaceId;
use tradewind_orders::{entities::ProcessVersion, keys as orders_keys, order_process::OrderProcess};
use tradewind_storage::{StorageError, Table};

/// The most versions that one process caches.
const MOST: u64 = 1_000;

static STANDARD: LazyLock<Arc<OrderProcess>> = LazyLock::new(|| Arc::new(OrderProcess::standard().clone()));

/// A cache of versions.
pub(crate) struct OrderProcesses(Cache<(MarketplaceId, u32), Arc<OrderProcess>>);

impl Default for OrderProcesses {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(MOST).build())
    }
}

impl OrderProcesses {
    /// A version of a marketplace's process, or `None` if there is no such version; 0 is the one that ships with the product.
    pub(crate) async fn find(
        &self,
        table: &Table,
        tenant: &MarketplaceId,
        version: u32,
    ) -> Result<Option<Arc<OrderProcess>>, StorageError> {
        if version == 0 {
            return Ok(Some(STANDARD.clone()));
        }
        let (key, Self(known)) = ((tenant.clone(), version), self);
        if let Some(found) = known.get(&key).await {
            return Ok(Some(found));
        }
        let Some(ProcessVersion { process }) = table.get(orders_keys::order_process(tenant, version)).await? else {
            return Ok(None);
        };
        let found = Arc::new(process);
        known.insert(key, found.clone()).await;
        Ok(Some(found))
    }
}
