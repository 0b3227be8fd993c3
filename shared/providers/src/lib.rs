//! Payment providers: one trait for what the product asks of any of them.
//!
//! | provider | what it is | how it reports |
//! |---|---|---|
//! | [`sandbox`] | built in, deterministic test cards, for laptops, tests and trying things out | signed webhooks to our own API |
//! | [`stripe`] | Stripe Connect: separate charges and transfers | signed webhooks, and the replies to refunds |
//!
//! Rules that hold for each:
//!
//! - A marketplace says who takes its payments (`payment_provider`). What was begun with one provider is ended with it: a
//!   [`tradewind_payments::provider::ProviderLink`] remembers where a payment or a payout is.
//! - A provider is asked under our own ids, as often as it takes: the same id is the same effect there. Asking again is what a
//!   redelivered message does.
//! - What a provider says is a [`ProviderReport`], stored first and applied by `payments-apply`. Nothing that a provider
//!   answers to the asker changes an order.
//! - An error says what to do: [`ProviderError::Refused`] is a "no" to be told, [`ProviderError::Again`] is to be tried later,
//!   [`ProviderError::Ours`] is for an operator to look at. None carries a key.

mod finding;
mod post;
pub mod sandbox;
mod secrets;
pub mod stripe;

pub use finding::finding_id;
pub use secrets::{
    KeyError, SANDBOX_DISABLED, STRIPE_DISABLED, sandbox_secret, stripe_publishable_key, stripe_secret_key,
    stripe_webhook_secrets,
};

use async_trait::async_trait;
use tradewind_kernel::{MarketplaceId, Money, PaymentId, PayoutId, SellerId, Time};
use tradewind_lambda::{App, FieldError, JobError, Member, Problem};
use tradewind_payments::{
    Payment, ProviderReport,
    provider::{AccountStatus, BalanceTransaction, PaymentProvider},
};
use tradewind_pricing::Country;

/// What a client needs to pay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// It posts a test card to our own API.
    Sandbox,
    /// It hands this to Stripe's own form in the browser or the app.
    Stripe {
        /// The payment intent, to be remembered.
        intent: String,
        /// Stripe's word for how far it is.
        status: String,
        /// What lets the buyer pay this one intent. Not for logs.
        client_secret: String,
    },
}

/// Money that is to go back.
#[derive(Debug, Clone)]
pub struct RefundOrder {
    /// The payment it was part of.
    pub payment: PaymentId,
    /// The provider's id of that payment.
    pub paid_as: String,
    /// Our id of what is refunded: one thing is refunded once.
    pub subject: String,
    /// How much.
    pub amount: Money,
}

/// Money that is to be sent to a seller.
#[derive(Debug, Clone)]
pub struct PayoutOrder {
    /// Our id.
    pub payout: PayoutId,
    /// The provider's id of the seller's account.
    pub account: String,
    /// How much.
    pub amount: Money,
}

/// What became of an order to a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// It was taken, under the provider's id, and the provider reports later.
    Later(Option<String>),
    /// It was taken, and this has happened already.
    Now(Option<String>, ProviderReport),
}

/// Whose account is opened.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// The seller.
    pub seller: SellerId,
    /// Where the seller does business: an ISO 3166-1 code of two letters.
    pub country: Country,
    /// How the sandbox's bank behaves.
    pub test_bank: sandbox::TestBank,
}

/// Where a seller tells the provider what it wants to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Onboarding {
    /// The page: for this seller alone, once, and soon.
    pub url: String,
    /// Until when it can be opened.
    pub expires_at: Time,
}

/// A page of what moved the provider's balance, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BalancePage {
    /// The movements.
    pub items: Vec<BalanceTransaction>,
    /// Where the next page begins, if there is one.
    pub after: Option<String>,
}

/// A bank's dispute, as the provider shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispute {
    /// The provider's id.
    pub id: String,
    /// The provider's id of the payment.
    pub paid_as: String,
    /// How much is disputed.
    pub amount: Money,
    /// The bank's reason, in the provider's words.
    pub reason: String,
    /// How far it is, in the provider's words.
    pub status: String,
    /// Until when evidence is taken.
    pub evidence_due_by: Option<Time>,
}

/// A webhook that came.
#[derive(Debug, Clone, Copy)]
pub struct Webhook<'a> {
    /// The header with the signature.
    pub signature: &'a str,
    /// The marketplace of the path, where a provider has a path for each.
    pub marketplace: Option<&'a MarketplaceId>,
    /// The bytes of the body.
    pub body: &'a [u8],
    /// Now.
    pub now: Time,
}

/// What a webhook says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Received {
    /// News of ours.
    News {
        /// The provider's id for the event: the same each time it is sent.
        id: String,
        /// Whose, and what.
        news: News,
    },
    /// Nothing that we act on: taken and logged.
    Ignored {
        /// The provider's id for the event.
        id: String,
        /// Its kind.
        kind: String,
        /// Why.
        why: &'static str,
    },
}

/// Whose news it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// A marketplace's.
    Of(MarketplaceId, ProviderReport),
    /// Of the payment that the provider knows under this id.
    OfPayment(String, Disputed),
}

/// News of a dispute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disputed {
    /// The provider's id.
    pub dispute: String,
    /// How much is disputed.
    pub amount: Money,
    /// What became of it.
    pub end: DisputeEnd,
}

/// What became of a dispute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DisputeEnd {
    /// It was opened, for this reason of the bank's.
    Opened(String),
    /// The money is back.
    Won,
    /// The money stays with the buyer.
    Lost,
}

