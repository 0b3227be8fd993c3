//! `GET /v1/imports/{import_id}`: the progress of one of the caller's imports.

use schemars::JsonSchema;
use serde::Serialize;
use tradewind_catalog::{entities::Import, import::Tally, keys as catalog_keys};
use tradewind_kernel::{Currency, ImportId, Time, UploadId};
use tradewind_lambda::{App, Endpoint, Grant, OfImport, Problem, Reply, Request, Seller};

pub const ENDPOINT: Endpoint =
    Endpoint::get("catalog-imports-get", "/v1/imports/{import_id}", "Reads how far an import is.")
        .grants(&[Grant::MainRead, Grant::EphemeralRead]);

/// An import and its progress.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ImportView {
    /// The import's id.
    id: ImportId,
    /// The upload whose file is imported.
    upload: UploadId,
    /// The currency of the prices, if it is not the marketplace's main one.
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<Currency>,
    /// The state of the import.
    status: ImportStatus,
    /// The reason why it failed, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
    /// The number of rows in the file without the header, once it has been read.
    rows: Option<u32>,
    /// The number of parts that the file was split into, once it has been read.
    parts: Option<u32>,
    /// The number of parts that are done. The counts below include only those.
    parts_done: u32,
    #[serde(flatten)]
    tally: Tally,
    /// When the import was requested.
    created_at: Time,
}

/// The state of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportStatus {
    /// The file has not been read yet.
    Queued,
    /// The file has been read, and some parts are not done yet.
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

/// Returns an import, if it is the caller's.
pub(crate) async fn owned<P>(app: &App, request: &Request<Seller, (), P>, id: &ImportId) -> Result<Import, Problem> {
    let import = app.table.get(catalog_keys::import::<Import>(request.tenant(), id)).await?;
    import.filter(|import| import.seller == request.caller.id).ok_or_else(|| Problem::not_found("import"))
}
