//! Stripe Connect with separate charges and transfers ("Create separate charges and transfers").
//!
//! One Stripe account, the platform's, takes every payment; each seller has a connected account through which they are paid.
//!
//! | ours | Stripe's | idempotency key |
//! |---|---|---|
//! | payment | a PaymentIntent of the platform, in the transfer group of the payment | `Idempotency-Key: intent_<payment>` |
//! | payment that ended unpaid | the intent is cancelled | `cancel_<payment>` |
//! | refund | a Refund of the intent, never more than is left of it | looked for by its mark, then `refund_<subject>` |
//! | payout | a Transfer to the seller's account, then a Payout from there to their bank | looked for by group and mark, then `transfer_<payout>`, `payout_<payout>` |
//! | payout that came back | a reversal of the transfer, so that the platform again holds what it owes the seller | `reversal_<payout>` |
//! | seller's account | an account with Express dashboard, manual payouts, and the platform liable for its losses | `account_<seller>` |
//!
//! Every object carries `metadata[tenant]` and our id, so that Stripe's reports name the marketplace. Card details go from the
//! buyer's browser to Stripe and never come here.
//!
//! To sell in several currencies, the platform's account and those of the sellers must hold each of them ("Multi-currency
//! settlement": a bank account for each). If Stripe converts a payment into another currency on its own, the balance lacks what
//! sellers are owed, transfers fail for want of funds, and reconciliation finds that the currencies differ: the ledger converts
//! nothing.
//!
//! Set-up: keys and webhook secrets are put into the Parameter Store (see the README). Two webhook endpoints point at
//! `/v1/webhooks/stripe`, one for the account's own events and one for those of connected accounts, both created with the API version
//! [`client::VERSION`]; the events are those listed in [`events`].

pub mod amount;
pub mod client;
mod error;
pub mod events;
mod form;
mod objects;
pub mod signature;

use super::{
    BalancePage, Begun, Dispute, KeyError, NewAccount, Onboarding, PayoutOrder, Provider, ProviderError, RefundOrder,
    Sent, stripe_secret_key,
};
use amount::{code, from_stripe, to_stripe};
use async_trait::async_trait;
use client::{Call, Client};
use form::Form;
use objects::{Account, AccountLink, Intent, List, Movement, Refund, Requirements, Transfer};
use std::time::Duration;
use tradewind_kernel::{Id, MarketplaceId, PaymentId, PayoutId, Time};
use tradewind_lambda::App;
use tradewind_payments::{
    Payment, ProviderReport,
    provider::{AccountStatus, BalanceKind, BalanceTransaction},
};

/// The Stripe provider, for one marketplace.
#[derive(Debug)]
pub struct Stripe<'a> {
    client: Client<'a>,
    tenant: &'a MarketplaceId,
}

impl<'a> Stripe<'a> {
    /// The Stripe provider, with the deployment's keys and address.
    pub fn new(app: &'a App, tenant: &'a MarketplaceId, within: Duration) -> Result<Self, KeyError> {
        let (key, base) = (stripe_secret_key(app)?, app.settings().stripe_url.as_deref());
        Ok(Self { client: Client::new(app.provider_http()?, base, key, (2, within)), tenant })
    }

    fn marked(&self, form: Form, subject: &str) -> Form {
        form.with("metadata[tenant]", self.tenant).with("metadata[subject]", subject)
    }

    async fn transfer(&self, order: &PayoutOrder) -> Result<Transfer, ProviderError> {
        let group = Form::default().with("transfer_group", &order.payout).with("limit", 1);
        let made: List<Transfer> = self.client.call(Call::get("/v1/transfers").form(group)).await?;
        if let Some(transfer) = made.data.into_iter().next() {
            return Ok(transfer);
        }
        let form = Form::default()
            .with("amount", to_stripe(order.amount)?)
            .with("currency", code(order.amount.currency))
            .with("destination", &order.account)
            .with("transfer_group", &order.payout);
        let form = self.marked(form, order.payout.as_str());
        self.client.call(Call::post("/v1/transfers", format!("transfer_{}", order.payout)).form(form)).await
    }

    /// Pays out from the seller's balance at Stripe to their bank.
    async fn to_bank(&self, order: &PayoutOrder, since: i64) -> Result<(), ProviderError> {
        let recent = Form::default().with("limit", 100).with("created[gte]", since);
        let call = Call::get("/v1/payouts").on(&order.account).form(recent);
        let made: List<objects::Payout> = self.client.call(call).await?;
        let ours = |payout: &objects::Payout| {
            payout.metadata.as_ref().and_then(|m| m.get("subject")).is_some_and(|id| id == order.payout.as_str())
        };
        if made.data.iter().any(ours) {
            return Ok(());
        }
        let form =
            Form::default().with("amount", to_stripe(order.amount)?).with("currency", code(order.amount.currency));
        let form = self.marked(form, order.payout.as_str());
        let call = Call::post("/v1/payouts", format!("payout_{}", order.payout)).on(&order.account).form(form);
        self.client.call::<objects::Payout>(call).await.map(|_| ())
    }

