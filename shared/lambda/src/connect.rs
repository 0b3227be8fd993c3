//! SDK clients that start fast: they trust Amazon's own roots instead of the machine's certificate store, and read only the secrets
//! that a function is granted.

use crate::{Failure, Parameters, Settings};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::{
    behavior_version::BehaviorVersion, http::SharedHttpClient, stalled_stream_protection::StalledStreamProtectionConfig,
};
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::{SdkConfig, region::Region};
use std::{collections::BTreeMap, time::Duration};
use tradewind_storage::{Bucket, Grant, Queues, Table, TableNames};

/// An HTTP client that trusts only Amazon's roots.
pub fn http_client() -> Result<SharedHttpClient, Failure> {
    tradewind_client::amazon().map_err(Failure::new)
}

/// Secrets by their last names.
pub(crate) type Secrets = BTreeMap<String, String>;

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

/// Credentials come from the environment, where Lambda puts them. The SDK's whole chain - profiles, STS, the metadata services of EC2
/// and ECS - would be linked into every function, and searched at each cold start.
fn sdk_config(settings: &Settings, http: SharedHttpClient) -> SdkConfig {
    // A request may take 30 seconds at most; an attempt that hangs must leave time for another one.
    let timeouts = TimeoutConfig::builder().operation_attempt_timeout(Duration::from_secs(8)).build();
    let mut sdk = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(http)
        .timeout_config(timeouts)
        // The time-out of an attempt ends an answer that stalls, and objects have their own time-out (see `Bucket::get`).
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .region(Region::new(settings.region.clone()));
    sdk.set_credentials_provider(settings.credentials.clone().map(SharedCredentialsProvider::new));
    sdk.build()
}

async fn secrets(settings: &Settings, sdk: &SdkConfig, grants: &[Grant]) -> Result<Secrets, Failure> {
    let wanted = Grant::SECRETS.into_iter().filter(|grant| grants.contains(grant) || settings.authorise_inline);
    let names: Vec<_> =
        wanted.filter_map(Grant::secret).map(|name| format!("{}/{name}", settings.parameters)).collect();
    match names.as_slice() {
        [] => Ok(Secrets::default()),
        names => Parameters::new(sdk, settings.endpoints.ssm.as_deref())?.read(names).await,
    }
}
