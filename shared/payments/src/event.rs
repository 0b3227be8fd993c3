//! What happens to payments, and what their providers are to do.

use crate::ProviderReport;
use tradewind_kernel::{Money, PaymentId, PayoutId, event::Queue, events};

/// Where providers' reports wait.
pub const REPORTS: Queue = Queue::named("payment-apply");

/// Where what providers are to do waits.
pub const PROVIDER_TASKS: Queue = Queue::named("provider");

events! {
    /// What happened to a payment.
    pub enum PaymentEvent {
        "payment.failed.v1":
        /// A card was refused.
        Failed {
            /// Which payment.
            payment: PaymentId,
            /// The provider's reason.
            reason: String,
        },
        "payment.came_late.v1":
        /// The money for orders that had ended by then arrived, and goes back.
        CameLate {
            /// Which payment.
            payment: PaymentId,
        },
    }
}

events! {
    /// What a provider reports, for `payment-apply`.
    pub enum ReportEvent {
        "provider.reported.v1":
        /// A provider's webhook was stored.
        Received {
            /// The provider.
            provider: String,
            /// The provider's id for it.
            event: String,
            /// What it reports; events of older releases leave that to what was stored.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            report: Option<ProviderReport>,
        },
    }
}

events! {
    /// What a payment provider is to do.
    pub enum ProviderTask {
        "payment.ended.v1":
        /// A payment will not be waited for any longer: its time is over, or what it was for was called off. Nobody is to pay it any more.
        PaymentEnded {
            /// Which payment.
            payment: PaymentId,
        },
        "refund.requested.v1":
        /// Money is to go back to a buyer.
        RefundRequested {
            /// The payment it was part of.
            payment: PaymentId,
            /// What is refunded: a refund's id, or that of a payment that came too late.
            subject: String,
            /// How much.
            amount: Money,
        },
        "payout.requested.v1":
        /// Money is to be sent to a seller.
        PayoutRequested {
            /// Which payout.
            payout: PayoutId,
            /// How much.
            amount: Money,
        },
        "payout.failed.v1":
        /// A payout came back: it is taken back from where the provider keeps it for the seller. Payouts tell it, to people as well.
        PayoutFailed {
            /// Which payout.
            payout: PayoutId,
        },
        "dispute.evidence_given.v1":
        /// There is evidence for the bank that disputes a payment.
        EvidenceGiven {
            /// The provider's id for the dispute.
            dispute: String,
            /// Which payment.
            payment: PaymentId,
            /// In words.
            text: String,
        },
        "sandbox.report_due.v1":
        /// The sandbox provider has something to report.
        SandboxReportDue {
            /// The provider's id for its event: the same each time it is sent.
            event: String,
            /// What it reports.
            report: ProviderReport,
        },
    }
}
