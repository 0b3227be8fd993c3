//! `ListObjectsV2`.

use crate::store::{
    Store,
    listing::{self, Page, Query, after},
    time::timestamp,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use s3s::{S3Request, S3Result, dto::*, s3_error};
use std::sync::Arc;

/// Keys on one page at most.
const MAX_KEYS: usize = 1000;

/// The characters that `encoding-type=url` does not encode.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'/');

pub async fn list_objects_v2(
    store: &Arc<Store>,
    request: S3Request<ListObjectsV2Input>,
) -> S3Result<ListObjectsV2Output> {
    let input = request.input;
    let asked = usize::try_from(input.max_keys.unwrap_or(1000));
    let asked = asked.map_err(|_| s3_error!(InvalidArgument, "max-keys must not be negative"))?;
    let query = Query {
        bucket: input.bucket.clone(),
        prefix: input.prefix.clone().unwrap_or_default(),
        delimiter: input.delimiter.clone().filter(|delimiter| !delimiter.is_empty()),
        from: start(&input)?,
        limit: asked.min(MAX_KEYS),
    };
    let page = store.run(move |store| store.read(|connection| listing::page(connection, &query))).await?;
    let encoded = input.encoding_type.as_ref().is_some_and(|kind| kind.as_str() == EncodingType::URL);
    Ok(output(input, page, encoded, i32::try_from(asked.min(MAX_KEYS)).unwrap_or(i32::MAX)))
}

/// A continuation token is the position at which to continue, and takes precedence over `start-after`.
fn start(input: &ListObjectsV2Input) -> S3Result<Vec<u8>> {
    match (&input.continuation_token, &input.start_after) {
        (Some(token), _) => {
            let refused = |_| s3_error!(InvalidArgument, "The continuation token provided is incorrect");
            URL_SAFE_NO_PAD.decode(token).map_err(refused)
        }
        (None, Some(key)) if !key.is_empty() => Ok(after(key)),
        (None, Some(_) | None) => Ok(Vec::new()),
    }
}

fn output(input: ListObjectsV2Input, page: Page, encoded: bool, max_keys: i32) -> ListObjectsV2Output {
    let text = |value: String| if encoded { utf8_percent_encode(&value, PLAIN).to_string() } else { value };
    let count = page.entries.len().saturating_add(page.prefixes.len());
    let contents = page.entries.into_iter().map(|entry| Object {
        key: Some(text(entry.key)),
        size: Some(entry.size),
        e_tag: Some(ETag::Strong(entry.etag)),
        last_modified: Some(timestamp(entry.modified)),
        storage_class: Some(ObjectStorageClass::from_static(ObjectStorageClass::STANDARD)),
        ..Object::default()
    });
    let prefixes = page.prefixes.into_iter().map(|prefix| CommonPrefix { prefix: Some(text(prefix)) });
    ListObjectsV2Output {
        contents: Some(contents.collect()),
        common_prefixes: Some(prefixes.collect()),
        key_count: i32::try_from(count).ok(),
        max_keys: Some(max_keys),
        is_truncated: Some(page.next.is_some()),
        next_continuation_token: page.next.map(|next| URL_SAFE_NO_PAD.encode(next)),
        continuation_token: input.continuation_token,
        name: Some(input.bucket),
        prefix: Some(text(input.prefix.unwrap_or_default())),
        delimiter: input.delimiter.map(text),
        start_after: input.start_after.map(text),
        encoding_type: input.encoding_type,
        ..ListObjectsV2Output::default()
    }
}
