//! What can be stored.

use crate::{Key, List, shape::Shaped};
use serde::{Serialize, de::DeserializeOwned};
use tradewind_kernel::{MarketplaceId, Time};

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

impl<E> List<E> {
    /// The place of an item in this list of an index.
    pub fn at(self, sk: String) -> Option<Index> {
        Some(Index { pk: self.pk, sk })
    }
}

/// Says how something is stored: its key, then its places in the indexes, what they show of it and when it expires, as far as it has any, and
/// behind a semicolon `version` if it has one.
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
    (@ card, $self:ident, $tenant:ident, $body:expr) => {
        fn card(&$self) -> Option<serde_json::Value> { $body }
    };
    (@ expires_at, $self:ident, $tenant:ident, $body:expr) => {
        fn expires_at(&$self) -> Option<tradewind_kernel::Time> { $body }
    };
}
