//! A function and its role, built from its declaration: the least privileges that it needs, on resources named by the convention.

use super::names::{self, QueueName, attribute, pascal, reference, substitute};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tradewind_lambda::{Function, Grant, Trigger};

/// The resource of a function.
pub fn function(function: &Function, all: &[Function]) -> Value {
    let mut properties = json!({
        "FunctionName": substitute(&names::name(function.name)),
        "Description": function.summary,
        "Role": attribute(&format!("{}Role.Arn", pascal(function.name))),
        "MemorySize": function.memory,
        "Timeout": function.timeout.as_secs(),
    });
    if let Some(properties) = properties.as_object_mut() {
        let variables = variables(function, all);
        if !variables.is_empty() {
            properties.insert("Environment".into(), json!({ "Variables": variables }));
        }
        if let Some(events) = events(function) {
            properties.insert("Events".into(), events);
        }
    }
    json!({
        "Type": "AWS::Serverless::Function",
        "Metadata": { "BuildMethod": "rust-cargolambda", "BuildProperties": { "Binary": function.name } },
        "Properties": properties,
    })
}

/// The role of a function.
pub fn role(function: &Function, all: &[Function]) -> Value {
    json!({
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {
                "Statement": [
                    { "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": { "Service": "lambda.amazonaws.com" } },
                ],
            },
            "Policies": [{ "PolicyName": function.name, "PolicyDocument": { "Statement": statements(function, all) } }],
        },
    })
}

/// The environment variables. A variable that names a resource is set only on functions that may use it; see `Settings::from_env`.
fn variables(function: &Function, all: &[Function]) -> BTreeMap<String, Value> {
    let mut variables = BTreeMap::new();
    let mut set = |name: &str, value| variables.insert(name.to_owned(), value);
    for grant in function.grants {
        match grant {
            Grant::MainRead | Grant::MainScan | Grant::MainWrite => set("TABLE_MAIN", substitute(&names::name("main"))),
            Grant::EphemeralRead | Grant::EphemeralWrite => {
                set("TABLE_EPHEMERAL", substitute(&names::name("ephemeral")))
            }
            Grant::UploadsRead | Grant::UploadsWrite => set("BUCKET_UPLOADS", substitute(&names::bucket("uploads"))),
            // Every function knows the bucket's name, to show the addresses of pictures.
            Grant::MediaWrite => None,
            Grant::Send(_) => set("QUEUES", substitute(&names::queue_urls())),
            Grant::DeadLetters => {
                set("OPERATOR_ADDRESS", reference("OperatorAddress"));
                set("QUEUES", substitute(&names::queue_urls()));
                let names: Vec<_> = names::dead_letters(all).into_iter().map(|queue| queue.0).collect();
                set("DEAD_LETTERS", json!(names.join(" ")))
            }
            Grant::SendEmail => set("SENDER", reference("SenderAddress")),
            Grant::SigningKey
            | Grant::SealingKey
            | Grant::OperatorKey
            | Grant::SandboxSecret
            | Grant::StripeSecretKey
            | Grant::StripePublishableKey
            | Grant::StripeWebhookSecret => {
                // Secrets are read when a function starts: a new version makes all functions that read them start anew.
                set("KEYS_VERSION", reference("KeysVersion"));
                set("PARAMETERS", substitute("/tradewind/${Stage}"))
            }
        };
    }
    // The sandbox provider calls the API; it does so only in functions that are not endpoints.
    if function.route().is_none() && function.grants.contains(&Grant::SandboxSecret) {
        set("API_URL", substitute("https://${ApiId}.execute-api.${AWS::Region}.${AWS::URLSuffix}"));
    }
    variables
}

