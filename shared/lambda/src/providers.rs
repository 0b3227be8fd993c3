//! What functions need to speak to payment providers: their keys.

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
