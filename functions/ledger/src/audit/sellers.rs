//! Lists the sellers of a marketplace, each of whom becomes a part of the verification.

use crate::audit::step::{Left, Step};
use tradewind_audit::{Part, Progress};
use tradewind_lambda::JobError;
use tradewind_sellers::keys as sellers_keys;
use tradewind_storage::keys::END;

/// Sellers handled by one message.
const PAGE: u16 = 25;

pub(crate) async fn run(step: &mut Step<'_>, progress: Progress) -> Result<Left, JobError> {
    let sellers = match progress.after.as_str() {
        "" => sellers_keys::sellers(step.tenant),
        after => sellers_keys::sellers(step.tenant).span(after, END),
    };
    let page = step.app.table.page(sellers, PAGE, None).await?;
    let last = page.items.last().map(|row| row.summary.to_string());
    let rest = page.next.and(last).map(|after| Progress { after, ..Progress::default() });
    Ok(Left::Sellers(page.items.into_iter().map(|row| Part::Seller { seller: row.summary }).collect(), rest))
}
