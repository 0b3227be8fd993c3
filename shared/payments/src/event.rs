//! Events of payments, and tasks for their providers.

use crate::ProviderReport;
use tradewind_kernel::{Money, PaymentId, PayoutId, event::Queue, events};

/// The queue of providers' reports.
pub const REPORTS: Queue = Queue::named("payment-apply");

/// The queue of tasks for providers.
pub const PROVIDER_TASKS: Queue = Queue::named("provider");

events! {
    /// What happened to a payment.
    pub enum PaymentEvent {
        "payment.failed.v1":
        /// A card was declined.
        Failed {
            /// The payment that failed.
            payment: PaymentId,
            /// The provider's reason.
            reason: String,
        },
        "payment.came_late.v1":
        /// The money arrived after its orders had ended, and goes back.
        CameLate {
            /// The payment that came too late.
            payment: PaymentId,
        },
    }
}

events! {
    /// A provider's report, for the queue `payment-apply`.
    pub enum ReportEvent {
        "provider.reported.v1":
        /// A provider's webhook was received and stored.
        Received {
            /// The name of the provider.
            provider: String,
            /// The provider's id for its event.
            event: String,
            /// The provider's report; in events of older releases it is only in the stored webhook.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            report: Option<ProviderReport>,
        },
    }
}

events! {
    /// A task for a payment provider.
    pub enum ProviderTask {
        "payment.ended.v1":
        /// A payment is no longer awaited, because the time to pay is over or the purchase was cancelled. It must not be paid any
        /// more.
        PaymentEnded {
            /// The payment that ended.
            payment: PaymentId,
        },
        "refund.requested.v1":
        /// Money is to be sent back to a buyer.
        RefundRequested {
            /// The payment from which the money goes back.
            payment: PaymentId,
            /// The id of what is refunded: a refund, or a payment that came too late.
            subject: String,
            /// The amount to send back.
            amount: Money,
        },
        "payout.requested.v1":
        /// Money is to be sent to a seller.
        PayoutRequested {
            /// The payout to send.
            payout: PayoutId,
            /// The amount to send.
            amount: Money,
        },
        "payout.failed.v1":
        /// A payout came back: its money is taken back from the seller's account at the provider. The same event also
        /// notifies people.
        PayoutFailed {
            /// The payout that came back.
            payout: PayoutId,
        },
        "dispute.evidence_given.v1":
        /// There is evidence for the bank that disputes a payment.
        EvidenceGiven {
            /// The provider's id for the dispute.
            dispute: String,
            /// The payment that is disputed.
            payment: PaymentId,
            /// The evidence as text.
            text: String,
        },
        "sandbox.report_due.v1":
        /// The sandbox provider has something to report.
        SandboxReportDue {
            /// The provider's id for its event: the same each time it is sent.
            event: String,
            /// The sandbox's report.
            report: ProviderReport,
        },
    }
}
