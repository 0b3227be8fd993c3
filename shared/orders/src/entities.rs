//! How it is stored.

use crate::{
    Order,
    cart::Cart,
    keys,
    order_process::{OrderProcess, StateName},
    refund::{Refund, RefundState, RefundedPiece},
};
use serde::{Deserialize, Serialize};
use tradewind_kernel::{OrderId, RefundId, SellerId, UserId, money::Money, order_number::OrderNumber, time::Time};
use tradewind_storage::{by_time, entity, kinds};

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

entity!(Order, |self, tenant| keys::order(tenant, &self.id),
    gsi1 => keys::orders_of_buyer::<()>(tenant, &self.buyer).at(by_time(self.created_at, &self.id)),
    gsi2 => keys::orders_of_seller::<()>(tenant, &self.seller).at(by_time(self.created_at, &self.id)),
    card => serde_json::to_value(OrderCard::from(self)).ok();
    version);
entity!(ProcessVersion, |self, tenant| keys::order_process(tenant, self.process.version));
entity!(Refund, |self, tenant| keys::refund(tenant, &self.id),
    gsi1 => keys::refunds_of(tenant, &self.order).at(by_time(self.created_at, &self.id)),
    card => serde_json::to_value(RefundCard {
        id: self.id.clone(),
        amount: self.amount,
        pieces: self.pieces.clone(),
        state: self.state.clone(),
        fee_kept: self.fee_kept,
        reason: self.reason.clone(),
        created_at: self.created_at,
    }).ok();
    version);
entity!(Cart, |self, tenant| keys::cart(tenant, &self.owner); version);

kinds! {
    whole {
        Cart, "cart.v1", "user" / "cart";
        Order, "order.v1", "order" / "order";
        ProcessVersion, "order_process.v1", "process" / "process";
        Refund, "refund.v1", "refund" / "refund";
    }
    counted {
        OrderCounter, "order_counter.v1", "order_counter" / "counter";
    }
}
