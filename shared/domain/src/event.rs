//! What happened, for those who must act on it. An event is written in the transaction of its cause and put on the queue of
//! every consumer named by [`Event::subscribers`], at least once.
//!
//! The name carries a version: a change of shape is a new name, and consumers know both until the old ones are gone.

use crate::{
    FindingId, ImportId, LedgerVerificationId, MarketplaceId, MigrationId, Money, OrderId, PaymentId, PayoutId,
    PayoutRunId, ReconciliationId, RefundId, SellerId, Time, UserId,
    ledger_audit::{Part, Progress},
    payment::ProviderReport,
};
use serde::{Deserialize, Serialize};

/// A queue that events are put on. Each has a consumer and a dead-letter queue of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Queue {
    /// `notify-email`.
    NotifyEmail,
    /// `catalog-import`.
    CatalogImport,
    /// `media-process`; fed by the uploads bucket, not by events.
    MediaProcess,
    /// `payment-apply`.
    PaymentApply,
    /// `payout-run`.
    PayoutRun,
    /// `provider`.
    Provider,
    /// `ledger-verify`.
    LedgerVerify,
    /// `reconcile`.
    Reconcile,
    /// `migrate`.
    Migrate,
}

impl Queue {
    /// Every queue.
    pub const ALL: [Queue; 9] = [
        Queue::NotifyEmail,
        Queue::CatalogImport,
        Queue::MediaProcess,
        Queue::PaymentApply,
        Queue::PayoutRun,
        Queue::Provider,
        Queue::LedgerVerify,
        Queue::Reconcile,
        Queue::Migrate,
    ];

