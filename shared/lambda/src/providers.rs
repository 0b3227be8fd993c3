//! What functions need to speak to payment providers: keys, and an HTTP client of its own.

use crate::{App, function::Failure};
use aws_smithy_http_client::{
    Builder,
    tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode},
};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use base64::{Engine, engine::general_purpose::STANDARD};
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

/// A client that trusts the certificate authorities that Mozilla's browser trusts. Stripe asks not to pin its certificates: it
/// changes authorities at will (<https://docs.stripe.com/security/guide>). The client takes certificates as PEM only.
pub(crate) fn provider_client() -> Result<SharedHttpClient, Failure> {
    let mut pem = String::new();
    for der in webpki_root_certs::TLS_SERVER_ROOT_CERTS {
        pem.push_str("-----BEGIN CERTIFICATE-----\n");
        pem.push_str(&STANDARD.encode(der));
        pem.push_str("\n-----END CERTIFICATE-----\n");
    }
    let store = TrustStore::empty().with_pem_certificate(pem.into_bytes());
    let tls = TlsContext::builder().with_trust_store(store).build().map_err(Failure::new)?;
    Ok(Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).tls_context(tls).build_https())
}

impl App {
    fn stripe_value<'a>(&self, grant: Grant, value: &'a Option<String>) -> Result<&'a str, Problem> {
        let value = self.granted_secret(grant, value)?.trim();
        if value == STRIPE_DISABLED {
            let detail = "This deployment has no keys of Stripe. Its operator puts them into the Parameter Store; see the README.";
            return Err(Problem::conflict("stripe_disabled", detail));
        }
        Ok(value)
    }

    /// The key with which Stripe is asked. It must never reach a log or an answer.
    pub fn stripe_secret_key(&self) -> Result<&str, Problem> {
        self.stripe_value(Grant::StripeSecretKey, &self.stripe().secret_key)
    }

    /// The key with which a buyer's browser asks Stripe.
    pub fn stripe_publishable_key(&self) -> Result<&str, Problem> {
        self.stripe_value(Grant::StripePublishableKey, &self.stripe().publishable_key)
    }

    /// The secrets that Stripe may have signed a webhook with: one for its own events, one for those of connected accounts, and
    /// for a while the old ones beside the new.
    pub fn stripe_webhook_secrets(&self) -> Result<Vec<&str>, Problem> {
        let all = self.stripe_value(Grant::StripeWebhookSecret, &self.stripe().webhook_secret)?;
        Ok(all.split(',').map(str::trim).filter(|secret| !secret.is_empty()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_public_authority_can_be_read() {
        assert!(webpki_root_certs::TLS_SERVER_ROOT_CERTS.len() > 100);
        assert!(provider_client().is_ok());
    }
}
