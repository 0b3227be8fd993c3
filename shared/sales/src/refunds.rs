//! Refunds: what they take from whom, before and after the release to the seller.

mod plan;
mod unsent;

pub(super) use unsent::draw;
pub use unsent::{
    late_money_not_returned, late_refund, refund_failed, refunded, retry_refund, settle_by_bank, settle_refund,
};

use super::{Booking, Changes, SaleError, StockChange, StockMove, journal, moves_of};
use crate::Event;
use plan::Plan;
use tradewind_catalog::stock::part;
use tradewind_kernel::{Id, Money, PaymentId, RefundId};
use tradewind_ledger::{Account, JournalKind};
use tradewind_orders::{
    Actor, Funds, Order, OrderEvent, OrderLine,
    order_process::OrderProcess,
    refund::{Refund, RefundError, RefundOf, RefundState, RefundedPiece},
};
use tradewind_payments::ProviderTask;
use tradewind_pricing::Split;

/// What is to be refunded, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundTerms {
    /// A new id for the refund.
    pub id: RefundId,
    /// The part of the order that is refunded.
    pub what: RefundOf,
    /// Whether the marketplace keeps its commission, which the seller then bears.
    pub keep_fee: bool,
    /// The reason, if one is given.
    pub reason: Option<String>,
    /// Who makes the refund.
    pub by: Actor,
    /// The amount of which the provider sends only multiples, in minor units.
    pub step: i64,
}

/// Sends money of an order back to its buyer. While the money is in escrow it is taken from there; afterwards it is taken from
/// everybody who got a part of it, in proportion. A seller who was paid out already then has a negative balance, which the next sales
/// make up for. The subsidy of a marketplace's coupon goes back to the marketplace in the same proportion, even if the buyer paid
/// nothing.
///
/// When the last of it is refunded, the order ends: see [`end_if_given_up`].
pub fn refund(
    mut order: Order,
    process: &OrderProcess,
    terms: RefundTerms,
    booking: Booking,
) -> Result<Changes, SaleError> {
    // The goods of an order that was refunded may still come back, and be sold again.
    let over = order.funds == Funds::Returned || order.given_up;
    if order.is_disputed() && !over {
        return Err(SaleError::Disputed);
    }
    if over && !comes_back_only(&terms.what) {
        return Err(RefundError::Refunded(order.status).into());
    }
    let from_escrow = match order.funds {
        Funds::Escrow | Funds::Returned => true,
        Funds::Released => false,
        Funds::OnHold => return Err(RefundError::OnHold.into()),
        Funds::Awaited | Funds::NeverPaid => return Err(RefundError::NotPaid.into()),
    };
    let plan = Plan::new(&order, &terms.what, terms.step)?;
    let (refund, changes) = book(&mut order, plan, &terms, from_escrow, booking.clone())?;
    let told = match (refund.amount.amount, refund.goods_only) {
        (0, true) => "Goods came back, of which the money had gone back before.".to_owned(),
        (0, false) if order.total().amount == 0 => "It was taken back; the buyer had paid nothing for it.".to_owned(),
        (0, false) => "It was taken back; no money of the buyer's moves for it.".to_owned(),
        _ => format!("{} goes back to the buyer.", refund.amount),
    };
    order.tell(terms.by, terms.reason.map_or(told.clone(), |reason| format!("{told} {reason}")), booking.now);
    let mut changes = Changes { new_refunds: vec![refund.clone()], ..changes };
    let Refund { id, amount, .. } = refund;
    end_if_given_up(&mut order, process, terms.by, booking.now, &mut changes)?;
    let last = order.given_up && !over;
    changes.events.push(Event::Order(OrderEvent::Refunded { order: order.id.clone(), refund: id, amount, last }));
    changes.orders.push(order);
    Ok(changes)
}

fn comes_back_only(what: &RefundOf) -> bool {
    match what {
        RefundOf::Rest | RefundOf::Amount(_) => false,
        RefundOf::Lines { lines, .. } => lines.iter().any(|line| line.restock > 0),
    }
}

