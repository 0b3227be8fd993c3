//! `POST /v1/imports`: imports a product catalogue that the caller has uploaded. The import runs in the background; its progress can be
//! read.

use crate::imports::get::ImportView;
use garde::Validate;
use http::StatusCode;
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_catalog::{ImportEvent, entities::Import, import::Tally};
use tradewind_kernel::{Currency, ImportId, UploadId};
use tradewind_lambda::{App, Endpoint, Grant, Problem, Reply, Request, Seller};
use tradewind_media::{UploadPurpose, UploadState, keys as media_keys};

pub const ENDPOINT: Endpoint =
    Endpoint::post("catalog-imports-create", "/v1/imports", "Imports a product catalogue that was uploaded.")
        .success(202)
        .refusals(&[&["upload_not_found", "upload_used", "file_missing"]])
        .grants(&[Grant::MainRead, Grant::MainWrite, Grant::EphemeralRead, Grant::EphemeralWrite, Grant::UploadsRead]);

/// The import to start.
#[derive(Debug, Clone, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Create {
    /// An upload of the caller with the purpose `catalog`, whose file has been sent.
    #[garde(skip)]
    upload: UploadId,
    /// The currency of the prices in the file, one of the marketplace's currencies; its main one if left out.
    #[serde(default)]
    #[garde(skip)]
    currency: Option<Currency>,
}

pub async fn handle(app: App, request: Request<Seller, Create>) -> Result<Reply<ImportView>, Problem> {
    let (currency, sold_in) = (request.body.currency, request.marketplace().sells_in());
    if currency.is_some_and(|currency| !sold_in.contains(&currency)) {
        return Err(Problem::invalid("currency", "The marketplace does not sell in this currency."));
    }
    let upload = app.table.get(media_keys::upload(request.tenant(), &request.body.upload)).await?;
    let upload =
        upload.filter(|upload| upload.user == request.caller.user.id && upload.purpose == UploadPurpose::Catalog);
    let mut upload = upload.ok_or_else(|| {
        let detail = "There is no such upload of yours with the purpose `catalog`. Make one with POST /v1/uploads.";
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "upload_not_found", detail)
    })?;
    if upload.state != UploadState::Waiting {
        let detail = "This file has been imported before. Upload it again to import it again.";
        return Err(Problem::conflict("upload_used", detail));
    }
    if app.uploads.size(&upload.key).await?.is_none() {
        let detail = "The file has not arrived. Send it with the form of the upload, then try again.";
        return Err(Problem::conflict("file_missing", detail));
    }
    let import = Import {
        id: app.id::<ImportId>(),
        seller: request.caller.id.clone(),
        upload: upload.id.clone(),
        key: upload.key.clone(),
        currency,
        failure: None,
        parts: None,
        parts_done: 0,
        rows: None,
        tally: Tally::default(),
        created_at: request.now(),
        version: 1,
    };
    upload.state = UploadState::Used { import: import.id.clone() };
    let commit = request
        .commit()
        .update(&mut upload)
        .create_fresh(&import)
        .emit(ImportEvent::Requested { import: import.id.clone() });
    let location = format!("/v1/imports/{}", import.id);
    request.finish(&app, commit, Reply::new(ImportView::from(&import)).location(location)).await
}
