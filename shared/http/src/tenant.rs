//! Finding out which marketplace a request is for.

use crate::Problem;
use moka::future::Cache;
use std::{sync::Arc, time::Duration};
use tradewind_kernel::{Id, MarketplaceId};
use tradewind_storage::{StorageError, Table};
use tradewind_tenancy::{Marketplace, Slug, keys as tenancy_keys};

/// The pattern for the name of a marketplace: its slug or its id.
pub const MARKETPLACE_PATTERN: &str = "^([a-z][a-z0-9-]{1,38}[a-z0-9]|mkt_[0-9a-z]{26})$";
/// The most marketplaces whose settings one process caches.
const MOST: u64 = 10_000;

/// Finds marketplaces, and caches them for some seconds.
#[derive(Clone)]
pub struct Tenants {
    by_name: Cache<String, Option<Arc<Marketplace>>>,
    by_id: Cache<MarketplaceId, Arc<Marketplace>>,
    domain: Option<String>,
}

impl Tenants {
    /// `domain` is the domain whose subdomains are marketplaces: `example.com` for `bikes.example.com`. `fresh` is how old cached
    /// settings may be when a request uses them.
    pub fn new(domain: Option<String>, fresh: Duration) -> Self {
        Self {
            by_name: Cache::builder().max_capacity(MOST).time_to_live(fresh).build(),
            by_id: Cache::builder().max_capacity(MOST).time_to_live(fresh).build(),
            domain,
        }
    }

    /// The marketplace named by the `X-Marketplace` header (slug or id) or else by the host name.
    pub async fn resolve(
        &self,
        table: &Table,
        header: Option<&str>,
        host: Option<&str>,
    ) -> Result<Arc<Marketplace>, Problem> {
        let named = header.map(str::to_owned).or_else(|| self.subdomain(host));
        let name = named.ok_or_else(|| {
            let detail =
                "Say which marketplace you mean: send its slug in the X-Marketplace header, or use its host name.";
            Problem::bad_request("marketplace_missing", detail)
        })?;
        self.find(table, &name).await?.ok_or_else(|| Problem::not_found("marketplace"))
    }

    /// The marketplace with this id, for code that does not serve an HTTP request.
    pub async fn known(&self, table: &Table, id: &MarketplaceId) -> Result<Option<Arc<Marketplace>>, StorageError> {
        if let Some(known) = self.by_id.get(id).await {
            return Ok(Some(known));
        }
        let found = load(table, Name::Id(id.clone())).await?.map(Arc::new);
        // A marketplace that does not exist yet is not cached, because it may exist in a moment: an event of its opening must not
        // wait for that.
        if let Some(found) = &found {
            self.by_id.insert(id.clone(), found.clone()).await;
        }
        Ok(found)
    }

    fn subdomain(&self, host: Option<&str>) -> Option<String> {
        // Host names are case-insensitive and may end with a dot (RFC 4343, RFC 1034).
        let host = host?.split(':').next()?.trim_end_matches('.').to_ascii_lowercase();
        let name = host.strip_suffix(&self.domain.as_deref()?.to_ascii_lowercase())?.strip_suffix('.')?;
        (!name.contains('.')).then(|| name.to_owned())
    }

    async fn find(&self, table: &Table, name: &str) -> Result<Option<Arc<Marketplace>>, StorageError> {
        if let Some(known) = self.by_name.get(name).await {
            return Ok(known);
        }
        let Some(named) = Name::parse(name) else { return Ok(None) };
        let found = load(table, named).await?.map(Arc::new);
        // Names that do not exist are cached too, so that guessing names costs no reads; but only those that could be names.
        self.by_name.insert(name.to_owned(), found.clone()).await;
        Ok(found)
    }
}

/// The way in which a client names a marketplace.
enum Name {
    Id(MarketplaceId),
    Slug(Slug),
}

impl Name {
    fn parse(name: &str) -> Option<Self> {
        MarketplaceId::parse(name).ok().map(Self::Id).or_else(|| Slug::parse(name).map(Self::Slug))
    }
}

async fn load(table: &Table, name: Name) -> Result<Option<Marketplace>, StorageError> {
    let id = match name {
        Name::Id(id) => id,
        Name::Slug(slug) => match table.peek(tenancy_keys::slug(&slug)).await? {
            Some(claim) => claim.marketplace,
            None => return Ok(None),
        },
    };
    table.peek(tenancy_keys::marketplace(&id)).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use regex_lite::Regex;

    #[test]
    fn what_names_a_marketplace_is_what_the_document_says() {
        let pattern = Regex::new(MARKETPLACE_PATTERN).unwrap();
        let id = "mkt_01jd0000000000000000000000";
        for (name, good) in
            [("bikes", true), ("b-1", true), (id, true), ("", false), ("Bikes", false), ("-b", false), ("b", false)]
        {
            assert_eq!((Name::parse(name).is_some(), pattern.is_match(name)), (good, good), "{name}");
        }
        assert!(Name::parse(&"b".repeat(2_100)).is_none());
    }
}
