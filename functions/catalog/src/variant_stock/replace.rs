//! `PUT /v1/listings/{listing_id}/variants/{variant_id}/stock`: sets how many units of a variant can be bought from now on. Units in orders
//! are not included, and are left alone. The seller also sets here whether the units are counted at all, and whether the variant is still
//! sold when none is left. An order keeps the setting that applied when it was placed, so that no units return to stock that were never
//! taken from it.
//!
//! A seller who counts a delivery sends the difference (`change`), and a seller who corrects a number sends the number that they saw
//! (`seen`): neither brings back units that were sold in between. Both read the stock first: 1 read unit for each bucket. A change that is
//! sent again is made only once if both requests have the same `Idempotency-Key`, for 2 write units more.
//!
//! For a sale to which thousands of buyers come at once, the seller spreads the units over buckets; see [`tradewind_catalog::stock`]. One
//! bucket takes some 500 checkouts a second. Each bucket costs 2 write units here, and up to 1 read unit wherever the stock is read. A
//! different number of buckets, or a different way of counting, also changes the version of the listing, because these are stored in its
//! variant.

use crate::listings::load;
use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tradewind_catalog::{
    listing::{Counting, Listing, MOST_STOCK},
    stock::{Buckets, MOST_BUCKETS, Stock},
};
use tradewind_kernel::{ListingId, VariantId};
use tradewind_lambda::{App, Endpoint, FieldError, Grant, Member, Problem, Reply, Request, Seller};

pub const ENDPOINT: Endpoint = Endpoint::put(
    "catalog-variant-stock-replace",
    "/v1/listings/{listing_id}/variants/{variant_id}/stock",
    "Sets how many units of a variant can be bought.",
)
.keyed()
.refusals(&[&["stock_changed", "stock_too_low"]])
.grants(&[Grant::MainRead, Grant::MainWrite, Grant::EphemeralRead, Grant::EphemeralWrite]);

/// The parameters of the path.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct OfVariant {
    /// The id of the listing.
    listing_id: ListingId,
    /// The id of one of the listing's variants.
    variant_id: VariantId,
}

/// The stock to set. What is absent stays as it is.
#[derive(Debug, Clone, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct SetStock {
    /// The number of units that can be bought: 0 to 1,000,000. A variant that was not counted is counted from now on, unless `counting`
    /// says otherwise.
    #[serde(default)]
    #[schemars(with = "u32", range(max = MOST_STOCK))]
    #[garde(inner(range(max = MOST_STOCK)))]
    available: Option<u32>,
    /// The number of units to add, or to remove if below zero: -1,000,000 to 1,000,000. Sent instead of `available`: units that are sold
    /// meanwhile are not brought back.
    #[serde(default)]
    #[schemars(with = "i32", range(min = -1_000_000, max = 1_000_000))]
    #[garde(inner(range(min = -1_000_000, max = 1_000_000)))]
    change: Option<i32>,
    /// The number of units that the seller saw. If it has changed since, nothing is set: 409 `stock_changed`, with the current number.
    #[serde(default)]
    #[schemars(with = "i32", range(min = -1_000_000, max = 1_000_000))]
    #[garde(inner(range(min = -1_000_000, max = 1_000_000)))]
    seen: Option<i32>,
    /// Whether the units are counted, and what happens when none is left.
    #[serde(default)]
    #[schemars(with = "Counting")]
    #[garde(skip)]
    counting: Option<Counting>,
    /// The number of buckets over which the units are spread, each of which takes some 500 checkouts a second: 1 to 20, and at most 95 for
    /// all variants of the listing. If absent, as many as before; 1 at first. It requires `available` or `change`, which is the number to
    /// spread.
    #[serde(default)]
    #[schemars(range(min = 1, max = MOST_BUCKETS))]
    #[garde(inner(range(min = 1, max = MOST_BUCKETS)))]
    buckets: Option<u8>,
}

/// The stock of a variant.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StockView {
    /// The listing that the variant belongs to.
    listing: ListingId,
    /// The variant's id.
    variant: VariantId,
    /// Whether the units are counted.
    counting: Counting,
    /// The number of units in stock; below zero, the number that is owed. `null` if the units are not counted.
    available: Option<i64>,
    /// The number of buckets over which the units are spread.
    buckets: u8,
}

