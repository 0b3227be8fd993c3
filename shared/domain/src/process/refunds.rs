//! Money that goes back: what a refund takes from whom, before and after the seller was given theirs.

use super::{Booking, Changes, ProcessError, StockChange, StockMove, journal, moves_of};
use crate::{
    Id, Money, PaymentId, RefundId,
    event::Event,
    ledger::{Account, Journal, JournalKind},
    order::{Actor, Funds, Order, OrderLine},
    payment::AmountDiffers,
    pricing::Split,
    refund::{LineRefund, Refund, RefundError, RefundOf, RefundState, RefundedPiece},
    stock::part,
};
use std::collections::BTreeSet;

/// What is to go back, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundTerms {
    /// A new id.
    pub id: RefundId,
    /// What.
    pub what: RefundOf,
    /// Whether the marketplace keeps its commission, which the seller then bears.
    pub keep_fee: bool,
    /// Why.
    pub reason: Option<String>,
    /// Who makes it.
    pub by: Actor,
}

/// Sends money of an order back to its buyer. While it is in escrow it is taken from there; afterwards from whoever got it, in
/// the parts in which they got it: a seller who was paid out already is owed less than nothing then, and the next sales make
/// up for it.
pub fn refund(mut order: Order, terms: RefundTerms, booking: Booking) -> Result<Changes, ProcessError> {
    if order.disputed {
        return Err(ProcessError::Disputed);
    }
    let from_escrow = match order.funds {
        Funds::Escrow => true,
        Funds::Released => false,
        Funds::OnHold => return Err(RefundError::OnHold.into()),
        Funds::Awaited | Funds::NeverPaid => return Err(RefundError::NotPaid.into()),
        Funds::Returned => return Err(RefundError::Refunded(order.status).into()),
    };
    let plan = Plan::new(&order, &terms.what)?;
    let (refund, changes) = book(&mut order, plan, &terms, from_escrow, booking.clone())?;
    let told = format!("{} goes back to the buyer.", refund.amount);
    order.tell(terms.by, terms.reason.map_or(told.clone(), |reason| format!("{told} {reason}")), booking.now);
    let mut changes = Changes { new_refund: Some(refund.clone()), orders: vec![order], ..changes };
    let Refund { id, order, amount, .. } = refund;
    changes.events.push(Event::OrderRefunded { order, refund: id, amount });
    Ok(changes)
}

/// All that is left in escrow goes back, because the order's process ends so.
pub(super) fn rest(order: &mut Order, restocked: bool, by: Actor, booking: Booking) -> Result<Changes, ProcessError> {
    // An order's process gives its money back at most once.
    let id = RefundId::from_ulid(order.id.ulid());
    let terms = RefundTerms { id, what: RefundOf::Rest, keep_fee: false, reason: None, by };
    let units = if restocked { order.not_restocked() } else { vec![] };
    let mut changes = match Plan::new(order, &terms.what) {
        Ok(plan) => {
            let (refund, booked) = book(order, Plan { restock: units, ..plan }, &terms, true, booking)?;
            Changes { new_refund: Some(refund), ..booked }
        }
        // It cost nothing, or everything has gone back before.
        Err(ProcessError::Refund(RefundError::Nothing)) => {
            Changes { stock: restock(order, &units), ..Changes::default() }
        }
        Err(error) => return Err(error),
    };
    changes.events.insert(0, Event::OrderCancelled { order: order.id.clone() });
    Ok(changes)
}

/// All units come back that have not yet.
pub(super) fn restock_rest(order: &mut Order) -> Vec<StockChange> {
    let units = order.not_restocked();
    restock(order, &units)
}

/// The provider sent money back. `asked` is the journal that moved it to [`Account::Refunds`]: a refund, or the capture of a
/// payment that came too late.
pub fn refunded(
    asked: &Journal,
    refund: Option<Refund>,
    amount: Money,
    booking: Booking,
) -> Result<Changes, ProcessError> {
    let owed = asked.credited(&Account::Refunds).ok_or_else(|| ProcessError::Unasked(asked.subject.clone()))?;
    if owed != amount {
        return Err(AmountDiffers { asked: owed, captured: amount }.into());
    }
    let now = booking.now;
    let (debit, credit) = ((Account::Refunds, amount), (Account::ProviderClearing, amount));
    let journal = journal(booking, JournalKind::RefundSettled, &asked.subject, &[debit], &[credit])?;
    let refund = refund.map(|refund| Refund { state: RefundState::Settled, updated_at: now, ..refund });
    Ok(Changes { journal, refund, ..Changes::default() })
}

/// The provider could not send a refund, or it came back. The money stays in [`Account::Refunds`], or returns there: it is the
/// buyer's, whom the marketplace must pay in another way. Nothing if that is known already.
pub fn refund_failed(refund: Refund, reason: String, booking: Booking) -> Result<Option<Changes>, ProcessError> {
    let now = booking.now;
    let journal = match &refund.state {
        RefundState::Failed { .. } => return Ok(None),
        RefundState::Requested => None,
        RefundState::Settled => {
            let (debit, credit) = ((Account::ProviderClearing, refund.amount), (Account::Refunds, refund.amount));
            journal(booking, JournalKind::RefundReturned, &refund.id, &[debit], &[credit])?
        }
    };
    let refund = Refund { state: RefundState::Failed { reason }, updated_at: now, ..refund };
    Ok(Some(Changes { journal, refund: Some(refund), ..Changes::default() }))
}