    async fn made_refund(&self, order: &RefundOrder) -> Result<Option<Refund>, ProviderError> {
        let of = Form::default().with("payment_intent", &order.paid_as).with("limit", 100);
        let made: List<Refund> = self.client.call(Call::get("/v1/refunds").form(of)).await?;
        let ours = |refund: &Refund| {
            refund.metadata.as_ref().and_then(|m| m.get("subject")).is_some_and(|id| *id == order.subject)
        };
        Ok(made.data.into_iter().find(ours))
    }
}

#[async_trait]
impl Provider for Stripe<'_> {
    async fn begin(&self, payment: &Payment, begun: Option<&str>) -> Result<Begun, ProviderError> {
        let call = match begun {
            Some(id) => Call::get(format!("/v1/payment_intents/{id}")),
            None => {
                let form = Form::default()
                    .with("amount", to_stripe(payment.amount)?)
                    .with("currency", code(payment.amount.currency))
                    .with("transfer_group", &payment.id);
                let form = self.marked(form, payment.id.as_str());
                Call::post("/v1/payment_intents", format!("intent_{}", payment.id)).form(form)
            }
        };
        let intent: Intent = self.client.call(call).await?;
        let missing = || ProviderError::Ours(format!("Stripe's intent {} has no client secret", intent.id));
        let client_secret = intent.client_secret.clone().ok_or_else(missing)?;
        Ok(Begun::Stripe { intent: intent.id, status: intent.status, client_secret })
    }

    async fn cancel(&self, payment: &PaymentId, begun: &str) -> Result<(), ProviderError> {
        let intent: Intent = self.client.call(Call::get(format!("/v1/payment_intents/{begun}"))).await?;
        if matches!(intent.status.as_str(), "canceled" | "succeeded" | "processing") {
            return Ok(());
        }
        let call = Call::post(format!("/v1/payment_intents/{begun}/cancel"), format!("cancel_{payment}"));
        match self.client.call::<Intent>(call).await {
            // It was paid just before it could be cancelled: the money is too late and goes back.
            Err(ProviderError::Refused { reason, .. }) if reason == "payment_intent_unexpected_state" => Ok(()),
            ended => ended.map(|_| ()),
        }
    }

    async fn refund(&self, order: &RefundOrder) -> Result<Sent, ProviderError> {
        let made = match self.made_refund(order).await? {
            Some(made) => made,
            None => {
                let form =
                    Form::default().with("payment_intent", &order.paid_as).with("amount", to_stripe(order.amount)?);
                let form = self.marked(form, &order.subject);
                self.client.call(Call::post("/v1/refunds", format!("refund_{}", order.subject)).form(form)).await?
            }
        };
        match (made.status.as_deref(), from_stripe(made.amount, &made.currency)) {
            (Some("succeeded"), Some(amount)) => {
                let report = ProviderReport::RefundSucceeded { subject: order.subject.clone(), amount };
                Ok(Sent::Now(Some(made.id), report))
            }
            // The outcome is not known yet: the bank decides, and a webhook reports it.
            _ => Ok(Sent::Later(Some(made.id))),
        }
    }

    async fn pay_out(&self, order: &PayoutOrder) -> Result<Sent, ProviderError> {
        let transfer = self.transfer(order).await?;
        if transfer.reversed {
            let reason = "transfer_reversed".into();
            return Err(ProviderError::Refused { reason, detail: format!("{} was taken back", transfer.id) });
        }
        match self.to_bank(order, transfer.created).await {
            Ok(()) => Ok(Sent::Later(Some(transfer.id))),
            Err(refused @ ProviderError::Refused { .. }) => {
                // The seller is owed the money again, so the platform must hold it again.
                self.take_back(&order.payout, &transfer.id).await?;
                Err(refused)
            }
            Err(error @ (ProviderError::Again(_) | ProviderError::Ours(_))) => Err(error),
        }
    }

    async fn take_back(&self, payout: &PayoutId, sent_as: &str) -> Result<(), ProviderError> {
        let transfer: Transfer = self.client.call(Call::get(format!("/v1/transfers/{sent_as}"))).await?;
        if transfer.reversed {
            return Ok(());
        }
        let form = self.marked(Form::default(), payout.as_str());
        let call = Call::post(format!("/v1/transfers/{sent_as}/reversals"), format!("reversal_{payout}")).form(form);
        self.client.call::<serde_json::Value>(call).await.map(|_| ())
    }

    async fn open_account(&self, asked: &NewAccount) -> Result<(String, AccountStatus), ProviderError> {
        let form = Form::default()
            .with("country", asked.country.as_str())
            .with("controller[stripe_dashboard][type]", "express")
            .with("controller[fees][payer]", "application")
            .with("controller[losses][payments]", "application")
            .with("capabilities[transfers][requested]", true)
            // We decide when money goes to the bank, so that each of our payouts is one of Stripe's.
            .with("settings[payouts][schedule][interval]", "manual");
        let form = self.marked(form, asked.seller.as_str());
        let call = Call::post("/v1/accounts", format!("account_{}", asked.seller)).form(form);
        let account: Account = self.client.call(call).await?;
        Ok((account.id.clone(), status(account)))
    }

    async fn onboarding(
        &self,
        account: &str,
        back_to: &str,
        again_at: &str,
    ) -> Result<Option<Onboarding>, ProviderError> {
        let form = Form::default()
            .with("account", account)
            .with("type", "account_onboarding")
            .with("return_url", back_to)
            .with("refresh_url", again_at);
        let link: AccountLink = self.client.call(Call::post_anew("/v1/account_links").form(form)).await?;
        Ok(Some(Onboarding { url: link.url, expires_at: time(link.expires_at) }))
    }

    async fn account(&self, account: &str) -> Result<AccountStatus, ProviderError> {
        self.client.call(Call::get(format!("/v1/accounts/{account}"))).await.map(status)
    }

    async fn balance(&self, from: Time, until: Time, after: Option<&str>) -> Result<BalancePage, ProviderError> {
        let form = Form::default()
            .with("limit", 100)
            .with("created[gte]", from.seconds())
            .with("created[lt]", until.seconds())
            .with("expand[]", "data.source")
            .maybe("starting_after", after);
        let page: List<Movement> = self.client.call(Call::get("/v1/balance_transactions").form(form)).await?;
        let last = page.data.last().map(|movement| movement.id.clone());
        let items = page.data.into_iter().map(movement).collect::<Result<_, _>>()?;
        Ok(BalancePage { items, after: last.filter(|_| page.has_more) })
    }

    async fn dispute(&self, id: &str) -> Result<Dispute, ProviderError> {
        let found: objects::Dispute = self.client.call(Call::get(format!("/v1/disputes/{id}"))).await?;
        let unreadable = || ProviderError::Ours(format!("Stripe's dispute {id} is in {}", found.currency));
        Ok(Dispute {
            amount: from_stripe(found.amount, &found.currency).ok_or_else(unreadable)?,
            paid_as: found.payment_intent.as_ref().map(|intent| intent.id().to_owned()).unwrap_or_default(),
            id: found.id,
            reason: found.reason,
            status: found.status,
            evidence_due_by: found.evidence_details.and_then(|details| details.due_by).map(time),
        })
    }

    async fn answer_dispute(&self, id: &str, evidence: &str) -> Result<(), ProviderError> {
        let form = Form::default().with("evidence[uncategorized_text]", evidence).with("submit", true);
        let call = Call::post(format!("/v1/disputes/{id}"), format!("evidence_{id}")).form(form);
        self.client.call::<serde_json::Value>(call).await.map(|_| ())
    }
}

