//! The Parameter Store. Its SDK would be the largest crate of a build, for one call when a function starts and one before the first
//! deployment. So both calls are made here, and are signed, timed and retried by the parts that the SDKs are made of
//! (<https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html>).

use crate::Failure;
use aws_runtime::{
    auth::{
        SigV4OperationSigningConfig,
        sigv4::{SCHEME_ID, SigV4AuthScheme},
    },
    retries::classifiers::AwsErrorCodeClassifier,
};
use aws_smithy_runtime::client::{
    orchestrator::operation::Operation,
    retries::classifiers::{HttpStatusCodeClassifier, TransientErrorClassifier},
};
use aws_smithy_runtime_api::client::{
    auth::{
        AuthSchemeOptionResolverParams, SharedAuthScheme, SharedAuthSchemeOptionResolver,
        static_resolver::StaticAuthSchemeOptionResolver,
    },
    behavior_version::BehaviorVersion,
    identity::SharedIdentityResolver,
    orchestrator::{HttpRequest, HttpResponse, OrchestratorError},
    runtime_components::RuntimeComponentsBuilder,
    runtime_plugin::StaticRuntimePlugin,
};
use aws_smithy_types::{
    body::SdkBody,
    config_bag::Layer,
    error::{ErrorMetadata, display::DisplayErrorContext},
    retry::RetryConfig,
};
use aws_types::{SdkConfig, SigningName, region::SigningRegion};
use serde_json::{Value, json};
use std::{collections::BTreeMap, fmt, time::Duration};

const SERVICE: &str = "ssm";

/// The Parameter Store of a region.
pub struct Parameters(Operation<Call, Value, ErrorMetadata>);

#[derive(Clone)]
struct Call {
    operation: &'static str,
    body: Value,
}

/// Leaves out the body, which may hold a secret.
impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.operation)
    }
}

impl fmt::Debug for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Parameters")
    }
}

impl Parameters {
    /// The Parameter Store of the configuration's region, or the one at `address`.
    pub fn new(sdk: &SdkConfig, address: Option<&str>) -> Result<Self, Failure> {
        let region = sdk.region().ok_or_else(|| Failure::new("no region is set"))?;
        let http = sdk.http_client().ok_or_else(|| Failure::new("no HTTP client is set"))?;
        let domain = if region.as_ref().starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
        let own = format!("https://{SERVICE}.{region}.{domain}");
        // The Parameter Store accepts 40 calls a second from an account: functions that start by the hundred retry within the ten
        // seconds that Lambda gives an init.
        let retries = RetryConfig::standard().with_max_attempts(8).with_max_backoff(Duration::from_secs(2));
        let mut operation = Operation::builder()
            .service_name(SERVICE)
            .operation_name("Call")
            .behavior_version(BehaviorVersion::latest())
            .http_client(http)
            .endpoint_url(address.unwrap_or(&own))
            .standard_retry(&retries)
            .retry_classifier(AwsErrorCodeClassifier::<ErrorMetadata>::new())
            .retry_classifier(TransientErrorClassifier::<ErrorMetadata>::new())
            .retry_classifier(HttpStatusCodeClassifier::default())
            .with_connection_poisoning()
            .runtime_plugin(signed(sdk)?);
        if let Some(timeouts) = sdk.timeout_config() {
            operation = operation.timeout_config(timeouts.clone());
        }
        Ok(Self(operation.serializer(request).deserializer(answer).build()))
    }

    /// Reads some secrets by their last name, such as `signing-key`. It is a failure if one of them is missing.
    pub async fn read(&self, names: &[String]) -> Result<BTreeMap<String, String>, Failure> {
        let body = json!({ "Names": names, "WithDecryption": true });
        let reply = self
            .call("GetParameters", body)
            .await
            .map_err(|error| Failure::new(format!("reading secrets: {error}")))?;
        let all = |list: &str| reply.get(list).and_then(Value::as_array).into_iter().flatten();
        if let Some(missing) = all("InvalidParameters").find_map(Value::as_str) {
            return Err(Failure::new(format!("the Parameter Store has no {missing}; `cargo xtask secrets` makes it")));
        }
        let text = |parameter: &Value, field: &str| parameter.get(field).and_then(Value::as_str).map(str::to_owned);
        let pair = |parameter| {
            let name = text(parameter, "Name")?.rsplit('/').next()?.to_owned();
            Some((name, text(parameter, "Value")?))
        };
        Ok(all("Parameters").filter_map(pair).collect())
    }

