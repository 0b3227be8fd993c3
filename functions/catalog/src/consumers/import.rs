//! `catalog-import`: imports catalogues, in two steps. The file is split into parts that are small enough for one invocation each,
//! and each part is imported on its own, several at once.

use crate::consumers::{import_part, import_split};
use tradewind_catalog::ImportEvent;
use tradewind_kernel::event::Envelope;
use tradewind_lambda::{App, Consumer, Grant, Handled, JobError, Message};

/// A file of 50 MiB is read whole, and making HTML harmless is work.
pub const CONSUMER: Consumer = Consumer {
    function: "catalog-import",
    summary: "Splits an uploaded catalogue into parts and imports the products of each.",
    queue: tradewind_catalog::IMPORTS,
    batch: 1,
    grants: &[Grant::MainRead, Grant::MainWrite, Grant::EphemeralWrite, Grant::UploadsRead, Grant::UploadsWrite],
    memory: 1024,
    timeout_seconds: 120,
    most_at_once: 10,
};

pub async fn handle(app: App, message: Message<Envelope<ImportEvent>>) -> Result<Handled, JobError> {
    let Message { payload: Envelope { marketplace, event, .. }, trace, .. } = message;
    match event {
        ImportEvent::Requested { import } => import_split::run(&app, &marketplace, &import, trace).await,
        ImportEvent::PartReady { import, part } => import_part::run(&app, &marketplace, &import, part, trace).await,
    }
}
