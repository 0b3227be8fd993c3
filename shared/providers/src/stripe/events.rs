//! The meaning of Stripe's events ("Types of events").
//!
//! | event | is |
//! |---|---|
//! | `payment_intent.succeeded` | the payment was captured |
//! | `payment_intent.payment_failed` | the card was refused, with a class of reasons |
//! | `payment_intent.requires_action` | the buyer has to authenticate |
//! | `refund.created`, `refund.updated`, `refund.failed`, `charge.refund.updated` | a refund that succeeded or failed; a pending one is ignored |
//! | `charge.refunded` | the same, where the charge carries its refunds |
//! | `charge.dispute.created`, `charge.dispute.funds_withdrawn` | a dispute was opened; an inquiry, which moves no money, is not one |
//! | `charge.dispute.closed` | it was won or lost |
//! | `account.updated` | the status of a seller's account |
//! | `payout.paid`, `payout.failed` of a connected account | a payout arrived, or came back |
//! | `transfer.created`, `transfer.updated`, `transfer.reversed` | ignored: the request that sent it got Stripe's answer |
//!
//! Everything else is accepted and logged, so that Stripe does not keep sending it for days; so are events without our metadata, such
//! as a refund that somebody made in Stripe's dashboard, which reconciliation finds.

use super::{
    super::{DisputeEnd, Disputed, News, Received, Webhook, WebhookError, Webhooks},
    amount::from_stripe,
    error::class,
    objects::{Account, Charge, Dispute, Event, Intent, Metadata, Payout, Refund},
    signature, status,
};
use serde::de::DeserializeOwned;
use tradewind_kernel::{Id, MarketplaceId, PaymentId, PayoutId, SellerId};
use tradewind_payments::ProviderReport;

/// Reads Stripe's webhooks; it holds the secrets that may have signed them.
pub struct StripeWebhooks<'a>(pub Vec<&'a str>);

impl Webhooks for StripeWebhooks<'_> {
    fn read(&self, webhook: Webhook<'_>) -> Result<Received, WebhookError> {
        if !signature::verify(&self.0, webhook.signature, webhook.body, webhook.now) {
            return Err(WebhookError::Signature);
        }
        let event: Event = serde_json::from_slice(webhook.body).map_err(WebhookError::body)?;
        if event.id.is_empty() || event.id.len() > 128 || event.id.contains('#') {
            return Err(WebhookError::Body { field: "id", message: "is no id of Stripe's".into() });
        }
        Ok(match news(&event)? {
            Ok(news) => Received::News { id: event.id, news },
            Err(why) => Received::Ignored { id: event.id, kind: event.kind, why },
        })
    }
}

/// A report, or the reason why the event is ignored.
type Meaning = Result<News, &'static str>;

const NOT_OURS: &str = "it carries no mark of ours";

fn news(event: &Event) -> Result<Meaning, WebhookError> {
    Ok(match event.kind.as_str() {
        "payment_intent.succeeded" => succeeded(object(event)?),
        "payment_intent.payment_failed" => failed(object(event)?),
        "payment_intent.requires_action" => mark(&object::<Intent>(event)?.metadata)
            .map(|(tenant, payment)| News::Of(tenant, ProviderReport::PaymentNeedsAction { payment })),
        "charge.dispute.created" | "charge.dispute.funds_withdrawn" | "charge.dispute.closed" => {
            dispute(object(event)?, event.kind == "charge.dispute.closed")
        }
        "account.updated" => account(object(event)?, event.created),
        "refund.created" | "refund.updated" | "refund.failed" | "charge.refund.updated" => refund(&object(event)?),
        "charge.refunded" => {
            let charge: Charge = object(event)?;
            // The newest refund comes first; the older ones had events of their own.
            match charge.refunds.and_then(|refunds| refunds.data.into_iter().next()) {
                Some(newest) => refund(&newest),
                None => Err("the refund's own event says more"),
            }
        }
        "payout.paid" => payout(object(event)?, |payout, _| ProviderReport::PayoutPaid { payout }),
        "payout.failed" => payout(object(event)?, |payout, found| {
            let reason = found.failure_code.unwrap_or_else(|| "payout_failed".into());
            ProviderReport::PayoutFailed { payout, reason }
        }),
        "transfer.created" | "transfer.updated" | "transfer.reversed" => Err("who sent it has the answer"),
        _ => Err("it is of no kind that we act on"),
    })
}

