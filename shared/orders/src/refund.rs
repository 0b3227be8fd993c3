//! Refunds: money that goes back to a buyer, for a whole order or a part of it.

use crate::{Actor, order_process::StateName};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tradewind_kernel::{Money, OrderId, PaymentId, RefundId, SellerId, Time};

/// The state of a refund.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum RefundState {
    /// The provider was asked to send the money back.
    Requested,
    /// The provider sent the money back.
    Settled,
    /// The provider could not send it, for example to a closed card: the marketplace owes the buyer this money and must pay it in
    /// another way.
    Failed {
        /// The provider's reason.
        reason: String,
        /// The refund with which it was tried again, if it was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retried_as: Option<RefundId>,
    },
    /// The provider could not send it, and the marketplace paid the buyer in another way.
    SettledOtherwise {
        /// The provider's reason.
        reason: String,
        /// How the buyer was paid, in an administrator's words.
        note: String,
    },
}

/// A part of an order that is refunded: a line or the shipping.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RefundedPiece {
    /// The position of the line in the order, from 0; absent for the shipping.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Units that came back and can be sold again.
    #[serde(default)]
    pub restocked: u32,
    /// Units for which money goes back; 0 if an amount is refunded instead.
    #[serde(default)]
    pub units: u32,
    /// The amount that goes back to the buyer.
    pub amount: Money,
}

/// Money that goes back to a buyer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    /// The refund's id, under which the provider knows it too.
    pub id: RefundId,
    /// The order that is refunded.
    pub order: OrderId,
    /// The payment from which the money goes back.
    pub payment: PaymentId,
    /// The seller of the order.
    pub seller: SellerId,
    /// The total amount.
    pub amount: Money,
    /// The lines and the shipping that are refunded, with their amounts.
    pub pieces: Vec<RefundedPiece>,
    /// Whether the marketplace keeps its commission, which the seller then bears.
    pub fee_kept: bool,
    /// The reason, in the words of whoever made the refund.
    pub reason: Option<String>,
    /// Who made the refund.
    pub by: Actor,
    /// The state of the refund.
    pub state: RefundState,
    /// The failed refund that this one tries again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_of: Option<RefundId>,
    /// Whether it returns money that was paid too late and could not be sent back automatically: only its capture was booked before.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub came_late: bool,
    /// Whether only goods come back, because their money was refunded before.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub goods_only: bool,
    /// When the refund was created.
    pub created_at: Time,
    /// When the refund last changed.
    pub updated_at: Time,
    /// Incremented with each change.
    pub version: u64,
}

/// How much of a line is to be refunded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LineRefund {
    /// The position of the line in the order, from 0.
    pub line: u32,
    /// The number of units; all that are left if neither this nor an amount is given.
    pub quantity: Option<u32>,
    /// The amount, instead of the price of units.
    pub amount: Option<Money>,
    /// Units that come back and can be sold again.
    pub restock: u32,
}

/// What is to be refunded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefundOf {
    /// All that is left, of lines and shipping.
    Rest,
    /// This amount, spread over what is left of the lines and the shipping in proportion.
    Amount(Money),
    /// These lines, and optionally the shipping.
    Lines {
        /// The lines, each at most once.
        lines: Vec<LineRefund>,
        /// The amount of the shipping; `None` if it is not refunded.
        shipping: Option<Money>,
    },
}

/// The amount in a refund request that is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundField {
    /// The total amount.
    Amount,
    /// The amount of the shipping.
    Shipping,
    /// The amount of a line, by its position in the request.
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
    /// The money is held while the buyer's problem is looked into.
    #[error("the order is disputed: settle that first")]
    OnHold,
    /// The order's state means that everything has gone back to the buyer.
    #[error("an order that is {0} has gone back to the buyer")]
    Refunded(StateName),
    /// The refund would give back nothing.
    #[error("nothing would be refunded")]
    Nothing,
    /// There is no such line, or it is named twice; the number is its position in the request.
    #[error("what is asked for at {0} is not a line of the order, or is named twice")]
    NoSuchLine(usize),
    /// More units are named than the line has.
    #[error("what is asked for at {at} is a line of {units} units")]
    TooManyUnits {
        /// The line's position in the request.
        at: usize,
        /// Whether it is the number of restocked units that is too high, and not that of refunded ones.
        restock: bool,
        /// The number of units that the line has.
        units: u32,
    },
    /// More units are named than are left to refund or to restock.
    #[error("of line {line} {left} units are left")]
    TooFewUnitsLeft {
        /// The position of the line in the order.
        line: u32,
        /// The number of units that are left.
        left: u32,
    },
    /// The amount is negative.
    #[error("a refund is more than nothing")]
    Negative(RefundField),
    /// The amount is more than is left.
    #[error("at most {left} can still be refunded")]
    TooMuch {
        /// The position of the line; `None` for the shipping or the whole order.
        line: Option<u32>,
        /// The amount that is left.
        left: Money,
    },
}
