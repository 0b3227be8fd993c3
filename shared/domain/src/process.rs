//! What each step of a sale changes: orders, payment, stock, ledger, events and timers, to be written in one transaction.
//!
//! Every function takes what was read and answers [`Changes`], or `None` where the step has been taken before. Endpoints, queue
//! consumers and sweepers all come here, so that a cancellation books the same whoever asked for it.
//!
//! One payment pays all orders of a checkout. While it is pending they are one [`Purchase`] and move together: they are paid
//! together, expire together, and calling off one calls off all, because the payment's amount cannot be changed any more.

use crate::{
    JournalId, ListingId, MarketplaceId, Money, PayoutId, PayoutRunId, SellerId, Time, VariantId,
    event::Event,
    ledger::{Account, Journal, JournalKind, LedgerError, Posting},
    money::MoneyError,
    order::{AUTO_COMPLETE, Actor, Due, Effect, Order, Shipment, Timer, Transition, TransitionError},
    payment::{AmountDiffers, Captured, Payment},
    payout::{Payout, PayoutState},
};

/// A way in which units of stock move. Each is a transfer between two counters, so that no unit is made or lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StockMove {
    /// An order was placed.
    Reserve,
    /// It was not paid.
    Unreserve,
    /// It was paid.
    Sell,
    /// It was cancelled after payment.
    Return,
}

/// Units of a variant that move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockChange {
    /// The listing.
    pub listing: ListingId,
    /// The variant.
    pub variant: VariantId,
    /// How many: at least one.
    pub quantity: u32,
    /// From where to where.
    pub how: StockMove,
}

/// Everything that one step changes. It is written whole or not at all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Orders as they are now; each was read before.
    pub orders: Vec<Order>,
    /// The payment as it is now, if it changed.
    pub payment: Option<Payment>,
    /// The payout as it is now, if it changed.
    pub payout: Option<Payout>,
    /// Stock that moves.
    pub stock: Vec<StockChange>,
    /// What is booked; nothing if all amounts are zero.
    pub journal: Option<Journal>,
    /// What others are told.
    pub events: Vec<Event>,
    /// What is due later.
    pub timers: Vec<Timer>,
}

/// When a step is taken, and the id of the journal that it may enter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booking {
    /// The moment.
    pub now: Time,
    /// A new id.
    pub journal: JournalId,
}

/// A payment with all the orders it pays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purchase {
    /// The payment.
    pub payment: Payment,
    /// Its orders, all of them.
    pub orders: Vec<Order>,
}

