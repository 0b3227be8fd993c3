//! Buckets and their CORS rules.

use crate::{
    cors,
    error::Failure,
    events::REGION,
    store::{
        Store, buckets,
        time::{now, timestamp},
    },
};
use s3s::{S3Request, S3Result, dto::*, s3_error};
use std::sync::Arc;

pub async fn create_bucket(store: &Arc<Store>, request: S3Request<CreateBucketInput>) -> S3Result<CreateBucketOutput> {
    let bucket = request.input.bucket;
    let location = Some(format!("/{bucket}"));
    store.run(move |store| store.write(|transaction| buckets::create(transaction, &bucket, now()))).await?;
    Ok(CreateBucketOutput { location })
}

pub async fn head_bucket(store: &Arc<Store>, request: S3Request<HeadBucketInput>) -> S3Result<HeadBucketOutput> {
    let bucket = request.input.bucket;
    store.run(move |store| store.read(|connection| buckets::require(connection, &bucket))).await?;
    Ok(HeadBucketOutput { bucket_region: Some(REGION.to_owned()), ..HeadBucketOutput::default() })
}

pub async fn list_buckets(store: &Arc<Store>, request: S3Request<ListBucketsInput>) -> S3Result<ListBucketsOutput> {
    let input = request.input;
    if input.max_buckets.is_some() || input.continuation_token.is_some() {
        return Err(s3_error!(NotImplemented, "buckets are listed in one page here"));
    }
    let found = store.run(|store| store.read(buckets::list)).await?;
    let wanted = found.into_iter().filter(|(name, _)| name.starts_with(input.prefix.as_deref().unwrap_or_default()));
    let buckets = wanted.map(|(name, created)| Bucket {
        name: Some(name),
        creation_date: Some(timestamp(created)),
        ..Bucket::default()
    });
    Ok(ListBucketsOutput { buckets: Some(buckets.collect()), prefix: input.prefix, ..ListBucketsOutput::default() })
}

pub async fn delete_bucket(store: &Arc<Store>, request: S3Request<DeleteBucketInput>) -> S3Result<DeleteBucketOutput> {
    let bucket = request.input.bucket;
    let delete = move |store: &Store| {
        let obsolete = store.write(|transaction| buckets::delete(transaction, &bucket))?;
        store.blobs.remove(obsolete);
        Ok(())
    };
    store.run(delete).await?;
    Ok(DeleteBucketOutput::default())
}

/// The region of every bucket, which S3 expresses by an empty name.
pub async fn get_bucket_location(
    store: &Arc<Store>,
    request: S3Request<GetBucketLocationInput>,
) -> S3Result<GetBucketLocationOutput> {
    let bucket = request.input.bucket;
    store.run(move |store| store.read(|connection| buckets::require(connection, &bucket))).await?;
    Ok(GetBucketLocationOutput::default())
}

pub async fn put_bucket_cors(
    store: &Arc<Store>,
    request: S3Request<PutBucketCorsInput>,
) -> S3Result<PutBucketCorsOutput> {
    let (bucket, rules) = (request.input.bucket, request.input.cors_configuration.cors_rules);
    cors::validate(&rules)?;
    store.run(move |store| store.write(|transaction| buckets::set_cors(transaction, &bucket, Some(&rules)))).await?;
    Ok(PutBucketCorsOutput::default())
}

pub async fn get_bucket_cors(
    store: &Arc<Store>,
    request: S3Request<GetBucketCorsInput>,
) -> S3Result<GetBucketCorsOutput> {
    let bucket = request.input.bucket;
    let rules = store.run(move |store| store.read(|connection| buckets::cors(connection, &bucket))).await?;
    let rules = rules.ok_or_else(|| s3_error!(NoSuchCORSConfiguration))?;
    Ok(GetBucketCorsOutput { cors_rules: Some(rules) })
}

pub async fn delete_bucket_cors(
    store: &Arc<Store>,
    request: S3Request<DeleteBucketCorsInput>,
) -> S3Result<DeleteBucketCorsOutput> {
    let bucket = request.input.bucket;
    let delete = move |store: &Store| -> Result<(), Failure> {
        store.write(|transaction| buckets::set_cors(transaction, &bucket, None))
    };
    store.run(delete).await?;
    Ok(DeleteBucketCorsOutput::default())
}
