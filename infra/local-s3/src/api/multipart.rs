//! Multipart uploads. Parts are files of their own until the upload is completed, which joins them into one.

use super::refuse_tags;
use crate::{
    conditions::WriteConditions,
    digest::{Algorithm, Claim, Sum, contradicts, multipart_etag},
    error::Failure,
    headers::Headers,
    store::{
        Store,
        blobs::{MAX_UPLOAD, random_id},
        buckets,
        objects::NewObject,
        time::timestamp,
        uploads::{self, Part as StoredPart, Upload},
    },
};
use s3s::{Body, S3ErrorCode, S3Request, S3Result, dto::*, s3_error};
use std::sync::Arc;

/// The smallest size of a part, except for the last one, in bytes.
const MIN_PART: i64 = 5 * 1024 * 1024;

/// Largest finished object in bytes.
const MAX_OBJECT: u64 = 5 * 1024 * 1024 * 1024 * 1024;

/// The greatest part number, and so the largest number of parts.
const MAX_PARTS: i32 = 10_000;

pub async fn create_multipart_upload(
    store: &Arc<Store>,
    request: S3Request<CreateMultipartUploadInput>,
) -> S3Result<CreateMultipartUploadOutput> {
    let input = request.input;
    refuse_tags(input.tagging.as_deref())?;
    let algorithm = input.checksum_algorithm.as_ref().map(|name| Algorithm::parse(name.as_str())).transpose()?;
    let kind = input.checksum_type.as_ref().map(ChecksumType::as_str);
    let composite = match (kind, algorithm) {
        (Some(kind), _) => kind == ChecksumType::COMPOSITE,
        (None, algorithm) => algorithm != Some(Algorithm::Crc64Nvme),
    };
    let upload = Upload { headers: Headers::from_request(&request.headers, input.metadata), algorithm, composite };
    let id = random_id()?;
    let output = CreateMultipartUploadOutput {
        bucket: Some(input.bucket.clone()),
        key: Some(input.key.clone()),
        upload_id: Some(id.clone()),
        checksum_algorithm: input.checksum_algorithm,
        checksum_type: algorithm.map(|_| checksum_type(composite)),
        ..CreateMultipartUploadOutput::default()
    };
    let create = move |store: &Store| {
        store.write(|transaction| {
            buckets::require(transaction, &input.bucket)?;
            uploads::create(transaction, &id, &input.bucket, &input.key, &upload)
        })
    };
    store.run(create).await?;
    Ok(output)
}

fn checksum_type(composite: bool) -> ChecksumType {
    ChecksumType::from_static(if composite { ChecksumType::COMPOSITE } else { ChecksumType::FULL_OBJECT })
}

async fn find(store: &Arc<Store>, id: &str, bucket: &str, key: &str) -> S3Result<Upload> {
    let (id, bucket, key) = (id.to_owned(), bucket.to_owned(), key.to_owned());
    store.run(move |store| store.read(|connection| uploads::require(connection, &id, &bucket, &key))).await
}

pub async fn upload_part(store: &Arc<Store>, request: S3Request<UploadPartInput>) -> S3Result<UploadPartOutput> {
    let input = request.input;
    if !(1..=MAX_PARTS).contains(&input.part_number) {
        return Err(s3_error!(InvalidArgument, "Part number must be an integer between 1 and 10000, inclusive"));
    }
    let upload = find(store, &input.upload_id, &input.bucket, &input.key).await?;
    let claim = Claim::from_headers(&request.headers)?;
    let body = input.body.unwrap_or_else(|| Body::empty().into());
    let staged = store.blobs.stage(body, MAX_UPLOAD, claim.algorithm.or(upload.algorithm)).await?;
    claim.verify(&staged.digest, request.trailing_headers.as_ref())?;
    let etag = crate::digest::hex(&staged.digest.md5);
    let sum = staged.digest.sum.as_ref().map(Sum::to_dto).unwrap_or_default();
    let put = move |store: &Store| {
        let replaced = store.write(|transaction| {
            uploads::require(transaction, &input.upload_id, &input.bucket, &input.key)?;
            uploads::put_part(transaction, &input.upload_id, input.part_number, &staged)
        })?;
        staged.keep();
        store.blobs.remove(replaced);
        Ok(())
    };
    store.run(put).await?;
    Ok(UploadPartOutput {
        e_tag: Some(ETag::Strong(etag)),
        checksum_crc32: sum.checksum_crc32,
        checksum_crc32c: sum.checksum_crc32c,
        checksum_crc64nvme: sum.checksum_crc64nvme,
        checksum_sha1: sum.checksum_sha1,
        checksum_sha256: sum.checksum_sha256,
        ..UploadPartOutput::default()
    })
}

