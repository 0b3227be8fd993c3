//! `GET /v1/disputes/{dispute_id}`: a payment that the buyer's bank took back, and what shows how it was.

use crate::dispute_view::{DisputeView, seen};
use tradewind_lambda::{App, Endpoint, Function, Grant, OfDispute, Problem, Reply, Request, User};

/// What the endpoint declares.
pub const ENDPOINT: Endpoint =
    Endpoint::get("money-dispute-read", "/v1/disputes/{dispute_id}", "Reads a dispute.").grants(&[Grant::MainRead]);

/// The function.
pub fn function() -> Function {
    Function::endpoint(ENDPOINT, handle)
}

async fn handle(app: App, request: Request<User, (), OfDispute>) -> Result<Reply<DisputeView>, Problem> {
    let (dispute, _) = seen(&app, &request).await?;
    Ok(Reply::new(DisputeView::from(&dispute)).etag(dispute.version))
}
