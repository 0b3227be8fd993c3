//! Sends every sample event to its function. With functions as processes this starts every binary with a Runtime API.

use serde_json::Value;
use std::{fs, path::Path};
use tradewind_kernel::event::{AnyEvent, Envelope};
use tradewind_lambda::{Function, Trigger};
use tradewind_tests::World;

fn samples(function: &Function) -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../events").join(function.name);
    let entries = fs::read_dir(&folder).unwrap_or_else(|_| panic!("events/{} is missing", function.name));
    let read = |path: &Path| serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let samples: Vec<_> = entries.map(|e| e.unwrap().path()).map(|p| (p.display().to_string(), read(&p))).collect();
    assert!(!samples.is_empty(), "events/{} is empty", function.name);
    samples
}

#[tokio::test(flavor = "multi_thread")]
async fn every_function_answers_its_sample_events() {
    let world = World::start().await;
    world.market("bikes").await;
    for function in tradewind_local::functions() {
        for (path, event) in samples(&function) {
            let answer =
                world.local.invoke(function.name, event.clone()).await.unwrap_or_else(|e| panic!("{path}: {e}"));
            match &function.trigger {
                Trigger::Http(_) => {
                    let status = answer["statusCode"].as_u64().unwrap();
                    assert!(status < 500, "{path}: {answer}");
                }
                Trigger::Queue(_) => {
                    assert!(answer["batchItemFailures"].is_array(), "{path}: {answer}");
                    for record in event["Records"].as_array().unwrap() {
                        let body = record["body"].as_str().unwrap();
                        let is_event = serde_json::from_str::<Envelope<AnyEvent>>(body).is_ok();
                        assert!(is_event || body.contains("\"s3\""), "{path}: the body is no message of ours");
                    }
                }
                Trigger::Schedule(_) => assert!(answer["did"].is_u64(), "{path}: {answer}"),
                Trigger::Stream(_) => assert_eq!(answer["batchItemFailures"], Value::Array(vec![]), "{path}"),
                Trigger::Fallback(_) => assert_eq!(answer["statusCode"], 404, "{path}: {answer}"),
                Trigger::Authoriser => assert_eq!(answer["isAuthorized"], true, "{path}"),
            }
        }
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poison_message_does_not_hold_up_its_neighbours() {
    let world = World::start().await;
    world.market("bikes").await;
    let functions = tradewind_local::functions();
    for function in functions.iter().filter(|f| matches!(f.trigger, Trigger::Queue(_))) {
        let record = |id: &str, body: &str| serde_json::json!({ "messageId": id, "body": body, "attributes": {} });
        let event =
            serde_json::json!({ "Records": [record("bad", "{not json"), record("unknown", r#"{"type":"x.v9"}"#)] });
        let answer = world.local.invoke(function.name, event).await.unwrap();
        let failed = answer["batchItemFailures"].as_array().unwrap();
        assert!(failed.iter().any(|f| f["itemIdentifier"] == "bad"), "{}: {answer}", function.name);
    }
    world.stop().await;
}