    /// The queue's name, behind the stage.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotifyEmail => "notify-email",
            Self::CatalogImport => "catalog-import",
            Self::MediaProcess => "media-process",
            Self::PaymentApply => "payment-apply",
            Self::PayoutRun => "payout-run",
            Self::Provider => "provider",
            Self::LedgerVerify => "ledger-verify",
            Self::Reconcile => "reconcile",
            Self::Migrate => "migrate",
        }
    }
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum Event {
    /// Somebody made an account.
    #[serde(rename = "user.registered.v1")]
    UserRegistered {
        /// Who.
        user: UserId,
    },
    /// A catalogue waits to be imported.
    #[serde(rename = "import.requested.v1")]
    ImportRequested {
        /// Which import.
        import: ImportId,
    },
    /// A part of a catalogue waits to be imported.
    #[serde(rename = "import.part_ready.v1")]
    ImportPartReady {
        /// Which import.
        import: ImportId,
        /// Which part, from 0.
        part: u32,
    },
    /// A provider's webhook was stored.
    #[serde(rename = "provider.reported.v1")]
    ProviderReported {
        /// The provider.
        provider: String,
        /// The provider's id for it.
        event: String,
        /// What it reports; events of older releases leave that to what was stored.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        report: Option<ProviderReport>,
    },
    /// A card was refused.
    #[serde(rename = "payment.failed.v1")]
    PaymentFailed {
        /// Which payment.
        payment: PaymentId,
        /// The provider's reason.
        reason: String,
    },
    /// A payment will not be waited for any longer: its time is over, or what it was for was called off.
    #[serde(rename = "payment.ended.v1")]
    PaymentEnded {
        /// Which payment.
        payment: PaymentId,
    },
    /// The money for orders that had ended by then arrived, and goes back.
    #[serde(rename = "payment.came_late.v1")]
    PaymentCameLate {
        /// Which payment.
        payment: PaymentId,
    },
    /// An order was paid.
    #[serde(rename = "order.paid.v1")]
    OrderPaid {
        /// Which order.
        order: OrderId,
    },
    /// The tracking number of an order is another one.
    #[serde(rename = "order.shipment_corrected.v1")]
    ShipmentCorrected {
        /// Which order.
        order: OrderId,
    },
    /// An order was not paid in time.
    #[serde(rename = "order.expired.v1")]
    OrderExpired {
        /// Which order.
        order: OrderId,
    },
    /// An order is on its way.
    #[serde(rename = "order.shipped.v1")]
    OrderShipped {
        /// Which order.
        order: OrderId,
    },
    /// An order is done.
    #[serde(rename = "order.completed.v1")]
    OrderCompleted {
        /// Which order.
        order: OrderId,
    },
    /// An order was called off.
    #[serde(rename = "order.cancelled.v1")]
    OrderCancelled {
        /// Which order.
        order: OrderId,
    },
    /// A buyer reported a problem: the money is held.
    #[serde(rename = "order.disputed.v1")]
    OrderDisputed {
        /// Which order.
        order: OrderId,
    },
    /// There is evidence for the bank that disputes a payment.
    #[serde(rename = "dispute.evidence_given.v1")]
    EvidenceGiven {
        /// The provider's id for the dispute.
        dispute: String,
        /// Which payment.
        payment: PaymentId,
        /// In words.
        text: String,
    },
    /// Money of an order goes back to its buyer, and the order goes on.
    #[serde(rename = "order.refunded.v1")]
    OrderRefunded {
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
    /// A refund could not be sent, or came back: the marketplace owes it to the buyer until it is tried again or settled otherwise.
    #[serde(rename = "refund.failed.v1")]
    RefundFailed {
        /// Which order.
        order: OrderId,
        /// The refund.
        refund: RefundId,
    },
    /// The marketplace paid a buyer in another way what could not be sent.
    #[serde(rename = "refund.settled_otherwise.v1")]
    RefundSettledOtherwise {
        /// Which order.
        order: OrderId,
        /// The refund.
        refund: RefundId,
    },
    /// A buyer's bank took a payment back, until it decides.
    #[serde(rename = "dispute.opened.v1")]
    DisputeOpened {
        /// The provider's id for the dispute.
        dispute: String,
    },
    /// The bank decided.
    #[serde(rename = "dispute.decided.v1")]
    DisputeDecided {
        /// The provider's id for the dispute.
        dispute: String,
    },
    /// The provider reported something that does not fit, so that nothing was booked: an administrator has to look.
    #[serde(rename = "finding.opened.v1")]
    FindingOpened {
        /// Which finding.
        finding: FindingId,
    },
    /// A reconciliation ended, and found what may not have been found before.
    #[serde(rename = "reconciliation.found.v1")]
    ReconciliationFound {
        /// Which run.
        run: ReconciliationId,
    },
    /// Money is to go back to a buyer.
    #[serde(rename = "refund.requested.v1")]
    RefundRequested {
        /// The payment it was part of.
        payment: PaymentId,
        /// What is refunded: a refund's id, or that of a payment that came too late.
        subject: String,
        /// How much.
        amount: Money,
    },
    /// The sellers of a marketplace are to be paid, page by page.
    #[serde(rename = "payout.run_requested.v1")]
    PayoutRunRequested {
        /// The run.
        run: PayoutRunId,
        /// The only seller to be paid; without it, all are.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        only: Option<SellerId>,
        /// The last seller of the page before.
        after: Option<SellerId>,
        /// Whether only those are paid whose day it is; an administrator's run pays everybody.
        #[serde(default)]
        scheduled: bool,
    },
    /// Money is to be sent to a seller.
    #[serde(rename = "payout.requested.v1")]
    PayoutRequested {
        /// Which payout.
        payout: PayoutId,
        /// How much.
        amount: Money,
    },
    /// A payout arrived.
    #[serde(rename = "payout.paid.v1")]
    PayoutPaid {
        /// Which payout.
        payout: PayoutId,
    },
    /// A payout came back.
    #[serde(rename = "payout.failed.v1")]
    PayoutFailed {
        /// Which payout.
        payout: PayoutId,
    },
    /// The marketplace paid a seller in another way what came back.
    #[serde(rename = "payout.settled_otherwise.v1")]
    PayoutSettledOtherwise {
        /// Which payout.
        payout: PayoutId,
    },
    /// A part of a marketplace's ledger is to be verified, or the rest of it.
    #[serde(rename = "ledger.verification_step.v1")]
    LedgerVerificationStep {
        /// The verification.
        verification: LedgerVerificationId,
        /// What is to be verified.
        part: Part,
        /// Counts the steps of the part.
        step: u32,
        /// How far the steps before it came.
        #[serde(default)]
        progress: Progress,
    },
    /// A day of the payment provider's is to be compared with the ledger, or the rest of it.
    #[serde(rename = "reconciliation.step.v1")]
    ReconciliationStep {
        /// The run.
        run: ReconciliationId,
        /// Which of the run's lists is read: counted from 0, those of the providers first.
        list: u32,
        /// Behind what to go on in it; empty to begin.
        #[serde(default)]
        behind: String,
    },
    /// A segment of the table is to be migrated, or the rest of it.
    #[serde(rename = "migration.step.v1")]
    MigrationStep {
        /// The migration.
        migration: MigrationId,
        /// Which segment, from 0.
        segment: u16,
        /// Counts the steps of the segment.
        step: u32,
    },
    /// The sandbox provider has something to report.
    #[serde(rename = "sandbox.report_due.v1")]
    SandboxReportDue {
        /// The provider's id for its event: the same each time it is sent.
        event: String,
        /// What it reports.
        report: ProviderReport,
    },
}

impl Event {
    /// Whose queues it is put on.
    pub const fn subscribers(&self) -> &'static [Queue] {
        match self {
            Self::UserRegistered { .. }
            | Self::PaymentFailed { .. }
            | Self::PaymentCameLate { .. }
            | Self::OrderPaid { .. }
            | Self::OrderExpired { .. }
            | Self::OrderShipped { .. }
            | Self::ShipmentCorrected { .. }
            | Self::OrderCompleted { .. }
            | Self::OrderCancelled { .. }
            | Self::OrderDisputed { .. }
            | Self::OrderRefunded { .. }
            | Self::RefundFailed { .. }
            | Self::RefundSettledOtherwise { .. }
            | Self::DisputeOpened { .. }
            | Self::DisputeDecided { .. }
            | Self::FindingOpened { .. }
            | Self::ReconciliationFound { .. }
            | Self::PayoutPaid { .. }
            | Self::PayoutSettledOtherwise { .. } => &[Queue::NotifyEmail],
            // What came back is taken back from where the provider keeps it for the seller.
            Self::PayoutFailed { .. } => &[Queue::NotifyEmail, Queue::Provider],
            Self::ImportRequested { .. } | Self::ImportPartReady { .. } => &[Queue::CatalogImport],
            Self::ProviderReported { .. } => &[Queue::PaymentApply],
            Self::PayoutRunRequested { .. } => &[Queue::PayoutRun],
            // Nobody is to pay it any more.
            Self::PaymentEnded { .. }
            | Self::RefundRequested { .. }
            | Self::PayoutRequested { .. }
            | Self::EvidenceGiven { .. }
            | Self::SandboxReportDue { .. } => &[Queue::Provider],
            Self::LedgerVerificationStep { .. } => &[Queue::LedgerVerify],
            Self::ReconciliationStep { .. } => &[Queue::Reconcile],
            Self::MigrationStep { .. } => &[Queue::Migrate],
        }
    }
}

