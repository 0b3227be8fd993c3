//! The queues of the template, and the alarms on them and on the jobs.

use super::{
    expected::{pascal, queue_id},
    has_alarm,
};
use crate::run::text;
use serde_json::{Map, Value, json};
use tradewind_domain::event::Queue;
use tradewind_lambda::{Function, Trigger};

/// How often a message is tried before it is set aside.
const TRIES: u64 = 5;

/// Each queue hides a message for six times its consumer's timeout, has a dead-letter queue, and alarms on both; each job has
/// an alarm on its errors.
pub fn check(found: &Map<String, Value>, functions: &[Function]) -> Vec<String> {
    let mut wrong = vec![];
    for queue in Queue::ALL {
        let (id, dead) = (queue_id(queue), format!("{}DeadLetters", pascal(queue.name())));
        let Some(here) = found.get(&id).and_then(|resource| resource.get("Properties")) else {
            wrong.push(format!("{id} is missing"));
            continue;
        };
        let mut must = |what: &str, holds: bool| {
            if !holds {
                wrong.push(format!("{id}: {what}"));
            }
        };
        let redrive =
            json!({ "deadLetterTargetArn": { "Fn::GetAtt": format!("{dead}.Arn") }, "maxReceiveCount": TRIES });
        must("its RedrivePolicy is not that of its dead-letter queue", here.get("RedrivePolicy") == Some(&redrive));
        must(
            "its dead-letter queue is missing",
            found.get(&dead).is_some_and(|d| text(d, "/Type") == "AWS::SQS::Queue"),
        );
        let name = json!({ "Fn::Sub": format!("tradewind-${{Stage}}-{}", queue.name()) });
        must("it has another name", here.get("QueueName") == Some(&name));
        must("it is not encrypted", here.get("SqsManagedSseEnabled") == Some(&json!(true)));
        match consumer(functions, queue) {
            Some(function) => {
                let hidden = function.timeout.as_secs().saturating_mul(6);
                let what = format!("VisibilityTimeout must be {hidden}, six times the timeout of {}", function.name);
                must(&what, here.get("VisibilityTimeout") == Some(&json!(hidden)));
            }
            None => must("nobody reads it", false),
        }
        let of = |id: &str| json!({ "Fn::GetAtt": format!("{id}.QueueName") });
        must("no alarm on its age", has_alarm(found, "ApproximateAgeOfOldestMessage", &of(&id)));
        must("no alarm on its dead letters", has_alarm(found, "ApproximateNumberOfMessagesVisible", &of(&dead)));
    }
    for function in functions.iter().filter(|function| function.route().is_none()) {
        if !has_alarm(found, "Errors", &json!({ "Ref": pascal(function.name) })) {
            wrong.push(format!("{}: no alarm on its errors", function.name));
        }
    }
    wrong
}

fn consumer(functions: &[Function], queue: Queue) -> Option<&Function> {
    functions
        .iter()
        .find(|function| matches!(&function.trigger, Trigger::Queue(trigger) if trigger.consumer.queue == queue))
}
