//! What the services answer on a bad day, word for word as their protocols have it.

use aws_smithy_runtime_api::{
    client::orchestrator::{HttpRequest, HttpResponse},
    http::StatusCode,
};
use aws_smithy_types::body::SdkBody;
use serde_json::{Value, json};
use std::time::Duration;

/// How long a slow call is held up.
pub(super) const SLOW: Duration = Duration::from_millis(15);

/// What happens to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// It never arrives, and the client waits in vain.
    LostRequest,
    /// It is done, and the client never learns.
    LostAnswer,
    /// It takes longer.
    Slow,
    /// The service fails.
    Internal,
    /// A partition has no capacity left.
    Throttled,
    /// The account has no capacity left.
    TooManyRequests,
    /// Another transaction is at one of the items.
    Conflict,
    /// A transaction met an item without capacity.
    ThrottledItem,
    /// The same transaction is still under way.
    InProgress,
    /// Nothing of a batch was read.
    Unprocessed,
    /// No message of a batch was taken.
    NotTaken,
}

const EVERY: [Fault; 6] = {
    use Fault::*;
    [LostRequest, LostAnswer, Slow, Internal, Throttled, TooManyRequests]
};
const TRANSACTION: [Fault; 10] = {
    use Fault::*;
    // Conflicts are what a busy marketplace meets most, and lost answers what goes wrong worst.
    [LostRequest, LostAnswer, LostAnswer, Slow, Internal, Throttled, Conflict, Conflict, ThrottledItem, InProgress]
};
const READ_TOGETHER: [Fault; 5] = {
    use Fault::*;
    [LostRequest, Slow, Internal, Throttled, Conflict]
};
const BATCH: [Fault; 5] = {
    use Fault::*;
    [LostRequest, Slow, Internal, Throttled, Unprocessed]
};
const QUEUE: [Fault; 6] = {
    use Fault::*;
    [LostRequest, LostAnswer, Slow, Internal, TooManyRequests, NotTaken]
};

/// What a request asks for: `TransactWriteItems`, or for services without such a name the method and the path.
pub(super) fn operation(request: &HttpRequest) -> String {
    let target = request.headers().get("x-amz-target");
    let named = target.and_then(|target| target.rsplit_once('.')).map(|(_, name)| name.to_owned());
    named.unwrap_or_else(|| {
        let path = request.uri().split_once("://").map_or(request.uri(), |(_, rest)| rest);
        let path = path.split_once('/').map_or("", |(_, path)| path);
        // Ids are left out: a point has the same name in every run.
        let plain = path.split('/').filter(|part| !part.contains('_'));
        format!("{} /{}", request.method(), plain.collect::<Vec<_>>().join("/"))
    })
}

impl Fault {
    /// What can happen to a call. Calls of other services than DynamoDB and SQS are left alone.
    pub(super) fn of(operation: &str) -> &'static [Self] {
        match operation {
            "TransactWriteItems" => &TRANSACTION,
            "TransactGetItems" => &READ_TOGETHER,
            "BatchGetItem" => &BATCH,
            "GetItem" | "Query" | "Scan" | "PutItem" | "UpdateItem" | "DeleteItem" => &EVERY,
            "SendMessageBatch" => &QUEUE,
            _ => &[],
        }
    }

    /// What the service answers, if it answers.
    pub(super) fn answer(self, request: &HttpRequest) -> Option<HttpResponse> {
        const DYNAMODB: &str = "com.amazonaws.dynamodb.v20120810#";
        let queue = request.headers().get("x-amz-target").is_some_and(|target| target.starts_with("AmazonSQS"));
        let dynamodb = |name: &str, message: &str| json!({ "__type": format!("{DYNAMODB}{name}"), "message": message });
        let (status, body) = match self {
            Self::LostRequest | Self::LostAnswer | Self::Slow => return None,
            Self::Internal if queue => {
                (500, json!({ "__type": "com.amazonaws.sqs#InternalFailure", "message": "We encountered an error." }))
            }
            Self::Internal => (500, dynamodb("InternalServerError", "Internal server error")),
            Self::Throttled => {
                let message = "The level of configured provisioned throughput for the table was exceeded. \
                               Consider increasing your provisioning level with the UpdateTable API.";
                (400, dynamodb("ProvisionedThroughputExceededException", message))
            }
            Self::TooManyRequests if queue => {
                (403, json!({ "__type": "com.amazonaws.sqs#RequestThrottled", "message": "Request is throttled." }))
            }
            Self::TooManyRequests => {
                let kind = "com.amazon.coral.availability#ThrottlingException";
                (400, json!({ "__type": kind, "message": "Rate of requests exceeds the allowed throughput." }))
            }
            Self::Conflict => (400, cancelled(request, "TransactionConflict", "Transaction is ongoing for the item")),
            Self::ThrottledItem => {
                let message = "Throughput exceeds the current capacity for one or more tables.";
                (400, cancelled(request, "ThrottlingError", message))
            }
            Self::InProgress => {
                let message = "The transaction with the given request token is already in progress.";
                (400, dynamodb("TransactionInProgressException", message))
            }
            Self::NotTaken => {
                let entries = body_of(request).get("Entries").and_then(Value::as_array).cloned().unwrap_or_default();
                let failed =
                    |entry: Value| json!({ "Id": entry.get("Id"), "Code": "InternalError", "SenderFault": false });
                (200, json!({ "Successful": [], "Failed": entries.into_iter().map(failed).collect::<Vec<_>>() }))
            }
            Self::Unprocessed => {
                (200, json!({ "Responses": {}, "UnprocessedKeys": body_of(request).get("RequestItems") }))
            }
        };
        let mut response = HttpResponse::new(StatusCode::try_from(status).ok()?, SdkBody::from(body.to_string()));
        response.headers_mut().insert("content-type", "application/x-amz-json-1.0");
        Some(response)
    }
}

/// A cancelled transaction: the first of its items is the reason.
fn cancelled(request: &HttpRequest, code: &str, message: &str) -> Value {
    let items = body_of(request).get("TransactItems").and_then(Value::as_array).map_or(1, Vec::len);
    let names: Vec<_> = (0..items).map(|place| if place == 0 { code } else { "None" }).collect();
    let reason =
        |place: usize| if place == 0 { json!({ "Code": code, "Message": message }) } else { json!({ "Code": "None" }) };
    json!({
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "Message": format!(
            "Transaction cancelled, please refer cancellation reasons for specific reasons [{}]", names.join(", ")
        ),
        "CancellationReasons": (0..items).map(reason).collect::<Vec<_>>(),
    })
}

fn body_of(request: &HttpRequest) -> Value {
    request.body().bytes().and_then(|bytes| serde_json::from_slice(bytes).ok()).unwrap_or(Value::Null)
}

#[cfg(test)]
mod tests;
