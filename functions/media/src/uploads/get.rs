//! `GET /v1/uploads/{upload_id}`: the state of an upload. Only its sender can read it.

use crate::uploads::view::UploadView;
use tradewind_lambda::{App, Endpoint, Grant, OfUpload, Problem, Reply, Request, User};
use tradewind_media::keys as media_keys;

pub const ENDPOINT: Endpoint = Endpoint::get(
    "media-uploads-get",
    "/v1/uploads/{upload_id}",
    "Reads one of the caller's uploads and what became of it.",
)
.grants(&[Grant::MainRead, Grant::EphemeralRead]);

pub async fn handle(app: App, request: Request<User, (), OfUpload>) -> Result<Reply<UploadView>, Problem> {
    let upload = app.table.get(media_keys::upload(request.tenant(), &request.params.upload_id)).await?;
    let upload =
        upload.filter(|upload| upload.user == request.caller.id).ok_or_else(|| Problem::not_found("upload"))?;
    Ok(Reply::new(UploadView::new(&upload, &app.media)))
}
