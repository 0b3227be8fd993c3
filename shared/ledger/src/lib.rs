//! The double-entry ledger: accounts, and journals whose postings sum to zero in every currency.
//!
//! A positive posting is a debit, a negative one a credit. One sale of 100.00 EUR at a fee of 10 per cent:
//!
//! | step | provider_clearing | escrow | seller_payable | platform_fee | refunds | payouts |
//! |---|---|---|---|---|---|---|
//! | the provider captured | +100 | -100 | | | | |
//! | the order completed | | +100 | -90 | -10 | | |
//! | a payout was sent | | | +90 | | | -90 |
//! | the payout arrived | -90 | | | | | +90 |
//!
//! Other journals that can come in between, each of its own kind:
//!
//! | kind | when | postings |
//! |---|---|---|
//! | `capture` | paid in time | provider_clearing +100, escrow -100 |
//! | | paid too late | provider_clearing +100, refunds -100 |
//! | `release` | the process released it | escrow +100, seller_payable -90, platform_fee -10 |
//! | | with 19.00 of tax that the marketplace pays to the state, and 2.00 on its commission | escrow +119, seller_payable -88, platform_fee -10, tax -21 |
//! | | with a discount of 20.00 that the marketplace bears | escrow +80, seller_payable -90, platform_fee +10 |
//! | `refund` | 40.00 before the release | escrow +40, refunds -40 |
//! | | 40.00 after it | seller_payable +36, platform_fee +4, refunds -40 |
//! | | the same, and the marketplace keeps its fee | seller_payable +40, refunds -40 |
//! | | of 40.00 after it, which a coupon of the marketplace had paid | seller_payable +36, platform_fee -36 |
//! | `refund_settled` | the provider sent it | refunds +40, provider_clearing -40 |
//! | `refund_returned` | it came back, and is still the buyer's | provider_clearing +40, refunds -40 |
//! | `refund_settled_otherwise` | the marketplace paid it to the buyer in another way, and keeps this | refunds +40, platform_fee -40 |
//! | `dispute_opened`, `_won`, `_lost` | a bank took a payment back | see the crate `tradewind-disputes` |
//! | `payout` | a run pays a seller | seller_payable +90, payouts -90 |
//! | `payout_settled` | it arrived | payouts +90, provider_clearing -90 |
//! | `payout_returned` | it came back | payouts +90 (provider_clearing +90, if it had arrived), seller_payable -90 |
//! | `payout_settled_otherwise` | the marketplace paid what came back to the seller in another way, and keeps this | seller_payable +90, platform_fee -90 |
//!
//! A refund after the payout makes seller_payable positive: the seller owes money. The next releases make up for it before anything
//! is paid out again.

pub mod balances;
pub mod entities;
pub mod journals;
pub mod keys;
mod post;
mod stored;

pub use post::{CloseAccount, ExpectOwed, Post};
pub use stored::KINDS;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{collections::BTreeMap, fmt};
use tradewind_kernel::{Currency, JournalId, Money, SellerId, Time, money::MoneyError, period::Day, zone::Zone};

/// An account of the ledger: a place where money is, or is owed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Account {
    /// The money that the payment provider holds for the marketplace.
    ProviderClearing,
    /// The money that buyers paid for orders that are not complete.
    Escrow,
    /// The marketplace's earnings.
    PlatformFee,
    /// The tax that the marketplace has to pay to the state.
    Tax,
    /// The money on its way back to buyers.
    Refunds,
    /// The money that is held because a buyer's bank disputes a payment.
    Disputes,
    /// The money on its way to sellers.
    Payouts,
    /// The money that the marketplace owes a seller.
    SellerPayable(SellerId),
}

/// The accounts of which a marketplace has exactly one each.
pub const SYSTEM_ACCOUNTS: [Account; 7] = [
    Account::ProviderClearing,
    Account::Escrow,
    Account::PlatformFee,
    Account::Tax,
    Account::Refunds,
    Account::Disputes,
    Account::Payouts,
];

/// The name of the account that sums the balances of all sellers. Every posting to an [`Account::SellerPayable`] is also counted
/// here, so that a trial balance does not read a million sellers.
pub const SELLERS_CONTROL: &str = "seller_payable";

