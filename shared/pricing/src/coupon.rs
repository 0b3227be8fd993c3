//! Coupons: how much a code takes off the price of goods, for whom, when and how often.
//!
//! A coupon with an amount, as its discount or as the minimum, is valid only for goods in the currency of that amount. One that takes
//! off a percentage and has no minimum is valid for goods in every currency.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use std::{borrow::Cow, fmt};
use tradewind_kernel::{
    Currency, Money, SellerId, Time,
    fields::{FieldProblem, Fields, at},
    money::{AmountFrom, MoneyError},
};

/// The code that a buyer types: 3 to 40 letters, digits and hyphens. Lower-case letters are read as capitals.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct CouponCode(#[schemars(regex(pattern = "^[A-Za-z0-9-]{3,40}$"))] String);

impl CouponCode {
    /// Reads a code as a buyer typed it.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_uppercase();
        let inner = text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-');
        ((3..=40).contains(&text.len()) && inner).then_some(Self(text))
    }

    /// The code in capitals.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CouponCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for CouponCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("expected 3 to 40 letters, digits and hyphens"))
    }
}

/// The discount of a coupon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Discount {
    /// A share of the price of the goods that the coupon is for.
    Percent {
        /// The share in basis points: 1000 is ten per cent, 10000 is everything.
        #[schemars(range(min = 1, max = 10_000))]
        basis_points: u16,
    },
    /// An amount, or the whole price of the goods that the coupon is for if they cost less.
    Fixed {
        /// The amount that is taken off.
        #[schemars(with = "AmountFrom<1>")]
        amount: Money,
    },
}

/// A coupon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coupon {
    /// The code that buyers type; unique in the marketplace.
    pub code: CouponCode,
    /// The discount.
    pub discount: Discount,
    /// The seller it belongs to. A seller's coupon is for that seller's goods, and the seller bears the discount; without a seller it
    /// is the marketplace's coupon, is for everyone's goods, and the marketplace bears the discount.
    pub seller: Option<SellerId>,
    /// The least that the goods it is for must cost, before the discount.
    pub minimum: Option<Money>,
    /// The moment from which it is valid.
    pub starts_at: Option<Time>,
    /// The moment from which it is no longer valid.
    pub ends_at: Option<Time>,
    /// How many checkouts may use it in total.
    pub limit: Option<u32>,
    /// How many checkouts of one buyer may use it.
    pub limit_per_buyer: Option<u32>,
    /// Whether it can be used again if the checkout that used it is cancelled or refunded entirely.
    #[serde(default = "returns")]
    pub returns: bool,
    /// How many checkouts have used it.
    #[serde(default, skip_serializing)]
    pub used: u32,
    /// Whether it is switched on.
    pub active: bool,
    /// When the coupon was created.
    pub created_at: Time,
    /// When the coupon last changed.
    pub updated_at: Time,
    /// Incremented with each change, for the `ETag`.
    pub version: u64,
}

/// The value for coupons that were stored before this setting existed.
const fn returns() -> bool {
    true
}

