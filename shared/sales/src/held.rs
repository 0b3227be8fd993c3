//! Computing the part of a seller's money that cannot be paid out yet.

use std::collections::BTreeMap;
use tradewind_disputes::{Dispute, keys as disputes};
use tradewind_kernel::{Currency, Id, MarketplaceId, Money, OrderId, RefundId, SellerId, Time};
use tradewind_ledger::{Account, JournalKind, LedgerEntry, keys};
use tradewind_orders::keys as orders;
use tradewind_storage::{StorageError, Table};

/// The part that was released too recently to be paid out: after `since`. What was taken back of such an order afterwards is
/// subtracted. 1 read unit for each 4 KB of entries, which is about ten, and half a unit for each refund and dispute among them.
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
            // An amount owed to the seller is a credit, which is negative. Entries come oldest first, and those of orders that were
            // released before `since` are not counted.
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

/// The order to which an entry of its seller's account belongs.
async fn order_of(table: &Table, tenant: &MarketplaceId, entry: &LedgerEntry) -> Result<Option<OrderId>, StorageError> {
    Ok(match entry.kind {
        JournalKind::Release => OrderId::parse(&entry.subject).ok(),
        JournalKind::Refund => match RefundId::parse(&entry.subject) {
            Ok(refund) => table.peek(orders::refund(tenant, &refund)).await?.map(|refund| refund.order),
            Err(_) => None,
        },
        JournalKind::DisputeOpened | JournalKind::DisputeWon | JournalKind::DisputeLost => {
            let dispute = table.peek(disputes::dispute(tenant, &entry.subject)).await?;
            // A payment has at most one order of each seller.
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
