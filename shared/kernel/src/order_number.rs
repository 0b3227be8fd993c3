//! Order numbers, by which people refer to an order: `#1042`.
//!
//! Each number names one order of its marketplace. Numbers grow with time, but not strictly, and some are never used. They are
//! counted in eight shards, each of which gives every eighth number, so that checkouts do not all write to the same counter. A number
//! that was drawn by a checkout that fails is not given again.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The number of shards that count. It must never change: numbers would be given twice.
pub const NUMBER_SHARDS: u8 = 8;
/// The lowest number, so that numbers have four digits from the first order on.
const FIRST: u64 = 1001;

/// The number of an order in its marketplace, such as 1042.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct OrderNumber(#[schemars(range(min = 1001, max = 999_999_999_999_999_u64))] u64);

impl OrderNumber {
    /// The number that a shard gives after it has numbered `before` orders.
    pub fn drawn(shard: u8, before: u64) -> Self {
        let place = before.saturating_mul(u64::from(NUMBER_SHARDS)).saturating_add(u64::from(shard));
        Self(FIRST.saturating_add(place))
    }

    /// Reads `1042` or `#1042`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').unwrap_or(text);
        let plain = (4..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        digits.parse().ok().filter(|number| plain && *number >= FIRST).map(Self)
    }

    /// The number of another order of the same checkout; `place` 0 is this one.
    #[must_use]
    pub fn beside(self, place: usize) -> Self {
        let place = u64::try_from(place).unwrap_or(u64::MAX);
        Self(self.0.saturating_add(place.saturating_mul(u64::from(NUMBER_SHARDS))))
    }

    /// The position of this order in the checkout whose first number is `first`, if the distance is a whole number of places.
    pub fn place_after(self, first: Self) -> Option<usize> {
        let apart = self.0.checked_sub(first.0)?;
        let shards = u64::from(NUMBER_SHARDS);
        usize::try_from(apart.checked_div(shards)?).ok().filter(|_| apart.checked_rem(shards) == Some(0))
    }

    /// The shard that gave this number.
    pub fn shard(self) -> u8 {
        let place = self.0.saturating_sub(FIRST).checked_rem(u64::from(NUMBER_SHARDS)).unwrap_or(0);
        u8::try_from(place).unwrap_or(0)
    }

    /// The number as an integer, such as 1042.
    pub fn value(self) -> u64 {
        self.0
    }
}

impl fmt::Display for OrderNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_number_is_given_twice() {
        let all = (0..NUMBER_SHARDS).flat_map(|shard| (0..50).map(move |before| OrderNumber::drawn(shard, before)));
        let all: BTreeSet<_> = all.collect();
        assert_eq!(all.len(), 400);
        assert_eq!((all.first().unwrap().value(), all.last().unwrap().value()), (1001, 1400));
    }

    #[test]
    fn the_orders_of_a_checkout_are_numbered_by_one_shard() {
        let first = OrderNumber::drawn(3, 20);
        for place in 0..10 {
            let number = first.beside(place);
            assert_eq!(number, OrderNumber::drawn(3, 20 + u64::try_from(place).unwrap()));
            assert_eq!((number.place_after(first), number.shard()), (Some(place), 3));
        }
        assert_eq!(OrderNumber::drawn(4, 20).place_after(first), None);
        assert_eq!(first.place_after(first.beside(1)), None);
    }

    #[test]
    fn a_number_is_read_as_it_is_said() {
        assert_eq!(OrderNumber::parse("#1042"), OrderNumber::parse("1042"));
        assert_eq!(OrderNumber::parse("1042").unwrap().to_string(), "#1042");
        for text in ["", "#", "1000", "12", "##1042", "1042a", "-1042", "+1042", "1234567890123456"] {
            assert_eq!(OrderNumber::parse(text), None, "{text}");
        }
    }
}
