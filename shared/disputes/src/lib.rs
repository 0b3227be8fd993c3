//! Disputes: a buyer's bank takes a payment back, and decides later who keeps the money.
//!
//! The provider takes the money at once. Money that is still in escrow stays there and is neither released nor refunded; of money
//! that was released, the seller's part is held in [`tradewind_ledger::Account::Disputes`], so that it is not paid out meanwhile. If
//! the dispute is won everything is as before; if it is lost the money is gone, and everybody who had received a part of it bears
//! that part, as with a refund. The marketplace bears the provider's fee, won or lost.
//!
//! Example: 100.00 EUR, of which the seller had received 90.00 and the marketplace 10.00, with a fee of 15.00:
//!
//! | step | provider_clearing | disputes | seller_payable | platform_fee |
//! |---|---|---|---|---|
//! | opened | -115 | +100 - 90 | +90 | +15 |
//! | won | +100 | -100 + 90 | -90 | |
//! | or lost | | -10 | | +10 |
//!
//! A bank may take more than is left, because a part was refunded before. Of 100.00 EUR, 40.00 were refunded (the seller kept 54.00,
//! the marketplace 6.00); without a fee, the bank takes 100.00 all the same. 60.00 are borne by everybody as above, 40.00 by the
//! marketplace:
//!
//! | step | provider_clearing | disputes | seller_payable | platform_fee |
//! |---|---|---|---|---|
//! | opened | -100 | +100 - 54 | +54 | |
//! | or lost | | -6 - 40 | | +6 + 40 |

pub mod keys;
mod stored;

pub use stored::KINDS;

mod event;

pub use event::DisputeEvent;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tradewind_kernel::{Money, OrderId, PaymentId, SellerId, Time, UploadId};
use tradewind_orders::Actor;

/// The most pieces of evidence for one dispute.
pub const MOST_EVIDENCE: usize = 20;

/// The status of a dispute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DisputeStatus {
    /// The bank has not decided yet.
    Open,
    /// The dispute was won: the money came back.
    Won,
    /// The dispute was lost: the money is gone.
    Lost,
}

/// Evidence for the bank, which shows what happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// The evidence as text.
    pub text: String,
    /// The uploaded files that belong to it.
    pub uploads: Vec<UploadId>,
    /// Who gave the evidence.
    pub by: Actor,
    /// When it was given.
    pub at: Time,
}

/// The part of a dispute that concerns one order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DisputedOrder {
    /// The order that is disputed.
    pub order: OrderId,
    /// The seller of the order.
    pub seller: SellerId,
    /// The disputed amount of the order.
    pub amount: Money,
    /// The part of that which is held from the seller, because it had been released to them.
    pub held: Money,
    /// The amount that was taken although the dispute was won, because a bank had given it to the buyer in another dispute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken: Option<Taken>,
}

/// The amount that an order lost although its dispute was won.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Taken {
    /// The amount that was taken.
    pub amount: Money,
    /// The seller's part of that amount.
    pub seller: Money,
}

/// A bank's dispute of a payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispute {
    /// The provider's id for the dispute.
    pub id: String,
    /// The payment that is disputed.
    pub payment: PaymentId,
    /// The amount that is disputed.
    pub amount: Money,
    /// The fee that the provider takes for the dispute.
    pub fee: Money,
    /// The part of `amount` that had gone back to the buyer before, or never belonged to a seller: the marketplace bears it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beyond: Option<Money>,
    /// The bank's reason, in the provider's words.
    pub reason: String,
    /// Whether it is open, won or lost.
    pub status: DisputeStatus,
    /// The orders that are disputed, with their amounts.
    pub orders: Vec<DisputedOrder>,
    /// The evidence that was given.
    pub evidence: Vec<Evidence>,
    /// When the dispute was opened.
    pub created_at: Time,
    /// When the dispute last changed.
    pub updated_at: Time,
    /// Incremented with each change, for the `ETag`.
    pub version: u64,
}
