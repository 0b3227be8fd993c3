//! Refunds at the provider: they are sent, or they fail and are settled in another way.

use super::{
    super::{Purchase, journal},
    Booking, Changes, SaleError, request,
};
use crate::Event;
use tradewind_kernel::{Id, Money, OrderId, RefundId};
use tradewind_ledger::{Account, Journal, JournalKind};
use tradewind_orders::{
    Actor, Order, RefundEvent,
    refund::{Refund, RefundState, RefundedPiece, UnsentError},
};
use tradewind_payments::{AmountDiffers, PaymentStatus};

/// The provider sent money back. `asked` is the journal that moved it to [`Account::Refunds`]: that of a refund, or of the capture of
/// a payment that came too late. A refund that is tried again has no such journal of its own: its money has been there since the
/// first try.
pub fn refunded(
    asked: Option<&Journal>,
    refund: Option<Refund>,
    (subject, amount): (&str, Money),
    booking: Booking,
) -> Result<Option<Changes>, SaleError> {
    let owed = match (&refund, asked) {
        (Some(refund), _) => Some(refund.amount),
        (None, asked) => asked.and_then(|journal| journal.credited(&Account::Refunds)),
    };
    let owed = owed.ok_or_else(|| SaleError::Unasked(subject.to_owned()))?;
    match refund.as_ref().map(|refund| &refund.state) {
        None | Some(RefundState::Requested) => {}
        // It was reported before, or has come back since, which is the later news.
        Some(RefundState::Settled | RefundState::Failed { .. } | RefundState::SettledOtherwise { .. }) => {
            return Ok(None);
        }
    }
    if owed != amount {
        return Err(AmountDiffers { asked: owed, captured: amount }.into());
    }
    let now = booking.now;
    let (debit, credit) = ((Account::Refunds, amount), (Account::ProviderClearing, amount));
    let journal = journal(booking, JournalKind::RefundSettled, subject, &[debit], &[credit])?;
    let refund = refund.map(|refund| Refund { state: RefundState::Settled, updated_at: now, ..refund });
    Ok(Some(Changes { journal, refund, ..Changes::default() }))
}

/// The note on a refund that is settled because a bank has given the money.
const BY_BANK: &str = "The buyer's bank had given it to them.";

/// The provider could not send a refund, or it came back. The money stays in [`Account::Refunds`], or returns there: it belongs to
/// the buyer, and the order records that until the refund is tried again or settled in another way. If a bank has given the buyer the
/// money by now, nothing is owed: the refund is settled, or, if it came back, waits for [`settle_by_bank`]. Returns `None` if the
/// failure is known already.
pub fn refund_failed(
    refund: Refund,
    Purchase { payment: _, mut orders }: Purchase,
    reason: String,
    booking: Booking,
) -> Result<Option<Changes>, SaleError> {
    let now = booking.now;
    let sent = match &refund.state {
        RefundState::Failed { .. } | RefundState::SettledOtherwise { .. } => return Ok(None),
        RefundState::Requested => false,
        RefundState::Settled => true,
    };
    let missing = || SaleError::Unasked(refund.id.to_string());
    let at = orders.iter().position(|order| order.id == refund.order).ok_or_else(missing)?;
    let order = orders.get_mut(at).ok_or_else(missing)?;
    order.unsent = order.unsent.saturating_add(refund.amount.amount);
    let owed = order.still_owed();
    let mut touched = if orders.iter().any(Order::is_disputed) { vec![] } else { draw(&mut orders, at, owed) };
    let order = orders.get_mut(at).ok_or_else(missing)?;
    // Only if the bank has given all of it by now, and no open dispute can change that.
    let by_bank = !order.is_disputed()
        && refund.amount.amount > 0
        && order.bank_gave >= refund.amount.amount
        && order.still_owed() == 0;
    let state = RefundState::Failed { reason: reason.clone(), retried_as: None };
    let failed = Refund { state, updated_at: now, ..refund.clone() };
    let mut changes = match (by_bank, sent) {
        (true, false) => settle_refund(failed, order.clone(), BY_BANK.to_owned(), booking)?,
        (by_bank, _) => {
            let told = match by_bank {
                true => format!("{} came back to the provider. {BY_BANK}", refund.amount),
                false => unsent(Money::new(order.still_owed(), refund.amount.currency), &reason),
            };
            order.tell(Actor::Provider, told, now);
            let event = Event::Refund(RefundEvent::Failed { order: order.id.clone(), refund: refund.id.clone() });
            let (debit, credit) = ((Account::ProviderClearing, refund.amount), (Account::Refunds, refund.amount));
            let back = sent.then(|| journal(booking, JournalKind::RefundReturned, &refund.id, &[debit], &[credit]));
            Changes {
                orders: vec![order.clone()],
                journal: back.transpose()?.flatten(),
                events: (!by_bank).then_some(event).into_iter().collect(),
                refund: Some(failed),
                ..Changes::default()
            }
        }
    };
    touched.retain(|id| *id != refund.order);
    changes.orders.extend(orders.into_iter().filter(|order| touched.contains(&order.id)));
    Ok(Some(changes))
}

