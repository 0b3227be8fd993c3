//! Entities that exist only in storage.

use serde::{Deserialize, Serialize};

/// The number of uses of a coupon, by everybody or by one buyer.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct CouponUses {
    /// The number of uses, without those that were given back, such as those of checkouts that were not paid.
    pub used: u32,
}
