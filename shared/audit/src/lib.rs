//! The audit of a ledger: its journals are replayed and compared with everything that must agree with them.
//!
//! The audit only compares and never repairs. [`Part`] names what is compared; [`Progress`] records how far a part has come, so that
//! a marketplace of any size can be processed in pieces that each fit into one invocation.
//!
//! | compared | with | differences |
//! |---|---|---|
//! | a journal's postings | zero, in every currency | `journal_unbalanced` |
//! | a journal | the payment, order, refund, payout or dispute it is about | `subject_missing`, `subject_differs` |
//! | a journal's postings to sellers | the entries of their accounts | `entry_missing`, `entry_differs` |
//! | an entry of a seller's account | its journal | `entry_extra`, `entry_differs` |
//! | payments, orders, refunds, payouts, disputes | the journals that their states ask for | `journal_missing`, `journal_differs` |
//! | an order that was released, line by line | the shares that release and refunds gave to, and took from, seller and marketplace | `shares_differ` |
//! | the sum of all postings, an account and a currency | the balance | `balance_differs`, `not_settled` |
//!
//! `not_settled` means that a difference cannot be ruled out: the balance changed each time it was read, so there was no moment at
//! which it could be compared.

pub mod entities;
pub mod keys;
mod stored;

pub use stored::KINDS;

mod event;

pub use event::{VERIFICATIONS, VerificationEvent};

mod rules;
mod shares;
#[cfg(test)]
mod tests;

pub use rules::{Subject, dispute, entries_of, entry, journal, order, payment, payout, refund, subject, waits};
pub use shares::shares;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tradewind_kernel::{Currency, Money, SellerId, money::MoneyError};
use tradewind_ledger::Journal;

/// The way in which the ledger differs from what it must agree with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DifferenceKind {
    /// The postings of a journal do not sum to zero in every currency, or there are none.
    JournalUnbalanced,
    /// Something happened that must be booked, and is not.
    JournalMissing,
    /// Something is booked with the wrong amount.
    JournalDiffers,
    /// A journal is about something that does not exist.
    SubjectMissing,
    /// A journal says that something happened, but the state of what it is about does not show it.
    SubjectDiffers,
    /// A posting to a seller has no entry in their account.
    EntryMissing,
    /// An entry of a seller's account has no posting.
    EntryExtra,
    /// An entry and its posting have different amounts.
    EntryDiffers,
    /// The shares of seller and marketplace in an order do not match the lines that were not refunded.
    SharesDiffer,
    /// A balance is not the sum of the postings.
    BalanceDiffers,
    /// A balance could not be compared: it changed each time it was read.
    NotSettled,
}

impl DifferenceKind {
    /// The kind's name in keys and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::JournalUnbalanced => "journal_unbalanced",
            Self::JournalMissing => "journal_missing",
            Self::JournalDiffers => "journal_differs",
            Self::SubjectMissing => "subject_missing",
            Self::SubjectDiffers => "subject_differs",
            Self::EntryMissing => "entry_missing",
            Self::EntryExtra => "entry_extra",
            Self::EntryDiffers => "entry_differs",
            Self::SharesDiffer => "shares_differ",
            Self::BalanceDiffers => "balance_differs",
            Self::NotSettled => "not_settled",
        }
    }
}

/// One difference. Nothing is repaired: an administrator has to look at it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Difference {
    /// The kind of difference.
    pub kind: DifferenceKind,
    /// The place: an account with its shard, a journal's id, or the id of what a journal is about. Together with the kind it
    /// identifies the difference.
    pub subject: String,
    /// The amount that the books should show, if it is a matter of amounts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<Money>,
    /// The amount that they show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<Money>,
    /// The difference in a sentence.
    pub detail: String,
}

impl Difference {
    /// Makes a difference that is not a matter of amounts.
    pub fn of(kind: DifferenceKind, subject: impl ToString, detail: impl Into<String>) -> Self {
        Self { kind, subject: subject.to_string(), expected: None, found: None, detail: detail.into() }
    }

    /// Adds the amounts that differ.
    pub fn amounts(self, expected: Money, found: Money) -> Self {
        Self { expected: Some(expected), found: Some(found), ..self }
    }
}

