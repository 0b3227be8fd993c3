//! Disputes: a buyer's bank takes a payment back, and decides later whether it stays so.
//!
//! The provider takes the money at once. What is still in escrow stays there and is neither released nor refunded; of what was
//! released, the seller's part is held in [`tradewind_ledger::Account::Disputes`], so that it is not paid out meanwhile. If the
//! dispute is won everything is as before; if it is lost the money is gone, and whoever had got it bears their part, as with a
//! refund. The provider's fee is the marketplace's to bear, won or lost.
//!
//! 100.00 EUR, of which the seller had been given 90.00 and the marketplace 10.00, with a fee of 15.00:
//!
//! | step | provider_clearing | disputes | seller_payable | platform_fee |
//! |---|---|---|---|---|
//! | opened | -115 | +100 - 90 | +90 | +15 |
//! | won | +100 | -100 + 90 | -90 | |
//! | or lost | | -10 | | +10 |
//!
//! A bank may take more than is left, because a part had gone back before. Of 100.00 EUR of which 40.00 were refunded (the seller kept
//! 54.00, the marketplace 6.00), without a fee, it takes 100.00 all the same. 60.00 are everybody's as above, 40.00 the marketplace's:
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

/// Most pieces of evidence of one dispute.
pub const MOST_EVIDENCE: usize = 20;

/// Where a dispute is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DisputeStatus {
    /// The bank has not decided.
    Open,
    /// The money came back.
    Won,
    /// The money is gone.
    Lost,
}

/// What shows how it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// In words.
    pub text: String,
    /// Files that were uploaded.
    pub uploads: Vec<UploadId>,
    /// Who gave it.
    pub by: Actor,
    /// When.
    pub at: Time,
}

/// What is disputed of one order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DisputedOrder {
    /// Which order.
    pub order: OrderId,
    /// Who sold it.
    pub seller: SellerId,
    /// How much of it.
    pub amount: Money,
    /// What of the seller's is held, because they had been given it.
    pub held: Money,
    /// What was taken of it when the dispute was won, because a bank had given it to the buyer in another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken: Option<Taken>,
}

/// What an order lost although its dispute was won.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Taken {
    /// How much of it.
    pub amount: Money,
    /// What of that was the seller's.
    pub seller: Money,
}

/// A dispute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispute {
    /// The provider's id for it.
    pub id: String,
    /// Which payment.
    pub payment: PaymentId,
    /// How much.
    pub amount: Money,
    /// What the provider takes for it.
    pub fee: Money,
    /// How much of `amount` had gone back to the buyer before, or was never anybody's who sold something: the marketplace bears it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beyond: Option<Money>,
    /// The bank's reason.
    pub reason: String,
    /// Where it is.
    pub status: DisputeStatus,
    /// What of which order.
    pub orders: Vec<DisputedOrder>,
    /// What shows how it was.
    pub evidence: Vec<Evidence>,
    /// When it was opened.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
    /// Counts the changes, for `ETag`.
    pub version: u64,
}
