//! What `template.yaml` must say of a function, from its declaration.

use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use tradewind_domain::event::Queue;
use tradewind_lambda::{Function, Grant, Settings, Trigger};

/// The three resources of a function.
pub struct Expected {
    /// The function's logical id; the role's and the log group's begin with it.
    pub id: String,
    /// The function.
    pub function: Value,
    /// Its role.
    pub role: Value,
    /// Its log group.
    pub log: Value,
}

/// `catalog-listing-read` is `CatalogListingRead`.
pub fn pascal(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect::<String>()
    };
    name.split('-').map(word).collect()
}

fn reference(id: &str) -> Value {
    json!({ "Ref": id })
}

fn attribute(of: &str) -> Value {
    json!({ "Fn::GetAtt": of })
}

fn substitute(text: &str) -> Value {
    json!({ "Fn::Sub": text })
}

/// The logical id of a queue.
pub fn queue_id(queue: Queue) -> String {
    format!("{}Queue", pascal(queue.name()))
}

/// The name of the authoriser in the API's definition.
pub fn authoriser(functions: &[Function]) -> String {
    let is_one = |function: &&Function| matches!(function.trigger, Trigger::Authoriser);
    functions.iter().find(is_one).map(|function| pascal(function.name)).unwrap_or_default()
}

/// The three resources.
pub fn expected(function: &Function, authoriser: &str) -> Expected {
    let id = pascal(function.name);
    let mut properties = json!({
        "FunctionName": substitute(&format!("tradewind-${{Stage}}-{}", function.name)),
        "Description": function.summary,
        "Role": attribute(&format!("{id}Role.Arn")),
        "MemorySize": function.memory,
        "Timeout": function.timeout.as_secs(),
        "LoggingConfig": { "LogGroup": reference(&format!("{id}Log")) },
    });
    if let Some(properties) = properties.as_object_mut() {
        let variables = variables(function);
        if !variables.is_empty() {
            properties.insert("Environment".into(), json!({ "Variables": variables }));
        }
        if let Some(events) = events(function, authoriser) {
            properties.insert("Events".into(), events);
        }
    }
    let role = json!({
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {
                "Statement": [
                    { "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": { "Service": "lambda.amazonaws.com" } },
                ],
            },
            "Policies": [{ "PolicyName": function.name, "PolicyDocument": { "Statement": statements(function, &id) } }],
        },
    });
    let log = json!({
        "Type": "AWS::Logs::LogGroup",
        "Properties": {
            "LogGroupName": substitute(&format!("/aws/lambda/tradewind-${{Stage}}-{}", function.name)),
            "RetentionInDays": reference("LogRetentionDays"),
        },
    });
    let function = json!({
        "Type": "AWS::Serverless::Function",
        "Metadata": { "BuildMethod": "rust-cargolambda", "BuildProperties": { "Binary": function.name } },
        "Properties": properties,
    });
    Expected { id, function, role, log }
}

/// What names a resource stands with the functions that may use it; see `Settings::from_env`.
fn variables(function: &Function) -> BTreeMap<String, Value> {
    let mut variables = BTreeMap::new();
    let mut set = |name: &str, value| variables.insert(name.to_owned(), value);
    for grant in function.grants {
        match grant {
            Grant::MainRead | Grant::MainWrite => set("TABLE_MAIN", reference("MainTable")),
            Grant::EphemeralRead | Grant::EphemeralWrite => set("TABLE_EPHEMERAL", reference("EphemeralTable")),
            Grant::UploadsRead | Grant::UploadsWrite => set("BUCKET_UPLOADS", reference("UploadsBucket")),
            // Everybody knows the bucket's name, to show where pictures are.
            Grant::MediaWrite => None,
            Grant::Send(queue) => set(&Settings::queue_variable(*queue), reference(&queue_id(*queue))),
            Grant::SendEmail => set("SENDER", reference("SenderAddress")),
            Grant::SigningKey
            | Grant::SealingKey
            | Grant::OperatorKey
            | Grant::SandboxSecret
            | Grant::StripeSecretKey
            | Grant::StripePublishableKey
            | Grant::StripeWebhookSecret => set("PARAMETERS", substitute("/tradewind/${Stage}")),
        };
    }
    // The sandbox provider calls the API. An endpoint cannot know the API's address: that would go in a circle.
    if function.route().is_none() && function.grants.contains(&Grant::SandboxSecret) {
        set("API_URL", substitute("https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}"));
    }
    variables
}

