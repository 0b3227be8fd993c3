//! `GET /v1/imports/{import_id}/notes`: notes about the products of an import whose rows had no error: which are drafts, sold out or not
//! counted, and which variants were left as they were. First row first.

use crate::imports::get::owned;
use schemars::JsonSchema;
use serde::Serialize;
use tradewind_catalog::{import::NoteKind, keys as catalog_keys};
use tradewind_lambda::{App, Endpoint, Grant, ListView, OfImport, Paged, Problem, Reply, Request, Seller};

pub const ENDPOINT: Endpoint = Endpoint::get(
    "catalog-import-notes-list",
    "/v1/imports/{import_id}/notes",
    "Lists what is to be known about the products of an import.",
)
.grants(&[Grant::MainRead, Grant::EphemeralRead, Grant::SealingKey]);

/// A note about a product that was imported.
#[derive(Debug, Serialize, JsonSchema)]
pub struct NoteView {
    /// The line of the file in which the product begins: the header is line 1.
    row: u32,
    /// The product's handle.
    handle: String,
    /// The kind of note.
    kind: NoteKind,
    /// The note in words, with what to do.
    message: String,
}

pub async fn handle(
    app: App,
    request: Request<Seller, (), Paged<OfImport>>,
) -> Result<Reply<ListView<NoteView>>, Problem> {
    let import = owned(&app, &request, &request.params.import_id).await?;
    let notes = catalog_keys::import_notes(request.tenant(), &import.id);
    request.list(&app, notes, |n| NoteView { row: n.row, handle: n.handle, kind: n.kind, message: n.message }).await
}
