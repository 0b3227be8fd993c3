//! `POST /v1/uploads`: creates a form with which the client sends a file straight to the bucket. S3 itself refuses a file that is declared
//! with another type or is larger than the form allows.

use crate::uploads::view::UploadView;
use garde::Validate;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};
use tradewind_kernel::{Time, UploadId};
use tradewind_lambda::{App, Endpoint, Grant, Problem, Reply, Request, User};
use tradewind_media::{Upload, UploadPurpose, UploadState};
use tradewind_storage::bucket::UploadTerms;

/// How long a form is valid.
const VALID: Duration = Duration::from_secs(15 * 60);

pub const ENDPOINT: Endpoint =
    Endpoint::post("media-uploads-create", "/v1/uploads", "Hands out a form to upload one file.")
        .success(201)
        .grants(&[Grant::MainRead, Grant::MainWrite, Grant::EphemeralRead, Grant::EphemeralWrite, Grant::UploadsWrite]);

/// The upload to create.
#[derive(Debug, Clone, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Create {
    /// The purpose of the file.
    #[garde(skip)]
    purpose: UploadPurpose,
    /// The type of the file: `image/jpeg`, `image/png`, `image/webp` or `image/gif` for a picture, `text/csv` for a catalogue, which
    /// browsers on Windows call `application/vnd.ms-excel`.
    #[schemars(schema_with = "content_types")]
    #[garde(length(chars, min = 1, max = 100))]
    content_type: String,
}

/// All types of files; which of them are accepted depends on the purpose of the file.
fn content_types(_: &mut SchemaGenerator) -> Schema {
    let all = [UploadPurpose::ListingImage, UploadPurpose::Catalog, UploadPurpose::Evidence];
    let types: BTreeSet<_> = all.into_iter().flat_map(UploadPurpose::content_types).collect();
    json_schema!({ "type": "string", "enum": types })
}

/// An upload, and the form for sending its file.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Created {
    /// The upload, which waits for its file.
    upload: UploadView,
    /// The address and the fields for sending the file.
    form: FormView,
}

/// Send a `multipart/form-data` POST with the fields as they are, then the file in a field named `file`, to the URL.
///
/// Until the form expires, it accepts another picture if the first one was refused; once a picture is ready, sending another one changes
/// nothing.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FormView {
    /// The address to post to.
    url: String,
    /// The form's fields, to be sent before the file.
    fields: BTreeMap<String, String>,
    /// The size of the largest file allowed, in bytes.
    most_bytes: u64,
    /// When the form expires: 15 minutes after it was created.
    expires_at: Time,
}

pub async fn handle(app: App, request: Request<User, Create>) -> Result<Reply<Created>, Problem> {
    let Create { purpose, content_type } = request.body.clone();
    if !purpose.content_types().contains(&content_type.as_str()) {
        return Err(Problem::invalid("content_type", format!("Send one of {}.", purpose.content_types().join(", "))));
    }
    let now = request.now();
    let id = app.id::<UploadId>();
    let key = purpose.key(request.tenant(), &id);
    let terms = UploadTerms { key: &key, content_type: &content_type, most_bytes: purpose.most_bytes(), valid: VALID };
    let form = app.uploads.upload_form(terms, now).await?;
    let upload = Upload {
        id,
        user: request.caller.id.clone(),
        purpose,
        content_type,
        key,
        state: UploadState::Waiting,
        begun: 0,
        created_at: now,
        version: 1,
    };
    let commit = request.commit().create_fresh(&upload);
    let location = format!("/v1/uploads/{}", upload.id);
    let form =
        FormView { url: form.url, fields: form.fields, most_bytes: purpose.most_bytes(), expires_at: now.after(VALID) };
    let created = Created { upload: UploadView::new(&upload, &app.media), form };
    request.finish(&app, commit, Reply::new(created).location(location)).await
}
