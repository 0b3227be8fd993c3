//! How stock moves between counters, bucket by bucket, and how its seller sets it.

use crate::{
    keys,
    stock::{Buckets, Stock, StockChange, StockMove},
};
use aws_sdk_dynamodb::types::{AttributeValue, builders::UpdateBuilder};
use tradewind_kernel::{ListingId, VariantId};
use tradewind_storage::{Commit, Denial, Effect, Refusal, Shaped, refusal, shape};

/// The counter of a stock item that a move takes units from, and the one that it adds them to.
const fn counters(how: StockMove) -> (&'static str, &'static str) {
    match how {
        StockMove::Reserve => ("available", "reserved"),
        StockMove::Unreserve => ("reserved", "available"),
        StockMove::Sell => ("reserved", "sold"),
        StockMove::SellAtOnce => ("available", "sold"),
        StockMove::Return => ("sold", "available"),
    }
}

/// The refusal if a buyer wants more units than there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SoldOut {
    /// The listing of the variant.
    pub listing: ListingId,
    /// The variant that is sold out.
    pub variant: VariantId,
    /// The number of units that were wanted.
    pub wanted: u32,
}

impl SoldOut {
    /// The refusal of a stock change.
    pub fn of(change: &StockChange) -> Self {
        Self { listing: change.listing.clone(), variant: change.variant.clone(), wanted: change.quantity }
    }
}

impl SoldOut {
    /// The code that a client is told.
    pub const CODES: &'static [&'static str] = &["sold_out"];
}

impl Refusal for SoldOut {
    fn code(&self) -> &'static str {
        "sold_out"
    }

    fn subject(&self) -> String {
        self.variant.to_string()
    }
}

refusal! {
    /// The refusal if the counters of stock do not match what the orders say.
    StockDiffers(VariantId), "stock_differs"
}

/// Moves units in one bucket of a variant's stock.
#[derive(Debug, Clone)]
pub struct MoveStock<'a, R> {
    /// The bucket, the units and the direction of the move.
    pub change: &'a StockChange,
    /// Whether it can be sold below zero: then units move however many there are, as long as the bucket still exists.
    pub beyond_zero: bool,
    /// The refusal if there are not enough units.
    pub refusal: R,
}

impl<R: Refusal> Effect for MoveStock<'_, R> {
    fn write(self, commit: Commit) -> Commit {
        let StockChange { listing, variant, bucket, quantity, how } = self.change;
        let key = keys::stock(commit.tenant(), listing, variant, *bucket);
        let (from, to) = counters(*how);
        let enough = if self.beyond_zero { "attribute_exists(pk)" } else { "#from >= :quantity" };
        commit.change(key, Denial::refused(self.refusal), |update| {
            update
                .update_expression("SET #from = #from - :quantity, #to = #to + :quantity")
                .condition_expression(enough)
                .expression_attribute_names("#from", from)
                .expression_attribute_names("#to", to)
                .expression_attribute_values(":quantity", AttributeValue::N(quantity.to_string()))
        })
    }
}

/// Sets how many units of a variant can be bought, spread over its buckets, and leaves reserved and sold units as they are. 2 write
/// units for each bucket.
#[derive(Debug, Clone, Copy)]
pub struct SetStock<'a> {
    /// The listing of the variant.
    pub listing: &'a ListingId,
    /// The variant whose stock is set.
    pub variant: &'a VariantId,
    /// Its buckets as they were read. If others were set meanwhile, the commit fails and they must be read again: bucket 0 says how
    /// the stock is split.
    pub before: Buckets,
    /// Its buckets from now on. If they differ from those before, the listing must be updated in the same commit.
    pub after: Buckets,
    /// The number of units that can be bought.
    pub available: i64,
    /// The stock that was read: it is set only if each of these buckets still holds that.
    pub seen: Option<&'a [Stock]>,
}

impl<'a> SetStock<'a> {
    /// The stock of a new variant, which is not split.
    pub fn first(listing: &'a ListingId, variant: &'a VariantId, available: u32) -> Self {
        let (before, after, available) = (Buckets::ONE, Buckets::ONE, i64::from(available));
        Self { listing, variant, before, after, available, seen: None }
    }
}