/// A part of a verification, which one chain of messages processes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum Part {
    /// The journals of one shard, and then the balances of the same shard.
    Journals {
        /// The number of the shard.
        shard: u8,
    },
    /// All disputes of the marketplace.
    Disputes,
    /// The list of sellers, which becomes a part for each.
    Sellers,
    /// One seller: the entries of their account and its balance, their orders with payments and refunds, and their payouts.
    Seller {
        /// The seller's id.
        seller: SellerId,
    },
}

impl Part {
    /// The part's name in keys.
    pub fn name(&self) -> String {
        match self {
            Self::Journals { shard } => format!("journals-{shard}"),
            Self::Disputes => "disputes".into(),
            Self::Sellers => "sellers".into(),
            Self::Seller { seller } => seller.to_string(),
        }
    }
}

/// The progress of a part, with which another invocation can go on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The list of the part that is read: a month of journals, `entries`, `orders` or `payouts`.
    #[serde(default)]
    pub stage: String,
    /// The sort key after which to go on in the list; empty at the beginning.
    #[serde(rename = "behind", default)]
    pub after: String,
    /// The sums of the postings so far.
    #[serde(default)]
    pub sums: Sums,
    /// How often the balances could not be compared because they changed meanwhile.
    #[serde(default)]
    pub restless: u8,
}

/// Sums of postings by account and currency.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sums(BTreeMap<String, BTreeMap<String, i64>>);

impl Sums {
    /// Adds an amount to an account.
    pub fn add(&mut self, account: &str, amount: Money) -> Result<(), MoneyError> {
        let sums = self.0.entry(account.to_owned()).or_default();
        let sum = sums.entry(amount.currency.code().to_owned()).or_insert(0);
        *sum = sum.checked_add(amount.amount).ok_or(MoneyError::Overflow)?;
        Ok(())
    }

    /// Adds all sums of another set.
    pub fn merge(&mut self, other: &Self) -> Result<(), MoneyError> {
        other.amounts().try_for_each(|(account, amount)| self.add(account, amount))
    }

    /// Adds a journal's postings as balances hold them: those to sellers go into the account that sums them all.
    pub fn post(&mut self, journal: &Journal) -> Result<(), MoneyError> {
        journal.postings.iter().try_for_each(|posting| match posting.account.holder() {
            Some(_) => self.add(tradewind_ledger::SELLERS_CONTROL, posting.amount),
            None => self.add(&posting.account.code(), posting.amount),
        })
    }

    /// The sum of an account in a currency.
    pub fn get(&self, account: &str, currency: Currency) -> Money {
        let sum = self.0.get(account).and_then(|sums| sums.get(currency.code()));
        Money::new(sum.copied().unwrap_or(0), currency)
    }

    /// Every sum, by account and currency.
    pub fn amounts(&self) -> impl Iterator<Item = (&str, Money)> {
        self.0.iter().flat_map(|(account, sums)| {
            let money = |(code, sum): (&String, &i64)| Some(Money::new(*sum, Currency::parse(code)?));
            sums.iter().filter_map(money).map(|amount| (account.as_str(), amount))
        })
    }
}

/// Finds balances that are not the sums of the postings, in accounts and currencies of either set, without those of zero. `place` is
/// added to the account's name, such as the shard's number.
pub fn balances(postings: &Sums, balances: &Sums, place: &str) -> Vec<Difference> {
    let names =
        |sums: &Sums| sums.amounts().map(|(name, amount)| (name.to_owned(), amount.currency)).collect::<Vec<_>>();
    let mut all = names(postings);
    all.extend(names(balances));
    all.sort();
    all.dedup();
    let compare = |(account, currency): (String, Currency)| {
        let (expected, found) = (postings.get(&account, currency), balances.get(&account, currency));
        let detail = format!("The postings to {account}{place} sum to {expected}, and its balance is {found}.");
        (expected != found).then(|| {
            let subject = format!("{account}{place}:{currency}");
            Difference::of(DifferenceKind::BalanceDiffers, subject, detail).amounts(expected, found)
        })
    };
    all.into_iter().filter_map(compare).collect()
}
