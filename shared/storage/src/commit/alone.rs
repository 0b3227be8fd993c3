//! A commit that is a single put: DynamoDB writes it for half of what a transaction with one action costs.
//!
//! A transaction can be repeated with its token and has no second effect; a put has no token. So the item names the commit that wrote
//! it: if the condition fails because this same commit was written before and its answer was lost, that is not a failure.

use super::{Commit, CommitError, Denial, In, logical_name};
use crate::{StorageError, Table};
use aws_sdk_dynamodb::{
    error::SdkError,
    operation::put_item::PutItemError,
    types::{AttributeValue, Put, ReturnConsumedCapacity, ReturnValuesOnConditionCheckFailure as OnFailure},
};

/// The attribute that names the commit that wrote the item.
const COMMIT: &str = "commit";

impl Commit {
    /// Returns the commit's only action if it is a put that can be repeated safely: because of its condition, or because its key is
    /// an event's, which contains the commit's own id.
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

/// How often a put is tried when a transaction is working on the same item or there are too many calls.
const REPEATS: u8 = 3;

/// The result of one try.
enum Tried {
    Written,
    /// Not written by this try. An earlier try whose answer was lost may have been written; the next try shows it.
    Crowded,
    Failed(CommitError),
}

/// Sends the put. It is repeated as the same commit, so that its own item can be told apart from somebody else's.
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
