//! How it is stored.

use crate::{
    Order,
    order_process::{OrderProcess, StateName},
    refund::{RefundState, RefundedPiece},
};
use serde::{Deserialize, Serialize};
use tradewind_kernel::{OrderId, RefundId, SellerId, UserId, money::Money, order_number::OrderNumber, time::Time};

/// What a page shows of an order.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct OrderCard {
    /// The order's id.
    pub id: OrderId,
    /// What people call it; orders of older versions have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<OrderNumber>,
    /// Who buys.
    pub buyer: UserId,
    /// Who sells.
    pub seller: SellerId,
    /// Where it is.
    pub status: StateName,
    /// What the buyer pays.
    pub total: Money,
    /// The first line's title.
    pub title: String,
    /// How many lines there are.
    pub lines: u32,
    /// When it was placed.
    pub created_at: Time,
}

/// How many orders one shard of a marketplace's numbers has named.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OrderCounter {
    /// How many.
    pub named: u64,
}

/// A version of a marketplace's order process, in an item of its own: the process itself takes no members that it does not know.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ProcessVersion {
    /// The process.
    pub process: OrderProcess,
}

/// What a page shows of a refund.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct RefundCard {
    /// The refund's id.
    pub id: RefundId,
    /// How much.
    pub amount: Money,
    /// Of what.
    pub pieces: Vec<RefundedPiece>,
    /// Where it is.
    pub state: RefundState,
    /// Whether the marketplace kept its commission.
    pub fee_kept: bool,
    /// Why.
    pub reason: Option<String>,
    /// When it was made.
    pub created_at: Time,
}

impl From<&Order> for OrderCard {
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
