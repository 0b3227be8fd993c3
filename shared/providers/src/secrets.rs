//! The keys of payment providers, and why there may be none.

use tradewind_lambda::{App, Grant, JobError, Problem};

/// In place of Stripe's keys: this deployment does not use Stripe.
pub const STRIPE_DISABLED: &str = "disabled";

/// In place of the sandbox provider's secret: there is no sandbox here.
pub const SANDBOX_DISABLED: &str = "disabled";

/// Why there is no key to speak to a provider with.
#[derive(Debug)]
pub enum KeyError {
    /// The deployment takes no test cards.
    SandboxDisabled,
    /// The deployment has no keys of Stripe.
    StripeDisabled,
    /// The function is not granted it.
    NotGranted(Problem),
}

impl KeyError {
    /// The codes that a client may be told.
    pub const CODES: &'static [&'static str] = &["sandbox_disabled", "stripe_disabled"];
}

impl From<Problem> for KeyError {
    fn from(problem: Problem) -> Self {
        Self::NotGranted(problem)
    }
}

impl From<KeyError> for Problem {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::SandboxDisabled => {
                let detail = "This deployment does not take the sandbox's test cards. Its operator can allow them for trying it out.";
                Self::conflict("sandbox_disabled", detail)
            }
            KeyError::StripeDisabled => {
                let detail = "This deployment has no keys of Stripe. Its operator puts them into the Parameter Store; see the README.";
                Self::conflict("stripe_disabled", detail)
            }
            KeyError::NotGranted(problem) => problem,
        }
    }
}

impl From<KeyError> for JobError {
    fn from(error: KeyError) -> Self {
        Problem::from(error).into()
    }
}

/// The secret of the sandbox provider's webhooks. A deployment whose secret is [`SANDBOX_DISABLED`] has no sandbox: with its
/// test cards anybody could buy for nothing.
pub fn sandbox_secret(app: &App) -> Result<&str, KeyError> {
    let secret = app.secret(Grant::SandboxSecret)?;
    if secret == SANDBOX_DISABLED { Err(KeyError::SandboxDisabled) } else { Ok(secret) }
}

fn of_stripe(app: &App, grant: Grant) -> Result<&str, KeyError> {
    let value = app.secret(grant)?.trim();
    if value == STRIPE_DISABLED { Err(KeyError::StripeDisabled) } else { Ok(value) }
}

/// The key with which Stripe is asked. It must never reach a log or an answer.
pub fn stripe_secret_key(app: &App) -> Result<&str, KeyError> {
    of_stripe(app, Grant::StripeSecretKey)
}

/// The key with which a buyer's browser asks Stripe.
pub fn stripe_publishable_key(app: &App) -> Result<&str, KeyError> {
    of_stripe(app, Grant::StripePublishableKey)
}

/// The secrets that Stripe may have signed a webhook with: one for its own events, one for those of connected accounts, and
/// for a while the old ones beside the new.
pub fn stripe_webhook_secrets(app: &App) -> Result<Vec<&str>, KeyError> {
    let all = of_stripe(app, Grant::StripeWebhookSecret)?;
    Ok(all.split(',').map(str::trim).filter(|secret| !secret.is_empty()).collect())
}
