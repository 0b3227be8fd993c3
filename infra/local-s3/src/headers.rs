//! The metadata of an object.

use http::HeaderMap;
use s3s::dto::{Timestamp, TimestampFormat};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The type of an object that was uploaded without one.
const DEFAULT_TYPE: &str = "binary/octet-stream";

/// System and user metadata of an object, stored as JSON.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Headers {
    pub content_type: Option<String>,
    pub cache_control: Option<String>,
    pub content_disposition: Option<String>,
    pub content_encoding: Option<String>,
    pub content_language: Option<String>,
    pub expires: Option<String>,
    /// `x-amz-meta-*` without that prefix, lower-case.
    pub user: BTreeMap<String, String>,
}

impl Headers {
    /// Reads the headers of a request or the fields of a form: `get` looks up a name in lower case.
    pub fn from_lookup(get: impl Fn(&str) -> Option<String>, user: BTreeMap<String, String>) -> Self {
        Self {
            content_type: get("content-type").filter(|value| !value.is_empty()).or(Some(DEFAULT_TYPE.to_owned())),
            cache_control: get("cache-control"),
            content_disposition: get("content-disposition"),
            content_encoding: get("content-encoding").and_then(|value| stored_encoding(&value)),
            content_language: get("content-language"),
            expires: get("expires"),
            user,
        }
    }

    /// Reads an upload request; `user` is what `s3s` decoded from `x-amz-meta-*`.
    pub fn from_request(headers: &HeaderMap, user: Option<s3s::dto::Metadata>) -> Self {
        let get = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        Self::from_lookup(get, user.unwrap_or_default().into_iter().collect())
    }

    pub fn user_metadata(&self) -> Option<s3s::dto::Metadata> {
        (!self.user.is_empty()).then(|| self.user.clone().into_iter().collect())
    }

    pub fn expires_at(&self) -> Option<Timestamp> {
        Timestamp::parse(TimestampFormat::HttpDate, self.expires.as_deref()?).ok()
    }
}

/// `aws-chunked` describes the transfer and is not stored; other encodings describe the object.
fn stored_encoding(value: &str) -> Option<String> {
    let kept: Vec<&str> = value.split(',').map(str::trim).filter(|part| *part != "aws-chunked").collect();
    let kept = kept.join(",");
    (!kept.is_empty()).then_some(kept)
}

#[cfg(test)]
mod tests {
    use super::stored_encoding;

    #[test]
    fn transfer_encoding_of_the_sdk_is_not_stored() {
        assert_eq!(stored_encoding("aws-chunked"), None);
        assert_eq!(stored_encoding("gzip, aws-chunked").as_deref(), Some("gzip"));
        assert_eq!(stored_encoding("gzip,br").as_deref(), Some("gzip,br"));
    }
}
