//! Reading what of a seller's money cannot be paid out yet.

use std::collections::BTreeMap;
use tradewind_disputes::{Dispute, keys as disputes};
use tradewind_kernel::{Currency, Id, MarketplaceId, Money, OrderId, RefundId, SellerId, Time};
use tradewind_ledger::{Account, JournalKind, LedgerEntry, keys};
use tradewind_orders::keys as orders;
use tradewind_storage::{StorageError, Table};

/// What of it was released too short a time ago to be paid out: after `since`. What was taken back of such an order since holds nothing
/// up. 1 read unit for each 4 KB of entries, which is about ten, and half a one for each refund and dispute among them.
pub async fn held(
    table: &Table,
    tenant: &MarketplaceId,
    seller: &SellerId,
    currency: Currency,
    since: Time,
) -> Result<Money, StorageError> {
    let account = Account::SellerPayable(seller.clone());
    let (mut held, mut position) = (BTreeMap::<OrderId, i64>::new(), None);
    loop {
        let page = table.page(keys::entries_since(tenant, &account, since).now(), 100, position).await?;
        for entry in page.items.iter().filter(|entry| entry.amount.currency == currency) {
            let released = entry.kind == JournalKind::Release;
            let Some(order) = order_of(table, tenant, entry).await? else { continue };
            // What is owed is a credit, which is negative. Oldest first: what an older order took back is not of these.
            match held.get_mut(&order) {
                Some(held) => *held = held.saturating_sub(entry.amount.amount),
                None if released => drop(held.insert(order, entry.amount.amount.saturating_neg())),
                None => {}
            }
        }
        position = page.next;
        if position.is_none() {
            let sum = held.values().fold(0_i64, |sum, held| sum.saturating_add((*held).max(0)));
            return Ok(Money::new(sum, currency));
        }
    }
}

/// Of which order an entry of its seller's account is.
async fn order_of(table: &Table, tenant: &MarketplaceId, entry: &LedgerEntry) -> Result<Option<OrderId>, StorageError> {
    Ok(match entry.kind {
        JournalKind::Release => OrderId::parse(&entry.subject).ok(),
        JournalKind::Refund => match RefundId::parse(&entry.subject) {
            Ok(refund) => table.peek(orders::refund(tenant, &refund)).await?.map(|refund| refund.order),
            Err(_) => None,
        },
        JournalKind::DisputeOpened | JournalKind::DisputeWon | JournalKind::DisputeLost => {
            let dispute = table.peek(disputes::dispute(tenant, &entry.subject)).await?;
            // A payment has one order of a seller.
            let part = |dispute: Dispute| {
                let of_seller = |account: &SellerId| entry.account == Account::SellerPayable(account.clone());
                dispute.orders.into_iter().find(|part| of_seller(&part.seller)).map(|part| part.order)
            };
            dispute.and_then(part)
        }
        JournalKind::Capture
        | JournalKind::RefundSettled
        | JournalKind::RefundReturned
        | JournalKind::RefundSettledOtherwise
        | JournalKind::Payout
        | JournalKind::PayoutSettled
        | JournalKind::PayoutReturned
        | JournalKind::PayoutSettledOtherwise => None,
    })
}
