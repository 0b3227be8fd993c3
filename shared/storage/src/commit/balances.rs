//! The balances that a commit's journals change.
//!
//! The balance of a seller also keeps what was posted in each month, in attributes of its own (`m2026-01`): what was owed at the
//! beginning of any month is then known from one item, and the month costs no unit more. What the marketplace earns is counted by
//! day as well, in an item for each month ([`crate::books::Turnover`]), for 2 write units a journal that posts to it.

use super::{Commit, CommitError, Denial, impossible, logical_name};
use crate::{
    books::Turnover,
    entities::{BalanceShard, beside, month_attribute},
    keys::{self, In},
    shape::{self, SHAPE, Shaped},
    table::key_item,
};
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem, Update, builders::UpdateBuilder};
use std::collections::BTreeMap;
use tradewind_domain::{
    Currency, Money,
    ledger::{
        Account::{self, PlatformFee},
        Journal,
    },
    period::Day,
};

impl Commit {
    /// What the marketplace earns counts on its own day. The months of sellers are UTC's: a statement begins at any moment, with the
    /// entries between the beginning of the month and that.
    pub(super) fn add_balance(&mut self, account: String, shard: u8, amount: Money, journal: &Journal) {
        if account == PlatformFee.code() || account.contains(':') {
            let day = if account == PlatformFee.code() { journal.day() } else { Day::of(journal.at) };
            let day = (account.clone(), shard, amount.currency, day);
            let sum = self.days.entry(day).or_insert(Money::zero(amount.currency));
            add(sum, amount, &mut self.fault);
        }
        let sum = self.balances.entry((account, shard, amount.currency)).or_insert(Money::zero(amount.currency));
        add(sum, amount, &mut self.fault);
    }

    /// What was posted to an account in each month.
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

    /// What the marketplace earned, by day.
    fn write_turnover(&mut self) {
        let mut items: BTreeMap<_, Vec<(Day, Money)>> = BTreeMap::new();
        for ((account, shard, currency, day), sum) in std::mem::take(&mut self.days) {
            if account == PlatformFee.code() {
                items.entry((account, shard, day.month(), currency)).or_default().push((day, sum));
            }
        }
        for ((account, shard, month, currency), days) in items {
            let key = keys::turnover(&self.tenant, &account, shard, month, currency);
            let added: Vec<_> = (0..days.len()).map(|n| format!("#d{n} :d{n}")).collect();
            let mut update = Update::builder()
                .set_key(Some(key_item(key.pk, key.sk)))
                .update_expression(format!(
                    "ADD {} SET #month = :month, currency = :currency, {SHAPE} = if_not_exists({SHAPE}, :shape)",
                    added.join(", ")
                ))
                .expression_attribute_names("#month", "month")
                .expression_attribute_values(":shape", shape::text(Turnover::SHAPE))
                .expression_attribute_values(":month", AttributeValue::S(month.to_string()))
                .expression_attribute_values(":currency", AttributeValue::S(currency.code().into()));
            for (n, (day, sum)) in days.into_iter().enumerate() {
                update = update
                    .expression_attribute_names(format!("#d{n}"), day.to_string())
                    .expression_attribute_values(format!(":d{n}"), AttributeValue::N(sum.amount.to_string()));
            }
            self.push(update.table_name(logical_name(In::Main)));
        }
    }

    fn push(&mut self, update: UpdateBuilder) {
        match update.build() {
            Ok(update) => {
                self.touched.push(In::Main);
                self.actions.push((TransactWriteItem::builder().update(update).build(), Denial::Stale));
            }
            Err(e) => self.fault = self.fault.take().or(Some(impossible(e))),
        }
    }

