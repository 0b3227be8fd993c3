//! Direct access to the tables in the embedded DynamoDB, bypassing the functions and their faults.

use crate::World;
use serde_json::{Map, Value, json};

async fn call(world: &World, operation: &str, body: Value) -> Value {
    // The embedded database requires a signature, but does not check it.
    let scope = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request";
    let authorization = format!("{scope}, SignedHeaders=host;x-amz-date, Signature=0");
    let target = format!("DynamoDB_20120810.{operation}");
    let headers = [
        ("content-type", "application/x-amz-json-1.0"),
        ("x-amz-target", target.as_str()),
        ("x-amz-date", "20260101T000000Z"),
        ("authorization", authorization.as_str()),
    ];
    let url = format!("{}/", world.local.endpoints.dynamodb.clone().unwrap());
    let body = body.to_string().into();
    world.anybody().send_raw(hyper::Method::POST, &url, &headers, body).await.expect(200).json
}

/// Every item of a table, in DynamoDB's JSON.
pub async fn items(world: &World, table: &str) -> Vec<Value> {
    let mut all = vec![];
    let mut from = Value::Null;
    loop {
        let mut scan = json!({ "TableName": format!("tradewind-{table}"), "ConsistentRead": true });
        if !from.is_null() {
            scan["ExclusiveStartKey"] = from;
        }
        let mut page = call(world, "Scan", scan).await;
        from = page["LastEvaluatedKey"].take();
        if let Value::Array(items) = page["Items"].take() {
            all.extend(items);
        }
        if from.is_null() {
            return all;
        }
    }
}

/// Puts items in a table.
pub async fn put(world: &World, table: &str, items: &[Value]) {
    for chunk in items.chunks(25) {
        let puts: Vec<_> = chunk.iter().map(|item| json!({ "PutRequest": { "Item": item } })).collect();
        let written =
            call(world, "BatchWriteItem", json!({ "RequestItems": { format!("tradewind-{table}"): puts } })).await;
        assert!(written["UnprocessedItems"].as_object().is_none_or(Map::is_empty), "{written}");
    }
}

/// Deletes items of a table, by their keys.
pub async fn delete(world: &World, table: &str, keys: &[Value]) {
    let deletes: Vec<_> = keys.iter().map(|key| json!({ "DeleteRequest": { "Key": key } })).collect();
    call(world, "BatchWriteItem", json!({ "RequestItems": { format!("tradewind-{table}"): deletes } })).await;
}

/// Converts an item, or a part of one, to plain JSON.
pub fn plain(value: &Value) -> Value {
    let whole = |object: &Map<String, Value>| object.iter().map(|(name, value)| (name.clone(), plain(value))).collect();
    let Value::Object(object) = value else { return value.clone() };
    let single = if object.len() == 1 { object.iter().next() } else { None };
    match single.map(|(kind, value)| (kind.as_str(), value)) {
        Some(("S" | "BOOL", value)) => value.clone(),
        Some(("N", Value::String(number))) => serde_json::from_str(number).unwrap(),
        Some(("NULL", _)) => Value::Null,
        Some(("L", Value::Array(list))) => list.iter().map(plain).collect(),
        Some(("M", Value::Object(map))) => Value::Object(whole(map)),
        _ => Value::Object(whole(object)),
    }
}
