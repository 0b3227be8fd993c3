//! The built-in provider, for laptops, tests and trying things out.
//!
//! It "captures", "refunds" and "pays out" by reporting that it did, in signed webhooks to the deployment's own API, as an external
//! provider would: [`delivery`] describes how they are signed. The card decides what it does, see [`cards`], and so does the bank of
//! the seller's payout account, see [`TestBank`]. The id of each report is derived from what it is about, so that a redelivered
//! message reports the same event again.
//!
//! It keeps a list of the movements of its balance, as providers do, so that reconciliation can be tried out: a movement is written
//! once, before it is reported.

pub mod cards;
pub mod delivery;

use super::{
    BalancePage, Begun, Dispute, NewAccount, News, Onboarding, PayoutOrder, Provider, ProviderError, Received,
    RefundOrder, Sent, Webhook, WebhookError, Webhooks,
};
use crate::post::{Post, post};
use async_trait::async_trait;
use delivery::{Delivery, HEADER, sign, verify};
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_kernel::{MarketplaceId, Money, PaymentId, PayoutId, Time};
use tradewind_lambda::{App, Shape, parse_body};
use tradewind_payments::{
    Payment, ProviderReport, keys as payments_keys,
    provider::{AccountStatus, BalanceKind, BalanceTransaction},
};
use tradewind_storage::Position;

/// The behaviour of the bank behind a seller's payout account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TestBank {
    /// The bank accepts payouts.
    #[default]
    Takes,
    /// The bank sends payouts back.
    Refuses,
    /// The bank accepts payouts, and sends them back afterwards.
    ReturnsLater,
}

impl TestBank {
    const ALL: [Self; 3] = [Self::Takes, Self::Refuses, Self::ReturnsLater];

    const fn account(self) -> &'static str {
        match self {
            Self::Takes => "sbx_account",
            Self::Refuses => "sbx_account_refuses",
            Self::ReturnsLater => "sbx_account_returns_later",
        }
    }
}

/// The sandbox provider, for one marketplace.
pub struct Sandbox<'a> {
    app: &'a App,
    tenant: &'a MarketplaceId,
    secret: &'a str,
}

impl<'a> Sandbox<'a> {
    /// The sandbox, if the deployment has one.
    pub fn new(app: &'a App, tenant: &'a MarketplaceId) -> Result<Self, crate::KeyError> {
        Ok(Self { app, tenant, secret: crate::sandbox_secret(app)? })
    }

    /// Sends a report, each time it is called. The movement of money that it reports is written before.
    pub async fn report(&self, id: &str, report: ProviderReport) -> Result<(), ProviderError> {
        let moved = match &report {
            ProviderReport::PaymentSucceeded { payment, amount } => {
                Some((BalanceKind::Charge, *amount, payment.to_string()))
            }
            ProviderReport::RefundSucceeded { subject, amount } => {
                Some((BalanceKind::Refund, negative(*amount)?, subject.clone()))
            }
            // A bank takes the money when it opens a dispute, and gives it back if the dispute is won.
            ProviderReport::DisputeOpened { dispute, amount, .. } => {
                Some((BalanceKind::Dispute, negative(*amount)?, dispute.clone()))
            }
            ProviderReport::DisputeWon { dispute, amount, .. } => {
                Some((BalanceKind::Dispute, *amount, dispute.clone()))
            }
            // The movement of a payout is written where its amount is known.
            ProviderReport::PaymentFailed { .. }
            | ProviderReport::PaymentNeedsAction { .. }
            | ProviderReport::RefundFailed { .. }
            | ProviderReport::DisputeLost { .. }
            | ProviderReport::AccountUpdated { .. }
            | ProviderReport::PayoutPaid { .. }
            | ProviderReport::PayoutFailed { .. } => None,
        };
        if let Some((kind, amount, subject)) = moved {
            self.book(id, kind, amount, subject).await?;
        }
        self.deliver(id, report).await
    }

    async fn deliver(&self, id: &str, report: ProviderReport) -> Result<(), ProviderError> {
        let body = serde_json::to_string(&Delivery { id: id.to_owned(), report });
        let body = body.map_err(|e| ProviderError::Ours(e.to_string()))?;
        let signature = sign(self.secret, self.tenant, body.as_bytes(), self.app.now());
        let webhook = Post { path: format!("/v1/webhooks/sandbox/{}", self.tenant), header: (HEADER, signature), body };
        match post(self.app.http(), &self.app.settings().api_url, webhook).await {
            Ok(200..=299) => Ok(()),
            Ok(status) => Err(ProviderError::Ours(format!("the webhook {id} was answered {status}"))),
            Err(cause) => Err(ProviderError::Again(cause)),
        }
    }

    /// Writes a movement of the balance, once.
    async fn book(&self, id: &str, kind: BalanceKind, amount: Money, subject: String) -> Result<(), ProviderError> {
        let movement = BalanceTransaction {
            id: id.to_owned(),
            kind,
            amount,
            fee: Money::zero(amount.currency),
            created_at: self.app.now(),
            source: None,
            marketplace: Some(self.tenant.clone()),
            subject: Some(subject),
        };
        let commit = self.app.commit(self.tenant, None).create_once(&movement);
        commit.send_once(&self.app.table).await.map_err(|error| ProviderError::Again(error.to_string()))
    }
}

