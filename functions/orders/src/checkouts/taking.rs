//! Chooses the buckets of stock from which the lines of a checkout take their units; see [`tradewind_catalog::stock`].
//!
//! A checkout begins without reading stock: it draws a bucket, and the transaction checks whether there are enough units in it. Only if
//! there are not, it reads all the buckets of its lines, and gathers the units from wherever they are. So the last units are found however
//! many buckets are empty, and a buyer gets `sold_out` only if all buckets together, as they were read, had too few.
//!
//! A line whose units are not counted takes them from no bucket, and its order records this, so that nothing is put back either. A line
//! that may be sold beyond zero takes its units from the bucket that it drew, even if too few are in it.

use crate::load;
use std::collections::BTreeMap;
use tradewind_catalog::SoldOut;
use tradewind_catalog::{
    listing::{Counting, Listing},
    stock::{MOST_SHARES, Share, Stock, take},
};
use tradewind_kernel::{MarketplaceId, VariantId};
use tradewind_lambda::{App, Member, Problem};
use tradewind_orders::{Order, cart::CartLine};
use tradewind_storage::{Refusal, StorageError};

/// The reasons why the units of a checkout cannot be gathered.
#[derive(Debug)]
pub enum Ungathered {
    /// All buckets together have too few units.
    SoldOut(SoldOut),
    /// The units lie in more buckets than one transaction can change.
    Scattered,
    /// The buckets cannot be read.
    Storage(StorageError),
}

impl From<StorageError> for Ungathered {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl From<Ungathered> for Problem {
    fn from(why: Ungathered) -> Self {
        match why {
            Ungathered::SoldOut(sold_out) => {
                let SoldOut { listing, variant, wanted } = &sold_out;
                let detail = format!("There are no longer {wanted} of this left. Take fewer, or take the line out.");
                Self::conflict(sold_out.code(), detail)
                    .with(Member::Listing, listing.as_str())
                    .with(Member::Variant, variant.as_str())
            }
            Ungathered::Scattered => {
                let detail = "The last units of what is in your cart lie too scattered to be bought at once. Buy it with several \
                              checkouts of fewer lines each.";
                Self::conflict("stock_scattered", detail)
            }
            Ungathered::Storage(error) => error.into(),
        }
    }
}

/// Draws a bucket at random for each line.
pub fn draw(app: &App, orders: &mut [Order], listings: &[Listing]) {
    for order in orders {
        let shares = order.lines.iter().map(|line| match load::counting(listings, &line.variant) {
            Counting::NotCounted => vec![],
            Counting::Counted | Counting::BeyondZero => {
                let bucket = load::buckets(listings, &line.variant).draw(random(app));
                vec![Share { bucket, units: line.quantity }]
            }
        });
        let shares = shares.collect();
        order.take(shares);
    }
}

/// Reads all buckets of the lines, and lets each line take its units from where they are. 1 read unit for each bucket.
pub async fn gather(
    app: &App,
    tenant: &MarketplaceId,
    orders: &mut [Order],
    listings: &[Listing],
) -> Result<(), Ungathered> {
    let lines = orders.iter().flat_map(|order| &order.lines).map(|line| CartLine {
        listing: line.listing.clone(),
        variant: line.variant.clone(),
        quantity: line.quantity,
    });
    let stock = load::stock(app, tenant, &lines.collect::<Vec<_>>(), listings).await?;
    let mut buckets: BTreeMap<&VariantId, Vec<&Stock>> = BTreeMap::new();
    for bucket in &stock {
        buckets.entry(&bucket.variant).or_default().push(bucket);
    }
    let mut count = 0_usize;
    for order in orders {
        let mut shares = Vec::with_capacity(order.lines.len());
        for (place, line) in order.lines.iter().enumerate() {
            let sold_out = || {
                let (listing, variant) = (line.listing.clone(), line.variant.clone());
                Ungathered::SoldOut(SoldOut { listing, variant, wanted: line.quantity })
            };
            let taken = match load::counting(listings, &line.variant) {
                Counting::NotCounted | Counting::BeyondZero => order.shares(place),
                Counting::Counted => {
                    let buckets = buckets.get(&line.variant);
                    buckets.and_then(|buckets| take(line.quantity, buckets, random(app))).ok_or_else(sold_out)?
                }
            };
            count = count.saturating_add(taken.len());
            shares.push(taken);
        }
        order.take(shares);
    }
    if count > MOST_SHARES {
        return Err(Ungathered::Scattered);
    }
    Ok(())
}

fn random(app: &App) -> u8 {
    let [byte] = app.random();
    byte
}
