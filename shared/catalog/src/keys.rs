//! The keys of this noun's items, and the cost of reading and writing them, in the units that `tradewind-storage` explains. A test
//! pins each key; changing one needs a migration.
//!
//! | what | table | key | call | units |
//! |---|---|---|---|---|
//! | listing with stock | main | `T#listing#L` / `listing`, `stock#V` | `Query` | 0.5 R a 4 KB |
//! | each further bucket of split stock | main | `T#variant#V#bucket#N` / `stock` | `BatchGetItem`, in a transaction | 0.5 R for a listing, 1 R for a cart, 2 W |
//! | newest listings | main, gsi1 | `T#listings` | `Query`, 20 a page | 0.5 to 2.5 R |
//! | a seller's listings | main, gsi2 | `T#seller#S#listings` | `Query`, 20 a page | 0.5 to 2.5 R |
//! | listing by handle | main | `T#seller#S#handle#H` / `handle` | `GetItem` | 1 R |
//! | import, its row errors and notes | main | `T#import#I` / `import`, `error#ROW`, `note#ROW#KIND` | `GetItem`, `Query` | 1 R |
//! | a seller's imports | main, gsi2 | `T#seller#S#imports` | `Query`, 20 a page, `BatchGetItem` | 0.5 R, 1 R an import |
//! | a part of an import | main | `T#import#I#part#N` / `part` | `GetItem` | 1 R |

use crate::{
    entities::{ImportError, ImportNote, ImportPart},
    import::NoteKind,
    listing::{HandleClaim, Listing, ListingSummary},
    stock::Stock,
};
use tradewind_kernel::{ImportId, ListingId, MarketplaceId, SellerId, VariantId};
use tradewind_storage::{Key, List, Path, SummaryRow};

/// The key of a listing.
pub fn listing(t: &MarketplaceId, id: &ListingId) -> Key<Listing> {
    Key::main(format!("{t}#listing#{id}"), "listing")
}

/// The key of a bucket of a variant's stock. The first bucket lies beside the listing, and is read with it; each other one has a
/// partition of its own, because otherwise splitting would gain nothing.
pub fn stock(t: &MarketplaceId, listing: &ListingId, variant: &VariantId, bucket: u8) -> Key<Stock> {
    match bucket {
        0 => Key::main(format!("{t}#listing#{listing}"), format!("stock#{variant}")),
        _ => Key::main(format!("{t}#variant#{variant}#bucket#{bucket}"), "stock"),
    }
}

/// A listing and the stock of its variants: the sort keys are `listing` and `stock#...`.
pub fn listing_with_stock<E>(t: &MarketplaceId, id: &ListingId) -> List<E> {
    List::of(Path::Table, format!("{t}#listing#{id}"), "", false)
}

/// The list of published listings, newest first.
pub fn newest_listings(t: &MarketplaceId) -> List<SummaryRow<ListingSummary>> {
    List::of(Path::Gsi1, format!("{t}#listings"), "", true)
}

/// The list of a seller's listings, newest first.
pub fn listings_of(t: &MarketplaceId, seller: &SellerId) -> List<SummaryRow<ListingSummary>> {
    List::of(Path::Gsi2, format!("{t}#seller#{seller}#listings"), "", true)
}

/// The key that claims a handle of a seller's import file for a listing.
pub fn handle(t: &MarketplaceId, seller: &SellerId, handle: &str) -> Key<HandleClaim> {
    Key::main(format!("{t}#seller#{seller}#handle#{handle}"), "handle")
}

/// The key of an import.
pub fn import<E>(t: &MarketplaceId, id: &ImportId) -> Key<E> {
    Key::main(format!("{t}#import#{id}"), "import")
}

/// The key of the progress of a part of an import.
pub fn import_part(t: &MarketplaceId, id: &ImportId, part: u32) -> Key<ImportPart> {
    Key::main(format!("{t}#import#{id}#part#{part:05}"), "part")
}

/// The key of a fault in a row of an import.
pub fn import_error(t: &MarketplaceId, id: &ImportId, row: u32) -> Key<ImportError> {
    Key::main(format!("{t}#import#{id}"), format!("error#{row:08}"))
}

/// The list of faults in the rows of an import, first row first.
pub fn import_errors(t: &MarketplaceId, id: &ImportId) -> List<ImportError> {
    List::of(Path::Table, format!("{t}#import#{id}"), "error#", false)
}

/// The key of a note about a product of an import.
pub fn import_note(t: &MarketplaceId, id: &ImportId, row: u32, kind: NoteKind) -> Key<ImportNote> {
    Key::main(format!("{t}#import#{id}"), format!("note#{row:08}#{}", kind.name()))
}

/// The list of notes about the products of an import, first row first.
pub fn import_notes(t: &MarketplaceId, id: &ImportId) -> List<ImportNote> {
    List::of(Path::Table, format!("{t}#import#{id}"), "note#", false)
}

/// The list of a seller's imports, newest first.
pub fn imports_of(t: &MarketplaceId, seller: &SellerId) -> List<SummaryRow<ImportId>> {
    List::of(Path::Gsi2, format!("{t}#seller#{seller}#imports"), "", true)
}