fn events(function: &Function, authoriser: &str) -> Option<Value> {
    Some(match &function.trigger {
        Trigger::Http(route) => {
            let endpoint = route.endpoint;
            let mut properties = json!({
                "ApiId": reference("Api"), "Method": endpoint.method.to_string(), "Path": endpoint.path,
            });
            if let Some(properties) = properties.as_object_mut().filter(|_| route.access.authorised()) {
                properties.insert("Auth".into(), json!({ "Authorizer": authoriser }));
            }
            json!({ "Http": { "Type": "HttpApi", "Properties": properties } })
        }
        Trigger::Queue(queue) => {
            let mut properties = json!({
                "Queue": attribute(&format!("{}.Arn", queue_id(queue.consumer.queue))),
                "BatchSize": queue.consumer.batch,
                "FunctionResponseTypes": ["ReportBatchItemFailures"],
                "ScalingConfig": { "MaximumConcurrency": queue.consumer.most_at_once },
            });
            // Lambda gathers more than ten messages only if it may wait for them.
            if let Some(properties) = properties.as_object_mut().filter(|_| queue.consumer.batch > 10) {
                properties.insert("MaximumBatchingWindowInSeconds".into(), json!(1));
            }
            json!({ "Messages": { "Type": "SQS", "Properties": properties } })
        }
        Trigger::Schedule(job) => {
            json!({ "Clock": { "Type": "Schedule", "Properties": { "Schedule": job.schedule } } })
        }
        Trigger::Stream(stream) => json!({
            "Outbox": {
                "Type": "DynamoDB",
                "Properties": {
                    "Stream": attribute("MainTable.StreamArn"),
                    "StartingPosition": "TRIM_HORIZON",
                    "BatchSize": stream.batch,
                    "FilterCriteria": { "Filters": [{ "Pattern": stream.filter }] },
                    "BisectBatchOnFunctionError": true,
                    "MaximumRetryAttempts": -1,
                    "DestinationConfig": { "OnFailure": { "Destination": attribute("OutboxRelayDeadLetters.Arn") } },
                },
            },
        }),
        Trigger::Authoriser => return None,
    })
}

fn allow(actions: &[&str], resource: Value) -> Value {
    let action = if let [action] = actions { json!(action) } else { json!(actions) };
    json!({ "Effect": "Allow", "Action": action, "Resource": resource })
}

/// One statement for writing the log, one for each grant, and those for reading what triggers the function.
fn statements(function: &Function, id: &str) -> Vec<Value> {
    let mut statements =
        vec![allow(&["logs:CreateLogStream", "logs:PutLogEvents"], attribute(&format!("{id}Log.Arn")))];
    for grant in function.grants {
        let mut statement = allow(grant.actions(), resource(*grant));
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
            statements.push(allow(&actions, attribute(&format!("{}.Arn", queue_id(queue.consumer.queue)))));
        }
        Trigger::Stream(_) => {
            let actions = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"];
            statements.push(allow(&actions, attribute("MainTable.StreamArn")));
            statements.push(allow(&["dynamodb:ListStreams"], substitute("${MainTable.Arn}/stream/*")));
            statements.push(allow(&["sqs:SendMessage"], attribute("OutboxRelayDeadLetters.Arn")));
        }
        Trigger::Http(_) | Trigger::Schedule(_) | Trigger::Authoriser => {}
    }
    statements
}

fn resource(grant: Grant) -> Value {
    let parameter = |name: &str| {
        substitute(&format!(
            "arn:${{AWS::Partition}}:ssm:${{AWS::Region}}:${{AWS::AccountId}}:parameter/tradewind/${{Stage}}/{name}"
        ))
    };
    match grant {
        Grant::MainRead => json!([attribute("MainTable.Arn"), substitute("${MainTable.Arn}/index/*")]),
        Grant::MainWrite => attribute("MainTable.Arn"),
        Grant::EphemeralRead | Grant::EphemeralWrite => attribute("EphemeralTable.Arn"),
        Grant::UploadsWrite => substitute("${UploadsBucket.Arn}/*"),
        // To list is a right on the bucket, to get one on its objects.
        Grant::UploadsRead => json!([attribute("UploadsBucket.Arn"), substitute("${UploadsBucket.Arn}/*")]),
        Grant::MediaWrite => substitute("${MediaBucket.Arn}/*"),
        Grant::Send(queue) => attribute(&format!("{}.Arn", queue_id(queue))),
        Grant::SendEmail => substitute("arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/*"),
        Grant::SigningKey => parameter("signing-key"),
        Grant::SealingKey => parameter("sealing-key"),
        Grant::OperatorKey => parameter("operator-key"),
        Grant::SandboxSecret => parameter("sandbox-secret"),
        Grant::StripeSecretKey => parameter("stripe-secret-key"),
        Grant::StripePublishableKey => parameter("stripe-publishable-key"),
        Grant::StripeWebhookSecret => parameter("stripe-webhook-secret"),
    }
}

/// A function's properties that the code does not decide.
pub const FREE: [&str; 2] = ["ReservedConcurrentExecutions", "EphemeralStorage"];

/// An entry as `template.yaml` has it.
pub fn resources(expected: &Expected) -> Map<String, Value> {
    let Expected { id, function, role, log } = expected;
    let named = [(id.clone(), function), (format!("{id}Role"), role), (format!("{id}Log"), log)];
    named.into_iter().map(|(id, resource)| (id, resource.clone())).collect()
}