pub async fn complete_multipart_upload(
    store: &Arc<Store>,
    request: S3Request<CompleteMultipartUploadInput>,
) -> S3Result<CompleteMultipartUploadOutput> {
    let input = request.input;
    let (id, bucket, key) = (input.upload_id, input.bucket, input.key);
    let upload = find(store, &id, &bucket, &key).await?;
    let wanted = input.multipart_upload.and_then(|parts| parts.parts).unwrap_or_default();
    let of = id.clone();
    let stored = store.run(move |store| store.read(|c| uploads::parts(c, &of, 0, usize::MAX))).await?;
    let parts = choose(&wanted, stored)?;
    let etag = multipart_etag(parts.iter().map(|part| part.etag.as_str()));
    let sums: Vec<Sum> = parts.iter().filter_map(|part| part.checksum.clone()).collect();
    let composite = upload.algorithm.filter(|_| upload.composite && sums.len() == parts.len());
    let checksum = composite.and_then(|algorithm| Sum::composite(algorithm, &sums));
    let joined = store.blobs.concatenate(parts.into_iter().map(|part| part.blob).collect());
    let whole = upload.algorithm.filter(|_| !upload.composite);
    // A part that is gone was removed by an abort or by another completion.
    let staged = store.blobs.stage(joined, MAX_OBJECT, whole).await;
    let staged = staged.map_err(|error| match error.code() == &S3ErrorCode::IncompleteBody {
        true => s3_error!(error, NoSuchUpload),
        false => error,
    })?;
    if input.mpu_object_size.is_some_and(|claimed| claimed != staged.size) {
        return Err(s3_error!(InvalidRequest, "The object size you specified is not that of the parts."));
    }
    let claimed = Checksum {
        checksum_crc32: input.checksum_crc32,
        checksum_crc32c: input.checksum_crc32c,
        checksum_crc64nvme: input.checksum_crc64nvme,
        checksum_sha1: input.checksum_sha1,
        checksum_sha256: input.checksum_sha256,
        checksum_type: None,
    };
    if contradicts(&claimed, checksum.as_ref().or(staged.digest.sum.as_ref())) {
        return Err(s3_error!(BadDigest));
    }
    let new = NewObject {
        bucket: bucket.clone(),
        key: key.clone(),
        headers: upload.headers,
        conditions: WriteConditions { if_match: input.if_match, if_none_match: input.if_none_match },
        event: "ObjectCreated:CompleteMultipartUpload",
    };
    let finish = move |store: &Store| {
        store.commit(&new, staged, (Some(etag), checksum), |transaction| {
            uploads::require(transaction, &id, &new.bucket, &new.key)?;
            uploads::remove(transaction, &id)
        })
    };
    let committed = store.run(finish).await?;
    let sum = committed.checksum.as_ref().map(Sum::to_dto).unwrap_or_default();
    Ok(CompleteMultipartUploadOutput {
        location: Some(format!("/{bucket}/{key}")),
        bucket: Some(bucket),
        key: Some(key),
        e_tag: Some(ETag::Strong(committed.etag)),
        checksum_crc32: sum.checksum_crc32,
        checksum_crc32c: sum.checksum_crc32c,
        checksum_crc64nvme: sum.checksum_crc64nvme,
        checksum_sha1: sum.checksum_sha1,
        checksum_sha256: sum.checksum_sha256,
        checksum_type: sum.checksum_type,
        ..CompleteMultipartUploadOutput::default()
    })
}

