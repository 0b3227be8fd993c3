//! `cargo xtask events`: a sample event for every function, in the JSON that Lambda would call it with. A test replays them, and
//! `cargo lambda invoke --data-file` sends one to a function.

use crate::{
    derived,
    openapi::path_parameters,
    run::{Result, compare, files, write as write_file},
    samples,
    schemas::{Names, shape},
};
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use tradewind_kernel::{
    MarketplaceId, UploadId,
    event::{AnyEvent, Envelope, Queue},
};
use tradewind_lambda::{Access, Function, Route, Trigger};
use tradewind_media::UploadPurpose;

const REGION: &str = "eu-central-1";
const ACCOUNT: &str = "123456789012";
const HOST: &str = "api.example.com";

/// Writes the files.
pub fn write() -> Result<()> {
    all()?.iter().try_for_each(|(name, text)| write_file(name, text))
}

/// Compares the files with what they must be. A file that belongs to no function is an error too.
pub fn check() -> Result<String> {
    let all = all()?;
    all.iter().try_for_each(|(name, text)| compare(name, text, "cargo xtask events"))?;
    // Golden events are not samples: they are what releases have written.
    let is_sample = |name: &String| !name.starts_with("events/golden/");
    match files("events", ".json")?.into_iter().filter(is_sample).find(|name| !all.contains_key(name)) {
        Some(stranger) => Err(format!("{stranger} is no sample of any function: delete it")),
        None => Ok(format!("{} samples", all.len())),
    }
}

fn all() -> Result<BTreeMap<String, String>> {
    let mut all = BTreeMap::new();
    for function in tradewind_local::functions() {
        for (name, event) in of(&function)? {
            let mut text = serde_json::to_string_pretty(&event).map_err(|e| e.to_string())?;
            text.push('\n');
            all.insert(format!("events/{}/{name}.json", function.name), text);
        }
    }
    Ok(all)
}

fn of(function: &Function) -> Result<Vec<(String, Value)>> {
    Ok(match &function.trigger {
        Trigger::Http(route) => vec![("request".into(), request(route)?)],
        Trigger::Queue(queue) if queue.consumer.queue == tradewind_media::UPLOADED => {
            vec![("object-created".into(), messages(queue.consumer.queue, &[notification().to_string()]))]
        }
        Trigger::Queue(queue) => {
            let (events, queue) = (queue.events, queue.consumer.queue);
            let takes = |name: &str| events.iter().copied().flatten().any(|taken| *taken == name);
            let all = samples::events()?;
            // Whoever takes no event by its name takes any.
            let any = all.first().filter(|_| events.is_empty()).cloned();
            let taken = all.into_iter().filter(|envelope| takes(&envelope.event.name)).chain(any);
            taken.map(|envelope| Ok((name(&envelope)?, messages(queue, &[text(&envelope)?])))).collect::<Result<_>>()?
        }
        Trigger::Schedule(_) => vec![("schedule".into(), schedule(function.name))],
        Trigger::Stream(_) => {
            let one = |envelope: &Envelope<AnyEvent>| Ok((name(envelope)?, stream(&text(envelope)?)));
            samples::events()?.iter().map(one).collect::<Result<_>>()?
        }
        Trigger::Fallback(_) => vec![("request".into(), nowhere())],
        Trigger::Authoriser => vec![("request".into(), authoriser())],
    })
}

fn text(envelope: &Envelope<AnyEvent>) -> Result<String> {
    serde_json::to_string(envelope).map_err(|e| e.to_string())
}

/// The name of an event's file: `order.paid.v1` becomes `order-paid-v1`.
fn name(envelope: &Envelope<AnyEvent>) -> Result<String> {
    let value = serde_json::to_value(envelope).map_err(|e| e.to_string())?;
    Ok(value.get("type").and_then(Value::as_str).unwrap_or_default().replace(['.', '_'], "-"))
}

