//! The settings of a deployment: from the environment in a Lambda, from the local cloud on a laptop.

use aws_credential_types::Credentials;
use std::time::Duration;

/// How old a marketplace's cached settings may be.
pub const FRESH: Duration = Duration::from_secs(5);

/// The settings of one deployment.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The deployment's stage, for its metrics: `STAGE`.
    pub stage: String,
    /// The name of the table for what lasts: `TABLE_MAIN`.
    pub table_main: String,
    /// The name of the table for what expires: `TABLE_EPHEMERAL`.
    pub table_ephemeral: String,
    /// The name of the bucket that clients upload to: `BUCKET_UPLOADS`.
    pub bucket_uploads: String,
    /// The name of the bucket of processed pictures: `BUCKET_MEDIA`.
    pub bucket_media: String,
    /// The base URL from which pictures are read, such as a CDN's: `MEDIA_URL`. The bucket itself if not set.
    pub media_url: Option<String>,
    /// The beginning of all queues' URLs, to which a queue's name is added: `QUEUES`. Whoever relays to all of them would have no room for a
    /// URL each in its environment.
    pub queues: String,
    /// The names of the dead-letter queues, separated by spaces: `DEAD_LETTERS`. Their URLs begin in the same way.
    pub dead_letters: Vec<String>,
    /// The e-mail address of the operator, who is notified of dead letters: `OPERATOR_ADDRESS`.
    pub operator_address: Option<String>,
    /// The domain whose subdomains are marketplaces: `DOMAIN`.
    pub domain: Option<String>,
    /// The sender of e-mails: `SENDER`.
    pub sender: String,
    /// The base URL of the API, for the sandbox provider's webhooks: `API_URL`.
    pub api_url: String,
    /// The base URL of Stripe's API: `STRIPE_URL`. Stripe's public address if not set.
    pub stripe_url: Option<String>,
    /// The prefix of the secrets' names in the Parameter Store: `PARAMETERS`.
    pub parameters: String,
    /// The address of the daemon that takes spans for X-Ray: `AWS_XRAY_DAEMON_ADDRESS`. No spans are made if not set.
    pub xray: Option<String>,
    /// The AWS region: `AWS_REGION`.
    pub region: String,
    /// The credentials for AWS services: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`.
    pub credentials: Option<Credentials>,
    /// The addresses of services that are not at AWS's own: `AWS_ENDPOINT_URL_DYNAMODB` and so on.
    pub endpoints: Endpoints,
    /// Whether functions check access tokens themselves if no authoriser did: `AUTHORISE_INLINE`. For `cargo lambda watch`, which has
    /// no authoriser; never set in a template.
    pub authorise_inline: bool,
    /// How far the clock is ahead of the machine's: `CLOCK_AHEAD_SECONDS`. For the local cloud, which can move its clock forward to
    /// show what happens as time passes; never set in a template.
    pub clock_ahead: Duration,
    /// How old a marketplace's cached settings may be when a request uses them: five seconds, except in tests that count reads.
    pub fresh: Duration,
}

/// The addresses of AWS services; where there is none, AWS's own is used.
#[derive(Debug, Clone, Default)]
pub struct Endpoints {
    /// The address of DynamoDB.
    pub dynamodb: Option<String>,
    /// The address of S3.
    pub s3: Option<String>,
    /// The address of SQS.
    pub sqs: Option<String>,
    /// The address of SES.
    pub ses: Option<String>,
    /// The address of Systems Manager, for the Parameter Store.
    pub ssm: Option<String>,
}

impl Settings {
    /// Reads the settings from the environment.
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
            queues: text("QUEUES"),
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
