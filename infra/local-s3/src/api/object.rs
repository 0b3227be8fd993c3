//! Single objects: put, get, head, copy, delete.

use super::{refuse_tags, refuse_version};
use crate::{
    conditions::{Conditions, WriteConditions},
    digest::{Algorithm, Claim, Sum},
    error::Failure,
    headers::Headers,
    store::{
        Store,
        blobs::{FileBody, MAX_UPLOAD, read_range},
        buckets,
        objects::{self, NewObject},
        time::timestamp,
    },
};
use s3s::{Body, S3Request, S3Result, dto::*, s3_error};
use std::{fs::File, sync::Arc};

/// Bodies up to this size are read together with the row, instead of being streamed.
const INLINE: u64 = 256 * 1024;

pub async fn put_object(store: &Arc<Store>, request: S3Request<PutObjectInput>) -> S3Result<PutObjectOutput> {
    let input = request.input;
    refuse_tags(input.tagging.as_deref())?;
    let claim = Claim::from_headers(&request.headers)?;
    let new = NewObject {
        bucket: input.bucket,
        key: input.key,
        headers: Headers::from_request(&request.headers, input.metadata),
        conditions: WriteConditions { if_match: input.if_match, if_none_match: input.if_none_match },
        event: "ObjectCreated:Put",
    };
    // This happens before the body is read, so that a client learns of a wrong bucket without having sent everything.
    let bucket = new.bucket.clone();
    store.run(move |store| store.read(|connection| buckets::require(connection, &bucket))).await?;
    let body = input.body.unwrap_or_else(|| Body::empty().into());
    let staged = store.blobs.stage(body, MAX_UPLOAD, claim.algorithm).await?;
    claim.verify(&staged.digest, request.trailing_headers.as_ref())?;
    let committed = store.run(move |store| store.commit(&new, staged, (None, None), |_| Ok(Vec::new()))).await?;
    let sum = committed.checksum.as_ref().map(Sum::to_dto).unwrap_or_default();
    Ok(PutObjectOutput {
        e_tag: Some(ETag::Strong(committed.etag)),
        checksum_crc32: sum.checksum_crc32,
        checksum_crc32c: sum.checksum_crc32c,
        checksum_crc64nvme: sum.checksum_crc64nvme,
        checksum_sha1: sum.checksum_sha1,
        checksum_sha256: sum.checksum_sha256,
        checksum_type: sum.checksum_type,
        ..PutObjectOutput::default()
    })
}

/// Opens a row and its file together, before anything can remove the file.
async fn open(store: &Arc<Store>, bucket: String, key: String) -> S3Result<(objects::Object, File)> {
    let open = move |store: &Store| {
        store.read(|connection| {
            buckets::require(connection, &bucket)?;
            let object = objects::find(connection, &bucket, &key)?.ok_or_else(|| s3_error!(NoSuchKey))?;
            let file = store.blobs.file(&object.blob)?;
            Ok::<_, Failure>((object, file))
        })
    };
    store.run(open).await
}

