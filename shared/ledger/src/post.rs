//! Posting journals, and updating the balances.
//!
//! The balance of a seller also keeps the amounts posted in each month, in attributes of its own (`m2026-01`): so one item tells what
//! was owed at the beginning of any month, and this costs no extra units. The marketplace's earnings are also counted by day, in an
//! item for each month ([`Turnover`]), for 2 write units for each journal that posts to them.

use crate::{
    Account::{self, PlatformFee},
    Journal, LedgerEntry, SELLERS_CONTROL,
    entities::{BalanceShard, Turnover, beside, month_attribute},
    keys::{self, BALANCE_SHARDS},
};
use aws_sdk_dynamodb::types::{AttributeValue, builders::UpdateBuilder};
use std::collections::{BTreeMap, BTreeSet};
use tradewind_kernel::{
    Currency, Money, SellerId, Time,
    period::{Day, Month},
};
use tradewind_storage::{
    Commit, CommitError, Denial, Effect, Shaped, Summed,
    shape::{self, SHAPE},
    shard,
};

/// Posts a journal: writes the journal itself, once, an entry for each account with a holder, and the balances. If a journal of this
/// kind exists for the subject, this has happened before.
#[derive(Debug, Clone, Copy)]
pub struct Post<'a>(pub &'a Journal);

impl Effect for Post<'_> {
    fn write(self, mut commit: Commit) -> Commit {
        let journal = &self.0.clone().counted_in(commit.zone());
        for posting in journal.postings.iter().filter(|posting| posting.account.holder().is_some()) {
            commit = commit.create_once(&LedgerEntry {
                journal: journal.id.clone(),
                kind: journal.kind,
                account: posting.account.clone(),
                amount: posting.amount,
                subject: journal.subject.clone(),
                at: journal.at,
            });
        }
        commit.sum_up(|balances: &mut Balances| balances.post(journal)).create_once(journal)
    }
}

/// Posts to a seller's balance only if it is still this amount, so that two payouts never send the same money.
#[derive(Debug, Clone, Copy)]
pub struct ExpectOwed<'a> {
    /// The seller whose account it is.
    pub seller: &'a SellerId,
    /// The amount that was read.
    pub owed: Money,
}

impl Effect for ExpectOwed<'_> {
    fn write(self, commit: Commit) -> Commit {
        // The ledger holds an amount that is owed as a credit, which is negative.
        let shard = (Account::SellerPayable(self.seller.clone()).code(), 0, self.owed.currency);
        commit.sum_up(|balances: &mut Balances| {
            balances.expected.insert(shard, self.owed.amount.saturating_neg());
            Ok(())
        })
    }
}

/// Closes the account of the seller to whom the journal posts, up to the journal's time: later entries have a later time.
#[derive(Debug, Clone, Copy)]
pub struct CloseAccount {
    /// The amount that the seller is owed after that.
    pub left: Money,
}

impl Effect for CloseAccount {
    fn write(self, commit: Commit) -> Commit {
        commit.sum_up(|balances: &mut Balances| {
            balances.closed = Some(self.left);
            Ok(())
        })
    }
}

/// The changes to balances by the journals of a commit, account by account.
#[derive(Debug, Default)]
struct Balances {
    sums: BTreeMap<(String, u8, Currency), Money>,
    days: BTreeMap<(String, u8, Currency, Day), Money>,
    expected: BTreeMap<(String, u8, Currency), i64>,
    booked: Option<Time>,
    closed: Option<Money>,
}

impl Balances {
    fn post(&mut self, journal: &Journal) -> Result<(), CommitError> {
        let shard = shard(&journal.subject, BALANCE_SHARDS);
        self.booked = Some(self.booked.map_or(journal.at, |before| before.min(journal.at)));
        for posting in &journal.postings {
            let code = posting.account.code();
            if posting.account.holder().is_some() {
                self.add(code, 0, posting.amount, journal)?;
                self.add(SELLERS_CONTROL.into(), shard, posting.amount, journal)?;
            } else {
                self.add(code, shard, posting.amount, journal)?;
            }
        }
        Ok(())
    }

    /// The marketplace's earnings count on its own day. The months of sellers are in UTC: a statement may begin at any moment, and
    /// adds the entries between the beginning of the month and that moment.
    fn add(&mut self, account: String, shard: u8, amount: Money, journal: &Journal) -> Result<(), CommitError> {
        if account == PlatformFee.code() || account.contains(':') {
            let day = if account == PlatformFee.code() { journal.day() } else { Day::of(journal.at) };
            let day = (account.clone(), shard, amount.currency, day);
            add(self.days.entry(day).or_insert(Money::zero(amount.currency)), amount)?;
        }
        add(self.sums.entry((account, shard, amount.currency)).or_insert(Money::zero(amount.currency)), amount)
    }

    /// The amounts posted to an account in each month.
    fn by_month(&self, account: &str, shard: u8, currency: Currency) -> BTreeMap<String, i64> {
        let mut months = BTreeMap::new();
        for ((name, place, money, day), sum) in &self.days {
            if name == account && *place == shard && *money == currency {
                let month = months.entry(month_attribute(day.month())).or_insert(0_i64);
                *month = month.saturating_add(sum.amount);
            }
        }
        months
    }

