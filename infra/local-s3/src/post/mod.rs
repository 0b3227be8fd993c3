//! Browser form uploads (`POST` with `multipart/form-data`), checked and stored as the file arrives.
//!
//! This is done here and not by `s3s`, because `s3s` holds the file in memory, refuses a policy that was signed more than fifteen minutes
//! ago although it has not expired, checks the key before `${filename}` is replaced, and answers a broken condition with 400 instead of
//! 403.

mod form;
mod policy;

use crate::{
    conditions::WriteConditions,
    digest::Algorithm,
    headers::Headers,
    store::{Store, buckets, objects::NewObject},
};
use form::Form;
use futures::TryStreamExt;
use http::{
    Request, Response, StatusCode,
    header::{self, HeaderMap, HeaderValue},
};
use hyper::body::Incoming;
use multer::Multipart;
use s3s::{
    Body, S3Error, S3Result, StdError,
    dto::{ETag, PostResponse},
    s3_error,
    xml::{Serialize, Serializer},
};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use url::Url;

/// How long a refused upload is still read, so that the client sees the answer.
const DRAIN: Duration = Duration::from_secs(2);

/// Longest key in bytes.
const MAX_KEY: usize = 1024;

/// Whether a `POST` is a form upload.
pub(crate) fn is_form(headers: &HeaderMap) -> bool {
    content_type(headers).is_some_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with("multipart/form-data"))
}

fn content_type(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::CONTENT_TYPE)?.to_str().ok()
}

pub(crate) async fn upload(store: &Arc<Store>, bucket: String, request: Request<Incoming>) -> S3Result<Response<Body>> {
    let boundary = content_type(request.headers()).and_then(|kind| multer::parse_boundary(kind).ok());
    let boundary = boundary.ok_or_else(|| s3_error!(MalformedPOSTRequest))?;
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default().to_owned();
    let mut multipart = Multipart::new(Body::from(request.into_body()), boundary);
    let answer = receive(store, &bucket, &host, &mut multipart).await;
    if answer.is_err() {
        let rest = async { while let Ok(Some(_)) = multipart.next_field().await {} };
        if tokio::time::timeout(DRAIN, rest).await.is_err() {
            tracing::debug!("a refused upload was still arriving and is cut off");
        }
    }
    answer
}

async fn receive(
    store: &Arc<Store>,
    bucket: &str,
    host: &str,
    multipart: &mut Multipart<'static>,
) -> S3Result<Response<Body>> {
    let (mut form, file) = Form::read(multipart).await?;
    form.expand_filename(file.file_name().unwrap_or_default());
    let limits = policy::check(store, bucket, &form)?;
    let key = form.get("key").filter(|key| !key.is_empty()).map(str::to_owned);
    let key = key.ok_or_else(|| s3_error!(InvalidArgument, "Bucket POST must contain a field named 'key'."))?;
    if key.len() > MAX_KEY {
        return Err(s3_error!(KeyTooLongError));
    }
    let of = bucket.to_owned();
    store.run(move |store| store.read(|connection| buckets::require(connection, &of))).await?;
    let body = Box::pin(file.map_err(StdError::from));
    let staged = store.blobs.stage(body, limits.max, None::<Algorithm>).await?;
    if u64::try_from(staged.size).is_ok_and(|size| size < limits.min) {
        return Err(s3_error!(EntityTooSmall, "Your proposed upload is smaller than the minimum allowed size"));
    }
    let new = NewObject {
        bucket: bucket.to_owned(),
        key: key.clone(),
        headers: headers(&form),
        conditions: WriteConditions::default(),
        event: "ObjectCreated:Post",
    };
    let committed = store.run(move |store| store.commit(&new, staged, (None, None), |_| Ok(Vec::new()))).await?;
    respond(&form, (bucket, &key), host, committed.etag)
}

fn headers(form: &Form) -> Headers {
    let user: BTreeMap<String, String> = form
        .iter()
        .filter_map(|(name, value)| Some((name.strip_prefix("x-amz-meta-")?.to_owned(), value.to_owned())))
        .collect();
    Headers::from_lookup(|name| form.get(name).map(str::to_owned), user)
}

/// A redirect if the form requests one and it is a URL, otherwise the status that the form requests.
fn respond(form: &Form, (bucket, key): (&str, &str), host: &str, etag: String) -> S3Result<Response<Body>> {
    let etag = ETag::Strong(etag);
    let quoted = format!("\"{}\"", etag.value());
    let mut response = Response::new(Body::empty());
    response.headers_mut().insert(header::ETAG, etag.to_http_header().map_err(S3Error::internal_error)?);
    let mut location = Url::parse(&format!("http://{host}/")).map_err(S3Error::internal_error)?;
    location.set_path(&format!("/{bucket}/{key}"));
    let redirect = form.get("success_action_redirect").or_else(|| form.get("redirect"));
    if let Some(mut url) = redirect.and_then(|target| Url::parse(target).ok()) {
        url.query_pairs_mut().append_pair("bucket", bucket).append_pair("key", key).append_pair("etag", &quoted);
        location = url;
        *response.status_mut() = StatusCode::SEE_OTHER;
    } else {
        match form.get("success_action_status") {
            Some("200") => *response.status_mut() = StatusCode::OK,
            Some("201") => {
                *response.status_mut() = StatusCode::CREATED;
                let body = PostResponse { location: location.as_str(), bucket, key, etag: &quoted };
                let mut xml = Vec::new();
                let mut serializer = Serializer::new(&mut xml);
                serializer.decl().and_then(|()| body.serialize(&mut serializer)).map_err(S3Error::internal_error)?;
                response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/xml"));
                *response.body_mut() = Body::from(xml);
            }
            Some(_) | None => *response.status_mut() = StatusCode::NO_CONTENT,
        }
    }
    let location = HeaderValue::from_str(location.as_str()).map_err(S3Error::internal_error)?;
    response.headers_mut().insert(header::LOCATION, location);
    Ok(response)
}
