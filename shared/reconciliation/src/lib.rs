//! Reconciliation: the payment provider's records are compared with the ledger.
//!
//! Both sides use the same ids: a charge has the payment's id, a refund the refund's (or that of a payment that came too late), a
//! payout the payout's. Amounts are compared as they moved, currency by currency. The provider's own fee is recorded but not
//! compared, because the ledger does not book it, except for the fee of a dispute.

pub mod entities;
pub mod keys;
mod stored;

pub use stored::KINDS;

mod event;

pub use event::{RECONCILIATIONS, ReconciliationEvent, ReconciliationTask};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tradewind_kernel::{Money, Time};
use tradewind_ledger::{Account, Journal, JournalKind};
use tradewind_payments::ProviderReport;

/// The kind of a provider's transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TransactionKind {
    /// The provider took money from a buyer.
    Charge,
    /// The provider sent money back to a buyer.
    Refund,
    /// Money that was sent back to a buyer returned to the provider.
    RefundReturned,
    /// A bank took money back, and the provider charged a fee for it.
    Dispute,
    /// The bank gave the money back.
    DisputeReturned,
    /// The provider sent money to a seller.
    Payout,
    /// Money that was sent to a seller returned to the provider.
    PayoutReturned,
}

impl TransactionKind {
    /// The kind's name in keys and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Charge => "charge",
            Self::Refund => "refund",
            Self::RefundReturned => "refund_returned",
            Self::Dispute => "dispute",
            Self::DisputeReturned => "dispute_returned",
            Self::Payout => "payout",
            Self::PayoutReturned => "payout_returned",
        }
    }

    /// The kinds of journals that book it; the first of them that exists counts.
    pub const fn journals(self) -> &'static [JournalKind] {
        match self {
            Self::Charge => &[JournalKind::Capture],
            Self::Refund => &[JournalKind::RefundSettled],
            Self::RefundReturned => &[JournalKind::RefundReturned],
            Self::Dispute => &[JournalKind::DisputeOpened],
            Self::DisputeReturned => &[JournalKind::DisputeWon],
            // A payout that came back before it was known to have arrived was never booked as arrived.
            Self::Payout => &[JournalKind::PayoutSettled, JournalKind::PayoutReturned],
            Self::PayoutReturned => &[JournalKind::PayoutReturned],
        }
    }
}

/// A provider's transaction, in the product's own terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderTransaction {
    /// The name of the provider.
    pub provider: String,
    /// The provider's id of the transaction.
    pub id: String,
    /// The kind of the transaction.
    pub kind: TransactionKind,
    /// Our id of the payment, refund, dispute or payout that it is about.
    pub subject: String,
    /// The amount that it moved: more than zero, in either direction.
    pub amount: Money,
    /// The fee that the provider kept.
    pub fee: Money,
    /// When the money moved.
    pub at: Time,
}

/// The way in which provider and ledger differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// The provider did something that is not booked.
    MissingInLedger,
    /// Something is booked that the provider did not do.
    MissingAtProvider,
    /// Both have it, with different amounts.
    AmountDiffers,
    /// Both have it, in different currencies.
    CurrencyDiffers,
    /// The provider did the same thing twice.
    Duplicate,
    /// The provider reported something that does not fit what is known, so that nothing was booked for it.
    NotApplied,
}

impl FindingKind {
    /// The kind's name in keys and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::MissingInLedger => "missing_in_ledger",
            Self::MissingAtProvider => "missing_at_provider",
            Self::AmountDiffers => "amount_differs",
            Self::CurrencyDiffers => "currency_differs",
            Self::Duplicate => "duplicate",
            Self::NotApplied => "not_applied",
        }
    }
}

/// One difference between provider and ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// The way in which they differ.
    pub kind: FindingKind,
    /// The kind of the transaction.
    pub transaction: TransactionKind,
    /// The id of what it is about: a payment, refund, dispute or payout.
    pub subject: String,
    /// The provider's id of the transaction, if the provider has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_id: Option<String>,
    /// The amount at the provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_provider: Option<Money>,
    /// The amount in the ledger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_ledger: Option<Money>,
    /// The reason why it does not fit, if the amounts do not show it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When the money moved, or when it was booked.
    pub at: Time,
}

