//! Items as DynamoDB has them.

use aws_sdk_dynamodb::types::AttributeValue;
use std::collections::HashMap;

/// An item as DynamoDB has it.
pub type Item = HashMap<String, AttributeValue>;

/// The number attribute by which DynamoDB deletes what expired, in both tables: whole seconds since the epoch. DynamoDB
/// ignores any other type, such as the text as which a [`tradewind_kernel::Time`] is stored.
pub(crate) const TTL: &str = "ttl";

/// The key of an item.
pub(crate) fn key_item(pk: String, sk: String) -> Item {
    HashMap::from([("pk".into(), AttributeValue::S(pk)), ("sk".into(), AttributeValue::S(sk))])
}