/// Moves to one order a part of what banks gave of the payment's other orders, beyond what is unsent of those, because a dispute
/// concerns the whole payment. Returns the orders that this changes.
pub(crate) fn draw(orders: &mut [Order], at: usize, wanted: i64) -> Vec<OrderId> {
    let surplus = |order: &Order| order.bank_gave.saturating_sub(order.unsent).max(0);
    let (mut drawn, mut changed) = (0_i64, vec![]);
    for (_, order) in orders.iter_mut().enumerate().filter(|(place, _)| *place != at) {
        let moved = surplus(order).min(wanted.saturating_sub(drawn)).max(0);
        order.bank_gave = order.bank_gave.saturating_sub(moved);
        drawn = drawn.saturating_add(moved);
        changed.extend((moved > 0).then(|| order.id.clone()));
    }
    if let Some(own) = orders.get_mut(at).filter(|_| drawn > 0) {
        own.bank_gave = own.bank_gave.saturating_add(drawn);
        changed.push(own.id.clone());
    }
    changed
}

/// Settles a failed refund of an order for which a bank has given the buyer the money since. Returns `None` if no bank has.
pub fn settle_by_bank(failed: Refund, order: Order, booking: Booking) -> Result<Option<Changes>, SaleError> {
    let waits = matches!(&failed.state, RefundState::Failed { retried_as: None, .. });
    if !waits || order.is_disputed() || failed.amount.amount > order.bank_gave {
        return Ok(None);
    }
    settle_refund(failed, order, BY_BANK.to_owned(), booking).map(Some)
}

/// Money that came too late could not be sent back, or returned. Each order of its payment records what of it is owed to the buyer,
/// and gets a failed refund, which can be tried again or settled like any other. `sent` is whether it was reported before that the
/// money had gone back.
pub fn late_money_not_returned(
    Purchase { payment, orders }: Purchase,
    sent: bool,
    reason: &str,
    booking: Booking,
) -> Result<Changes, SaleError> {
    if payment.status != PaymentStatus::Returned {
        return Err(SaleError::Unasked(payment.id.to_string()));
    }
    let (now, mut changes) = (booking.now, Changes::default());
    if sent {
        let (debit, credit) = ((Account::ProviderClearing, payment.amount), (Account::Refunds, payment.amount));
        changes.journal = journal(booking, JournalKind::RefundReturned, &payment.id, &[debit], &[credit])?;
    }
    for mut order in orders.into_iter().filter(|order| order.total().amount > 0) {
        let amount = order.total();
        let piece = |(place, amount): (usize, Money)| {
            let line = u32::try_from(place).ok().filter(|_| place < order.lines.len());
            let units = order.lines.get(place).map_or(0, |line| line.quantity);
            RefundedPiece { line, restocked: 0, units, amount }
        };
        let paid = order.price.pieces().map(|split| split.paid).enumerate().map(piece);
        let refund = Refund {
            id: late_refund(&order.id),
            order: order.id.clone(),
            payment: payment.id.clone(),
            seller: order.seller.clone(),
            amount,
            pieces: paid.filter(|piece| piece.amount.amount != 0).collect(),
            fee_kept: false,
            reason: None,
            by: Actor::Provider,
            state: RefundState::Failed { reason: reason.to_owned(), retried_as: None },
            retry_of: None,
            came_late: true,
            goods_only: false,
            created_at: now,
            updated_at: now,
            version: 1,
        };
        order.unsent = amount.amount;
        if order.still_owed() > 0 || order.is_disputed() {
            order.tell(Actor::Provider, unsent(amount, reason), now);
            changes
                .events
                .push(Event::Refund(RefundEvent::Failed { order: order.id.clone(), refund: refund.id.clone() }));
        } else {
            order.tell(Actor::Provider, format!("{amount} came back to the provider. {BY_BANK}"), now);
        }
        changes.new_refunds.push(refund);
        changes.orders.push(order);
    }
    // The payment's version decides if it is reported at the same moment that the money went back.
    changes.payment = Some(payment);
    Ok(changes)
}

/// The id of the refund of what was paid for an order too late: there is at most one, besides further tries.
pub fn late_refund(order: &OrderId) -> RefundId {
    RefundId::from_ulid(order.ulid())
}