/// Ends an order of which everything was given back, in whatever way: as its process says, or otherwise in its current state. Its
/// goods can be sold again unless they were sent, and its coupon counts one order less.
pub(super) fn end_if_given_up(
    order: &mut Order,
    process: &OrderProcess,
    by: Actor,
    now: tradewind_kernel::Time,
    changes: &mut Changes,
) -> Result<(), SaleError> {
    // If the process itself gave the money back, the order is already in the right state.
    if order.given_up || order.funds == Funds::Returned || !order.is_all_back()? {
        return Ok(());
    }
    order.given_up = true;
    if matches!(order.funds, Funds::Escrow | Funds::OnHold) {
        order.funds = Funds::Returned;
    }
    let rule = process.state(&order.status).and_then(|state| state.when_refunded.as_ref());
    if rule.map_or(order.shipment.is_none(), |rule| rule.restock) {
        let rest = restock_rest(order);
        rest.into_iter().for_each(|change| add(&mut changes.stock, change));
    }
    order.stopped = rule.is_none();
    if let Some(rule) = rule {
        order.status = rule.to.clone();
        order.entered_at = now;
        let owed = order.still_owed();
        let gone = match owed {
            0 => "all of it has gone back.".to_owned(),
            owed => {
                format!(
                    "all of it has gone back, or is owed to the buyer: {}.",
                    Money::new(owed, order.total().currency)
                )
            }
        };
        order.tell(by, format!("{}: {gone}", process.label(&rule.to)), now);
    }
    changes.one_less(order);
    Ok(())
}

/// Refunds all that is left in escrow, because the order's process says so.
pub(super) fn rest(order: &mut Order, restocked: bool, by: Actor, booking: Booking) -> Result<Changes, SaleError> {
    // An order's process gives its money back at most once.
    let id = RefundId::from_ulid(order.id.ulid());
    let terms = RefundTerms { id, what: RefundOf::Rest, keep_fee: false, reason: None, by, step: 1 };
    let units = if restocked { order.not_restocked() } else { vec![0; order.lines.len()] };
    let mut changes = match Plan::new(order, &terms.what, terms.step) {
        Ok(plan) => {
            let (refund, booked) = book(order, Plan { restock: units, ..plan }, &terms, true, booking)?;
            // If nothing had to be paid, there is no refund to report.
            Changes {
                new_refunds: Some(refund).filter(|refund| refund.amount.amount != 0).into_iter().collect(),
                ..booked
            }
        }
        // Everything was refunded before.
        Err(SaleError::Refund(RefundError::Nothing)) => Changes { stock: restock(order, &units), ..Changes::default() },
        Err(error) => return Err(error),
    };
    changes.events.insert(0, Event::Order(OrderEvent::Cancelled { order: order.id.clone() }));
    changes.one_less(order);
    Ok(changes)
}

/// Restocks all units that have not come back yet.
pub(super) fn restock_rest(order: &mut Order) -> Vec<StockChange> {
    let units = order.not_restocked();
    restock(order, &units)
}

/// Adds a stock move; moves in the same bucket are added up, because a transaction may write to an item only once.
fn add(moves: &mut Vec<StockChange>, change: StockChange) {
    let same = |other: &&mut StockChange| {
        (&other.variant, other.bucket, other.how) == (&change.variant, change.bucket, change.how)
    };
    match moves.iter_mut().find(same) {
        Some(other) => other.quantity = other.quantity.saturating_add(change.quantity),
        None => moves.push(change),
    }
}

/// Asks the provider to send money back; for an amount of zero there is no task.
pub(super) fn request(payment: &PaymentId, subject: &str, amount: Money) -> Option<Event> {
    (amount.amount != 0).then(|| {
        Event::Provider(ProviderTask::RefundRequested { payment: payment.clone(), subject: subject.to_owned(), amount })
    })
}

