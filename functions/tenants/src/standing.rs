//! Suspending, resuming and closing a marketplace: the operator's decisions.

use crate::view::MarketplaceView;
use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_kernel::text::Line;
use tradewind_lambda::{App, OfMarketplace, Operator, Problem, Reply, Request};
use tradewind_tenancy::{Standing, keys as tenancy_keys};

/// Why the marketplace is not open any more.
#[derive(Debug, Clone, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// The words that everybody reads whose request is refused: 1 to 500 characters.
    #[garde(skip)]
    pub reason: Line<1, 500>,
}

/// Changes a marketplace's standing, unless it is closed, which is for good. The same standing for
/// the same reason again changes nothing. 1 read unit, 2 write
/// units.
pub(crate) async fn change<B: Clone>(
    app: &App,
    request: &Request<Operator, B, OfMarketplace>,
    standing: Standing,
) -> Result<Reply<MarketplaceView>, Problem> {
    let id = &request.params.marketplace_id;
    let marketplace = app.table.get(tenancy_keys::marketplace(id)).await?;
    let mut marketplace = marketplace.ok_or_else(|| Problem::not_found("marketplace"))?;
    let mut commit = request.commit_in(id);
    let same = std::mem::discriminant(&marketplace.standing) == std::mem::discriminant(&standing);
    if !same && matches!(marketplace.standing, Standing::Closed { .. }) {
        let detail = "This marketplace is closed for good. Open another one.";
        return Err(Problem::conflict("marketplace_gone", detail));
    }
    if !same || marketplace.standing.reason() != standing.reason() {
        marketplace.standing = standing;
        marketplace.updated_at = request.now();
        commit = commit.update(&mut marketplace);
    }
    let reply = Reply::new(MarketplaceView::from(&marketplace)).etag(marketplace.version);
    request.finish(app, commit, reply).await
}
