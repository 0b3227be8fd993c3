//! Spans around the calls of the SDK, for X-Ray: they show which calls a request waited for. Lambda traces the invocation itself;
//! each call is a part of it, sent to the daemon that Lambda runs beside the function
//! (<https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html>). Nothing is sent for traces that are not sampled.
//!
//! Every attempt of every service passes through the HTTP client, so the spans are made in one place.

use crate::{Clock, entropy::random};
use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        connector_metadata::ConnectorMetadata,
        http::{
            HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
            SharedHttpConnector,
        },
        orchestrator::HttpRequest,
        runtime_components::{RuntimeComponents, RuntimeComponentsBuilder},
    },
};
use serde_json::json;
use std::{
    net::UdpSocket,
    sync::{Arc, Mutex, PoisonError},
};
use tradewind_kernel::Time;

/// The header that precedes each document sent to the daemon.
const HEADER: &str = "{\"format\":\"json\",\"version\":1}\n";

/// The current invocation of the process: Lambda sends one at a time.
#[derive(Debug, Clone, Default)]
pub(crate) struct Spans(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    daemon: Option<UdpSocket>,
    trace: Mutex<Option<Trace>>,
}

/// The trace that an invocation belongs to, and the invocation's segment in it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Trace {
    root: String,
    parent: String,
}

impl Trace {
    /// Reads `Root=1-...;Parent=...;Sampled=1`. Returns `None` if the trace is not sampled.
    fn sampled(header: &str) -> Option<Self> {
        let field = |name: &str| {
            let mut fields = header.split(';').filter_map(|field| field.trim().split_once('='));
            fields.find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
        };
        field("Sampled").filter(|sampled| sampled == "1")?;
        Some(Self { root: field("Root")?, parent: field("Parent")? })
    }
}

impl Spans {
    /// Sends spans to this daemon. Without a daemon, or if it cannot be reached, there are no spans, and the function works all the
    /// same.
    pub(crate) fn to(daemon: Option<&str>) -> Self {
        let connect = |address: &str| {
            let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
            socket.connect(address).ok()?;
            socket.set_nonblocking(true).ok()?;
            Some(socket)
        };
        Self(Arc::new(Inner { daemon: daemon.and_then(connect), trace: Mutex::default() }))
    }

    /// Begins an invocation with this trace header.
    pub(crate) fn begin(&self, header: Option<&str>) {
        *self.0.trace.lock().unwrap_or_else(PoisonError::into_inner) = header.and_then(Trace::sampled);
    }

    /// The same client, which also makes a span for each call.
    pub(crate) fn around(&self, http: SharedHttpClient) -> SharedHttpClient {
        if self.0.daemon.is_none() { http } else { SharedHttpClient::new(Client { http, spans: self.clone() }) }
    }

    fn send(&self, trace: &Trace, call: &Call, (start, end): (Time, Time), status: Option<u16>) {
        let id: String = random::<8>().iter().map(|byte| format!("{byte:02x}")).collect();
        let mut document = json!({
            "id": id,
            "trace_id": trace.root,
            "parent_id": trace.parent,
            "type": "subsegment",
            "namespace": "aws",
            "name": call.service,
            "start_time": seconds(start),
            "end_time": seconds(end),
            "aws": { "operation": call.operation },
            "error": status.is_some_and(|status| (400..500).contains(&status)),
            "fault": status.is_none_or(|status| status >= 500),
        });
        if let (Some(document), Some(status)) = (document.as_object_mut(), status) {
            document.insert("http".into(), json!({ "response": { "status": status } }));
        }
        // If a span cannot be sent, there is nowhere to report that.
        drop(self.0.daemon.as_ref().map(|daemon| daemon.send(format!("{HEADER}{document}").as_bytes())));
    }
}

/// Seconds since the epoch, with three decimals.
fn seconds(time: Time) -> serde_json::Number {
    let (seconds, millis) = (time.millis().div_euclid(1000), time.millis().rem_euclid(1000));
    serde_json::from_str(&format!("{seconds}.{millis:03}")).unwrap_or_else(|_| 0.into())
}

/// The service and operation that are called. Paths are left out, because they contain keys.
struct Call {
    service: String,
    operation: String,
}

impl Call {
    fn of(request: &HttpRequest) -> Self {
        // `DynamoDB_20120810.GetItem`, `AmazonSQS.SendMessage`; S3 and SES have no such header.
        match request.headers().get("x-amz-target").and_then(|target| target.split_once('.')) {
            Some((service, operation)) => {
                let service = service.split('_').next().unwrap_or(service).trim_start_matches("Amazon");
                Self { service: service.to_owned(), operation: operation.to_owned() }
            }
            None => {
                let host = request.uri().split("://").nth(1).and_then(|rest| rest.split(['/', '?']).next());
                Self { service: host.unwrap_or("AWS").to_owned(), operation: request.method().to_owned() }
            }
        }
    }
}