#[async_trait]
impl Provider for Sandbox<'_> {
    async fn begin(&self, _: &Payment, _: Option<&str>) -> Result<Begun, ProviderError> {
        Ok(Begun::Sandbox)
    }

    async fn refund(&self, order: &RefundOrder) -> Result<Sent, ProviderError> {
        let report = ProviderReport::RefundSucceeded { subject: order.subject.clone(), amount: order.amount };
        self.report(&format!("sbx_{}_refunded", order.subject), report).await?;
        Ok(Sent::Later(None))
    }

    async fn pay_out(&self, order: &PayoutOrder) -> Result<Sent, ProviderError> {
        let (id, payout, subject) = (&order.payout, order.payout.clone(), order.payout.to_string());
        let bank = TestBank::ALL.into_iter().find(|bank| bank.account() == order.account).unwrap_or_default();
        if bank == TestBank::Refuses {
            let reason = "account_closed".into();
            self.deliver(&format!("sbx_{id}_failed"), ProviderReport::PayoutFailed { payout, reason }).await?;
            return Ok(Sent::Later(None));
        }
        let paid = format!("sbx_{id}_paid");
        self.book(&paid, BalanceKind::Transfer, negative(order.amount)?, subject.clone()).await?;
        self.deliver(&paid, ProviderReport::PayoutPaid { payout: payout.clone() }).await?;
        if bank == TestBank::ReturnsLater {
            let returned = format!("sbx_{id}_returned");
            self.book(&returned, BalanceKind::TransferReversal, order.amount, subject).await?;
            let reason = "returned_by_bank".into();
            self.deliver(&returned, ProviderReport::PayoutFailed { payout, reason }).await?;
        }
        Ok(Sent::Later(None))
    }

    async fn cancel(&self, _: &PaymentId, _: &str) -> Result<(), ProviderError> {
        Ok(())
    }

    async fn take_back(&self, _: &PayoutId, _: &str) -> Result<(), ProviderError> {
        Ok(())
    }

    async fn open_account(&self, asked: &NewAccount) -> Result<(String, AccountStatus), ProviderError> {
        Ok((asked.test_bank.account().to_owned(), enabled()))
    }

    async fn onboarding(&self, _: &str, _: &str, _: &str) -> Result<Option<Onboarding>, ProviderError> {
        Ok(None)
    }

    async fn account(&self, _: &str) -> Result<AccountStatus, ProviderError> {
        Ok(enabled())
    }

    async fn balance(&self, from: Time, until: Time, after: Option<&str>) -> Result<BalancePage, ProviderError> {
        let position: Option<Position> = after.and_then(|after| serde_json::from_str(after).ok());
        let list = payments_keys::sandbox_movements(self.tenant);
        let page = self.app.table.page(list, 100, position).await.map_err(|e| ProviderError::Again(e.to_string()))?;
        // The list is newest first: after the first movement that is too old, all are.
        let older = page.items.iter().any(|row| row.summary.created_at < from);
        let within = |movement: &BalanceTransaction| movement.created_at >= from && movement.created_at < until;
        let items = page.items.into_iter().map(|row| row.summary).filter(within).collect();
        let next = page.next.filter(|_| !older).and_then(|next| serde_json::to_string(&next).ok());
        Ok(BalancePage { items, after: next })
    }

    async fn dispute(&self, id: &str) -> Result<Dispute, ProviderError> {
        let (payment, amount, reason) = self.disputed(id).await?;
        Ok(Dispute {
            id: id.to_owned(),
            paid_as: payment.to_string(),
            amount,
            reason,
            status: "needs_response".into(),
            evidence_due_by: None,
        })
    }

    /// The sandbox's bank looks for one text: `winning_evidence`.
    async fn answer_dispute(&self, id: &str, evidence: &str) -> Result<(), ProviderError> {
        let (payment, amount, _) = self.disputed(id).await?;
        let dispute = id.to_owned();
        let (end, report) = if evidence.contains(cards::WINNING_EVIDENCE) {
            ("won", ProviderReport::DisputeWon { payment, dispute, amount })
        } else {
            ("lost", ProviderReport::DisputeLost { payment, dispute, amount })
        };
        self.report(&format!("{id}_{end}"), report).await
    }
}

impl Sandbox<'_> {
    /// What a dispute is about, from the sandbox's own report of it.
    async fn disputed(&self, id: &str) -> Result<(PaymentId, Money, String), ProviderError> {
        let opened = payments_keys::provider_event(self.tenant, "sandbox", &format!("{id}_opened"));
        let found = self.app.table.get(opened).await.map_err(|e| ProviderError::Again(e.to_string()))?;
        match found.map(|event| event.report) {
            Some(ProviderReport::DisputeOpened { payment, amount, reason, .. }) => Ok((payment, amount, reason)),
            _ => Err(ProviderError::Refused { reason: "no_such_dispute".into(), detail: id.to_owned() }),
        }
    }
}

fn negative(amount: Money) -> Result<Money, ProviderError> {
    amount.negated().map_err(|e| ProviderError::Ours(e.to_string()))
}

fn enabled() -> AccountStatus {
    AccountStatus { details_submitted: true, payouts_enabled: true, ..AccountStatus::default() }
}

/// Reads the sandbox's webhooks; it holds the secret that signs them.
pub struct SandboxWebhooks<'a>(pub &'a str);

impl Webhooks for SandboxWebhooks<'_> {
    fn read(&self, webhook: Webhook<'_>) -> Result<Received, WebhookError> {
        let tenant = webhook.marketplace.ok_or(WebhookError::Signature)?;
        if !verify(self.0, webhook.signature, tenant, webhook.body, webhook.now) {
            return Err(WebhookError::Signature);
        }
        let read: Delivery =
            parse_body(&Shape::of(Delivery::json_schema), webhook.body).map_err(|problem| match problem.errors {
                errors if errors.is_empty() => WebhookError::body(problem.detail),
                errors => WebhookError::Fields(errors),
            })?;
        Ok(Received::News { id: read.id, news: News::Of(tenant.clone(), read.report) })
    }
}
