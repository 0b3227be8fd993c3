//! What functions need to speak to payment providers: their keys.

use crate::App;
use tradewind_http::Problem;
use tradewind_storage::Grant;

/// In place of Stripe's keys: this deployment does not use Stripe.
pub const STRIPE_DISABLED: &str = "disabled";

/// What Stripe gave the platform. Never shown.
pub(crate) struct StripeSecrets {
    pub secret_key: Option<String>,
    pub publishable_key: Option<String>,
    pub webhook_secret: Option<String>,
}

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

impl App {
    fn stripe_value<'a>(&self, grant: Grant, value: &'a Option<String>) -> Result<&'a str, KeyError> {
        let value = self.granted_secret(grant, value)?.trim();
        if value == STRIPE_DISABLED {
            return Err(KeyError::StripeDisabled);
        }
        Ok(value)
    }

    /// The key with which Stripe is asked. It must never reach a log or an answer.
    pub fn stripe_secret_key(&self) -> Result<&str, KeyError> {
        self.stripe_value(Grant::StripeSecretKey, &self.stripe().secret_key)
    }

    /// The key with which a buyer's browser asks Stripe.
    pub fn stripe_publishable_key(&self) -> Result<&str, KeyError> {
        self.stripe_value(Grant::StripePublishableKey, &self.stripe().publishable_key)
    }

    /// The secrets that Stripe may have signed a webhook with: one for its own events, one for those of connected accounts, and
    /// for a while the old ones beside the new.
    pub fn stripe_webhook_secrets(&self) -> Result<Vec<&str>, KeyError> {
        let all = self.stripe_value(Grant::StripeWebhookSecret, &self.stripe().webhook_secret)?;
        Ok(all.split(',').map(str::trim).filter(|secret| !secret.is_empty()).collect())
    }
}