impl Account {
    /// The account's name: `escrow`, `seller_payable:sel_...`.
    pub fn code(&self) -> String {
        match self {
            Self::ProviderClearing => "provider_clearing".into(),
            Self::Escrow => "escrow".into(),
            Self::PlatformFee => "platform_fee".into(),
            Self::Tax => "tax".into(),
            Self::Refunds => "refunds".into(),
            Self::Disputes => "disputes".into(),
            Self::Payouts => "payouts".into(),
            Self::SellerPayable(seller) => format!("{SELLERS_CONTROL}:{seller}"),
        }
    }

    /// The account's holder, if it has one: only such accounts keep a list of their entries.
    pub fn holder(&self) -> Option<&SellerId> {
        if let Self::SellerPayable(seller) = self { Some(seller) } else { None }
    }

    fn parse(code: &str) -> Option<Self> {
        if let Some(seller) = code.strip_prefix(SELLERS_CONTROL).and_then(|rest| rest.strip_prefix(':')) {
            return <SellerId as tradewind_kernel::Id>::parse(seller).ok().map(Self::SellerPayable);
        }
        SYSTEM_ACCOUNTS.into_iter().find(|account| account.code() == code)
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code())
    }
}

impl Serialize for Account {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Account {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&code).ok_or_else(|| serde::de::Error::custom("unknown ledger account"))
    }
}

/// The kind of a journal: the reason why it was posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum JournalKind {
    /// The provider captured a payment.
    Capture,
    /// An order was completed: escrow went to the seller and the marketplace.
    Release,
    /// Money is to go back to the buyer.
    Refund,
    /// Money went back to the buyer.
    RefundSettled,
    /// Money that had gone back to the buyer returned.
    RefundReturned,
    /// Money that could not be sent back to the buyer was paid in another way.
    RefundSettledOtherwise,
    /// A bank took a payment back.
    DisputeOpened,
    /// The bank gave the money back.
    DisputeWon,
    /// The bank gave the money to the buyer.
    DisputeLost,
    /// Money was sent to a seller.
    Payout,
    /// The money arrived at the seller.
    PayoutSettled,
    /// The money came back from the seller's bank.
    PayoutReturned,
    /// Money that came back was paid to the seller in another way.
    PayoutSettledOtherwise,
}

impl JournalKind {
    /// The kind's name in keys and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Capture => "capture",
            Self::Release => "release",
            Self::Refund => "refund",
            Self::RefundSettled => "refund_settled",
            Self::RefundReturned => "refund_returned",
            Self::RefundSettledOtherwise => "refund_settled_otherwise",
            Self::DisputeOpened => "dispute_opened",
            Self::DisputeWon => "dispute_won",
            Self::DisputeLost => "dispute_lost",
            Self::Payout => "payout",
            Self::PayoutSettled => "payout_settled",
            Self::PayoutReturned => "payout_returned",
            Self::PayoutSettledOtherwise => "payout_settled_otherwise",
        }
    }
}

/// One line of a journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posting {
    /// The account that it changes.
    pub account: Account,
    /// The amount: a debit is positive, a credit negative.
    pub amount: Money,
}

impl Posting {
    /// Makes a debit of `amount`.
    pub fn debit(account: Account, amount: Money) -> Self {
        Self { account, amount }
    }

    /// Makes a credit of `amount`.
    pub fn credit(account: Account, amount: Money) -> Result<Self, MoneyError> {
        Ok(Self { account, amount: amount.negated()? })
    }
}

/// A balanced set of postings. It is never changed: a correction is another journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Journal {
    /// The journal's id.
    pub id: JournalId,
    /// The reason why it was posted. It is stored as `of`, because the attribute `kind` says whether an item is an event.
    #[serde(rename = "of")]
    pub kind: JournalKind,
    /// The id of the thing that it is about: an order, payment, refund, payout or dispute. There is at most one journal of a kind for
    /// a subject.
    pub subject: String,
    /// When it was posted.
    pub at: Time,
    /// The marketplace's day on which it counts, if that differs from the day in UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<Day>,
    /// The postings: at least two, none of zero.
    pub postings: Vec<Posting>,
}

