//! Items in DynamoDB's representation.

use aws_sdk_dynamodb::types::AttributeValue;
use std::collections::HashMap;

/// An item in DynamoDB's representation: attribute values by name.
pub type Item = HashMap<String, AttributeValue>;

/// The number attribute that tells DynamoDB when to delete an expired item, in both tables: whole seconds since the epoch. DynamoDB
/// ignores any other type, such as the text form in which a [`tradewind_kernel::Time`] is stored.
pub(crate) const TTL: &str = "ttl";

/// The two attributes of an item's key.
pub(crate) fn key_item(pk: String, sk: String) -> Item {
    HashMap::from([("pk".into(), AttributeValue::S(pk)), ("sk".into(), AttributeValue::S(sk))])
}
