//! Permissions of functions. Each endpoint and consumer declares its grants; the templates contain the same ones as IAM actions, and
//! the clients refuse what is not granted, so that a missing permission fails on a laptop and not in production.

use tradewind_kernel::event::Queue;

/// One permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Grant {
    /// Read the main table and its indexes.
    MainRead,
    /// Scan the whole main table, segment by segment.
    MainScan,
    /// Write the main table.
    MainWrite,
    /// Read the ephemeral table.
    EphemeralRead,
    /// Write the ephemeral table.
    EphemeralWrite,
    /// Hand out forms for the uploads bucket.
    UploadsWrite,
    /// Read what was uploaded.
    UploadsRead,
    /// Write the media bucket.
    MediaWrite,
    /// Put messages on a queue.
    Send(Queue),
    /// Look into the dead-letter queues. Messages stay in the queue.
    DeadLetters,
    /// Send e-mail.
    SendEmail,
    /// Read the key that signs access tokens.
    SigningKey,
    /// Read the key that signs cursors and encrypts stored replies.
    SealingKey,
    /// Read the operator's key.
    OperatorKey,
    /// Read the secret that the sandbox provider signs its webhooks with.
    SandboxSecret,
    /// Read Stripe's secret key, with which Stripe's API is called.
    StripeSecretKey,
    /// Read Stripe's publishable key, with which a buyer's browser calls Stripe. It is no secret, and is stored beside the secret key
    /// so that both are changed together.
    StripePublishableKey,
    /// Read the secrets that Stripe signs its webhooks with.
    StripeWebhookSecret,
}

impl Grant {
    /// The last name of the secret in the Parameter Store that it lets read, if it is one's.
    pub const fn secret(self) -> Option<&'static str> {
        match self {
            Self::SigningKey => Some("signing-key"),
            Self::SealingKey => Some("sealing-key"),
            Self::OperatorKey => Some("operator-key"),
            Self::SandboxSecret => Some("sandbox-secret"),
            Self::StripeSecretKey => Some("stripe-secret-key"),
            Self::StripePublishableKey => Some("stripe-publishable-key"),
            Self::StripeWebhookSecret => Some("stripe-webhook-secret"),
            Self::MainRead
            | Self::MainScan
            | Self::MainWrite
            | Self::EphemeralRead
            | Self::EphemeralWrite
            | Self::UploadsRead
            | Self::UploadsWrite
            | Self::MediaWrite
            | Self::Send(_)
            | Self::DeadLetters
            | Self::SendEmail => None,
        }
    }

    /// Every grant to read a secret.
    pub const SECRETS: [Self; 7] = [
        Self::SigningKey,
        Self::SealingKey,
        Self::OperatorKey,
        Self::SandboxSecret,
        Self::StripeSecretKey,
        Self::StripePublishableKey,
        Self::StripeWebhookSecret,
    ];

    /// The IAM actions that the grant stands for.
    pub const fn actions(self) -> &'static [&'static str] {
        match self {
            Self::MainRead | Self::EphemeralRead => &["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"],
            Self::MainScan => &["dynamodb:Scan"],
            Self::MainWrite | Self::EphemeralWrite => {
                &["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:ConditionCheckItem"]
            }
            Self::UploadsWrite | Self::MediaWrite => &["s3:PutObject"],
            // Without the right to list, S3 answers "forbidden" for an object that does not exist.
            Self::UploadsRead => &["s3:GetObject", "s3:ListBucket"],
            Self::Send(_) => &["sqs:SendMessage"],
            Self::DeadLetters => &["sqs:ReceiveMessage", "sqs:ChangeMessageVisibility"],
            Self::SendEmail => &["ses:SendEmail"],
            Self::SigningKey
            | Self::SealingKey
            | Self::OperatorKey
            | Self::SandboxSecret
            | Self::StripeSecretKey
            | Self::StripePublishableKey
            | Self::StripeWebhookSecret => &["ssm:GetParameters"],
        }
    }
}
