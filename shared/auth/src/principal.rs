//! Who is calling.

use serde::{Deserialize, Serialize};
use tradewind_kernel::{MarketplaceId, SellerId, SessionId, UserId};

/// What an endpoint asks of its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Access {
    /// Anybody, and no marketplace.
    Anybody,
    /// Anybody, in a marketplace.
    Public,
    /// Somebody with an account.
    User,
    /// Somebody with a shop.
    Seller,
    /// Somebody who runs the marketplace.
    Admin,
    /// Whoever runs the platform.
    Operator,
}

impl Access {
    /// Whether the gateway asks the authoriser.
    pub const fn authorised(self) -> bool {
        match self {
            Self::Anybody | Self::Public => false,
            Self::User | Self::Seller | Self::Admin | Self::Operator => true,
        }
    }
}

/// A caller who has proved who they are. The authoriser passes it on in its context.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Principal {
    /// Somebody with an account in a marketplace.
    User {
        /// The marketplace.
        marketplace: MarketplaceId,
        /// The account.
        user: UserId,
        /// The login.
        session: SessionId,
        /// The person's shop.
        seller: Option<SellerId>,
        /// Whether the person runs the marketplace.
        admin: bool,
        /// Whether it is a guest: somebody who buys without a password.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        guest: bool,
    },
    /// Whoever runs the platform.
    Operator,
}