/// A request as API Gateway sends it (HTTP API, payload format 2.0), with the result of the authoriser.
fn request(route: &Route) -> Result<Value> {
    let endpoint = route.endpoint;
    let body = body(route)?;
    let parameters = parameters(route)?;
    let path = parameters.iter().fold(endpoint.path.to_owned(), |path, (name, value)| {
        path.replace(&format!("{{{name}}}"), value.as_str().unwrap_or_default())
    });
    let mut headers =
        Map::from_iter([("host".to_owned(), json!(HOST)), ("accept".to_owned(), json!("application/json"))]);
    if body.is_some() {
        headers.insert("content-type".into(), json!("application/json"));
    }
    if endpoint.takes_key() {
        headers.insert("idempotency-key".into(), json!(format!("sample-{}", endpoint.function)));
    }
    let mut context = context(&endpoint.route_key(), &endpoint.method.to_string(), &path);
    let principal = match route.access {
        Access::Anybody => None,
        Access::Public => {
            headers.insert("x-marketplace".into(), json!(samples::id::<MarketplaceId>()));
            None
        }
        Access::User | Access::Seller | Access::Admin => {
            headers.insert("x-marketplace".into(), json!(samples::id::<MarketplaceId>()));
            Some(samples::person())
        }
        Access::Operator => Some(json!({ "kind": "operator" })),
    };
    if let (Some(context), Some(principal)) = (context.as_object_mut(), principal) {
        headers.insert("authorization".into(), json!("Bearer sample"));
        context.insert("authorizer".into(), json!({ "lambda": { "principal": principal.to_string() } }));
    }
    let mut event = json!({
        "version": "2.0", "routeKey": endpoint.route_key(), "rawPath": path, "rawQueryString": "", "headers": headers,
        "requestContext": context, "pathParameters": parameters, "isBase64Encoded": false,
    });
    if let (Some(event), Some(body)) = (event.as_object_mut(), body) {
        event.insert("body".into(), json!(body.to_string()));
    }
    Ok(event)
}

/// The body for a route: the one that is written down, or the smallest that its schema accepts.
fn body(route: &Route) -> Result<Option<Value>> {
    let function = route.endpoint.function;
    match (samples::body(function), schema(route.request)) {
        (None, None) => Ok(None),
        (Some(body), Some(_)) => Ok(Some(body)),
        (Some(_), None) => {
            Err(format!("{function} takes no body, and has a sample of one in infra/xtask/src/samples.rs"))
        }
        (None, Some((schema, components))) => derived::least(&schema, &components).map(Some).ok_or_else(|| {
            format!("{function} needs a sample body in infra/xtask/src/samples.rs: none follows from its schema")
        }),
    }
}

/// The values of the parameters in a route's path.
fn parameters(route: &Route) -> Result<Map<String, Value>> {
    let known = schema(route.parameters);
    let one = |name: &str| {
        let follows = || {
            let (schema, components) = known.as_ref()?;
            derived::least(schema.get("properties")?.get(name)?, components)
        };
        let text = |value: Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let value = samples::path_parameter(name).map(str::to_owned).or_else(|| follows().map(text));
        let value = value.ok_or_else(|| format!("`{name}` of a path needs a sample in infra/xtask/src/samples.rs"))?;
        Ok((name.to_owned(), json!(value)))
    };
    path_parameters(route.endpoint.path).map(one).collect()
}

/// A schema as in the API document, and the components to which it refers.
fn schema(of: fn(&mut SchemaGenerator) -> Schema) -> Option<(Value, Map<String, Value>)> {
    let mut components = Map::new();
    let schema = Names::default().settle(&shape("", of)?, &mut components);
    Some((schema, components))
}

fn context(route_key: &str, method: &str, path: &str) -> Value {
    json!({
        "accountId": ACCOUNT, "apiId": "sample", "domainName": HOST, "domainPrefix": "api", "requestId": "sample-request",
        "routeKey": route_key, "stage": "$default", "time": "18/Nov/2024:14:40:00 +0000", "timeEpoch": samples::MILLIS,
        "http": {
            "method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "sample",
        },
    })
}

/// A request to an address without an endpoint.
fn nowhere() -> Value {
    json!({
        "version": "2.0", "routeKey": "$default", "rawPath": "/v1/nowhere", "rawQueryString": "", "headers": { "host": HOST },
        "requestContext": context("$default", "GET", "/v1/nowhere"), "isBase64Encoded": false,
    })
}

