//! hyper's client behind the interface that the SDK calls.

use crate::failure::{failure, timeout};
use aws_smithy_runtime_api::client::{
    connection::{CaptureSmithyConnection, ConnectionMetadata},
    http::{HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector},
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
    runtime_components::RuntimeComponents,
};
use aws_smithy_types::body::SdkBody;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_timeout::TimeoutConnector;
use hyper_util::{
    client::legacy::{
        self,
        connect::{CaptureConnection, HttpConnector as Tcp, HttpInfo, capture_connection},
    },
    rt::{TokioExecutor, TokioTimer},
};
use rustls::ClientConfig;
use std::time::Duration;

/// How long TCP may take, with all addresses of a host: each gets its part, so that one that does not answer leaves time for the others.
const CONNECT: Duration = Duration::from_secs(2);
/// How long a connection may take with TLS and the lookup of its name: then an attempt still has time for another.
const CONNECT_SECURELY: Duration = Duration::from_secs(4);

/// The HTTP client. All services that are called through it share its connections.
#[derive(Debug, Clone)]
pub(crate) struct Client(legacy::Client<TimeoutConnector<HttpsConnector<Tcp>>, SdkBody>);

impl Client {
    pub(crate) fn new(tls: ClientConfig) -> Self {
        let mut tcp = Tcp::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(CONNECT));
        let https =
            HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1().wrap_connector(tcp);
        let mut timed = TimeoutConnector::new(https);
        timed.set_connect_timeout(Some(CONNECT_SECURELY));
        Self(legacy::Client::builder(TokioExecutor::new()).pool_timer(TokioTimer::new()).build(timed))
    }
}

impl HttpClient for Client {
    fn http_connector(&self, settings: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(Connector { client: self.clone(), answer: settings.read_timeout() })
    }
}

#[derive(Debug)]
struct Connector {
    client: Client,
    /// The longest time until the head of an answer arrives.
    answer: Option<Duration>,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let mut request = match request.try_into_http1x() {
            Ok(request) => request,
            Err(error) => return HttpConnectorFuture::ready(Err(ConnectorError::user(error.into()))),
        };
        // After an error that the connection may have caused, the SDK does not want the same one again.
        let captured = capture_connection(&mut request);
        if let Some(capture) = request.extensions().get::<CaptureSmithyConnection>() {
            capture.set_connection_retriever(move || connection(&captured));
        }
        let (answer, within) = (self.client.0.request(request), self.answer);
        HttpConnectorFuture::new(async move {
            let answer = match within {
                Some(within) => tokio::time::timeout(within, answer).await.map_err(timeout)?,
                None => answer.await,
            };
            let answer = answer.map_err(failure)?.map(SdkBody::from_body_1_x);
            HttpResponse::try_from(answer).map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}

fn connection(captured: &CaptureConnection) -> Option<ConnectionMetadata> {
    let (again, mut extensions) = (captured.clone(), hyper::http::Extensions::new());
    captured.connection_metadata().as_ref()?.get_extras(&mut extensions);
    let info = extensions.get::<HttpInfo>();
    let mut metadata = ConnectionMetadata::builder().proxied(false).poison_fn(move || {
        if let Some(connected) = again.connection_metadata().as_ref() {
            connected.poison();
        }
    });
    metadata.set_local_addr(info.map(HttpInfo::local_addr)).set_remote_addr(info.map(HttpInfo::remote_addr));
    Some(metadata.build())
}
