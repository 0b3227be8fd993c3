//! How the catalogue is stored, and what exists only there.

use crate::import::{NoteKind, Tally};
use serde::{Deserialize, Serialize};
use tradewind_kernel::{Currency, ImportId, SellerId, Time, UploadId};

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