/// Why a coupon cannot be used. For each reason a buyer can do something different.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CouponError {
    /// It was switched off.
    #[error("this coupon is not valid any more")]
    Inactive,
    /// Its period of validity has not begun.
    #[error("this coupon is not valid yet")]
    NotStarted,
    /// Its period of validity has ended.
    #[error("this coupon has ended")]
    Ended,
    /// It was used by as many checkouts as may use it.
    #[error("this coupon has been used up")]
    UsedUp,
    /// This buyer has used it as often as one buyer may.
    #[error("you have used this coupon as often as you may")]
    UsedUpByBuyer,
    /// Nothing in the cart is among the goods that it is for.
    #[error("this coupon is not for what is in the cart")]
    NotForThese,
    /// It has an amount in another currency than the goods, and nothing is converted.
    #[error("this coupon is for goods in {currency} only")]
    OtherCurrency {
        /// The currency of the coupon.
        currency: Currency,
    },
    /// The goods that it is for cost less than its minimum.
    #[error("this coupon needs goods for at least {minimum}")]
    BelowMinimum {
        /// The minimum price of the goods, before the discount.
        minimum: Money,
    },
    /// A sum is too large.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl Coupon {
    /// Whether it is for a seller's goods.
    pub fn is_for(&self, seller: &SellerId) -> bool {
        self.seller.as_ref().is_none_or(|own| own == seller)
    }

    /// Whether the marketplace bears the discount, and not the seller.
    pub const fn is_marketplace_funded(&self) -> bool {
        self.seller.is_none()
    }

    /// The currency of goods that it is for; `None` if it is for all currencies.
    pub fn currency(&self) -> Option<Currency> {
        let amount = match self.discount {
            Discount::Fixed { amount } => Some(amount),
            Discount::Percent { .. } => self.minimum,
        };
        amount.map(|amount| amount.currency)
    }

    /// Checks whether it can be used now, for goods with this price before the discount, by a buyer who has used it this many times.
    pub fn check(&self, now: Time, eligible_goods_total: Money, used_by_buyer: u32) -> Result<(), CouponError> {
        if !self.active {
            return Err(CouponError::Inactive);
        }
        if self.starts_at.is_some_and(|start| now < start) {
            return Err(CouponError::NotStarted);
        }
        if self.ends_at.is_some_and(|end| now >= end) {
            return Err(CouponError::Ended);
        }
        if self.limit.is_some_and(|limit| self.used >= limit) {
            return Err(CouponError::UsedUp);
        }
        if self.limit_per_buyer.is_some_and(|limit| used_by_buyer >= limit) {
            return Err(CouponError::UsedUpByBuyer);
        }
        if eligible_goods_total.amount <= 0 {
            return Err(CouponError::NotForThese);
        }
        if let Some(currency) = self.currency().filter(|currency| *currency != eligible_goods_total.currency) {
            return Err(CouponError::OtherCurrency { currency });
        }
        if let Some(minimum) = self.minimum
            && eligible_goods_total.minus(minimum)?.amount < 0
        {
            return Err(CouponError::BelowMinimum { minimum });
        }
        Ok(())
    }

    /// The discount on goods with this price: never more than the price. A percentage is rounded half away from zero, once, for all
    /// the goods together.
    pub fn discount_on(&self, eligible_goods_total: Money) -> Result<Money, MoneyError> {
        let wanted = match self.discount {
            Discount::Percent { basis_points } => eligible_goods_total.basis_points(basis_points)?,
            Discount::Fixed { amount } => amount,
        };
        wanted.lesser(eligible_goods_total)
    }

    /// Checks the settings of an administrator or seller. `field` is their path in the request, empty if they are the whole request.
    /// Amounts must be in one of these currencies, and all in the same one.
    pub fn validate(&self, field: &str, sold_in: &[Currency]) -> Result<(), Vec<FieldProblem>> {
        let mut fields = Fields::default();
        match self.discount {
            Discount::Percent { basis_points } => {
                let path = at(field, "discount.basis_points");
                fields.ensure((1..=10_000).contains(&basis_points), path, "must be between 1 and 10000");
            }
            Discount::Fixed { amount } => fields.amount(&at(field, "discount.amount"), amount, 1, sold_in),
        }
        if let Some(minimum) = self.minimum {
            fields.amount(&at(field, "minimum"), minimum, 0, sold_in);
            if let Discount::Fixed { amount } = self.discount {
                fields.alike(&at(field, "minimum"), minimum, amount, sold_in);
            }
        }
        let in_order = self.starts_at.zip(self.ends_at).is_none_or(|(start, end)| start < end);
        fields.ensure(in_order, at(field, "ends_at"), "must be after starts_at");
        fields.ensure(self.limit != Some(0), at(field, "limit"), "must be at least 1");
        fields.ensure(self.limit_per_buyer != Some(0), at(field, "limit_per_buyer"), "must be at least 1");
        fields.done()
    }
}

