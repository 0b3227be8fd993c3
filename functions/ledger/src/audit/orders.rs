//! Verifies the orders of a seller with their payments and refunds.

use crate::audit::step::{LATE, Step};
use tradewind_audit as audit;
use tradewind_kernel::{MarketplaceId, SellerId};
use tradewind_lambda::{App, JobError};
use tradewind_ledger::{Journal, JournalKind, journals::Journals};
use tradewind_orders::{Funds, Order, entities::OrderSummary, keys as orders_keys, refund::Refund};
use tradewind_payments::keys as payments_keys;
use tradewind_storage::{StorageError, keys::END};

/// Orders read at a time.
const PAGE: u16 = 100;

/// Checks a page of orders. Returns the key after which to continue, if there are more.
pub(crate) async fn check(step: &mut Step<'_>, seller: &SellerId, after: &str) -> Result<Option<String>, JobError> {
    let (app, tenant) = (step.app, step.tenant);
    let list = orders_keys::orders_of_seller::<OrderSummary>(tenant, seller).span(after, END);
    let page = app.table.page(list, PAGE, None).await?;
    let keys: Vec<_> = page.items.iter().map(|row| orders_keys::order(tenant, &row.summary.id)).collect();
    let orders: Vec<Order> = app.table.get_each(keys).await?;
    let payments =
        app.table.get_each(orders.iter().map(|order| payments_keys::payment(tenant, &order.payment))).await?;

    // Journals are read after the items that require them. Both were written at once, so whoever sees the item also sees the journal.
    let captures = payments.iter().map(|payment| (JournalKind::Capture, payment.id.to_string()));
    let released = orders.iter().filter(|order| order.funds == Funds::Released);
    let releases = released.map(|order| (JournalKind::Release, order.id.to_string()));
    let journals = Journals::read(&app.table, tenant, captures.chain(releases).collect()).await?;
    for payment in &payments {
        let capture = journals.get(JournalKind::Capture, payment.id.as_str());
        step.tally.differences.extend(audit::payment(payment, capture));
    }
    for order in &orders {
        let release = journals.get(JournalKind::Release, order.id.as_str());
        let given = order.funds == Funds::Returned || order.refunded.iter().any(|amount| *amount != 0);
        let refunded = given || order.unsent != 0;
        let refunds = if refunded { refunds(app, tenant, order).await? } else { Refunds::default() };
        for refund in &refunds.all {
            let journal = |kind| refunds.journals.get(kind, refund.id.as_str()).cloned();
            step.tally.differences.extend(audit::refund(refund, journal));
        }
        // The list of refunds may lag behind the order by some moments.
        if !refunded || app.now().since(order.updated_at) > LATE {
            let taken: Vec<Journal> = refunds.of_kind(JournalKind::Refund);
            step.tally.differences.extend(audit::order(order, release, &taken)?);
            step.tally.differences.extend(audit::shares(order, release, &refunds.all, &taken)?);
        }
        step.tally.orders = step.tally.orders.saturating_add(1);
    }
    let last = page.items.last().map(|row| tradewind_storage::by_time(row.summary.created_at, &row.summary.id));
    Ok(page.next.and(last))
}

/// The refunds of an order and their journals.
#[derive(Default)]
pub(crate) struct Refunds {
    pub all: Vec<Refund>,
    pub journals: Journals,
}

impl Refunds {
    fn of_kind(&self, kind: JournalKind) -> Vec<Journal> {
        self.journals.iter().filter(|journal| journal.kind == kind).cloned().collect()
    }
}

/// Reads the refunds of an order with their journals: 5 read units each.
pub(crate) async fn refunds(app: &App, tenant: &MarketplaceId, order: &Order) -> Result<Refunds, StorageError> {
    const KINDS: [JournalKind; 4] = [
        JournalKind::Refund,
        JournalKind::RefundSettled,
        JournalKind::RefundReturned,
        JournalKind::RefundSettledOtherwise,
    ];
    let mut ids = vec![];
    let mut position = None;
    loop {
        let page = app.table.page(orders_keys::refunds_of(tenant, &order.id), PAGE, position).await?;
        ids.extend(page.items.into_iter().map(|row| row.summary.id));
        position = page.next;
        if position.is_none() {
            break;
        }
    }
    let all: Vec<Refund> = app.table.get_each(ids.iter().map(|id| orders_keys::refund(tenant, id))).await?;
    let names = all.iter().flat_map(|refund| KINDS.map(|kind| (kind, refund.id.to_string()))).collect();
    let journals = Journals::read(&app.table, tenant, names).await?;
    Ok(Refunds { all, journals })
}
