//! Checks that the SDKs understand each answer as intended.

use super::*;
use aws_credential_types::Credentials;
use aws_sdk_dynamodb::{
    Client,
    error::{ProvideErrorMetadata, SdkError},
    operation::transact_write_items::TransactWriteItemsError,
    types::{AttributeValue, Delete, KeysAndAttributes, TransactWriteItem},
};
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};

#[derive(Debug)]
struct Always(Fault);

impl HttpConnector for Always {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::ready(Ok(self.0.answer(&request).unwrap()))
    }
}

fn http(fault: Fault) -> SharedHttpClient {
    http_client_fn(move |_, _| SharedHttpConnector::new(Always(fault)))
}

macro_rules! client {
    ($sdk:ident, $fault:expr) => {{
        let config = $sdk::config::Builder::new()
            .behavior_version($sdk::config::BehaviorVersion::latest())
            .retry_config($sdk::config::retry::RetryConfig::disabled())
            .http_client(http($fault))
            .region($sdk::config::Region::new("us-east-1"))
            .credentials_provider(Credentials::new("local", "secret", None, None, "test"));
        $sdk::Client::from_conf(config.build())
    }};
}

fn dynamodb(fault: Fault) -> Client {
    client!(aws_sdk_dynamodb, fault)
}

async fn transact(fault: Fault) -> TransactWriteItemsError {
    let delete = |key: &str| {
        let delete = Delete::builder().table_name("t").key("pk", AttributeValue::S(key.into())).build().unwrap();
        TransactWriteItem::builder().delete(delete).build()
    };
    let call = dynamodb(fault).transact_write_items().transact_items(delete("a")).transact_items(delete("b"));
    call.send().await.map_err(SdkError::into_service_error).unwrap_err()
}

#[tokio::test]
async fn a_conflict_cancels_the_transaction_and_names_a_reason_for_each_item() {
    for (fault, code) in [(Fault::Conflict, "TransactionConflict"), (Fault::ThrottledItem, "ThrottlingError")] {
        let TransactWriteItemsError::TransactionCanceledException(cancelled) = transact(fault).await else {
            panic!("{fault:?} is something else");
        };
        let codes: Vec<_> = cancelled.cancellation_reasons().iter().map(|reason| reason.code().unwrap()).collect();
        assert_eq!(codes, [code, "None"]);
    }
}

#[tokio::test]
async fn every_refusal_is_recognised() {
    assert!(transact(Fault::InProgress).await.is_transaction_in_progress_exception());
    assert!(transact(Fault::Internal).await.is_internal_server_error());
    assert!(transact(Fault::Throttled).await.is_provisioned_throughput_exceeded_exception());
    assert_eq!(transact(Fault::TooManyRequests).await.code(), Some("ThrottlingException"));
}

#[tokio::test]
async fn what_was_not_read_is_given_back() {
    let key = [("pk".to_owned(), AttributeValue::S("a".into()))].into();
    let keys = KeysAndAttributes::builder().keys(key).build().unwrap();
    let reply = dynamodb(Fault::Unprocessed).batch_get_item().request_items("t", keys).send().await.unwrap();
    assert_eq!(reply.unprocessed_keys().unwrap().get("t").unwrap().keys().len(), 1);
    assert!(reply.responses().unwrap().is_empty());
}

#[tokio::test]
async fn a_queue_takes_nothing_or_is_busy() {
    let send = |fault| {
        let entry = SendMessageBatchRequestEntry::builder().id("0").message_body("x").build().unwrap();
        client!(aws_sdk_sqs, fault).send_message_batch().queue_url("http://127.0.0.1/q").entries(entry).send()
    };
    assert_eq!(send(Fault::NotTaken).await.unwrap().failed().first().unwrap().id(), "0");
    let busy = send(Fault::TooManyRequests).await.unwrap_err().into_service_error();
    assert!(
        aws_sdk_sqs::error::ProvideErrorMetadata::code(&busy).is_some_and(|code| code.contains("Throttl")),
        "{busy:?}"
    );
}