pub async fn handle(app: App, request: Request<Seller, SetStock, OfVariant>) -> Result<Reply<StockView>, Problem> {
    let OfVariant { listing_id, variant_id: variant } = &request.params;
    let mut listing = load::owned(&app, &request, listing_id).await?;
    let SetStock { available, change, seen, counting, buckets } = request.body;
    let old = listing.variant(variant).ok_or_else(|| Problem::not_found("variant"))?.clone();
    let before = old.buckets;
    let (available, read) = match (change, seen) {
        (None, None) => (available.map(i64::from), None),
        (Some(_), _) if available.is_some() => {
            return Err(Problem::invalid("change", "Send either `available` or `change`."));
        }
        // No number was ever shown that the seller could have seen.
        _ if old.counting == Counting::NotCounted => {
            let message =
                "The units are not counted, so there is nothing to compare or change. Send `available` alone.";
            return Err(Problem::invalid(if change.is_some() { "change" } else { "seen" }, message));
        }
        _ => {
            let stock =
                tradewind_catalog::buckets::load(&app.table, request.tenant(), [(&listing.id, variant, before)])
                    .await?;
            let now = Stock::available(&stock, variant);
            (told(now, seen, change, available)?, Some(stock))
        }
    };
    let after = match (buckets, available) {
        (Some(now), Some(_)) => spread(&app, &request, &listing, variant, before, now).await?,
        (Some(_), None) => {
            return Err(Problem::invalid("available", "Say how many units are to be spread over the buckets."));
        }
        (None, _) => before,
    };
    let begun = available.is_some() && old.counting == Counting::NotCounted;
    let counting = counting.unwrap_or(if begun { Counting::Counted } else { old.counting });
    let mut commit = request.commit();
    let now = match available {
        Some(available) => {
            let seen = read.as_deref();
            commit = commit.with(tradewind_catalog::SetStock {
                listing: &listing.id,
                variant,
                before,
                after,
                available,
                seen,
            });
            available
        }
        None => {
            let stock =
                tradewind_catalog::buckets::load(&app.table, request.tenant(), [(&listing.id, variant, before)])
                    .await?;
            let now = Stock::available(&stock, variant);
            if before.all > 1 && counting.ends_after(old.counting) {
                let (listing, seen) = (&listing.id, Some(stock.as_slice()));
                commit = commit.with(tradewind_catalog::SetStock {
                    listing,
                    variant,
                    before,
                    after: before,
                    available: now,
                    seen,
                });
            }
            now
        }
    };
    if (after, counting) != (before, old.counting) {
        for changed in listing.variants.iter_mut().filter(|v| v.id == *variant) {
            (changed.buckets, changed.counting) = (after, counting);
        }
        listing.check_buckets().map_err(too_many)?;
        listing.updated_at = request.now();
        commit = commit.update(&mut listing);
    }
    let available = counting.number(now);
    let view = StockView { listing: listing.id, variant: variant.clone(), counting, available, buckets: after.now };
    request.finish(&app, commit, Reply::new(view)).await
}

/// The new number of units, given the current one.
fn told(now: i64, seen: Option<i32>, change: Option<i32>, available: Option<u32>) -> Result<Option<i64>, Problem> {
    if seen.is_some_and(|seen| i64::from(seen) != now) {
        let detail = format!("There are {now} by now, so nothing was set. Look again, then repeat with that.");
        return Err(Problem::conflict("stock_changed", detail).with(Member::UnitsLeft, now));
    }
    let Some(change) = change else { return Ok(available.map(i64::from)) };
    let sum = now.saturating_add(i64::from(change));
    // What is added may be less than what is owed, so the sum may stay below zero.
    if sum < 0 && change < 0 {
        let detail = format!("There are {now}, so {} cannot go from it.", change.unsigned_abs());
        return Err(Problem::conflict("stock_too_low", detail).with(Member::UnitsLeft, now));
    }
    if sum > i64::from(MOST_STOCK) {
        return Err(Problem::invalid("change", format!("A variant can have at most {MOST_STOCK} units.")));
    }
    Ok(Some(sum))
}

/// The buckets after the change. Buckets that are no longer used are removed, unless an order needs them.
async fn spread(
    app: &App,
    request: &Request<Seller, SetStock, OfVariant>,
    listing: &Listing,
    variant: &VariantId,
    before: Buckets,
    now: u8,
) -> Result<Buckets, Problem> {
    let stock = if now < before.all {
        tradewind_catalog::buckets::load(&app.table, request.tenant(), [(&listing.id, variant, before)]).await?
    } else {
        vec![]
    };
    Ok(before.spread(now, &stock))
}

fn too_many(error: tradewind_catalog::listing::ListingError) -> Problem {
    let message = format!("This is too many for one listing: {error}.");
    Problem::fields(vec![FieldError { field: "buckets".into(), message }])
}
