//! `POST /v1/order-processes`: publishes a version of the marketplace's order process. New orders follow it; orders that were placed
//! earlier keep the version with which they began.

use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_kernel::text::Line;
use tradewind_lambda::{Admin, App, Endpoint, FieldError, Grant, Problem, Reply, Request};
use tradewind_orders::{
    entities::ProcessVersion,
    order_process::{Action, OrderProcess, Rule, State, StateName, check},
};
use tradewind_tenancy::keys as tenancy_keys;

pub const ENDPOINT: Endpoint = Endpoint::post(
    "tenants-order-processes-create",
    "/v1/order-processes",
    "Publishes a version of the order process.",
)
.success(201)
.idempotent()
.grants(&[Grant::MainRead, Grant::MainWrite, Grant::EphemeralRead, Grant::EphemeralWrite]);

/// An order process. Every path through it must end with no money in escrow; all errors in it are reported one by one.
/// `GET /v1/order-processes/0` is one to start from.
#[derive(Debug, Clone, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Publish {
    /// The name of the process for people: 1 to 80 characters.
    #[garde(skip)]
    name: Line<1, 80>,
    /// The state in which an order begins.
    #[garde(skip)]
    initial: StateName,
    /// The actions when an order is placed: `reserve`, and nothing else.
    #[garde(skip)]
    #[schemars(length(max = 8))]
    on_start: Vec<Action>,
    /// The states: at most 30.
    #[garde(skip)]
    #[schemars(length(min = 1, max = 30))]
    states: Vec<State>,
    /// The transitions: at most 60.
    #[garde(skip)]
    #[schemars(length(max = 60))]
    transitions: Vec<Rule>,
}

pub async fn handle(app: App, request: Request<Admin, Publish>) -> Result<Reply<OrderProcess>, Problem> {
    let marketplace = app.table.get(tenancy_keys::marketplace(request.tenant())).await?;
    let mut marketplace = marketplace.ok_or_else(|| Problem::not_found("marketplace"))?;
    let Publish { name, initial, on_start, states, transitions } = request.body.clone();
    let version = marketplace.process.checked_add(1).ok_or_else(|| Problem::internal("too many versions"))?;
    let process = OrderProcess { version, name: name.into(), initial, on_start, states, transitions };
    check(&process).map_err(|faults| {
        Problem::fields(
            faults.into_iter().map(|fault| FieldError { field: fault.path, message: fault.message }).collect(),
        )
    })?;
    marketplace.process = version;
    marketplace.updated_at = request.now();
    let stored = ProcessVersion { process: process.clone() };
    let commit = request.commit().create_fresh(&stored).update(&mut marketplace);
    let location = format!("/v1/order-processes/{version}");
    request.finish(&app, commit, Reply::new(process).location(location)).await
}
