//! The uploads bucket's notifications: each new picture is put on the queue of `media-process`, as `template.yaml` configures it.

use super::{Context, wait};
use crate::{Error, resources::BUCKET_UPLOADS};
use std::time::Duration;
use tradewind_local_s3::S3;
use tradewind_media::UploadPurpose;

pub(super) async fn run(context: Context, s3: S3) -> Result<(), Error> {
    let mut stop = context.stop.clone();
    let prefix = format!("{}/", UploadPurpose::ListingImage.prefix());
    loop {
        let notifications = tokio::select! {
            next = s3.next_notifications(10) => next.map_err(|e| Error::service("S3", e))?,
            _ = stop.wait_for(|stop| *stop) => return Ok(()),
        };
        for notification in notifications {
            let created = notification.event.pointer("/Records/0/eventName").and_then(|name| name.as_str());
            let created = created.is_some_and(|name| name.starts_with("ObjectCreated:"));
            if created && notification.bucket == BUCKET_UPLOADS && notification.key.starts_with(&prefix) {
                let Some(url) = context.queues.get(&tradewind_media::UPLOADED) else { return Ok(()) };
                let send = context.aws.sqs.send_message().queue_url(url).message_body(notification.event.to_string());
                if send.send().await.is_err() {
                    // The notification was not acknowledged, so it is delivered again.
                    if !wait(&mut stop, Duration::from_millis(300)).await {
                        return Ok(());
                    }
                    break;
                }
            }
            s3.acknowledge(&[notification.id]).map_err(|e| Error::service("S3", e))?;
        }
    }
}
