//! The balances that a commit's journals change.

use super::{Commit, Denial, impossible, logical_name};
use crate::{
    keys::{self, In},
    table::key_item,
};
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem, Update};
use tradewind_domain::Money;

impl Commit {
    pub(super) fn add_balance(&mut self, account: String, shard: u8, amount: Money) {
        let sum = self.balances.entry((account, shard, amount.currency)).or_insert(Money::zero(amount.currency));
        match sum.plus(amount) {
            Ok(total) => *sum = total,
            Err(e) => self.fault = self.fault.take().or(Some(impossible(e))),
        }
    }

    /// A transaction may touch an item once, so the postings of all its journals are summed first.
    pub(super) fn write_balances(&mut self) {
        for ((account, shard, currency), sum) in std::mem::take(&mut self.balances) {
            let key = keys::balance(&self.tenant, &account, shard, currency);
            let expected = self.expected.get(&(account.clone(), shard, currency));
            let update = Update::builder()
                .set_key(Some(key_item(key.pk, key.sk)))
                .set_condition_expression(expected.map(|_| "amount = :expected".to_owned()))
                .update_expression("ADD amount :sum SET account = :account, currency = :currency")
                .expression_attribute_values(":sum", AttributeValue::N(sum.amount.to_string()))
                .expression_attribute_values(":account", AttributeValue::S(account))
                .expression_attribute_values(":currency", AttributeValue::S(currency.code().into()))
                .table_name(logical_name(In::Main));
            let update = match expected {
                Some(amount) => update.expression_attribute_values(":expected", AttributeValue::N(amount.to_string())),
                None => update,
            };
            let update = update.build();
            match update {
                Ok(update) => {
                    self.touched.push(In::Main);
                    self.actions.push((TransactWriteItem::builder().update(update).build(), Denial::Stale));
                }
                Err(e) => self.fault = self.fault.take().or(Some(impossible(e))),
            }
        }
    }
}
