//! What each step of a sale changes: orders, payment, stock, ledger, events and timers, to be written in one transaction.
//!
//! Every function takes what was read and answers [`Changes`], or `None` where the step has been taken before. Endpoints, queue
//! consumers and sweepers all come here, so that a cancellation books the same whoever asked for it.
//!
//! One payment pays all orders of a checkout. While it is pending they are one [`Purchase`] and move together: they are paid
//! together, expire together, and calling off one calls off all, because the payment's amount cannot be changed any more.

mod apply;
mod explain;
mod held;
pub mod purchase;

pub use held::held;

mod event;

pub use event::Event;

use std::collections::BTreeMap;
use tradewind_catalog::stock::{Share, StockChange, StockMove};
use tradewind_disputes::Dispute;
use tradewind_kernel::{
    JournalId, MarketplaceId, Money, PaymentId, Time, UserId,
    money::MoneyError,
    timer::{Due, Timer},
};
use tradewind_ledger::{Account, Journal, JournalKind, LedgerError, Posting};
use tradewind_orders::{
    Actor, Order, OrderEvent, OrderLine, Shipment, TransitionError,
    cart::{Cart, CartLine},
    order_process::{Action, OrderProcess, TransitionName},
    refund::{Refund, RefundError, UnsentError},
};
use tradewind_payments::{AmountDiffers, Captured, Payment, PaymentEvent, ProviderTask};
use tradewind_payouts::{Payout, PayoutError};
use tradewind_pricing::{Split, SplitError, UsedCoupon};

mod claim;
mod coupons;
mod disputes;
mod free;
mod payouts;
mod refunds;
pub use claim::claim;
pub use coupons::coupon_unused;
pub use disputes::{Opened, dispute_closed, dispute_opened};
pub use free::pay_nothing;
pub use payouts::{pay_out, payout_arrived, payout_failed, settle_payout};
pub use refunds::{
    RefundTerms, late_money_not_returned, late_refund, refund, refund_failed, refunded, retry_refund, settle_by_bank,
    settle_refund,
};

/// Everything that one step changes. It is written whole or not at all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Orders as they are now; each was read before.
    pub orders: Vec<Order>,
    /// The payment as it is now, if it changed.
    pub payment: Option<Payment>,
    /// The payout as it is now, if it changed.
    pub payout: Option<Payout>,
    /// Refunds that were made: one of a step that refunds.
    pub new_refunds: Vec<Refund>,
    /// The refund as it is now, if it changed.
    pub refund: Option<Refund>,
    /// A dispute that was opened.
    pub new_dispute: Option<Dispute>,
    /// The dispute as it is now, if it changed.
    pub dispute: Option<Dispute>,
    /// A coupon that its buyer did not use after all.
    pub unused_coupon: Option<(UsedCoupon, UserId)>,
    /// Whose cart it comes back to, if a purchase is not paid: see [`Changes::give_back`].
    pub unpaid_by: Option<UserId>,
    /// The cart as it is now, if it changed.
    pub cart: Option<Cart>,
    /// Stock that moves.
    pub stock: Vec<StockChange>,
    /// What is booked; nothing if all amounts are zero.
    pub journal: Option<Journal>,
    /// What others are told.
    pub events: Vec<Event>,
    /// What is due later.
    pub timers: Vec<Timer>,
    /// The payment of an order that used a coupon and has ended with everything given back: see [`coupon_unused`].
    pub coupon_of: Option<PaymentId>,
}

