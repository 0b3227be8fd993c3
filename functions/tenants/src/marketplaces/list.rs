//! `GET /v1/marketplaces`: the marketplaces of the deployment, oldest first. For the operator.
//!
//! Half a read unit for a page, and half of one for each marketplace on it. A page may hold fewer than `limit` if `status` leaves some out.

use crate::view::{MarketplaceStatus, MarketplaceView};
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_lambda::{App, Endpoint, Grant, ListView, Operator, Paged, Problem, Reply, Request};
use tradewind_tenancy::keys as tenancy_keys;

pub const ENDPOINT: Endpoint =
    Endpoint::get("tenants-marketplaces-list", "/v1/marketplaces", "Lists the marketplaces of the deployment.")
        .grants(&[Grant::MainRead, Grant::EphemeralRead, Grant::SealingKey]);

/// Filters for the list of marketplaces.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Wanted {
    /// Only those with this status.
    status: Option<MarketplaceStatus>,
}

pub async fn handle(
    app: App,
    request: Request<Operator, (), Paged<Wanted>>,
) -> Result<Reply<ListView<MarketplaceView>>, Problem> {
    let wanted = request.params.status;
    let (page, next_cursor) = request.page(&app, tenancy_keys::marketplaces()).await?;
    let keys = page.items.iter().map(|row| tenancy_keys::marketplace(&row.summary)).collect();
    let mut found = app.table.peek_all(keys).await?;
    found.sort_by(|one, other| one.id.cmp(&other.id));
    let fits = found.iter().filter(|it| wanted.is_none_or(|status| status == MarketplaceStatus::from(&it.standing)));
    Ok(Reply::new(ListView { data: fits.map(MarketplaceView::from).collect(), next_cursor }))
}
