//! The keys of payment providers, and why a key may be missing.

use tradewind_http::Problem;

/// The value that replaces Stripe's keys in a deployment that does not use Stripe.
pub const STRIPE_DISABLED: &str = "disabled";

/// The platform's keys of Stripe. They are never shown.
pub(crate) struct StripeKeys {
    pub secret_key: Option<String>,
    pub publishable_key: Option<String>,
    pub webhook_secret: Option<String>,
}

/// Why there is no key for calling a provider.
#[derive(Debug)]
pub enum KeyError {
    /// The deployment has no sandbox, and so accepts no test cards.
    SandboxDisabled,
    /// The deployment has no keys of Stripe.
    StripeDisabled,
    /// The function is not granted the key.
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