    /// A transaction may touch an item once, so the postings of all its journals are summed first.
    pub(super) fn write_balances(&mut self) {
        let (sellers, own): (BTreeMap<_, _>, BTreeMap<_, _>) =
            std::mem::take(&mut self.balances).into_iter().partition(|((account, ..), _)| account.contains(':'));
        let mut shards: BTreeMap<_, Vec<(String, Money)>> = BTreeMap::new();
        for ((account, shard, currency), sum) in own {
            shards.entry((shard, currency)).or_default().push((account, sum));
        }
        for ((shard, currency), sums) in shards {
            self.write_shard(shard, currency, sums);
        }
        for ((account, shard, currency), sum) in sellers {
            self.write_seller(account, shard, currency, sum);
        }
        self.write_turnover();
    }

    /// The marketplace's own accounts lie in one item, that of what the provider holds: 2 write units for all of them.
    fn write_shard(&mut self, shard: u8, currency: Currency, sums: Vec<(String, Money)>) {
        let clearing = Account::ProviderClearing.code();
        let key = keys::balance(&self.tenant, &clearing, shard, currency);
        let mut added = vec!["amount :sum".to_owned()];
        let mut held = Money::zero(currency);
        let mut update = Update::builder()
            .set_key(Some(key_item(key.pk, key.sk)))
            .expression_attribute_values(":account", AttributeValue::S(clearing.clone()))
            .expression_attribute_values(":shape", shape::text(BalanceShard::SHAPE))
            .expression_attribute_values(":currency", AttributeValue::S(currency.code().into()))
            .table_name(logical_name(In::Main));
        for (n, (account, sum)) in sums.into_iter().enumerate() {
            if account == clearing {
                held = sum;
                continue;
            }
            added.push(format!("#of{n} :of{n}"));
            update = update
                .expression_attribute_names(format!("#of{n}"), beside(&account))
                .expression_attribute_values(format!(":of{n}"), AttributeValue::N(sum.amount.to_string()));
        }
        let set = format!("SET account = :account, currency = :currency, {SHAPE} = :shape");
        self.push(
            update
                .expression_attribute_values(":sum", AttributeValue::N(held.amount.to_string()))
                .update_expression(format!("ADD {} {set}", added.join(", "))),
        );
    }

    fn write_seller(&mut self, account: String, shard: u8, currency: Currency, sum: Money) {
        let key = keys::balance(&self.tenant, &account, shard, currency);
        let expected = self.expected.get(&(account.clone(), shard, currency));
        let months = self.by_month(&account, shard, currency);
        let added: String = (0..months.len()).map(|n| format!(", #m{n} :m{n}")).collect();
        let mut set = format!("SET account = :account, currency = :currency, {SHAPE} = if_not_exists({SHAPE}, :shape)");
        let mut conditions = vec![];
        let mut update = Update::builder()
            .set_key(Some(key_item(key.pk, key.sk)))
            .expression_attribute_values(":sum", AttributeValue::N(sum.amount.to_string()))
            .expression_attribute_values(":account", AttributeValue::S(account))
            .expression_attribute_values(":shape", shape::text(BalanceShard::SHAPE))
            .expression_attribute_values(":currency", AttributeValue::S(currency.code().into()))
            .table_name(logical_name(In::Main));
        if let Some(amount) = expected {
            conditions.push("amount = :expected");
            update = update.expression_attribute_values(":expected", AttributeValue::N(amount.to_string()));
        }
        if let Some(at) = self.booked {
            // A payout closed the account up to its time. Whoever was slower decides anew, at a later one.
            conditions.push("(attribute_not_exists(paid_at) OR paid_at < :at)");
            update = update.expression_attribute_values(":at", AttributeValue::S(at.to_string()));
        }
        if let Some(payout) = &self.paid {
            set.push_str(", paid_at = :at, paid_left = :left");
            let left = payout.closes.closing.amount.to_string();
            update = update.expression_attribute_values(":left", AttributeValue::N(left));
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
        self.push(update);
    }
}

fn add(sum: &mut Money, amount: Money, fault: &mut Option<CommitError>) {
    match sum.plus(amount) {
        Ok(total) => *sum = total,
        Err(e) => *fault = fault.take().or(Some(impossible(e))),
    }
}
