//! `media-process`: processes a picture that the uploads bucket reports.
//!
//! The keys of the sizes are derived from the upload, and the upload changes its state in one versioned write, so a notification that comes
//! twice, or late, or after a crash does no harm.
//!
//! A file may end the whole process, through a fault in a decoder or by its use of memory, and then nothing is left that could report it:
//! the notification is delivered again. On the second delivery it is recorded that work begins; if that did not end, and the third does not
//! either, the file is refused.

use crate::pictures::{
    decode::BROKEN,
    picture::{self, Scaled},
};
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use std::time::Duration;
use tradewind_lambda::{App, Consumer, Grant, Handled, JobError, Message, Payload};
use tradewind_media::{ImageSize, UploadPurpose, UploadState, keys as media_keys, picture_key};

/// Pictures are work: a whole core, and one at a time.
pub const CONSUMER: Consumer = Consumer {
    function: "media-process",
    summary: "Makes uploaded pictures ready in three sizes, or refuses them.",
    queue: tradewind_media::UPLOADED,
    batch: 1,
    grants: &[Grant::MainRead, Grant::MainWrite, Grant::UploadsRead, Grant::MediaWrite],
    memory: 1769,
    timeout_seconds: 60,
    most_at_once: 10,
};

/// How long one picture may be processed. After that it is refused while there is still time to do so: otherwise a picture that exceeds the
/// function's timeout would be delivered again and again.
const LONGEST_WORK: Duration = Duration::from_secs(45);
const NEVER_DONE: &str = "The picture could not be processed. Save it again, as JPEG or smaller, and send that.";
const TOO_MUCH_WORK: &str = "The picture takes too long to unpack. Save it again, as JPEG or smaller, and send that.";

/// An object that was created in the uploads bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    key: String,
    size: u64,
}

#[derive(Deserialize)]
struct Notification {
    #[serde(rename = "Records")]
    records: Option<Vec<Record>>,
    #[serde(rename = "Event")]
    event: Option<String>,
}

#[derive(Deserialize)]
struct Record {
    s3: Entity,
}

#[derive(Deserialize)]
struct Entity {
    object: RawObject,
}

#[derive(Deserialize)]
struct RawObject {
    key: String,
    #[serde(default)]
    size: u64,
}

impl Payload for Object {
    /// Reads S3's event message. The test message that S3 sends when notifications are switched on contains no object.
    fn read(body: &str) -> Result<Vec<Self>, String> {
        let notification: Notification = serde_json::from_str(body).map_err(|e| e.to_string())?;
        match (notification.records, notification.event.as_deref()) {
            (Some(records), _) => records.into_iter().map(|record| Self::decode(record.s3.object)).collect(),
            (None, Some("s3:TestEvent")) => Ok(vec![]),
            (None, _) => Err("neither records nor a test event".into()),
        }
    }
}

impl Object {
    /// S3 encodes keys as in a form: a space is `+`.
    fn decode(raw: RawObject) -> Result<Self, String> {
        let key = raw.key.replace('+', " ");
        let key = percent_decode_str(&key).decode_utf8().map_err(|e| e.to_string())?.into_owned();
        Ok(Self { key, size: raw.size })
    }
}

pub async fn handle(app: App, message: Message<Object>) -> Result<Handled, JobError> {
    let Object { key, size } = message.payload;
    let (tenant, id) = UploadPurpose::ListingImage
        .owner_of_key(&key)
        .ok_or_else(|| JobError::internal(format!("{key:?} is not the key of a picture")))?;
    let upload = app.table.get(media_keys::upload(&tenant, &id)).await?;
    let mut upload = upload.ok_or_else(|| JobError::internal(format!("there is no upload {id}")))?;
    // A form may be used again until a picture was accepted: the state of the upload is then that of the newest file.
    if !matches!(upload.state, UploadState::Waiting | UploadState::Refused { .. }) {
        return Ok(Handled::Duplicate);
    }
    let bytes = match size > UploadPurpose::ListingImage.most_bytes() {
        true => None,
        false => Some(
            app.uploads.get(&key).await?.ok_or_else(|| JobError::internal(format!("there is no object {key:?}")))?,
        ),
    };
    let again = message.receives > 1;
    let never_done = again && upload.begun != 0 && upload.begun.saturating_add(1) < message.receives;
    if again && upload.begun == 0 {
        upload.begun = message.receives;
        app.commit(&tenant, message.trace.clone()).update(&mut upload).send(&app.table).await?;
    }
    let sizes = match bytes {
        None => Err("The file is larger than 10 MiB. Send a smaller one.".into()),
        Some(_) if never_done => Err(NEVER_DONE.into()),
        Some(bytes) => within(LONGEST_WORK, move || picture::sizes(&bytes)).await,
    };
    let state = match sizes {
        Ok(sizes) => {
            let mut ready = Vec::with_capacity(sizes.len());
            for Scaled { name, width, height, jpeg } in sizes {
                let key = picture_key(&tenant, &id, name);
                app.media.put(&key, "image/jpeg", jpeg).await?;
                ready.push(ImageSize { name: name.into(), width, height, key });
            }
            UploadState::Ready { sizes: ready }
        }
        Err(reason) => UploadState::Refused { reason },
    };
    if upload.state == state && upload.begun == 0 {
        return Ok(Handled::Duplicate);
    }
    (upload.state, upload.begun) = (state, 0);
    app.commit(&tenant, message.trace).update(&mut upload).send(&app.table).await?;
    Ok(Handled::Done)
}

/// Runs the work on a thread of its own, because decompressing keeps a core busy, and for at most `longest`. Where one process runs
/// everything, a panic ends only that thread; a deployed function ends with it.
async fn within<T: Send + 'static>(
    longest: Duration,
    work: impl FnOnce() -> Result<T, String> + Send + 'static,
) -> Result<T, String> {
    match tokio::time::timeout(longest, tokio::task::spawn_blocking(work)).await {
        Ok(worked) => worked.unwrap_or_else(|_| Err(BROKEN.into())),
        Err(_) => Err(TOO_MUCH_WORK.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_that_takes_too_long_or_breaks_the_decoder_ends_with_a_reason() {
        let soon = Duration::from_millis(20);
        let (stop, wait) = std::sync::mpsc::channel::<()>();
        let endless = within(soon, move || wait.recv().map_err(|_| "it went on".to_owned()));
        assert_eq!(endless.await, Err(TOO_MUCH_WORK.to_owned()));
        drop(stop);
        assert_eq!(within::<()>(LONGEST_WORK, || panic!("a bad file")).await, Err(BROKEN.to_owned()));
        assert_eq!(within(LONGEST_WORK, || Ok(7)).await, Ok(7));
        // There is time left to store the refusal.
        assert!(LONGEST_WORK.as_secs().saturating_add(10) < CONSUMER.timeout_seconds.into());
    }

    #[test]
    fn a_notification_names_its_objects_with_decoded_keys() {
        let body = r#"{"Records":[{"eventName":"ObjectCreated:Post","s3":{"bucket":{"name":"b"},"object":{"key":"images/a%2Fb+c","size":7}}}]}"#;
        assert_eq!(Object::read(body), Ok(vec![Object { key: "images/a/b c".into(), size: 7 }]));
    }

    #[test]
    fn the_test_event_of_s3_holds_nothing() {
        let body = r#"{"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2026-01-01T00:00:00Z","Bucket":"b"}"#;
        assert_eq!(Object::read(body), Ok(vec![]));
    }

    #[test]
    fn a_body_that_is_no_notification_is_refused() {
        assert!(Object::read("{}").is_err());
        assert!(Object::read("hello").is_err());
    }
}
