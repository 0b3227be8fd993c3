//! The price of a checkout: of each line, of the shipping, of each seller's basket, and in total.

use super::Split;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tradewind_kernel::{Currency, Money, SellerId, money::MoneyError};

/// The price of a checkout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CheckoutPrice {
    /// The price of each basket, in the order of the baskets.
    pub baskets: Vec<BasketPrice>,
    /// The totals of all baskets.
    pub totals: PriceTotals,
}

/// The price of the goods bought from one seller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BasketPrice {
    /// The seller of the goods.
    pub seller: SellerId,
    /// The price of each line, in the order of the lines.
    pub lines: Vec<LinePrice>,
    /// The price of the shipping.
    pub shipping: ShippingPrice,
    /// Whether `tax_charged` is included in the prices, or comes on top of them.
    pub prices_include_tax: bool,
    /// The totals of lines and shipping.
    pub totals: PriceTotals,
}

/// The price of one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LinePrice {
    /// The price of all units together, before discount.
    pub goods: Money,
    /// The discount on the line.
    pub discount: Money,
    /// The tax, included in the price or on top of it, whoever pays it to the state.
    pub tax_charged: Money,
    /// The tax rate in basis points: 1900 is 19 per cent.
    pub tax_rate_basis_points: u16,
    /// What the buyer pays for the line.
    pub total: Money,
    /// How the total is split between seller, marketplace and tax.
    pub split: Split,
}

/// The price of shipping a basket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ShippingPrice {
    /// The id of the chosen shipping option, if anything is sent.
    pub option: Option<String>,
    /// The price of the shipping option.
    pub amount: Money,
    /// The tax, included in the amount or on top of it, whoever pays it to the state.
    pub tax_charged: Money,
    /// The tax rate in basis points: 1900 is 19 per cent.
    pub tax_rate_basis_points: u16,
    /// What the buyer pays for the shipping.
    pub total: Money,
    /// How the total is split. There is no commission on shipping.
    pub split: Split,
}

/// Sums of lines and shipping.
///
/// `total` is `goods - discount + shipping`, plus `tax_charged` if prices do not include tax.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PriceTotals {
    /// The price of the goods before discount.
    pub goods: Money,
    /// The discount on the goods.
    pub discount: Money,
    /// The price of the shipping options.
    pub shipping: Money,
    /// The tax on goods and shipping.
    pub tax_charged: Money,
    /// What the buyer pays in total.
    pub total: Money,
    /// How the total is split between sellers, marketplace and tax.
    pub split: Split,
}

impl LinePrice {
    /// The line as an entry of sums, whose other amounts are `zero`.
    pub fn totals(&self, zero: Money) -> PriceTotals {
        let Self { goods, discount, tax_charged, total, split, .. } = *self;
        PriceTotals { goods, discount, shipping: zero, tax_charged, total, split }
    }
}

impl ShippingPrice {
    /// The price if nothing is sent: all amounts are zero.
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

    /// The shipping as an entry of sums, whose other amounts are `zero`.
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
