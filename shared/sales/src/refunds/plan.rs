//! Planning a refund: how much it gives back of each piece of an order.

use super::super::SaleError;
use std::collections::BTreeSet;
use tradewind_kernel::Money;
use tradewind_orders::{
    Order,
    refund::{LineRefund, RefundError, RefundField, RefundOf},
};

/// The amount of each piece, the lines and then the shipping, measured as by [`tradewind_pricing::Split::measure`]; and the units of
/// each line: those that are refunded, and those that come back.
pub(super) struct Plan {
    pub counted: Vec<Money>,
    pub units: Vec<u32>,
    pub restock: Vec<u32>,
}

impl Plan {
    /// `step` is the amount of which the provider sends only multiples.
    pub fn new(order: &Order, what: &RefundOf, step: i64) -> Result<Self, SaleError> {
        let plan = match what {
            RefundOf::Rest => Self::rest(order)?,
            RefundOf::Amount(amount) => Self::amount(order, *amount)?,
            RefundOf::Lines { lines, shipping } => Self::pieces(order, lines, *shipping, step)?,
        };
        let none = plan.counted.iter().all(|counted| counted.amount == 0);
        if none && plan.units.iter().chain(&plan.restock).all(|units| *units == 0) {
            return Err(RefundError::Nothing.into());
        }
        Ok(plan)
    }

    /// Whether only goods come back, because their money was given back before.
    pub fn goods_only(&self, order: &Order) -> bool {
        let gone = |place: usize| {
            let cost = order.price.lines.get(place).is_some_and(|price| price.split.measure().amount > 0);
            let left = order.left().is_ok_and(|left| left.get(place).is_some_and(|left| left.amount > 0));
            cost && !left
        };
        let mut back = self.restock.iter().enumerate().filter(|(_, units)| **units > 0).peekable();
        back.peek().is_some()
            && self.counted.iter().all(|counted| counted.amount == 0)
            && back.all(|(place, _)| gone(place))
    }

    /// A plan that gives back nothing.
    fn none(order: &Order) -> Self {
        let zero = Money::zero(order.total().currency);
        let lines = order.lines.len();
        Self { counted: vec![zero; lines.saturating_add(1)], units: vec![0; lines], restock: vec![0; lines] }
    }

    fn rest(order: &Order) -> Result<Self, SaleError> {
        let units = order.lines.iter().enumerate().map(|(place, _)| units_left(order, place)).collect();
        Ok(Self { counted: order.left()?, units, ..Self::none(order) })
    }

    /// If the amount is all that is left, the plan is the same as for the rest.
    fn amount(order: &Order, amount: Money) -> Result<Self, SaleError> {
        let left = order.refundable()?;
        let most = Money::sum(amount.currency, left.iter().copied())?;
        not_negative(amount, RefundField::Amount)?;
        within(amount, most, None)?;
        match amount {
            _ if amount.amount == 0 => Err(RefundError::Nothing.into()),
            _ if amount == most => Self::rest(order),
            _ => {
                let weights: Vec<_> = left.iter().map(|left| left.amount).collect();
                Ok(Self { counted: amount.allocate(&weights)?, ..Self::none(order) })
            }
        }
    }

    fn pieces(order: &Order, lines: &[LineRefund], shipping: Option<Money>, step: i64) -> Result<Self, SaleError> {
        let mut plan = Self::none(order);
        let left = order.left()?;
        let mut seen = BTreeSet::new();
        for (at, wanted) in lines.iter().enumerate() {
            let place = usize::try_from(wanted.line).unwrap_or(usize::MAX);
            let fresh = seen.insert(place) && place < order.lines.len();
            let (Some(counted), Some(units), Some(restock), true) =
                (plan.counted.get_mut(place), plan.units.get_mut(place), plan.restock.get_mut(place), fresh)
            else {
                return Err(RefundError::NoSuchLine(at).into());
            };
            (*counted, *units) = of_line(order, (at, place), wanted, step)?;
            *restock = came_back(order, (at, place), wanted)?;
        }
        if let (Some(wanted), Some(last), Some(left)) = (shipping, plan.counted.last_mut(), left.last()) {
            not_negative(wanted, RefundField::Shipping)?;
            within(wanted, *left, None)?;
            *last = wanted;
        }
        Ok(plan)
    }
}

