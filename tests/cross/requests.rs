//! Requests that no route accepts: lists instead of objects, bodies where none is expected, unknown parameters, endless texts, and bodies
//! that are not JSON. Each is refused before anything is done, and never with a server error.

use crate::routes::{Everybody, method, routes, sample};
use serde_json::{Value, json};
use tradewind_lambda::Route;

/// All variants of a body in which `change` has changed one place: a copy of the whole body for each of them.
fn changed(body: &Value, change: &dyn Fn(&Value) -> Option<Value>) -> Vec<Value> {
    let mut all: Vec<_> = change(body).into_iter().collect();
    match body {
        Value::Object(fields) => {
            for (name, value) in fields {
                all.extend(changed(value, change).into_iter().map(|value| {
                    let mut copy = fields.clone();
                    copy.insert(name.clone(), value);
                    Value::Object(copy)
                }));
            }
        }
        Value::Array(items) => {
            for (place, item) in items.iter().enumerate() {
                all.extend(changed(item, change).into_iter().map(|item| {
                    let mut copy = items.clone();
                    copy[place] = item;
                    Value::Array(copy)
                }));
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    all
}

/// The routes whose body is checked first: not those whose sender signs the body.
fn checked() -> impl Iterator<Item = (Route, String, Value)> {
    let all = routes().into_iter().filter(|route| !route.endpoint.signed);
    all.filter_map(|route| match sample(&route) {
        (path, Some(body)) => Some((route, path, body)),
        (_, None) => None,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_never_taken_for_an_object_however_deep() {
    let all = Everybody::start("objects").await;
    let as_list = |value: &Value| value.as_object().map(|fields| Value::Array(fields.values().cloned().collect()));
    let as_empty = |value: &Value| value.as_object().map(|_| json!([]));
    let mut tried = 0;
    for (route, path, body) in checked() {
        for (number, wrong) in changed(&body, &as_list).into_iter().chain(changed(&body, &as_empty)).enumerate() {
            let answer = all.call(&route, &path, Some(&wrong), &format!("l{number}")).await;
            let key = route.endpoint.route_key();
            assert_eq!((answer.status, answer.code()), (422, "invalid"), "{key} {wrong}: {}", answer.text);
            for error in answer.json["errors"].as_array().unwrap() {
                let message = error["message"].as_str().unwrap();
                assert!(
                    !["struct", "tuple", "sequence", "expected"].iter().any(|word| message.contains(word)),
                    "{key}: {message}"
                );
            }
            tried += 1;
        }
    }
    assert!(tried > 60, "only {tried} were tried");
    all.world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_that_there_is_not_is_refused_however_deep() {
    let all = Everybody::start("fields").await;
    let more = |value: &Value| {
        let mut fields = value.as_object()?.clone();
        fields.insert("no_such_field".into(), json!(1));
        Some(Value::Object(fields))
    };
    let mut taken = vec![];
    for (route, path, body) in checked() {
        for (number, wrong) in changed(&body, &more).into_iter().enumerate() {
            let answer = all.call(&route, &path, Some(&wrong), &format!("f{number}")).await;
            let mut named = answer.json["errors"].as_array().into_iter().flatten().filter_map(|e| e["field"].as_str());
            if answer.status != 422 || !named.any(|field| field.ends_with("no_such_field")) {
                taken.push(format!("{} {wrong}: {}", route.endpoint.route_key(), answer.text));
            }
        }
    }
    assert!(taken.is_empty(), "{taken:#?}");
    all.world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_text_is_too_long_to_be_refused() {
    let all = Everybody::start("texts").await;
    let long = |value: &Value| value.is_string().then(|| json!("x".repeat(200_000)));
    let empty = |value: &Value| value.is_string().then(|| json!(""));
    let (mut tried, mut taken) = (0, vec![]);
    for (route, path, body) in checked() {
        for (number, wrong) in changed(&body, &long).into_iter().enumerate() {
            let answer = all.call(&route, &path, Some(&wrong), &format!("t{number}")).await;
            let key = route.endpoint.route_key();
            if !(400..500).contains(&answer.status) {
                taken.push(format!("{key}: {}", answer.status));
            }
            tried += 1;
        }
        for (number, wrong) in changed(&body, &empty).into_iter().enumerate() {
            let answer = all.call(&route, &path, Some(&wrong), &format!("e{number}")).await;
            assert!(answer.status < 500, "{} {wrong}: {}", route.endpoint.route_key(), answer.text);
        }
    }
    assert!(taken.is_empty() && tried > 40, "{tried} were tried; taken were {taken:?}");
    all.world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_is_refused_where_none_is_taken() {
    let all = Everybody::start("none").await;
    for route in routes() {
        let (path, None) = sample(&route) else { continue };
        // A sample that ends everybody's session.
        let path = path.replace("sessions/current", "sessions/ses_01jd0000000000000000000000");
        for (number, body) in [json!([]), json!({ "all": true }), json!(null), json!("{}")].iter().enumerate() {
            let answer = all.call(&route, &path, Some(body), &format!("n{number}")).await;
            let key = route.endpoint.route_key();
            assert_eq!((answer.status, answer.code()), (422, "invalid"), "{key} {body}: {}", answer.text);
        }
        // Many clients send an empty object with every request; it has no meaning.
        let (none, empty) =
            (all.call(&route, &path, None, "n").await, all.call(&route, &path, Some(&json!({})), "o").await);
        assert_eq!(empty.code(), none.code(), "{}: {}", route.endpoint.route_key(), empty.text);
    }
    all.world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_parameter_that_there_is_not_is_refused() {
    let all = Everybody::start("queries").await;
    for route in routes() {
        let (path, body) = sample(&route);
        for query in ["no_such_parameter=1", "no_such_parameter", "LIMIT=1"] {
            let answer = all.call(&route, &format!("{path}?{query}"), body.as_ref(), "q").await;
            answer.expect_invalid(query.split('=').next().unwrap());
        }
    }
    all.world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_of_any_length_that_names_nothing_is_404() {
    let all = Everybody::start("ids").await;
    let mut tried = 0;
    for route in routes() {
        let (path, body) = sample(&route);
        let places = route.endpoint.path.split('/').enumerate().filter(|(_, part)| part.starts_with('{'));
        for (place, _) in places {
            for id in
                ["x".repeat(2_100), "0".into(), "%00".into(), "..%2f".into(), "lst_%F0%9F%9A%B2".into(), "a%20b".into()]
            {
                let parts = path.split('/').enumerate();
                let parts: Vec<_> = parts.map(|(at, part)| if at == place { id.as_str() } else { part }).collect();
                // The process that ships with the product is version 0.
                if route.endpoint.path.ends_with("{version}") && id == "0" {
                    continue;
                }
                let answer = all.call(&route, &parts.join("/"), body.as_ref(), "i").await;
                let key = route.endpoint.route_key();
                assert_eq!((answer.status, answer.code()), (404, "not_found"), "{key} {id:.20}: {}", answer.text);
                tried += 1;
            }
        }
    }
    assert!(tried > 100, "only {tried} were tried");
    all.world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_without_an_end_are_refused() {
    let all = Everybody::start("headers").await;
    let long = "x".repeat(3_000);
    for route in routes() {
        let (path, body) = sample(&route);
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        for name in ["x-marketplace", "idempotency-key", "if-match", "authorization", "if-none-match", "host"] {
            // A client has each header only once: this one replaces the client's own, because the later one counts.
            let client = all.caller(&route).key("h").header(name, &long);
            let answer =
                client.send_raw(method(&route), &path, &[("content-type", "application/json")], body.clone().into());
            let answer = answer.await;
            assert!(answer.status < 500, "{} {name}: {}", route.endpoint.route_key(), answer.text);
        }
    }
    all.world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_says_it_is_no_json_is_415() {
    let all = Everybody::start("media-types").await;
    for (route, path, body) in checked() {
        for kind in ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16"] {
            let client = all.caller(&route).key("m");
            let answer =
                client.send_raw(method(&route), &path, &[("content-type", kind)], body.to_string().into()).await;
            answer.expect_problem(415, "media_type_unsupported");
        }
    }
    all.world.stop().await;
}
