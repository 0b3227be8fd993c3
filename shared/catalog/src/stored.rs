//! How each entity of this noun is stored: under which key, in which lists, in which shape.

use crate::{
    entities::{Import, ImportError, ImportNote, ImportPart},
    keys,
    listing::{HandleClaim, Listing, ListingStatus},
    stock::Stock,
};
use serde_json::json;
use tradewind_storage::{by_time, entity, kinds};

entity!(Listing, |self, tenant| keys::listing(tenant, &self.id),
    gsi1 => match (self.status, self.published_at) {
        (ListingStatus::Published, Some(at)) => keys::newest_listings(tenant).at(by_time(at, &self.id)),
        (ListingStatus::Published | ListingStatus::Draft | ListingStatus::Closed, _) => None,
    },
    gsi2 => keys::listings_of(tenant, &self.seller).at(by_time(self.created_at, &self.id)),
    summary => serde_json::to_value(self.summary()).ok();
    version);
entity!(Stock, |self, tenant| keys::stock(tenant, &self.listing, &self.variant, self.bucket));
entity!(HandleClaim, |self, tenant| keys::handle(tenant, &self.seller, &self.handle));
entity!(Import, |self, tenant| keys::import(tenant, &self.id),
    gsi2 => keys::imports_of(tenant, &self.seller).at(by_time(self.created_at, &self.id)),
    // Parts increment the import's counts, which an index would not show.
    summary => Some(json!(self.id));
    version);
entity!(ImportPart, |self, tenant| keys::import_part(tenant, &self.import, self.part); version);
entity!(ImportError, |self, tenant| keys::import_error(tenant, &self.import, self.row));
entity!(ImportNote, |self, tenant| keys::import_note(tenant, &self.import, self.row, self.kind));

kinds! {
    whole {
        HandleClaim, "handle_claim.v1", "seller" / "handle";
        Import, "import.v1", "import" / "import";
        ImportError, "import_error.v1", "import" / "error#";
        ImportNote, "import_note.v1", "import" / "note#";
        ImportPart, "import_part.v1", "import" / "part";
        Listing, "listing.v1", "listing" / "listing";
    }
    counted {
        Stock, "stock.v1", "listing" / "stock#";
    }
}
