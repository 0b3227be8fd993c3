//! How each entity of this noun is stored: under which key, in which lists, in which shape.

use crate::{Marketplace, SlugClaim, keys};
use serde_json::json;
use tradewind_storage::{entity, kinds};

entity!(SlugClaim, |self, _tenant| keys::slug(&self.slug));
entity!(Marketplace, |self, tenant| keys::marketplace(tenant),
    gsi1 => keys::marketplaces().at(tenant.to_string()),
    summary => Some(json!(self.id));
    version);

kinds! {
    whole {
        Marketplace, "marketplace.v1", "" / "marketplace";
        SlugClaim, "slug_claim.v1", "slug" / "slug";
    }
    counted {
    }
}