/// The parts that the client lists. They must exist, match, ascend in number and be large enough, except for the last.
fn choose(wanted: &[CompletedPart], stored: Vec<StoredPart>) -> S3Result<Vec<StoredPart>> {
    if wanted.is_empty() {
        return Err(s3_error!(MalformedXML));
    }
    let mut chosen: Vec<StoredPart> = Vec::with_capacity(wanted.len());
    for part in wanted {
        let number = part.part_number.ok_or_else(|| s3_error!(MalformedXML))?;
        if chosen.last().is_some_and(|previous| previous.number >= number) {
            return Err(s3_error!(InvalidPartOrder));
        }
        let found = stored.iter().find(|candidate| candidate.number == number);
        let matching = found.filter(|found| part.e_tag.as_ref().is_some_and(|etag| etag.value() == found.etag));
        let claimed = Checksum {
            checksum_crc32: part.checksum_crc32.clone(),
            checksum_crc32c: part.checksum_crc32c.clone(),
            checksum_crc64nvme: part.checksum_crc64nvme.clone(),
            checksum_sha1: part.checksum_sha1.clone(),
            checksum_sha256: part.checksum_sha256.clone(),
            checksum_type: None,
        };
        let matching = matching.filter(|found| !contradicts(&claimed, found.checksum.as_ref()));
        chosen.push(matching.cloned().ok_or_else(|| s3_error!(InvalidPart))?);
    }
    if chosen.split_last().is_some_and(|(_, others)| others.iter().any(|part| part.size < MIN_PART)) {
        return Err(s3_error!(EntityTooSmall));
    }
    Ok(chosen)
}

pub async fn abort_multipart_upload(
    store: &Arc<Store>,
    request: S3Request<AbortMultipartUploadInput>,
) -> S3Result<AbortMultipartUploadOutput> {
    let input = request.input;
    let abort = move |store: &Store| {
        let obsolete = store.write(|transaction| {
            uploads::require(transaction, &input.upload_id, &input.bucket, &input.key)?;
            uploads::remove(transaction, &input.upload_id)
        })?;
        store.blobs.remove(obsolete);
        Ok(())
    };
    store.run(abort).await?;
    Ok(AbortMultipartUploadOutput::default())
}

pub async fn list_parts(store: &Arc<Store>, request: S3Request<ListPartsInput>) -> S3Result<ListPartsOutput> {
    let input = request.input;
    let limit = usize::try_from(input.max_parts.unwrap_or(1000)).unwrap_or(0).min(1000);
    let after = input.part_number_marker.unwrap_or(0);
    let (id, bucket, key) = (input.upload_id.clone(), input.bucket.clone(), input.key.clone());
    let list = move |store: &Store| {
        store.read(|connection| {
            let upload = uploads::require(connection, &id, &bucket, &key)?;
            let parts = uploads::parts(connection, &id, after, limit.saturating_add(1))?;
            Ok::<_, Failure>((upload, parts))
        })
    };
    let (upload, mut parts) = store.run(list).await?;
    let truncated = parts.len() > limit;
    parts.truncate(limit);
    Ok(ListPartsOutput {
        bucket: Some(input.bucket),
        key: Some(input.key),
        upload_id: Some(input.upload_id),
        part_number_marker: Some(after),
        next_part_number_marker: parts.last().map(|part| part.number),
        max_parts: i32::try_from(limit).ok(),
        is_truncated: Some(truncated),
        checksum_algorithm: upload.algorithm.map(|known| ChecksumAlgorithm::from_static(known.name())),
        checksum_type: upload.algorithm.map(|_| checksum_type(upload.composite)),
        parts: Some(parts.into_iter().map(describe).collect()),
        ..ListPartsOutput::default()
    })
}

fn describe(part: StoredPart) -> Part {
    let sum = part.checksum.as_ref().map(Sum::to_dto).unwrap_or_default();
    Part {
        part_number: Some(part.number),
        size: Some(part.size),
        e_tag: Some(ETag::Strong(part.etag)),
        last_modified: Some(timestamp(part.modified)),
        checksum_crc32: sum.checksum_crc32,
        checksum_crc32c: sum.checksum_crc32c,
        checksum_crc64nvme: sum.checksum_crc64nvme,
        checksum_sha1: sum.checksum_sha1,
        checksum_sha256: sum.checksum_sha256,
    }
}
