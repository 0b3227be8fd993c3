//! Payments: state machines that are driven by the provider's reports, which may come in any order and any number of times.
//!
//! The client coming back from the payment page changes nothing: only a verified provider event does.

pub mod entities;
mod explain;
pub mod keys;
mod numbers;
mod stored;

pub use numbers::order_of_number;
pub use stored::KINDS;

mod event;
pub mod provider;

pub use event::{PROVIDER_TASKS, PaymentEvent, ProviderTask, REPORTS, ReportEvent};

use crate::provider::AccountStatus;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use tradewind_kernel::{
    CheckoutId, Money, OrderId, PaymentId, PayoutId, SellerId, Time, UserId, order_number::OrderNumber,
};
use tradewind_pricing::UsedCoupon;

/// Why a payment cannot be paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotPayable {
    /// What it is for was called off.
    #[error("what it pays for was cancelled")]
    Cancelled,
    /// Its time is over.
    #[error("the time to pay is over")]
    Expired,
    /// It was paid when its time was over.
    #[error("it was paid too late, and the money goes back")]
    TooLate,
    /// It is paid.
    #[error("it is paid")]
    Captured,
}

/// The status of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    /// Not paid yet; a declined card leaves it here, to be tried again.
    Pending,
    /// The provider has the money.
    Captured,
    /// It was not paid in time or was cancelled; its stock is available again.
    Expired,
    /// The money came after the order had ended, and goes back.
    Returned,
}

impl PaymentStatus {
    /// The status as the API writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Captured => "captured",
            Self::Expired => "expired",
            Self::Returned => "returned",
        }
    }
}

/// The payment for a checkout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// The payment's id, under which the provider knows it too.
    pub id: PaymentId,
    /// The checkout that it pays for.
    pub checkout: CheckoutId,
    /// The buyer who pays.
    pub buyer: UserId,
    /// The orders that it pays for.
    pub orders: Vec<OrderId>,
    /// The order number of the first of them; payments of older versions have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<OrderNumber>,
    /// The amount to pay.
    pub amount: Money,
    /// The coupon that it uses, which can be used again if it is not paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coupon: Option<UsedCoupon>,
    /// Whether it is pending, captured, expired or returned.
    pub status: PaymentStatus,
    /// The reason why the last try failed.
    pub failure: Option<String>,
    /// Until when the stock is reserved.
    pub expires_at: Time,
    /// When the payment was created.
    pub created_at: Time,
    /// When the payment last changed.
    pub updated_at: Time,
    /// Incremented with each change.
    pub version: u64,
}

/// The most characters of a reason that are stored: a longer report is cut and not refused.
const REASON: usize = 500;

fn reason<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let mut reason = String::deserialize(deserializer)?;
    if let Some((end, _)) = reason.char_indices().nth(REASON) {
        reason.truncate(end);
    }
    Ok(reason)
}

