//! Signature, expiry and conditions of an upload policy.

use super::form::Form;
use crate::{
    digest::unhex,
    store::{Store, blobs::MAX_UPLOAD},
};
use ring::hmac;
use s3s::{
    S3Error, S3Result,
    dto::Timestamp,
    post_policy::{PostPolicy, PostPolicyCondition},
    s3_error,
};
use std::time::SystemTime;

/// Smallest and largest file in bytes, both inclusive.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub min: u64,
    pub max: u64,
}

/// Checks everything that can be checked before the file is read.
pub(super) fn check(store: &Store, bucket: &str, form: &Form) -> S3Result<Limits> {
    let Some(document) = form.get("policy") else { return Err(s3_error!(AccessDenied, "Access Denied")) };
    check_signature(store, document, form)?;
    let policy = PostPolicy::from_base64(document)
        .map_err(|error| s3_error!(error, InvalidPolicyDocument, "Invalid Policy: the document is not valid."))?;
    if policy.expiration <= Timestamp::from(SystemTime::now()) {
        return Err(denied("Policy expired."));
    }
    let mut limits = Limits { min: 0, max: MAX_UPLOAD };
    for condition in &policy.conditions {
        match condition {
            PostPolicyCondition::Eq { field, value } if actual(bucket, form, field) == value => {}
            PostPolicyCondition::StartsWith { field, prefix }
                if actual(bucket, form, field).starts_with(prefix.as_str()) => {}
            PostPolicyCondition::Eq { field, value } => {
                return Err(denied(&format!("Policy Condition failed: [\"eq\", \"${field}\", \"{value}\"]")));
            }
            PostPolicyCondition::StartsWith { field, prefix } => {
                return Err(denied(&format!("Policy Condition failed: [\"starts-with\", \"${field}\", \"{prefix}\"]")));
            }
            PostPolicyCondition::ContentLengthRange { min, max } => {
                limits = Limits { min: limits.min.max(*min), max: limits.max.min(*max) };
            }
        }
    }
    let uncovered = form.iter().find(|(name, _)| !is_exempt(name) && !covers(&policy, name));
    match uncovered {
        Some((name, _)) => Err(denied(&format!("Extra input fields: {name}"))),
        None => Ok(limits),
    }
}

fn check_signature(store: &Store, document: &str, form: &Form) -> S3Result<()> {
    let field = |name: &str| {
        let missing = || s3_error!(InvalidArgument, "Bucket POST must contain a field named '{name}'.");
        form.get(name).ok_or_else(missing)
    };
    if field("x-amz-algorithm")? != "AWS4-HMAC-SHA256" {
        return Err(s3_error!(InvalidArgument, "X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\""));
    }
    let date = field("x-amz-date")?;
    let scope: Vec<&str> = field("x-amz-credential")?.split('/').collect();
    let [access_key, day, region, "s3", "aws4_request"] = scope.as_slice() else {
        return Err(s3_error!(AuthorizationQueryParametersError, "Error parsing the X-Amz-Credential parameter"));
    };
    if !date.starts_with(day) {
        return Err(s3_error!(AuthorizationQueryParametersError, "Invalid credential date"));
    }
    if *access_key != store.access_key {
        return Err(s3_error!(InvalidAccessKeyId));
    }
    let mut key = format!("AWS4{}", store.secret_key).into_bytes();
    for step in [*day, *region, "s3", "aws4_request"] {
        key = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), step.as_bytes()).as_ref().to_vec();
    }
    let signature = unhex(field("x-amz-signature")?);
    hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, &key), document.as_bytes(), &signature)
        .map_err(|_| s3_error!(SignatureDoesNotMatch))
}

/// The bucket comes from the address, whatever the form says.
fn actual<'a>(bucket: &'a str, form: &'a Form, field: &str) -> &'a str {
    if field == "bucket" { bucket } else { form.get(field).unwrap_or_default() }
}

fn is_exempt(name: &str) -> bool {
    matches!(name, "policy" | "x-amz-signature" | "file" | "bucket") || name.starts_with("x-ignore-")
}

fn covers(policy: &PostPolicy, name: &str) -> bool {
    policy.conditions.iter().any(|condition| match condition {
        PostPolicyCondition::Eq { field, .. } | PostPolicyCondition::StartsWith { field, .. } => field == name,
        PostPolicyCondition::ContentLengthRange { .. } => false,
    })
}

fn denied(reason: &str) -> S3Error {
    s3_error!(AccessDenied, "Invalid according to Policy: {reason}")
}
