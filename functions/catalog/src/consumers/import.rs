//! `catalog-import`: imports catalogues, in two steps. The file is split into parts that are small enough for one invocation each,
//! and each part is imported on its own, several at once.

use crate::{consumers::import_part, consumers::import_split};
use tradewind_domain::event::{Envelope, Event, Queue};
use tradewind_lambda::{App, Consumer, Grant, Handled, Message, Problem};

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
        Event::ImportRequested { import } => import_split::run(&app, &marketplace, &import, trace).await,
        Event::ImportPartReady { import, part } => import_part::run(&app, &marketplace, &import, part, trace).await,
        Event::UserRegistered { .. }
        | Event::ProviderReported { .. }
        | Event::PaymentFailed { .. }
        | Event::OrderPaid { .. }
        | Event::OrderExpired { .. }
        | Event::OrderShipped { .. }
        | Event::ShipmentCorrected { .. }
        | Event::OrderCompleted { .. }
        | Event::OrderCancelled { .. }
        | Event::OrderDisputed { .. }
        | Event::OrderRefunded { .. }
        | Event::PaymentCameLate { .. }
        | Event::RefundFailed { .. }
        | Event::RefundSettledOtherwise { .. }
        | Event::DisputeOpened { .. }
        | Event::DisputeDecided { .. }
        | Event::FindingOpened { .. }
        | Event::ReconciliationFound { .. }
        | Event::EvidenceGiven { .. }
        | Event::RefundRequested { .. }
        | Event::PayoutRunRequested { .. }
        | Event::LedgerVerificationStep { .. }
        | Event::MigrationStep { .. }
        | Event::ReconciliationStep { .. }
        | Event::PayoutRequested { .. }
        | Event::PayoutPaid { .. }
        | Event::PaymentEnded { .. }
        | Event::PayoutFailed { .. }
        | Event::PayoutSettledOtherwise { .. }
        | Event::SandboxReportDue { .. } => Err(Problem::internal("this event is not for catalog-import")),
    }
}
