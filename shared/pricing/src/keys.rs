//! The keys of this noun's items, and the cost of reading and writing them, in the units that `tradewind-storage` explains. A test
//! pins each key; changing one needs a migration.
//!
//! | what | table | key | call | units |
//! |---|---|---|---|---|
//! | coupon, its uses | main | `T#coupon#C` / `coupon`, `uses` | `GetItem` | 1 R |
//! | a buyer's uses of a coupon | main | `T#user#U` / `coupon#C` | `GetItem` | 1 R |
//! | coupons | main, gsi1 | `T#coupons` | `Query`, 20 a page | 0.5 to 2.5 R |

use crate::{Coupon, CouponCode, entities::CouponUses};
use tradewind_kernel::{MarketplaceId, UserId};
use tradewind_storage::{Key, List, Path, SummaryRow};

/// The key of a coupon.
pub fn coupon(t: &MarketplaceId, code: &CouponCode) -> Key<Coupon> {
    Key::main(format!("{t}#coupon#{code}"), "coupon")
}

/// The list of the marketplace's coupons, newest first.
pub fn coupons<E>(t: &MarketplaceId) -> List<SummaryRow<E>> {
    List::of(Path::Gsi1, format!("{t}#coupons"), "", true)
}

/// The key of a coupon's number of uses. Every checkout with the coupon writes it, and none writes the coupon's settings.
pub fn coupon_uses(t: &MarketplaceId, code: &CouponCode) -> Key<CouponUses> {
    Key::main(format!("{t}#coupon#{code}"), "uses")
}

/// The key of one buyer's number of uses of a coupon.
pub fn coupon_uses_by(t: &MarketplaceId, user: &UserId, code: &CouponCode) -> Key<CouponUses> {
    Key::main(format!("{t}#user#{user}"), format!("coupon#{code}"))
}
