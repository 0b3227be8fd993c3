//! An area's stack: its functions with everything that belongs to each, its log group, alarms and dashboard, and the parameters that it
//! needs.

use super::{
    alarms, dashboard, function,
    names::{self, pascal, reference, substitute},
    queue, route,
};
use crate::run::Result;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use tradewind_lambda::Function;

/// The parameters that the root passes to a stack that needs them: the name, the description, and the value in the root.
pub const PARAMETERS: [(&str, &str, &str); 13] = [
    ("Stage", "The name of the deployment, a part of every name.", "Ref Stage"),
    ("Architecture", "The processor that functions run on.", "Ref Architecture"),
    ("LogRetentionDays", "How long logs are kept.", "Ref LogRetentionDays"),
    ("Dashboards", "Whether there is a dashboard: areas or none.", "Ref Dashboards"),
    ("Domain", "The domain whose subdomains are marketplaces, or nothing.", "Ref Domain"),
    ("MediaUrl", "The base URL of the CDN in front of the media bucket, or nothing.", "Ref MediaUrl"),
    ("ApiId", "The API.", "Ref Api"),
    ("ApiRoleArn", "The role with which API Gateway calls functions.", "Fn::GetAtt ApiRole.Arn"),
    ("AuthoriserId", "The API's authoriser.", "Ref Authoriser"),
    ("MainTableStreamArn", "The main table's stream.", "Fn::GetAtt MainTable.StreamArn"),
    ("SenderAddress", "Whom e-mails come from.", "Ref SenderAddress"),
    ("KeysVersion", "Counts up when secrets are changed, so that functions read them anew.", "Ref KeysVersion"),
    ("OperatorAddress", "Who is told of dead letters, or nobody.", "Ref OperatorAddress"),
];

/// The stack of an area.
pub struct Stack {
    /// The name of the area.
    pub area: String,
    /// The sections before the resources.
    pub head: Vec<(&'static str, Value)>,
    /// The resources, with those of a function together.
    pub resources: Vec<(String, Value)>,
}

/// Builds a stack for each area, in the order in which the areas list their functions.
pub fn stacks(functions: &[Function]) -> Result<Vec<Stack>> {
    let mut areas: Vec<&str> = vec![];
    for area in functions.iter().map(|function| names::area(function.name)) {
        if !areas.contains(&area) {
            areas.push(area);
        }
    }
    areas.into_iter().map(|area| stack(area, functions)).collect()
}

fn stack(area: &str, all: &[Function]) -> Result<Stack> {
    let functions: Vec<_> = all.iter().filter(|function| names::area(function.name) == area).collect();
    let mut resources = alarms::resources(area);
    resources.push(("Dashboard".into(), dashboard::resource(area, &functions)));
    for function in functions {
        let id = pascal(function.name);
        resources.push((id.clone(), function::function(function, all)));
        resources.push((format!("{id}Role"), function::role(function, all)));
        resources.extend(route::resources(function));
        resources.extend(queue::resources(function));
    }
    let mut seen = BTreeSet::new();
    if let Some((id, _)) = resources.iter().find(|(id, _)| !seen.insert(id)) {
        return Err(format!("two resources of {area} would be called {id}: rename a function"));
    }
    let globals = globals();
    let used = |(name, _, _): &&(&str, &str, &str)| {
        let used = |value: &Value| uses(value, name);
        used(&globals) || *name == "Dashboards" || resources.iter().any(|(_, resource)| used(resource))
    };
    let parameter = |(name, says, _): &(&str, &str, &str)| {
        let kind = if *name == "LogRetentionDays" { "Number" } else { "String" };
        ((*name).to_owned(), json!({ "Type": kind, "Description": says }))
    };
    let parameters: Map<_, _> = PARAMETERS.iter().filter(used).map(parameter).collect();
    let head = vec![
        ("AWSTemplateFormatVersion", json!("2010-09-09")),
        ("Transform", json!("AWS::Serverless-2016-10-31")),
        ("Description", json!(format!("Tradewind: the functions of {area}."))),
        ("Parameters", Value::Object(parameters)),
        ("Conditions", json!({ "HasDashboard": { "Fn::Equals": [reference("Dashboards"), "areas"] } })),
        ("Globals", globals),
    ];
    Ok(Stack { area: area.to_owned(), head, resources })
}

/// The settings of all functions. A variable that names a resource is set only on the functions that may use the resource; here are only
/// those that every function may know.
fn globals() -> Value {
    json!({
        "Function": {
            // All functions share one code folder: `sam build` runs `cargo lambda build --bin <Binary>` in it, and all builds but the first
            // are quick.
            "CodeUri": "../..",
            "Handler": "bootstrap",
            "Runtime": "provided.al2023",
            "Architectures": [reference("Architecture")],
            "LoggingConfig": { "LogGroup": reference("Log") },
            // Lambda samples traces: the first request of each second, and one in twenty of the others.
            "Tracing": "Active",
            "Environment": {
                "Variables": {
                    "STAGE": reference("Stage"),
                    "DOMAIN": reference("Domain"),
                    "BUCKET_MEDIA": substitute(&names::bucket("media")),
                    "MEDIA_URL": reference("MediaUrl"),
                },
            },
        },
    })
}

/// Whether a value refers to a parameter.
fn uses(value: &Value, parameter: &str) -> bool {
    match value {
        Value::Object(map) => map.iter().any(|(key, value)| match (key.as_str(), value) {
            ("Ref", Value::String(name)) => name == parameter,
            ("Fn::Sub", Value::String(text)) => text.contains(&format!("${{{parameter}}}")),
            _ => uses(value, parameter),
        }),
        Value::Array(items) => items.iter().any(|value| uses(value, parameter)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

impl Stack {
    /// The file of the template.
    pub fn file(&self) -> String {
        format!("functions/{}/template.yaml", self.area)
    }

    /// The parameters that it declares.
    pub fn parameters(&self) -> Vec<&str> {
        let declared = self.head.iter().find(|(section, _)| *section == "Parameters").and_then(|(_, p)| p.as_object());
        declared.into_iter().flat_map(Map::keys).map(String::as_str).collect()
    }

    /// The template as JSON.
    pub fn template(&self) -> Value {
        let mut template: Map<_, _> =
            self.head.iter().map(|(section, value)| ((*section).to_owned(), value.clone())).collect();
        template.insert("Resources".into(), Value::Object(self.resources.iter().cloned().collect()));
        Value::Object(template)
    }
}
