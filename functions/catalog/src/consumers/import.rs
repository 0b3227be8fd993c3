//! `catalog-import`: imports catalogues, in two steps. The file is split into parts that are small enough for one invocation each,
//! and each part is imported on its own, several at once.

use crate::consumers::{import_part, import_split};
use tradewind_audit::VerificationEvent;
use tradewind_catalog::ImportEvent;
use tradewind_disputes::DisputeEvent;
use tradewind_identity::IdentityEvent;
use tradewind_kernel::event::{Envelope, Queue};
use tradewind_lambda::{App, Consumer, Grant, Handled, Message, Problem};
use tradewind_migrations::MigrationEvent;
use tradewind_orders::{OrderEvent, RefundEvent};
use tradewind_payments::{PaymentEvent, ProviderTask, ReportEvent};
use tradewind_payouts::{PayoutEvent, PayoutRunEvent};
use tradewind_reconciliation::{ReconciliationEvent, ReconciliationTask};
use tradewind_sales::Event;

/// What the consumer declares. A file of 50 MiB is read whole, and making HTML harmless is work.
pub const CONSUMER: Consumer = Consumer {
    function: "catalog-import",
    summary: "Splits an uploaded catalogue into parts and imports the products of each.",
    queue: Queue::CatalogImport,
    batch: 1,
    grants: &[Grant::MainRead, Grant::MainWrite, Grant::EphemeralWrite, Grant::UploadsRead, Grant::UploadsWrite],
    memory: 1024,
    timeout_seconds: 120,
    most_at_once: 10,
};

pub async fn handle(app: App, message: Message<Envelope>) -> Result<Handled, Problem> {
    let Message { payload: Envelope { marketplace, event, .. }, trace, .. } = message;
    match event {
        ImportEvent::Requested { import } => import_split::run(&app, &marketplace, &import, trace).await,
        ImportEvent::PartReady { import, part } => import_part::run(&app, &marketplace, &import, part, trace).await,
        IdentityEvent::Registered { .. }
        | ReportEvent::Received { .. }
        | PaymentEvent::Failed { .. }
        | OrderEvent::Paid { .. }
        | OrderEvent::Expired { .. }
        | OrderEvent::Shipped { .. }
        | OrderEvent::ShipmentCorrected { .. }
        | OrderEvent::Completed { .. }
        | OrderEvent::Cancelled { .. }
        | OrderEvent::Disputed { .. }
        | OrderEvent::Refunded { .. }
        | PaymentEvent::CameLate { .. }
        | RefundEvent::Failed { .. }
        | RefundEvent::SettledOtherwise { .. }
        | DisputeEvent::Opened { .. }
        | DisputeEvent::Decided { .. }
        | ReconciliationEvent::FindingOpened { .. }
        | ReconciliationEvent::Found { .. }
        | ProviderTask::EvidenceGiven { .. }
        | ProviderTask::RefundRequested { .. }
        | PayoutRunEvent::Requested { .. }
        | VerificationEvent::Step { .. }
        | MigrationEvent::Step { .. }
        | ReconciliationTask::Step { .. }
        | ProviderTask::PayoutRequested { .. }
        | PayoutEvent::Paid { .. }
        | ProviderTask::PaymentEnded { .. }
        | PayoutEvent::Failed { .. }
        | PayoutEvent::SettledOtherwise { .. }
        | ProviderTask::SandboxReportDue { .. } => Err(Problem::internal("this event is not for catalog-import")),
    }
}
