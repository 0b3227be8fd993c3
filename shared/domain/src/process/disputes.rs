//! What a dispute books: see [`crate::dispute`].

use super::{Booking, Changes, ProcessError, Purchase, coupon_unused, journal, refunds::end_if_given_up, timer};
use crate::{
    MarketplaceId, Money,
    dispute::{Dispute, DisputeStatus, DisputedOrder},
    event::Event,
    ledger::{Account, JournalKind},
    money::MoneyError,
    order::{Actor, Funds, OpenDispute, Order},
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

/// A bank takes a payment back, however much of it has gone back already or is disputed already. What is more than what is left is the
/// marketplace's to bear, as it is nobody's who sold something; the rest is held where it is.
pub fn dispute_opened(purchase: Purchase, opened: Opened, booking: Booking) -> Result<Changes, ProcessError> {
    let Purchase { payment, mut orders } = purchase;
    match payment.status {
        PaymentStatus::Captured | PaymentStatus::Returned => {}
        PaymentStatus::Pending | PaymentStatus::Expired => return Err(ProcessError::Unasked(opened.id)),
    }
    let Opened { id, amount, fee, reason } = opened;
    // Each currency has a ledger of its own: what is disputed in another one than was paid is no part of this sale's.
    if amount.currency != payment.amount.currency {
        return Err(MoneyError::Currencies(payment.amount.currency, amount.currency).into());
    }
    let left = orders.iter().map(left).collect::<Result<Vec<_>, _>>()?;
    let sold = amount.lesser(Money::sum(amount.currency, left.iter().copied())?)?;
    let beyond = amount.minus(sold)?;
    let shares = sold.allocate(&left.iter().map(|left| left.amount).collect::<Vec<_>>())?;
    let (mut disputed, mut debits) = (vec![], vec![(Account::Disputes, amount), (Account::PlatformFee, fee)]);
    let mut credits = vec![(Account::ProviderClearing, amount.plus(fee)?)];
    let (now, events) = (booking.now, vec![Event::DisputeOpened { dispute: id.clone() }]);
    for (order, share) in orders.iter_mut().zip(shares) {
        // An order that was never paid, or has gone back whole, has no part in it. What was paid for one too late goes back, or is owed to
        // the buyer: it is not sent while the bank may give it.
        if share.amount == 0 && order.total().amount > 0 && payment.status != PaymentStatus::Returned {
            continue;
        }
        let mut held = Money::zero(amount.currency);
        if order.funds == Funds::Released {
            held = order.shared(part(order, share)?)?.seller;
            debits.push((Account::SellerPayable(order.seller.clone()), held));
            credits.push((Account::Disputes, held));
        }
        order.disputes.push(OpenDispute { id: id.clone(), amount: share });
        order.tell(Actor::Provider, "The buyer's bank disputes the payment; its money is held.".into(), now);
        disputed.push(DisputedOrder { order: order.id.clone(), seller: order.seller.clone(), amount: share, held });
    }
    orders.retain(|order| disputed.iter().any(|part| part.order == order.id));
    let journal = journal(booking, JournalKind::DisputeOpened, &id, &debits, &credits)?;
    let dispute = Dispute {
        id,
        payment: payment.id,
        amount,
        fee,
        beyond: Some(beyond).filter(|beyond| beyond.amount > 0),
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

/// The bank decided. Nothing if that is known already; the contrary of what is known is for an administrator to look at.
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
        DisputeStatus::Won if won => return Ok(None),
        DisputeStatus::Lost if !won => return Ok(None),
        DisputeStatus::Won => return Err(ProcessError::Contrary(format!("{} was won, and is lost", dispute.id))),
        DisputeStatus::Lost => return Err(ProcessError::Contrary(format!("{} was lost, and is won", dispute.id))),
    }
    let (mut debits, mut credits) = (vec![], vec![]);
    let mut changes = Changes::default();
    if won {
        debits.push((Account::ProviderClearing, dispute.amount));
        credits.push((Account::Disputes, dispute.amount));
    } else if let Some(beyond) = dispute.beyond {
        debits.push((Account::PlatformFee, beyond));
        credits.push((Account::Disputes, beyond));
    }
    let Purchase { mut payment, mut orders } = purchase;
    let mut beyond = dispute.beyond.filter(|_| !won).map_or(0, |beyond| beyond.amount);
    let mut changed = vec![];
    for order in &mut orders {
        // What goes back twice is what had gone back before.
        let twice = given_back(order, payment.status)?.min(beyond);
        beyond = beyond.saturating_sub(twice);
        order.bank_gave = order.bank_gave.saturating_add(twice);
        let Some(part) = dispute.orders.iter().find(|part| part.order == order.id) else {
            changed.extend((twice > 0).then(|| order.id.clone()));
            continue;
        };
        changed.push(order.id.clone());
        order.disputes.retain(|open| open.id != dispute.id);
        order.disputed_of_old = false;
        if won {
            debits.push((Account::Disputes, part.held));
            credits.push((Account::SellerPayable(order.seller.clone()), part.held));
            order.tell(Actor::Provider, "The bank decided for the seller; the money came back.".into(), booking.now);
            // Time goes on for the order; what came due meanwhile was passed over.
            order.entered_at = booking.now;
            changes.timers.extend(timer(order, process, tenant));
            continue;
        }
        let lost = give_up(order, part.amount)?;
        let Split { paid, tax, commission_tax, .. } = order.shared(lost)?;
        if order.funds == Funds::Released {
            // The seller's part is held since the dispute was opened; by a unit it may be another than it would be now, which the
            // marketplace evens out.
            let taxes = tax.plus(commission_tax)?;
            let rest = paid.minus(part.held)?;
            debits.push((Account::PlatformFee, rest.minus(taxes)?));
            debits.push((Account::Tax, taxes));
            credits.push((Account::Disputes, rest));
        } else {
            debits.push((Account::Escrow, paid));
            credits.push((Account::Disputes, paid));
        }
        order.tell(Actor::Provider, "The bank decided for the buyer, who has the money.".into(), booking.now);
        end_if_given_up(order, process, Actor::Provider, booking.now, &mut changes)?;
        if !order.given_up {
            // For what is left of it time goes on.
            order.entered_at = booking.now;
            changes.timers.extend(timer(order, process, tenant));
        }
        if changes.coupon_of.is_some() {
            coupon_unused(&mut changes, payment.clone());
            payment = changes.payment.clone().unwrap_or(payment);
        }
    }
    orders.retain(|order| changed.contains(&order.id));
    let kind = if won { JournalKind::DisputeWon } else { JournalKind::DisputeLost };
    let status = if won { DisputeStatus::Won } else { DisputeStatus::Lost };
    let now = booking.now;
    changes.journal = journal(booking, kind, &dispute.id, &debits, &credits)?;
    changes.events.push(Event::DisputeDecided { dispute: dispute.id.clone() });
    changes.dispute = Some(Dispute { status, updated_at: now, ..dispute });
    changes.orders = orders;
    Ok(Some(changes))
}

/// What has not gone back to the buyer of an order that was paid, and is not disputed already.
fn left(order: &Order) -> Result<Money, ProcessError> {
    if !order.funds.paid() {
        return Ok(Money::zero(order.total().currency));
    }
    let left = Money::sum(order.total().currency, order.refundable()?)?;
    let disputed = Money::sum(left.currency, order.disputes.iter().map(|open| open.amount))?;
    Ok(left.minus(disputed)?)
}

/// What has gone back to the buyer, or was to.
fn given_back(order: &Order, payment: PaymentStatus) -> Result<i64, ProcessError> {
    let gone = match payment {
        // All that came too late, whether it could be sent or is owed.
        PaymentStatus::Returned => order.total(),
        PaymentStatus::Pending | PaymentStatus::Captured | PaymentStatus::Expired => {
            Money::sum(order.total().currency, order.gone_back())?
        }
    };
    Ok(gone.amount.saturating_sub(order.bank_gave).max(0))
}

/// Who would give back what of an amount, behind what the disputes before it take.
fn part(order: &Order, amount: Money) -> Result<Split, ProcessError> {
    let mut order = order.clone();
    for open in order.disputes.clone() {
        give_up(&mut order, open.amount)?;
    }
    give_up(&mut order, amount)
}

/// An amount of the order is gone, spread over what is left of its lines and shipping.
fn give_up(order: &mut Order, amount: Money) -> Result<Split, ProcessError> {
    let before = order.price.given_back(&order.refunded)?;
    let left = order.refundable()?;
    let amounts = match amount == Money::sum(amount.currency, left.iter().copied())? {
        // With the last of the buyer's money, the marketplace's goes back, too.
        true => order.left()?,
        false => amount.allocate(&left.iter().map(|left| left.amount).collect::<Vec<_>>())?,
    };
    order.refunded.resize(amounts.len(), 0);
    for (sum, amount) in order.refunded.iter_mut().zip(&amounts) {
        *sum = sum.saturating_add(amount.amount);
    }
    Ok(order.price.given_back(&order.refunded)?.minus(&before)?)
}
