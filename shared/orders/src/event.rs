//! What happens to orders and their refunds.

use tradewind_kernel::{Money, OrderId, RefundId, events};

events! {
    /// What happened to an order.
    pub enum OrderEvent {
        "order.paid.v1":
        /// It was paid.
        Paid {
            /// Which order.
            order: OrderId,
        },
        "order.shipment_corrected.v1":
        /// Its tracking number is another one.
        ShipmentCorrected {
            /// Which order.
            order: OrderId,
        },
        "order.expired.v1":
        /// It was not paid in time.
        Expired {
            /// Which order.
            order: OrderId,
        },
        "order.shipped.v1":
        /// It is on its way.
        Shipped {
            /// Which order.
            order: OrderId,
        },
        "order.completed.v1":
        /// It is done.
        Completed {
            /// Which order.
            order: OrderId,
        },
        "order.cancelled.v1":
        /// It was called off.
        Cancelled {
            /// Which order.
            order: OrderId,
        },
        "order.disputed.v1":
        /// The buyer reported a problem: the money is held.
        Disputed {
            /// Which order.
            order: OrderId,
        },
        "order.refunded.v1":
        /// Money goes back to its buyer, and the order goes on.
        Refunded {
            /// Which order.
            order: OrderId,
            /// The refund.
            refund: RefundId,
            /// How much.
            amount: Money,
            /// Whether with this, all of the order has gone back.
            #[serde(default, skip_serializing_if = "std::ops::Not::not")]
            last: bool,
        },
    }
}

events! {
    /// What happened to a refund.
    pub enum RefundEvent {
        "refund.failed.v1":
        /// It could not be sent, or came back: the marketplace owes it to the buyer until it is tried again or settled otherwise.
        Failed {
            /// Which order.
            order: OrderId,
            /// The refund.
            refund: RefundId,
        },
        "refund.settled_otherwise.v1":
        /// The marketplace paid the buyer in another way what could not be sent.
        SettledOtherwise {
            /// Which order.
            order: OrderId,
            /// The refund.
            refund: RefundId,
        },
    }
}