fn events(function: &Function) -> Option<Value> {
    Some(match &function.trigger {
        Trigger::Queue(queue) => {
            let mut properties = json!({
                "Queue": attribute(&format!("{}.Arn", QueueName::of(queue.consumer.queue).id())),
                "BatchSize": queue.consumer.batch,
                "FunctionResponseTypes": ["ReportBatchItemFailures"],
                "ScalingConfig": { "MaximumConcurrency": queue.consumer.most_at_once },
            });
            // Lambda gathers more than ten messages only if it is allowed to wait for them.
            if let Some(properties) = properties.as_object_mut().filter(|_| queue.consumer.batch > 10) {
                properties.insert("MaximumBatchingWindowInSeconds".into(), json!(1));
            }
            json!({ "Messages": { "Type": "SQS", "Properties": properties } })
        }
        Trigger::Schedule(schedule) => {
            json!({ "Clock": { "Type": "Schedule", "Properties": { "Schedule": schedule.job.schedule } } })
        }
        // An event is relayed or retried for as long as the stream keeps it, 24 hours: an outage of SQS or a bad deployment must not lose
        // one. The alarm on the stream's age goes off long before that. Halving a batch separates a bad record from its neighbours.
        Trigger::Stream(stream) => json!({
            "Outbox": {
                "Type": "DynamoDB",
                "Properties": {
                    "Stream": reference("MainTableStreamArn"),
                    "StartingPosition": "TRIM_HORIZON",
                    "BatchSize": stream.batch,
                    "FilterCriteria": { "Filters": [{ "Pattern": stream.filter }] },
                    "BisectBatchOnFunctionError": true,
                    "MaximumRetryAttempts": -1,
                    "DestinationConfig": {
                        "OnFailure": {
                            "Destination": attribute(&format!("{}.Arn", QueueName::dead_of_stream(function.name).id())),
                        },
                    },
                },
            },
        }),
        // API Gateway calls these with a role of its own: see `route`.
        Trigger::Http(_) | Trigger::Fallback(_) | Trigger::Authoriser => return None,
    })
}

fn allow(actions: &[&str], resource: Value) -> Value {
    let action = if let [action] = actions { json!(action) } else { json!(actions) };
    json!({ "Effect": "Allow", "Action": action, "Resource": resource })
}

/// The statements of the role: one for writing the log and one for traces, which cannot be limited to a resource; one for each grant, and
/// those for reading the function's trigger.
fn statements(function: &Function, all: &[Function]) -> Vec<Value> {
    let mut statements = vec![
        allow(&["logs:CreateLogStream", "logs:PutLogEvents"], attribute("Log.Arn")),
        allow(&["xray:PutTraceSegments", "xray:PutTelemetryRecords"], json!("*")),
    ];
    for grant in function.grants {
        let mut statement = allow(grant.actions(), resource(*grant, all));
        if let Some(statement) = statement.as_object_mut().filter(|_| *grant == Grant::SendEmail) {
            statement.insert(
                "Condition".into(),
                json!({ "StringEquals": { "ses:FromAddress": reference("SenderAddress") } }),
            );
        }
        statements.push(statement);
    }
    match &function.trigger {
        Trigger::Queue(queue) => {
            let actions = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
            let queue = QueueName::of(queue.consumer.queue);
            statements.push(allow(&actions, attribute(&format!("{}.Arn", queue.id()))));
        }
        Trigger::Stream(_) => {
            let actions = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"];
            statements.push(allow(&actions, reference("MainTableStreamArn")));
            let streams = format!("{}/stream/*", names::table_arn("main"));
            statements.push(allow(&["dynamodb:ListStreams"], substitute(&streams)));
            let dead = QueueName::dead_of_stream(function.name);
            statements.push(allow(&["sqs:SendMessage"], attribute(&format!("{}.Arn", dead.id()))));
        }
        Trigger::Http(_) | Trigger::Fallback(_) | Trigger::Schedule(_) | Trigger::Authoriser => {}
    }
    statements
}

fn resource(grant: Grant, all: &[Function]) -> Value {
    let table = |table| substitute(&names::table_arn(table));
    let bucket = |bucket| substitute(&names::bucket_arn(bucket));
    let objects = |bucket| substitute(&format!("{}/*", names::bucket_arn(bucket)));
    let secret = |name| substitute(&names::secret_arn(name));
    match grant {
        Grant::MainRead => json!([table("main"), substitute(&format!("{}/index/*", names::table_arn("main")))]),
        Grant::MainScan | Grant::MainWrite => table("main"),
        Grant::EphemeralRead | Grant::EphemeralWrite => table("ephemeral"),
        Grant::UploadsWrite => objects("uploads"),
        // Listing is a right on the bucket, reading is a right on its objects.
        Grant::UploadsRead => json!([bucket("uploads"), objects("uploads")]),
        Grant::MediaWrite => objects("media"),
        Grant::Send(queue) => substitute(&QueueName::of(queue).arn()),
        Grant::DeadLetters => names::dead_letters(all).iter().map(|queue| substitute(&queue.arn())).collect(),
        Grant::SendEmail => substitute(&names::identities_arn()),
        Grant::SigningKey
        | Grant::SealingKey
        | Grant::OperatorKey
        | Grant::SandboxSecret
        | Grant::StripeSecretKey
        | Grant::StripePublishableKey
        | Grant::StripeWebhookSecret => secret(grant.secret().unwrap_or_default()),
    }
}
