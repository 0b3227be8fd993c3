//! The environment of functions that are processes of their own.

use crate::{Error, aws};
use std::{fs, path::Path};
use tradewind_lambda::Settings;

/// The environment of a function's process: what the templates set, and the addresses of the services.
pub(crate) fn of(settings: &Settings) -> Vec<(String, String)> {
    let endpoints = &settings.endpoints;
    let fixed = [
        ("STAGE", settings.stage.clone()),
        ("TABLE_MAIN", settings.table_main.clone()),
        ("TABLE_EPHEMERAL", settings.table_ephemeral.clone()),
        ("BUCKET_UPLOADS", settings.bucket_uploads.clone()),
        ("BUCKET_MEDIA", settings.bucket_media.clone()),
        ("MEDIA_URL", settings.media_url.clone().unwrap_or_default()),
        ("DOMAIN", settings.domain.clone().unwrap_or_default()),
        ("QUEUES", settings.queues.clone()),
        ("DEAD_LETTERS", settings.dead_letters.join(" ")),
        ("OPERATOR_ADDRESS", settings.operator_address.clone().unwrap_or_default()),
        ("SENDER", settings.sender.clone()),
        ("API_URL", settings.api_url.clone()),
        ("STRIPE_URL", settings.stripe_url.clone().unwrap_or_default()),
        ("PARAMETERS", settings.parameters.clone()),
        ("AWS_REGION", settings.region.clone()),
        ("AWS_ACCESS_KEY_ID", aws::ACCESS_KEY.into()),
        ("AWS_SECRET_ACCESS_KEY", aws::SECRET_KEY.into()),
        ("AWS_ENDPOINT_URL_DYNAMODB", endpoints.dynamodb.clone().unwrap_or_default()),
        ("AWS_ENDPOINT_URL_S3", endpoints.s3.clone().unwrap_or_default()),
        ("AWS_ENDPOINT_URL_SQS", endpoints.sqs.clone().unwrap_or_default()),
        ("AWS_ENDPOINT_URL_SESV2", endpoints.ses.clone().unwrap_or_default()),
        ("AWS_ENDPOINT_URL_SSM", endpoints.ssm.clone().unwrap_or_default()),
    ];
    fixed.map(|(name, value)| (name.to_owned(), value)).into()
}

/// Writes the environment for `cargo lambda watch --env-file`. There is no authoriser in that setting: functions check tokens themselves.
pub fn write(file: &Path, environment: &[(String, String)]) -> Result<(), Error> {
    let inline = ("AUTHORISE_INLINE".to_owned(), "true".to_owned());
    let lines: String = environment.iter().chain([&inline]).map(|(name, value)| format!("{name}={value}\n")).collect();
    fs::write(file, lines).map_err(|e| Error::EnvFile { file: file.display().to_string(), cause: e.to_string() })
}
