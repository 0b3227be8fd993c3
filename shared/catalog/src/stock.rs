//! Stock that is split over buckets, so that many can buy one variant at once.
//!
//! A variant's stock is an item of the table, which takes some 500 checkouts a second, and checkouts that write to it at the same
//! time hold each other up. A seller who expects more spreads the units over up to [`MOST_BUCKETS`] such items. Each checkout takes
//! its units from one of them, or from several if the last units are scattered, and its order remembers from which ([`Share`]): there
//! they are sold, and there they return. Units never move between buckets unless the seller sets the stock anew.

use serde::{Deserialize, Serialize};
use tradewind_kernel::{ListingId, VariantId};

/// The most buckets of one variant: a checkout that finds its bucket empty reads them all.
pub const MOST_BUCKETS: u8 = 20;
/// The most shares of all lines of one checkout. With this limit, ten orders can be paid in one transaction: each share, each order
/// with its event and its timer, the payment, the journal with two balances and the mark of the provider's report are 95 of the 100
/// actions that it can hold.
pub const MOST_SHARES: usize = 60;

/// The number of buckets over which a variant's stock is split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Buckets {
    /// The buckets over which its seller spread it last, where a checkout looks first.
    pub now: u8,
    /// All buckets that exist. More than `now` if it was spread wider before: units of orders may still return to the others.
    pub all: u8,
}

impl Buckets {
    /// Stock that is not split.
    pub const ONE: Self = Self { now: 1, all: 1 };

    /// Whether the stock is not split.
    pub fn is_one(&self) -> bool {
        *self == Self::ONE
    }

    /// The buckets after the stock is spread over `now` of them. Buckets with higher numbers are dropped, unless `stock` shows that
    /// they hold or held units of orders.
    #[must_use]
    pub fn spread(self, now: u8, stock: &[Stock]) -> Self {
        let needed = stock.iter().filter(|bucket| bucket.reserved > 0 || bucket.sold > 0);
        Self { now, all: needed.map(|bucket| bucket.bucket.saturating_add(1)).fold(now, u8::max) }
    }

    /// How many of `available` units lie in each bucket: they are spread evenly over the buckets that are in use now, and the others
    /// get none. Units that are owed are counted in the first bucket.
    pub fn levels(self, available: i64) -> Vec<i64> {
        if available < 0 {
            return (0..self.all).map(|bucket| if bucket == 0 { available } else { 0 }).collect();
        }
        let now = i64::from(self.now);
        let each = available.checked_div(now).unwrap_or(0);
        let left = available.checked_rem(now).unwrap_or(0);
        let level = |bucket: u8| match i64::from(bucket) {
            bucket if bucket < left => each.saturating_add(1),
            bucket if bucket < now => each,
            _ => 0,
        };
        (0..self.all).map(level).collect()
    }

    /// The bucket in which a checkout looks first, chosen by a random number.
    pub fn draw(self, random: u8) -> u8 {
        random.checked_rem(self.now).unwrap_or(0)
    }
}

impl Default for Buckets {
    fn default() -> Self {
        Self::ONE
    }
}

/// The units of an order line that came from one bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// The number of the bucket, from 0.
    pub bucket: u8,
    /// The number of units: at least one.
    pub units: u32,
}

/// Chooses the buckets of a variant from which a line takes its units: one that has enough, chosen by a random number, so that buyers
/// spread out; otherwise as few as possible. `None` if there are not enough units in all of them together.
pub fn take(units: u32, stock: &[&Stock], random: u8) -> Option<Vec<Share>> {
    let enough: Vec<_> = stock.iter().filter(|bucket| bucket.free() >= units).collect();
    let drawn = usize::from(random).checked_rem(enough.len()).and_then(|place| enough.get(place));
    if let Some(bucket) = drawn {
        return Some(vec![Share { bucket: bucket.bucket, units }]);
    }
    let mut fullest: Vec<_> = stock.iter().filter(|bucket| bucket.free() > 0).collect();
    // Buyers begin with different ones among those that are equally full.
    let first = usize::from(random).checked_rem(fullest.len()).unwrap_or(0);
    fullest.rotate_left(first);
    fullest.sort_by_key(|bucket| std::cmp::Reverse(bucket.available));
    let (mut missing, mut shares) = (units, vec![]);
    for bucket in fullest {
        let units = missing.min(bucket.free());
        missing = missing.saturating_sub(units);
        shares.push(Share { bucket: bucket.bucket, units });
        if missing == 0 {
            return Some(shares);
        }
    }
    None
}

