//! Clients, made to start fast: rustls with ring, Amazon's own roots instead of the machine's certificate store, and only what
//! a function is granted.

use crate::{Credentials, Secrets, Settings, function::Failure};
use aws_config::{
    BehaviorVersion, Region, SdkConfig, environment::credentials::EnvironmentVariableCredentialsProvider,
    retry::RetryConfig, stalled_stream_protection::StalledStreamProtectionConfig, timeout::TimeoutConfig,
};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_http_client::{
    Builder,
    tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode},
};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use std::time::Duration;
use tradewind_storage::{Bucket, Grant, Queues, Table, TableNames};

/// Amazon Trust Services' roots, which sign every AWS endpoint's certificate and those of API Gateway's custom domains
/// (<https://www.amazontrust.com/repository/>).
const AMAZON_ROOTS: &[u8] = include_bytes!("amazon-roots.pem");

/// An HTTP client that trusts only Amazon's roots.
pub fn http_client() -> Result<SharedHttpClient, Failure> {
    let store = TrustStore::empty().with_pem_certificate(AMAZON_ROOTS);
    let tls = TlsContext::builder().with_trust_store(store).build().map_err(Failure::new)?;
    Ok(Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).tls_context(tls).build_https())
}

pub(crate) struct Clients {
    pub table: Table,
    pub queues: Queues,
    pub uploads: Bucket,
    pub media: Bucket,
    pub sdk: SdkConfig,
    pub secrets: Secrets,
}

impl Clients {
    pub(crate) async fn connect(
        settings: &Settings,
        http: SharedHttpClient,
        grants: &[Grant],
    ) -> Result<Self, Failure> {
        let sdk = sdk_config(settings, http);
        let Settings { endpoints, .. } = settings;

        let mut dynamodb = aws_sdk_dynamodb::config::Builder::from(&sdk);
        dynamodb.set_endpoint_url(endpoints.dynamodb.clone());
        let names = TableNames { main: settings.table_main.clone(), ephemeral: settings.table_ephemeral.clone() };
        let bucket = |name: &str, url: Option<String>, grants| {
            Bucket::new(sdk.clone(), endpoints.s3.clone(), name.into(), url, grants)
        };
        Ok(Self {
            table: Table::new(aws_sdk_dynamodb::Client::from_conf(dynamodb.build()), names),
            queues: Queues::new(
                sdk.clone(),
                endpoints.sqs.clone(),
                settings.queues.clone(),
                settings.dead_letters.clone(),
            ),
            uploads: bucket(&settings.bucket_uploads, None, (Some(Grant::UploadsRead), Grant::UploadsWrite)),
            media: bucket(&settings.bucket_media, settings.media_url.clone(), (None, Grant::MediaWrite)),
            secrets: secrets(settings, &sdk, grants).await?,
            sdk,
        })
    }
}

/// Credentials come from the environment, where Lambda puts them. The SDK's whole chain - profiles, STS, the metadata services of
/// EC2 and ECS - would be linked into every function, and looked through at each cold start.
fn sdk_config(settings: &Settings, http: SharedHttpClient) -> SdkConfig {
    // A request may take 30 seconds at most; an attempt that hangs must leave time for another.
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(2))
        .operation_attempt_timeout(Duration::from_secs(8))
        .build();
    let credentials = match &settings.credentials {
        Some(Credentials { access_key, secret_key }) => {
            let fixed = aws_credential_types::Credentials::new(access_key, secret_key, None, None, "settings");
            SharedCredentialsProvider::new(fixed)
        }
        None => SharedCredentialsProvider::new(EnvironmentVariableCredentialsProvider::new()),
    };
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(http)
        .timeout_config(timeouts)
        // The time-out of an attempt ends a stream that stalls, too.
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .region(Region::new(settings.region.clone()))
        .credentials_provider(credentials)
        .build()
}

async fn secrets(settings: &Settings, sdk: &SdkConfig, grants: &[Grant]) -> Result<Secrets, Failure> {
    let wanted = |grant: Grant| grants.contains(&grant) || settings.authorise_inline;
    let names: Vec<_> = [
        (Grant::SigningKey, "signing-key"),
        (Grant::SealingKey, "sealing-key"),
        (Grant::OperatorKey, "operator-key"),
        (Grant::SandboxSecret, "sandbox-secret"),
        (Grant::StripeSecretKey, "stripe-secret-key"),
        (Grant::StripePublishableKey, "stripe-publishable-key"),
        (Grant::StripeWebhookSecret, "stripe-webhook-secret"),
    ]
    .into_iter()
    .filter(|(grant, _)| wanted(*grant))
    .map(|(_, name)| format!("{}/{name}", settings.parameters))
    .collect();
    let mut secrets = Secrets::default();
    if names.is_empty() {
        return Ok(secrets);
    }
    let mut ssm = aws_sdk_ssm::config::Builder::from(sdk);
    ssm.set_endpoint_url(settings.endpoints.ssm.clone());
    // The Parameter Store takes 40 calls a second of an account: functions that start by the hundred wait for their turn, within
    // the ten seconds that Lambda gives an init.
    ssm.set_retry_config(Some(RetryConfig::standard().with_max_attempts(8).with_max_backoff(Duration::from_secs(2))));
    let ssm = aws_sdk_ssm::Client::from_conf(ssm.build());
    let reply = ssm.get_parameters().set_names(Some(names)).with_decryption(true).send().await;
    let reply = reply.map_err(|e| Failure::new(format!("reading secrets: {:?}", e.into_service_error())))?;
    if let Some(missing) = reply.invalid_parameters().first() {
        return Err(Failure::new(format!("the Parameter Store has no {missing}; `cargo xtask secrets` makes it")));
    }
    for parameter in reply.parameters.unwrap_or_default() {
        let name = parameter.name().unwrap_or_default().rsplit('/').next().unwrap_or_default().to_owned();
        let value = parameter.value;
        match name.as_str() {
            "signing-key" => secrets.signing_key = value,
            "sealing-key" => secrets.sealing_key = value,
            "operator-key" => secrets.operator_key = value,
            "sandbox-secret" => secrets.sandbox_secret = value,
            "stripe-secret-key" => secrets.stripe_secret_key = value,
            "stripe-publishable-key" => secrets.stripe_publishable_key = value,
            "stripe-webhook-secret" => secrets.stripe_webhook_secret = value,
            _ => {}
        }
    }
    Ok(secrets)
}
