//! Which marketplace a request is for.

use crate::Problem;
use moka::future::Cache;
use std::{sync::Arc, time::Duration};
use tradewind_domain::{
    Id, MarketplaceId,
    marketplace::{Marketplace, Slug},
};
use tradewind_storage::{StorageError, Table, keys};

/// Most marketplaces whose settings one process remembers.
const MOST: u64 = 10_000;

/// Finds marketplaces, and remembers them for some seconds.
#[derive(Clone)]
pub struct Tenants {
    by_name: Cache<String, Option<Arc<Marketplace>>>,
    domain: Option<String>,
}

impl Tenants {
    /// `domain` is the one whose subdomains are marketplaces: `example.com` for `bikes.example.com`. `fresh` is how old settings
    /// may be when a request uses them.
    pub fn new(domain: Option<String>, fresh: Duration) -> Self {
        Self { by_name: Cache::builder().max_capacity(MOST).time_to_live(fresh).build(), domain }
    }

    /// The marketplace named by the `X-Marketplace` header (slug or id) or else by the host name.
    pub async fn resolve(
        &self,
        table: &Table,
        header: Option<&str>,
        host: Option<&str>,
    ) -> Result<Arc<Marketplace>, Problem> {
        let named = header.or_else(|| self.subdomain(host));
        let name = named.ok_or_else(|| {
            let detail =
                "Say which marketplace you mean: send its slug in the X-Marketplace header, or use its host name.";
            Problem::bad_request("marketplace_missing", detail)
        })?;
        self.find(table, name).await?.ok_or_else(|| Problem::not_found("marketplace"))
    }

    fn subdomain<'a>(&self, host: Option<&'a str>) -> Option<&'a str> {
        let host = host?.split(':').next()?;
        host.strip_suffix(self.domain.as_deref()?)?.strip_suffix('.').filter(|name| !name.contains('.'))
    }

    async fn find(&self, table: &Table, name: &str) -> Result<Option<Arc<Marketplace>>, StorageError> {
        if let Some(known) = self.by_name.get(name).await {
            return Ok(known);
        }
        let found = load(table, name).await?.map(Arc::new);
        // What does not exist is remembered too, so that guessing names costs no reads; but nothing that cannot be a name.
        self.by_name.insert(name.to_owned(), found.clone()).await;
        Ok(found)
    }
}

async fn load(table: &Table, name: &str) -> Result<Option<Marketplace>, StorageError> {
    let id = match (MarketplaceId::parse(name), Slug::parse(name)) {
        (Ok(id), _) => id,
        (Err(_), Some(slug)) => match table.peek(keys::slug(&slug)).await? {
            Some(claim) => claim.marketplace,
            None => return Ok(None),
        },
        (Err(_), None) => return Ok(None),
    };
    table.peek(keys::marketplace(&id)).await
}