/// Why a journal cannot be posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// Debits and credits differ; the number is the difference in minor units.
    #[error("debits and credits in {0} differ by {1} minor units")]
    Unbalanced(Currency, i64),
    /// There are no postings.
    #[error("a journal needs postings")]
    Empty,
    /// An amount is too large.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl Journal {
    /// The only way to make a journal: postings of zero are left out, and the others must sum to zero in every currency.
    pub fn balanced(
        id: JournalId,
        kind: JournalKind,
        subject: impl fmt::Display,
        at: Time,
        postings: impl IntoIterator<Item = Posting>,
    ) -> Result<Self, LedgerError> {
        let postings: Vec<_> = postings.into_iter().filter(|p| p.amount.amount != 0).collect();
        let mut sums = BTreeMap::new();
        for Posting { amount, .. } in &postings {
            let sum = sums.entry(amount.currency).or_insert_with(|| Money::zero(amount.currency));
            *sum = sum.plus(*amount)?;
        }
        if let Some((currency, sum)) = sums.iter().find(|(_, sum)| sum.amount != 0) {
            return Err(LedgerError::Unbalanced(*currency, sum.amount));
        }
        if postings.is_empty() {
            return Err(LedgerError::Empty);
        }
        Ok(Self { id, kind, subject: subject.to_string(), at, day: None, postings })
    }

    /// The day on which it counts.
    pub fn day(&self) -> Day {
        self.day.unwrap_or(Day::of(self.at))
    }

    /// The same journal, counted on the day that its time has in a time zone.
    #[must_use]
    pub fn counted_in(self, zone: &Zone) -> Self {
        let day = zone.day(self.at);
        Self { day: (day != Day::of(self.at)).then_some(day), ..self }
    }

    /// The amount that the journal credits to an account, as a positive amount; `None` if it credits nothing to it.
    pub fn credited(&self, account: &Account) -> Option<Money> {
        let posting = self.postings.iter().find(|p| p.account == *account && p.amount.amount < 0)?;
        posting.amount.negated().ok()
    }
}

/// One entry of a seller's account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerEntry {
    /// The journal it is part of.
    pub journal: JournalId,
    /// The kind of that journal.
    pub kind: JournalKind,
    /// The seller's account.
    pub account: Account,
    /// The amount: a debit is positive, a credit negative.
    pub amount: Money,
    /// The id of the thing that the journal is about.
    pub subject: String,
    /// When it was posted.
    pub at: Time,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use tradewind_kernel::Id;

    fn journal(postings: Vec<Posting>) -> Result<Journal, LedgerError> {
        let id = JournalId::from_ulid("01jd0000000000000000000000");
        Journal::balanced(id, JournalKind::Capture, "x", Time::from_millis(0), postings)
    }

    fn euros(amount: i64) -> Money {
        Money::new(amount, Currency::parse("EUR").unwrap())
    }

    #[test]
    fn an_unbalanced_journal_is_refused() {
        let postings =
            vec![Posting::debit(Account::Escrow, euros(2)), Posting::credit(Account::Tax, euros(1)).unwrap()];
        assert!(matches!(journal(postings), Err(LedgerError::Unbalanced(_, 1))));
    }

    #[test]
    fn currencies_must_balance_one_by_one() {
        let dollars = Money::new(1, Currency::parse("USD").unwrap());
        let postings = vec![Posting::debit(Account::Escrow, euros(1)), Posting::credit(Account::Tax, dollars).unwrap()];
        assert!(matches!(journal(postings), Err(LedgerError::Unbalanced(..))));
    }

    #[test]
    fn a_journal_of_nothing_is_refused() {
        assert_eq!(journal(vec![Posting::debit(Account::Escrow, euros(0))]), Err(LedgerError::Empty));
    }

    #[test]
    fn account_codes_read_back() {
        let seller = Account::SellerPayable(SellerId::from_ulid("01jd0000000000000000000000"));
        for account in SYSTEM_ACCOUNTS.into_iter().chain([seller]) {
            assert_eq!(account.to_string(), account.code());
            assert_eq!(Account::parse(&account.code()), Some(account));
        }
        assert_eq!(Account::parse("seller_payable"), None);
    }

    proptest! {
        #[test]
        fn whatever_is_balanced_sums_to_zero(amounts in proptest::collection::vec(-1_000_000i64..1_000_000, 1..12)) {
            let mut postings: Vec<_> = amounts.iter().map(|a| Posting::debit(Account::Escrow, euros(*a))).collect();
            let sum: i64 = amounts.iter().sum();
            postings.push(Posting::credit(Account::ProviderClearing, euros(sum)).unwrap());
            if let Ok(journal) = journal(postings) {
                prop_assert_eq!(journal.postings.iter().map(|p| p.amount.amount).sum::<i64>(), 0);
                prop_assert!(journal.postings.iter().all(|p| p.amount.amount != 0));
            }
        }
    }
}
