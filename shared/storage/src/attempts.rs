//! Counting attempts at something that can be guessed, in a way that many at once cannot get around.

use crate::{
    Commit, Denial, Effect, Grant, Key, StorageError, Table,
    entities::Attempts,
    item::{TTL, key_item},
    shape::{self, SHAPE, Shaped},
    table::read,
};
use aws_sdk_dynamodb::{
    operation::update_item::{UpdateItemError, builders::UpdateItemFluentBuilder},
    types::{AttributeValue, ReturnConsumedCapacity, ReturnValuesOnConditionCheckFailure as OnFailure},
};
use std::time::Duration;
use tradewind_kernel::Time;

/// When attempts must wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// So many attempts are free.
    pub free: u64,
    /// The longest wait. The first is one second, and each further attempt doubles it.
    pub longest: Duration,
    /// After so long without an attempt, all are forgotten.
    pub forgotten: Duration,
}

impl Backoff {
    /// How long the next attempt must still wait, after those that were counted.
    pub fn wait(&self, counted: Option<&Attempts>, now: Time) -> Option<Duration> {
        let counted = counted.filter(|counted| counted.at.after(self.forgotten) > now)?;
        let over = counted.count.checked_sub(self.free)?;
        let wait = 1_u64.checked_shl(u32::try_from(over).unwrap_or(u32::MAX)).unwrap_or(u64::MAX);
        let end = counted.at.after(Duration::from_secs(wait).min(self.longest));
        (end > now).then(|| end.since(now))
    }
}

impl Table {
    /// Counts an attempt, or says how long to wait, which counts nothing. 1 write unit; 2 once some were not free. Of many at once, so many are
    /// counted as are free, and one after each wait.
    pub async fn attempt(
        &self,
        key: &Key<Attempts>,
        backoff: Backoff,
        now: Time,
    ) -> Result<Option<Duration>, StorageError> {
        let free = self
            .count_attempt(key, backoff, now)?
            .update_expression(format!("ADD #count :one SET #at = :now, #ttl = :ttl, {SHAPE} = :shape"))
            .expression_attribute_values(":free", AttributeValue::N(backoff.free.to_string()))
            .expression_attribute_values(":stale", stale(backoff, now))
            .condition_expression("attribute_not_exists(#count) OR (#count < :free AND #at > :stale)");
        let Some(counted) = self.counted(free).await? else { return Ok(None) };
        if let Some(wait) = backoff.wait(Some(&counted), now) {
            return Ok(Some(wait));
        }
        let forgotten = counted.at.after(backoff.forgotten) <= now;
        let next = if forgotten { 1 } else { counted.count.saturating_add(1) };
        let after_wait = self
            .count_attempt(key, backoff, now)?
            .update_expression(format!("SET #count = :one, #at = :now, #ttl = :ttl, {SHAPE} = :shape"))
            .expression_attribute_values(":one", AttributeValue::N(next.to_string()))
            .expression_attribute_values(":count", AttributeValue::N(counted.count.to_string()))
            .expression_attribute_values(":at", AttributeValue::S(counted.at.to_string()))
            .condition_expression("#count = :count AND #at = :at");
        // Somebody else was faster: theirs is the attempt after this wait.
        Ok(self.counted(after_wait).await?.map(|_| Duration::from_secs(1)))
    }

    /// Counts an attempt, without a limit. 1 write unit; 2 if those before are forgotten.
    pub async fn note_attempt(&self, key: &Key<Attempts>, backoff: Backoff, now: Time) -> Result<(), StorageError> {
        let more = self
            .count_attempt(key, backoff, now)?
            .update_expression(format!("ADD #count :one SET #at = :now, #ttl = :ttl, {SHAPE} = :shape"))
            .expression_attribute_values(":stale", stale(backoff, now))
            .condition_expression("attribute_not_exists(#count) OR #at > :stale");
        if self.counted(more).await?.is_some() {
            let first = self
                .count_attempt(key, backoff, now)?
                .update_expression(format!("SET #count = :one, #at = :now, #ttl = :ttl, {SHAPE} = :shape"));
            self.counted(first).await?;
        }
        Ok(())
    }

