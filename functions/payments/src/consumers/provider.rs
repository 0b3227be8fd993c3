//! `payments-provider`: asks payment providers to do what was decided: to send money back, or to a seller. It plays the sandbox, too.
//!
//! Requests to a provider carry our own ids, so that a redelivered message asks for the same thing again. What a provider has done at once
//! is stored as a report, like a webhook, and applied by `payments-apply`. A definite "no" is stored as a report as well: then the seller
//! is owed the payout again, or the buyer the refund.

use crate::receive::stored;
use tradewind_kernel::{Id, MarketplaceId, Money, PaymentId, PayoutId, event::Envelope};
use tradewind_lambda::{App, Consumer, Grant, Handled, JobError, Message};
use tradewind_payments::{
    ProviderReport, ProviderTask, keys as payments_keys,
    provider::{PaymentProvider, ProviderLink},
};
use tradewind_payouts::keys as payouts_keys;
use tradewind_providers::{FOR_MESSAGE, PayoutOrder, ProviderError, RefundOrder, Sent, provider, sandbox::Sandbox};
use tradewind_tenancy::keys as tenancy_keys;

pub const CONSUMER: Consumer = Consumer {
    function: "payments-provider",
    summary: "Sends refunds and payouts through payment providers, and plays the sandbox.",
    queue: tradewind_payments::PROVIDER_TASKS,
    // One payout takes up to four requests to a provider, each of which may hang until its timeout.
    batch: 1,
    grants: &[Grant::MainRead, Grant::MainWrite, Grant::SandboxSecret, Grant::StripeSecretKey],
    memory: 256,
    timeout_seconds: 60,
    most_at_once: 10,
};

pub async fn handle(app: App, message: Message<Envelope<ProviderTask>>) -> Result<Handled, JobError> {
    let Message { payload: Envelope { marketplace, event, .. }, trace, .. } = message;
    let job = Job { app: &app, tenant: &marketplace, trace };
    match event {
        ProviderTask::SandboxReportDue { event, report } => {
            Sandbox::new(&app, &marketplace)?.report(&event, report).await?
        }
        ProviderTask::RefundRequested { payment, subject, amount } => job.refund(payment, subject, amount).await?,
        ProviderTask::PayoutRequested { payout, amount } => job.pay_out(payout, amount).await?,
        ProviderTask::PayoutFailed { payout } => job.take_back(payout).await?,
        ProviderTask::PaymentEnded { payment } => job.cancel(payment).await?,
        ProviderTask::EvidenceGiven { dispute, payment, text } => job.answer_dispute(payment, &dispute, &text).await?,
    }
    Ok(Handled::Done)
}

struct Job<'a> {
    app: &'a App,
    tenant: &'a MarketplaceId,
    trace: Option<String>,
}

