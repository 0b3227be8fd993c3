//! The versions of marketplaces' order processes. A version never changes, so it is remembered for as long as there is room.

use crate::{App, Problem};
use moka::future::Cache;
use std::sync::{Arc, LazyLock};
use tradewind_kernel::MarketplaceId;
use tradewind_orders::{entities::ProcessVersion, keys as orders_keys, order_process::OrderProcess};

/// Most versions that one process remembers.
const MOST: u64 = 1_000;

static STANDARD: LazyLock<Arc<OrderProcess>> = LazyLock::new(|| Arc::new(OrderProcess::standard().clone()));

/// Remembers versions.
pub(crate) struct Processes(Cache<(MarketplaceId, u32), Arc<OrderProcess>>);

impl Default for Processes {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(MOST).build())
    }
}

impl App {
    /// A version of a marketplace's order process; 0 is the one that ships with the product. Half a read unit for each 4 KB when
    /// it is first read, then nothing.
    pub async fn process(&self, tenant: &MarketplaceId, version: u32) -> Result<Arc<OrderProcess>, Problem> {
        self.find_process(tenant, version)
            .await?
            .ok_or_else(|| Problem::internal(format!("version {version} of {tenant}'s process is missing")))
    }

    /// The same, if there is such a version.
    pub async fn find_process(
        &self,
        tenant: &MarketplaceId,
        version: u32,
    ) -> Result<Option<Arc<OrderProcess>>, Problem> {
        if version == 0 {
            return Ok(Some(STANDARD.clone()));
        }
        let (key, Processes(known)) = ((tenant.clone(), version), self.processes());
        if let Some(found) = known.get(&key).await {
            return Ok(Some(found));
        }
        let Some(ProcessVersion { process }) = self.table.get(orders_keys::order_process(tenant, version)).await?
        else {
            return Ok(None);
        };
        let found = Arc::new(process);
        known.insert(key, found.clone()).await;
        Ok(Some(found))
    }
}