impl Effect for SetStock<'_> {
    fn write(self, mut commit: Commit) -> Commit {
        let Self { listing, variant, before, after, available, seen } = self;
        for (bucket, available) in (0..).zip(after.levels(available)) {
            let key = keys::stock(commit.tenant(), listing, variant, bucket);
            commit = commit.change(key, Denial::Stale, |update| {
                let update = update
                    .expression_attribute_values(":n", AttributeValue::N(available.to_string()))
                    .expression_attribute_values(":zero", AttributeValue::N("0".into()))
                    .expression_attribute_values(":shape", shape::text(Stock::SHAPE))
                    .expression_attribute_values(":l", AttributeValue::S(listing.to_string()))
                    .expression_attribute_values(":v", AttributeValue::S(variant.to_string()));
                let update = match bucket {
                    0 => first_bucket(update, before, after),
                    _ => update
                        .update_expression(format!("{SET}, #bucket = :bucket"))
                        // The attribute's name is a reserved word of DynamoDB.
                        .expression_attribute_names("#bucket", "bucket")
                        .expression_attribute_values(":bucket", AttributeValue::N(bucket.to_string())),
                };
                match seen {
                    Some(seen) => {
                        as_seen(update, seen.iter().find(|stock| stock.variant == *variant && stock.bucket == bucket))
                    }
                    None => update,
                }
            });
        }
        (after.all..before.all).fold(commit, |commit, bucket| commit.with(DropStock { listing, variant, bucket }))
    }
}

/// Deletes a bucket of stock that its listing no longer needs, unless an order holds or held units of it, which may return to it.
#[derive(Debug, Clone, Copy)]
pub struct DropStock<'a> {
    /// The listing of the variant.
    pub listing: &'a ListingId,
    /// The variant whose bucket is deleted.
    pub variant: &'a VariantId,
    /// The number of the bucket.
    pub bucket: u8,
}

impl Effect for DropStock<'_> {
    fn write(self, commit: Commit) -> Commit {
        let key = keys::stock(commit.tenant(), self.listing, self.variant, self.bucket);
        commit.delete_if(key, Denial::Stale, |delete| {
            delete
                .condition_expression("reserved = :zero AND sold = :zero")
                .expression_attribute_values(":zero", AttributeValue::N("0".into()))
        })
    }
}

const SET: &str = "SET shape = if_not_exists(shape, :shape), available = :n, listing = :l, variant = :v, reserved = if_not_exists(reserved, :zero), \
                   sold = if_not_exists(sold, :zero)";

/// Adds the condition that a bucket still holds what was read of it.
fn as_seen(update: UpdateBuilder, seen: Option<&Stock>) -> UpdateBuilder {
    let before = update.get_condition_expression().clone();
    let (same, update) = match seen {
        Some(stock) => {
            let was = AttributeValue::N(stock.available.to_string());
            ("available = :was", update.expression_attribute_values(":was", was))
        }
        None => ("attribute_not_exists(available)", update),
    };
    update.condition_expression(before.map_or_else(|| same.to_owned(), |before| format!("{before} AND {same}")))
}

/// Makes bucket 0 remember how the stock is split. Stock that is not split is stored as if there were no buckets.
fn first_bucket(update: UpdateBuilder, before: Buckets, after: Buckets) -> UpdateBuilder {
    let number = |n: u8| AttributeValue::N(n.to_string());
    let update = update.expression_attribute_names("#buckets", "buckets");
    let update = if before.is_one() {
        update.condition_expression("attribute_not_exists(#buckets)")
    } else {
        update
            .condition_expression("#buckets = :all_before AND spread = :now_before")
            .expression_attribute_values(":all_before", number(before.all))
            .expression_attribute_values(":now_before", number(before.now))
    };
    match (before.is_one(), after.is_one()) {
        (true, true) => update.update_expression(SET),
        (false, true) => update.update_expression(format!("{SET} REMOVE #buckets, spread")),
        (_, false) => update
            .update_expression(format!("{SET}, #buckets = :all, spread = :now"))
            .expression_attribute_values(":all", number(after.all))
            .expression_attribute_values(":now", number(after.now)),
    }
}