    /// Writes a secret unless there is one with that name, and returns whether it was new.
    pub async fn create(&self, name: &str, description: &str, value: &str) -> Result<bool, Failure> {
        let body = json!({
            "Name": name, "Description": description, "Value": value, "Type": "SecureString", "Tier": "Standard", "Overwrite": false,
        });
        match self.call("PutParameter", body).await {
            Ok(_) => Ok(true),
            Err(error) if error.code() == Some("ParameterAlreadyExists") => Ok(false),
            Err(error) => Err(Failure::new(format!("{name}: {error}"))),
        }
    }

    /// Writes another value for a secret that exists.
    pub async fn replace(&self, name: &str, value: &str) -> Result<(), Failure> {
        let body = json!({ "Name": name, "Value": value, "Type": "SecureString", "Overwrite": true });
        self.call("PutParameter", body).await.map_err(|error| Failure::new(format!("{name}: {error}")))?;
        Ok(())
    }

    /// Makes a call. The error is the service's own reason, or whatever failed on the way.
    async fn call(&self, operation: &'static str, body: Value) -> Result<Value, ErrorMetadata> {
        self.0.invoke(Call { operation, body }).await.map_err(|error| match error.as_service_error() {
            Some(cause) => cause.clone(),
            None => ErrorMetadata::builder().message(DisplayErrorContext(error).to_string()).build(),
        })
    }
}

/// Signs calls with Signature Version 4 and the configuration's credentials.
fn signed(sdk: &SdkConfig) -> Result<StaticRuntimePlugin, Failure> {
    let credentials = sdk.credentials_provider().ok_or_else(|| Failure::new("there are no credentials"))?;
    let mut layer = Layer::new("signed");
    layer.store_put(AuthSchemeOptionResolverParams::new(()));
    layer.store_put(SigV4OperationSigningConfig {
        region: sdk.region().cloned().map(SigningRegion::from),
        name: Some(SigningName::from_static(SERVICE)),
        ..SigV4OperationSigningConfig::default()
    });
    let mut parts = RuntimeComponentsBuilder::new("signed");
    let schemes = StaticAuthSchemeOptionResolver::new(vec![SCHEME_ID]);
    parts.set_auth_scheme_option_resolver(Some(SharedAuthSchemeOptionResolver::new(schemes)));
    parts.push_auth_scheme(SharedAuthScheme::new(SigV4AuthScheme::new()));
    parts.set_identity_resolver(SCHEME_ID, SharedIdentityResolver::new(credentials));
    Ok(StaticRuntimePlugin::new().with_config(layer.freeze()).with_runtime_components(parts))
}

fn request(call: Call) -> Result<HttpRequest, Box<dyn std::error::Error + Send + Sync>> {
    let mut request = HttpRequest::new(SdkBody::from(call.body.to_string()));
    request.set_method("POST")?;
    request.set_uri("/")?;
    request.headers_mut().insert("content-type", "application/x-amz-json-1.1");
    request.headers_mut().insert("x-amz-target", format!("AmazonSSM.{}", call.operation));
    Ok(request)
}

