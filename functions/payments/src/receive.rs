//! Taking what a provider reports: stored first, once, as an event of its own, and answered; what it means is worked out by
//! `payments-apply`.

use tradewind_kernel::Time;
use tradewind_payments::{ProviderEvent, ProviderReport, ReportEvent, provider::PaymentProvider};
use tradewind_storage::Commit;

/// Adds a report to a commit, and the event by which it is applied. A second commit of the same is refused as done before.
pub fn stored(commit: Commit, provider: PaymentProvider, id: String, report: ProviderReport, now: Time) -> Commit {
    let received = ReportEvent::Received {
        provider: provider.name().into(),
        event: id.clone(),
        // Whoever applies it need not read what was stored.
        report: Some(report.clone()),
    };
    let stored = ProviderEvent { id, provider: provider.name().into(), report, received_at: now };
    commit.create_once(&stored).emit(received)
}
