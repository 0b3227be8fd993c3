//! What can be stored.

use crate::{Key, shape::Shaped};
use serde::{Serialize, de::DeserializeOwned};
use tradewind_domain::{MarketplaceId, Time};

/// A place in one of the two indexes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// The partition key.
    pub pk: String,
    /// The sort key.
    pub sk: String,
}

/// Something with a key.
pub trait Entity: Shaped + Serialize + DeserializeOwned {
    /// Where it lies.
    fn key(&self, tenant: &MarketplaceId) -> Key<Self>;

    /// Its version, for what can be changed; `None` for what is written once.
    fn version(&mut self) -> Option<&mut u64> {
        None
    }

    /// Its place in the first index.
    fn gsi1(&self, _tenant: &MarketplaceId) -> Option<Index> {
        None
    }

    /// Its place in the second index.
    fn gsi2(&self, _tenant: &MarketplaceId) -> Option<Index> {
        None
    }

    /// What the indexes show of it.
    fn card(&self) -> Option<serde_json::Value> {
        None
    }

    /// When DynamoDB may delete it: written as the number attribute `ttl`. Readers check too: DynamoDB takes its time.
    fn expires_at(&self) -> Option<Time> {
        None
    }
}
