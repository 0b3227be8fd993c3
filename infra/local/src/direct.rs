//! Calls from this process - the functions linked into it, the event sources - to the services in it, without a socket in between.
//!
//! The SDK builds, signs and reads the same requests and answers, and the same code of a service answers them as on loopback. Only the
//! connection is left out, with the hops between tasks that it costs: a third to a half of the cost of a small call. All others use the
//! sockets: functions that are processes of their own, `cargo lambda`, tests, the `aws` command. If a service panics here, its caller
//! panics.

use aws_smithy_runtime_api::client::{
    http::{
        HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
    },
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
    runtime_components::RuntimeComponents,
};
use aws_smithy_types::body::SdkBody;
use axum::{Router, body::Body};
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::{Response, service::Service as _};
use hyper_util::service::TowerToHyperService;
use std::{fmt, sync::Arc};
use tradewind_local_dynamodb::DynamoDb;

/// A service in this process.
#[derive(Clone)]
enum Service {
    DynamoDb(DynamoDb),
    Router(TowerToHyperService<Router>),
}

/// The services that can be called in this way, with their URLs. There are so few that they are searched one by one.
#[derive(Clone, Default)]
pub(crate) struct Direct(Vec<(String, Service)>);

impl Direct {
    pub(crate) fn dynamodb(&mut self, url: &str, service: DynamoDb) {
        self.0.push((format!("{url}/"), Service::DynamoDb(service)));
    }

    pub(crate) fn router(&mut self, url: &str, router: Router) {
        self.0.push((format!("{url}/"), Service::Router(TowerToHyperService::new(router))));
    }

    /// An HTTP client that calls these services directly, and passes all other requests to `otherwise`.
    pub(crate) fn client(&self, otherwise: SharedHttpClient) -> SharedHttpClient {
        SharedHttpClient::new(Client { direct: Arc::new(self.clone()), otherwise })
    }

    fn service(&self, uri: &str) -> Option<Service> {
        self.0.iter().find(|(url, _)| uri.starts_with(url)).map(|(_, service)| service.clone())
    }
}

impl fmt::Debug for Direct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(url, _)| url)).finish()
    }
}

#[derive(Debug)]
struct Client {
    direct: Arc<Direct>,
    otherwise: SharedHttpClient,
}

impl HttpClient for Client {
    fn http_connector(&self, settings: &HttpConnectorSettings, parts: &RuntimeComponents) -> SharedHttpConnector {
        let otherwise = self.otherwise.http_connector(settings, parts);
        SharedHttpConnector::new(Connector { direct: self.direct.clone(), otherwise })
    }
}

#[derive(Debug)]
struct Connector {
    direct: Arc<Direct>,
    otherwise: SharedHttpConnector,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let service = self.direct.service(request.uri());
        // A streaming body has to go through a socket.
        let Some(service) = service.filter(|_| request.body().bytes().is_some()) else {
            return self.otherwise.call(request);
        };
        let otherwise = self.otherwise.clone();
        HttpConnectorFuture::new(async move {
            // Lets other tasks run here, as they would while a socket is waited for.
            tokio::task::yield_now().await;
            match service {
                Service::DynamoDb(database) => {
                    let body = request.body().bytes().unwrap_or_default();
                    match database.answer(|name| request.headers().get(name), body) {
                        Some(response) => answer(response),
                        None => otherwise.call(request).await,
                    }
                }
                Service::Router(router) => {
                    let request = request.try_into_http1x().map_err(failed)?;
                    let request =
                        request.map(|body| Body::from(Bytes::copy_from_slice(body.bytes().unwrap_or_default())));
                    let (parts, body) = router.call(request).await.map_err(failed)?.into_parts();
                    answer(Response::from_parts(parts, body.collect().await.map_err(failed)?.to_bytes()))
                }
            }
        })
    }
}

fn answer(response: Response<Bytes>) -> Result<HttpResponse, ConnectorError> {
    HttpResponse::try_from(response.map(SdkBody::from)).map_err(failed)
}

fn failed(cause: impl std::error::Error + Send + Sync + 'static) -> ConnectorError {
    ConnectorError::other(cause.into(), None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::Aws;
    use aws_sdk_dynamodb::types::{AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType};
    use tokio::net::TcpListener;
    use tradewind_lambda::{Endpoints, http_client};
    use tradewind_local_sqs::Sqs;

    async fn listen() -> (TcpListener, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        (listener, url)
    }

    async fn make_table(aws: &Aws) {
        let key = KeySchemaElement::builder().attribute_name("pk").key_type(KeyType::Hash).build().unwrap();
        let text = AttributeDefinition::builder().attribute_name("pk").attribute_type("S".into()).build().unwrap();
        let make = aws.dynamodb.create_table().table_name("things").key_schema(key).attribute_definitions(text);
        make.billing_mode(BillingMode::PayPerRequest).send().await.unwrap();
    }

    #[tokio::test]
    async fn items_are_written_and_read_without_the_socket() {
        let database = DynamoDb::open(None).unwrap();
        let mut written = database.subscribe();
        let (listener, url) = listen().await;
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let server = tokio::spawn(database.clone().serve(listener, async { drop(stopped.await) }));
        let mut direct = Direct::default();
        direct.dynamodb(&url, database);
        let endpoints = Endpoints { dynamodb: Some(url), ..Endpoints::default() };
        let [within, outside] =
            [direct, Direct::default()].map(|direct| Aws::new(&endpoints, &direct, http_client().unwrap()));

        // Creating tables and refusing requests is done by the engine's server behind the socket.
        make_table(&within).await;
        let refused = within.dynamodb.get_item().table_name("things").key("pk", AttributeValue::N("1".into())).send();
        let refused = refused.await.unwrap_err().into_service_error();
        assert_eq!(refused.meta().code(), Some("ValidationException"), "{refused:?}");

        let thing = |name: &str| AttributeValue::S(name.into());
        let put = |aws: &Aws, name| aws.dynamodb.put_item().table_name("things").item("pk", thing(name)).send();
        let read = |aws: &Aws, name| aws.dynamodb.get_item().table_name("things").key("pk", thing(name)).send();
        put(&outside, "one").await.unwrap();
        assert_eq!(read(&within, "one").await.unwrap().item, read(&outside, "one").await.unwrap().item);

        stop.send(()).unwrap();
        server.await.unwrap().unwrap();
        written.borrow_and_update();
        put(&within, "two").await.unwrap();
        assert!(written.has_changed().unwrap(), "the event source learns of the write");
        assert_eq!(read(&within, "two").await.unwrap().item.unwrap()["pk"], thing("two"));
        assert!(read(&outside, "two").await.is_err());
    }

    #[tokio::test]
    async fn messages_are_sent_and_received_without_the_socket() {
        let (listener, url) = listen().await;
        drop(listener);
        let mut direct = Direct::default();
        direct.router(&url, Sqs::open(None).unwrap().router(&url));
        let endpoints = Endpoints { sqs: Some(url.clone()), ..Endpoints::default() };
        let [within, outside] =
            [direct, Direct::default()].map(|direct| Aws::new(&endpoints, &direct, http_client().unwrap()));

        let queue = within.sqs.create_queue().queue_name("work").send().await.unwrap().queue_url.unwrap();
        assert_eq!(queue, format!("{url}/000000000000/work"));
        within.sqs.send_message().queue_url(&queue).message_body("hello").send().await.unwrap();
        let received = within.sqs.receive_message().queue_url(&queue).send().await.unwrap();
        assert_eq!(received.messages()[0].body(), Some("hello"));
        assert!(outside.sqs.receive_message().queue_url(&queue).send().await.is_err());
    }
}
