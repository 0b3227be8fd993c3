//! What a provider reports about the account through which a seller is paid.

use tradewind_kernel::{MarketplaceId, SellerId};
use tradewind_lambda::{App, Handled, JobError};
use tradewind_payments::{keys as payments_keys, provider::AccountStatus};

/// Records a report if it is new. Reports may overtake each other, and may overtake the reply to the request that opened the account.
pub async fn account_updated(
    app: &App,
    tenant: &MarketplaceId,
    seller: &SellerId,
    status: AccountStatus,
    reported_at: i64,
    trace: Option<String>,
) -> Result<Handled, JobError> {
    let found = app.table.get(payments_keys::payout_account(tenant, seller)).await?;
    // The report may arrive before the request that opened the account has ended: the queue delivers it again.
    let account = found.ok_or_else(|| JobError::unavailable(format!("{seller} has no payout account yet")))?;
    let Some(mut account) = account.updated(status, reported_at, app.now()) else { return Ok(Handled::Duplicate) };
    app.commit(tenant, trace).update(&mut account).send(&app.table).await?;
    Ok(Handled::Done)
}
