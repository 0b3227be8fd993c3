//! Refunds: money that goes back to a buyer, for all of an order or a part of it.

use crate::{Actor, order_process::StateName};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tradewind_kernel::{Money, OrderId, PaymentId, RefundId, SellerId, Time};

/// Where a refund is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum RefundState {
    /// The provider was asked to send the money back.
    Requested,
    /// It did.
    Settled,
    /// It could not, such as to a card that was closed: the marketplace owes the buyer this money and must send it otherwise.
    Failed {
        /// The provider's reason.
        reason: String,
        /// The refund by which it was tried again, if it was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retried_as: Option<RefundId>,
    },
    /// The provider could not, and the marketplace paid the buyer in another way.
    SettledOtherwise {
        /// The provider's reason.
        reason: String,
        /// How the buyer was paid, in an administrator's words.
        note: String,
    },
}

/// A part of an order of which money goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RefundedPiece {
    /// The place of the line in the order, from 0; absent for the shipping.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Units that came back and can be sold again.
    #[serde(default)]
    pub restocked: u32,
    /// Units for which it goes back; none if it is for an amount.
    #[serde(default)]
    pub units: u32,
    /// How much of it goes back to the buyer.
    pub amount: Money,
}

/// Money that goes back to a buyer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    /// The refund's id, under which the provider knows it too.
    pub id: RefundId,
    /// Of which order.
    pub order: OrderId,
    /// The payment that it goes back from.
    pub payment: PaymentId,
    /// Who sold it.
    pub seller: SellerId,
    /// How much.
    pub amount: Money,
    /// How much of which line and of the shipping.
    pub pieces: Vec<RefundedPiece>,
    /// Whether the marketplace keeps its commission, which the seller then bears.
    pub fee_kept: bool,
    /// Why, in the words of whoever made it.
    pub reason: Option<String>,
    /// Who made it.
    pub by: Actor,
    /// Where it is.
    pub state: RefundState,
    /// The refund that could not be sent, of which this is another try.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_of: Option<RefundId>,
    /// Whether it is money that was paid too late, and could not go back by itself: what was captured is all that was booked for it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub came_late: bool,
    /// Whether nothing goes back but goods, of which the money had gone back before.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub goods_only: bool,
    /// When it was made.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
    /// Counts the changes.
    pub version: u64,
}

/// How much of a line goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LineRefund {
    /// The place of the line in the order, from 0.
    pub line: u32,
    /// For so many units; all that are left if neither this nor an amount is given.
    pub quantity: Option<u32>,
    /// This much, instead of what the units cost.
    pub amount: Option<Money>,
    /// Units that come back and can be sold again.
    pub restock: u32,
}

/// What is to go back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefundOf {
    /// All that is left, lines and shipping.
    Rest,
    /// This much, spread over what is left of the lines and of the shipping in proportion.
    Amount(Money),
    /// Of these lines, and the shipping or not.
    Lines {
        /// The lines, each at most once.
        lines: Vec<LineRefund>,
        /// How much of the shipping; `None` for nothing of it.
        shipping: Option<Money>,
    },
}

/// What of a refund is given as an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundField {
    /// The whole.
    Amount,
    /// The shipping.
    Shipping,
    /// A line: where in what is asked for.
    Line(usize),
}

/// Why a refund that failed cannot be sent again, or noted as settled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnsentError {
    /// It did not fail, or something was done about it already.
    #[error("the refund is not one that failed and waits")]
    NotFailed,
    /// It failed, and the buyer's bank gave them the money, or a part of it, in a dispute.
    #[error("the buyer's bank has given them the money: {owed} of what failed is still owed")]
    BankGave {
        /// What is still owed to the buyer of all that failed.
        owed: Money,
    },
}

/// Why a refund cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RefundError {
    /// The order was never paid, or ended before it was.
    #[error("nothing was paid for this order")]
    NotPaid,
    /// The money is held while the buyer's report is looked at.
    #[error("the order is disputed: settle that first")]
    OnHold,
    /// The state in which the order is settled it all to the buyer.
    #[error("an order that is {0} has gone back to the buyer")]
    Refunded(StateName),
    /// Nothing would go back.
    #[error("nothing would be refunded")]
    Nothing,
    /// There is no such line, or it is named twice: where in what is asked for.
    #[error("what is asked for at {0} is not a line of the order, or is named twice")]
    NoSuchLine(usize),
    /// More units than the line has.
    #[error("what is asked for at {at} is a line of {units} units")]
    TooManyUnits {
        /// Where in what is asked for.
        at: usize,
        /// Whether units would come back that were never sold, and not go back.
        restock: bool,
        /// How many it has.
        units: u32,
    },
    /// More units than have not been refunded, or have not come back.
    #[error("of line {line} {left} units are left")]
    TooFewUnitsLeft {
        /// Which line.
        line: u32,
        /// How many are left.
        left: u32,
    },
    /// Less than nothing.
    #[error("a refund is more than nothing")]
    Negative(RefundField),
    /// More than is left.
    #[error("at most {left} can still be refunded")]
    TooMuch {
        /// Of which line; `None` for the shipping or the whole order.
        line: Option<u32>,
        /// How much is left of it.
        left: Money,
    },
}
