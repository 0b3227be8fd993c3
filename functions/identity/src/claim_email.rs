//! Claiming an address for an account that has shown that it is theirs.

use tradewind_identity::{EmailClaim, EmailTaken, User, keys};
use tradewind_kernel::MarketplaceId;
use tradewind_lambda::{App, Problem, Unfinished};
use tradewind_storage::Commit;

/// Claims the user's address, unless it is claimed for them already. 1 read unit, 2 write units.
pub(crate) async fn claim_email(
    app: &App,
    tenant: &MarketplaceId,
    user: &User,
    commit: Commit,
) -> Result<Commit, Problem> {
    let claim = EmailClaim { email: user.email.clone(), user: user.id.clone() };
    match app.table.get(keys::email(tenant, &user.email)).await? {
        Some(claim) if claim.user == user.id => Ok(commit),
        Some(_) | None => Ok(commit.create(&claim, EmailTaken(claim.email.clone()))),
    }
}

/// The problem if another account has claimed the address. Only whoever reads its e-mails gets so far.
pub(crate) fn taken(unfinished: Unfinished) -> Problem {
    let detail = "Another account of yours has this address. Log in to that one, or use another address.";
    unfinished.explain(|_: &EmailTaken| detail.into())
}
