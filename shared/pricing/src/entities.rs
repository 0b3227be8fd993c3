//! How it is stored.

use serde::{Deserialize, Serialize};

/// How often a coupon was used, by everybody or by one buyer.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct CouponUses {
    /// How often, not counting checkouts that were not paid.
    pub used: u32,
}
