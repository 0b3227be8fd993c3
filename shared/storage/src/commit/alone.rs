//! A commit that is one put: DynamoDB writes that for half of what a transaction of one costs.
//!
//! A transaction is repeated under its token without a second effect, and a put has no token. So the item names the commit that wrote
//! it: a condition that fails because this very commit, whose answer was lost, was there before has not failed.

use super::{Commit, CommitError, Denial, In, logical_name};
use crate::{StorageError, Table};
use aws_sdk_dynamodb::{
    error::SdkError,
    operation::put_item::PutItemError,
    types::{AttributeValue, Put, ReturnConsumedCapacity, ReturnValuesOnConditionCheckFailure as OnFailure},
};

/// The attribute that names the commit.
const COMMIT: &str = "commit";

impl Commit {
    /// Its only action, if that is a put which can be repeated: by its condition, or because an event's key is the commit's own.
    pub(super) fn alone(&self) -> Option<(&Put, &Denial)> {
        let [(action, denial)] = self.actions.as_slice() else { return None };
        let put = action.put()?;
        let repeatable = put.condition_expression.is_some() || put.item.get("kind") == Some(&event());
        repeatable.then_some((put, denial))
    }
}

fn event() -> AttributeValue {
    AttributeValue::S("event".into())
}

/// How often it is repeated when a transaction is at the same item, or there are too many calls.
const REPEATS: u8 = 3;

/// What became of a try.
enum Tried {
    Written,
    /// Not this time: whether an earlier try was written, of which the answer was lost, the next one tells.
    Crowded,
    Failed(CommitError),
}

/// Writes it. It is repeated as the same commit: only so can it be told from somebody else's.
pub(super) async fn put(table: &Table, put: &Put, commit: &str, denial: &Denial) -> Result<(), CommitError> {
    for _ in 0..REPEATS {
        match once(table, put, commit, denial).await {
            Tried::Written => return Ok(()),
            Tried::Crowded => {}
            Tried::Failed(error) => return Err(error),
        }
    }
    Err(CommitError::Contention)
}

async fn once(table: &Table, put: &Put, commit: &str, denial: &Denial) -> Tried {
    let commit = AttributeValue::S(commit.to_owned());
    let mut item = put.item.clone();
    item.insert(COMMIT.into(), commit.clone());
    let place = if put.table_name == logical_name(In::Main) { In::Main } else { In::Ephemeral };
    let sent = table
        .client
        .put_item()
        .table_name(table.name(place))
        .set_item(Some(item))
        .set_condition_expression(put.condition_expression.clone())
        .set_expression_attribute_names(put.expression_attribute_names.clone())
        .set_expression_attribute_values(put.expression_attribute_values.clone())
        .return_values_on_condition_check_failure(OnFailure::AllOld)
        .return_consumed_capacity(ReturnConsumedCapacity::Total)
        .send()
        .await;
    match sent {
        Ok(reply) => {
            table.meter.write(reply.consumed_capacity());
            Tried::Written
        }
        Err(error) => why(error, &commit, denial),
    }
}

fn why(error: SdkError<PutItemError>, commit: &AttributeValue, denial: &Denial) -> Tried {
    match error.as_service_error() {
        Some(PutItemError::ConditionalCheckFailedException(failed)) => {
            match failed.item().and_then(|item| item.get(COMMIT)) == Some(commit) {
                true => Tried::Written,
                false => Tried::Failed(denial.clone().into()),
            }
        }
        Some(
            PutItemError::TransactionConflictException(_)
            | PutItemError::ProvisionedThroughputExceededException(_)
            | PutItemError::RequestLimitExceeded(_)
            | PutItemError::ThrottlingException(_),
        ) => Tried::Crowded,
        Some(_) | None => Tried::Failed(CommitError::Storage(StorageError::call("PutItem", error))),
    }
}
