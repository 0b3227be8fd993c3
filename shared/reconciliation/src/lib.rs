//! Reconciliation: what the payment provider says it did, compared with what the ledger says it did.
//!
//! Both sides know the same things by the same ids: a charge by the payment's, a refund by the refund's (or by that of a payment
//! that came too late), a payout by the payout's. Amounts are compared as they moved, currency by currency; what the provider kept
//! as its own fee is carried along and not compared, because the ledger does not book it, but for the fee of a dispute.

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

/// What a provider did with money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TransactionKind {
    /// It took money from a buyer.
    Charge,
    /// It sent money back to a buyer.
    Refund,
    /// Money that it had sent back to a buyer returned.
    RefundReturned,
    /// A bank took money back, and the provider a fee for it.
    Dispute,
    /// The bank gave it back.
    DisputeReturned,
    /// It sent money to a seller.
    Payout,
    /// Money that it had sent to a seller returned.
    PayoutReturned,
}

impl TransactionKind {
    /// The kind's name, as it stands in keys and in JSON.
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

    /// The journals that book it, the first that there is.
    pub const fn journals(self) -> &'static [JournalKind] {
        match self {
            Self::Charge => &[JournalKind::Capture],
            Self::Refund => &[JournalKind::RefundSettled],
            Self::RefundReturned => &[JournalKind::RefundReturned],
            Self::Dispute => &[JournalKind::DisputeOpened],
            Self::DisputeReturned => &[JournalKind::DisputeWon],
            // One that came back before it was known to have arrived was never booked as arrived.
            Self::Payout => &[JournalKind::PayoutSettled, JournalKind::PayoutReturned],
            Self::PayoutReturned => &[JournalKind::PayoutReturned],
        }
    }
}

/// Something that a provider did, in our own words: a balance transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderTransaction {
    /// Which provider.
    pub provider: String,
    /// Its id for it.
    pub id: String,
    /// What it did.
    pub kind: TransactionKind,
    /// What it is about, by our id.
    pub subject: String,
    /// How much it moved: more than zero, whichever way.
    pub amount: Money,
    /// What it kept of that for itself.
    pub fee: Money,
    /// When.
    pub at: Time,
}

/// In which way provider and ledger differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// The provider did something that is not booked.
    MissingInLedger,
    /// Something is booked that the provider did not do.
    MissingAtProvider,
    /// Both know it, with different amounts.
    AmountDiffers,
    /// Both know it, in different currencies.
    CurrencyDiffers,
    /// The provider did the same thing twice.
    Duplicate,
    /// The provider reported something that does not fit what is known, so that nothing was booked for it.
    NotApplied,
}

impl FindingKind {
    /// The kind's name.
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

/// One thing in which provider and ledger differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// In which way.
    pub kind: FindingKind,
    /// What was done.
    pub transaction: TransactionKind,
    /// What it is about: a payment's, refund's or payout's id.
    pub subject: String,
    /// The provider's id for it, if the provider knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_id: Option<String>,
    /// What the provider says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_provider: Option<Money>,
    /// What the ledger says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_ledger: Option<Money>,
    /// Why it does not fit, if that is not said by the amounts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When it was done, or booked.
    pub at: Time,
}

impl Finding {
    /// A provider's report of what moved money does not fit what is known. `event` is the provider's id for the report. Reports that
    /// move no money are never found: they change nothing where they do not fit.
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

    fn of(kind: FindingKind, said: &ProviderTransaction, in_ledger: Option<Money>) -> Self {
        Self {
            kind,
            transaction: said.kind,
            subject: said.subject.clone(),
            provider_id: Some(said.id.clone()),
            at_provider: Some(said.amount),
            in_ledger,
            reason: None,
            at: said.at,
        }
    }

    /// The provider did what it had done before, under another id.
    pub fn duplicate(said: &ProviderTransaction) -> Self {
        Self::of(FindingKind::Duplicate, said, None)
    }

    /// What the finding is recognised by when it is found again.
    pub fn name(&self) -> String {
        let id = self.provider_id.as_deref().unwrap_or_default();
        format!("{}#{}#{}#{id}", self.kind.name(), self.transaction.name(), self.subject)
    }
}

/// How much a journal says the provider moved; `None` if it has nothing to do with the provider.
fn moved(journal: &Journal) -> Option<Money> {
    // What came back before it had arrived went through no account of the provider's.
    let of = |account| journal.postings.iter().find(|posting| posting.account == account);
    let posting = of(Account::ProviderClearing).or_else(|| of(Account::Payouts))?;
    Some(Money::new(posting.amount.amount.saturating_abs(), posting.amount.currency))
}

/// Something that the provider did, and the journal that books it.
pub fn of_provider(said: &ProviderTransaction, journal: Option<&Journal>) -> Option<Finding> {
    let Some(booked) = journal.and_then(moved) else {
        return Some(Finding::of(FindingKind::MissingInLedger, said, None));
    };
    // The fee for a dispute is booked with it; other fees are not booked.
    let fee = if said.kind == TransactionKind::Dispute { said.fee.amount } else { 0 };
    let moved = Money::new(said.amount.amount.saturating_add(fee), said.amount.currency);
    let kind = if booked.currency != said.amount.currency {
        FindingKind::CurrencyDiffers
    } else if booked != moved {
        FindingKind::AmountDiffers
    } else {
        return None;
    };
    Some(Finding::of(kind, said, Some(booked)))
}

/// What the provider must have done for a journal, if it must have done anything.
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

/// A journal, and whether the provider knows what it books. Amounts are compared by [`of_provider`].
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

    fn said(kind: TransactionKind, amount: Money) -> ProviderTransaction {
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
        let charge = |amount, code| said(TransactionKind::Charge, money(amount, code));
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
        // But the payout that came back is what the provider says it sent.
        assert_eq!(of_provider(&said(TransactionKind::Payout, money(100, "EUR")), Some(&back)), None);
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