    fn count_attempt(
        &self,
        key: &Key<Attempts>,
        backoff: Backoff,
        now: Time,
    ) -> Result<UpdateItemFluentBuilder, StorageError> {
        self.require(Grant::EphemeralWrite)?;
        let forgotten = now.after(backoff.forgotten).seconds();
        Ok(self
            .client
            .update_item()
            .table_name(self.name(key.table))
            .set_key(Some(key_item(key.pk.clone(), key.sk.clone())))
            .expression_attribute_names("#count", "count")
            .expression_attribute_names("#at", "at")
            .expression_attribute_names("#ttl", TTL)
            .expression_attribute_values(":one", AttributeValue::N("1".into()))
            .expression_attribute_values(":now", AttributeValue::S(now.to_string()))
            .expression_attribute_values(":ttl", AttributeValue::N(forgotten.to_string()))
            .expression_attribute_values(":shape", shape::text(Attempts::SHAPE))
            .return_values_on_condition_check_failure(OnFailure::AllOld)
            .return_consumed_capacity(ReturnConsumedCapacity::Total))
    }

    /// Sends it; what was counted before, if its condition does not hold.
    async fn counted(&self, update: UpdateItemFluentBuilder) -> Result<Option<Attempts>, StorageError> {
        let error = match update.send().await {
            Ok(reply) => {
                self.meter.write(reply.consumed_capacity());
                return Ok(None);
            }
            Err(error) => error,
        };
        match error.as_service_error() {
            Some(UpdateItemError::ConditionalCheckFailedException(failed)) => {
                let item = failed.item().cloned().ok_or(StorageError::Call {
                    operation: "UpdateItem",
                    cause: "the item did not come back".into(),
                })?;
                read(item).map(Some)
            }
            Some(_) | None => Err(StorageError::call("UpdateItem", error)),
        }
    }
}

/// Takes an attempt back that did not fail. 2 write units.
#[derive(Debug)]
pub struct TakeBack(pub Key<Attempts>);

impl Effect for TakeBack {
    fn write(self, commit: Commit) -> Commit {
        commit.change(self.0, Denial::Stale, |update| {
            update
                .update_expression("ADD #count :back")
                .condition_expression("#count > :none")
                .expression_attribute_names("#count", "count")
                .expression_attribute_values(":back", AttributeValue::N("-1".into()))
                .expression_attribute_values(":none", AttributeValue::N("0".into()))
        })
    }
}

/// Attempts of then or before are forgotten. DynamoDB deletes them later, which may take days.
fn stale(backoff: Backoff, now: Time) -> AttributeValue {
    AttributeValue::S(now.before(backoff.forgotten).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BACKOFF: Backoff =
        Backoff { free: 5, longest: Duration::from_secs(900), forgotten: Duration::from_secs(24 * 60 * 60) };
    const NOW: Time = Time::from_millis(1_800_000_000_000);

    fn wait(count: u64, seconds_ago: u64) -> Option<u64> {
        let at =
            Time::from_millis(NOW.millis().saturating_sub(i64::try_from(seconds_ago.saturating_mul(1_000)).unwrap()));
        BACKOFF.wait(Some(&Attempts { count, at }), NOW).map(|wait| wait.as_secs())
    }

    #[test]
    fn waits_double_and_end() {
        assert_eq!(BACKOFF.wait(None, NOW), None);
        assert_eq!([wait(4, 0), wait(5, 0), wait(6, 0), wait(8, 0)], [None, Some(1), Some(2), Some(8)]);
        assert_eq!([wait(8, 7), wait(8, 8), wait(20, 0), wait(1_000, 0)], [Some(1), None, Some(900), Some(900)]);
        assert_eq!([wait(1_000, 900), wait(1_000, 24 * 60 * 60)], [None, None]);
    }
}