/// Why a step cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProcessError {
    /// The process does not allow it.
    #[error(transparent)]
    Transition(#[from] TransitionError),
    /// The order is not paid: it moves only together with its whole [`Purchase`].
    #[error("an order that is not paid moves with its payment")]
    WholePurchase,
    /// The provider reports another amount than was asked for.
    #[error(transparent)]
    Amount(#[from] AmountDiffers),
    /// The provider reports something that was never asked for.
    #[error("the provider reports what was not asked for: {0}")]
    Unasked(String),
    /// What is to be booked does not balance.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// An amount does not fit.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// A step of one paid order.
pub fn advance(
    order: Order,
    transition: Transition,
    by: Actor,
    shipment: Option<Shipment>,
    tenant: &MarketplaceId,
    booking: Booking,
) -> Result<Changes, ProcessError> {
    let (order, effect) = order.step(transition, by, shipment, booking.now)?;
    let mut changes = Changes::default();
    match effect {
        Effect::None => {}
        Effect::Sell | Effect::Unreserve => return Err(ProcessError::WholePurchase),
        Effect::Release => {
            let credits =
                [(Account::SellerPayable(order.seller.clone()), order.earnings()?), (Account::PlatformFee, order.fee)];
            changes.journal =
                journal(booking.clone(), JournalKind::Release, &order.id, (Account::Escrow, order.total), credits)?;
            changes.events.push(Event::OrderCompleted { order: order.id.clone() });
        }
        Effect::Refund => {
            let (debit, credit) = ((Account::Escrow, order.total), [(Account::Refunds, order.total)]);
            changes.journal = journal(booking.clone(), JournalKind::Refund, &order.id, debit, credit)?;
            changes.stock = moves(&order, StockMove::Return);
            changes.events.push(Event::OrderCancelled { order: order.id.clone() });
            changes.events.extend(refund(&order.payment, order.id.as_str(), order.total));
        }
    }
    if transition == Transition::Ship {
        changes.events.push(Event::OrderShipped { order: order.id.clone() });
        let due = Due::Order(order.id.clone());
        changes.timers.push(Timer { due_at: booking.now.after(AUTO_COMPLETE), marketplace: tenant.clone(), due });
    }
    changes.orders.push(order);
    Ok(changes)
}

/// The buyer, or an administrator, calls off a purchase that is not paid: all its orders are cancelled and its payment ends.
/// Money that arrives all the same goes back, as after any expiry.
pub fn call_off(purchase: Purchase, by: Actor, now: Time) -> Result<Option<Changes>, ProcessError> {
    end(purchase, Transition::Cancel, by, now, |order| Event::OrderCancelled { order: order.id.clone() })
}

/// The time to pay is over.
pub fn expire(purchase: Purchase, now: Time) -> Result<Option<Changes>, ProcessError> {
    end(purchase, Transition::Expire, Actor::Timer, now, |order| Event::OrderExpired { order: order.id.clone() })
}

fn end(
    purchase: Purchase,
    transition: Transition,
    by: Actor,
    now: Time,
    event: impl Fn(&Order) -> Event,
) -> Result<Option<Changes>, ProcessError> {
    let Some(payment) = purchase.payment.expired(now) else { return Ok(None) };
    let mut changes = Changes { payment: Some(payment), ..Changes::default() };
    for order in purchase.orders {
        let (order, _) = order.step(transition, by, None, now)?;
        changes.stock.extend(moves(&order, StockMove::Unreserve));
        changes.events.push(event(&order));
        changes.orders.push(order);
    }
    Ok(Some(changes))
}

/// The provider captured the money. In time, it pays every order; too late, it goes back.
pub fn capture(purchase: Purchase, amount: Money, booking: Booking) -> Result<Option<Changes>, ProcessError> {
    let Purchase { payment, orders } = purchase;
    let (payment, meaning) = payment.captured(amount, booking.now)?;
    let mut changes = Changes::default();
    let held_in = match meaning {
        Captured::Again => return Ok(None),
        Captured::Pays => {
            for order in orders {
                let (order, _) = order.step(Transition::Pay, Actor::Provider, None, booking.now)?;
                changes.stock.extend(moves(&order, StockMove::Sell));
                changes.events.push(Event::OrderPaid { order: order.id.clone() });
                changes.orders.push(order);
            }
            Account::Escrow
        }
        Captured::TooLate => {
            changes.events.extend(refund(&payment.id, payment.id.as_str(), amount));
            Account::Refunds
        }
    };
    let debit = (Account::ProviderClearing, amount);
    changes.journal = journal(booking, JournalKind::Capture, &payment.id, debit, [(held_in, amount)])?;
    changes.payment = Some(payment);
    Ok(Some(changes))
}

/// The provider refused the card.
pub fn decline(payment: Payment, reason: String, now: Time) -> Option<Changes> {
    let payment = payment.failed(reason.clone(), now)?;
    let events = vec![Event::PaymentFailed { payment: payment.id.clone(), reason }];
    Some(Changes { payment: Some(payment), events, ..Changes::default() })
}

/// The provider sent money back. `asked` is the journal that moved it to [`Account::Refunds`]: the refund of an order, or the
/// capture of a payment that came too late.
pub fn refunded(asked: &Journal, amount: Money, booking: Booking) -> Result<Changes, ProcessError> {
    let owed = asked.credited(&Account::Refunds).ok_or_else(|| ProcessError::Unasked(asked.subject.clone()))?;
    if owed != amount {
        return Err(AmountDiffers { asked: owed, captured: amount }.into());
    }
    let (debit, credit) = ((Account::Refunds, amount), [(Account::ProviderClearing, amount)]);
    let journal = journal(booking, JournalKind::RefundSettled, &asked.subject, debit, credit)?;
    Ok(Changes { journal, ..Changes::default() })
}

/// A payout of all that a seller is owed; nothing if that is not more than zero.
pub fn pay_out(
    id: PayoutId,
    run: PayoutRunId,
    seller: SellerId,
    owed: Money,
    booking: Booking,
) -> Result<Option<(Payout, Changes)>, ProcessError> {
    if owed.amount <= 0 {
        return Ok(None);
    }
    let payout = Payout {
        id: id.clone(),
        run,
        seller: seller.clone(),
        amount: owed,
        state: PayoutState::Sent,
        created_at: booking.now,
        updated_at: booking.now,
        version: 1,
    };
    let (debit, credit) = ((Account::SellerPayable(seller), owed), [(Account::Payouts, owed)]);
    let journal = journal(booking, JournalKind::Payout, &id, debit, credit)?;
    let events = vec![Event::PayoutRequested { payout: id, amount: owed }];
    Ok(Some((payout, Changes { journal, events, ..Changes::default() })))
}

/// The provider says that a payout arrived. After it came back this is old news: the money is with the provider.
pub fn payout_arrived(mut payout: Payout, booking: Booking) -> Result<Option<Changes>, ProcessError> {
    match payout.state {
        PayoutState::Sent => {}
        PayoutState::Paid | PayoutState::Failed { .. } => return Ok(None),
    }
    payout.state = PayoutState::Paid;
    payout.updated_at = booking.now;
    let (debit, credit) = ((Account::Payouts, payout.amount), [(Account::ProviderClearing, payout.amount)]);
    let journal = journal(booking, JournalKind::PayoutSettled, &payout.id, debit, credit)?;
    let events = vec![Event::PayoutPaid { payout: payout.id.clone() }];
    Ok(Some(Changes { payout: Some(payout), journal, events, ..Changes::default() }))
}

/// The provider says that a payout came back, even some days after it arrived: the seller is owed it again.
pub fn payout_failed(mut payout: Payout, reason: String, booking: Booking) -> Result<Option<Changes>, ProcessError> {
    let came_from = match payout.state {
        PayoutState::Sent => Account::Payouts,
        PayoutState::Paid => Account::ProviderClearing,
        PayoutState::Failed { .. } => return Ok(None),
    };
    payout.state = PayoutState::Failed { reason };
    payout.updated_at = booking.now;
    let credit = [(Account::SellerPayable(payout.seller.clone()), payout.amount)];
    let journal = journal(booking, JournalKind::PayoutReturned, &payout.id, (came_from, payout.amount), credit)?;
    let events = vec![Event::PayoutFailed { payout: payout.id.clone() }];
    Ok(Some(Changes { payout: Some(payout), journal, events, ..Changes::default() }))
}

/// The stock of an order's lines, moving.
pub fn moves(order: &Order, how: StockMove) -> Vec<StockChange> {
    let change = |line: &crate::order::OrderLine| StockChange {
        listing: line.listing.clone(),
        variant: line.variant.clone(),
        quantity: line.quantity,
        how,
    };
    order.lines.iter().map(change).collect()
}

/// Nothing is sent back for an order that cost nothing.
fn refund(payment: &crate::PaymentId, subject: &str, amount: Money) -> Option<Event> {
    (amount.amount != 0).then(|| Event::RefundRequested {
        payment: payment.clone(),
        subject: subject.to_owned(),
        amount,
    })
}

/// A journal of one debit and its credits. A sale at a price of zero books nothing.
fn journal<const N: usize>(
    booking: Booking,
    kind: JournalKind,
    subject: impl std::fmt::Display,
    debit: (Account, Money),
    credits: [(Account, Money); N],
) -> Result<Option<Journal>, LedgerError> {
    let mut postings = vec![Posting::debit(debit.0, debit.1)];
    for (account, amount) in credits {
        postings.push(Posting::credit(account, amount)?);
    }
    match Journal::balanced(booking.journal, kind, subject, booking.now, postings) {
        Ok(journal) => Ok(Some(journal)),
        Err(LedgerError::Empty) => Ok(None),
        Err(error @ (LedgerError::Unbalanced(..) | LedgerError::Money(_))) => Err(error),
    }
}

#[cfg(test)]
mod tests;
