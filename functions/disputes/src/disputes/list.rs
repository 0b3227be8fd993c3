//! `GET /v1/disputes`: the disputes of the marketplace, newest first.

use crate::view::DisputeView;
use tradewind_disputes::keys as disputes_keys;
use tradewind_lambda::{Admin, App, Endpoint, Grant, ListView, Paged, Problem, Reply, Request};

pub const ENDPOINT: Endpoint = Endpoint::get("disputes-list", "/v1/disputes", "Lists the disputes of the marketplace.")
    .grants(&[Grant::MainRead, Grant::EphemeralRead, Grant::SealingKey]);

pub async fn handle(app: App, request: Request<Admin, (), Paged>) -> Result<Reply<ListView<DisputeView>>, Problem> {
    let list = disputes_keys::disputes(request.tenant());
    request.list(&app, list, |row| DisputeView::from(&row.summary)).await
}
