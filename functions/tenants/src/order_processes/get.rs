//! `GET /v1/order-processes/{version}`: a version of the marketplace's order process, with the labels of its states.

use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_lambda::{App, Endpoint, Grant, Problem, Public, Reply, Request};
use tradewind_orders::order_process::OrderProcess;

pub const ENDPOINT: Endpoint = Endpoint::get(
    "tenants-order-processes-get",
    "/v1/order-processes/{version}",
    "Reads a version of the order process.",
)
.public_for(3600)
.grants(&[Grant::MainRead]);

/// The parameters of the path.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct OfProcess {
    /// The version of the process; 0 is the process that ships with the product.
    version: u32,
}

pub async fn handle(app: App, request: Request<Public, (), OfProcess>) -> Result<Reply<OrderProcess>, Problem> {
    let process = app.find_order_process(&request.caller.marketplace.id, request.params.version).await?;
    let process = process.ok_or_else(|| Problem::not_found("version of the order process"))?;
    Ok(Reply::new(OrderProcess::clone(&process)))
}
