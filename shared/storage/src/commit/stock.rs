//! How stock moves, bucket by bucket, and how its seller sets it.

use super::{Commit, Denial};
use crate::{
    keys::{self, In},
    shape::{self, Shaped},
    table::key_item,
};
use aws_sdk_dynamodb::types::{AttributeValue, Delete, TransactWriteItem, Update, builders::UpdateBuilder};
use tradewind_domain::{
    ListingId, VariantId,
    listing::Stock,
    process::{StockChange, StockMove},
    stock::Buckets,
};

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

impl Commit {
    /// Moves units in one bucket of a variant's stock. `code` is the refusal if there are not enough.
    pub fn move_stock(self, change: &StockChange, code: &'static str) -> Self {
        self.move_units(change, "#from >= :quantity", code)
    }

    /// Moves units of what is sold beyond zero, however many there are. `code` is the refusal if there is no such bucket any more.
    pub fn owe_stock(self, change: &StockChange, code: &'static str) -> Self {
        self.move_units(change, "attribute_exists(pk)", code)
    }

    fn move_units(self, change: &StockChange, condition: &str, code: &'static str) -> Self {
        let StockChange { listing, variant, bucket, quantity, how } = change;
        let key = keys::stock(&self.tenant, listing, variant, *bucket);
        let (from, to) = counters(*how);
        let update = Update::builder()
            .set_key(Some(key_item(key.pk, key.sk)))
            .update_expression("SET #from = #from - :quantity, #to = #to + :quantity")
            .condition_expression(condition)
            .expression_attribute_names("#from", from)
            .expression_attribute_names("#to", to)
            .expression_attribute_values(":quantity", AttributeValue::N(quantity.to_string()));
        self.update_stock(update, Denial::Refused { code, subject: variant.to_string() })
    }

    /// Sets how many units of a variant can be bought, spread over its buckets, and leaves what is reserved and sold. 2 write units
    /// for each bucket.
    pub fn set_stock(self, listing: &ListingId, variant: &VariantId, buckets: Buckets, available: u32) -> Self {
        self.split_stock(listing, variant, (buckets, buckets), i64::from(available))
    }

    /// The same, over other buckets than before, of which the listing must be told in the same commit. Whoever read the buckets before
    /// that reads them again, as bucket 0 says how the stock is split.
    pub fn split_stock(
        self,
        listing: &ListingId,
        variant: &VariantId,
        buckets: (Buckets, Buckets),
        available: i64,
    ) -> Self {
        self.write_stock(listing, variant, buckets, available, None)
    }

    /// The same, only if each bucket that is there holds what was read.
    pub fn change_stock(
        self,
        listing: &ListingId,
        variant: &VariantId,
        buckets: (Buckets, Buckets),
        available: i64,
        seen: &[Stock],
    ) -> Self {
        self.write_stock(listing, variant, buckets, available, Some(seen))
    }

    fn write_stock(
        mut self,
        listing: &ListingId,
        variant: &VariantId,
        (before, after): (Buckets, Buckets),
        available: i64,
        seen: Option<&[Stock]>,
    ) -> Self {
        for (bucket, available) in (0..).zip(after.levels(available)) {
            let key = keys::stock(&self.tenant, listing, variant, bucket);
            let update = Update::builder()
                .set_key(Some(key_item(key.pk, key.sk)))
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
            let update = match seen {
                Some(seen) => {
                    as_seen(update, seen.iter().find(|stock| stock.variant == *variant && stock.bucket == bucket))
                }
                None => update,
            };
            self = self.update_stock(update, Denial::Stale);
        }
        (after.all..before.all).fold(self, |commit, bucket| commit.drop_stock(listing, variant, bucket))
    }

    /// Deletes a bucket of stock that its listing does not need any more, unless an order holds or held units of it: those go back.
    pub fn drop_stock(self, listing: &ListingId, variant: &VariantId, bucket: u8) -> Self {
        let key = keys::stock(&self.tenant, listing, variant, bucket);
        let delete = Delete::builder()
            .set_key(Some(key_item(key.pk, key.sk)))
            .condition_expression("reserved = :zero AND sold = :zero")
            .expression_attribute_values(":zero", AttributeValue::N("0".into()));
        self.action(In::Main, Denial::Stale, |name| {
            delete.table_name(name).build().map(|d| TransactWriteItem::builder().delete(d).build())
        })
    }

    fn update_stock(self, update: UpdateBuilder, denial: Denial) -> Self {
        self.action(In::Main, denial, |name| {
            update.table_name(name).build().map(|u| TransactWriteItem::builder().update(u).build())
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
