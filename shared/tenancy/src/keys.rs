//! The keys of this noun's items, and the cost of reading and writing them, in the units that `tradewind-storage` explains. A test
//! pins each key; changing one needs a migration.
//!
//! | what | table | key | call | units |
//! |---|---|---|---|---|
//! | marketplace | main | `T` / `marketplace` | `GetItem` | 0.5 R, then cached |
//! | every marketplace | main, gsi1 | `platform#marketplaces` / `T` | `Query`, 100 a page | 1 W, 1 R a page |

use crate::{Marketplace, Slug, SlugClaim};
use tradewind_kernel::MarketplaceId;
use tradewind_storage::{Key, List, Path, SummaryRow};

/// The key that claims a slug, so that no second marketplace can take it.
pub fn slug(slug: &Slug) -> Key<SlugClaim> {
    Key::main(format!("platform#slug#{slug}"), "slug")
}

/// The key of a marketplace.
pub fn marketplace(t: &MarketplaceId) -> Key<Marketplace> {
    Key::main(t.to_string(), "marketplace")
}

/// The list of all marketplaces, oldest first, for jobs that serve them all.
pub fn marketplaces() -> List<SummaryRow<MarketplaceId>> {
    List::of(Path::Gsi1, "platform#marketplaces".into(), "", false)
}