pub async fn get_object(store: &Arc<Store>, request: S3Request<GetObjectInput>) -> S3Result<GetObjectOutput> {
    let input = request.input;
    refuse_version(input.version_id.as_deref())?;
    if input.part_number.is_some() {
        return Err(s3_error!(NotImplemented, "parts cannot be read one by one here"));
    }
    let (object, file) = open(store, input.bucket, input.key).await?;
    let conditions = Conditions {
        if_match: input.if_match,
        if_none_match: input.if_none_match,
        if_modified_since: input.if_modified_since,
        if_unmodified_since: input.if_unmodified_since,
    };
    conditions.check_read(&object.etag, object.modified)?;
    let (start, length, content_range) = slice(input.range, object.size)?;
    let body: StreamingBlob = if length <= INLINE {
        let size = usize::try_from(length).map_err(s3s::S3Error::internal_error)?;
        Body::from(store.run(move |_| Ok(read_range(file, start, size)?)).await?).into()
    } else {
        StreamingBlob::new(FileBody::new(file, start, length).map_err(s3s::S3Error::internal_error)?)
    };
    // The checksum is of the whole object, so it says nothing about a range of it.
    let wanted = input.checksum_mode.is_some() && content_range.is_none();
    let sum = object.checksum.as_ref().filter(|_| wanted).map(Sum::to_dto).unwrap_or_default();
    Ok(GetObjectOutput {
        body: Some(body),
        accept_ranges: Some("bytes".to_owned()),
        content_length: i64::try_from(length).ok(),
        content_range,
        e_tag: Some(ETag::Strong(object.etag)),
        last_modified: Some(timestamp(object.modified)),
        expires: object.headers.expires_at(),
        metadata: object.headers.user_metadata(),
        content_type: object.headers.content_type,
        cache_control: object.headers.cache_control,
        content_disposition: object.headers.content_disposition,
        content_encoding: object.headers.content_encoding,
        content_language: object.headers.content_language,
        checksum_crc32: sum.checksum_crc32,
        checksum_crc32c: sum.checksum_crc32c,
        checksum_crc64nvme: sum.checksum_crc64nvme,
        checksum_sha1: sum.checksum_sha1,
        checksum_sha256: sum.checksum_sha256,
        checksum_type: sum.checksum_type,
        ..GetObjectOutput::default()
    })
}

/// The first byte, the number of bytes, and `Content-Range` if it is not the whole object.
fn slice(range: Option<Range>, size: i64) -> S3Result<(u64, u64, Option<String>)> {
    let size = u64::try_from(size).map_err(s3s::S3Error::internal_error)?;
    let Some(range) = range else { return Ok((0, size, None)) };
    let range = range.check(size)?;
    let length = range.end.saturating_sub(range.start);
    if length == 0 {
        return Err(s3_error!(InvalidRange));
    }
    let header = format!("bytes {}-{}/{size}", range.start, range.end.saturating_sub(1));
    Ok((range.start, length, Some(header)))
}

pub async fn head_object(store: &Arc<Store>, request: S3Request<HeadObjectInput>) -> S3Result<HeadObjectOutput> {
    let input = request.input;
    refuse_version(input.version_id.as_deref())?;
    if input.part_number.is_some() {
        return Err(s3_error!(NotImplemented, "parts cannot be read one by one here"));
    }
    let (object, _) = open(store, input.bucket, input.key).await?;
    let conditions = Conditions {
        if_match: input.if_match,
        if_none_match: input.if_none_match,
        if_modified_since: input.if_modified_since,
        if_unmodified_since: input.if_unmodified_since,
    };
    conditions.check_read(&object.etag, object.modified)?;
    let (_, length, content_range) = slice(input.range, object.size)?;
    let wanted = input.checksum_mode.is_some() && content_range.is_none();
    let sum = object.checksum.as_ref().filter(|_| wanted).map(Sum::to_dto).unwrap_or_default();
    Ok(HeadObjectOutput {
        accept_ranges: Some("bytes".to_owned()),
        content_length: i64::try_from(length).ok(),
        content_range,
        e_tag: Some(ETag::Strong(object.etag)),
        last_modified: Some(timestamp(object.modified)),
        expires: object.headers.expires_at(),
        metadata: object.headers.user_metadata(),
        content_type: object.headers.content_type,
        cache_control: object.headers.cache_control,
        content_disposition: object.headers.content_disposition,
        content_encoding: object.headers.content_encoding,
        content_language: object.headers.content_language,
        checksum_crc32: sum.checksum_crc32,
        checksum_crc32c: sum.checksum_crc32c,
        checksum_crc64nvme: sum.checksum_crc64nvme,
        checksum_sha1: sum.checksum_sha1,
        checksum_sha256: sum.checksum_sha256,
        checksum_type: sum.checksum_type,
        ..HeadObjectOutput::default()
    })
}

