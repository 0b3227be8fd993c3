//! Objects in S3, and forms that let a browser upload one.

use crate::{Grant, StorageError};
use aws_sdk_s3::{
    Client,
    config::{ProvideCredentials, SharedCredentialsProvider},
    primitives::ByteStream,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use ring::hmac;
use serde_json::json;
use std::{collections::BTreeMap, time::Duration};
use tradewind_domain::Time;

/// One bucket, as one function may use it.
#[derive(Debug, Clone)]
pub struct Bucket {
    client: Client,
    credentials: SharedCredentialsProvider,
    name: String,
    endpoint: String,
    read: Option<Grant>,
    write: Grant,
    grants: &'static [Grant],
}

/// A form for one upload: `POST` the fields, then the file, as `multipart/form-data` to the URL.
#[derive(Debug, Clone)]
pub struct UploadForm {
    /// Where to post.
    pub url: String,
    /// The fields, to be sent before the field `file`.
    pub fields: BTreeMap<String, String>,
}

/// What a form lets in.
#[derive(Debug, Clone)]
pub struct UploadTerms<'a> {
    /// The object's key.
    pub key: &'a str,
    /// The content type that the form must name.
    pub content_type: &'a str,
    /// The largest file in bytes.
    pub most_bytes: u64,
    /// How long the form is good.
    pub valid: Duration,
}

impl Bucket {
    /// The bucket `name` at `endpoint` (scheme, host and bucket, without a slash at the end), without any permission.
    /// `read` and `write` are the grants that reading and writing it need.
    pub fn new(
        client: Client,
        credentials: SharedCredentialsProvider,
        name: String,
        endpoint: String,
        read: Option<Grant>,
        write: Grant,
    ) -> Self {
        Self { client, credentials, name, endpoint, read, write, grants: &[] }
    }

    /// The same bucket for a function with these grants.
    pub fn granted(&self, grants: &'static [Grant]) -> Self {
        Self { grants, ..self.clone() }
    }

    /// Where everybody with the right to it finds an object.
    pub fn url(&self, key: &str) -> String {
        format!("{}/{key}", self.endpoint)
    }

    fn require(&self, grant: Grant) -> Result<(), StorageError> {
        if self.grants.contains(&grant) { Ok(()) } else { Err(StorageError::NotGranted(grant)) }
    }

    /// An object's bytes, or `None` if there is none of that name.
    pub async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StorageError> {
        self.require(self.read.unwrap_or(self.write))?;
        let reply = match self.client.get_object().bucket(&self.name).key(key).send().await {
            Ok(reply) => reply,
            Err(e) if e.as_service_error().is_some_and(|e| e.is_no_such_key()) => return Ok(None),
            Err(e) => return Err(StorageError::call("GetObject", e)),
        };
        let bytes = reply.body.collect().await.map_err(|e| StorageError::call("GetObject", e))?;
        Ok(Some(bytes.to_vec()))
    }

    /// An object's size in bytes, or `None` if there is none of that name.
    pub async fn size(&self, key: &str) -> Result<Option<u64>, StorageError> {
        self.require(self.read.unwrap_or(self.write))?;
        match self.client.head_object().bucket(&self.name).key(key).send().await {
            Ok(reply) => Ok(Some(reply.content_length().and_then(|n| u64::try_from(n).ok()).unwrap_or(0))),
            Err(e) if e.as_service_error().is_some_and(|e| e.is_not_found()) => Ok(None),
            Err(e) => Err(StorageError::call("HeadObject", e)),
        }
    }

    /// Writes an object, over whatever was there.
    pub async fn put(&self, key: &str, content_type: &str, bytes: Vec<u8>) -> Result<(), StorageError> {
        self.require(self.write)?;
        self.client
            .put_object()
            .bucket(&self.name)
            .key(key)
            .content_type(content_type)
            .cache_control("public, max-age=31536000, immutable")
            .body(ByteStream::from(bytes))
            .send()
            .await
            .map_err(|e| StorageError::call("PutObject", e))?;
        Ok(())
    }

    /// A form for one upload, signed with Signature Version 4 ("Authenticating Requests: Browser-Based Uploads Using POST" in
    /// the S3 API reference). S3 itself enforces what it says. The SDK has no call for it.
    pub async fn upload_form(&self, terms: UploadTerms<'_>, now: Time) -> Result<UploadForm, StorageError> {
        self.require(self.write)?;
        let config = self.client.config();
        let credentials =
            self.credentials.provide_credentials().await.map_err(|e| StorageError::call("credentials", e))?;
        let region = config.region().map_or("us-east-1", |r| r.as_ref());
        let stamp: String = now.to_string().chars().filter(|c| !"-:".contains(*c)).collect();
        let (date, time) = stamp.split_once('T').unwrap_or((&stamp, ""));
        let at = format!("{date}T{}Z", time.split('.').next().unwrap_or_default());
        let scope = format!("{date}/{region}/s3/aws4_request");

        let mut fields = BTreeMap::from([
            ("key".to_owned(), terms.key.to_owned()),
            ("Content-Type".to_owned(), terms.content_type.to_owned()),
            ("x-amz-algorithm".to_owned(), "AWS4-HMAC-SHA256".to_owned()),
            ("x-amz-credential".to_owned(), format!("{}/{scope}", credentials.access_key_id())),
            ("x-amz-date".to_owned(), at),
        ]);
        if let Some(token) = credentials.session_token() {
            fields.insert("x-amz-security-token".into(), token.into());
        }
        let mut conditions = vec![json!({"bucket": self.name}), json!(["content-length-range", 1, terms.most_bytes])];
        conditions.extend(fields.iter().map(|(name, value)| json!(["eq", format!("${name}"), value])));
        let policy = json!({"expiration": now.after(terms.valid), "conditions": conditions}).to_string();
        let policy = STANDARD.encode(policy);

        let secret = format!("AWS4{}", credentials.secret_access_key());
        let key = [date, region, "s3", "aws4_request"].iter().fold(secret.into_bytes(), |key, part| sign(&key, part));
        let signature = sign(&key, &policy).iter().map(|byte| format!("{byte:02x}")).collect();
        fields.insert("policy".into(), policy);
        fields.insert("x-amz-signature".into(), signature);
        Ok(UploadForm { url: self.endpoint.clone(), fields })
    }
}

fn sign(key: &[u8], text: &str) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text.as_bytes()).as_ref().to_vec()
}