fn answer(response: &HttpResponse) -> Result<Value, OrchestratorError<ErrorMetadata>> {
    let body = serde_json::from_slice::<Value>(response.body().bytes().unwrap_or_default());
    if response.status().is_success() {
        return body.map_err(OrchestratorError::other);
    }
    let body = body.unwrap_or_default();
    let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default();
    // `com.amazonaws.ssm#ParameterNotFound`, or only the part after the `#`.
    let code = text("__type").rsplit('#').next().unwrap_or_default();
    Err(OrchestratorError::operation(ErrorMetadata::builder().code(code).message(text("message")).build()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
    use aws_smithy_runtime_api::{
        client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn},
        http::StatusCode,
    };
    use aws_types::region::Region;
    use std::sync::{Arc, Mutex};

    /// Gives prepared answers in order, and records the address, signature and operation of each call.
    #[derive(Debug, Clone)]
    struct Store {
        answers: Arc<Mutex<Vec<(u16, &'static str)>>>,
        asked: Arc<Mutex<Vec<[String; 3]>>>,
    }

    impl HttpConnector for Store {
        fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
            let header = |name: &str| request.headers().get(name).unwrap_or_default().to_owned();
            self.asked.lock().unwrap().push([
                request.uri().to_owned(),
                header("authorization"),
                header("x-amz-target"),
            ]);
            let (status, body) = self.answers.lock().unwrap().remove(0);
            let status = StatusCode::try_from(status).unwrap();
            HttpConnectorFuture::ready(Ok(HttpResponse::new(status, SdkBody::from(body))))
        }
    }

    fn store(answers: Vec<(u16, &'static str)>) -> (Store, Parameters) {
        let store = Store { answers: Arc::new(Mutex::new(answers)), asked: Arc::default() };
        let connector = SharedHttpConnector::new(store.clone());
        let sdk = SdkConfig::builder()
            .http_client(http_client_fn(move |_, _| connector.clone()))
            .region(Region::new("eu-central-1"))
            .credentials_provider(SharedCredentialsProvider::new(Credentials::new("key", "secret", None, None, "test")))
            .build();
        let parameters = Parameters::new(&sdk, None).unwrap();
        (store, parameters)
    }

    #[tokio::test]
    async fn a_call_is_signed_and_waits_for_its_turn() {
        let busy = (400, r#"{"__type":"ThrottlingException","message":"Rate exceeded"}"#);
        let found = (200, r#"{"Parameters":[{"Name":"/t/signing-key","Value":"s"}],"InvalidParameters":[]}"#);
        let (store, parameters) = store(vec![busy, found]);
        let secrets = parameters.read(&["/t/signing-key".into()]).await.unwrap();
        assert_eq!(secrets, BTreeMap::from([("signing-key".to_owned(), "s".to_owned())]));
        let asked = store.asked.lock().unwrap().clone();
        assert_eq!(asked.len(), 2);
        for [uri, authorization, target] in asked {
            assert_eq!(uri, "https://ssm.eu-central-1.amazonaws.com/");
            assert!(authorization.starts_with("AWS4-HMAC-SHA256 Credential=key/"), "{authorization}");
            assert!(
                authorization.contains("/eu-central-1/ssm/aws4_request, SignedHeaders=content-type;host;x-amz-date")
            );
            assert_eq!(target, "AmazonSSM.GetParameters");
        }
    }

    #[tokio::test]
    async fn a_missing_secret_is_named() {
        let (_, parameters) = store(vec![(200, r#"{"Parameters":[],"InvalidParameters":["/t/x"]}"#)]);
        let failure = parameters.read(&["/t/x".into()]).await.unwrap_err();
        assert!(failure.to_string().contains("no /t/x"), "{failure}");
    }

    #[tokio::test]
    async fn a_secret_that_is_there_stays() {
        let there = (400, r#"{"__type":"com.amazonaws.ssm#ParameterAlreadyExists","message":"it is"}"#);
        let denied = (400, r#"{"__type":"AccessDeniedException","message":"no"}"#);
        let (_, parameters) = store(vec![(200, r#"{"Version":1}"#), there, denied]);
        assert!(parameters.create("/t/x", "", "v").await.unwrap());
        assert!(!parameters.create("/t/x", "", "v").await.unwrap());
        assert!(parameters.create("/t/x", "", "v").await.unwrap_err().to_string().contains("AccessDenied"));
    }
}
