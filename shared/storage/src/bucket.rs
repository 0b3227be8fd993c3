//! Objects in S3, and forms that let a browser upload one.

use crate::{Grant, StorageError};
use aws_sdk_s3::{Client, config::ProvideCredentials, primitives::ByteStream};
use aws_types::SdkConfig;
use base64::{Engine, engine::general_purpose::STANDARD};
use ring::hmac;
use serde_json::json;
use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
    time::Duration,
};
use tradewind_kernel::Time;

/// How long an object's body may take to arrive: the largest have 20 MB.
const WHOLE: Duration = Duration::from_secs(30);

/// One bucket, with the permissions of one function.
#[derive(Debug, Clone)]
pub struct Bucket {
    place: Arc<Place>,
    grants: &'static [Grant],
}

/// Where a bucket is, and which grants reading and writing it need.
#[derive(Debug)]
struct Place {
    sdk: SdkConfig,
    // Made when it is first used: a function that never uses it neither waits for it nor links S3's code.
    client: OnceLock<Client>,
    service: Option<String>,
    name: String,
    url: String,
    read: Option<Grant>,
    write: Grant,
}

/// A form for one upload: `POST` the fields, then the file, as `multipart/form-data` to the URL.
#[derive(Debug, Clone)]
pub struct UploadForm {
    /// The URL to post to.
    pub url: String,
    /// The form's fields, to be sent before the field `file`.
    pub fields: BTreeMap<String, String>,
}

/// The limits of an upload form.
#[derive(Debug, Clone)]
pub struct UploadTerms<'a> {
    /// The key under which the uploaded object is stored.
    pub key: &'a str,
    /// The content type that the form must name.
    pub content_type: &'a str,
    /// The largest file size in bytes.
    pub most_bytes: u64,
    /// How long the form can be used.
    pub valid: Duration,
}

impl Bucket {
    /// The bucket `name`, without any permission. `service` is S3's address if it is not AWS's own, and `url` is where objects are
    /// read from if not from the bucket itself. `read` and `write` are the grants that reading and writing it need.
    pub fn new(
        sdk: SdkConfig,
        service: Option<String>,
        name: String,
        url: Option<String>,
        (read, write): (Option<Grant>, Grant),
    ) -> Self {
        let own = match &service {
            Some(service) => format!("{service}/{name}"),
            None => format!("https://{name}.s3.{}.amazonaws.com", region(&sdk)),
        };
        let url = url.unwrap_or(own);
        Self { place: Arc::new(Place { sdk, client: OnceLock::new(), service, name, url, read, write }), grants: &[] }
    }

    /// The same bucket with the permissions of a function that has these grants.
    pub fn granted(&self, grants: &'static [Grant]) -> Self {
        Self { place: self.place.clone(), grants }
    }

    /// The URL at which whoever may read it finds an object.
    pub fn url(&self, key: &str) -> String {
        format!("{}/{key}", self.place.url)
    }

    fn client(&self) -> &Client {
        let Place { sdk, client, service, .. } = self.place.as_ref();
        client.get_or_init(|| {
            let mut config = aws_sdk_s3::config::Builder::from(sdk);
            config.set_endpoint_url(service.clone());
            config.set_force_path_style(Some(service.is_some()));
            Client::from_conf(config.build())
        })
    }

    fn readable(&self) -> Result<(), StorageError> {
        self.require(self.place.read.unwrap_or(self.place.write))
    }

    fn require(&self, grant: Grant) -> Result<(), StorageError> {
        if self.grants.contains(&grant) { Ok(()) } else { Err(StorageError::NotGranted(grant)) }
    }

    /// Reads an object's bytes; `None` if there is no object with that key.
    pub async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StorageError> {
        self.readable()?;
        let reply = match self.client().get_object().bucket(&self.place.name).key(key).send().await {
            Ok(reply) => reply,
            Err(e) if e.as_service_error().is_some_and(|e| e.is_no_such_key()) => return Ok(None),
            Err(e) => return Err(StorageError::call("GetObject", e)),
        };
        // A call's time-out covers only the head of its answer: a body that stalls afterwards would hold the function until it is
        // stopped.
        let bytes = tokio::time::timeout(WHOLE, reply.body.collect()).await;
        let bytes = bytes.map_err(|e| StorageError::call("GetObject", e))?;
        let bytes = bytes.map_err(|e| StorageError::call("GetObject", e))?;
        Ok(Some(bytes.to_vec()))
    }

    /// Reads an object's size in bytes; `None` if there is no object with that key.
    pub async fn size(&self, key: &str) -> Result<Option<u64>, StorageError> {
        self.readable()?;
        match self.client().head_object().bucket(&self.place.name).key(key).send().await {
            Ok(reply) => Ok(Some(reply.content_length().and_then(|n| u64::try_from(n).ok()).unwrap_or(0))),
            Err(e) if e.as_service_error().is_some_and(|e| e.is_not_found()) => Ok(None),
            Err(e) => Err(StorageError::call("HeadObject", e)),
        }
    }

    /// Writes an object and replaces whatever was there.
    pub async fn put(&self, key: &str, content_type: &str, bytes: Vec<u8>) -> Result<(), StorageError> {
        self.require(self.place.write)?;
        self.client()
            .put_object()
            .bucket(&self.place.name)
            .key(key)
            .content_type(content_type)
            .cache_control("public, max-age=31536000, immutable")
            .body(ByteStream::from(bytes))
            .send()
            .await
            .map_err(|e| StorageError::call("PutObject", e))?;
        Ok(())
    }

    /// Makes a form for one upload, signed with Signature Version 4 ("Authenticating Requests: Browser-Based Uploads Using POST" in
    /// the S3 API reference). S3 itself enforces the terms. The SDK has no call for it.
    pub async fn upload_form(&self, terms: UploadTerms<'_>, now: Time) -> Result<UploadForm, StorageError> {
        self.require(self.place.write)?;
        let sdk = &self.place.sdk;
        let provider = sdk.credentials_provider().ok_or(StorageError::NotConfigured("credentials"))?;
        let credentials = provider.provide_credentials().await.map_err(|e| StorageError::call("credentials", e))?;
        let region = region(sdk);
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
        let mut conditions =
            vec![json!({"bucket": self.place.name}), json!(["content-length-range", 1, terms.most_bytes])];
        conditions.extend(fields.iter().map(|(name, value)| json!(["eq", format!("${name}"), value])));
        let policy = json!({"expiration": now.after(terms.valid), "conditions": conditions}).to_string();
        let policy = STANDARD.encode(policy);

        let secret = format!("AWS4{}", credentials.secret_access_key());
        let key = [date, region, "s3", "aws4_request"].iter().fold(secret.into_bytes(), |key, part| sign(&key, part));
        let signature = sign(&key, &policy).iter().map(|byte| format!("{byte:02x}")).collect();
        fields.insert("policy".into(), policy);
        fields.insert("x-amz-signature".into(), signature);
        Ok(UploadForm { url: self.place.url.clone(), fields })
    }
}

fn region(sdk: &SdkConfig) -> &str {
    sdk.region().map_or("us-east-1", |region| region.as_ref())
}

fn sign(key: &[u8], text: &str) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text.as_bytes()).as_ref().to_vec()
}
