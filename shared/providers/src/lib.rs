//! Payment providers: one trait for everything that the product needs from any of them.
//!
//! | provider | what it is | how it reports |
//! |---|---|---|
//! | [`sandbox`] | built in, deterministic test cards, for laptops, tests and trying things out | signed webhooks to our own API |
//! | [`stripe`] | Stripe Connect: separate charges and transfers | signed webhooks, and the replies to refunds |
//!
//! Rules that hold for each provider:
//!
//! - A marketplace chooses its provider (`payment_provider`). Whatever was begun with one provider is ended with it: a
//!   [`tradewind_payments::provider::ProviderLink`] records where a payment or a payout is.
//! - Requests to a provider carry our own ids and may be repeated as often as needed: the same id has its effect there only once. A
//!   redelivered message repeats its request.
//! - A provider's report is a [`ProviderReport`], which is stored first and then applied by `payments-apply`. A provider's direct
//!   answer to a request never changes an order.
//! - An error says what to do: [`ProviderError::Refused`] is a refusal to be reported, [`ProviderError::Again`] is to be tried later,
//!   [`ProviderError::Ours`] is for an operator to look at. None contains a key.

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
use std::time::Duration;
use tradewind_kernel::{MarketplaceId, Money, PaymentId, PayoutId, SellerId, Time};
use tradewind_lambda::{App, FieldError, JobError, Member, Problem};
use tradewind_payments::{
    Payment, ProviderReport,
    provider::{AccountStatus, BalanceTransaction, PaymentProvider},
};
use tradewind_pricing::Country;

/// The data that a client needs to pay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// The client posts a test card to our own API.
    Sandbox,
    /// The client hands this to Stripe's own form in the browser or the app.
    Stripe {
        /// The id of the payment intent, which must be stored.
        intent: String,
        /// Stripe's status of the payment intent.
        status: String,
        /// The secret with which the buyer can pay this one intent. It must not be logged.
        client_secret: String,
    },
}

/// A request to send money back to a buyer.
#[derive(Debug, Clone)]
pub struct RefundOrder {
    /// The payment from which the money goes back.
    pub payment: PaymentId,
    /// The provider's id of that payment.
    pub paid_as: String,
    /// Our id of what is refunded; for each id money is sent once.
    pub subject: String,
    /// The amount to send back.
    pub amount: Money,
}

/// A request to send money to a seller.
#[derive(Debug, Clone)]
pub struct PayoutOrder {
    /// The payout's id.
    pub payout: PayoutId,
    /// The provider's id of the seller's account.
    pub account: String,
    /// The amount to send.
    pub amount: Money,
}

/// The result of a request to send money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// It was accepted, under the provider's id, and the provider reports the outcome later.
    Later(Option<String>),
    /// It was accepted, and this has happened already.
    Now(Option<String>, ProviderReport),
}

/// A request to open an account for a seller.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// The seller who is to be paid through it.
    pub seller: SellerId,
    /// The country in which the seller does business.
    pub country: Country,
    /// How the sandbox's bank behaves.
    pub test_bank: sandbox::TestBank,
}

/// The page on which a seller gives the provider the information that it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Onboarding {
    /// The page's address, which only this seller may open, once, and soon.
    pub url: String,
    /// The time until which it can be opened.
    pub expires_at: Time,
}

/// A page of the movements of the provider's balance, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BalancePage {
    /// The movements on this page.
    pub items: Vec<BalanceTransaction>,
    /// The position of the next page, if there is one.
    pub after: Option<String>,
}

/// A bank's dispute, as the provider describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispute {
    /// The provider's id of the dispute.
    pub id: String,
    /// The provider's id of the payment.
    pub paid_as: String,
    /// The amount that is disputed.
    pub amount: Money,
    /// The bank's reason, in the provider's words.
    pub reason: String,
    /// The status of the dispute, in the provider's words.
    pub status: String,
    /// The time until which evidence is accepted.
    pub evidence_due_by: Option<Time>,
}

/// A webhook that was received.
#[derive(Debug, Clone, Copy)]
pub struct Webhook<'a> {
    /// The value of the header with the signature.
    pub signature: &'a str,
    /// The marketplace in the path, if the provider has a path for each marketplace.
    pub marketplace: Option<&'a MarketplaceId>,
    /// The bytes of the body.
    pub body: &'a [u8],
    /// The current moment.
    pub now: Time,
}

/// The content of a webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Received {
    /// A report about something of ours.
    News {
        /// The provider's id for the event: the same each time it is sent.
        id: String,
        /// The marketplace or payment that it concerns, and the report.
        news: News,
    },
    /// An event on which the product does not act: it is accepted and logged.
    Ignored {
        /// The provider's id for the event.
        id: String,
        /// The provider's name for the kind of event.
        kind: String,
        /// Why it is ignored.
        why: &'static str,
    },
}

/// A report, with the marketplace or payment that it concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// A report for a marketplace.
    Of(MarketplaceId, ProviderReport),
    /// A report about a dispute of the payment that the provider knows under this id.
    OfPayment(String, Disputed),
}

/// A provider's report about a dispute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disputed {
    /// The provider's id of the dispute.
    pub dispute: String,
    /// How much is disputed.
    pub amount: Money,
    /// What happened to the dispute.
    pub end: DisputeEnd,
}

