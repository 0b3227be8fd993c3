//! `GET /v1/imports`: the imports of the caller's shop, newest first.

use crate::imports::get::ImportView;
use tradewind_catalog::{entities::Import, keys as catalog_keys};
use tradewind_lambda::{App, Endpoint, Grant, ListView, Paged, Problem, Reply, Request, Seller};

/// Half a read unit for a page, and 1 for each import on it.
pub const ENDPOINT: Endpoint =
    Endpoint::get("catalog-imports-list", "/v1/imports", "Lists the imports of the caller's shop, newest first.")
        .grants(&[Grant::MainRead, Grant::EphemeralRead, Grant::SealingKey]);

pub async fn handle(app: App, request: Request<Seller, (), Paged>) -> Result<Reply<ListView<ImportView>>, Problem> {
    let (page, next_cursor) =
        request.page(&app, catalog_keys::imports_of(request.tenant(), &request.caller.id)).await?;
    let ids: Vec<_> = page.items.into_iter().map(|row| row.summary).collect();
    let imports = ids.iter().map(|id| catalog_keys::import(request.tenant(), id)).collect();
    let imports: Vec<Import> = app.table.get_all(imports).await?;
    let found = ids.iter().filter_map(|id| imports.iter().find(|import| import.id == *id));
    Ok(Reply::new(ListView { data: found.map(ImportView::from).collect(), next_cursor }))
}
