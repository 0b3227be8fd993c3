//! Entities that exist only in storage, and summaries for the indexes.

use crate::{
    Order,
    order_process::{OrderProcess, StateName},
    refund::{RefundState, RefundedPiece},
};
use serde::{Deserialize, Serialize};
use tradewind_kernel::{OrderId, RefundId, SellerId, UserId, money::Money, order_number::OrderNumber, time::Time};

/// The summary of an order, as pages of orders show it.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct OrderSummary {
    /// The order's id.
    pub id: OrderId,
    /// The order's number, by which people refer to it; orders of older versions have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<OrderNumber>,
    /// The buyer.
    pub buyer: UserId,
    /// The seller.
    pub seller: SellerId,
    /// The state of the order.
    pub status: StateName,
    /// What the buyer pays in total.
    pub total: Money,
    /// The title of its first line.
    pub title: String,
    /// The number of its lines.
    pub lines: u32,
    /// When it was placed.
    pub created_at: Time,
}

/// Counts the orders that one shard of a marketplace's order numbers has numbered.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OrderCounter {
    /// The number of orders.
    pub named: u64,
}

/// A version of a marketplace's order process, in an item of its own, because the process itself allows no attributes that it does
/// not know.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ProcessVersion {
    /// The order process of this version.
    pub process: OrderProcess,
}

/// The summary of a refund, as pages of refunds show it.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct RefundSummary {
    /// The refund's id.
    pub id: RefundId,
    /// The amount that goes back to the buyer.
    pub amount: Money,
    /// The lines and the shipping that are refunded, with their amounts.
    pub pieces: Vec<RefundedPiece>,
    /// The state of the refund.
    pub state: RefundState,
    /// Whether the marketplace kept its commission.
    pub fee_kept: bool,
    /// The reason, if one was given.
    pub reason: Option<String>,
    /// When the refund was created.
    pub created_at: Time,
}

impl From<&Order> for OrderSummary {
    fn from(order: &Order) -> Self {
        Self {
            id: order.id.clone(),
            number: order.number,
            buyer: order.buyer.clone(),
            seller: order.seller.clone(),
            status: order.status.clone(),
            total: order.total(),
            title: order.lines.first().map(|line| line.title.clone()).unwrap_or_default(),
            lines: u32::try_from(order.lines.len()).unwrap_or(u32::MAX),
            created_at: order.created_at,
        }
    }
}
