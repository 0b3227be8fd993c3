//! `GET /v1/disputes/{dispute_id}`: a payment that the buyer's bank took back, with the evidence that was given.

use crate::view::{DisputeView, seen};
use tradewind_lambda::{App, Endpoint, Grant, OfDispute, Problem, Reply, Request, User};

pub const ENDPOINT: Endpoint = Endpoint::get("disputes-get", "/v1/disputes/{dispute_id}", "Reads a dispute.")
    .grants(&[Grant::MainRead, Grant::EphemeralRead]);

pub async fn handle(app: App, request: Request<User, (), OfDispute>) -> Result<Reply<DisputeView>, Problem> {
    let (dispute, _) = seen(&app, &request).await?;
    Ok(Reply::new(DisputeView::from(&dispute)).etag(dispute.version))
}
