//! The changes of each step of a sale: orders, payment, stock, ledger, events and timers, to be written in one transaction.
//!
//! Every function takes what was read and returns [`Changes`], or `None` if the step was taken before. Endpoints, queue consumers and
//! sweepers all use these functions, so that a cancellation books the same whoever asked for it.
//!
//! One payment pays for all orders of a checkout. While it is pending they are one [`Purchase`] and move together: they are paid
//! together, expire together, and cancelling one cancels all, because the payment's amount cannot be changed any more.

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

/// Everything that one step changes. It is written as a whole or not at all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// The orders in their new state; each was read before.
    pub orders: Vec<Order>,
    /// The payment in its new state, if it changed.
    pub payment: Option<Payment>,
    /// The payout in its new state, if it changed.
    pub payout: Option<Payout>,
    /// Refunds that were created, by a step that refunds.
    pub new_refunds: Vec<Refund>,
    /// The refund in its new state, if it changed.
    pub refund: Option<Refund>,
    /// A dispute that was opened.
    pub new_dispute: Option<Dispute>,
    /// The dispute in its new state, if it changed.
    pub dispute: Option<Dispute>,
    /// The use of a coupon that is given back, and the buyer who used it.
    pub unused_coupon: Option<(UsedCoupon, UserId)>,
    /// The buyer of a purchase that was not paid, to whose cart the lines return: see [`Changes::give_back`].
    pub unpaid_by: Option<UserId>,
    /// The cart in its new state, if it changed.
    pub cart: Option<Cart>,
    /// The units of stock that move.
    pub stock: Vec<StockChange>,
    /// The journal to be posted; `None` if all amounts are zero.
    pub journal: Option<Journal>,
    /// The events that the step emits.
    pub events: Vec<Event>,
    /// The timers that the step sets.
    pub timers: Vec<Timer>,
    /// The payment of an order that used a coupon and has ended with everything given back: see [`coupon_unused`].
    pub coupon_of: Option<PaymentId>,
}

impl Changes {
    /// Puts the lines of a purchase that was not paid back into the buyer's cart.
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

/// The time of a step, and the id of the journal that it may post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booking {
    /// The moment at which the step is taken.
    pub now: Time,
    /// A new id for the journal.
    pub journal: JournalId,
}

/// A payment with all the orders that it pays for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purchase {
    /// The payment.
    pub payment: Payment,
    /// All orders of the payment.
    pub orders: Vec<Order>,
}

