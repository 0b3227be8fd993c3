//! The e-mails about an account that hold a code. The code is made here, when the e-mail is written: it lies nowhere.

use crate::{
    brand::Brand,
    templates::{self, Addressed, Code},
};
use tradewind_identity::{Challenge, Purpose, User, keys};
use tradewind_kernel::{MarketplaceId, UserId, email::Email};
use tradewind_lambda::{App, JobError};
use tradewind_storage::Wanted;

/// To somebody who registered: the code that verifies the address; or, if another account has verified it, that they have one already.
pub(crate) async fn registered(
    app: &App,
    tenant: &MarketplaceId,
    brand: &Brand,
    user: &User,
) -> Result<Vec<Addressed>, JobError> {
    let (claim, challenge) = (keys::email(tenant, &user.email), verification(tenant, user));
    let mut found = app.table.gather(Wanted::default().and(&claim).and(&challenge)).await?;
    let claim = found.take(&claim)?;
    if claim.as_ref().is_some_and(|claim| claim.user != user.id) {
        return Ok(vec![templates::registered_again(brand, &user.email)]);
    }
    Ok(match code(app, tenant, found.take(&challenge)?)? {
        Some((to, code)) if to == user.email => vec![templates::verify_email(brand, &to, &code)],
        // Accounts that the operator made claim their address at once.
        Some(_) | None => claim.iter().map(|_| templates::welcome(brand, user)).collect(),
    })
}

fn verification(tenant: &MarketplaceId, user: &User) -> tradewind_storage::Key<Challenge> {
    keys::challenge(tenant, Purpose::VerifyEmail, user.id.as_str())
}

/// To somebody who forgot their password: nothing if nobody has registered with the address.
pub(crate) async fn forgotten(
    app: &App,
    tenant: &MarketplaceId,
    brand: &Brand,
    subject: &str,
) -> Result<Vec<Addressed>, JobError> {
    let challenge = app.table.get(keys::challenge(tenant, Purpose::ResetPassword, subject)).await?;
    let code = code(app, tenant, challenge.filter(|challenge| challenge.user.is_some()))?;
    Ok(code.iter().map(|(to, code)| templates::reset_password(brand, to, code)).collect())
}

/// To the address to which somebody changes; or, if another account has it, that it has.
pub(crate) async fn changing(
    app: &App,
    tenant: &MarketplaceId,
    brand: &Brand,
    user: &UserId,
) -> Result<Vec<Addressed>, JobError> {
    let challenge = app.table.get(keys::challenge(tenant, Purpose::ChangeEmail, user.as_str())).await?;
    let Some((to, code)) = code(app, tenant, challenge)? else { return Ok(vec![]) };
    let claim = app.table.get(keys::email(tenant, &to)).await?;
    Ok(vec![match claim.is_some_and(|claim| claim.user != *user) {
        true => templates::change_email_taken(brand, &to),
        false => templates::change_email(brand, &to, &code),
    }])
}

/// The address and the code of a challenge that is still good.
fn code(app: &App, tenant: &MarketplaceId, challenge: Option<Challenge>) -> Result<Option<(Email, Code)>, JobError> {
    let Some(challenge) = challenge.filter(|challenge| challenge.expires_at > app.now()) else { return Ok(None) };
    let key = app.sealing_key()?;
    let code = Code { digits: challenge.digits(key, tenant), link: challenge.link(key, tenant) };
    Ok(Some((challenge.email, code)))
}
