//! What a dispute books: see [`crate::dispute`].

use super::{Booking, Changes, ProcessError, Purchase, journal, timer};
use crate::{
    MarketplaceId, Money,
    dispute::{Dispute, DisputeStatus, DisputedOrder},
    event::Event,
    ledger::{Account, JournalKind},
    money::MoneyError,
    order::{Actor, Funds, Order},
    order_process::OrderProcess,
    payment::PaymentStatus,
    pricing::Split,
};

/// What the provider says of a dispute that was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The provider's id for it.
    pub id: String,
    /// How much.
    pub amount: Money,
    /// What the provider takes for it.
    pub fee: Money,
    /// The bank's reason.
    pub reason: String,
}

/// A bank takes a payment back. It may take no more of it than has not gone back already.
pub fn dispute_opened(purchase: Purchase, opened: Opened, booking: Booking) -> Result<Changes, ProcessError> {
    let Purchase { payment, mut orders } = purchase;
    if payment.status != PaymentStatus::Captured {
        return Err(ProcessError::Unasked(opened.id));
    }
    let Opened { id, amount, fee, reason } = opened;
    // Each currency has a ledger of its own: what is disputed in another one than was paid is no part of this sale's.
    if amount.currency != payment.amount.currency {
        return Err(MoneyError::Currencies(payment.amount.currency, amount.currency).into());
    }
    let left = orders.iter().map(left).collect::<Result<Vec<_>, _>>()?;
    let shares = amount.allocate(&left.iter().map(|left| left.amount).collect::<Vec<_>>())?;
    let (mut disputed, mut debits) = (vec![], vec![(Account::Disputes, amount), (Account::PlatformFee, fee)]);
    let mut credits = vec![(Account::ProviderClearing, amount.plus(fee)?)];
    for (order, share) in orders.iter_mut().zip(shares) {
        let mut held = Money::zero(amount.currency);
        if order.funds == Funds::Released {
            held = part(order, share)?.seller;
            debits.push((Account::SellerPayable(order.seller.clone()), held));
            credits.push((Account::Disputes, held));
        }
        order.disputed = true;
        order.tell(Actor::Provider, "The buyer's bank disputes the payment; its money is held.".into(), booking.now);
        disputed.push(DisputedOrder { order: order.id.clone(), seller: order.seller.clone(), amount: share, held });
    }
    let (now, events) =
        (booking.now, orders.iter().map(|order| Event::OrderDisputed { order: order.id.clone() }).collect());
    let journal = journal(booking, JournalKind::DisputeOpened, &id, &debits, &credits)?;
    let dispute = Dispute {
        id,
        payment: payment.id,
        amount,
        fee,
        reason,
        status: DisputeStatus::Open,
        orders: disputed,
        evidence: vec![],
        created_at: now,
        updated_at: now,
        version: 1,
    };
    Ok(Changes { orders, journal, events, new_dispute: Some(dispute), ..Changes::default() })
}

/// The bank decided. Nothing if that is known already.
pub fn dispute_closed(
    purchase: Purchase,
    process: &OrderProcess,
    dispute: Dispute,
    won: bool,
    tenant: &MarketplaceId,
    booking: Booking,
) -> Result<Option<Changes>, ProcessError> {
    match dispute.status {
        DisputeStatus::Open => {}
        DisputeStatus::Won | DisputeStatus::Lost => return Ok(None),
    }
    let (mut debits, mut credits, mut timers) = (vec![], vec![], vec![]);
    if won {
        debits.push((Account::ProviderClearing, dispute.amount));
        credits.push((Account::Disputes, dispute.amount));
    }
    let mut orders = purchase.orders;
    for order in &mut orders {
        let Some(part) = dispute.orders.iter().find(|part| part.order == order.id) else { continue };
        if won {
            debits.push((Account::Disputes, part.held));
            credits.push((Account::SellerPayable(order.seller.clone()), part.held));
            order.tell(Actor::Provider, "The bank decided for the seller; the money came back.".into(), booking.now);
            // Time goes on for the order; what came due meanwhile was passed over.
            order.entered_at = booking.now;
            timers.extend(timer(order, process, tenant));
        } else {
            let Split { paid, tax, commission, commission_tax, subsidy, seller: _ } = give_up(order, part.amount)?;
            if order.funds == Funds::Released {
                debits.push((Account::PlatformFee, commission.minus(subsidy)?));
                debits.push((Account::Tax, tax.plus(commission_tax)?));
                credits.push((Account::Disputes, paid.minus(part.held)?));
            } else {
                debits.push((Account::Escrow, paid));
                credits.push((Account::Disputes, paid));
            }
            order.tell(Actor::Provider, "The bank decided for the buyer, who has the money.".into(), booking.now);
        }
        order.disputed = false;
    }
    let kind = if won { JournalKind::DisputeWon } else { JournalKind::DisputeLost };
    let status = if won { DisputeStatus::Won } else { DisputeStatus::Lost };
    let now = booking.now;
    let journal = journal(booking, kind, &dispute.id, &debits, &credits)?;
    let dispute = Dispute { status, updated_at: now, ..dispute };
    Ok(Some(Changes { orders, journal, timers, dispute: Some(dispute), ..Changes::default() }))
}

/// What has not gone back of an order.
fn left(order: &Order) -> Result<Money, ProcessError> {
    Ok(Money::sum(order.total().currency, order.refundable()?)?)
}

/// Who would give back what of an amount.
fn part(order: &Order, amount: Money) -> Result<Split, ProcessError> {
    give_up(&mut order.clone(), amount)
}

/// An amount of the order is gone, spread over what is left of its lines and shipping.
fn give_up(order: &mut Order, amount: Money) -> Result<Split, ProcessError> {
    let before = order.price.given_back(&order.refunded)?;
    let left = order.refundable()?;
    let amounts = amount.allocate(&left.iter().map(|left| left.amount).collect::<Vec<_>>())?;
    order.refunded.resize(amounts.len(), 0);
    for (sum, amount) in order.refunded.iter_mut().zip(&amounts) {
        *sum = sum.saturating_add(amount.amount);
    }
    Ok(order.price.given_back(&order.refunded)?.minus(&before)?)
}
