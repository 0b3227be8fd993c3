//! How stock moves, bucket by bucket, and how its seller sets it.

use crate::{
    keys,
    stock::{Buckets, Stock, StockChange, StockMove},
};
use aws_sdk_dynamodb::types::{AttributeValue, builders::UpdateBuilder};
use tradewind_kernel::{ListingId, VariantId};
use tradewind_storage::{Commit, Denial, Effect, Refusal, Shaped, shape};

/// The counters of a stock item that a move takes from and adds to.
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
    /// Of which listing.
    pub listing: ListingId,
    /// Which variant.
    pub variant: VariantId,
    /// How many were wanted.
    pub wanted: u32,
}

impl SoldOut {
    /// What was to move and cannot.
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

/// The refusal if stock is not where the orders say it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockDiffers(pub VariantId);

impl StockDiffers {
    /// The code that a client is told.
    pub const CODES: &'static [&'static str] = &["stock_differs"];
}

impl Refusal for StockDiffers {
    fn code(&self) -> &'static str {
        "stock_differs"
    }

    fn subject(&self) -> String {
        self.0.to_string()
    }
}

/// Moves units in one bucket of a variant's stock.
#[derive(Debug, Clone)]
pub struct MoveStock<'a, R> {
    /// What moves.
    pub change: &'a StockChange,
    /// Whether it is sold beyond zero: units move however many there are, unless there is no such bucket any more.
    pub beyond_zero: bool,
    /// The refusal if there are not enough.
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

/// Sets how many units of a variant can be bought, spread over its buckets, and leaves what is reserved and sold. 2 write units
/// for each bucket.
#[derive(Debug, Clone, Copy)]
pub struct SetStock<'a> {
    /// Of which listing.
    pub listing: &'a ListingId,
    /// Which variant.
    pub variant: &'a VariantId,
    /// Its buckets as they were read. Whoever read them before others were set reads them again, as bucket 0 says how the stock is split.
    pub before: Buckets,
    /// Its buckets from now on. If there are others than before, the listing must be told in the same commit.
    pub after: Buckets,
    /// How many.
    pub available: i64,
    /// Only if each bucket that is there holds what was read.
    pub seen: Option<&'a [Stock]>,
}

impl<'a> SetStock<'a> {
    /// The stock of a new variant, in one piece.
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
                        // The name is a word of DynamoDB's own.
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

/// Deletes a bucket of stock that its listing does not need any more, unless an order holds or held units of it: those go back.
#[derive(Debug, Clone, Copy)]
pub struct DropStock<'a> {
    /// Of which listing.
    pub listing: &'a ListingId,
    /// Which variant.
    pub variant: &'a VariantId,
    /// Which of its buckets.
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

/// Only if a bucket holds what was read of it.
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

/// Bucket 0 remembers how the stock is split, unless it is in one piece: that is stored as if there were no buckets.
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