    /// Updates the item of the provider clearing account, which holds the balances of all the marketplace's own accounts: 2 write
    /// units in total.
    fn own(&self, update: UpdateBuilder, place: (u8, Currency)) -> UpdateBuilder {
        let (clearing, currency) = (Account::ProviderClearing.code(), place.1);
        let mut added = vec!["amount :sum".to_owned()];
        let mut held = Money::zero(currency);
        let mut update = update
            .expression_attribute_values(":shape", shape::text(BalanceShard::SHAPE))
            .expression_attribute_values(":currency", AttributeValue::S(currency.code().into()));
        for (n, (account, sum)) in self
            .sums
            .iter()
            .filter(|(at, _)| is_own(at) && (at.1, at.2) == place)
            .map(|((account, ..), sum)| (account, sum))
            .enumerate()
        {
            if *account == clearing {
                held = *sum;
                continue;
            }
            added.push(format!("#of{n} :of{n}"));
            update = update
                .expression_attribute_names(format!("#of{n}"), beside(account))
                .expression_attribute_values(format!(":of{n}"), AttributeValue::N(sum.amount.to_string()));
        }
        let set = format!("SET account = :account, currency = :currency, {SHAPE} = :shape");
        update
            .expression_attribute_values(":account", AttributeValue::S(clearing))
            .expression_attribute_values(":sum", AttributeValue::N(held.amount.to_string()))
            .update_expression(format!("ADD {} {set}", added.join(", ")))
    }

    fn of_seller(
        &self,
        update: UpdateBuilder,
        (account, shard, currency): &(String, u8, Currency),
        sum: Money,
    ) -> UpdateBuilder {
        let months = self.by_month(account, *shard, *currency);
        let added: String = (0..months.len()).map(|n| format!(", #m{n} :m{n}")).collect();
        let mut set = format!("SET account = :account, currency = :currency, {SHAPE} = if_not_exists({SHAPE}, :shape)");
        let mut conditions = vec![];
        let mut update = update
            .expression_attribute_values(":sum", AttributeValue::N(sum.amount.to_string()))
            .expression_attribute_values(":account", AttributeValue::S(account.clone()))
            .expression_attribute_values(":shape", shape::text(BalanceShard::SHAPE))
            .expression_attribute_values(":currency", AttributeValue::S(currency.code().into()));
        if let Some(amount) = self.expected.get(&(account.clone(), *shard, *currency)) {
            conditions.push("amount = :expected");
            update = update.expression_attribute_values(":expected", AttributeValue::N(amount.to_string()));
        }
        if let Some(at) = self.booked {
            // A payout closed the account up to its time. A slower journal is decided anew, with a later time.
            conditions.push("(attribute_not_exists(paid_at) OR paid_at < :at)");
            update = update.expression_attribute_values(":at", AttributeValue::S(at.to_string()));
        }
        if let Some(left) = self.closed {
            set.push_str(", paid_at = :at, paid_left = :left");
            update = update.expression_attribute_values(":left", AttributeValue::N(left.amount.to_string()));
        }
        if !conditions.is_empty() {
            update = update.condition_expression(conditions.join(" AND "));
        }
        update = update.update_expression(format!("ADD amount :sum{added} {set}"));
        for (n, (month, sum)) in months.into_iter().enumerate() {
            update = update
                .expression_attribute_names(format!("#m{n}"), month)
                .expression_attribute_values(format!(":m{n}"), AttributeValue::N(sum.to_string()));
        }
        update
    }
}

/// Whether an account is the marketplace's own, and not a seller's.
fn is_own((account, ..): &(String, u8, Currency)) -> bool {
    !account.contains(':')
}

impl Summed for Balances {
    fn write(self: Box<Self>, mut commit: Commit) -> Commit {
        let own: BTreeSet<_> =
            self.sums.keys().filter(|at| is_own(at)).map(|(_, shard, currency)| (*shard, *currency)).collect();
        for place in own {
            let key = keys::balance(commit.tenant(), &Account::ProviderClearing.code(), place.0, place.1);
            commit = commit.change(key, Denial::Stale, |update| self.own(update, place));
        }
        for (place, sum) in self.sums.iter().filter(|(at, _)| !is_own(at)) {
            let (account, shard, currency) = place;
            let key = keys::balance(commit.tenant(), account, *shard, *currency);
            commit = commit.change(key, Denial::Stale, |update| self.of_seller(update, place, *sum));
        }
        // The marketplace's earnings by day.
        let mut items: BTreeMap<_, Vec<(Day, Money)>> = BTreeMap::new();
        for ((account, shard, currency, day), sum) in self.days {
            if account == PlatformFee.code() {
                items.entry((account, shard, day.month(), currency)).or_default().push((day, sum));
            }
        }
        for ((account, shard, month, currency), days) in items {
            let key = keys::turnover(commit.tenant(), &account, shard, month, currency);
            commit = commit.change(key, Denial::Stale, |update| turnover(update, month, currency, days));
        }
        commit
    }
}

fn turnover(update: UpdateBuilder, month: Month, currency: Currency, days: Vec<(Day, Money)>) -> UpdateBuilder {
    let added: Vec<_> = (0..days.len()).map(|n| format!("#d{n} :d{n}")).collect();
    let update = update
        .update_expression(format!(
            "ADD {} SET #month = :month, currency = :currency, {SHAPE} = if_not_exists({SHAPE}, :shape)",
            added.join(", ")
        ))
        .expression_attribute_names("#month", "month")
        .expression_attribute_values(":shape", shape::text(Turnover::SHAPE))
        .expression_attribute_values(":month", AttributeValue::S(month.to_string()))
        .expression_attribute_values(":currency", AttributeValue::S(currency.code().into()));
    days.into_iter().enumerate().fold(update, |update, (n, (day, sum))| {
        update
            .expression_attribute_names(format!("#d{n}"), day.to_string())
            .expression_attribute_values(format!(":d{n}"), AttributeValue::N(sum.amount.to_string()))
    })
}

fn add(sum: &mut Money, amount: Money) -> Result<(), CommitError> {
    *sum = sum.plus(amount).map_err(|e| CommitError::Impossible(e.to_string()))?;
    Ok(())
}