/// A provider's report, in the product's own terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ProviderReport {
    /// The money was captured.
    #[serde(rename = "payment.succeeded")]
    PaymentSucceeded {
        /// The payment that was captured.
        payment: PaymentId,
        /// The amount that was captured.
        amount: Money,
    },
    /// The card was declined.
    #[serde(rename = "payment.failed")]
    PaymentFailed {
        /// The payment that failed.
        payment: PaymentId,
        /// The provider's reason.
        #[serde(deserialize_with = "reason")]
        #[schemars(length(max = 10_000))]
        reason: String,
    },
    /// Money went back to the buyer.
    #[serde(rename = "refund.succeeded")]
    RefundSucceeded {
        /// The refund's id, or that of the payment that came too late.
        #[schemars(regex(pattern = "^[0-9A-Za-z_-]{1,128}$"))]
        subject: String,
        /// The amount that went back.
        amount: Money,
    },
    /// Money could not be sent back to the buyer, or returned.
    #[serde(rename = "refund.failed")]
    RefundFailed {
        /// The refund's id.
        #[schemars(regex(pattern = "^[0-9A-Za-z_-]{1,128}$"))]
        subject: String,
        /// The provider's reason.
        #[serde(deserialize_with = "reason")]
        #[schemars(length(max = 10_000))]
        reason: String,
    },
    /// A payout arrived at the seller's bank.
    #[serde(rename = "payout.paid")]
    PayoutPaid {
        /// The payout that arrived.
        payout: PayoutId,
    },
    /// A payout came back.
    #[serde(rename = "payout.failed")]
    PayoutFailed {
        /// The payout that came back.
        payout: PayoutId,
        /// The provider's reason.
        #[serde(deserialize_with = "reason")]
        #[schemars(length(max = 10_000))]
        reason: String,
    },
    /// The buyer's bank wants the buyer to authenticate; nothing is captured yet.
    #[serde(rename = "payment.requires_action")]
    PaymentNeedsAction {
        /// The payment that needs authentication.
        payment: PaymentId,
    },
    /// The buyer's bank disputes a payment and has taken its money back until it decides.
    #[serde(rename = "dispute.opened")]
    DisputeOpened {
        /// The payment that is disputed.
        payment: PaymentId,
        /// The provider's id for the dispute: it is opened once, however often that is reported.
        #[schemars(regex(pattern = "^[0-9A-Za-z_-]{1,128}$"))]
        dispute: String,
        /// The amount that is disputed.
        amount: Money,
        /// The fee that the provider takes for the dispute, won or lost, if it reports one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fee: Option<Money>,
        /// The bank's reason, in the provider's words, such as `fraudulent` or `product_not_received`.
        #[serde(deserialize_with = "reason")]
        #[schemars(length(max = 10_000))]
        reason: String,
    },
    /// A dispute ended for the seller: the money is back.
    #[serde(rename = "dispute.won")]
    DisputeWon {
        /// The payment that was disputed.
        payment: PaymentId,
        /// The provider's id for the dispute.
        #[schemars(regex(pattern = "^[0-9A-Za-z_-]{1,128}$"))]
        dispute: String,
        /// The amount that was disputed.
        amount: Money,
    },
    /// A dispute ended for the buyer: the money stays with them.
    #[serde(rename = "dispute.lost")]
    DisputeLost {
        /// The payment that was disputed.
        payment: PaymentId,
        /// The provider's id for the dispute.
        #[schemars(regex(pattern = "^[0-9A-Za-z_-]{1,128}$"))]
        dispute: String,
        /// The amount that was disputed.
        amount: Money,
    },
    /// The status of the account through which a seller is paid.
    #[serde(rename = "account.updated")]
    AccountUpdated {
        /// The seller whose account it is.
        seller: SellerId,
        /// The status of the account.
        status: AccountStatus,
        /// The provider's time of this status, in seconds, because reports may overtake each other.
        #[serde(rename = "said_at")]
        reported_at: i64,
    },
}

/// The value of [`Payment::failure`] while the buyer has to authenticate.
pub const AUTHENTICATION_REQUIRED: &str = "authentication_required";

/// A provider's webhook as it was received: it is stored first, and then applied once, by a queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderEvent {
    /// The provider's id for the event.
    pub id: String,
    /// The name of the provider.
    pub provider: String,
    /// The report that it contains.
    pub report: ProviderReport,
    /// When it was received.
    pub received_at: Time,
}

/// The meaning of a report that a payment was captured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Captured {
    /// It came in time: the orders are paid.
    Pays,
    /// It came too late: the stock is gone, and the money goes back.
    TooLate,
    /// It was reported before: there is nothing to do.
    Again,
}

/// The provider captured another amount than was requested; an operator must look at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the provider captured {captured} of a payment of {asked}")]
pub struct AmountDiffers {
    /// The amount that was requested.
    pub asked: Money,
    /// The amount that was captured.
    pub captured: Money,
}

impl Payment {
    /// Whether it can be paid now: not what is paid, what was called off, or what is too late.
    pub fn payable(&self, now: Time) -> Result<(), NotPayable> {
        match self.status {
            PaymentStatus::Pending if self.expires_at > now => Ok(()),
            // What ended before its time was ended by somebody.
            PaymentStatus::Expired if self.updated_at < self.expires_at => Err(NotPayable::Cancelled),
            PaymentStatus::Pending | PaymentStatus::Expired => Err(NotPayable::Expired),
            PaymentStatus::Returned => Err(NotPayable::TooLate),
            PaymentStatus::Captured => Err(NotPayable::Captured),
        }
    }

