//! What a provider says of the account through which a seller is paid.

use tradewind_kernel::{MarketplaceId, SellerId};
use tradewind_lambda::{App, Handled, JobError};
use tradewind_payments::{keys as payments_keys, provider::AccountStatus};

/// Remembers what is news. Reports may overtake each other and what was said when the account was opened.
pub async fn account_told(
    app: &App,
    tenant: &MarketplaceId,
    seller: &SellerId,
    status: AccountStatus,
    said_at: i64,
    trace: Option<String>,
) -> Result<Handled, JobError> {
    let found = app.table.get(payments_keys::payout_account(tenant, seller)).await?;
    // It may be told before the request that opened it has ended: the queue brings it again.
    let account = found.ok_or_else(|| JobError::unavailable(format!("{seller} has no payout account yet")))?;
    let Some(mut account) = account.told(status, said_at, app.now()) else { return Ok(Handled::Duplicate) };
    app.commit(tenant, trace).update(&mut account).send(&app.table).await?;
    Ok(Handled::Done)
}