fn object<T: DeserializeOwned>(event: &Event) -> Result<T, WebhookError> {
    T::deserialize(&event.data.object).map_err(|e| WebhookError::body(format!("{}: {e}", event.kind)))
}

/// The marketplace and our id, from the metadata that we wrote.
fn mark<I: Id>(metadata: &Metadata) -> Result<(MarketplaceId, I), &'static str> {
    let read = |name: &str| metadata.get(name).map(String::as_str).ok_or(NOT_OURS);
    let tenant = MarketplaceId::parse(read("tenant")?).map_err(|_| NOT_OURS)?;
    Ok((tenant, I::parse(read("subject")?).map_err(|_| NOT_OURS)?))
}

fn succeeded(intent: Intent) -> Meaning {
    let (tenant, payment) = mark::<PaymentId>(&intent.metadata)?;
    let amount = from_stripe(intent.amount_received.unwrap_or(intent.amount), &intent.currency);
    let amount = amount.ok_or("its amount is in no currency that we know")?;
    Ok(News::Of(tenant, ProviderReport::PaymentSucceeded { payment, amount }))
}

fn failed(intent: Intent) -> Meaning {
    let (tenant, payment) = mark::<PaymentId>(&intent.metadata)?;
    let error = intent.last_payment_error;
    let code = error.and_then(|error| error.decline_code.or(error.code)).unwrap_or_default();
    Ok(News::Of(tenant, ProviderReport::PaymentFailed { payment, reason: class(&code).into() }))
}

fn refund(refund: &Refund) -> Meaning {
    let metadata = refund.metadata.as_ref().ok_or(NOT_OURS)?;
    let tenant = metadata.get("tenant").and_then(|id| MarketplaceId::parse(id).ok()).ok_or(NOT_OURS)?;
    let subject = metadata.get("subject").cloned().ok_or(NOT_OURS)?;
    match refund.status.as_deref() {
        Some("succeeded") => {
            let amount = from_stripe(refund.amount, &refund.currency);
            let amount = amount.ok_or("its amount is in no currency that we know")?;
            Ok(News::Of(tenant, ProviderReport::RefundSucceeded { subject, amount }))
        }
        Some("failed" | "canceled") => {
            let reason = refund.failure_reason.clone().unwrap_or_else(|| "refund_failed".into());
            Ok(News::Of(tenant, ProviderReport::RefundFailed { subject, reason }))
        }
        _ => Err("the refund waits for the buyer's bank"),
    }
}

/// "Dispute object: status": statuses that begin with `warning` are inquiries.
fn dispute(found: Dispute, closed: bool) -> Meaning {
    let paid_as = found.payment_intent.as_ref().map(|intent| intent.id().to_owned());
    let paid_as = paid_as.ok_or("it disputes what was not paid through an intent")?;
    let amount = from_stripe(found.amount, &found.currency).ok_or("its amount is in no currency that we know")?;
    let end = match (closed, found.status.as_str()) {
        (_, status) if status.starts_with("warning") => return Err("an inquiry moves no money"),
        (true, "won") => DisputeEnd::Won,
        (true, "lost") => DisputeEnd::Lost,
        (true, _) => return Err("it was closed without an end that we know"),
        (false, _) => DisputeEnd::Opened(found.reason),
    };
    Ok(News::OfPayment(paid_as, Disputed { dispute: found.id, amount, end }))
}

fn account(found: Account, reported_at: i64) -> Meaning {
    let (tenant, seller) = mark::<SellerId>(found.metadata.as_ref().ok_or(NOT_OURS)?)?;
    Ok(News::Of(tenant, ProviderReport::AccountUpdated { seller, status: status(found), reported_at }))
}

fn payout(found: Payout, report: impl Fn(PayoutId, Payout) -> ProviderReport) -> Meaning {
    let (tenant, payout) = mark::<PayoutId>(found.metadata.as_ref().ok_or(NOT_OURS)?)?;
    Ok(News::Of(tenant, report(payout, found)))
}

#[cfg(test)]
mod tests;