impl Finding {
    /// A finding for a provider's report about money that does not fit what is known. `event` is the provider's id for the report.
    /// There is none for reports that move no money: they change nothing if they do not fit.
    pub fn not_applied(report: &ProviderReport, event: &str, reason: String, at: Time) -> Option<Self> {
        use ProviderReport as Report;
        let (transaction, subject, amount) = match report {
            Report::PaymentSucceeded { payment, amount } => {
                (TransactionKind::Charge, payment.to_string(), Some(*amount))
            }
            Report::RefundSucceeded { subject, amount } => (TransactionKind::Refund, subject.clone(), Some(*amount)),
            Report::RefundFailed { subject, .. } => (TransactionKind::RefundReturned, subject.clone(), None),
            Report::DisputeOpened { dispute, amount, .. } => (TransactionKind::Dispute, dispute.clone(), Some(*amount)),
            Report::DisputeWon { dispute, amount, .. } => {
                (TransactionKind::DisputeReturned, dispute.clone(), Some(*amount))
            }
            Report::DisputeLost { dispute, amount, .. } => (TransactionKind::Dispute, dispute.clone(), Some(*amount)),
            Report::PayoutPaid { payout } => (TransactionKind::Payout, payout.to_string(), None),
            Report::PayoutFailed { payout, .. } => (TransactionKind::PayoutReturned, payout.to_string(), None),
            Report::PaymentFailed { .. } | Report::PaymentNeedsAction { .. } | Report::AccountUpdated { .. } => {
                return None;
            }
        };
        Some(Self {
            kind: FindingKind::NotApplied,
            transaction,
            subject,
            provider_id: Some(event.to_owned()),
            at_provider: amount,
            in_ledger: None,
            reason: Some(reason),
            at,
        })
    }

    fn of(kind: FindingKind, reported: &ProviderTransaction, in_ledger: Option<Money>) -> Self {
        Self {
            kind,
            transaction: reported.kind,
            subject: reported.subject.clone(),
            provider_id: Some(reported.id.clone()),
            at_provider: Some(reported.amount),
            in_ledger,
            reason: None,
            at: reported.at,
        }
    }

    /// A finding for a transaction that the provider made twice, under different ids.
    pub fn duplicate(reported: &ProviderTransaction) -> Self {
        Self::of(FindingKind::Duplicate, reported, None)
    }

    /// The text by which the same finding is recognised when it is found again.
    pub fn name(&self) -> String {
        let id = self.provider_id.as_deref().unwrap_or_default();
        format!("{}#{}#{}#{id}", self.kind.name(), self.transaction.name(), self.subject)
    }
}

/// The amount that the provider moved according to a journal; `None` if the provider has nothing to do with it.
fn moved(journal: &Journal) -> Option<Money> {
    // A payout that came back before it had arrived did not change the balance at the provider.
    let of = |account| journal.postings.iter().find(|posting| posting.account == account);
    let posting = of(Account::ProviderClearing).or_else(|| of(Account::Payouts))?;
    Some(Money::new(posting.amount.amount.saturating_abs(), posting.amount.currency))
}

/// Compares a provider's transaction with the journal that books it.
pub fn of_provider(reported: &ProviderTransaction, journal: Option<&Journal>) -> Option<Finding> {
    let Some(booked) = journal.and_then(moved) else {
        return Some(Finding::of(FindingKind::MissingInLedger, reported, None));
    };
    // The fee for a dispute is booked with it; other fees are not booked.
    let fee = if reported.kind == TransactionKind::Dispute { reported.fee.amount } else { 0 };
    let moved = Money::new(reported.amount.amount.saturating_add(fee), reported.amount.currency);
    let kind = if booked.currency != reported.amount.currency {
        FindingKind::CurrencyDiffers
    } else if booked != moved {
        FindingKind::AmountDiffers
    } else {
        return None;
    };
    Some(Finding::of(kind, reported, Some(booked)))
}

