//! The errors that the services answer in a fault, word for word as in their protocols.

use aws_smithy_runtime_api::{
    client::orchestrator::{HttpRequest, HttpResponse},
    http::StatusCode,
};
use aws_smithy_types::body::SdkBody;
use serde_json::{Value, json};
use std::time::Duration;

/// The delay of a slow call.
pub(super) const SLOW: Duration = Duration::from_millis(15);

/// A fault that happens to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// The request never arrives, and the client waits in vain.
    LostRequest,
    /// The request is carried out, but the answer is lost.
    LostAnswer,
    /// The call takes longer than usual.
    Slow,
    /// The service has an internal error.
    Internal,
    /// A partition has no capacity left.
    Throttled,
    /// The account has no capacity left.
    TooManyRequests,
    /// Another transaction is changing one of the items.
    Conflict,
    /// An item of a transaction has no capacity left.
    ThrottledItem,
    /// The same transaction is still in progress.
    InProgress,
    /// No item of a batch was read.
    Unprocessed,
    /// No message of a batch was accepted.
    NotTaken,
}

const EVERY: [Fault; 6] = {
    use Fault::*;
    [LostRequest, LostAnswer, Slow, Internal, Throttled, TooManyRequests]
};
const TRANSACTION: [Fault; 10] = {
    use Fault::*;
    // Conflicts are the most frequent fault in a busy marketplace, and lost answers the most harmful one.
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

/// The operation of a request: `TransactWriteItems`, or for services without operation names the method and the path.
pub(super) fn operation(request: &HttpRequest) -> String {
    let target = request.headers().get("x-amz-target");
    let named = target.and_then(|target| target.rsplit_once('.')).map(|(_, name)| name.to_owned());
    named.unwrap_or_else(|| {
        let path = request.uri().split_once("://").map_or(request.uri(), |(_, rest)| rest);
        let path = path.split_once('/').map_or("", |(_, path)| path);
        // Ids are left out, so that a point has the same name in every run.
        let plain = path.split('/').filter(|part| !part.contains('_'));
        format!("{} /{}", request.method(), plain.collect::<Vec<_>>().join("/"))
    })
}

impl Fault {
    /// The faults that can happen to an operation. Calls to services other than DynamoDB and SQS are left alone.
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

    /// The answer of the service, if it gives one.
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

/// The answer for a cancelled transaction, with its first item as the reason.
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
