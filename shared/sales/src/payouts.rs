//! The steps of a payout: it is sent, arrives or comes back, and one that came back may be paid in another way.

use super::{Booking, Changes, SaleError, journal};
use crate::Event;
use tradewind_kernel::{Money, PayoutId, PayoutRunId, SellerId};
use tradewind_ledger::{Account, JournalKind};
use tradewind_payments::ProviderTask;
use tradewind_payouts::{Owed, Payout, PayoutError, PayoutEvent, PayoutState};

/// Makes a payout of the amount that can be paid now of what a seller is owed; `None` if that is not more than zero.
pub fn pay_out(
    id: PayoutId,
    run: PayoutRunId,
    seller: SellerId,
    owed: &Owed,
    amount: Money,
    booking: Booking,
) -> Result<Option<(Payout, Changes)>, SaleError> {
    if amount.amount <= 0 {
        return Ok(None);
    }
    let payout = Payout {
        id: id.clone(),
        run,
        seller: seller.clone(),
        amount,
        closes: owed.less(amount)?,
        state: PayoutState::Sent,
        created_at: booking.now,
        updated_at: booking.now,
        version: 1,
    };
    let (debit, credit) = ((Account::SellerPayable(seller), amount), (Account::Payouts, amount));
    let journal = journal(booking, JournalKind::Payout, &id, &[debit], &[credit])?;
    let events = vec![Event::Provider(ProviderTask::PayoutRequested { payout: id, amount })];
    Ok(Some((payout, Changes { journal, events, ..Changes::default() })))
}

/// The provider reports that a payout arrived. If it has come back since, the report is out of date: the money is with the provider.
pub fn payout_arrived(mut payout: Payout, booking: Booking) -> Result<Option<Changes>, SaleError> {
    match payout.state {
        PayoutState::Sent => {}
        PayoutState::Paid | PayoutState::Failed { .. } | PayoutState::SettledOtherwise { .. } => return Ok(None),
    }
    payout.state = PayoutState::Paid;
    payout.updated_at = booking.now;
    let (debit, credit) = ((Account::Payouts, payout.amount), (Account::ProviderClearing, payout.amount));
    let journal = journal(booking, JournalKind::PayoutSettled, &payout.id, &[debit], &[credit])?;
    let events = vec![Event::Payout(PayoutEvent::Paid { payout: payout.id.clone() })];
    Ok(Some(Changes { payout: Some(payout), journal, events, ..Changes::default() }))
}

/// The provider reports that a payout came back, even some days after it arrived: the seller is owed the money again.
pub fn payout_failed(mut payout: Payout, reason: String, booking: Booking) -> Result<Option<Changes>, SaleError> {
    let came_from = match payout.state {
        PayoutState::Sent => Account::Payouts,
        PayoutState::Paid => Account::ProviderClearing,
        PayoutState::Failed { .. } | PayoutState::SettledOtherwise { .. } => return Ok(None),
    };
    payout.state = PayoutState::Failed { reason };
    payout.updated_at = booking.now;
    let (debit, credit) = ((came_from, payout.amount), (Account::SellerPayable(payout.seller.clone()), payout.amount));
    let journal = journal(booking, JournalKind::PayoutReturned, &payout.id, &[debit], &[credit])?;
    let events = vec![Event::Payout(PayoutEvent::Failed { payout: payout.id.clone() })];
    Ok(Some(Changes { payout: Some(payout), journal, events, ..Changes::default() }))
}

/// An administrator has paid a seller in another way, such as by bank transfer, after a payout came back: the seller is owed that
/// much less, and the marketplace gets the money that stayed with the provider. `owed` is what the seller is owed now: money that a
/// later payout has included is not paid a second time. Money that a refund has used up since was paid by hand all the same: the
/// seller then owes it.
pub fn settle_payout(mut payout: Payout, owed: &Owed, note: String, booking: Booking) -> Result<Changes, SaleError> {
    let reason = payout.failure()?;
    // A later payout has paid everything that there was: what is owed now was earned after it.
    if let Some((_, owed)) = owed.paid.filter(|(at, _)| *at > payout.updated_at)
        && owed.minus(payout.amount)?.amount < 0
    {
        return Err(PayoutError::OwedLess { owed, amount: payout.amount }.into());
    }
    payout.state = PayoutState::SettledOtherwise { reason, note };
    payout.updated_at = booking.now;
    let (debit, credit) =
        ((Account::SellerPayable(payout.seller.clone()), payout.amount), (Account::PlatformFee, payout.amount));
    let journal = journal(booking, JournalKind::PayoutSettledOtherwise, &payout.id, &[debit], &[credit])?;
    let events = vec![Event::Payout(PayoutEvent::SettledOtherwise { payout: payout.id.clone() })];
    Ok(Changes { payout: Some(payout), journal, events, ..Changes::default() })
}
