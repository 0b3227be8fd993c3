//! Access to the keys of payment providers.

use crate::{App, KeyError, STRIPE_DISABLED};
use tradewind_storage::Grant;

impl App {
    fn stripe_value<'a>(&self, grant: Grant, value: &'a Option<String>) -> Result<&'a str, KeyError> {
        let value = self.granted_secret(grant, value)?.trim();
        if value == STRIPE_DISABLED {
            return Err(KeyError::StripeDisabled);
        }
        Ok(value)
    }

    /// Stripe's secret key, with which Stripe's API is called. It must never reach a log or an answer.
    pub fn stripe_secret_key(&self) -> Result<&str, KeyError> {
        self.stripe_value(Grant::StripeSecretKey, &self.stripe().secret_key)
    }

    /// Stripe's publishable key, with which a buyer's browser calls Stripe.
    pub fn stripe_publishable_key(&self) -> Result<&str, KeyError> {
        self.stripe_value(Grant::StripePublishableKey, &self.stripe().publishable_key)
    }

    /// The secrets with which Stripe may have signed a webhook: one for its own events, one for those of connected accounts, and
    /// during a rotation the old ones as well as the new.
    pub fn stripe_webhook_secrets(&self) -> Result<Vec<&str>, KeyError> {
        let all = self.stripe_value(Grant::StripeWebhookSecret, &self.stripe().webhook_secret)?;
        Ok(all.split(',').map(str::trim).filter(|secret| !secret.is_empty()).collect())
    }
}
