//! `GET /v1/imports/{import_id}`: how far an import of the caller's is.

use schemars::JsonSchema;
use serde::Serialize;
use tradewind_catalog::{entities::Import, import::Tally, keys as catalog_keys};
use tradewind_kernel::{Currency, ImportId, Time, UploadId};
use tradewind_lambda::{App, Endpoint, Grant, OfImport, Problem, Reply, Request, Seller};

/// What the endpoint declares.
pub const ENDPOINT: Endpoint =
    Endpoint::get("catalog-imports-get", "/v1/imports/{import_id}", "Reads how far an import is.")
        .grants(&[Grant::MainRead]);

/// An import and how far it is.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ImportView {
    /// The import's id.
    id: ImportId,
    /// The upload whose file it reads.
    upload: UploadId,
    /// The currency of its prices, if it is not the marketplace's main one.
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<Currency>,
    /// How far it is.
    status: ImportStatus,
    /// Why it failed, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
    /// Rows of the file without the header, once it was read.
    rows: Option<u32>,
    /// Parts that the file was split into, once it was read.
    parts: Option<u32>,
    /// Parts that are done. What follows counts only those.
    parts_done: u32,
    #[serde(flatten)]
    tally: Tally,
    /// When it was asked for.
    created_at: Time,
}

/// Where an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportStatus {
    /// The file was not read yet.
    Queued,
    /// The file was read, and some parts are still to do.
    Running,
    /// Every part is done.
    Done,
    /// The file as a whole cannot be imported.
    Failed,
}

impl ImportStatus {
    fn of(import: &Import) -> Self {
        match (&import.failure, import.parts) {
            (Some(_), _) => Self::Failed,
            (None, None) => Self::Queued,
            (None, Some(parts)) if import.parts_done < parts => Self::Running,
            (None, Some(_)) => Self::Done,
        }
    }
}

impl From<&Import> for ImportView {
    fn from(import: &Import) -> Self {
        Self {
            id: import.id.clone(),
            upload: import.upload.clone(),
            currency: import.currency,
            status: ImportStatus::of(import),
            failure: import.failure.clone(),
            rows: import.rows,
            parts: import.parts,
            parts_done: import.parts_done,
            tally: import.tally,
            created_at: import.created_at,
        }
    }
}

pub async fn handle(app: App, request: Request<Seller, (), OfImport>) -> Result<Reply<ImportView>, Problem> {
    Ok(Reply::new(ImportView::from(&owned(&app, &request, &request.params.import_id).await?)))
}

/// An import, if it is the caller's.
pub(crate) async fn owned<P>(app: &App, request: &Request<Seller, (), P>, id: &ImportId) -> Result<Import, Problem> {
    let import = app.table.get(catalog_keys::import::<Import>(request.tenant(), id)).await?;
    import.filter(|import| import.seller == request.caller.id).ok_or_else(|| Problem::not_found("import"))
}
