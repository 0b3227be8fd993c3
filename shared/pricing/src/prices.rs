//! The price of a checkout: of each line, the shipping, each seller's basket and all of it.

use super::Split;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tradewind_kernel::{Currency, Money, SellerId, money::MoneyError};

/// The price of a checkout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CheckoutPrice {
    /// One for each basket, in their order.
    pub baskets: Vec<BasketPrice>,
    /// All baskets together.
    pub totals: PriceTotals,
}

/// The price of what is bought of one seller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BasketPrice {
    /// Whose it is.
    pub seller: SellerId,
    /// One for each line, in their order.
    pub lines: Vec<LinePrice>,
    /// The shipping.
    pub shipping: ShippingPrice,
    /// Whether `tax_charged` is in the prices, or comes on top of them.
    pub prices_include_tax: bool,
    /// Lines and shipping together.
    pub totals: PriceTotals,
}

/// The price of one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LinePrice {
    /// What the units cost together, before discount.
    pub goods: Money,
    /// What is taken off.
    pub discount: Money,
    /// The tax, in the price or on top of it, whoever hands it on.
    pub tax_charged: Money,
    /// The rate in basis points.
    pub tax_rate_basis_points: u16,
    /// What the buyer pays for it.
    pub total: Money,
    /// Who gets what of that.
    pub split: Split,
}

/// The price of sending a basket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ShippingPrice {
    /// The id of the option that was chosen, if anything is sent.
    pub option: Option<String>,
    /// What the option asks.
    pub amount: Money,
    /// The tax, in the amount or on top of it, whoever hands it on.
    pub tax_charged: Money,
    /// The rate in basis points.
    pub tax_rate_basis_points: u16,
    /// What the buyer pays for it.
    pub total: Money,
    /// Who gets what of that. There is no commission on shipping.
    pub split: Split,
}

/// Sums of lines and shipping.
///
/// `total` is `goods - discount + shipping`, and `tax_charged` besides where prices do not include it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PriceTotals {
    /// The goods before discount.
    pub goods: Money,
    /// What is taken off them.
    pub discount: Money,
    /// What the shipping options ask.
    pub shipping: Money,
    /// The tax on goods and shipping.
    pub tax_charged: Money,
    /// What the buyer pays.
    pub total: Money,
    /// Who gets what of that.
    pub split: Split,
}

impl LinePrice {
    /// The line as a part of sums, whose other parts are `zero`.
    pub fn totals(&self, zero: Money) -> PriceTotals {
        let Self { goods, discount, tax_charged, total, split, .. } = *self;
        PriceTotals { goods, discount, shipping: zero, tax_charged, total, split }
    }
}

impl ShippingPrice {
    /// Nothing is sent.
    pub fn none(currency: Currency) -> Self {
        let zero = Money::zero(currency);
        Self {
            option: None,
            amount: zero,
            tax_charged: zero,
            tax_rate_basis_points: 0,
            total: zero,
            split: Split::zero(currency),
        }
    }

    /// The shipping as a part of sums, whose other parts are `zero`.
    pub fn totals(&self, zero: Money) -> PriceTotals {
        let Self { amount: shipping, tax_charged, total, split, .. } = *self;
        PriceTotals { goods: zero, discount: zero, shipping, tax_charged, total, split }
    }
}

impl PriceTotals {
    /// The sum of totals of `currency`.
    pub fn sum(currency: Currency, all: impl IntoIterator<Item = PriceTotals>) -> Result<Self, MoneyError> {
        let zero = Money::zero(currency);
        let nothing = Self {
            goods: zero,
            discount: zero,
            shipping: zero,
            tax_charged: zero,
            total: zero,
            split: Split::zero(currency),
        };
        all.into_iter().try_fold(nothing, |sum, other| {
            Ok(Self {
                goods: sum.goods.plus(other.goods)?,
                discount: sum.discount.plus(other.discount)?,
                shipping: sum.shipping.plus(other.shipping)?,
                tax_charged: sum.tax_charged.plus(other.tax_charged)?,
                total: sum.total.plus(other.total)?,
                split: sum.split.plus(&other.split)?,
            })
        })
    }
}
