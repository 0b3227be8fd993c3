//! A purchase that costs nothing: a coupon took all of it off, or it was free. Nobody has to pay, and no provider is asked: it is paid
//! when it is placed.

use super::{Booking, Changes, ProcessError, Purchase, capture};
use tradewind_kernel::MarketplaceId;
use tradewind_orders::order_process::OrderProcess;

/// Pays a purchase over nothing; `None` for any other. Orders and payment are as they are then. Its units are sold at once
/// ([`super::StockMove::SellAtOnce`]), so the stock that paying it would move is left out.
pub fn pay_nothing(
    purchase: Purchase,
    process: &OrderProcess,
    tenant: &MarketplaceId,
    booking: Booking,
) -> Result<Option<Changes>, ProcessError> {
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
