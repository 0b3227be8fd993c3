//! Calling Stripe's API: one request at a time, with the same HTTP client as for AWS services.
//!
//! Why not the `async-stripe` crate? We use about a dozen operations of Stripe. The crate contains a type for each of its hundreds of
//! objects and HTTP clients of its own (hyper with another set of features, or reqwest), so that every function that takes a payment
//! would contain a second TLS set-up and megabytes that cold starts read. Its types also follow one version of the API, where we fix
//! another in one constant. This module is a form, a header and a handful of fields, tested against recorded shapes and an
//! independent fake.
//!
//! Every request carries `Stripe-Version`, so that an upgrade of the account changes nothing here ("API Reference: Versioning"), and
//! every request that creates something carries an `Idempotency-Key` with our own id ("API Reference: Idempotent requests"). Stripe
//! forgets these after a day; before anything that a message redriven later could do twice, the existing object is looked for.

use super::{error, form::Form};
use crate::ProviderError;
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime_api::client::{
    behavior_version::BehaviorVersion,
    http::SharedHttpClient,
    orchestrator::{HttpRequest, HttpResponse},
};
use aws_smithy_types::{body::SdkBody, error::display::DisplayErrorContext, timeout::TimeoutConfig};
use serde::de::DeserializeOwned;
use std::{convert::Infallible, fmt, time::Duration};
use tokio::time::Instant;

/// The base URL of Stripe's API.
pub const URL: &str = "https://api.stripe.com";
/// The version of the API for requests and webhook endpoints.
pub const VERSION: &str = "2025-03-31.basil";

/// How long one answer may take.
const ANSWER: Duration = Duration::from_secs(12);

/// A client for Stripe's API with the platform's key.
pub struct Client<'a> {
    http: &'a SharedHttpClient,
    base: &'a str,
    key: &'a str,
    tries: u32,
    began: Instant,
    within: Duration,
}

impl fmt::Debug for Client<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base", &self.base).finish_non_exhaustive()
    }
}

/// One request to Stripe.
#[derive(Debug, Clone)]
pub struct Call {
    method: &'static str,
    path: String,
    form: Form,
    key: Option<String>,
    account: Option<String>,
}

impl Call {
    /// A request that reads something.
    pub fn get(path: impl Into<String>) -> Self {
        Self { method: "GET", path: path.into(), form: Form::default(), key: None, account: None }
    }

    /// A request that creates or changes something. Because of the key, a repeated request has its effect only once.
    pub fn post(path: impl Into<String>, key: impl Into<String>) -> Self {
        Self { method: "POST", key: Some(key.into()), ..Self::get(path) }
    }

    /// A request that creates something which may be created again.
    pub fn post_anew(path: impl Into<String>) -> Self {
        Self { method: "POST", ..Self::get(path) }
    }

    /// Adds the parameters of the body, or of the query.
    pub fn form(self, form: Form) -> Self {
        Self { form, ..self }
    }

    /// Makes the request in the name of a connected account ("Making API calls for connected accounts").
    pub fn on(self, account: &str) -> Self {
        Self { account: Some(account.to_owned()), ..self }
    }
}

/// Stripe's reply, before it is read.
struct Raw {
    status: u16,
    request: String,
    body: Vec<u8>,
}

/// Leaves out the body, which may hold a client secret.
impl fmt::Debug for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Raw").field("status", &self.status).field("request", &self.request).finish_non_exhaustive()
    }
}

impl<'a> Client<'a> {
    /// A client for one request or message. While Stripe is busy it tries up to `tries` times, a moment apart, and it stops in time
    /// for an endpoint to answer, however many calls it makes.
    pub fn new(
        http: &'a SharedHttpClient,
        base: Option<&'a str>,
        key: &'a str,
        (tries, within): (u32, Duration),
    ) -> Self {
        Self { http, base: base.unwrap_or(URL), key, tries, began: Instant::now(), within }
    }

    /// Sends a request and reads the reply.
    pub async fn call<T: DeserializeOwned>(&self, call: Call) -> Result<T, ProviderError> {
        let mut tried = 0_u32;
        loop {
            tried = tried.saturating_add(1);
            match self.once(&call).await {
                Err(ProviderError::Again(_)) if tried < self.tries && !self.left().is_zero() => {
                    tokio::time::sleep(Duration::from_millis(200).saturating_mul(tried)).await;
                }
                answer => return answer,
            }
        }
    }

    fn left(&self) -> Duration {
        self.within.saturating_sub(self.began.elapsed())
    }

    async fn once<T: DeserializeOwned>(&self, call: &Call) -> Result<T, ProviderError> {
        let what = format!("{} {}", call.method, call.path);
        let raw = self.send(call).await.map_err(|cause| ProviderError::Again(format!("{what}: {cause}")))?;
        if !(200..300).contains(&raw.status) {
            return Err(error::read(raw.status, &raw.body, &what, &raw.request));
        }
        serde_json::from_slice(&raw.body)
            .map_err(|cause| ProviderError::Ours(format!("{what}: the answer {} cannot be read: {cause}", raw.request)))
    }

    /// The key is only in a header of the request: errors are reported without the request.
    async fn send(&self, call: &Call) -> Result<Raw, String> {
        let timeouts = TimeoutConfig::builder().operation_timeout(ANSWER.min(self.left())).build();
        let operation = Operation::builder()
            .service_name("stripe")
            .operation_name("Call")
            .behavior_version(BehaviorVersion::latest())
            .http_client(self.http.clone())
            .endpoint_url(self.base)
            .no_auth()
            .no_retry()
            .timeout_config(timeouts)
            .serializer(|request: HttpRequest| Ok(request))
            .deserializer::<_, Infallible>(|response: &HttpResponse| {
                let request = response.headers().get("request-id").unwrap_or_default().to_owned();
                let body = response.body().bytes().unwrap_or_default().to_vec();
                Ok(Raw { status: response.status().as_u16(), request, body })
            })
            .build();
        let request = self.request(call).map_err(|_| "the request cannot be written".to_owned())?;
        operation.invoke(request).await.map_err(|error| DisplayErrorContext(&error).to_string())
    }

    fn request(&self, call: &Call) -> Result<HttpRequest, aws_smithy_runtime_api::http::HttpError> {
        let encoded = call.form.encoded();
        let (path, body) = match call.method {
            "GET" if encoded.is_empty() => (call.path.clone(), String::new()),
            "GET" => (format!("{}?{encoded}", call.path), String::new()),
            _ => (call.path.clone(), encoded),
        };
        let posts = call.method != "GET";
        let mut request = HttpRequest::new(SdkBody::from(body));
        request.set_method(call.method)?;
        request.set_uri(path)?;
        let mut header = |name: &'static str, value: String| request.headers_mut().try_insert(name, value);
        header("authorization", format!("Bearer {}", self.key))?;
        header("stripe-version", VERSION.to_owned())?;
        if posts {
            header("content-type", "application/x-www-form-urlencoded".to_owned())?;
        }
        if let Some(key) = &call.key {
            header("idempotency-key", key.clone())?;
        }
        if let Some(account) = &call.account {
            header("stripe-account", account.clone())?;
        }
        Ok(request)
    }
}
