//! The caller of a request, and the access that an endpoint requires.

use serde::{Deserialize, Serialize};
use tradewind_kernel::{MarketplaceId, SellerId, SessionId, UserId};

/// The kind of caller that an endpoint requires.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Access {
    /// Anybody, outside of any marketplace.
    Anybody,
    /// Anybody, in a marketplace.
    Public,
    /// A user with an account, or a guest.
    User,
    /// The owner of a shop.
    Seller,
    /// An administrator of the marketplace.
    Admin,
    /// The operator of the platform.
    Operator,
}

impl Access {
    /// Whether the gateway calls the authoriser first.
    pub const fn authorised(self) -> bool {
        match self {
            Self::Anybody | Self::Public => false,
            Self::User | Self::Seller | Self::Admin | Self::Operator => true,
        }
    }
}

/// An authenticated caller. The authoriser passes it on in its context.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Principal {
    /// A user in a marketplace.
    User {
        /// The marketplace of the account.
        marketplace: MarketplaceId,
        /// The account's id.
        user: UserId,
        /// The login session.
        session: SessionId,
        /// The person's shop, if they have one.
        seller: Option<SellerId>,
        /// Whether the person administers the marketplace.
        admin: bool,
        /// Whether it is a guest, who buys without a password.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        guest: bool,
    },
    /// The operator of the platform.
    Operator,
}
