//! Reading stock that may be split over buckets.
//!
//! A variant whose stock is not split is one item beside its listing, and costs the same as without buckets. One that is split over B
//! buckets costs a cart B read units, a listing 0.5 more for each bucket but the first, and its seller 2B write units to set. A
//! checkout pays extra only if the bucket that it drew has too few units: then B read units, and another transaction with 2 write
//! units for each bucket that it takes units from. An answer of `sold_out` costs B read units and one more for the cart, even if the
//! stock is not split: it may have been split since its listing was read, or bought by another checkout of the same buyer. Each
//! bucket has a partition of its own, and takes some 500 checkouts a second. Above some 2,000 checkouts a second in the whole
//! deployment the bottleneck is no longer the stock but the due index, in which each checkout sets a timer
//! ([`tradewind_storage::keys::DUE_SHARDS`]).

use crate::{
    keys,
    stock::{Buckets, Stock},
};
use tradewind_kernel::{ListingId, MarketplaceId, VariantId};
use tradewind_storage::{Key, StorageError, Table};

/// The most items of one `BatchGetItem`.
const BATCH: usize = 100;

/// Reads all buckets of these variants in their current state; the listings say how many there are. 1 read unit for each bucket.
///
/// They are not read at the same moment: if units return to one bucket while another is emptied, they may be seen in neither.
pub async fn load<'a>(
    table: &Table,
    tenant: &MarketplaceId,
    variants: impl IntoIterator<Item = (&'a ListingId, &'a VariantId, Buckets)>,
) -> Result<Vec<Stock>, StorageError> {
    let keys = variants.into_iter().flat_map(|(listing, variant, buckets)| {
        (0..buckets.all).map(move |bucket| keys::stock(tenant, listing, variant, bucket))
    });
    complete_now(table, tenant, read(table, keys.collect(), true).await?).await
}

/// Adds the missing buckets to those that are known, in their current state: if a variant was split after its listing was read,
/// bucket 0 says how many there are. 1 read unit for each missing bucket.
pub async fn complete_now(
    table: &Table,
    tenant: &MarketplaceId,
    mut stock: Vec<Stock>,
) -> Result<Vec<Stock>, StorageError> {
    let missing = others(tenant, &stock);
    stock.extend(read(table, missing, true).await?);
    Ok(stock)
}

/// Reads the buckets that are missing from `stock` beside those with number 0, as they were a moment ago. Half a read unit for each.
pub async fn complete(table: &Table, tenant: &MarketplaceId, stock: &[Stock]) -> Result<Vec<Stock>, StorageError> {
    read(table, others(tenant, stock), false).await
}

fn others(tenant: &MarketplaceId, stock: &[Stock]) -> Vec<Key<Stock>> {
    let split = stock.iter().filter(|first| first.bucket == 0 && first.buckets > 1);
    let missing = split.flat_map(|first| {
        let there = move |bucket: &u8| stock.iter().any(|s| s.variant == first.variant && s.bucket == *bucket);
        (1..first.buckets)
            .filter(move |bucket| !there(bucket))
            .map(|bucket| keys::stock(tenant, &first.listing, &first.variant, bucket))
    });
    missing.collect()
}

async fn read(table: &Table, keys: Vec<Key<Stock>>, consistent: bool) -> Result<Vec<Stock>, StorageError> {
    let mut stock = Vec::with_capacity(keys.len());
    for batch in keys.chunks(BATCH) {
        let batch = batch.to_vec();
        stock.extend(if consistent { table.get_all(batch).await? } else { table.peek_all(batch).await? });
    }
    Ok(stock)
}