/// The transaction that the provider must have made for a journal, if it must have made one.
pub fn asked_of_provider(journal: &Journal) -> Option<TransactionKind> {
    if !journal.postings.iter().any(|posting| posting.account == Account::ProviderClearing) {
        return None;
    }
    match journal.kind {
        JournalKind::Capture => Some(TransactionKind::Charge),
        JournalKind::RefundSettled => Some(TransactionKind::Refund),
        JournalKind::RefundReturned => Some(TransactionKind::RefundReturned),
        JournalKind::PayoutSettled => Some(TransactionKind::Payout),
        JournalKind::PayoutReturned => Some(TransactionKind::PayoutReturned),
        JournalKind::DisputeOpened => Some(TransactionKind::Dispute),
        JournalKind::DisputeWon => Some(TransactionKind::DisputeReturned),
        JournalKind::Release
        | JournalKind::Refund
        | JournalKind::RefundSettledOtherwise
        | JournalKind::PayoutSettledOtherwise
        | JournalKind::Payout
        | JournalKind::DisputeLost => None,
    }
}

/// Checks that the provider knows the transaction of a journal. Amounts are compared by [`of_provider`].
pub fn of_ledger(journal: &Journal, known: bool) -> Option<Finding> {
    let transaction = asked_of_provider(journal).filter(|_| !known)?;
    Some(Finding {
        kind: FindingKind::MissingAtProvider,
        transaction,
        subject: journal.subject.clone(),
        provider_id: None,
        at_provider: None,
        in_ledger: moved(journal),
        reason: None,
        at: journal.at,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tradewind_kernel::{Currency, Id, JournalId};
    use tradewind_ledger::Posting;

    fn money(amount: i64, code: &str) -> Money {
        Money::new(amount, Currency::parse(code).unwrap())
    }

    fn reported(kind: TransactionKind, amount: Money) -> ProviderTransaction {
        let (id, subject) = ("txn_1".into(), "pay_1".into());
        let fee = Money::zero(amount.currency);
        ProviderTransaction { provider: "sandbox".into(), id, kind, subject, amount, fee, at: Time::from_millis(0) }
    }

    fn journal(kind: JournalKind, from: Account, to: Account) -> Journal {
        let id = JournalId::from_ulid("01jd0000000000000000000000");
        let postings = [Posting::debit(to, money(100, "EUR")), Posting::credit(from, money(100, "EUR")).unwrap()];
        Journal::balanced(id, kind, "pay_1", Time::from_millis(0), postings).unwrap()
    }

    fn kind(finding: Option<Finding>) -> Option<FindingKind> {
        finding.map(|finding| finding.kind)
    }

    #[test]
    fn each_way_in_which_they_differ_is_found_and_agreement_is_not() {
        let capture = journal(JournalKind::Capture, Account::Escrow, Account::ProviderClearing);
        let charge = |amount, code| reported(TransactionKind::Charge, money(amount, code));
        assert_eq!(of_provider(&charge(100, "EUR"), Some(&capture)), None);
        assert_eq!(kind(of_provider(&charge(100, "EUR"), None)), Some(FindingKind::MissingInLedger));
        assert_eq!(kind(of_provider(&charge(99, "EUR"), Some(&capture))), Some(FindingKind::AmountDiffers));
        assert_eq!(kind(of_provider(&charge(100, "USD"), Some(&capture))), Some(FindingKind::CurrencyDiffers));
        assert_eq!(of_ledger(&capture, true), None);
        assert_eq!(kind(of_ledger(&capture, false)), Some(FindingKind::MissingAtProvider));
    }

    #[test]
    fn what_does_not_touch_the_provider_asks_nothing_of_it() {
        let release = journal(JournalKind::Release, Account::PlatformFee, Account::Escrow);
        let back = journal(JournalKind::PayoutReturned, Account::Tax, Account::Payouts);
        assert_eq!((of_ledger(&release, false), of_ledger(&back, false)), (None, None));
        // But the payout that came back is one that the provider reports as sent.
        assert_eq!(of_provider(&reported(TransactionKind::Payout, money(100, "EUR")), Some(&back)), None);
    }

    #[test]
    fn every_transaction_is_booked_by_a_journal_that_asks_for_it() {
        for transaction in [
            TransactionKind::Charge,
            TransactionKind::Refund,
            TransactionKind::RefundReturned,
            TransactionKind::Dispute,
            TransactionKind::DisputeReturned,
            TransactionKind::Payout,
            TransactionKind::PayoutReturned,
        ] {
            let kind = transaction.journals()[0];
            let booked = journal(kind, Account::Escrow, Account::ProviderClearing);
            assert_eq!(asked_of_provider(&booked), Some(transaction));
        }
    }
}
