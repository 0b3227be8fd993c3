//! AWS's limits, or lower ones where room is kept for growth. The numbers are those of CloudFormation, Lambda, IAM and API Gateway,
//! <https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html>.

use super::names;
use crate::run::{list, text};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// CloudFormation allows 500.
const RESOURCES: usize = 300;
const PARAMETERS: usize = 200;
const OUTPUTS: usize = 200;
/// CloudFormation allows 1 MB.
const TEMPLATE_BYTES: usize = 800_000;
const ROUTES: usize = 300;
const INTEGRATIONS: usize = 300;
/// The most characters of all policies in a role together.
const POLICY_CHARACTERS: usize = 10_240;
/// The most bytes of a function's environment.
const ENVIRONMENT_BYTES: usize = 4_096;
const FUNCTION_NAME: usize = 64;
const QUEUE_NAME: usize = 80;

/// A template whose size is checked.
pub struct Measured<'a> {
    /// The name of the file.
    pub file: &'a str,
    /// The length of the file in bytes.
    pub bytes: usize,
    /// The contents of the file.
    pub template: &'a Value,
}

/// The number of resources that CloudFormation receives after SAM. `.ci/expand` makes SAM itself count, too.
pub fn resources(template: &Value) -> usize {
    let of = |resource: &Value| match text(resource, "/Type") {
        "AWS::Serverless::Function" => {
            let events = resource.pointer("/Properties/Events").and_then(Value::as_object);
            // A schedule is a rule and the permission to call the function; every other event is an event source mapping.
            let of = |event: &Value| if text(event, "/Type") == "Schedule" { 2 } else { 1_usize };
            events.map_or(0, |events| events.values().map(of).sum::<usize>()).saturating_add(1)
        }
        _ => 1,
    };
    section(template, "Resources").map(|(_, resource)| of(resource)).sum()
}

fn section<'a>(template: &'a Value, name: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    template.get(name).and_then(Value::as_object).into_iter().flat_map(Map::iter)
}

