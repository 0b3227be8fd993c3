//! `GET /v1/order-processes/{version}`: a version of the marketplace's order process, with the words for its states.

use tradewind_domain::order_process::OrderProcess;
use tradewind_lambda::{App, Endpoint, Function, Grant, Problem, Public, Reply, Request};

/// What the endpoint declares.
pub const ENDPOINT: Endpoint =
    Endpoint::get("tenants-process-read", "/v1/order-processes/{version}", "Reads a version of the order process.")
        .grants(&[Grant::MainRead]);

/// The function.
pub fn function() -> Function {
    Function::endpoint(ENDPOINT, handle)
}

async fn handle(app: App, request: Request<Public>) -> Result<Reply<OrderProcess>, Problem> {
    let version = request.head.path_text("version").and_then(|text| text.parse().ok());
    let version: u32 = version.ok_or_else(|| Problem::not_found("version of the order process"))?;
    let process = app.find_process(&request.caller.marketplace.id, version).await?;
    let process = process.ok_or_else(|| Problem::not_found("version of the order process"))?;
    Ok(Reply::new(OrderProcess::clone(&process)))
}