/// The part of some shares that comes after the first `after` units and has `units` units.
pub fn part(shares: &[Share], after: u32, units: u32) -> Vec<Share> {
    let (mut skipped, mut missing, mut part) = (after, units, vec![]);
    for share in shares {
        let rest = share.units.saturating_sub(skipped);
        skipped = skipped.saturating_sub(share.units);
        let taken = rest.min(missing);
        missing = missing.saturating_sub(taken);
        if taken > 0 {
            part.push(Share { units: taken, ..*share });
        }
    }
    part
}

/// A way in which units of stock move. Each is a transfer between two counters, so that no unit is created or lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StockMove {
    /// An order was placed: available units become reserved.
    Reserve,
    /// The order was not paid: reserved units become available.
    Unreserve,
    /// The order was paid: reserved units become sold.
    Sell,
    /// An order that costs nothing was placed, and counts as paid: available units become sold.
    SellAtOnce,
    /// The order was cancelled after payment, or refunded: sold units become available.
    Return,
}

/// Units of a variant that move from one counter to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockChange {
    /// The listing of the variant.
    pub listing: ListingId,
    /// The variant whose units move.
    pub variant: VariantId,
    /// The number of its bucket.
    pub bucket: u8,
    /// The number of units: at least one.
    pub quantity: u32,
    /// The counters between which they move.
    pub how: StockMove,
}

/// The stock of a variant, or of one of its [buckets](Buckets). It is an item of its own: a sale writes these few bytes and never the
/// whole listing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stock {
    /// The listing of the variant.
    pub listing: ListingId,
    /// The variant whose units are counted.
    pub variant: VariantId,
    /// Units that can be bought now; below zero, the number of units that are owed, if it can be sold below zero. Without meaning if
    /// units are not counted.
    pub available: i64,
    /// Units in orders that are not paid yet.
    pub reserved: u32,
    /// Units in paid orders.
    pub sold: u32,
    /// The number of the bucket, from 0.
    #[serde(default)]
    pub bucket: u8,
    /// In bucket 0, the number of all buckets: [`Buckets::all`] of the variant, stored beside the numbers that depend on it.
    #[serde(default = "one")]
    pub buckets: u8,
}

fn one() -> u8 {
    1
}

impl Stock {
    /// New stock that is not split and of which nothing was bought.
    pub fn new(listing: ListingId, variant: VariantId, available: u32) -> Self {
        Self { listing, variant, available: i64::from(available), reserved: 0, sold: 0, bucket: 0, buckets: 1 }
    }

    /// The units that a checkout can take: never below zero.
    pub fn free(&self) -> u32 {
        u32::try_from(self.available).unwrap_or(if self.available < 0 { 0 } else { u32::MAX })
    }

