//! `If-Match` and similar headers, evaluated in the order given by RFC 9110 section 13.2.2.

use crate::store::time::timestamp;
use http::HeaderMap;
use s3s::{
    S3Error, S3Result,
    dto::{ETag, ETagCondition, Timestamp},
    s3_error,
};

/// The conditions of a read.
#[derive(Debug, Default)]
pub(crate) struct Conditions {
    pub if_match: Option<ETagCondition>,
    pub if_none_match: Option<ETagCondition>,
    pub if_modified_since: Option<Timestamp>,
    pub if_unmodified_since: Option<Timestamp>,
}

impl Conditions {
    /// `modified` is in milliseconds; the headers have whole seconds, so this compares whole seconds.
    pub fn check_read(&self, etag: &str, modified: i64) -> S3Result<()> {
        let modified = timestamp(modified.div_euclid(1000).saturating_mul(1000));
        match (&self.if_match, &self.if_unmodified_since) {
            (Some(wanted), _) if !matches(wanted, etag) => return Err(s3_error!(PreconditionFailed)),
            (None, Some(limit)) if modified > *limit => return Err(s3_error!(PreconditionFailed)),
            (Some(_) | None, Some(_) | None) => {}
        }
        match (&self.if_none_match, &self.if_modified_since) {
            (Some(known), _) if matches(known, etag) => Err(not_modified(etag)),
            (None, Some(limit)) if modified <= *limit => Err(not_modified(etag)),
            (Some(_) | None, Some(_) | None) => Ok(()),
        }
    }

    /// As for a read, except that nothing is "not modified": a copy either happens or fails.
    pub fn check_copy(&self, etag: &str, modified: i64) -> S3Result<()> {
        self.check_read(etag, modified).map_err(|_| s3_error!(PreconditionFailed))
    }
}

/// The conditions of a write, checked in the transaction that makes it visible.
#[derive(Debug, Default, Clone)]
pub(crate) struct WriteConditions {
    pub if_match: Option<ETagCondition>,
    pub if_none_match: Option<ETagCondition>,
}

impl WriteConditions {
    pub fn check(&self, existing: Option<&str>) -> S3Result<()> {
        if let Some(wanted) = &self.if_match {
            let Some(etag) = existing else { return Err(s3_error!(NoSuchKey)) };
            if !matches(wanted, etag) {
                return Err(s3_error!(PreconditionFailed));
            }
        }
        if let (Some(unwanted), Some(etag)) = (&self.if_none_match, existing)
            && matches(unwanted, etag)
        {
            return Err(s3_error!(PreconditionFailed));
        }
        Ok(())
    }
}

fn matches(condition: &ETagCondition, etag: &str) -> bool {
    match condition {
        ETagCondition::Any => true,
        ETagCondition::ETag(wanted) => wanted.value() == etag,
    }
}

fn not_modified(etag: &str) -> S3Error {
    let mut error = s3_error!(NotModified);
    let mut headers = HeaderMap::new();
    if let Ok(value) = ETag::Strong(etag.to_owned()).to_http_header() {
        headers.insert(http::header::ETAG, value);
    }
    error.set_headers(headers);
    error
}