/// Returns everything that is over a limit.
pub fn check(templates: &[Measured<'_>]) -> Vec<String> {
    let mut wrong = vec![];
    for Measured { file, bytes, template } in templates {
        let mut most = |what: &str, count: usize, most: usize| {
            if count > most {
                wrong.push(format!("{file} has {count} {what}, and {most} are the most"));
            }
        };
        most("resources", resources(template), RESOURCES);
        most("parameters", section(template, "Parameters").count(), PARAMETERS);
        most("outputs", section(template, "Outputs").count(), OUTPUTS);
        most("bytes", *bytes, TEMPLATE_BYTES);
        let everywhere = template.pointer("/Globals/Function/Environment/Variables");
        for (id, resource) in section(template, "Resources") {
            let properties = resource.get("Properties").unwrap_or(&Value::Null);
            let policies = list(properties, "/Policies").iter().map(|policy| length(&policy["PolicyDocument"])).sum();
            most(&format!("characters in the policies of {id}"), policies, POLICY_CHARACTERS);
            let own = properties.pointer("/Environment/Variables");
            let variables = [everywhere, own].into_iter().flatten().map(length).sum();
            most(&format!("bytes in the environment of {id}"), variables, ENVIRONMENT_BYTES);
            most(&format!("characters in the name of {id}"), length(&properties["QueueName"]), QUEUE_NAME);
            if text(resource, "/Type") == "AWS::Serverless::Function" {
                most(&format!("characters in the name of {id}"), length(&properties["FunctionName"]), FUNCTION_NAME);
            }
        }
    }
    wrong.extend(of_the_api(templates));
    wrong
}

/// Checks the limits of the API, which all areas share.
fn of_the_api(templates: &[Measured<'_>]) -> Vec<String> {
    let of = |kind: &'static str| {
        let all = templates.iter().flat_map(|measured| section(measured.template, "Resources"));
        all.map(|(_, resource)| resource).filter(move |resource| text(resource, "/Type") == kind)
    };
    let mut wrong = vec![];
    for (kind, what, most) in [
        ("AWS::ApiGatewayV2::Route", "routes", ROUTES),
        ("AWS::ApiGatewayV2::Integration", "integrations", INTEGRATIONS),
    ] {
        let count = of(kind).count();
        if count > most {
            wrong.push(format!("the API has {count} {what}, and {most} are its quota"));
        }
    }
    // API Gateway does not allow two names for a parameter at the same place of a path.
    let mut shapes = BTreeMap::new();
    for key in of("AWS::ApiGatewayV2::Route").map(|route| text(route, "/Properties/RouteKey")) {
        let shape: Vec<_> = key.split('/').map(|part| if part.starts_with('{') { "{}" } else { part }).collect();
        if let Some(other) = shapes.insert(shape.join("/"), key) {
            wrong.push(format!("the routes {other} and {key} cannot be told from each other"));
        }
    }
    wrong
}

/// The length of a value in a deployment with the longest names: a reference counts as an ARN.
fn length(value: &Value) -> usize {
    const LONGEST: [(&str, &str); 5] = [
        ("${AWS::Partition}", "aws-us-gov"),
        ("${AWS::Region}", "ap-northeast-1"),
        ("${AWS::AccountId}", "123456789012"),
        ("${AWS::URLSuffix}", "amazonaws.com.cn"),
        ("${Stage}", "twelveletter"),
    ];
    const REFERENCE: usize = 128;
    match value {
        Value::Object(map) => match map.iter().next() {
            Some((key, Value::String(text))) if key == "Fn::Sub" => {
                LONGEST.iter().fold(text.clone(), |text, (name, value)| text.replace(name, value)).len()
            }
            Some((key, _)) if key == "Ref" || key.starts_with("Fn::") => REFERENCE,
            // Six characters for quotes, a colon and a comma.
            _ => map.iter().map(|(key, value)| key.len().saturating_add(length(value)).saturating_add(6)).sum(),
        },
        Value::Array(items) => items.iter().map(|item| length(item).saturating_add(3)).sum::<usize>().saturating_add(2),
        Value::String(text) => text.len(),
        Value::Null => 0,
        Value::Bool(_) | Value::Number(_) => value.to_string().len(),
    }
}

/// Reports names that refer to nothing, and names that two resources have: CloudFormation would not notice either.
pub fn names(templates: &[Measured<'_>]) -> Vec<String> {
    const NAMED: [(&str, &str); 8] = [
        ("AWS::Serverless::Function", "FunctionName"),
        ("AWS::DynamoDB::Table", "TableName"),
        ("AWS::S3::Bucket", "BucketName"),
        ("AWS::SQS::Queue", "QueueName"),
        ("AWS::SNS::Topic", "TopicName"),
        ("AWS::Logs::LogGroup", "LogGroupName"),
        ("AWS::CloudWatch::Alarm", "AlarmName"),
        ("AWS::CloudWatch::Dashboard", "DashboardName"),
    ];
    let (mut wrong, mut has, mut used) = (vec![], BTreeMap::new(), vec![]);
    for measured in templates {
        for (id, resource) in section(measured.template, "Resources") {
            uses(resource, &mut used);
            let kind = NAMED.iter().find(|(kind, _)| text(resource, "/Type") == *kind);
            let named = kind.map(|(kind, property)| (kind, text(resource, &format!("/Properties/{property}/Fn::Sub"))));
            if let Some(other) = named.and_then(|named| has.insert(named, (measured.file, id))) {
                wrong.push(format!("{} of {} and {id} of {} have the same name", other.1, other.0, measured.file));
            }
        }
    }
    let mut known = vec![];
    has.keys().for_each(|(_, name)| parts(name, &mut known));
    used.sort();
    used.dedup();
    let lost = used.into_iter().filter(|name| !known.contains(name));
    wrong.extend(lost.map(|name| format!("nothing has the name {}", names::name(&name))));
    wrong
}

fn uses(value: &Value, used: &mut Vec<String>) {
    match value {
        Value::Object(map) => map.values().for_each(|value| uses(value, used)),
        Value::Array(items) => items.iter().for_each(|item| uses(item, used)),
        Value::String(text) => parts(text, used),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The individual parts of the conventional names in a text.
fn parts(text: &str, found: &mut Vec<String>) {
    let start = names::name("");
    for rest in text.split(&start).skip(1) {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(rest.len());
        let own = rest.get(..end).unwrap_or_default().trim_end_matches('-');
        // Queues' URLs are put together by whoever uses them: this is the beginning of all their names.
        if !own.is_empty() && own != "queue" {
            found.push(own.to_owned());
        }
    }
}
