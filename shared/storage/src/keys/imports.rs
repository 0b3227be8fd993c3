//! The keys of imports.

use super::{Key, List, Path, list, main};
use crate::entities::{CardRow, ImportError, ImportNote, ImportPart};
use tradewind_domain::{ImportId, MarketplaceId, SellerId, import::NoteKind};

/// An import.
pub fn import<E>(t: &MarketplaceId, id: &ImportId) -> Key<E> {
    main(format!("{t}#import#{id}"), "import")
}

/// How far a part of an import is.
pub fn import_part(t: &MarketplaceId, id: &ImportId, part: u32) -> Key<ImportPart> {
    main(format!("{t}#import#{id}#part#{part:05}"), "part")
}

/// What was wrong with a row of an import.
pub fn import_error(t: &MarketplaceId, id: &ImportId, row: u32) -> Key<ImportError> {
    main(format!("{t}#import#{id}"), format!("error#{row:08}"))
}

/// What was wrong with the rows of an import, first row first.
pub fn import_errors(t: &MarketplaceId, id: &ImportId) -> List<ImportError> {
    list(Path::Table, format!("{t}#import#{id}"), "error#", false)
}

/// What is to be known about a product of an import.
pub fn import_note(t: &MarketplaceId, id: &ImportId, row: u32, kind: NoteKind) -> Key<ImportNote> {
    main(format!("{t}#import#{id}"), format!("note#{row:08}#{}", kind.name()))
}

/// What is to be known about the products of an import, first row first.
pub fn import_notes(t: &MarketplaceId, id: &ImportId) -> List<ImportNote> {
    list(Path::Table, format!("{t}#import#{id}"), "note#", false)
}

/// A seller's imports, newest first.
pub fn imports_of(t: &MarketplaceId, seller: &SellerId) -> List<CardRow<ImportId>> {
    list(Path::Gsi2, format!("{t}#seller#{seller}#imports"), "", true)
}
