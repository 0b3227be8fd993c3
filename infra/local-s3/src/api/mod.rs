//! The S3 operations, one thin method each; the work is in the modules.

mod bucket;
mod list;
mod multipart;
mod object;

use crate::store::Store;
use s3s::{
    S3Request, S3Response, S3Result,
    access::{S3Access, S3AccessContext},
    auth::{S3Auth, SecretKey},
    dto::*,
    s3_error,
};
use std::sync::Arc;
use url::form_urlencoded;

/// Longest life of a presigned URL in seconds: seven days.
const MAX_PRESIGNED: u64 = 604_800;

/// The service behind `s3s`.
pub(crate) struct Api(pub Arc<Store>);

/// Authentication with the only key pair.
pub(crate) struct OneKey(pub Arc<Store>);

#[async_trait::async_trait]
impl S3Auth for OneKey {
    async fn get_secret_key(&self, access_key: &str) -> S3Result<SecretKey> {
        if access_key != self.0.access_key {
            return Err(s3_error!(InvalidAccessKeyId));
        }
        Ok(SecretKey::from(self.0.secret_key.as_str()))
    }
}

/// Allows signed requests only; whoever has the key may do everything.
pub(crate) struct SignedOnly;

#[async_trait::async_trait]
impl S3Access for SignedOnly {
    async fn check(&self, context: &mut S3AccessContext<'_>) -> S3Result<()> {
        if context.credentials().is_none() {
            return Err(s3_error!(AccessDenied, "Access Denied"));
        }
        let query = context.uri().query().unwrap_or_default();
        let expires = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "X-Amz-Expires");
        match expires.map(|(_, value)| value.parse::<u64>()) {
            None | Some(Ok(0..=MAX_PRESIGNED)) => Ok(()),
            Some(_) => {
                let message = "X-Amz-Expires must be less than a week (in seconds); that is, 604800";
                Err(s3_error!(AuthorizationQueryParametersError, "{message}"))
            }
        }
    }
}

/// There are no versions here: only the null version can be requested.
fn refuse_version(version: Option<&str>) -> S3Result<()> {
    match version {
        None | Some("null") => Ok(()),
        Some(_) => Err(s3_error!(NotImplemented, "object versions are not kept here")),
    }
}

fn refuse_tags(tags: Option<&str>) -> S3Result<()> {
    match tags {
        None | Some("") => Ok(()),
        Some(_) => Err(s3_error!(NotImplemented, "object tags are not kept here")),
    }
}

macro_rules! operations {
    ($($name:ident: $input:ident => $output:ident in $module:ident;)*) => {
        #[async_trait::async_trait]
        impl s3s::S3 for Api {
            $(async fn $name(&self, request: S3Request<$input>) -> S3Result<S3Response<$output>> {
                Ok(S3Response::new($module::$name(&self.0, request).await?))
            })*
        }
    };
}

operations! {
    create_bucket: CreateBucketInput => CreateBucketOutput in bucket;
    head_bucket: HeadBucketInput => HeadBucketOutput in bucket;
    list_buckets: ListBucketsInput => ListBucketsOutput in bucket;
    delete_bucket: DeleteBucketInput => DeleteBucketOutput in bucket;
    get_bucket_location: GetBucketLocationInput => GetBucketLocationOutput in bucket;
    put_bucket_cors: PutBucketCorsInput => PutBucketCorsOutput in bucket;
    get_bucket_cors: GetBucketCorsInput => GetBucketCorsOutput in bucket;
    delete_bucket_cors: DeleteBucketCorsInput => DeleteBucketCorsOutput in bucket;
    list_objects_v2: ListObjectsV2Input => ListObjectsV2Output in list;
    put_object: PutObjectInput => PutObjectOutput in object;
    get_object: GetObjectInput => GetObjectOutput in object;
    head_object: HeadObjectInput => HeadObjectOutput in object;
    copy_object: CopyObjectInput => CopyObjectOutput in object;
    delete_object: DeleteObjectInput => DeleteObjectOutput in object;
    delete_objects: DeleteObjectsInput => DeleteObjectsOutput in object;
    create_multipart_upload: CreateMultipartUploadInput => CreateMultipartUploadOutput in multipart;
    upload_part: UploadPartInput => UploadPartOutput in multipart;
    complete_multipart_upload: CompleteMultipartUploadInput => CompleteMultipartUploadOutput in multipart;
    abort_multipart_upload: AbortMultipartUploadInput => AbortMultipartUploadOutput in multipart;
    list_parts: ListPartsInput => ListPartsOutput in multipart;
}
