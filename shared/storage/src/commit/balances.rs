//! The balances that a commit's journals change.
//!
//! The balance of a seller also keeps what was posted in each month, in attributes of its own (`m2026-01`): what was owed at the
//! beginning of any month is then known from one item, and the month costs no unit more. What the marketplace earns is counted by
//! day as well, in an item for each month ([`crate::books::Turnover`]), for 2 write units a journal that posts to it.

use super::{Commit, CommitError, Denial, impossible, logical_name};
use crate::{
    books::Turnover,
    entities::{BalanceShard, month_attribute},
    keys::{self, In},
    shape::{self, SHAPE, Shaped},
    table::key_item,
};
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem, Update, builders::UpdateBuilder};
use std::collections::BTreeMap;
use tradewind_domain::{
    Currency, Money,
    ledger::{Account::PlatformFee, Journal},
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
        for ((account, shard, currency), sum) in std::mem::take(&mut self.balances) {
            let key = keys::balance(&self.tenant, &account, shard, currency);
            let expected = self.expected.get(&(account.clone(), shard, currency));
            let of_seller = account.contains(':');
            let months = if of_seller { self.by_month(&account, shard, currency) } else { BTreeMap::new() };
            let added: String = (0..months.len()).map(|n| format!(", #m{n} :m{n}")).collect();
            let mut set =
                format!("SET account = :account, currency = :currency, {SHAPE} = if_not_exists({SHAPE}, :shape)");
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
            if let Some(at) = self.booked.filter(|_| of_seller) {
                // A payout closed the account up to its time. Whoever was slower decides anew, at a later one.
                conditions.push("(attribute_not_exists(paid_at) OR paid_at < :at)");
                update = update.expression_attribute_values(":at", AttributeValue::S(at.to_string()));
            }
            if let Some(payout) = self.paid.as_ref().filter(|_| of_seller) {
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
        self.write_turnover();
    }
}

fn add(sum: &mut Money, amount: Money, fault: &mut Option<CommitError>) {
    match sum.plus(amount) {
        Ok(total) => *sum = total,
        Err(e) => *fault = fault.take().or(Some(impossible(e))),
    }
}
