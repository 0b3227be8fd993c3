//! The one convention for names, ARNs and URLs. Whatever another stack may need is named by it, so that stacks hand each other few
//! parameters and wait for each other in no circle.

use serde_json::{Value, json};
use tradewind_kernel::event::Queue;
use tradewind_lambda::{Function, Trigger};

/// `catalog-listings-get` is `CatalogListingRead`.
pub fn pascal(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect::<String>()
    };
    name.split('-').map(word).collect()
}

/// `catalog-listings-get` belongs to `catalog`.
pub fn area(function: &str) -> &str {
    function.split_once('-').map_or(function, |(area, _)| area)
}

/// `!Ref`.
pub fn reference(id: &str) -> Value {
    json!({ "Ref": id })
}

/// `!GetAtt`.
pub fn attribute(of: &str) -> Value {
    json!({ "Fn::GetAtt": of })
}

/// `!Sub`.
pub fn substitute(text: &str) -> Value {
    json!({ "Fn::Sub": text })
}

/// The name of something in this deployment.
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

/// The name of a bucket: those of all accounts share one space.
pub fn bucket(bucket: &str) -> String {
    format!("{}-${{AWS::AccountId}}-${{AWS::Region}}", name(bucket))
}

/// The ARN of a bucket.
pub fn bucket_arn(of: &str) -> String {
    format!("arn:${{AWS::Partition}}:s3:::{}", bucket(of))
}

/// The ARN of functions; `*` is all of them.
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

/// The ARN of the addresses that e-mails come from.
pub fn identities_arn() -> String {
    arn("ses", "identity/*")
}

/// The name of an area's log group.
pub fn log_group(area: &str) -> String {
    format!("/aws/lambda/{}", name(area))
}

/// A queue: the part of its name that is its own, from which its logical id, name, ARN and URL follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueName(pub String);

impl QueueName {
    /// That of a queue.
    pub fn of(queue: Queue) -> Self {
        Self(queue.name().to_owned())
    }

    /// Its dead-letter queue.
    pub fn dead(&self) -> Self {
        Self(format!("{}-dead", self.0))
    }

    /// Where the stream leaves word of what this function could not take: a dead-letter queue without a queue.
    pub fn dead_of_stream(function: &str) -> Self {
        Self(function.to_owned()).dead()
    }

    /// Its logical id.
    pub fn id(&self) -> String {
        format!("{}Queue", pascal(&self.0))
    }

    /// Its name. The word `queue` keeps it apart from the function that reads it.
    pub fn name(&self) -> String {
        name(&format!("queue-{}", self.0))
    }

    /// Its ARN.
    pub fn arn(&self) -> String {
        arn("sqs", &self.name())
    }

    /// Its URL.
    pub fn url(&self) -> String {
        format!("https://sqs.${{AWS::Region}}.${{AWS::URLSuffix}}/${{AWS::AccountId}}/{}", self.name())
    }
}

/// The dead-letter queues: one of each queue, and those of the streams.
pub fn dead_letters<'a>(functions: impl IntoIterator<Item = &'a Function>) -> Vec<QueueName> {
    let of = |function: &Function| match &function.trigger {
        Trigger::Queue(queue) => Some(QueueName::of(queue.consumer.queue).dead()),
        Trigger::Stream(_) => Some(QueueName::dead_of_stream(function.name)),
        Trigger::Http(_) | Trigger::Schedule(_) | Trigger::Fallback(_) | Trigger::Authoriser => None,
    };
    functions.into_iter().filter_map(of).collect()
}