/// Records a refund in the order and in the ledger.
fn book(
    order: &mut Order,
    plan: Plan,
    terms: &RefundTerms,
    from_escrow: bool,
    booking: Booking,
) -> Result<(Refund, Changes), SaleError> {
    let before = order.price.given_back(&order.refunded)?;
    let gone = order.gone_back();
    order.refunded.resize(plan.counted.len(), 0);
    for (sum, amount) in order.refunded.iter_mut().zip(&plan.counted) {
        *sum = sum.saturating_add(amount.amount);
    }
    order.refunded_units.resize(order.lines.len(), 0);
    for (sum, units) in order.refunded_units.iter_mut().zip(&plan.units) {
        *sum = sum.saturating_add(*units);
    }
    let split = order.price.given_back(&order.refunded)?.minus(&before)?;
    let stock = restock(order, &plan.restock);
    let refund = record(order, &plan, &gone, terms, split.paid, booking.now)?;
    let (debits, credits) = postings(order, split, from_escrow, terms.keep_fee)?;
    let changes = Changes {
        journal: journal(booking, JournalKind::Refund, &refund.id, &debits, &credits)?,
        events: request(&order.payment, refund.id.as_str(), refund.amount).into_iter().collect(),
        stock,
        ..Changes::default()
    };
    Ok((refund, changes))
}

type Postings = Vec<(Account, Money)>;

fn postings(order: &Order, split: Split, from_escrow: bool, keep_fee: bool) -> Result<(Postings, Postings), SaleError> {
    let Split { paid, tax, commission, commission_tax, subsidy, seller } = order.shared(split)?;
    let payable = Account::SellerPayable(order.seller.clone());
    let mut debits = if from_escrow {
        vec![(Account::Escrow, paid)]
    } else {
        vec![
            (payable.clone(), seller),
            (Account::PlatformFee, commission.minus(subsidy)?),
            (Account::Tax, tax.plus(commission_tax)?),
        ]
    };
    let mut credits = vec![(Account::Refunds, paid)];
    if keep_fee {
        debits.push((payable, commission.plus(commission_tax)?));
        credits.extend([(Account::PlatformFee, commission), (Account::Tax, commission_tax)]);
    }
    Ok((debits, credits))
}

/// Returns units of each line to the buckets from which they came, after those that returned before.
fn restock(order: &mut Order, units: &[u32]) -> Vec<StockChange> {
    if units.iter().all(|units| *units == 0) {
        return vec![];
    }
    let back = |(place, (line, units)): (usize, (&OrderLine, &u32))| {
        moves_of(line, part(&order.shares(place), order.restocked_of(place), *units), StockMove::Return)
    };
    let moved = order.lines.iter().zip(units).enumerate().flat_map(back).collect();
    order.restocked.resize(order.lines.len(), 0);
    for (sum, units) in order.restocked.iter_mut().zip(units) {
        *sum = sum.saturating_add(*units);
    }
    moved
}

/// `gone` is what had been given back of each piece before.
fn record(
    order: &Order,
    plan: &Plan,
    gone: &[Money],
    terms: &RefundTerms,
    amount: Money,
    now: tradewind_kernel::Time,
) -> Result<Refund, SaleError> {
    let goods_only = plan.goods_only(order);
    let mut pieces = vec![];
    for (place, (after, before)) in order.gone_back().into_iter().zip(gone).enumerate() {
        let line = u32::try_from(place).ok().filter(|_| place < order.lines.len());
        let units_of = |units: &[u32]| units.get(place).copied().unwrap_or(0);
        let (units, restocked) = (units_of(&plan.units), units_of(&plan.restock));
        let amount = after.minus(*before)?;
        if amount.amount != 0 || units != 0 || restocked != 0 {
            pieces.push(RefundedPiece { line, restocked, units, amount });
        }
    }
    Ok(Refund {
        id: terms.id.clone(),
        order: order.id.clone(),
        payment: order.payment.clone(),
        seller: order.seller.clone(),
        amount,
        pieces,
        fee_kept: terms.keep_fee,
        reason: terms.reason.clone(),
        by: terms.by,
        // For an amount of zero nothing has to be sent.
        state: if amount.amount == 0 { RefundState::Settled } else { RefundState::Requested },
        retry_of: None,
        came_late: false,
        goods_only,
        created_at: now,
        updated_at: now,
        version: 1,
    })
}
