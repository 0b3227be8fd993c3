//! What several operations read.

use std::collections::BTreeSet;
use tradewind_catalog::{
    keys as catalog_keys,
    listing::{Counting, Listing},
    stock::{Buckets, Stock},
};
use tradewind_kernel::{MarketplaceId, OrderId, VariantId};
use tradewind_lambda::{App, Problem, Request, User};
use tradewind_orders::{Actor, Order, cart::CartLine, keys as orders_keys};
use tradewind_sellers::{Seller, keys as sellers_keys};
use tradewind_storage::StorageError;

/// The listings of these lines, each once. 1 read unit for each 4 KB of a listing.
pub async fn listings(app: &App, tenant: &MarketplaceId, lines: &[CartLine]) -> Result<Vec<Listing>, StorageError> {
    let ids: BTreeSet<_> = lines.iter().map(|line| &line.listing).collect();
    app.table.get_all(ids.into_iter().map(|id| catalog_keys::listing(tenant, id)).collect()).await
}

/// The stock of these lines, all buckets of it, but for what is not counted. 1 read unit for each bucket.
pub async fn stock(
    app: &App,
    tenant: &MarketplaceId,
    lines: &[CartLine],
    listings: &[Listing],
) -> Result<Vec<Stock>, StorageError> {
    let counted = |line: &&CartLine| counting(listings, &line.variant) != Counting::NotCounted;
    let variants: BTreeSet<_> = lines.iter().filter(counted).map(|line| (&line.listing, &line.variant)).collect();
    let variants = variants.into_iter().map(|(listing, variant)| (listing, variant, buckets(listings, variant)));
    tradewind_catalog::buckets::load(&app.table, tenant, variants).await
}

/// Over how many buckets the stock of a variant is split.
pub fn buckets(listings: &[Listing], variant: &VariantId) -> Buckets {
    listings.iter().find_map(|listing| listing.variant(variant)).map_or(Buckets::ONE, |variant| variant.buckets)
}

/// Whether the units of a variant are counted.
pub fn counting(listings: &[Listing], variant: &VariantId) -> Counting {
    listings.iter().find_map(|listing| listing.variant(variant)).map_or(Counting::Counted, |variant| variant.counting)
}

/// The sellers of these listings. 1 read unit for each.
pub async fn sellers(app: &App, tenant: &MarketplaceId, listings: &[Listing]) -> Result<Vec<Seller>, StorageError> {
    let ids: BTreeSet<_> = listings.iter().map(|listing| &listing.seller).collect();
    app.table.get_all(ids.into_iter().map(|id| sellers_keys::seller(tenant, id)).collect()).await
}

/// An order, and as whom the caller may act on it: at least one. Others do not learn that it exists.
pub async fn order<B, P>(
    app: &App,
    request: &Request<User, B, P>,
    id: &OrderId,
) -> Result<(Order, Vec<Actor>), Problem> {
    let order = app.table.get(orders_keys::order(request.tenant(), id)).await?;
    let order = order.ok_or_else(|| Problem::not_found("order"))?;
    let actors = actors(&order, &request.caller);
    if actors.is_empty() { Err(Problem::not_found("order")) } else { Ok((order, actors)) }
}

fn actors(order: &Order, user: &User) -> Vec<Actor> {
    let roles = [
        (user.seller.as_ref() == Some(&order.seller), Actor::Seller),
        (user.id == order.buyer, Actor::Buyer),
        (user.admin, Actor::Admin),
    ];
    roles.into_iter().filter_map(|(is, actor)| is.then_some(actor)).collect()
}
