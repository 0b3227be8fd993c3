//! Events of orders and their refunds.

use tradewind_kernel::{Money, OrderId, RefundId, events};

events! {
    /// What happened to an order.
    pub enum OrderEvent {
        "order.paid.v1":
        /// The order was paid.
        Paid {
            /// The order that was paid.
            order: OrderId,
        },
        "order.shipment_corrected.v1":
        /// The tracking number was corrected.
        ShipmentCorrected {
            /// The order with the new tracking number.
            order: OrderId,
        },
        "order.expired.v1":
        /// The order was not paid in time.
        Expired {
            /// The order that expired.
            order: OrderId,
        },
        "order.shipped.v1":
        /// The order was shipped.
        Shipped {
            /// The order that was shipped.
            order: OrderId,
        },
        "order.completed.v1":
        /// The order is complete.
        Completed {
            /// The order that is complete.
            order: OrderId,
        },
        "order.cancelled.v1":
        /// The order was cancelled.
        Cancelled {
            /// The order that was cancelled.
            order: OrderId,
        },
        "order.disputed.v1":
        /// The buyer reported a problem: the money is held.
        Disputed {
            /// The order with the problem.
            order: OrderId,
        },
        "order.refunded.v1":
        /// Money goes back to the buyer, and the order goes on.
        Refunded {
            /// The order that was refunded.
            order: OrderId,
            /// The refund.
            refund: RefundId,
            /// The amount of the refund.
            amount: Money,
            /// Whether this refund gives back the last of the order.
            #[serde(default, skip_serializing_if = "std::ops::Not::not")]
            last: bool,
        },
    }
}

events! {
    /// What happened to a refund.
    pub enum RefundEvent {
        "refund.failed.v1":
        /// It could not be sent, or came back: the marketplace owes the money to the buyer until it is tried again or settled in
        /// another way.
        Failed {
            /// The order that was refunded.
            order: OrderId,
            /// The refund that failed.
            refund: RefundId,
        },
        "refund.settled_otherwise.v1":
        /// The marketplace paid the buyer in another way, because the refund could not be sent.
        SettledOtherwise {
            /// The order that was refunded.
            order: OrderId,
            /// The refund that was settled.
            refund: RefundId,
        },
    }
}
