//! The price of an order, frozen when it was placed.

use serde::{Deserialize, Serialize};
use tradewind_kernel::{Currency, Money, money::MoneyError};
use tradewind_pricing::{BasketPrice, LinePrice, PriceTotals, ShippingPrice, Split, SplitError};

/// The price of an order, and how it is split.
///
/// It is written with every step of the order, and DynamoDB bills by the kilobyte: so it is stored as rows of numbers, without those
/// that can be computed from the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct OrderPrice {
    /// The price of each line of the order.
    pub lines: Vec<LinePrice>,
    /// The price of the shipping.
    pub shipping: ShippingPrice,
    /// Whether `tax_charged` is included in the prices, or comes on top of them.
    pub prices_include_tax: bool,
    /// The totals of lines and shipping.
    pub totals: PriceTotals,
}

impl From<BasketPrice> for OrderPrice {
    fn from(basket: BasketPrice) -> Self {
        let BasketPrice { seller: _, lines, shipping, prices_include_tax, totals } = basket;
        Self { lines, shipping, prices_include_tax, totals }
    }
}

impl OrderPrice {
    /// How each piece that can be refunded is split: the lines, then the shipping.
    pub fn pieces(&self) -> impl Iterator<Item = Split> + '_ {
        self.lines.iter().map(|line| line.split).chain([self.shipping.split])
    }

    /// How the refunds of `refunded` are split, which are the minor units given back of each piece. See [`crate::Order::refunded`].
    pub fn given_back(&self, refunded: &[i64]) -> Result<Split, SplitError> {
        let currency = self.totals.total.currency;
        let zero = Money::zero(currency);
        self.pieces().zip(refunded).try_fold(Split::zero(currency), |sum, (piece, units)| {
            Ok(sum.plus(&piece.refund_of(zero, Money::new(*units, currency))?)?)
        })
    }
}

/// A stored row: `goods` (or the price of shipping), `discount`, `tax_charged`, its rate, `total`, then of the split `tax`,
/// `commission`, `commission_tax` and `subsidy`.
#[derive(Clone, Copy, Serialize, Deserialize)]
struct Row(i64, i64, i64, u16, i64, i64, i64, i64, i64);

#[derive(Clone, Serialize, Deserialize)]
struct Stored {
    currency: Currency,
    inclusive: bool,
    lines: Vec<Row>,
    shipping: Row,
    option: Option<String>,
}

fn row(first: Money, discount: Money, tax_charged: Money, rate: u16, split: &Split) -> Row {
    let Split { paid, tax, commission, commission_tax, subsidy, seller: _ } = split;
    Row(
        first.amount,
        discount.amount,
        tax_charged.amount,
        rate,
        paid.amount,
        tax.amount,
        commission.amount,
        commission_tax.amount,
        subsidy.amount,
    )
}

impl From<OrderPrice> for Stored {
    fn from(price: OrderPrice) -> Self {
        let currency = price.totals.total.currency;
        let line = |l: &LinePrice| row(l.goods, l.discount, l.tax_charged, l.tax_rate_basis_points, &l.split);
        let ShippingPrice { option, amount, tax_charged, tax_rate_basis_points, total: _, split } = price.shipping;
        Self {
            currency,
            inclusive: price.prices_include_tax,
            lines: price.lines.iter().map(line).collect(),
            shipping: row(amount, Money::zero(currency), tax_charged, tax_rate_basis_points, &split),
            option,
        }
    }
}

impl TryFrom<Stored> for OrderPrice {
    type Error = MoneyError;

    fn try_from(stored: Stored) -> Result<Self, MoneyError> {
        let Stored { currency, inclusive, lines, shipping, option } = stored;
        let of = |amount| Money::new(amount, currency);
        let split = |Row(_, _, _, _, total, tax, commission, commission_tax, subsidy): Row| {
            Split::of(of(total), of(subsidy), of(tax), of(commission), of(commission_tax))
        };
        let line = |row: Row| {
            let split = split(row)?;
            Ok(LinePrice {
                goods: of(row.0),
                discount: of(row.1),
                tax_charged: of(row.2),
                tax_rate_basis_points: row.3,
                total: split.paid,
                split,
            })
        };
        let lines = lines.into_iter().map(line).collect::<Result<Vec<_>, MoneyError>>()?;
        let sent = split(shipping)?;
        let shipping = ShippingPrice {
            option,
            amount: of(shipping.0),
            tax_charged: of(shipping.2),
            tax_rate_basis_points: shipping.3,
            total: sent.paid,
            split: sent,
        };
        let zero = Money::zero(currency);
        let parts = lines.iter().map(|line| line.totals(zero)).chain([shipping.totals(zero)]);
        let totals = PriceTotals::sum(currency, parts)?;
        Ok(Self { lines, shipping, prices_include_tax: inclusive, totals })
    }
}
