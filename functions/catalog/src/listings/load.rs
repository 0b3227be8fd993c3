//! Loading a listing with the stock of its variants.

use serde::Deserialize;
use tradewind_catalog::{keys as catalog_keys, listing::Listing, stock::Stock};
use tradewind_kernel::{ListingId, MarketplaceId};
use tradewind_lambda::{App, Problem, Request, Seller};
use tradewind_storage::{StorageError, Stored};

/// Items read in one call: the listing, its variants' stock, and stock that removed variants left behind.
const ITEMS: u16 = 1_000;

/// An item in the partition of a listing.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
#[allow(clippy::large_enum_variant, reason = "it lives for the blink of an eye between two collections")]
enum Item {
    Listing(Listing),
    Stock(Stock),
}

impl Stored for Item {
    fn up_to_date(item: &mut tradewind_storage::Item) -> Result<(), StorageError> {
        // What has a shape takes the steps of its own kind only.
        Listing::up_to_date(item)?;
        Stock::up_to_date(item)
    }
}

/// Reads a listing and its stock with eventual consistency, in one call; in two, if a variant's stock is split over buckets.
pub(crate) async fn with_stock(
    app: &App,
    tenant: &MarketplaceId,
    id: &ListingId,
) -> Result<Option<(Listing, Vec<Stock>)>, Problem> {
    let page = app.table.page(catalog_keys::listing_with_stock::<Item>(tenant, id), ITEMS, None).await?;
    let (mut listing, mut stock) = (None, Vec::with_capacity(page.items.len()));
    for item in page.items {
        match item {
            Item::Listing(found) => listing = Some(found),
            Item::Stock(found) => stock.push(found),
        }
    }
    let Some(listing) = listing else { return Ok(None) };
    // The stock that removed variants left behind is not shown to anybody.
    let sold = |stock: &Stock| listing.variant(&stock.variant).is_some();
    let split: Vec<_> = stock.iter().filter(|stock| sold(stock)).cloned().collect();
    stock.extend(tradewind_catalog::buckets::complete(&app.table, tenant, &split).await?);
    Ok(Some((listing, stock)))
}

/// Reads a listing with strong consistency, if it is the caller's. Another seller's listing is "not found", so that the caller learns
/// nothing about it here.
pub(crate) async fn owned<B, P>(
    app: &App,
    request: &Request<Seller, B, P>,
    id: &ListingId,
) -> Result<Listing, Problem> {
    let listing = app.table.get(catalog_keys::listing(request.tenant(), id)).await?;
    mine(listing, &request.caller)
}

/// The same with its stock, which may be slightly out of date: a commit that depends on the stock checks it.
pub(crate) async fn owned_with_stock<B, P>(
    app: &App,
    request: &Request<Seller, B, P>,
    id: &ListingId,
) -> Result<(Listing, Vec<Stock>), Problem> {
    let listing = owned(app, request, id).await?;
    let stock = with_stock(app, request.tenant(), &listing.id).await?.map(|(_, stock)| stock).unwrap_or_default();
    Ok((listing, stock))
}

fn mine(listing: Option<Listing>, caller: &Seller) -> Result<Listing, Problem> {
    listing.filter(|listing| listing.seller == caller.id).ok_or_else(|| Problem::not_found("listing"))
}
