//! The bookings of disputes: see [`tradewind_disputes`].

use super::{
    Booking, Changes, Purchase, SaleError, coupon_unused, journal,
    refunds::{draw, end_if_given_up},
    timer,
};
use crate::Event;
use std::collections::BTreeSet;
use tradewind_disputes::{Dispute, DisputeEvent, DisputeStatus, DisputedOrder, Taken};
use tradewind_kernel::{MarketplaceId, Money, OrderId, Time, money::MoneyError};
use tradewind_ledger::{Account, JournalKind};
use tradewind_orders::{Actor, Funds, OpenDispute, Order, order_process::OrderProcess};
use tradewind_payments::PaymentStatus;
use tradewind_pricing::Split;

/// The provider's report of a dispute that was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The provider's id for the dispute.
    pub id: String,
    /// The amount that is disputed.
    pub amount: Money,
    /// The fee that the provider takes for the dispute.
    pub fee: Money,
    /// The bank's reason, in the provider's words.
    pub reason: String,
}

/// A bank takes a payment back, however much of it has been given back or is disputed already. The part beyond what is left is borne
/// by the marketplace, because no seller has it; the rest is held where it is.
pub fn dispute_opened(purchase: Purchase, opened: Opened, booking: Booking) -> Result<Changes, SaleError> {
    let Purchase { payment, mut orders } = purchase;
    match payment.status {
        PaymentStatus::Captured | PaymentStatus::Returned => {}
        PaymentStatus::Pending | PaymentStatus::Expired => return Err(SaleError::Unasked(opened.id)),
    }
    let Opened { id, amount, fee, reason } = opened;
    if amount.amount <= 0 || fee.amount < 0 {
        return Err(SaleError::Unasked(format!("{id} of {amount}, for a fee of {fee}")));
    }
    // Each currency has a ledger of its own: a dispute in another currency than the payment's is not part of this sale.
    if amount.currency != payment.amount.currency {
        return Err(MoneyError::Currencies(payment.amount.currency, amount.currency).into());
    }
    let left = orders.iter().map(left).collect::<Result<Vec<_>, _>>()?;
    let sold = amount.lesser(Money::sum(amount.currency, left.iter().copied())?)?;
    let beyond = amount.minus(sold)?;
    let shares = sold.allocate(&left.iter().map(|left| left.amount).collect::<Vec<_>>())?;
    let (mut disputed, mut debits) = (vec![], vec![(Account::Disputes, amount), (Account::PlatformFee, fee)]);
    let mut credits = vec![(Account::ProviderClearing, amount.plus(fee)?)];
    let (now, events) = (booking.now, vec![Event::Dispute(DisputeEvent::Opened { dispute: id.clone() })]);
    for (order, share) in orders.iter_mut().zip(shares) {
        // An order that was never paid has no part in the dispute. An order of which nothing is left, or all is disputed already,
        // waits for the decision all the same: a failed refund is not sent again while the bank may give the money, and what the bank
        // gave in another dispute may come back. The same holds for an order that was paid too late, whose money goes back or is owed
        // to the buyer.
        if !order.funds.paid() && payment.status != PaymentStatus::Returned {
            continue;
        }
        let mut held = Money::zero(amount.currency);
        if order.funds == Funds::Released {
            held = order.shared(part(order, share)?)?.seller;
            debits.push((Account::SellerPayable(order.seller.clone()), held));
            credits.push((Account::Disputes, held));
        }
        order.disputes.push(OpenDispute { id: id.clone(), amount: share });
        if !order.given_up {
            order.tell(Actor::Provider, "The buyer's bank disputes the payment; its money is held.".into(), now);
        }
        disputed.push(DisputedOrder {
            order: order.id.clone(),
            seller: order.seller.clone(),
            amount: share,
            held,
            taken: None,
        });
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

/// The bank decided. Returns `None` if the decision is known already. The contrary of a known decision, or another amount than was
/// disputed, is an error for an administrator to look at.
pub fn dispute_closed(
    purchase: Purchase,
    process: &OrderProcess,
    dispute: Dispute,
    (won, amount): (bool, Money),
    tenant: &MarketplaceId,
    booking: Booking,
) -> Result<Option<Changes>, SaleError> {
    match dispute.status {
        DisputeStatus::Open => {}
        DisputeStatus::Won if won => return Ok(None),
        DisputeStatus::Lost if !won => return Ok(None),
        DisputeStatus::Won => return Err(SaleError::Contrary(format!("{} was won, and is lost", dispute.id))),
        DisputeStatus::Lost => return Err(SaleError::Contrary(format!("{} was lost, and is won", dispute.id))),
    }
    if amount != dispute.amount {
        return Err(SaleError::DecidedOtherwise { decided: amount, disputed: dispute.amount });
    }
    let Purchase { payment, mut orders } = purchase;
    let ahead = orders.iter().map(|order| order.bank_ahead).fold(0, i64::saturating_add);
    let mut decided = Decided::new(dispute, won, ahead, booking.now);
    // What had been given back of each order before this.
    let before = orders.iter().map(|order| given_back(order, payment.status)).collect::<Result<Vec<_>, _>>()?;
    for order in &mut orders {
        decided.close(order)?;
    }
    decided.share_beyond(&mut orders, before, payment.status)?;
    let Decided { mut dispute, beyond, changed, mut debits, mut credits, .. } = decided;
    if beyond > 0 {
        let beyond = Money::new(beyond, amount.currency);
        debits.push((Account::PlatformFee, beyond));
        credits.push((Account::Disputes, beyond));
    }
    let mut changes = Changes { orders: vec![], ..Changes::default() };
    let mut payment = payment;
    orders.retain(|order| changed.contains(&order.id));
    for order in &mut orders {
        end_if_given_up(order, process, Actor::Provider, booking.now, &mut changes)?;
        if !order.given_up {
            // The timer begins anew for what is left of the order, because one that came due during the dispute was skipped.
            order.entered_at = booking.now;
            changes.timers.extend(timer(order, process, tenant));
        }
        if changes.coupon_of.is_some() {
            coupon_unused(&mut changes, payment.clone());
            payment = changes.payment.clone().unwrap_or(payment);
        }
    }
    let kind = if won { JournalKind::DisputeWon } else { JournalKind::DisputeLost };
    dispute.status = if won { DisputeStatus::Won } else { DisputeStatus::Lost };
    dispute.updated_at = booking.now;
    changes.journal = journal(booking, kind, &dispute.id, &debits, &credits)?;
    changes.events.push(Event::Dispute(DisputeEvent::Decided { dispute: dispute.id.clone() }));
    changes.dispute = Some(dispute);
    changes.orders = orders;
    Ok(Some(changes))
}

/// A bank's decision, and what it changes.
struct Decided {
    dispute: Dispute,
    won: bool,
    now: Time,
    /// For a lost dispute, the amount beyond what is left of the orders, in minor units.
    beyond: i64,
    /// The amount that banks gave although other disputes hold it, of all orders together, in minor units.
    ahead: i64,
    changed: BTreeSet<OrderId>,
    debits: Vec<(Account, Money)>,
    credits: Vec<(Account, Money)>,
}

impl Decided {
    fn new(dispute: Dispute, won: bool, ahead: i64, now: Time) -> Self {
        let beyond = dispute.beyond.filter(|_| !won).map_or(0, |beyond| beyond.amount);
        let (mut debits, mut credits) = (vec![], vec![]);
        if won {
            debits.push((Account::ProviderClearing, dispute.amount));
            credits.push((Account::Disputes, dispute.amount));
        }
        Self { dispute, won, now, beyond, ahead, changed: BTreeSet::new(), debits, credits }
    }

    /// Ends the dispute for an order. If it is lost, the order's part is gone. So is what is left of the order now and was not when
    /// the dispute was opened, because another dispute was won since and gave it back. If it is won, the part that another dispute
    /// had given the buyer is gone.
    fn close(&mut self, order: &mut Order) -> Result<(), SaleError> {
        let part = self.dispute.orders.iter().find(|part| part.order == order.id).cloned();
        if let Some(part) = &part {
            self.changed.insert(order.id.clone());
            order.disputes.retain(|open| open.id != self.dispute.id);
            order.disputed_of_old = false;
            if self.won {
                self.debits.push((Account::Disputes, part.held));
                self.credits.push((Account::SellerPayable(order.seller.clone()), part.held));
            } else {
                self.lose(order, part)?;
            }
            if !order.given_up && (order.total().amount > 0 || !self.won) {
                let end = match self.won {
                    true => "The bank decided for the seller; the money came back.",
                    false => "The bank decided for the buyer, who has the money.",
                };
                order.tell(Actor::Provider, end.into(), self.now);
            }
        }
        let taken = if self.won { self.ahead } else { self.beyond };
        let more = left(order)?.amount.min(taken);
        if more > 0 {
            self.take(order, Money::new(more, self.dispute.amount.currency), part.is_some())?;
        }
        Ok(())
    }

    /// Books that the part of an order that was held for this dispute is gone.
    fn lose(&mut self, order: &mut Order, part: &DisputedOrder) -> Result<(), SaleError> {
        // Money that came too late never belonged to anybody who sold something.
        if !order.funds.paid() {
            return Ok(());
        }
        let lost = give_up(order, part.amount)?;
        let Split { paid, tax, commission, commission_tax, subsidy, seller } = order.shared(lost)?;
        if order.funds == Funds::Released {
            // The seller's part has been held since the dispute was opened, computed after those that were open then: it may differ
            // from what it would be now.
            self.debits.push((Account::SellerPayable(order.seller.clone()), seller.minus(part.held)?));
            self.debits.push((Account::PlatformFee, commission.minus(subsidy)?));
            self.debits.push((Account::Tax, tax.plus(commission_tax)?));
            self.credits.push((Account::Disputes, paid.minus(part.held)?));
        } else {
            self.debits.push((Account::Escrow, paid));
            self.credits.push((Account::Disputes, paid));
        }
        Ok(())
    }

    /// Books that more of an order is gone than was held: everybody bears their part of it, and not the marketplace alone.
    fn take(&mut self, order: &mut Order, amount: Money, known: bool) -> Result<(), SaleError> {
        let split = give_up(order, amount)?;
        let Split { paid, tax, commission, commission_tax, subsidy, seller } = order.shared(split)?;
        let mut held = Money::zero(amount.currency);
        if order.funds == Funds::Released {
            held = seller;
            self.debits.push((Account::SellerPayable(order.seller.clone()), seller));
            self.debits.push((Account::PlatformFee, commission.minus(subsidy)?));
            self.debits.push((Account::Tax, tax.plus(commission_tax)?));
        } else {
            self.debits.push((Account::Escrow, paid));
        }
        self.changed.insert(order.id.clone());
        if self.won {
            // The marketplace has borne it since the other dispute was lost.
            self.credits.push((Account::PlatformFee, paid));
            self.ahead = self.ahead.saturating_sub(amount.amount);
            if let Some(part) = self.dispute.orders.iter_mut().find(|part| part.order == order.id) {
                part.taken = Some(Taken { amount, seller: held });
            }
            let told = format!("{amount} of it had gone to the buyer by the bank's decision of another dispute.");
            order.tell(Actor::Provider, told, self.now);
            return Ok(());
        }
        self.credits.push((Account::Disputes, paid));
        self.beyond = self.beyond.saturating_sub(amount.amount);
        self.dispute.beyond = Some(Money::new(self.beyond, amount.currency)).filter(|beyond| beyond.amount > 0);
        match self.dispute.orders.iter_mut().find(|part| part.order == order.id) {
            Some(part) => {
                part.amount = part.amount.plus(amount)?;
                part.held = part.held.plus(held)?;
            }
            None => self.dispute.orders.push(DisputedOrder {
                order: order.id.clone(),
                seller: order.seller.clone(),
                amount,
                held,
                taken: None,
            }),
        }
        if !known {
            order.tell(Actor::Provider, "The bank decided for the buyer, who has the money.".into(), self.now);
        }
        Ok(())
    }

    /// Records in the orders what a lost dispute took beyond what is left of them. The part that other disputes hold was given ahead
    /// of their decision. The part that had gone back `before` was given twice, and so was the part given ahead once no dispute is
    /// open any more.
    fn share_beyond(
        &mut self,
        orders: &mut [Order],
        before: Vec<i64>,
        payment: PaymentStatus,
    ) -> Result<(), SaleError> {
        let open: Vec<_> = orders
            .iter()
            .map(|order| order.disputes.iter().fold(0_i64, |sum, open| sum.saturating_add(open.amount.amount)))
            .collect();
        let most = open.iter().copied().fold(0, i64::saturating_add).saturating_sub(self.ahead);
        let new = most.clamp(0, self.beyond);
        self.ahead = self.ahead.saturating_add(new);
        self.twice(orders, before, self.beyond.saturating_sub(new));
        if !orders.iter().any(Order::is_disputed) {
            let given = orders.iter().map(|order| given_back(order, payment)).collect::<Result<_, _>>()?;
            self.twice(orders, given, self.ahead);
            self.ahead = 0;
            for at in 0..orders.len() {
                let owed = orders.get(at).map_or(0, Order::still_owed);
                self.changed.extend(draw(orders, at, owed));
            }
        }
        let mut rest = self.ahead;
        for (order, open) in orders.iter_mut().zip(open) {
            let ahead = open.min(rest);
            rest = rest.saturating_sub(ahead);
            self.changed.extend((order.bank_ahead != ahead).then(|| order.id.clone()));
            order.bank_ahead = ahead;
        }
        Ok(())
    }

    /// Records that `rest` was given a second time, out of what had gone back of each order; failed refunds come first.
    fn twice(&mut self, orders: &mut [Order], mut gone: Vec<i64>, mut rest: i64) {
        for unsent in [true, false] {
            for (order, gone) in orders.iter_mut().zip(&mut gone) {
                let most = if unsent { order.still_owed().min(*gone) } else { *gone };
                let twice = most.min(rest);
                rest = rest.saturating_sub(twice);
                *gone = gone.saturating_sub(twice);
                order.bank_gave = order.bank_gave.saturating_add(twice);
                self.changed.extend((twice > 0).then(|| order.id.clone()));
            }
        }
    }
}

/// The part of a paid order that has not gone back to the buyer and is not disputed already.
fn left(order: &Order) -> Result<Money, SaleError> {
    if !order.funds.paid() {
        return Ok(Money::zero(order.total().currency));
    }
    let left = Money::sum(order.total().currency, order.refundable()?)?;
    let disputed = Money::sum(left.currency, order.disputes.iter().map(|open| open.amount))?;
    Ok(left.minus(disputed)?)
}

/// The amount that has gone back to the buyer, or was to.
fn given_back(order: &Order, payment: PaymentStatus) -> Result<i64, SaleError> {
    let gone = match payment {
        // Everything that came too late, whether it could be sent back or is owed.
        PaymentStatus::Returned => order.total(),
        PaymentStatus::Pending | PaymentStatus::Captured | PaymentStatus::Expired => {
            Money::sum(order.total().currency, order.gone_back())?
        }
    };
    Ok(gone.amount.saturating_sub(order.bank_gave).max(0))
}

/// How an amount would be split if it were given back after the amounts of the disputes that are open already.
fn part(order: &Order, amount: Money) -> Result<Split, SaleError> {
    let mut order = order.clone();
    for open in order.disputes.clone() {
        give_up(&mut order, open.amount)?;
    }
    give_up(&mut order, amount)
}

/// Books an amount of the order as gone, spread over what is left of its lines and shipping.
fn give_up(order: &mut Order, amount: Money) -> Result<Split, SaleError> {
    let before = order.price.given_back(&order.refunded)?;
    // An amount of zero gives nothing back, unless the order cost the buyer nothing: then all of it is given back.
    if amount.amount == 0 && order.total().amount > 0 {
        return Ok(before.minus(&before)?);
    }
    let left = order.refundable()?;
    let amounts = match amount == Money::sum(amount.currency, left.iter().copied())? {
        // With the last of the buyer's money, the marketplace's subsidy goes back too.
        true => order.left()?,
        false => amount.allocate(&left.iter().map(|left| left.amount).collect::<Vec<_>>())?,
    };
    order.refunded.resize(amounts.len(), 0);
    for (sum, amount) in order.refunded.iter_mut().zip(&amounts) {
        *sum = sum.saturating_add(amount.amount);
    }
    Ok(order.price.given_back(&order.refunded)?.minus(&before)?)
}
