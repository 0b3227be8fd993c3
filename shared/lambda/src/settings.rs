//! What a deployment sets: from the environment in a Lambda, from the local cloud on a laptop.

use aws_credential_types::Credentials;
use std::{collections::BTreeMap, time::Duration};
use tradewind_kernel::event::QUEUE_VARIABLES;

/// How old a marketplace's settings may be.
pub const FRESH: Duration = Duration::from_secs(5);

/// The settings of one deployment.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The deployment's stage, for its metrics: `STAGE`.
    pub stage: String,
    /// The table of what lasts: `TABLE_MAIN`.
    pub table_main: String,
    /// The table of what expires: `TABLE_EPHEMERAL`.
    pub table_ephemeral: String,
    /// The bucket that clients upload to: `BUCKET_UPLOADS`.
    pub bucket_uploads: String,
    /// The bucket of processed pictures: `BUCKET_MEDIA`.
    pub bucket_media: String,
    /// Where pictures are read from, such as a CDN: `MEDIA_URL`. The bucket itself if not set.
    pub media_url: Option<String>,
    /// The queues: `QUEUE_NOTIFY_EMAIL` and so on.
    pub queues: BTreeMap<String, String>,
    /// The dead-letter queues, separated by spaces: `DEAD_LETTERS`.
    pub dead_letters: Vec<String>,
    /// Who runs the deployment and is told of dead letters: `OPERATOR_ADDRESS`.
    pub operator_address: Option<String>,
    /// The domain whose subdomains are marketplaces: `DOMAIN`.
    pub domain: Option<String>,
    /// Who e-mails come from: `SENDER`.
    pub sender: String,
    /// The base URL of the API, for the sandbox provider's webhooks: `API_URL`.
    pub api_url: String,
    /// Where Stripe is: `STRIPE_URL`, or where it is for everybody.
    pub stripe_url: Option<String>,
    /// What the names of the secrets in the Parameter Store begin with: `PARAMETERS`.
    pub parameters: String,
    /// Where Lambda takes spans for X-Ray: `AWS_XRAY_DAEMON_ADDRESS`. None are made if not set.
    pub xray: Option<String>,
    /// The region: `AWS_REGION`.
    pub region: String,
    /// Who asks the services: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`.
    pub credentials: Option<Credentials>,
    /// Where the services are, if not where AWS has them: `AWS_ENDPOINT_URL_DYNAMODB` and so on.
    pub endpoints: Endpoints,
    /// Whether functions check access tokens themselves when no authoriser did: `AUTHORISE_INLINE`. For `cargo lambda watch`,
    /// which has no authoriser; never set in a template.
    pub authorise_inline: bool,
    /// How far the clock is ahead of the machine's: `CLOCK_AHEAD_SECONDS`. For the local cloud, which can move its clock forward to
    /// show what time brings about; never set in a template.
    pub clock_ahead: Duration,
    /// How old a marketplace's settings may be when a request uses them: five seconds, but for tests that count reads.
    pub fresh: Duration,
}

/// Where the services are.
#[derive(Debug, Clone, Default)]
pub struct Endpoints {
    /// DynamoDB.
    pub dynamodb: Option<String>,
    /// S3.
    pub s3: Option<String>,
    /// SQS.
    pub sqs: Option<String>,
    /// SES.
    pub ses: Option<String>,
    /// Systems Manager.
    pub ssm: Option<String>,
}

impl Settings {
    /// Reads the environment.
    #[allow(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
    pub fn from_env() -> Self {
        let var = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let text = |name: &str| var(name).unwrap_or_default();
        let endpoint = |service: &str| var(&format!("AWS_ENDPOINT_URL_{service}")).or_else(|| var("AWS_ENDPOINT_URL"));
        Self {
            stage: var("STAGE").unwrap_or_else(|| "local".into()),
            table_main: text("TABLE_MAIN"),
            table_ephemeral: text("TABLE_EPHEMERAL"),
            bucket_uploads: text("BUCKET_UPLOADS"),
            bucket_media: text("BUCKET_MEDIA"),
            media_url: var("MEDIA_URL"),
            queues: std::env::vars()
                .filter(|(name, url)| name.starts_with(QUEUE_VARIABLES) && !url.is_empty())
                .collect(),
            dead_letters: text("DEAD_LETTERS").split_whitespace().map(str::to_owned).collect(),
            operator_address: var("OPERATOR_ADDRESS"),
            domain: var("DOMAIN"),
            sender: text("SENDER"),
            api_url: text("API_URL"),
            stripe_url: var("STRIPE_URL"),
            parameters: text("PARAMETERS"),
            xray: var("AWS_XRAY_DAEMON_ADDRESS"),
            region: var("AWS_REGION").unwrap_or_else(|| "us-east-1".into()),
            credentials: var("AWS_ACCESS_KEY_ID")
                .zip(var("AWS_SECRET_ACCESS_KEY"))
                .map(|(key, secret)| Credentials::new(key, secret, var("AWS_SESSION_TOKEN"), None, "environment")),
            endpoints: Endpoints {
                dynamodb: endpoint("DYNAMODB"),
                s3: endpoint("S3"),
                sqs: endpoint("SQS"),
                ses: endpoint("SESV2"),
                ssm: endpoint("SSM"),
            },
            authorise_inline: var("AUTHORISE_INLINE").is_some_and(|v| v == "true"),
            clock_ahead: Duration::from_secs(var("CLOCK_AHEAD_SECONDS").and_then(|v| v.parse().ok()).unwrap_or(0)),
            fresh: FRESH,
        }
    }
}
