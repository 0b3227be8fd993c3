//! The operations that are on the path of every request, answered by calling the engine directly.
//!
//! The engine's own server parses each body three times and goes through a router; at the rates of a busy local cloud that is a
//! third of its CPU time.

use std::{ops::RangeInclusive, sync::atomic::Ordering};

use dynoxide::{
    DynoxideError,
    actions::transact_write_items::TransactWriteItemsRequest,
    auth_material::{AuthMaterial, validate},
};
use hyper::{
    Response, StatusCode,
    body::Bytes,
    header::{CONTENT_TYPE, HeaderValue},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{DynamoDb, tokens::digest};

const JSON: &str = "application/x-amz-json-1.0";
const TARGET: &str = "DynamoDB_20120810.";

/// How long a `ClientRequestToken` may be; the engine refuses others.
const TOKEN: RangeInclusive<usize> = 1..=36;

impl DynamoDb {
    /// Answers a `POST /` with these headers and this body, as the server on a listener does, if it asks for a common operation and is
    /// valid. `None` means that only [`DynamoDb::serve`] can answer, and that nothing was changed.
    ///
    /// It blocks for as long as the operation takes, mostly some tens of microseconds.
    pub fn answer<'a>(&self, header: impl Fn(&str) -> Option<&'a str>, body: &[u8]) -> Option<Response<Bytes>> {
        let operation = operation(header)?;
        let (status, body) = self.direct(operation, std::str::from_utf8(body).ok()?)?;
        if status.is_success()
            && !matches!(operation, "GetItem" | "Query" | "Scan" | "BatchGetItem" | "TransactGetItems")
        {
            self.announce_write();
        }
        Some(self.response(status, body))
    }

    /// The status and body of an operation that only needs the engine.
    fn direct(&self, operation: &str, body: &str) -> Option<(StatusCode, String)> {
        if let Some(answer) = self.store.read(operation, body) {
            return Some((StatusCode::OK, answer));
        }
        let engine = self.store.engine();
        match operation {
            "GetItem" => call(body, |request| engine.get_item(request)),
            "Query" => call(body, |request| engine.query(request)),
            "Scan" => call(body, |request| engine.scan(request)),
            "BatchGetItem" => call(body, |request| engine.batch_get_item(request)),
            "TransactGetItems" => call(body, |request| engine.transact_get_items(request)),
            "PutItem" => call(body, |request| engine.put_item(request)),
            "UpdateItem" => call(body, |request| engine.update_item(request)),
            "DeleteItem" => call(body, |request| engine.delete_item(request)),
            "TransactWriteItems" => self.transact(body),
            _ => None,
        }
    }

    fn transact(&self, body: &str) -> Option<(StatusCode, String)> {
        let mut body: Value = serde_json::from_str(body).ok()?;
        let token = body.get("ClientRequestToken").and_then(Value::as_str).filter(|token| TOKEN.contains(&token.len()));
        let token = token.map(str::to_owned);
        let digest = body.get("TransactItems").map(digest)?;
        if let (Some(_), Some(members)) = (&token, body.as_object_mut()) {
            members.remove("ClientRequestToken");
        }
        let request: TransactWriteItemsRequest = serde_json::from_value(body).ok()?;
        let run = || self.store.engine().transact_write_items(request);
        answer(match token {
            Some(token) => self.tokens.once(&token, digest, run).map(Option::unwrap_or_default),
            None => run(),
        })
    }

    fn response(&self, status: StatusCode, body: String) -> Response<Bytes> {
        let id = self.requests.fetch_add(1, Ordering::Relaxed);
        let checksum = crc32fast::hash(body.as_bytes());
        let mut response = Response::new(Bytes::from(body));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
        headers.insert("x-amz-crc32", HeaderValue::from(checksum));
        if let Ok(id) = HeaderValue::try_from(format!("{id:052X}")) {
            headers.insert("x-amzn-requestid", id);
        }
        response
    }
}

/// The operation that a well-formed request names; with `None` the engine's server answers or refuses the request.
fn operation<'a>(header: impl Fn(&str) -> Option<&'a str>) -> Option<&'a str> {
    let material = AuthMaterial {
        authorization: header("authorization"),
        query: "",
        has_date_header: header("x-amz-date").or_else(|| header("date")).is_some(),
    };
    let plain = header("content-type") == Some(JSON) && header("origin").is_none() && validate(material).is_none();
    if plain { header("x-amz-target")?.strip_prefix(TARGET) } else { None }
}

fn call<Q: DeserializeOwned, A: Serialize>(
    body: &str,
    act: impl FnOnce(Q) -> dynoxide::Result<A>,
) -> Option<(StatusCode, String)> {
    answer(act(serde_json::from_str(body).ok()?))
}

/// The answer to the client; `None` if the engine's own server is to word the refusal.
fn answer<A: Serialize>(result: dynoxide::Result<A>) -> Option<(StatusCode, String)> {
    match result {
        Ok(answer) => Some((StatusCode::OK, serde_json::to_string(&answer).ok()?)),
        Err(
            error @ (DynoxideError::ConditionalCheckFailedException(..)
            | DynoxideError::TransactionCanceledException(..)
            | DynoxideError::IdempotentParameterMismatchException(..)
            | DynoxideError::ResourceNotFoundException(..)),
        ) => Some((StatusCode::from_u16(error.status_code()).ok()?, error.to_json())),
        Err(_) => None,
    }
}