/// The request that API Gateway sends to an authoriser (payload format 2.0).
fn authoriser() -> Value {
    json!({
        "version": "2.0", "type": "REQUEST",
        "routeArn": format!("arn:aws:execute-api:{REGION}:{ACCOUNT}:sample/$default/GET/v1/me"),
        "identitySource": ["Bearer sample"], "routeKey": "GET /v1/me", "rawPath": "/v1/me", "rawQueryString": "",
        "headers": { "authorization": "Bearer sample", "host": HOST },
        "requestContext": context("GET /v1/me", "GET", "/v1/me"),
    })
}

/// Messages of a queue as Lambda passes them on.
fn messages(queue: Queue, bodies: &[String]) -> Value {
    let record = |(number, body): (usize, &String)| {
        json!({
            "messageId": format!("00000000-0000-4000-8000-{number:012}"),
            "receiptHandle": format!("sample-{number}"),
            "body": body,
            "attributes": {
                "ApproximateReceiveCount": "1", "SentTimestamp": samples::MILLIS.to_string(), "SenderId": "AROASAMPLE",
                "ApproximateFirstReceiveTimestamp": samples::MILLIS.to_string(),
            },
            "messageAttributes": {},
            "eventSource": "aws:sqs",
            "eventSourceARN": format!("arn:aws:sqs:{REGION}:{ACCOUNT}:tradewind-sample-{}", queue.name()),
            "awsRegion": REGION,
        })
    };
    json!({ "Records": bodies.iter().enumerate().map(record).collect::<Vec<_>>() })
}

/// The notification that S3 sends when a picture was uploaded.
fn notification() -> Value {
    let bucket = format!("tradewind-sample-uploads-{ACCOUNT}-{REGION}");
    let key = UploadPurpose::ListingImage.key(&samples::id::<MarketplaceId>(), &samples::id::<UploadId>());
    json!({
        "Records": [{
            "eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": REGION, "eventTime": "2024-11-18T14:40:00.000Z",
            "eventName": "ObjectCreated:Post", "userIdentity": { "principalId": "AWS:AROASAMPLE" },
            "requestParameters": { "sourceIPAddress": "192.0.2.1" },
            "responseElements": { "x-amz-request-id": "SAMPLE", "x-amz-id-2": "SAMPLE" },
            "s3": {
                "s3SchemaVersion": "1.0", "configurationId": "images",
                "bucket": {
                    "name": bucket, "ownerIdentity": { "principalId": "SAMPLE" }, "arn": format!("arn:aws:s3:::{bucket}"),
                },
                "object": { "key": key, "size": 48213, "eTag": "0123456789abcdef0123456789abcdef", "sequencer": "00673B5300" },
            },
        }],
    })
}

fn schedule(function: &str) -> Value {
    json!({
        "version": "0", "id": "00000000-0000-4000-8000-000000000000", "detail-type": "Scheduled Event", "source": "aws.events",
        "account": ACCOUNT, "time": "2024-11-18T14:40:00Z", "region": REGION,
        "resources": [format!("arn:aws:events:{REGION}:{ACCOUNT}:rule/tradewind-sample-{function}")], "detail": {},
    })
}

/// An event that was put on the outbox, as the table's stream shows it.
fn stream(body: &str) -> Value {
    let (marketplace, text) = (samples::id::<MarketplaceId>(), |text: &str| json!({ "S": text }));
    let (pk, sk) = (text(&format!("{marketplace}#event#sample")), text("event"));
    json!({
        "Records": [{
            "eventID": "00000000000000000000000000000001", "eventName": "INSERT", "eventVersion": "1.1",
            "eventSource": "aws:dynamodb", "awsRegion": REGION,
            "eventSourceARN": format!("arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/tradewind-sample-main/stream/2024-11-18T00:00:00.000"),
            "dynamodb": {
                "ApproximateCreationDateTime": samples::MILLIS.checked_div(1000), "SequenceNumber": "100000000000000000001",
                "SizeBytes": 512, "StreamViewType": "NEW_IMAGE",
                "Keys": { "pk": pk, "sk": sk },
                "NewImage": { "pk": pk, "sk": sk, "kind": text("event"), "body": text(body) },
            },
        }],
    })
}