#[derive(Debug)]
struct Client {
    http: SharedHttpClient,
    spans: Spans,
}

impl HttpClient for Client {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        let http = self.http.http_connector(settings, components);
        SharedHttpConnector::new(Connector { http, spans: self.spans.clone() })
    }

    fn validate_base_client_config(
        &self,
        components: &RuntimeComponentsBuilder,
        config: &aws_smithy_types::config_bag::ConfigBag,
    ) -> Result<(), BoxError> {
        self.http.validate_base_client_config(components, config)
    }

    fn validate_final_config(
        &self,
        components: &RuntimeComponents,
        config: &aws_smithy_types::config_bag::ConfigBag,
    ) -> Result<(), BoxError> {
        self.http.validate_final_config(components, config)
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.http.connector_metadata()
    }
}

#[derive(Debug)]
struct Connector {
    http: SharedHttpConnector,
    spans: Spans,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let trace = self.spans.0.trace.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(trace) = trace else { return self.http.call(request) };
        let (called, spans, clock) = (Call::of(&request), self.spans.clone(), Clock::default());
        let (start, answer) = (clock.now(), self.http.call(request));
        HttpConnectorFuture::new(async move {
            let answer = answer.await;
            let status = answer.as_ref().ok().map(|answer| answer.status().as_u16());
            spans.send(&trace, &called, (start, clock.now()), status);
            answer
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_smithy_runtime_api::{client::orchestrator::HttpResponse, http::StatusCode};
    use aws_smithy_types::body::SdkBody;
    use serde_json::Value;
    use std::time::Duration;

    #[derive(Debug)]
    struct Answers;

    impl HttpConnector for Answers {
        fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
            HttpConnectorFuture::ready(Ok(HttpResponse::new(StatusCode::try_from(400).unwrap(), SdkBody::empty())))
        }
    }

    async fn called(header: &str, target: Option<&'static str>) -> Option<Value> {
        let daemon = UdpSocket::bind("127.0.0.1:0").unwrap();
        daemon.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
        let spans = Spans::to(Some(&daemon.local_addr().unwrap().to_string()));
        spans.begin(Some(header));
        let mut request = HttpRequest::new(SdkBody::empty());
        request.set_uri("https://bucket.s3.eu-central-1.amazonaws.com/secret?x=1").unwrap();
        if let Some(target) = target {
            request.headers_mut().insert("x-amz-target", target);
        }
        Connector { http: SharedHttpConnector::new(Answers), spans }.call(request).await.unwrap();
        let mut bytes = [0; 2000];
        let length = daemon.recv(&mut bytes).ok()?;
        let text = std::str::from_utf8(&bytes[..length]).unwrap();
        Some(serde_json::from_str(text.strip_prefix(HEADER).unwrap()).unwrap())
    }

    #[tokio::test]
    async fn a_call_is_a_part_of_the_invocation_that_made_it() {
        let header = "Root=1-67891233-abcdef012345678912345678;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=1:2:3";
        let span = called(header, Some("DynamoDB_20120810.GetItem")).await.unwrap();
        assert_eq!(span["trace_id"], "1-67891233-abcdef012345678912345678");
        assert_eq!(span["parent_id"], "53995c3f42cd8ad8");
        assert_eq!((&span["name"], &span["aws"]["operation"]), (&json!("DynamoDB"), &json!("GetItem")));
        assert_eq!(span["id"].as_str().unwrap().len(), 16);
        assert_eq!((&span["error"], &span["fault"]), (&json!(true), &json!(false)));
        assert!(span["start_time"].as_f64().unwrap() <= span["end_time"].as_f64().unwrap());
    }

    #[tokio::test]
    async fn what_is_stored_where_is_not_told() {
        let header = "Root=1-67891233-abcdef012345678912345678;Parent=53995c3f42cd8ad8;Sampled=1";
        let span = called(header, None).await.unwrap();
        assert_eq!(span["name"], "bucket.s3.eu-central-1.amazonaws.com");
        assert!(!span.to_string().contains("secret"));
    }

    #[tokio::test]
    async fn what_is_not_sampled_sends_nothing() {
        let header = "Root=1-67891233-abcdef012345678912345678;Parent=53995c3f42cd8ad8;Sampled=0";
        assert_eq!(called(header, Some("DynamoDB_20120810.GetItem")).await, None);
    }
}
