//! Receiving a provider's report: it is first stored, once, together with an event, and answered; `payments-apply` later applies it.

use tradewind_kernel::Time;
use tradewind_payments::{ProviderEvent, ProviderReport, ReportEvent, provider::PaymentProvider};
use tradewind_storage::Commit;

/// Adds a report to a commit, and the event by which it is applied. A second commit of the same report fails as already done.
pub fn stored(commit: Commit, provider: PaymentProvider, id: String, report: ProviderReport, now: Time) -> Commit {
    let received = ReportEvent::Received {
        provider: provider.name().into(),
        event: id.clone(),
        // The event carries the report, so that the consumer need not read what was stored.
        report: Some(report.clone()),
    };
    let stored = ProviderEvent { id, provider: provider.name().into(), report, received_at: now };
    commit.create_once(&stored).emit(received)
}
