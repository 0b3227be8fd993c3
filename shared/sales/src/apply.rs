//! Writing the changes of a step of a sale.

use crate::Changes;
use tradewind_catalog::{MoveStock, StockDiffers};
use tradewind_ledger::Post;
use tradewind_pricing::GiveBackCoupon;
use tradewind_storage::{Commit, Effect};

/// If the stock does not match what the orders say, the commit is [refused](StockDiffers). That cannot happen as long as everything
/// is written by these steps.
impl Effect for &mut Changes {
    fn write(self, mut commit: Commit) -> Commit {
        for order in &mut self.orders {
            commit = commit.update(order);
        }
        if let Some(payment) = &mut self.payment {
            commit = commit.update(payment);
        }
        if let Some(payout) = &mut self.payout {
            commit = commit.update(payout);
        }
        for refund in &self.new_refunds {
            commit = commit.create_once(refund);
        }
        if let Some(refund) = &mut self.refund {
            commit = commit.update(refund);
        }
        if let Some(dispute) = &self.new_dispute {
            commit = commit.create_once(dispute);
        }
        if let Some(dispute) = &mut self.dispute {
            commit = commit.update(dispute);
        }
        if let Some(cart) = &mut self.cart {
            commit = commit.update(cart);
        }
        if let Some((used, buyer)) = &self.unused_coupon {
            commit = commit.with(GiveBackCoupon { used, buyer });
        }
        for change in &self.stock {
            let refusal = StockDiffers(change.variant.clone());
            commit = commit.with(MoveStock { change, beyond_zero: false, refusal });
        }
        if let Some(journal) = &self.journal {
            commit = commit.with(Post(journal));
        }
        for event in &self.events {
            commit = event.emit(commit);
        }
        for timer in &self.timers {
            commit = commit.replace(timer);
        }
        commit
    }
}

#[cfg(test)]
mod tests;
