//! `GET /v1/imports/{import_id}/errors`: the errors in the rows of an import, first row first.

use crate::imports::get::owned;
use schemars::JsonSchema;
use serde::Serialize;
use tradewind_catalog::keys as catalog_keys;
use tradewind_lambda::{App, Endpoint, Grant, ListView, OfImport, Paged, Problem, Reply, Request, Seller};

pub const ENDPOINT: Endpoint = Endpoint::get(
    "catalog-import-errors-list",
    "/v1/imports/{import_id}/errors",
    "Lists what was wrong with the rows of an import.",
)
.grants(&[Grant::MainRead, Grant::EphemeralRead, Grant::SealingKey]);

/// An error in a row.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RowErrorView {
    /// The line of the file in which the row begins: the header is line 1.
    row: u32,
    /// The heading of the column, if the error is in one.
    column: Option<String>,
    /// What is wrong, and what to do.
    message: String,
}

pub async fn handle(
    app: App,
    request: Request<Seller, (), Paged<OfImport>>,
) -> Result<Reply<ListView<RowErrorView>>, Problem> {
    let import = owned(&app, &request, &request.params.import_id).await?;
    let errors = catalog_keys::import_errors(request.tenant(), &import.id);
    request.list(&app, errors, |e| RowErrorView { row: e.row, column: e.column, message: e.message }).await
}