/// The use of a coupon by a checkout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsedCoupon {
    /// The code of the coupon.
    pub code: CouponCode,
    /// Whether uses by the buyer are counted as well.
    pub per_buyer: bool,
    /// How many orders still use it: those that have not ended with everything given back. Payments of older versions do not record
    /// it.
    #[serde(default)]
    pub orders: u32,
    /// Whether it can be used again once no order uses it.
    #[serde(default)]
    pub returns: bool,
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use tradewind_kernel::{Id, money::LARGEST};

    fn euros(amount: i64) -> Money {
        Money::new(amount, Currency::parse("EUR").unwrap())
    }

    /// A coupon of the marketplace without any conditions.
    pub(crate) fn coupon(discount: Discount) -> Coupon {
        Coupon {
            code: CouponCode::parse("SPRING").unwrap(),
            discount,
            seller: None,
            minimum: None,
            starts_at: None,
            ends_at: None,
            limit: None,
            limit_per_buyer: None,
            returns: true,
            used: 0,
            active: true,
            created_at: Time::from_millis(0),
            updated_at: Time::from_millis(0),
            version: 1,
        }
    }

    fn tenth() -> Coupon {
        coupon(Discount::Percent { basis_points: 1_000 })
    }

    #[test]
    fn a_code_is_read_as_it_is_typed() {
        assert_eq!(CouponCode::parse(" spring-24 ").unwrap().as_str(), "SPRING-24");
        assert_eq!(serde_json::from_str::<CouponCode>("\"spring\"").unwrap().to_string(), "SPRING");
        assert!(CouponCode::parse(&"A".repeat(40)).is_some() && CouponCode::parse("A-1").is_some());
        for text in ["", "AB", "A B C", "A_B", "ÄBC", &"A".repeat(41)] {
            assert_eq!(CouponCode::parse(text), None, "{text}");
        }
        assert!(serde_json::from_str::<CouponCode>("\"a b\"").is_err());
    }

    #[test]
    fn every_reason_not_to_take_a_coupon_has_its_name() {
        let time = Time::from_millis;
        let check = |coupon: Coupon| coupon.check(time(10), euros(500), 2);
        assert_eq!(check(tenth()), Ok(()));
        assert_eq!(check(Coupon { active: false, ..tenth() }), Err(CouponError::Inactive));
        assert_eq!(check(Coupon { starts_at: Some(time(11)), ..tenth() }), Err(CouponError::NotStarted));
        assert_eq!(check(Coupon { starts_at: Some(time(10)), ..tenth() }), Ok(()));
        assert_eq!(check(Coupon { ends_at: Some(time(10)), ..tenth() }), Err(CouponError::Ended));
        assert_eq!(check(Coupon { ends_at: Some(time(11)), ..tenth() }), Ok(()));
        assert_eq!(check(Coupon { limit: Some(3), used: 3, ..tenth() }), Err(CouponError::UsedUp));
        assert_eq!(check(Coupon { limit: Some(3), used: 2, ..tenth() }), Ok(()));
        assert_eq!(check(Coupon { limit_per_buyer: Some(2), ..tenth() }), Err(CouponError::UsedUpByBuyer));
        assert_eq!(check(Coupon { limit_per_buyer: Some(3), ..tenth() }), Ok(()));
        let minimum = euros(501);
        assert_eq!(check(Coupon { minimum: Some(minimum), ..tenth() }), Err(CouponError::BelowMinimum { minimum }));
        assert_eq!(check(Coupon { minimum: Some(euros(500)), ..tenth() }), Ok(()));
        let dollars = Money::new(1, Currency::parse("USD").unwrap());
        let other = Err(CouponError::OtherCurrency { currency: dollars.currency });
        assert_eq!(check(Coupon { minimum: Some(dollars), ..tenth() }), other);
        assert_eq!(check(coupon(Discount::Fixed { amount: dollars })), other);
        assert_eq!(tenth().check(time(10), euros(0), 0), Err(CouponError::NotForThese));
    }

    #[test]
    fn a_discount_is_never_more_than_the_goods() {
        assert_eq!(tenth().discount_on(euros(5)), Ok(euros(1)));
        assert_eq!(tenth().discount_on(euros(4)), Ok(euros(0)));
        let fixed = coupon(Discount::Fixed { amount: euros(500) });
        assert_eq!(fixed.discount_on(euros(501)), Ok(euros(500)));
        assert_eq!(fixed.discount_on(euros(499)), Ok(euros(499)));
        assert_eq!(coupon(Discount::Percent { basis_points: u16::MAX }).discount_on(euros(9)), Ok(euros(9)));
    }

    #[test]
    fn a_sellers_coupon_is_for_that_sellers_goods() {
        let (own, other) =
            (SellerId::from_ulid("01jd0000000000000000000001"), SellerId::from_ulid("01jd0000000000000000000002"));
        let sellers = Coupon { seller: Some(own.clone()), ..tenth() };
        assert!(sellers.is_for(&own) && !sellers.is_for(&other) && !sellers.is_marketplace_funded());
        assert!(tenth().is_for(&own) && tenth().is_for(&other) && tenth().is_marketplace_funded());
    }

    #[test]
    fn wrong_settings_are_named() {
        let wrong = |coupon: Coupon| {
            let problems =
                coupon.validate("", &["EUR", "USD"].map(|c| Currency::parse(c).unwrap())).err().unwrap_or_default();
            problems.into_iter().map(|problem| problem.field).collect::<Vec<_>>()
        };
        let time = Time::from_millis;
        let span = |start, end| Coupon { starts_at: Some(time(start)), ends_at: Some(time(end)), ..tenth() };
        assert_eq!(wrong(span(1, 2)), Vec::<String>::new());
        assert_eq!(wrong(span(2, 2)), ["ends_at"]);
        for basis_points in [0, 10_001] {
            assert_eq!(wrong(coupon(Discount::Percent { basis_points })), ["discount.basis_points"]);
        }
        assert_eq!(wrong(coupon(Discount::Percent { basis_points: 10_000 })), Vec::<String>::new());
        for amount in [0, LARGEST + 1] {
            assert_eq!(wrong(coupon(Discount::Fixed { amount: euros(amount) })), ["discount.amount.amount"]);
        }
        assert_eq!(wrong(Coupon { minimum: Some(euros(-1)), ..tenth() }), ["minimum.amount"]);
        let of = |code: &str| Some(Money::new(1, Currency::parse(code).unwrap()));
        assert_eq!(wrong(Coupon { minimum: of("USD"), ..tenth() }), Vec::<String>::new());
        assert_eq!(wrong(Coupon { minimum: of("JPY"), ..tenth() }), ["minimum.currency"]);
        let fixed = coupon(Discount::Fixed { amount: euros(1) });
        assert_eq!(wrong(Coupon { minimum: of("USD"), ..fixed }), ["minimum.currency"]);
        assert_eq!(wrong(Coupon { limit: Some(0), limit_per_buyer: Some(0), ..tenth() }), ["limit", "limit_per_buyer"]);
        assert_eq!(wrong(Coupon { limit: Some(1), limit_per_buyer: Some(1), ..tenth() }), Vec::<String>::new());
    }

    #[test]
    fn a_coupon_reads_back() {
        let text = serde_json::to_string(&tenth()).unwrap();
        assert_eq!(serde_json::from_str::<Coupon>(&text).unwrap(), tenth());
    }
}
