//! A purchase that costs nothing, because a coupon took everything off or the goods are free. Nobody has to pay, and no provider is
//! called: it counts as paid when it is placed.

use super::{Booking, Changes, Purchase, SaleError, capture};
use tradewind_kernel::MarketplaceId;
use tradewind_orders::order_process::OrderProcess;

/// Pays a purchase with a total of zero; `None` for any other. It returns orders and payment in their state after that. The units are
/// sold at once ([`super::StockMove::SellAtOnce`]), so the stock moves of a normal payment are left out.
pub fn pay_nothing(
    purchase: Purchase,
    process: &OrderProcess,
    tenant: &MarketplaceId,
    booking: Booking,
) -> Result<Option<Changes>, SaleError> {
    if purchase.payment.amount.amount != 0 {
        return Ok(None);
    }
    let amount = purchase.payment.amount;
    let mut paid = capture(purchase, process, amount, tenant, booking)?;
    if let Some(changes) = &mut paid {
        changes.stock.clear();
        for step in changes.orders.iter_mut().filter_map(|order| order.timeline.last_mut()) {
            step.note = "It cost nothing, so there was nothing to pay.".into();
        }
    }
    Ok(paid)
}