/// An event as it travels: on the outbox, through the relay and on every queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// The event's id: the commit's, and a number. Consumers act once for each.
    pub id: String,
    /// Whose event it is.
    pub marketplace: MarketplaceId,
    /// When it happened.
    pub at: Time,
    /// The trace of the request that caused it, in the `X-Amzn-Trace-Id` format.
    pub trace: Option<String>,
    /// How long the relay lets the queue hold it back, in seconds: at most 900.
    #[serde(default)]
    pub delay_seconds: u16,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Id;

    #[test]
    fn an_envelope_reads_back_and_names_its_version() {
        let envelope = Envelope {
            id: "cmt_01jd0000000000000000000000_0".into(),
            marketplace: MarketplaceId::from_ulid("01jd0000000000000000000000"),
            at: Time::from_millis(0),
            trace: None,
            delay_seconds: 0,
            event: Event::OrderPaid { order: OrderId::from_ulid("01jd0000000000000000000000") },
        };
        let json = serde_json::to_value(&envelope).unwrap();
        assert_eq!(json["type"], "order.paid.v1");
        assert_eq!(serde_json::from_value::<Envelope>(json).unwrap(), envelope);
    }

    #[test]
    fn an_event_of_an_unknown_version_is_not_read() {
        assert!(serde_json::from_str::<Event>(r#"{"type":"order.paid.v99","data":{}}"#).is_err());
    }
}