pub async fn copy_object(store: &Arc<Store>, request: S3Request<CopyObjectInput>) -> S3Result<CopyObjectOutput> {
    let input = request.input;
    let CopySource::Bucket { bucket, key, version_id } = input.copy_source else {
        return Err(s3_error!(NotImplemented, "only a bucket and key can be copied from"));
    };
    refuse_version(version_id.as_deref())?;
    refuse_tags(input.tagging.as_deref())?;
    let replace = input.metadata_directive.as_ref().is_some_and(|d| d.as_str() == MetadataDirective::REPLACE);
    if !replace && *bucket == *input.bucket && *key == *input.key {
        let message = "This copy request is illegal because it is trying to copy an object to itself without changing \
                       the object's metadata.";
        return Err(s3_error!(InvalidRequest, "{message}"));
    }
    let (source, file) = open(store, bucket.into(), key.into()).await?;
    let conditions = Conditions {
        if_match: input.copy_source_if_match,
        if_none_match: input.copy_source_if_none_match,
        if_modified_since: input.copy_source_if_modified_since,
        if_unmodified_since: input.copy_source_if_unmodified_since,
    };
    conditions.check_copy(&source.etag, source.modified)?;
    let kept = source.checksum.map(|sum| sum.algorithm);
    let algorithm = input.checksum_algorithm.map(|name| Algorithm::parse(name.as_str())).transpose()?.or(kept);
    let headers = if replace { Headers::from_request(&request.headers, input.metadata) } else { source.headers };
    let new = NewObject {
        bucket: input.bucket,
        key: input.key,
        headers,
        conditions: WriteConditions::default(),
        event: "ObjectCreated:Copy",
    };
    let length = u64::try_from(source.size).map_err(s3s::S3Error::internal_error)?;
    let body = FileBody::new(file, 0, length).map_err(s3s::S3Error::internal_error)?;
    let staged = store.blobs.stage(body, MAX_UPLOAD, algorithm).await?;
    let committed = store.run(move |store| store.commit(&new, staged, (None, None), |_| Ok(Vec::new()))).await?;
    let sum = committed.checksum.as_ref().map(Sum::to_dto).unwrap_or_default();
    let result = CopyObjectResult {
        e_tag: Some(ETag::Strong(committed.etag)),
        last_modified: Some(timestamp(committed.modified)),
        checksum_crc32: sum.checksum_crc32,
        checksum_crc32c: sum.checksum_crc32c,
        checksum_crc64nvme: sum.checksum_crc64nvme,
        checksum_sha1: sum.checksum_sha1,
        checksum_sha256: sum.checksum_sha256,
        checksum_type: sum.checksum_type,
    };
    Ok(CopyObjectOutput { copy_object_result: Some(result), ..CopyObjectOutput::default() })
}

pub async fn delete_object(store: &Arc<Store>, request: S3Request<DeleteObjectInput>) -> S3Result<DeleteObjectOutput> {
    let input = request.input;
    refuse_version(input.version_id.as_deref())?;
    let conditions = WriteConditions { if_match: input.if_match, if_none_match: None };
    store.run(move |store| store.delete(&input.bucket, &input.key, &conditions)).await?;
    Ok(DeleteObjectOutput::default())
}

pub async fn delete_objects(
    store: &Arc<Store>,
    request: S3Request<DeleteObjectsInput>,
) -> S3Result<DeleteObjectsOutput> {
    let DeleteObjectsInput { bucket, delete, .. } = request.input;
    if delete.objects.len() > 1000 {
        return Err(s3_error!(MalformedXML));
    }
    for object in &delete.objects {
        refuse_version(object.version_id.as_deref())?;
    }
    let keys: Vec<String> = delete.objects.into_iter().map(|object| object.key).collect();
    let removal = move |store: &Store| {
        for key in &keys {
            store.delete(&bucket, key, &WriteConditions::default())?;
        }
        Ok(keys)
    };
    let keys = store.run(removal).await?;
    let deleted = keys.into_iter().map(|key| DeletedObject { key: Some(key), ..DeletedObject::default() });
    let deleted = (!delete.quiet.unwrap_or(false)).then(|| deleted.collect());
    Ok(DeleteObjectsOutput { deleted, ..DeleteObjectsOutput::default() })
}
