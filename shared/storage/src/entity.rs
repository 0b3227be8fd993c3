//! Entities: what can be stored.

use crate::{Key, List, shape::Shaped};
use serde::{Serialize, de::DeserializeOwned};
use tradewind_kernel::{MarketplaceId, Time};

/// The keys of an item in one of the two indexes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// The partition key in the index.
    pub pk: String,
    /// The sort key in the index.
    pub sk: String,
}

/// Something that is stored as an item under a key.
pub trait Entity: Shaped + Serialize + DeserializeOwned {
    /// The key under which it is stored.
    fn key(&self, tenant: &MarketplaceId) -> Key<Self>;

    /// Its version, for entities that can be changed; `None` for those that are written once.
    fn version(&mut self) -> Option<&mut u64> {
        None
    }

    /// Its place in the first index, if it is listed there.
    fn gsi1(&self, _tenant: &MarketplaceId) -> Option<Index> {
        None
    }

    /// Its place in the second index, if it is listed there.
    fn gsi2(&self, _tenant: &MarketplaceId) -> Option<Index> {
        None
    }

    /// Its summary, which the indexes project.
    fn summary(&self) -> Option<serde_json::Value> {
        None
    }

    /// When DynamoDB may delete it: written as the number attribute `ttl`. Readers check it too, because DynamoDB deletes with a
    /// delay.
    fn expires_at(&self) -> Option<Time> {
        None
    }
}

impl<E> List<E> {
    /// The place of an item in this list of an index.
    pub fn at(self, sk: String) -> Option<Index> {
        Some(Index { pk: self.pk, sk })
    }
}

/// Declares how an entity is stored: its key, then its places in the indexes, its summary and its expiry, as far as it has any, and
/// after a semicolon `version` if it has one.
#[macro_export]
macro_rules! entity {
    ($type:ty, |$self:ident, $tenant:ident| $key:expr $(, $method:ident => $body:expr)* $(; $($versioned:ident)?)?) => {
        impl $crate::Entity for $type {
            fn key(&$self, $tenant: &tradewind_kernel::MarketplaceId) -> $crate::Key<Self> {
                $key
            }
            $($(fn $versioned(&mut self) -> Option<&mut u64> {
                Some(&mut self.version)
            })?)?
            $($crate::entity!(@ $method, $self, $tenant, $body);)*
        }
    };
    (@ gsi1, $self:ident, $tenant:ident, $body:expr) => {
        fn gsi1(&$self, $tenant: &tradewind_kernel::MarketplaceId) -> Option<$crate::Index> { $body }
    };
    (@ gsi2, $self:ident, $tenant:ident, $body:expr) => {
        fn gsi2(&$self, $tenant: &tradewind_kernel::MarketplaceId) -> Option<$crate::Index> { $body }
    };
    (@ summary, $self:ident, $tenant:ident, $body:expr) => {
        fn summary(&$self) -> Option<serde_json::Value> { $body }
    };
    (@ expires_at, $self:ident, $tenant:ident, $body:expr) => {
        fn expires_at(&$self) -> Option<tradewind_kernel::Time> { $body }
    };
}
