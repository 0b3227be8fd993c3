//! Verifies the disputes of a marketplace against their journals.

use crate::audit::step::{Left, Step};
use tradewind_audit as audit;
use tradewind_audit::{Difference, Progress};
use tradewind_disputes::{Dispute, DisputeStatus, keys as disputes_keys};
use tradewind_kernel::MarketplaceId;
use tradewind_lambda::{App, JobError};
use tradewind_ledger::{JournalKind, journals::Journals};
use tradewind_storage::keys::END;

/// Checks that the orders of an open dispute wait for it, provided that the dispute is still open once they have been read. 1 read unit for
/// the payment, one for each order and one for the dispute.
async fn waits(app: &App, tenant: &MarketplaceId, dispute: &Dispute) -> Result<Vec<Difference>, JobError> {
    let Some(purchase) = tradewind_sales::purchase::load(&app.table, tenant, &dispute.payment).await? else {
        return Ok(vec![]);
    };
    let now = app.table.get(disputes_keys::dispute(tenant, &dispute.id)).await?;
    let open = now.is_some_and(|now| now.status == DisputeStatus::Open);
    Ok(if open { audit::waits(dispute, &purchase.orders) } else { vec![] })
}

/// Disputes read at a time.
const PAGE: u16 = 100;

pub(crate) async fn run(step: &mut Step<'_>, mut progress: Progress) -> Result<Left, JobError> {
    let (app, tenant) = (step.app, step.tenant);
    loop {
        let page = app.table.page(disputes_keys::disputes(tenant).span(&progress.after, END), PAGE, None).await?;
        let keys: Vec<_> = page.items.iter().map(|row| disputes_keys::dispute(tenant, &row.summary.id)).collect();
        let disputes = app.table.get_each(keys).await?;
        let names = disputes.iter().flat_map(|dispute| {
            [JournalKind::DisputeOpened, JournalKind::DisputeWon].map(|kind| (kind, dispute.id.clone()))
        });
        let journals = Journals::read(&app.table, tenant, names.collect()).await?;
        for dispute in &disputes {
            let found = audit::dispute(dispute, |kind| journals.get(kind, &dispute.id).cloned())?;
            step.tally.differences.extend(found);
            if dispute.status == DisputeStatus::Open {
                let found = waits(app, tenant, dispute).await?;
                step.tally.differences.extend(found);
            }
        }
        if let Some(last) = page.items.last() {
            progress.after = tradewind_storage::by_time(last.summary.created_at, &last.summary.id);
        }
        match page.next {
            None => return Ok(Left::Nothing),
            Some(_) if step.over() => return Ok(Left::Rest(progress, 0)),
            Some(_) => {}
        }
    }
}