impl Changes {
    /// What was not paid comes back to its buyer's cart.
    pub fn give_back(&mut self, mut cart: Cart, now: Time) {
        let lines = self.orders.iter().flat_map(|order| &order.lines).map(|line| CartLine {
            listing: line.listing.clone(),
            variant: line.variant.clone(),
            quantity: line.quantity,
        });
        cart.take_back(lines.collect(), now);
        self.cart = (cart.updated_at == now).then_some(cart);
    }
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
    /// The provider reports the contrary of what it reported before.
    #[error("the provider reports the contrary of what it reported before: {0}")]
    Contrary(String),
    /// The bank decided about another amount than is disputed.
    #[error("the bank decides about {decided}, and {disputed} is disputed")]
    DecidedOtherwise {
        /// What it decides about.
        decided: Money,
        /// What was disputed.
        disputed: Money,
    },
    /// The buyer's bank disputes the payment: its money stays where it is until the bank decides.
    #[error("the payment is disputed")]
    Disputed,
    /// A refund is not possible.
    #[error(transparent)]
    Refund(#[from] RefundError),
    /// A refund that failed is not to be settled so.
    #[error(transparent)]
    Unsent(#[from] UnsentError),
    /// A payout is not to be settled so.
    #[error(transparent)]
    Payout(#[from] PayoutError),
    /// What was frozen in an order cannot be taken apart.
    #[error(transparent)]
    Split(#[from] SplitError),
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
    process: &OrderProcess,
    (transition, by): (&TransitionName, Actor),
    shipment: Option<Shipment>,
    tenant: &MarketplaceId,
    booking: Booking,
) -> Result<Changes, ProcessError> {
    let (shipped, disputed) = (shipment.is_some(), order.is_disputed());
    let (mut order, actions) = order.step(process, transition, by, shipment, booking.now)?;
    if disputed && actions.iter().any(|action| matches!(action, Action::Release | Action::Refund)) {
        return Err(ProcessError::Disputed);
    }
    let mut changes = Changes::default();
    for action in &actions {
        match action {
            Action::Capture | Action::Unreserve => return Err(ProcessError::WholePurchase),
            // A fee is kept back in the release that stands before it.
            Action::Reserve | Action::Fee | Action::Unhold => {}
            Action::Hold => changes.events.push(Event::Order(OrderEvent::Disputed { order: order.id.clone() })),
            Action::Release => {
                order.fee_waived = !actions.contains(&Action::Fee);
                changes.journal = release(&order, booking.clone())?;
                changes.events.push(Event::Order(OrderEvent::Completed { order: order.id.clone() }));
            }
            Action::Refund => {
                changes = refunds::rest(&mut order, actions.contains(&Action::Restock), by, booking.clone())?;
            }
            // What comes back with a refund is counted with it.
            Action::Restock if actions.contains(&Action::Refund) => {}
            Action::Restock => changes.stock = refunds::restock_rest(&mut order),
        }
    }
    if shipped {
        changes.events.push(Event::Order(OrderEvent::Shipped { order: order.id.clone() }));
    }
    changes.timers.extend(timer(&order, process, tenant));
    changes.orders.push(order);
    Ok(changes)
}

/// Time moves an order on, unless it has left where it was, or came back there later than the timer knows.
pub fn elapse(
    order: Order,
    process: &OrderProcess,
    tenant: &MarketplaceId,
    booking: Booking,
) -> Result<Option<Changes>, ProcessError> {
    match process.timer(&order.status) {
        // The bank's decision sets the timer anew.
        Some(_) if order.is_disputed() || order.stopped => Ok(None),
        Some((rule, after)) if order.entered_at.after(after) <= booking.now => {
            advance(order, process, (&rule.name, Actor::Timer), None, tenant, booking).map(Some)
        }
        Some(_) | None => Ok(None),
    }
}

/// When time moves the order on from where it is now, if it does.
fn timer(order: &Order, process: &OrderProcess, tenant: &MarketplaceId) -> Option<Timer> {
    if order.stopped {
        return None;
    }
    let (_, after) = process.timer(&order.status)?;
    let due_at = order.entered_at.after(after);
    Some(Timer { due_at, marketplace: tenant.clone(), due: Due::Order(order.id.clone()) })
}

/// What is left in escrow becomes the seller's, the marketplace's and the tax office's. Without a fee the seller gets what the
/// commission would have been. The marketplace bears the discount of its own coupons, which may be more than its commission.
fn release(order: &Order, booking: Booking) -> Result<Option<Journal>, ProcessError> {
    let left = order.price.totals.split.minus(&order.price.given_back(&order.refunded)?)?;
    let Split { paid, tax, commission, commission_tax, subsidy, seller } = order.shared(left)?;
    let credits = [
        (Account::SellerPayable(order.seller.clone()), seller),
        (Account::PlatformFee, commission.minus(subsidy)?),
        (Account::Tax, tax.plus(commission_tax)?),
    ];
    Ok(journal(booking, JournalKind::Release, &order.id, &[(Account::Escrow, paid)], &credits)?)
}

/// The buyer, or an administrator, calls off a purchase that is not paid: all its orders take this step and its payment ends.
/// Money that arrives all the same goes back, as after any expiry.
pub fn call_off(
    purchase: Purchase,
    process: &OrderProcess,
    (transition, by): (&TransitionName, Actor),
    now: Time,
) -> Result<Option<Changes>, ProcessError> {
    end(purchase, process, (transition, by), now, |order| {
        Event::Order(OrderEvent::Cancelled { order: order.id.clone() })
    })
}

/// The time to pay is over.
pub fn expire(purchase: Purchase, process: &OrderProcess, now: Time) -> Result<Option<Changes>, ProcessError> {
    let step = (&TransitionName::expire(), Actor::Timer);
    end(purchase, process, step, now, |order| Event::Order(OrderEvent::Expired { order: order.id.clone() }))
}

fn end(
    purchase: Purchase,
    process: &OrderProcess,
    (transition, by): (&TransitionName, Actor),
    now: Time,
    event: impl Fn(&Order) -> Event,
) -> Result<Option<Changes>, ProcessError> {
    let Some(payment) = purchase.payment.expired(now) else { return Ok(None) };
    let unused_coupon = payment.coupon.clone().map(|used| (used, payment.buyer.clone()));
    let events = vec![Event::Provider(ProviderTask::PaymentEnded { payment: payment.id.clone() })];
    let unpaid_by = Some(payment.buyer.clone());
    let mut changes = Changes { payment: Some(payment), unused_coupon, unpaid_by, events, ..Changes::default() };
    for order in purchase.orders {
        let (order, _) = order.step(process, transition, by, None, now)?;
        changes.stock.extend(moves(&order, StockMove::Unreserve));
        changes.events.push(event(&order));
        changes.orders.push(order);
    }
    Ok(Some(changes))
}

/// The provider captured the money. In time, it pays every order; too late, it goes back.
pub fn capture(
    purchase: Purchase,
    process: &OrderProcess,
    amount: Money,
    tenant: &MarketplaceId,
    booking: Booking,
) -> Result<Option<Changes>, ProcessError> {
    let Purchase { payment, orders } = purchase;
    let (payment, meaning) = payment.captured(amount, booking.now)?;
    let mut changes = Changes::default();
    let held_in = match meaning {
        Captured::Again => return Ok(None),
        Captured::Pays => {
            for order in orders {
                let (order, _) = order.step(process, &TransitionName::pay(), Actor::Provider, None, booking.now)?;
                changes.stock.extend(moves(&order, StockMove::Sell));
                changes.events.push(Event::Order(OrderEvent::Paid { order: order.id.clone() }));
                changes.timers.extend(timer(&order, process, tenant));
                changes.orders.push(order);
            }
            Account::Escrow
        }
        Captured::TooLate => {
            for mut order in orders.into_iter().filter(|order| order.total().amount > 0) {
                let told = format!("{} arrived too late and goes back to the buyer.", order.total());
                order.tell(Actor::Provider, told, booking.now);
                changes.orders.push(order);
            }
            changes.events.push(Event::Payment(PaymentEvent::CameLate { payment: payment.id.clone() }));
            changes.events.extend(refunds::request(&payment.id, payment.id.as_str(), amount));
            Account::Refunds
        }
    };
    let debit = (Account::ProviderClearing, amount);
    changes.journal = journal(booking, JournalKind::Capture, &payment.id, &[debit], &[(held_in, amount)])?;
    changes.payment = Some(payment);
    Ok(Some(changes))
}

/// The provider refused the card.
pub fn decline(payment: Payment, reason: String, now: Time) -> Option<Changes> {
    let payment = payment.failed(reason.clone(), now)?;
    let events = vec![Event::Payment(PaymentEvent::Failed { payment: payment.id.clone(), reason })];
    Some(Changes { payment: Some(payment), events, ..Changes::default() })
}

/// The stock of an order's lines, moving in the buckets that they took it from.
pub fn moves(order: &Order, how: StockMove) -> Vec<StockChange> {
    let all = |(place, line): (usize, &OrderLine)| moves_of(line, order.shares(place), how);
    order.lines.iter().enumerate().flat_map(all).collect()
}

/// Units of one line, moving in these buckets.
fn moves_of(line: &OrderLine, shares: Vec<Share>, how: StockMove) -> Vec<StockChange> {
    let change = |Share { bucket, units }| StockChange {
        listing: line.listing.clone(),
        variant: line.variant.clone(),
        bucket,
        quantity: units,
        how,
    };
    shares.into_iter().map(change).collect()
}

/// A journal of debits and credits, either of which may be negative. A sale at a price of zero books nothing.
fn journal(
    booking: Booking,
    kind: JournalKind,
    subject: impl std::fmt::Display,
    debits: &[(Account, Money)],
    credits: &[(Account, Money)],
) -> Result<Option<Journal>, LedgerError> {
    // One posting an account: it has one entry of a journal.
    let mut sums: BTreeMap<&Account, Money> = BTreeMap::new();
    for (account, amount) in debits {
        let sum = sums.entry(account).or_insert_with(|| Money::zero(amount.currency));
        *sum = sum.plus(*amount)?;
    }
    for (account, amount) in credits {
        let sum = sums.entry(account).or_insert_with(|| Money::zero(amount.currency));
        *sum = sum.minus(*amount)?;
    }
    let postings = sums.into_iter().map(|(account, sum)| Posting::debit(account.clone(), sum));
    match Journal::balanced(booking.journal, kind, subject, booking.now, postings) {
        Ok(journal) => Ok(Some(journal)),
        Err(LedgerError::Empty) => Ok(None),
        Err(error @ (LedgerError::Unbalanced(..) | LedgerError::Money(_))) => Err(error),
    }
}

#[cfg(test)]
mod tests;
