//! How the catalogue is stored, and what exists only there.

use crate::{
    import::NoteKind,
    import::Tally,
    keys,
    listing::{HandleClaim, Listing, ListingStatus, Stock},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tradewind_kernel::{Currency, ImportId, SellerId, Time, UploadId};
use tradewind_storage::{by_time, entity, kinds};

/// An import of a catalogue, followed while it runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// The import's id.
    pub id: ImportId,
    /// Whose listings.
    pub seller: SellerId,
    /// The file.
    pub upload: UploadId,
    /// The file's key in the uploads bucket.
    pub key: String,
    /// The currency of its prices; the marketplace's main one if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// What stopped it, if something did.
    pub failure: Option<String>,
    /// Parts that it was split into, once it was.
    pub parts: Option<u32>,
    /// Parts that are done.
    pub parts_done: u32,
    /// Rows of the file, once it was read.
    pub rows: Option<u32>,
    /// What the parts that are done did. Each adds to it, number by number.
    #[serde(flatten)]
    pub tally: Tally,
    /// When it was asked for.
    pub created_at: Time,
    /// Counts the changes.
    pub version: u64,
}

/// How far one part of an import is. Each product is written in one transaction with the step of this item, so that a part
/// that is delivered again goes on where it stopped, and every product, stock level and count has its effect once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportPart {
    /// The import.
    pub import: ImportId,
    /// Which part, from 0.
    pub part: u32,
    /// How many of its products are done.
    pub next: u32,
    /// Whether its counts were added to the import's.
    pub finished: bool,
    /// What it did so far.
    #[serde(flatten)]
    pub tally: Tally,
    /// Counts the changes.
    pub version: u64,
}

/// What was wrong with a row of an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportError {
    /// The import.
    pub import: ImportId,
    /// The line of the file in which the row begins; the header is line 1.
    pub row: u32,
    /// The heading of the column, if the fault lies in one.
    pub column: Option<String>,
    /// What was wrong and what to do.
    pub message: String,
}

/// What is to be known about a product of an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportNote {
    /// The import.
    pub import: ImportId,
    /// The line of the file in which the product begins.
    pub row: u32,
    /// The product's handle.
    pub handle: String,
    /// What it is about.
    pub kind: NoteKind,
    /// What it is, and what to do.
    pub message: String,
}

entity!(Listing, |self, tenant| keys::listing(tenant, &self.id),
    gsi1 => match (self.status, self.published_at) {
        (ListingStatus::Published, Some(at)) => keys::newest_listings(tenant).at(by_time(at, &self.id)),
        (ListingStatus::Published | ListingStatus::Draft | ListingStatus::Closed, _) => None,
    },
    gsi2 => keys::listings_of(tenant, &self.seller).at(by_time(self.created_at, &self.id)),
    card => serde_json::to_value(self.card()).ok();
    version);
entity!(Stock, |self, tenant| keys::stock(tenant, &self.listing, &self.variant, self.bucket));
entity!(HandleClaim, |self, tenant| keys::handle(tenant, &self.seller, &self.handle));
entity!(Import, |self, tenant| keys::import(tenant, &self.id),
    gsi2 => keys::imports_of(tenant, &self.seller).at(by_time(self.created_at, &self.id)),
    // Parts count up what the import did, which an index does not follow.
    card => Some(json!(self.id));
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