fn time(seconds: i64) -> Time {
    Time::from_millis(seconds.saturating_mul(1_000))
}

/// Reads the status from an account.
fn status(account: Account) -> AccountStatus {
    let Requirements { currently_due, past_due, disabled_reason } = account.requirements.unwrap_or_default();
    let mut requirements = [currently_due.unwrap_or_default(), past_due.unwrap_or_default()].concat();
    requirements.sort();
    requirements.dedup();
    AccountStatus {
        details_submitted: account.details_submitted,
        payouts_enabled: account.payouts_enabled,
        requirements,
        disabled_reason,
    }
}

/// Converts a movement of the balance ("Balance transaction types").
fn movement(found: Movement) -> Result<BalanceTransaction, ProviderError> {
    let unreadable = || ProviderError::Ours(format!("Stripe's {} is in {}", found.id, found.currency));
    let amount = |amount| from_stripe(amount, &found.currency).ok_or_else(unreadable);
    let kind = match found.kind.as_str() {
        "charge" | "payment" => BalanceKind::Charge,
        "refund" | "payment_refund" => BalanceKind::Refund,
        "refund_failure" | "payment_failure_refund" => BalanceKind::RefundFailure,
        "transfer" => BalanceKind::Transfer,
        "transfer_refund" | "transfer_cancel" | "transfer_failure" => BalanceKind::TransferReversal,
        "payout" | "payout_failure" | "payout_cancel" => BalanceKind::Payout,
        "adjustment" => BalanceKind::Dispute,
        "stripe_fee" | "stripe_fx_fee" | "tax_fee" | "application_fee" => BalanceKind::Fee,
        _ => BalanceKind::Other,
    };
    let mark = |name: &str| found.source.as_ref()?.metadata()?.get(name).cloned();
    Ok(BalanceTransaction {
        amount: amount(found.amount)?,
        fee: amount(found.fee)?,
        created_at: time(found.created),
        source: found.source.as_ref().map(|source| source.id().to_owned()),
        marketplace: mark("tenant").and_then(|id| MarketplaceId::parse(&id).ok()),
        subject: mark("subject"),
        kind,
        id: found.id,
    })
}