/// What happened to a dispute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DisputeEnd {
    /// It was opened, for this reason of the bank.
    Opened(String),
    /// It was won: the money came back.
    Won,
    /// It was lost: the money stays with the buyer.
    Lost,
}

impl Disputed {
    /// Converts it to a report about a payment of ours.
    pub fn report(self, payment: PaymentId) -> ProviderReport {
        let Self { dispute, amount, end } = self;
        match end {
            DisputeEnd::Opened(reason) => ProviderReport::DisputeOpened { payment, dispute, amount, fee: None, reason },
            DisputeEnd::Won => ProviderReport::DisputeWon { payment, dispute, amount },
            DisputeEnd::Lost => ProviderReport::DisputeLost { payment, dispute, amount },
        }
    }
}

/// Why a webhook is not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WebhookError {
    /// Its signature is missing or wrong, too old, or made for another marketplace.
    Signature,
    /// It was signed correctly, but cannot be read.
    Body {
        /// The field that is wrong; `body` for the whole body.
        field: &'static str,
        /// A description of the fault.
        message: String,
    },
    /// It was signed correctly, but these fields are wrong.
    Fields(Vec<FieldError>),
}

impl WebhookError {
    /// The code that a provider is told.
    pub const CODES: &'static [&'static str] = &["signature_invalid"];

    /// The error for a body that cannot be read at all.
    pub fn body(message: impl ToString) -> Self {
        Self::Body { field: "body", message: message.to_string() }
    }

    /// Converts it to a problem; `header` is the name of the header with the provider's signature. Bodies without a valid signature
    /// are all refused in the same way, whatever is wrong with them.
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

/// Why a request to a provider failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// The provider refuses it, and would refuse it again.
    #[error("the provider refuses: {reason} ({detail})")]
    Refused {
        /// The provider's reason, as a stable code.
        reason: String,
        /// More details, for the log.
        detail: String,
    },
    /// The provider was busy or could not be reached. Whether it happened is unknown: repeat the request, under the same id.
    #[error("the provider did not answer: {0}")]
    Again(String),
    /// The request is not possible, or the keys are wrong.
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

/// The operations that the product needs from any provider, for one marketplace.
#[async_trait]
pub trait Provider: Send + Sync {
    /// Begins a payment, or finds it if it was begun, and returns what the client needs to pay. `begun` is the provider's id of the
    /// payment, if it is known.
    async fn begin(&self, payment: &Payment, begun: Option<&str>) -> Result<Begun, ProviderError>;

    /// Ends a payment that was begun and is not paid, so that nobody can pay it any more. A payment that is paid stays paid.
    async fn cancel(&self, payment: &PaymentId, begun: &str) -> Result<(), ProviderError>;

    /// Sends money back to a buyer.
    async fn refund(&self, order: &RefundOrder) -> Result<Sent, ProviderError>;

    /// Sends money to a seller.
    async fn pay_out(&self, order: &PayoutOrder) -> Result<Sent, ProviderError>;

    /// Takes back money that was sent to a seller and did not arrive. `sent_as` is the provider's id of the transfer.
    async fn take_back(&self, payout: &PayoutId, sent_as: &str) -> Result<(), ProviderError>;

    /// Opens an account through which a seller is paid; returns the provider's id and the status of the account.
    async fn open_account(&self, asked: &NewAccount) -> Result<(String, AccountStatus), ProviderError>;

    /// Returns the page on which the seller completes the account; `None` if there is nothing to complete.
    async fn onboarding(
        &self,
        account: &str,
        back_to: &str,
        again_at: &str,
    ) -> Result<Option<Onboarding>, ProviderError>;

    /// Reads the status of a seller's account.
    async fn account(&self, account: &str) -> Result<AccountStatus, ProviderError>;

    /// Reads the movements of the balance in a period, newest first, page by page. Stripe has one balance for the whole platform: for
    /// one marketplace, the caller must leave out the movements that are marked as another's.
    async fn balance(&self, from: Time, until: Time, after: Option<&str>) -> Result<BalancePage, ProviderError>;

    /// Reads the current state of a dispute.
    async fn dispute(&self, id: &str) -> Result<Dispute, ProviderError>;

    /// Answers a dispute with evidence. This can be done once.
    async fn answer_dispute(&self, id: &str, evidence: &str) -> Result<(), ProviderError>;
}

/// Receiving a provider's webhooks. It is a trait of its own because that needs no key for the provider's API.
pub trait Webhooks {
    /// Verifies a webhook on its raw body, and reads it.
    fn read(&self, webhook: Webhook<'_>) -> Result<Received, WebhookError>;
}

/// How long all calls for one request may take together: API Gateway waits for 30 seconds, and an endpoint has 29.
pub const FOR_REQUEST: Duration = Duration::from_secs(24);
/// How long all calls for one message may take together, of the 60 seconds that its consumer has.
pub const FOR_MESSAGE: Duration = Duration::from_secs(50);

/// The provider with this name for a marketplace, whose calls are done `within` a time, if the function is granted its keys.
pub fn provider<'a>(
    app: &'a App,
    which: PaymentProvider,
    tenant: &'a MarketplaceId,
    within: Duration,
) -> Result<Box<dyn Provider + 'a>, KeyError> {
    Ok(match which {
        PaymentProvider::Sandbox => Box::new(sandbox::Sandbox::new(app, tenant)?),
        PaymentProvider::Stripe => Box::new(stripe::Stripe::new(app, tenant, within)?),
    })
}
