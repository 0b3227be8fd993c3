//! The keys of payment providers, and why there may be none.

use tradewind_http::Problem;

/// In place of Stripe's keys: this deployment does not use Stripe.
pub const STRIPE_DISABLED: &str = "disabled";

/// What Stripe gave the platform. Never shown.
pub(crate) struct StripeKeys {
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