impl Job<'_> {
    async fn link(&self, subject: &str) -> Result<Option<ProviderLink>, JobError> {
        Ok(self.app.table.get(payments_keys::provider_link(self.tenant, subject)).await?)
    }

    /// Cancels a payment that was begun at a provider, so that nobody can pay it any more. If it was paid at the same moment, the money
    /// goes back as money that arrived too late.
    async fn cancel(&self, payment: PaymentId) -> Result<(), JobError> {
        let Some(link) = self.link(payment.as_str()).await? else { return Ok(()) };
        Ok(provider(self.app, link.provider, self.tenant, FOR_MESSAGE)?.cancel(&payment, &link.id).await?)
    }

    /// Sends money back through the provider that took it. The sandbox stores no link.
    async fn refund(&self, payment: PaymentId, subject: String, amount: Money) -> Result<(), JobError> {
        let link = self.link(payment.as_str()).await?;
        let which = link.as_ref().map_or(PaymentProvider::Sandbox, |link| link.provider);
        let paid_as = link.map(|link| link.id).unwrap_or_default();
        let order = RefundOrder { payment, paid_as, subject: subject.clone(), amount };
        match provider(self.app, which, self.tenant, FOR_MESSAGE)?.refund(&order).await {
            Ok(sent) => self.keep(which, &subject, sent).await,
            Err(ProviderError::Refused { reason, .. }) => {
                let refused = ProviderReport::RefundFailed { subject: subject.clone(), reason };
                self.keep(which, &subject, Sent::Now(None, refused)).await
            }
            Err(error @ (ProviderError::Again(_) | ProviderError::Ours(_))) => Err(error.into()),
        }
    }

    /// Sends the bank the evidence for a dispute. A provider that accepts no more evidence says so, and that ends it.
    async fn answer_dispute(&self, payment: PaymentId, dispute: &str, text: &str) -> Result<(), JobError> {
        let link = self.link(payment.as_str()).await?;
        let which = link.map_or(PaymentProvider::Sandbox, |link| link.provider);
        match provider(self.app, which, self.tenant, FOR_MESSAGE)?.answer_dispute(dispute, text).await {
            Ok(()) => Ok(()),
            Err(error @ ProviderError::Refused { .. }) => {
                tracing::warn!(%error, "evidence was not taken");
                Ok(())
            }
            Err(error @ (ProviderError::Again(_) | ProviderError::Ours(_))) => Err(error.into()),
        }
    }

    async fn pay_out(&self, payout: PayoutId, amount: Money) -> Result<(), JobError> {
        let missing = || JobError::internal(format!("{payout} is missing"));
        let found = self.app.table.get(payouts_keys::payout(self.tenant, &payout)).await?.ok_or_else(missing)?;
        let account = self.app.table.get(payments_keys::payout_account(self.tenant, &found.seller)).await?;
        let marketplace = self.app.table.peek(tenancy_keys::marketplace(self.tenant)).await?;
        let now = marketplace.map(|marketplace| marketplace.payment_provider).unwrap_or_default();
        // A payout that was sent through one provider is not sent again through another.
        let which = self.link(payout.as_str()).await?.map_or(now, |link| link.provider);
        let account = account.filter(|account| account.provider == which).map(|account| account.account);
        let sent = match (which, account) {
            (PaymentProvider::Stripe, None) => Err(no_account()),
            (_, account) => {
                let order = PayoutOrder { payout: payout.clone(), account: account.unwrap_or_default(), amount };
                provider(self.app, which, self.tenant, FOR_MESSAGE)?.pay_out(&order).await
            }
        };
        match sent {
            Ok(sent) => self.keep(which, payout.as_str(), sent).await,
            Err(ProviderError::Refused { reason, .. }) => {
                let refused = ProviderReport::PayoutFailed { payout: payout.clone(), reason };
                self.keep(which, payout.as_str(), Sent::Now(None, refused)).await
            }
            Err(error @ (ProviderError::Again(_) | ProviderError::Ours(_))) => Err(error.into()),
        }
    }

    /// Takes back a payout that the seller's bank returned. The money is in the seller's account at the provider, and the platform owes it
    /// to the seller again.
    async fn take_back(&self, payout: PayoutId) -> Result<(), JobError> {
        let Some(link) = self.link(payout.as_str()).await? else { return Ok(()) };
        Ok(provider(self.app, link.provider, self.tenant, FOR_MESSAGE)?.take_back(&payout, &link.id).await?)
    }

    /// Stores the provider's id, and the report if the provider has done it at once.
    async fn keep(&self, which: PaymentProvider, subject: &str, sent: Sent) -> Result<(), JobError> {
        let now = self.app.now();
        let (id, report) = match sent {
            Sent::Later(id) => (id, None),
            Sent::Now(id, report) => (id, Some(report)),
        };
        // A payout that was refused may be asked for again and then succeed: that is a separate report.
        let answer = if id.is_some() { "done" } else { "refused" };
        let mut commit = self.app.commit(self.tenant, self.trace.clone());
        // Money that arrived too late is sent back under the payment's own id, and the link under that id stays the payment's.
        let of_payment = PaymentId::parse(subject).is_ok();
        if let Some(id) = id.filter(|_| !of_payment) {
            commit = commit.replace(&ProviderLink { subject: subject.into(), provider: which, id, created_at: now });
        }
        if let Some(report) = report {
            commit = stored(commit, which, format!("answer_{subject}_{answer}"), report, now);
        }
        Ok(commit.send(&self.app.table).await?)
    }
}

fn no_account() -> ProviderError {
    ProviderError::Refused { reason: "payout_account_missing".into(), detail: "the seller has none at Stripe".into() }
}