/// The amount of a line that goes back, and the units that it is for.
fn of_line(
    order: &Order,
    (at, place): (usize, usize),
    wanted: &LineRefund,
    step: i64,
) -> Result<(Money, u32), SaleError> {
    let (Some(line), Some(price)) = (order.lines.get(place), order.price.lines.get(place)) else {
        return Err(RefundError::NoSuchLine(at).into());
    };
    let (all, units_left) = (price.split.measure(), units_left(order, place));
    let left = order.left()?.get(place).copied().unwrap_or(Money::zero(all.currency));
    match (wanted.amount, wanted.quantity) {
        (_, Some(units)) if units > line.quantity => {
            Err(RefundError::TooManyUnits { at, restock: false, units: line.quantity }.into())
        }
        (_, Some(units)) if units > units_left => {
            Err(RefundError::TooFewUnitsLeft { line: wanted.line, left: units_left }.into())
        }
        (Some(amount), units) => {
            // If a coupon paid for all of the line, nothing of it goes to the buyer.
            let most = if price.split.paid.amount == 0 { price.split.paid } else { left };
            not_negative(amount, RefundField::Line(at))?;
            within(amount, most, Some(wanted.line))?;
            Ok((amount, units.unwrap_or(0)))
        }
        (None, Some(units)) => {
            let before = order.units_refunded_of(place);
            let up_to = |units: u32| part(all, units, line.quantity, step);
            let share = up_to(before.saturating_add(units))?.minus(up_to(before)?)?;
            // Money that was refunded as an amount is not refunded again with the units.
            if share.amount > 0 && left.amount == 0 && wanted.restock == 0 {
                return Err(RefundError::TooMuch { line: Some(wanted.line), left }.into());
            }
            Ok((share.lesser(left)?, units))
        }
        // Units of a line can still come back when no money of it is left.
        (None, None) if left.amount == 0 && all.amount > 0 => Ok((left, 0)),
        (None, None) => Ok((left, units_left)),
    }
}

/// The part of an amount for the first units, rounded down to what the provider can send: what rounding leaves over goes back with
/// the last unit.
fn part(all: Money, units: u32, of: u32, step: i64) -> Result<Money, SaleError> {
    if units == of {
        return Ok(all);
    }
    let overflow = || SaleError::from(tradewind_kernel::money::MoneyError::Overflow);
    let product = i128::from(all.amount).checked_mul(i128::from(units)).ok_or_else(overflow)?;
    let part = product.checked_div(i128::from(of)).and_then(|part| i64::try_from(part).ok()).ok_or_else(overflow)?;
    Ok(Money::new(part.saturating_sub(part.checked_rem(step).unwrap_or(0)), all.currency))
}

/// The units that come back, which must not have come back before.
fn came_back(order: &Order, (at, place): (usize, usize), wanted: &LineRefund) -> Result<u32, RefundError> {
    let quantity = order.lines.get(place).map_or(0, |line| line.quantity);
    let left = quantity.saturating_sub(order.restocked_of(place));
    match wanted.restock {
        units if units > quantity => Err(RefundError::TooManyUnits { at, restock: true, units: quantity }),
        units if units > left => Err(RefundError::TooFewUnitsLeft { line: wanted.line, left }),
        units => Ok(units),
    }
}

fn units_left(order: &Order, place: usize) -> u32 {
    order.lines.get(place).map_or(0, |line| line.quantity).saturating_sub(order.units_refunded_of(place))
}

fn not_negative(amount: Money, field: RefundField) -> Result<(), RefundError> {
    if amount.amount < 0 { Err(RefundError::Negative(field)) } else { Ok(()) }
}

fn within(amount: Money, left: Money, line: Option<u32>) -> Result<(), SaleError> {
    if left.minus(amount)?.amount < 0 { Err(RefundError::TooMuch { line, left }.into()) } else { Ok(()) }
}
