//! Checks what the areas rely on in the handwritten `template.yaml`: names by the convention, the API's role and authoriser, the stream,
//! the uploads bucket's notification, and a nested stack for each area with the parameters that it needs.

use super::{
    area::{PARAMETERS, Stack},
    names::{self, QueueName, attribute, reference, substitute},
    queue, yaml,
};
use crate::run::{list, text};
use serde_json::{Map, Value, json};
use tradewind_lambda::{Function, Trigger};

/// Returns the errors in the root template.
pub fn check(template: &Value, stacks: &[Stack], functions: &[Function]) -> Vec<String> {
    let mut wrong = vec![];
    let nothing = Map::new();
    let found = template.get("Resources").and_then(Value::as_object).unwrap_or(&nothing);
    for (id, wanted) in wanted(functions) {
        match found.get(id) {
            Some(here) => differences(id, &wanted, here, &mut wrong),
            None => wrong.push(format!("{id} is missing")),
        }
    }
    if found.get("Api").is_some_and(|api| api.pointer("/Properties/Body").is_some()) {
        wrong.push("Api has a body: each update would drop the routes of the areas".into());
    }
    for stack in stacks {
        let (id, wanted) = (names::pascal(&stack.area), application(stack));
        if found.get(&id).and_then(|here| here.get("Properties")) != Some(&wanted) {
            let mut entry = String::new();
            yaml::entry(&mut entry, 4, "Properties", &wanted);
            wrong.push(format!("{id} must be the stack of {}:\n{entry}", stack.area));
        }
    }
    let is_stack = |resource: &Value| matches!(text(resource, "/Type"), "AWS::Serverless::Application");
    let known = |id: &str| stacks.iter().any(|stack| names::pascal(&stack.area) == id);
    let strangers = found.iter().filter(|(id, resource)| is_stack(resource) && !known(id));
    wrong.extend(strangers.map(|(id, _)| format!("{id} is the stack of no area")));
    wrong.extend(order(found, stacks, functions));
    wrong.into_iter().map(|line| format!("template.yaml: {line}")).collect()
}

/// The resource that creates an area's stack.
fn application(stack: &Stack) -> Value {
    let value = |source: &str| {
        let (function, argument) = source.split_once(' ').unwrap_or((source, ""));
        json!({ function: argument })
    };
    let declared = stack.parameters();
    let given = PARAMETERS.iter().filter(|(name, _, _)| declared.contains(name));
    let parameters: Map<_, _> = given.map(|(name, _, source)| ((*name).to_owned(), value(source))).collect();
    json!({ "Location": stack.file(), "Parameters": parameters })
}

/// Checks the order of creation: where resources are named by convention, no reference shows what must exist first.
fn order(found: &Map<String, Value>, stacks: &[Stack], functions: &[Function]) -> Vec<String> {
    let area_of = |queue| {
        let reads = |function: &&Function| matches!(&function.trigger, Trigger::Queue(q) if q.consumer.queue == queue);
        functions.iter().find(reads).map(|function| names::pascal(names::area(function.name)))
    };
    let mut waits: Vec<(String, String, &str)> = vec![];
    waits.extend(
        area_of(queue::OF_UPLOADS)
            .map(|area| ("UploadsBucket".to_owned(), area, "S3 tells a queue only if it is there and lets it")),
    );
    for function in functions.iter().filter(|function| matches!(function.trigger, Trigger::Stream(_))) {
        let relay = names::pascal(names::area(function.name));
        for queue in tradewind_local::queues() {
            let area = area_of(queue).filter(|area| *area != relay);
            waits.extend(area.map(|area| (relay.clone(), area, "the relay puts events on its queues")));
        }
    }
    let stage = "ApiApiGatewayDefaultStage";
    waits.extend(
        stacks
            .iter()
            .map(|stack| (stage.to_owned(), names::pascal(&stack.area), "it goes live with all routes at once")),
    );
    waits.dedup();
    let missing = waits.into_iter().filter(|(id, before, _)| {
        let depends = found.get(id).and_then(|resource| resource.get("DependsOn"));
        depends != Some(&json!(before)) && !list(depends.unwrap_or(&Value::Null), "").contains(&json!(before))
    });
    missing.map(|(id, before, why)| format!("{id} must have DependsOn: {before}; {why}")).collect()
}