    /// Records that the provider captured the payment.
    pub fn captured(mut self, amount: Money, now: Time) -> Result<(Self, Captured), AmountDiffers> {
        if amount != self.amount {
            return Err(AmountDiffers { asked: self.amount, captured: amount });
        }
        let meaning = match self.status {
            PaymentStatus::Pending => {
                self.status = PaymentStatus::Captured;
                Captured::Pays
            }
            PaymentStatus::Expired => {
                self.status = PaymentStatus::Returned;
                Captured::TooLate
            }
            PaymentStatus::Captured | PaymentStatus::Returned => return Ok((self, Captured::Again)),
        };
        self.failure = None;
        self.updated_at = now;
        Ok((self, meaning))
    }

    /// Records that the card was declined. A report that arrives after the capture, or after the end, is out of date: `None`.
    pub fn failed(mut self, reason: String, now: Time) -> Option<Self> {
        if self.status != PaymentStatus::Pending {
            return None;
        }
        self.failure = Some(reason);
        self.updated_at = now;
        Some(self)
    }

    /// Records that the buyer has to authenticate. Nobody is notified, because the buyer is paying at this moment.
    pub fn needs_action(self, now: Time) -> Option<Self> {
        if self.failure.as_deref() == Some(AUTHENTICATION_REQUIRED) {
            return None;
        }
        self.failed(AUTHENTICATION_REQUIRED.into(), now)
    }

    /// Records that the time to pay is over, or that the purchase was cancelled.
    pub fn expired(mut self, now: Time) -> Option<Self> {
        if self.status != PaymentStatus::Pending {
            return None;
        }
        self.status = PaymentStatus::Expired;
        self.updated_at = now;
        Some(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tradewind_kernel::{Currency, Id};

    const NOW: Time = Time::from_millis(1_000);

    fn payment() -> Payment {
        Payment {
            id: PaymentId::from_ulid("01jd0000000000000000000000"),
            checkout: CheckoutId::from_ulid("01jd0000000000000000000000"),
            buyer: UserId::from_ulid("01jd0000000000000000000000"),
            orders: vec![],
            number: None,
            amount: Money::new(100, Currency::parse("EUR").unwrap()),
            coupon: None,
            status: PaymentStatus::Pending,
            failure: None,
            expires_at: NOW,
            created_at: NOW,
            updated_at: NOW,
            version: 1,
        }
    }

    #[test]
    fn a_second_report_of_a_capture_changes_nothing() {
        let amount = payment().amount;
        let (once, meaning) = payment().captured(amount, NOW).unwrap();
        assert_eq!(meaning, Captured::Pays);
        assert_eq!(once.clone().captured(amount, NOW).unwrap(), (once, Captured::Again));
    }

    #[test]
    fn money_that_comes_too_late_goes_back_once() {
        let amount = payment().amount;
        let (late, meaning) = payment().expired(NOW).unwrap().captured(amount, NOW).unwrap();
        assert_eq!(meaning, Captured::TooLate);
        assert_eq!(late.captured(amount, NOW).unwrap().1, Captured::Again);
    }

    #[test]
    fn a_decline_leaves_the_payment_open_and_is_forgotten_once_paid() {
        let declined = payment().failed("insufficient_funds".into(), NOW).unwrap();
        assert_eq!(declined.status, PaymentStatus::Pending);
        let amount = declined.amount;
        let (paid, _) = declined.captured(amount, NOW).unwrap();
        assert_eq!(paid.failure, None);
        assert_eq!(paid.failed("late news".into(), NOW), None);
    }

    #[test]
    fn that_the_buyer_has_to_authenticate_is_told_once_and_forgotten_once_paid() {
        let waiting = payment().needs_action(NOW).unwrap();
        assert_eq!(
            (waiting.status, waiting.failure.as_deref()),
            (PaymentStatus::Pending, Some(AUTHENTICATION_REQUIRED))
        );
        assert_eq!(waiting.clone().needs_action(NOW), None);
        let amount = waiting.amount;
        let (paid, _) = waiting.captured(amount, NOW).unwrap();
        assert_eq!(paid.failure, None);
        assert_eq!(paid.needs_action(NOW), None);
    }

    #[test]
    fn another_amount_is_not_accepted() {
        let other = Money::new(99, payment().amount.currency);
        assert!(payment().captured(other, NOW).is_err());
    }
}
