//! Entities of imports, which exist only in storage.

use crate::import::{NoteKind, Tally};
use serde::{Deserialize, Serialize};
use tradewind_kernel::{Currency, ImportId, SellerId, Time, UploadId};

/// An import of a catalogue, with its progress.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// The import's id.
    pub id: ImportId,
    /// The seller whose listings are imported.
    pub seller: SellerId,
    /// The upload that contains the file.
    pub upload: UploadId,
    /// The file's key in the uploads bucket.
    pub key: String,
    /// The currency of its prices; the marketplace's main one if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// The reason why it stopped, if it did.
    pub failure: Option<String>,
    /// The number of parts that it was split into, once it was.
    pub parts: Option<u32>,
    /// The number of parts that are done.
    pub parts_done: u32,
    /// The number of rows in the file, once it was read.
    pub rows: Option<u32>,
    /// The totals of the parts that are done. Each part adds its numbers.
    #[serde(flatten)]
    pub tally: Tally,
    /// When the import was requested.
    pub created_at: Time,
    /// Incremented with each change.
    pub version: u64,
}

/// The progress of one part of an import. Each product is written in one transaction with an update of this item, so that a part that
/// is delivered again goes on where it stopped, and every product, stock level and count has its effect once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportPart {
    /// The import that the part belongs to.
    pub import: ImportId,
    /// The number of the part, from 0.
    pub part: u32,
    /// How many of its products are done.
    pub next: u32,
    /// Whether its counts were added to the import's.
    pub finished: bool,
    /// The totals of what it did so far.
    #[serde(flatten)]
    pub tally: Tally,
    /// Incremented with each change.
    pub version: u64,
}

/// A fault in a row of an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportError {
    /// The import that the row belongs to.
    pub import: ImportId,
    /// The line of the file in which the row begins; the header is line 1.
    pub row: u32,
    /// The heading of the column, if the fault lies in one.
    pub column: Option<String>,
    /// What was wrong and what to do.
    pub message: String,
}

/// A note about an imported product that its seller should know of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportNote {
    /// The import that the product belongs to.
    pub import: ImportId,
    /// The line of the file in which the product begins.
    pub row: u32,
    /// The product's handle.
    pub handle: String,
    /// The kind of note.
    pub kind: NoteKind,
    /// What happened, and what the seller can do.
    pub message: String,
}
