//! How each entity of this noun is stored: under which key, in which lists, in which shape.

use crate::{
    Order,
    cart::Cart,
    entities::{OrderCounter, OrderSummary, ProcessVersion, RefundSummary},
    keys,
    refund::Refund,
};
use tradewind_storage::{by_time, entity, kinds};

entity!(Order, |self, tenant| keys::order(tenant, &self.id),
    gsi1 => keys::orders_of_buyer::<()>(tenant, &self.buyer).at(by_time(self.created_at, &self.id)),
    gsi2 => keys::orders_of_seller::<()>(tenant, &self.seller).at(by_time(self.created_at, &self.id)),
    summary => serde_json::to_value(OrderSummary::from(self)).ok();
    version);
entity!(ProcessVersion, |self, tenant| keys::order_process(tenant, self.process.version));
entity!(Refund, |self, tenant| keys::refund(tenant, &self.id),
    gsi1 => keys::refunds_of(tenant, &self.order).at(by_time(self.created_at, &self.id)),
    summary => serde_json::to_value(RefundSummary {
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
