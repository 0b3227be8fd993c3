//! The only convention for names, ARNs and URLs. Every resource that another stack may need is named by it, so that stacks pass few
//! parameters to each other and never wait for each other in a cycle.

use serde_json::{Value, json};
use tradewind_kernel::event::Queue;
use tradewind_lambda::{Function, Trigger};

/// A name in the form of a logical id: `catalog-listings-get` becomes `CatalogListingsGet`.
pub fn pascal(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect::<String>()
    };
    name.split('-').map(word).collect()
}

/// The area of a function: `catalog-listings-get` belongs to `catalog`.
pub fn area(function: &str) -> &str {
    function.split_once('-').map_or(function, |(area, _)| area)
}

/// The intrinsic function `!Ref`.
pub fn reference(id: &str) -> Value {
    json!({ "Ref": id })
}

/// The intrinsic function `!GetAtt`.
pub fn attribute(of: &str) -> Value {
    json!({ "Fn::GetAtt": of })
}

/// The intrinsic function `!Sub`.
pub fn substitute(text: &str) -> Value {
    json!({ "Fn::Sub": text })
}

/// The full name of a resource in this deployment.
pub fn name(of: &str) -> String {
    format!("tradewind-${{Stage}}-{of}")
}

/// An ARN in this account and region.
fn arn(service: &str, resource: &str) -> String {
    format!("arn:${{AWS::Partition}}:{service}:${{AWS::Region}}:${{AWS::AccountId}}:{resource}")
}

/// The ARN of a table.
pub fn table_arn(table: &str) -> String {
    arn("dynamodb", &format!("table/{}", name(table)))
}

/// The name of a bucket, which must be unique among all accounts.
pub fn bucket(bucket: &str) -> String {
    format!("{}-${{AWS::AccountId}}-${{AWS::Region}}", name(bucket))
}

/// The ARN of a bucket.
pub fn bucket_arn(of: &str) -> String {
    format!("arn:${{AWS::Partition}}:s3:::{}", bucket(of))
}

/// The ARN of a function; `*` stands for all of them.
pub fn function_arn(function: &str) -> String {
    arn("lambda", &format!("function:{}", name(function)))
}

/// The ARN of the alarms' topic.
pub fn topic_arn() -> String {
    arn("sns", &name("alarms"))
}

/// The ARN of a secret in the Parameter Store.
pub fn secret_arn(secret: &str) -> String {
    arn("ssm", &format!("parameter/tradewind/${{Stage}}/{secret}"))
}

/// The ARN of the addresses from which e-mails are sent.
pub fn identities_arn() -> String {
    arn("ses", "identity/*")
}

/// The name of an area's log group.
pub fn log_group(area: &str) -> String {
    format!("/aws/lambda/{}", name(area))
}

/// A queue: the individual part of its name, from which its logical id, name and ARN are derived, and its URL where it is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueName(pub String);

impl QueueName {
    /// The name of this queue.
    pub fn of(queue: Queue) -> Self {
        Self(queue.name().to_owned())
    }

    /// The name of its dead-letter queue.
    pub fn dead(&self) -> Self {
        Self(format!("{}-dead", self.0))
    }

    /// The dead-letter queue of a function that reads the stream, for records that it could not handle. It has no queue of its own.
    pub fn dead_of_stream(function: &str) -> Self {
        Self(function.to_owned()).dead()
    }

    /// The logical id of the queue.
    pub fn id(&self) -> String {
        format!("{}Queue", pascal(&self.0))
    }

    /// The full name of the queue. The word `queue` distinguishes it from the function that reads it.
    pub fn name(&self) -> String {
        name(&format!("queue-{}", self.0))
    }

    /// The ARN of the queue.
    pub fn arn(&self) -> String {
        arn("sqs", &self.name())
    }
}

/// The beginning of all queues' URLs, to which a queue's individual part is added.
pub fn queue_urls() -> String {
    format!("https://sqs.${{AWS::Region}}.${{AWS::URLSuffix}}/${{AWS::AccountId}}/{}", QueueName(String::new()).name())
}

/// All dead-letter queues: one for each queue, and those of the streams.
pub fn dead_letters<'a>(functions: impl IntoIterator<Item = &'a Function>) -> Vec<QueueName> {
    let of = |function: &Function| match &function.trigger {
        Trigger::Queue(queue) => Some(QueueName::of(queue.consumer.queue).dead()),
        Trigger::Stream(_) => Some(QueueName::dead_of_stream(function.name)),
        Trigger::Http(_) | Trigger::Schedule(_) | Trigger::Fallback(_) | Trigger::Authoriser => None,
    };
    functions.into_iter().filter_map(of).collect()
}