/// The provider is asked to send money back; of nothing, nothing.
pub(super) fn request(payment: &PaymentId, subject: &str, amount: Money) -> Option<Event> {
    (amount.amount != 0).then(|| Event::RefundRequested {
        payment: payment.clone(),
        subject: subject.to_owned(),
        amount,
    })
}

/// How much of each piece, the lines and then the shipping, and units of each line that come back.
struct Plan {
    amounts: Vec<Money>,
    restock: Vec<u32>,
}

impl Plan {
    fn new(order: &Order, what: &RefundOf) -> Result<Self, ProcessError> {
        let left = order.refundable()?;
        let currency = order.total().currency;
        let zero = Money::zero(currency);
        let mut restock = vec![0; order.lines.len()];
        let amounts = match what {
            RefundOf::Rest => left,
            RefundOf::Amount(amount) => {
                let most = Money::sum(currency, left.iter().copied())?;
                within(*amount, most, None)?;
                amount.allocate(&left.iter().map(|left| left.amount).collect::<Vec<_>>())?
            }
            RefundOf::Lines { lines, shipping } => {
                let mut amounts = vec![zero; left.len()];
                let mut seen = BTreeSet::new();
                for wanted in lines {
                    let place = usize::try_from(wanted.line).unwrap_or(usize::MAX);
                    let fresh = seen.insert(place) && place < order.lines.len();
                    let (Some(amount), Some(units), Some(left), true) =
                        (amounts.get_mut(place), restock.get_mut(place), left.get(place), fresh)
                    else {
                        return Err(RefundError::NoSuchLine(wanted.line).into());
                    };
                    *amount = of_line(order, place, wanted, *left)?;
                    *units = wanted.restock;
                }
                if let (Some(wanted), Some(last), Some(left)) = (shipping, amounts.last_mut(), left.last()) {
                    within(*wanted, *left, None)?;
                    *last = *wanted;
                }
                amounts
            }
        };
        if amounts.iter().all(|amount| amount.amount == 0) {
            return Err(RefundError::Nothing.into());
        }
        Ok(Self { amounts, restock })
    }
}

/// How much of a line goes back.
fn of_line(order: &Order, place: usize, wanted: &LineRefund, left: Money) -> Result<Money, ProcessError> {
    let (Some(line), Some(price)) = (order.lines.get(place), order.price.lines.get(place)) else {
        return Err(RefundError::NoSuchLine(wanted.line).into());
    };
    let too_many = || RefundError::TooManyUnits { line: wanted.line, units: line.quantity };
    if wanted.restock > line.quantity.saturating_sub(order.restocked_of(place)) {
        return Err(too_many().into());
    }
    match (wanted.amount, wanted.quantity) {
        (Some(amount), _) => within(amount, left, Some(wanted.line)),
        (None, Some(units)) if units > line.quantity => Err(too_many().into()),
        // What rounding left over goes with the last units.
        (None, Some(units)) => Ok(price.split.paid.share(i64::from(units), i64::from(line.quantity))?.lesser(left)?),
        (None, None) => Ok(left),
    }
}

fn within(amount: Money, left: Money, line: Option<u32>) -> Result<Money, ProcessError> {
    if amount.amount < 0 {
        return Err(RefundError::Nothing.into());
    }
    if left.minus(amount)?.amount < 0 { Err(RefundError::TooMuch { line, left }.into()) } else { Ok(amount) }
}

/// Writes a refund in the order and in the ledger.
fn book(
    order: &mut Order,
    plan: Plan,
    terms: &RefundTerms,
    from_escrow: bool,
    booking: Booking,
) -> Result<(Refund, Changes), ProcessError> {
    let before = order.price.given_back(&order.refunded)?;
    order.refunded.resize(plan.amounts.len(), 0);
    for (sum, amount) in order.refunded.iter_mut().zip(&plan.amounts) {
        *sum = sum.saturating_add(amount.amount);
    }
    let split = order.price.given_back(&order.refunded)?.minus(&before)?;
    let stock = restock(order, &plan.restock);
    let refund = record(order, &plan, terms, split.paid, booking.now);
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

fn postings(
    order: &Order,
    split: Split,
    from_escrow: bool,
    keep_fee: bool,
) -> Result<(Postings, Postings), ProcessError> {
    let Split { paid, tax, commission, commission_tax, subsidy, seller } = split;
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

/// Units of each line come back: to the buckets that they came from, behind those that came back before.
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

fn record(order: &Order, plan: &Plan, terms: &RefundTerms, amount: Money, now: crate::Time) -> Refund {
    let piece = |(place, amount): (usize, &Money)| {
        let line = u32::try_from(place).ok().filter(|_| place < order.lines.len());
        RefundedPiece { line, restocked: plan.restock.get(place).copied().unwrap_or(0), amount: *amount }
    };
    let pieces = plan.amounts.iter().enumerate().map(piece);
    Refund {
        id: terms.id.clone(),
        order: order.id.clone(),
        payment: order.payment.clone(),
        seller: order.seller.clone(),
        amount,
        pieces: pieces.filter(|piece| piece.amount.amount != 0 || piece.restocked != 0).collect(),
        fee_kept: terms.keep_fee,
        reason: terms.reason.clone(),
        by: terms.by,
        state: RefundState::Requested,
        created_at: now,
        updated_at: now,
        version: 1,
    }
}
