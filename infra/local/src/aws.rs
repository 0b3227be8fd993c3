//! The SDK clients of the local cloud itself: for creating what the templates declare, and for the event sources.

use crate::direct::Direct;
use aws_credential_types::Credentials;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use tradewind_lambda::Endpoints;

pub(crate) const ACCESS_KEY: &str = "local";
pub(crate) const SECRET_KEY: &str = "local-secret-key";
/// The name of the local cloud's deployment stage.
pub(crate) const STAGE: &str = "local";
pub(crate) const REGION: &str = "us-east-1";

/// Clients of the three services at their loopback endpoints, or at those of another emulator.
#[derive(Clone)]
pub(crate) struct Aws {
    pub dynamodb: aws_sdk_dynamodb::Client,
    pub streams: aws_sdk_dynamodbstreams::Client,
    pub s3: aws_sdk_s3::Client,
    pub sqs: aws_sdk_sqs::Client,
}

macro_rules! configure {
    ($sdk:ident, $http:expr, $endpoint:expr) => {{
        let mut builder = $sdk::config::Builder::new()
            .behavior_version($sdk::config::BehaviorVersion::latest())
            .http_client($http.clone())
            .region($sdk::config::Region::new(REGION))
            .credentials_provider(Credentials::new(ACCESS_KEY, SECRET_KEY, None, None, "local"));
        builder.set_endpoint_url($endpoint);
        builder
    }};
}

impl Aws {
    pub(crate) fn new(endpoints: &Endpoints, direct: &Direct, http: SharedHttpClient) -> Self {
        let Endpoints { dynamodb, s3, sqs, .. } = endpoints.clone();
        let http = direct.client(http);
        Self {
            dynamodb: aws_sdk_dynamodb::Client::from_conf(configure!(aws_sdk_dynamodb, http, dynamodb.clone()).build()),
            streams: aws_sdk_dynamodbstreams::Client::from_conf(
                configure!(aws_sdk_dynamodbstreams, http, dynamodb).build(),
            ),
            s3: aws_sdk_s3::Client::from_conf(configure!(aws_sdk_s3, http, s3).force_path_style(true).build()),
            sqs: aws_sdk_sqs::Client::from_conf(configure!(aws_sdk_sqs, http, sqs).build()),
        }
    }
}