/// Why a step cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SaleError {
    /// The process does not allow it.
    #[error(transparent)]
    Transition(#[from] TransitionError),
    /// The order is not paid yet: it moves only together with its whole [`Purchase`].
    #[error("an order that is not paid moves with its payment")]
    WholePurchase,
    /// The provider reports another amount than was requested.
    #[error(transparent)]
    Amount(#[from] AmountDiffers),
    /// The provider reports something that was never requested.
    #[error("the provider reports what was not asked for: {0}")]
    Unasked(String),
    /// The provider reports the contrary of an earlier report.
    #[error("the provider reports the contrary of what it reported before: {0}")]
    Contrary(String),
    /// The bank decided about another amount than is disputed.
    #[error("the bank decides about {decided}, and {disputed} is disputed")]
    DecidedOtherwise {
        /// The amount that the bank decided about.
        decided: Money,
        /// The amount that was disputed.
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
    /// A payout cannot be settled like this.
    #[error(transparent)]
    Payout(#[from] PayoutError),
    /// A split that was frozen in an order cannot be divided.
    #[error(transparent)]
    Split(#[from] SplitError),
    /// The journal does not balance.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// An amount is too large.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// Takes a step of one paid order.
pub fn advance(
    order: Order,
    process: &OrderProcess,
    (transition, by): (&TransitionName, Actor),
    shipment: Option<Shipment>,
    tenant: &MarketplaceId,
    booking: Booking,
) -> Result<Changes, SaleError> {
    let (shipped, disputed) = (shipment.is_some(), order.is_disputed());
    let (mut order, actions) = order.step(process, transition, by, shipment, booking.now)?;
    if disputed && actions.iter().any(|action| matches!(action, Action::Release | Action::Refund)) {
        return Err(SaleError::Disputed);
    }
    let mut changes = Changes::default();
    for action in &actions {
        match action {
            Action::Capture | Action::Unreserve => return Err(SaleError::WholePurchase),
            // A fee is kept by the release that precedes it.
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
            // Units that come back with a refund are booked together with it.
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

/// Takes a timer's step, unless the order has left its state, or entered it again later than the timer knows.
pub fn elapse(
    order: Order,
    process: &OrderProcess,
    tenant: &MarketplaceId,
    booking: Booking,
) -> Result<Option<Changes>, SaleError> {
    match process.timer(&order.status) {
        // The bank's decision sets the timer anew.
        Some(_) if order.is_disputed() || order.stopped => Ok(None),
        Some((rule, after)) if order.entered_at.after(after) <= booking.now => {
            advance(order, process, (&rule.name, Actor::Timer), None, tenant, booking).map(Some)
        }
        Some(_) | None => Ok(None),
    }
}

/// The timer for the next step from the order's current state, if there is one.
fn timer(order: &Order, process: &OrderProcess, tenant: &MarketplaceId) -> Option<Timer> {
    if order.stopped {
        return None;
    }
    let (_, after) = process.timer(&order.status)?;
    let due_at = order.entered_at.after(after);
    Some(Timer { due_at, marketplace: tenant.clone(), due: Due::Order(order.id.clone()) })
}

/// Releases what is left in escrow to the seller, the marketplace and the tax account. Without a fee the seller also gets the
/// commission. The marketplace bears the discount of its own coupons, which may exceed its commission.
fn release(order: &Order, booking: Booking) -> Result<Option<Journal>, SaleError> {
    let left = order.price.totals.split.minus(&order.price.given_back(&order.refunded)?)?;
    let Split { paid, tax, commission, commission_tax, subsidy, seller } = order.shared(left)?;
    let credits = [
        (Account::SellerPayable(order.seller.clone()), seller),
        (Account::PlatformFee, commission.minus(subsidy)?),
        (Account::Tax, tax.plus(commission_tax)?),
    ];
    Ok(journal(booking, JournalKind::Release, &order.id, &[(Account::Escrow, paid)], &credits)?)
}

/// The buyer, or an administrator, cancels a purchase that is not paid: all its orders take this step, and its payment ends. Money
/// that arrives all the same goes back, as after an expiry.
pub fn call_off(
    purchase: Purchase,
    process: &OrderProcess,
    (transition, by): (&TransitionName, Actor),
    now: Time,
) -> Result<Option<Changes>, SaleError> {
    end(purchase, process, (transition, by), now, |order| {
        Event::Order(OrderEvent::Cancelled { order: order.id.clone() })
    })
}

/// Ends a purchase because the time to pay is over.
pub fn expire(purchase: Purchase, process: &OrderProcess, now: Time) -> Result<Option<Changes>, SaleError> {
    let step = (&TransitionName::expire(), Actor::Timer);
    end(purchase, process, step, now, |order| Event::Order(OrderEvent::Expired { order: order.id.clone() }))
}

fn end(
    purchase: Purchase,
    process: &OrderProcess,
    (transition, by): (&TransitionName, Actor),
    now: Time,
    event: impl Fn(&Order) -> Event,
) -> Result<Option<Changes>, SaleError> {
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

/// The provider captured the money. If it came in time, it pays for every order; if it came too late, it goes back.
pub fn capture(
    purchase: Purchase,
    process: &OrderProcess,
    amount: Money,
    tenant: &MarketplaceId,
    booking: Booking,
) -> Result<Option<Changes>, SaleError> {
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

/// The provider declined the card.
pub fn decline(payment: Payment, reason: String, now: Time) -> Option<Changes> {
    let payment = payment.failed(reason.clone(), now)?;
    let events = vec![Event::Payment(PaymentEvent::Failed { payment: payment.id.clone(), reason })];
    Some(Changes { payment: Some(payment), events, ..Changes::default() })
}

/// The stock moves for all lines of an order, in the buckets from which they took their units.
pub fn moves(order: &Order, how: StockMove) -> Vec<StockChange> {
    let all = |(place, line): (usize, &OrderLine)| moves_of(line, order.shares(place), how);
    order.lines.iter().enumerate().flat_map(all).collect()
}

/// The stock moves for units of one line, in these buckets.
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

/// Makes a journal of debits and credits, either of which may be negative. For amounts of zero there is none.
fn journal(
    booking: Booking,
    kind: JournalKind,
    subject: impl std::fmt::Display,
    debits: &[(Account, Money)],
    credits: &[(Account, Money)],
) -> Result<Option<Journal>, LedgerError> {
    // Sums the postings by account, because an account has one entry in a journal.
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