impl Disputed {
    /// The report of it, about a payment of ours.
    pub fn report(self, payment: PaymentId) -> ProviderReport {
        let Self { dispute, amount, end } = self;
        match end {
            DisputeEnd::Opened(reason) => ProviderReport::DisputeOpened { payment, dispute, amount, fee: None, reason },
            DisputeEnd::Won => ProviderReport::DisputeWon { payment, dispute, amount },
            DisputeEnd::Lost => ProviderReport::DisputeLost { payment, dispute, amount },
        }
    }
}

/// Why a webhook is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WebhookError {
    /// Nobody has vouched for it, or long ago, or for another marketplace.
    Signature,
    /// It was signed, and cannot be read.
    Body {
        /// The field that is wrong; `body` for the whole.
        field: &'static str,
        /// What is wrong.
        message: String,
    },
    /// It was signed, and these fields are wrong.
    Fields(Vec<FieldError>),
}

impl WebhookError {
    /// The code that a provider is told.
    pub const CODES: &'static [&'static str] = &["signature_invalid"];

    /// The whole body cannot be read.
    pub fn body(message: impl ToString) -> Self {
        Self::Body { field: "body", message: message.to_string() }
    }

    /// The refusal; `header` is the one that holds the provider's signature. What is not vouched for is refused alike, whatever is
    /// wrong with it.
    pub fn problem(self, header: &str) -> Problem {
        match self {
            Self::Signature => {
                let detail =
                    format!("The {header} header does not fit this endpoint and body, or is older than five minutes.");
                Problem::bad_request("signature_invalid", detail)
            }
            Self::Body { field, message } => Problem::invalid(field, message),
            Self::Fields(errors) => Problem::fields(errors),
        }
    }
}

/// Why a provider did not do it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// It says no, and would say no again.
    #[error("the provider refuses: {reason} ({detail})")]
    Refused {
        /// Its reason, as a stable word.
        reason: String,
        /// More, for the log.
        detail: String,
    },
    /// It was busy or out of reach. Whether it happened is unknown: ask again, under the same id.
    #[error("the provider did not answer: {0}")]
    Again(String),
    /// What we asked is not possible, or the keys are wrong.
    #[error("the provider does not accept what we ask: {0}")]
    Ours(String),
}

impl ProviderError {
    /// The code that a client is told.
    pub const CODES: &'static [&'static str] = &["provider_refused"];
}

impl From<ProviderError> for Problem {
    fn from(error: ProviderError) -> Self {
        match error {
            ProviderError::Refused { ref reason, .. } => {
                let detail = "The payment provider refuses this; see `reason`.";
                let mut problem = Self::conflict("provider_refused", detail).with(Member::Reason, reason.as_str());
                problem.cause = Some(error.to_string());
                problem
            }
            ProviderError::Again(_) => Self::unavailable(error),
            ProviderError::Ours(_) => Self::internal(error),
        }
    }
}

impl From<ProviderError> for JobError {
    fn from(error: ProviderError) -> Self {
        Problem::from(error).into()
    }
}

/// What the product asks of any provider, for one marketplace.
#[async_trait]
pub trait Provider: Send + Sync {
    /// Begins a payment, or finds it begun: what the client needs to pay. `begun` is the provider's id of the payment, if it is
    /// known.
    async fn begin(&self, payment: &Payment, begun: Option<&str>) -> Result<Begun, ProviderError>;

    /// Ends a payment that was begun and is not paid, so that nobody can pay it any more. One that is paid stays so.
    async fn cancel(&self, payment: &PaymentId, begun: &str) -> Result<(), ProviderError>;

    /// Sends money back to a buyer.
    async fn refund(&self, order: &RefundOrder) -> Result<Sent, ProviderError>;

    /// Sends money to a seller.
    async fn pay_out(&self, order: &PayoutOrder) -> Result<Sent, ProviderError>;

    /// Takes back what was sent to a seller and did not arrive. `sent_as` is the provider's id of what was sent.
    async fn take_back(&self, payout: &PayoutId, sent_as: &str) -> Result<(), ProviderError>;

    /// Opens an account through which a seller is paid: the provider's id and what is said of it.
    async fn open_account(&self, asked: &NewAccount) -> Result<(String, AccountStatus), ProviderError>;

    /// Where the seller completes the account; `None` if there is nothing to complete.
    async fn onboarding(
        &self,
        account: &str,
        back_to: &str,
        again_at: &str,
    ) -> Result<Option<Onboarding>, ProviderError>;

    /// What the provider says of a seller's account.
    async fn account(&self, account: &str) -> Result<AccountStatus, ProviderError>;

    /// What moved the balance in a time, newest first, page by page. Stripe has one balance for the whole platform: who asks for
    /// one marketplace leaves out what is marked as another's.
    async fn balance(&self, from: Time, until: Time, after: Option<&str>) -> Result<BalancePage, ProviderError>;

    /// A dispute as it stands.
    async fn dispute(&self, id: &str) -> Result<Dispute, ProviderError>;

    /// Answers a dispute. It can be done once.
    async fn answer_dispute(&self, id: &str, evidence: &str) -> Result<(), ProviderError>;
}

/// How what a provider reports is taken. It stands apart because who takes webhooks needs no key to ask with.
pub trait Webhooks {
    /// Verifies a webhook on its raw body, and reads it.
    fn read(&self, webhook: Webhook<'_>) -> Result<Received, WebhookError>;
}

/// The provider of this name for a marketplace, as far as the function is granted its keys.
pub fn provider<'a>(
    app: &'a App,
    which: PaymentProvider,
    tenant: &'a MarketplaceId,
) -> Result<Box<dyn Provider + 'a>, KeyError> {
    Ok(match which {
        PaymentProvider::Sandbox => Box::new(sandbox::Sandbox::new(app, tenant)?),
        PaymentProvider::Stripe => Box::new(stripe::Stripe::new(app, tenant)?),
    })
}
