//! Calls every route as somebody who may not call it.

use crate::routes::{routes, sample};
use hyper::Method;
use serde_json::Value;
use tradewind_lambda::{Access, Route};
use tradewind_tests::{Answer, Client, World};

/// The path of a route, with the ids of its sample, which are valid but belong to nothing. Other parameters, such as a version, stay as
/// declared.
fn path(route: &Route) -> String {
    let sampled = sample(route).0;
    let part =
        |(part, sampled): (&str, &str)| if part.ends_with("_id}") { sampled.to_owned() } else { part.to_owned() };
    route.endpoint.path.split('/').zip(sampled.split('/')).map(part).collect::<Vec<_>>().join("/")
}

async fn call(client: &Client, route: &Route) -> Answer {
    let method = Method::from_bytes(route.endpoint.method.to_string().as_bytes()).unwrap();
    if matches!(method, Method::GET | Method::DELETE) {
        return client.send_raw(method, &path(route), &[], "".into()).await;
    }
    client.send_raw(method, &path(route), &[("content-type", "application/json")], "{}".into()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_gets_401_wherever_an_account_is_needed() {
    let world = World::start().await;
    let market = world.market("strangers").await;
    for route in routes().iter().filter(|r| r.access.authorised()) {
        let answer = call(&market.anybody(), route).await;
        assert_eq!(answer.status, 401, "{}: {}", route.endpoint.route_key(), answer.text);
        let answer = call(&market.anybody().bearer("not.a.token").key("k1"), route).await;
        assert_eq!((answer.status, answer.code()), (401, "token_invalid"), "{}", route.endpoint.route_key());
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wrong_role_gets_403() {
    let world = World::start().await;
    let market = world.market("roles").await;
    let buyer = market.buyer("bob").await;
    for route in routes() {
        let (client, code) = match route.access {
            Access::Seller => (&buyer.client, "seller_required"),
            Access::Admin => (&buyer.client, "admin_required"),
            Access::Operator => (&market.admin.client, "operator_required"),
            Access::User => (&world.operator().at("roles"), "account_required"),
            Access::Anybody | Access::Public => continue,
        };
        let keyed = client.clone().key("k1");
        let answer = call(&keyed, &route).await;
        assert_eq!((answer.status, answer.code()), (403, code), "{}: {}", route.endpoint.route_key(), answer.text);
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_another_marketplace_is_nobodys() {
    let world = World::start().await;
    let (here, there) = (world.market("here").await, world.market("there").await);
    let seller = there.seller("sue").await;
    for route in routes() {
        let client = match route.access {
            Access::User | Access::Seller => &seller.client,
            Access::Admin => &there.admin.client,
            Access::Anybody | Access::Public | Access::Operator => continue,
        };
        let answer = call(&client.clone().at(&here.slug).key("k1"), &route).await;
        assert_eq!((answer.status, answer.code()), (401, "other_marketplace"), "{}", route.endpoint.route_key());
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_exist_is_404_for_everybody() {
    let world = World::start().await;
    let market = world.market("nothing").await;
    let seller = market.seller("sue").await;
    for route in routes().iter().filter(|r| r.endpoint.method.to_string() == "GET" && r.endpoint.path.contains('{')) {
        let operator = world.operator();
        let client = match route.access {
            Access::Admin => &market.admin.client,
            Access::Operator => &operator,
            Access::Anybody | Access::Public | Access::User | Access::Seller => &seller.client,
        };
        let answer = call(client, route).await;
        assert_eq!(answer.status, 404, "{}: {}", route.endpoint.route_key(), answer.text);
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_marketplace_must_be_named_and_exist() {
    let world = World::start().await;
    for route in routes().iter().filter(|r| r.access == Access::Public) {
        let key = route.endpoint.route_key();
        let answer = call(&world.anybody(), route).await;
        assert_eq!((answer.status, answer.code()), (400, "marketplace_missing"), "{key}");
        let answer = call(&world.anybody().at("nowhere"), route).await;
        assert_eq!((answer.status, answer.code()), (404, "not_found"), "{key}");
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_lets_a_body_through_that_is_no_json() {
    let world = World::start().await;
    let market = world.market("bodies").await;
    let seller = market.seller("sue").await;
    for route in routes().iter().filter(|r| matches!(r.endpoint.method.to_string().as_str(), "POST" | "PUT" | "PATCH"))
    {
        let client = match route.access {
            Access::Admin => market.admin.client.clone(),
            Access::Operator => world.operator(),
            Access::Anybody | Access::Public | Access::User | Access::Seller => seller.client.clone(),
        };
        let method = Method::from_bytes(route.endpoint.method.to_string().as_bytes()).unwrap();
        let answer = client.key("k1").send_raw(method, &path(route), &[], "{".into()).await;
        assert!(
            (400..500).contains(&answer.status),
            "{}: {} {}",
            route.endpoint.route_key(),
            answer.status,
            answer.text
        );
        assert_ne!(answer.json, Value::Null);
    }
    world.stop().await;
}