/// The properties that must have these values. Others are free.
fn wanted(functions: &[Function]) -> Vec<(&'static str, Value)> {
    let authoriser = functions.iter().find(|function| matches!(function.trigger, Trigger::Authoriser));
    let authoriser = authoriser.map(|function| function.name).unwrap_or_default();
    let uri =
        "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Function}/invocations";
    let name = |of: &str| substitute(&names::name(of));
    let of_uploads = QueueName::of(queue::OF_UPLOADS);
    let notification = json!({
        "Event": "s3:ObjectCreated:*",
        "Queue": substitute(&of_uploads.arn()),
        "Filter": { "S3Key": { "Rules": [{ "Name": "prefix", "Value": queue::uploads_prefix() }] } },
    });
    let call = json!({
        "Statement": [{
            "Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": substitute(&names::function_arn("*")),
        }],
    });
    vec![
        (
            "Api",
            json!({ "Type": "AWS::ApiGatewayV2::Api", "Properties": { "Name": substitute("tradewind-${Stage}") } }),
        ),
        (
            "ApiApiGatewayDefaultStage",
            json!({
                "Type": "AWS::ApiGatewayV2::Stage",
                "Properties": { "ApiId": reference("Api"), "StageName": "$default", "AutoDeploy": true },
            }),
        ),
        (
            "Authoriser",
            json!({
                "Type": "AWS::ApiGatewayV2::Authorizer",
                "Properties": {
                    "ApiId": reference("Api"),
                    "AuthorizerType": "REQUEST",
                    "AuthorizerUri": { "Fn::Sub": [uri, { "Function": substitute(&names::function_arn(authoriser)) }] },
                    "AuthorizerCredentialsArn": attribute("ApiRole.Arn"),
                    "AuthorizerPayloadFormatVersion": "2.0",
                    "EnableSimpleResponses": true,
                    "AuthorizerResultTtlInSeconds": 60,
                    "IdentitySource": ["$request.header.Authorization"],
                },
            }),
        ),
        (
            "ApiRole",
            json!({
                "Type": "AWS::IAM::Role",
                "Properties": {
                    "AssumeRolePolicyDocument": {
                        "Statement": [{
                            "Effect": "Allow",
                            "Action": "sts:AssumeRole",
                            "Principal": { "Service": "apigateway.amazonaws.com" },
                        }],
                    },
                    "Policies": [{ "PolicyName": "call-functions", "PolicyDocument": call }],
                },
            }),
        ),
        (
            "MainTable",
            json!({
                "Type": "AWS::DynamoDB::Table",
                "DeletionPolicy": "Retain",
                "UpdateReplacePolicy": "Retain",
                "Properties": {
                    "TableName": name("main"),
                    "StreamSpecification": { "StreamViewType": "NEW_IMAGE" },
                    "TimeToLiveSpecification": { "AttributeName": "ttl", "Enabled": true },
                },
            }),
        ),
        (
            "EphemeralTable",
            json!({
                "Type": "AWS::DynamoDB::Table",
                "Properties": {
                    "TableName": name("ephemeral"),
                    "TimeToLiveSpecification": { "AttributeName": "ttl", "Enabled": true },
                },
            }),
        ),
        (
            "UploadsBucket",
            json!({
                "Type": "AWS::S3::Bucket",
                "DeletionPolicy": "Retain",
                "Properties": {
                    "BucketName": substitute(&names::bucket("uploads")),
                    "NotificationConfiguration": { "QueueConfigurations": [notification] },
                },
            }),
        ),
        (
            "MediaBucket",
            json!({
                "Type": "AWS::S3::Bucket",
                "DeletionPolicy": "Retain",
                "Properties": { "BucketName": substitute(&names::bucket("media")) },
            }),
        ),
        ("AlarmTopic", json!({ "Type": "AWS::SNS::Topic", "Properties": { "TopicName": name("alarms") } })),
    ]
}

/// Reports where `here` differs from `wanted`. A mapping must have the wanted keys and may have others; a list and an intrinsic function
/// must be equal.
fn differences(path: &str, wanted: &Value, here: &Value, wrong: &mut Vec<String>) {
    match (wanted, here) {
        (Value::Object(wanted), Value::Object(here)) if !intrinsic(wanted) => {
            for (key, value) in wanted {
                match here.get(key) {
                    Some(here) => differences(&format!("{path}.{key}"), value, here, wrong),
                    None => wrong.push(format!("{path}.{key} is missing: {value}")),
                }
            }
        }
        _ if wanted == here => {}
        _ => wrong.push(format!("{path} is {here}, and must be {wanted}")),
    }
}

fn intrinsic(map: &Map<String, Value>) -> bool {
    map.keys().any(|key| key == "Ref" || key.starts_with("Fn::"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::area::stacks;

    fn wrong(pointer: &str, value: Value) -> Vec<String> {
        let functions = tradewind_local::functions();
        let mut template = yaml::parse(&crate::run::read("template.yaml").unwrap()).unwrap();
        *template.pointer_mut(&format!("/Resources/{pointer}")).unwrap() = value;
        check(&template, &stacks(&functions).unwrap(), &functions)
    }

    #[test]
    fn what_the_areas_rely_on_is_held() {
        for (pointer, value) in [
            ("Api/Properties/Name", json!("tradewind")),
            ("Api/Properties/Description", json!("free")),
            ("Api/Properties", json!({ "Name": { "Fn::Sub": "tradewind-${Stage}" }, "Body": {} })),
            ("ApiApiGatewayDefaultStage/DependsOn", json!([])),
            ("Authoriser/Properties/AuthorizerUri", json!("elsewhere")),
            ("ApiRole/Properties/Policies/0/PolicyDocument/Statement/0/Resource", json!("*")),
            ("ApiRole/Properties/Policies/0/PolicyDocument/Statement/0/Action", json!("lambda:*")),
            ("MainTable/Properties/TableName", json!("main")),
            ("MainTable/DeletionPolicy", json!("Delete")),
            ("UploadsBucket/DependsOn", json!("Payments")),
            ("UploadsBucket/Properties/NotificationConfiguration/QueueConfigurations/0/Queue", json!("another")),
            ("AlarmTopic/Properties/TopicName", json!("alarms")),
            ("Platform/DependsOn", json!("Payments")),
            ("Orders/Properties/Location", json!("functions/payments/template.yaml")),
            ("Orders/Properties/Parameters/AuthoriserId", json!("none")),
            ("AlarmTopic/Type", json!("AWS::Serverless::Application")),
        ] {
            let found = wrong(pointer, value);
            assert_eq!(found.is_empty(), pointer.ends_with("/Description"), "{pointer}: {found:?}");
        }
    }
}
