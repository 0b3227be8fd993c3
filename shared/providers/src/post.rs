//! Sending one HTTP request to a service outside of AWS, with the same client, time-outs and TLS as for AWS services.

use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime_api::client::{
    behavior_version::BehaviorVersion,
    http::SharedHttpClient,
    orchestrator::{HttpRequest, HttpResponse},
};
use aws_smithy_types::{body::SdkBody, timeout::TimeoutConfig};
use std::{convert::Infallible, time::Duration};

/// A request to send.
#[derive(Debug, Clone)]
pub struct Post {
    /// The path after the base URL.
    pub path: String,
    /// A header: its name and value.
    pub header: (&'static str, String),
    /// The body, as JSON.
    pub body: String,
}

/// Posts the request and returns the status. It is not tried again here: the queue delivers the message again.
pub async fn post(client: &SharedHttpClient, base: &str, post: Post) -> Result<u16, String> {
    let timeouts = TimeoutConfig::builder().operation_timeout(Duration::from_secs(8)).build();
    let operation = Operation::builder()
        .service_name("sandbox")
        .operation_name("Deliver")
        .behavior_version(BehaviorVersion::latest())
        .http_client(client.clone())
        .endpoint_url(base)
        .no_auth()
        .no_retry()
        .timeout_config(timeouts)
        .serializer(|post: Post| {
            let mut request = HttpRequest::new(SdkBody::from(post.body));
            request.set_method("POST")?;
            request.set_uri(post.path)?;
            request.headers_mut().insert("content-type", "application/json");
            request.headers_mut().insert(post.header.0, post.header.1);
            Ok(request)
        })
        .deserializer::<_, Infallible>(|response: &HttpResponse| Ok(response.status().as_u16()))
        .build();
    operation.invoke(post).await.map_err(|error| format!("{error:?}"))
}
