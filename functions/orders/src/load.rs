//! Reading that several operations share.

use std::collections::BTreeSet;
use tradewind_catalog::{
    buckets, keys as catalog_keys,
    listing::{Counting, Listing},
    stock::{Buckets, Stock},
};
use tradewind_kernel::{MarketplaceId, OrderId, UserId, VariantId};
use tradewind_lambda::{App, Problem, Request, User};
use tradewind_orders::{
    Actor, Order,
    cart::{Cart, CartLine},
    keys as orders_keys,
};
use tradewind_sellers::{Seller, keys as sellers_keys};
use tradewind_storage::{StorageError, Wanted};

/// Reads the listings of a cart's lines, each once, and their sellers. This takes one call if the cart knows who the sellers are. 1 read
/// unit for each 4 KB of a listing and one for each seller.
pub async fn offers(
    app: &App,
    tenant: &MarketplaceId,
    cart: &Cart,
) -> Result<(Vec<Listing>, Vec<Seller>), StorageError> {
    let listings: BTreeSet<_> = cart.lines.iter().map(|line| &line.listing).collect();
    let listings: Vec<_> = listings.into_iter().map(|id| catalog_keys::listing(tenant, id)).collect();
    let likely: Vec<_> = cart.sellers.iter().map(|id| sellers_keys::seller(tenant, id)).collect();
    let mut found = app.table.gather(Wanted::default().all(&listings).all(&likely)).await?;
    let (listings, mut sellers) = (found.take_all::<Listing>(&listings)?, found.take_all::<Seller>(&likely)?);
    let of: BTreeSet<_> = listings.iter().map(|listing| &listing.seller).collect();
    sellers.retain(|seller| of.contains(&seller.id));
    let missing = of.into_iter().filter(|id| !sellers.iter().any(|seller| seller.id == **id));
    let missing = missing.map(|id| sellers_keys::seller(tenant, id)).collect();
    sellers.extend(app.table.get_all(missing).await?);
    Ok((listings, sellers))
}

/// The listings and the stock of some lines, with the cart that they are for.
pub struct Goods {
    pub cart: Option<Cart>,
    pub listings: Vec<Listing>,
    pub stock: Vec<Stock>,
}

/// Reads the listings of these lines, all buckets of their stock, and the user's cart, if one is given. This takes one call, and another
/// for further buckets. 1 read unit for each listing of up to 4 KB, one for each bucket, and one for the cart.
pub async fn goods(
    app: &App,
    tenant: &MarketplaceId,
    lines: &[CartLine],
    of: Option<&UserId>,
) -> Result<Goods, StorageError> {
    let listings: BTreeSet<_> = lines.iter().map(|line| &line.listing).collect();
    let listings: Vec<_> = listings.into_iter().map(|id| catalog_keys::listing(tenant, id)).collect();
    let stock: Vec<_> = lines.iter().map(|line| catalog_keys::stock(tenant, &line.listing, &line.variant, 0)).collect();
    let cart = of.map(|user| orders_keys::cart(tenant, user));
    let mut found = app.table.gather(Wanted::default().all(&listings).all(&stock).all(&cart)).await?;
    let cart = cart.map_or(Ok(None), |cart| found.take(&cart))?;
    let (listings, mut stock) = (found.take_all(&listings)?, found.take_all::<Stock>(&stock)?);
    // A variant that is not counted has no stock, even if buckets are left from when it was counted.
    stock.retain(|stock| counting(&listings, &stock.variant) != Counting::NotCounted);
    Ok(Goods { cart, listings, stock: buckets::complete_now(&app.table, tenant, stock).await? })
}

/// Reads the stock of these lines, all buckets of it, except for variants that are not counted. 1 read unit for each bucket.
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

/// The number of buckets over which the stock of a variant is split.
pub fn buckets(listings: &[Listing], variant: &VariantId) -> Buckets {
    listings.iter().find_map(|listing| listing.variant(variant)).map_or(Buckets::ONE, |variant| variant.buckets)
}

/// Whether the units of a variant are counted. A variant that is not found is taken as counted.
pub fn counting(listings: &[Listing], variant: &VariantId) -> Counting {
    listings.iter().find_map(|listing| listing.variant(variant)).map_or(Counting::Counted, |variant| variant.counting)
}

/// Reads an order, with the roles in which the caller may act on it: at least one. For everybody else the order is "not found".
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
