//! A consumer's queue and dead-letter queue, with an alarm on each.

use super::{
    alarms::{self, Metric},
    names::{self, QueueName, attribute, reference, substitute},
};
use serde_json::{Value, json};
use tradewind_kernel::event::Queue;
use tradewind_lambda::{Function, Trigger};
use tradewind_media::UploadPurpose;

/// How often delivery of a message is tried before it goes to the dead-letter queue.
const TRIES: u64 = 5;
/// How long a queue keeps messages: seven days.
const KEPT_SECONDS: u64 = 7 * 24 * 60 * 60;
/// How long a dead-letter queue keeps messages: fourteen days, the most that SQS allows, counted from when the message was first sent.
const DEAD_KEPT_SECONDS: u64 = 14 * 24 * 60 * 60;
/// The queue that is filled by the uploads bucket, and not by the outbox.
pub const OF_UPLOADS: Queue = tradewind_media::UPLOADED;

/// The prefix of the keys about which the uploads bucket sends notifications.
pub fn uploads_prefix() -> String {
    format!("{}/", UploadPurpose::ListingImage.prefix())
}

/// The resources of a function that reads a queue or a stream.
pub fn resources(function: &Function) -> Vec<(String, Value)> {
    match &function.trigger {
        Trigger::Queue(trigger) => {
            let queue = QueueName::of(trigger.consumer.queue);
            let dead = queue.dead();
            // As AWS advises: a batch that is still being processed must not become visible again.
            let hidden = function.timeout.as_secs().saturating_mul(6);
            let mut resources = vec![
                (queue.id(), waiting(&queue, hidden)),
                (dead.id(), set_aside(&dead)),
                (format!("{}AgeAlarm", queue.id()), age(&queue)),
                (format!("{}Alarm", dead.id()), not_empty(&dead)),
            ];
            if trigger.consumer.queue == OF_UPLOADS {
                resources.push((format!("{}Policy", queue.id()), policy(&queue)));
            }
            resources
        }
        Trigger::Stream(_) => {
            let dead = QueueName::dead_of_stream(function.name);
            vec![
                (dead.id(), set_aside(&dead)),
                ("OutboxAgeAlarm".into(), outbox_age(function)),
                (format!("{}Alarm", dead.id()), not_empty(&dead)),
            ]
        }
        Trigger::Http(_) | Trigger::Schedule(_) | Trigger::Fallback(_) | Trigger::Authoriser => vec![],
    }
}

fn waiting(queue: &QueueName, hidden: u64) -> Value {
    json!({
        "Type": "AWS::SQS::Queue",
        "Properties": {
            "QueueName": substitute(&queue.name()),
            "VisibilityTimeout": hidden,
            "MessageRetentionPeriod": KEPT_SECONDS,
            "SqsManagedSseEnabled": true,
            "RedrivePolicy": {
                "deadLetterTargetArn": attribute(&format!("{}.Arn", queue.dead().id())), "maxReceiveCount": TRIES,
            },
        },
    })
}

fn set_aside(queue: &QueueName) -> Value {
    json!({
        "Type": "AWS::SQS::Queue",
        "Properties": {
            "QueueName": substitute(&queue.name()),
            "MessageRetentionPeriod": DEAD_KEPT_SECONDS,
            "SqsManagedSseEnabled": true,
        },
    })
}

/// Only the uploads bucket may put messages on its queue from outside. The policy contains the bucket's name and no reference to it,
/// because the bucket belongs to the root, which waits for this queue.
fn policy(queue: &QueueName) -> Value {
    json!({
        "Type": "AWS::SQS::QueuePolicy",
        "Properties": {
            "Queues": [reference(&queue.id())],
            "PolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [{
                    "Sid": "OnlyTheUploadsBucket",
                    "Effect": "Allow",
                    "Principal": { "Service": "s3.amazonaws.com" },
                    "Action": "sqs:SendMessage",
                    "Resource": attribute(&format!("{}.Arn", queue.id())),
                    "Condition": {
                        "ArnEquals": { "aws:SourceArn": substitute(&names::bucket_arn("uploads")) },
                        "StringEquals": { "aws:SourceAccount": reference("AWS::AccountId") },
                    },
                }],
            },
        },
    })
}

fn age(queue: &QueueName) -> Value {
    let metric = Metric::new("AWS/SQS", "ApproximateAgeOfOldestMessage", "Maximum")
        .of("QueueName", attribute(&format!("{}.QueueName", queue.id())));
    let says = format!("A message waits on the queue {} for more than fifteen minutes.", queue.0);
    alarms::lasting(&format!("queue-{}-age", queue.0), &says, metric, 900)
}

fn not_empty(dead: &QueueName) -> Value {
    let metric = Metric::new("AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum")
        .of("QueueName", attribute(&format!("{}.QueueName", dead.id())));
    alarms::at_once(&format!("queue-{}", dead.0), &format!("There are dead letters on {}.", dead.0), metric)
}

fn outbox_age(function: &Function) -> Value {
    let metric = Metric::new("AWS/Lambda", "IteratorAge", "Maximum")
        .of("FunctionName", reference(&names::pascal(function.name)));
    alarms::lasting("outbox-relay-age", "Events wait on the outbox for more than five minutes.", metric, 300_000)
}