    /// The available units of a variant, in all of its buckets that are in `stock`.
    pub fn available(stock: &[Self], variant: &VariantId) -> i64 {
        let buckets = stock.iter().filter(|bucket| bucket.variant == *variant);
        buckets.fold(0, |sum, bucket| i64::saturating_add(sum, bucket.available))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tradewind_kernel::{Id, ListingId, VariantId};

    /// Buckets with these numbers of units.
    fn buckets(available: &[u32]) -> Vec<Stock> {
        let ulid = "01jd0000000000000000000000";
        let stock = |(bucket, available): (u8, &u32)| Stock {
            bucket,
            ..Stock::new(ListingId::from_ulid(ulid), VariantId::from_ulid(ulid), *available)
        };
        (0..).zip(available).map(stock).collect()
    }

    fn taken(units: u32, available: &[u32], random: u8) -> Option<Vec<(u8, u32)>> {
        let stock = buckets(available);
        let shares = take(units, &stock.iter().collect::<Vec<_>>(), random)?;
        Some(shares.iter().map(|share| (share.bucket, share.units)).collect())
    }

    #[test]
    fn units_are_spread_evenly_and_none_is_lost() {
        assert_eq!(Buckets { now: 3, all: 3 }.levels(11), [4, 4, 3]);
        assert_eq!(Buckets { now: 3, all: 5 }.levels(2), [1, 1, 0, 0, 0]);
        assert_eq!(Buckets::ONE.levels(7), [7]);
        assert_eq!(Buckets { now: 2, all: 3 }.levels(-4), [-4, 0, 0]);
        for now in 1..=MOST_BUCKETS {
            assert_eq!(Buckets { now, all: MOST_BUCKETS }.levels(499).iter().sum::<i64>(), 499);
        }
    }

    #[test]
    fn a_checkout_looks_first_in_a_bucket_over_which_the_stock_is_spread_now() {
        let split = Buckets { now: 3, all: 5 };
        assert_eq!([0, 1, 2, 3, 7].map(|random| split.draw(random)), [0, 1, 2, 0, 1]);
        assert!(Buckets::ONE.is_one() && !split.is_one() && !Buckets { now: 1, all: 2 }.is_one());
    }

    #[test]
    fn a_bucket_that_has_all_units_is_drawn_among_those_that_do() {
        assert_eq!(taken(3, &[0, 3, 2, 9], 0), Some(vec![(1, 3)]));
        assert_eq!(taken(3, &[0, 3, 2, 9], 1), Some(vec![(3, 3)]));
        assert_eq!(taken(3, &[0, 3, 2, 9], 2), Some(vec![(1, 3)]));
    }

    #[test]
    fn the_last_units_are_gathered_from_as_few_buckets_as_possible() {
        assert_eq!(taken(3, &[1, 2, 0], 0), Some(vec![(1, 2), (0, 1)]));
        assert_eq!(taken(7, &[1; 10], 9).map(|shares| shares.len()), Some(7));
        assert_eq!(taken(2, &[1; 4], 3), Some(vec![(3, 1), (0, 1)]));
    }

    #[test]
    fn only_what_all_buckets_together_do_not_have_is_sold_out() {
        assert_eq!(taken(4, &[1, 1, 1], 0), None);
        assert_eq!(taken(3, &[1, 1, 1], 0), Some(vec![(0, 1), (1, 1), (2, 1)]));
        assert_eq!(taken(1, &[0, 0], 0), None);
        assert_eq!(taken(1, &[], 0), None);
    }

    #[test]
    fn a_bucket_that_orders_need_stays_when_the_stock_is_spread_over_fewer() {
        let mut stock = buckets(&[5; 6]);
        stock[3].reserved = 1;
        let before = Buckets { now: 6, all: 6 };
        assert_eq!(before.spread(2, &stock), Buckets { now: 2, all: 4 });
        stock[3] = Stock { reserved: 0, sold: 2, ..stock[3].clone() };
        assert_eq!(before.spread(2, &stock), Buckets { now: 2, all: 4 });
        stock[3] = Stock { reserved: 0, sold: 0, ..stock[3].clone() };
        assert_eq!(before.spread(2, &stock), Buckets { now: 2, all: 2 });
        assert_eq!(before.spread(8, &[]), Buckets { now: 8, all: 8 });
    }

    #[test]
    fn parts_of_shares_follow_each_other_without_a_gap() {
        let shares = [Share { bucket: 4, units: 2 }, Share { bucket: 1, units: 3 }];
        assert_eq!(part(&shares, 0, 1), [Share { bucket: 4, units: 1 }]);
        assert_eq!(part(&shares, 1, 3), [Share { bucket: 4, units: 1 }, Share { bucket: 1, units: 2 }]);
        assert_eq!(part(&shares, 4, 1), [Share { bucket: 1, units: 1 }]);
        assert_eq!(part(&shares, 0, 5), shares);
    }
}