fn unsent(amount: Money, reason: &str) -> String {
    let why = reason.replace('_', " ");
    format!("{amount} could not be sent back to the buyer ({why}). The marketplace owes it to them.")
}

/// An administrator tries a failed refund again: as a new refund, because providers repeat for the old one what they answered before.
/// Its money is in [`Account::Refunds`] already, so nothing is booked until it is settled. A bank gives the money of a payment for
/// all its orders together, so all of them are read to find what is still owed.
pub fn retry_refund(
    failed: Refund,
    Purchase { payment, orders }: Purchase,
    id: RefundId,
    booking: Booking,
) -> Result<Changes, SaleError> {
    let now = booking.now;
    let sum = |of: fn(&Order) -> i64| orders.iter().map(of).fold(0, i64::saturating_add);
    let owed = sum(|order| order.unsent).saturating_sub(sum(|order| order.bank_gave)).max(0);
    let owed = Money::new(owed, failed.amount.currency);
    let disputed = orders.iter().any(Order::is_disputed);
    let order = orders.into_iter().find(|order| order.id == failed.order);
    let mut order = order.ok_or_else(|| SaleError::Unasked(failed.id.to_string()))?;
    let reason = open_failure(&failed)?;
    // The buyer's bank may give them the money, or has given at least a part of it.
    if disputed {
        return Err(SaleError::Disputed);
    }
    if failed.amount.amount > owed.amount {
        return Err(UnsentError::BankGave { owed }.into());
    }
    let again = Refund {
        id: id.clone(),
        by: Actor::Admin,
        state: RefundState::Requested,
        retry_of: Some(failed.id.clone()),
        created_at: now,
        updated_at: now,
        version: 1,
        ..failed.clone()
    };
    order.unsent = order.unsent.saturating_sub(failed.amount.amount);
    order.tell(Actor::Admin, format!("{} is sent back to the buyer once more.", failed.amount), now);
    let state = RefundState::Failed { reason, retried_as: Some(id.clone()) };
    let refund = Refund { state, updated_at: now, ..failed };
    let events = request(&order.payment, id.as_str(), refund.amount).into_iter().collect();
    // If two refunds are tried again at once, each within what is owed for all orders, the payment's version makes one of them decide
    // anew.
    let payment = Some(payment);
    Ok(Changes {
        orders: vec![order],
        payment,
        refund: Some(refund),
        new_refunds: vec![again],
        events,
        ..Changes::default()
    })
}

/// An administrator has paid the buyer in another way, such as by bank transfer. The money that the provider could not send stays
/// there, and now belongs to the marketplace.
pub fn settle_refund(failed: Refund, mut order: Order, note: String, booking: Booking) -> Result<Changes, SaleError> {
    let now = booking.now;
    let reason = open_failure(&failed)?;
    if order.is_disputed() {
        return Err(SaleError::Disputed);
    }
    let (debit, credit) = ((Account::Refunds, failed.amount), (Account::PlatformFee, failed.amount));
    let journal = journal(booking, JournalKind::RefundSettledOtherwise, &failed.id, &[debit], &[credit])?;
    // If a bank gave a part of it, the marketplace has borne that.
    let given = order.bank_gave.min(failed.amount.amount);
    order.bank_gave = order.bank_gave.saturating_sub(given);
    order.unsent = order.unsent.saturating_sub(failed.amount.amount);
    let by_hand = Money::new(failed.amount.amount.saturating_sub(given), failed.amount.currency);
    let told = match (given, by_hand.amount) {
        (0, _) => format!("{by_hand} was paid to the buyer in another way. {note}"),
        (_, 0) => note.clone(),
        (given, _) => {
            let given = Money::new(given, by_hand.currency);
            format!("The buyer's bank had given them {given}, and {by_hand} was paid in another way. {note}")
        }
    };
    order.tell(Actor::Admin, told, now);
    let events =
        vec![Event::Refund(RefundEvent::SettledOtherwise { order: order.id.clone(), refund: failed.id.clone() })];
    let state = RefundState::SettledOtherwise { reason, note };
    let refund = Refund { state, updated_at: now, ..failed };
    Ok(Changes { orders: vec![order], journal, events, refund: Some(refund), ..Changes::default() })
}

/// Why a refund failed, if nothing has been done about it.
fn open_failure(refund: &Refund) -> Result<String, UnsentError> {
    match &refund.state {
        RefundState::Failed { reason, retried_as: None } => Ok(reason.clone()),
        RefundState::Failed { .. }
        | RefundState::Requested
        | RefundState::Settled
        | RefundState::SettledOtherwise { .. } => Err(UnsentError::NotFailed),
    }
}
