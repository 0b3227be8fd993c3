//! The headers that every answer has, and the answers to addresses without a route.

use crate::routes::{Everybody, method, routes, sample};
use hyper::Method;
use tradewind_lambda::Access;
use tradewind_tests::{Answer, World};

fn common(key: &str, answer: &Answer) {
    assert_eq!(answer.header("x-content-type-options"), "nosniff", "{key}");
    assert!(answer.header("strict-transport-security").starts_with("max-age="), "{key}");
    assert!(!answer.header("x-request-id").is_empty(), "{key}");
    let public = answer.header("cache-control").starts_with("public, max-age=");
    let vary = if public { "X-Marketplace" } else { "Authorization, X-Marketplace" };
    assert!(public || answer.header("cache-control") == "no-store", "{key}: {}", answer.header("cache-control"));
    assert_eq!(answer.header("vary"), vary, "{key}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_says_who_may_keep_it() {
    let all = Everybody::start("kept").await;
    for route in routes() {
        let key = route.endpoint.route_key();
        let (path, body) = sample(&route);
        let answer = all.call(&route, &path, body.as_ref(), "k").await;
        common(&key, &answer);
        let public = answer.header("cache-control").starts_with("public");
        // Only answers that are the same for everybody may be cached, and only successful ones.
        assert!(!public || (answer.status == 200 && matches!(route.access, Access::Anybody | Access::Public)), "{key}");
        if (200..300).contains(&answer.status) {
            let made = route.endpoint.success == 201;
            assert!(!made || answer.header("location").starts_with("/v1/"), "{key} made something: where?");
            assert!(method(&route) != Method::GET || !answer.header("etag").is_empty(), "{key}");
        }
    }
    all.world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_reader_has_is_not_sent_again() {
    let all = Everybody::start("known").await;
    let mut known = 0;
    for route in routes().iter().filter(|route| method(route) == Method::GET && !route.endpoint.path.contains('{')) {
        let (key, client) = (route.endpoint.route_key(), all.caller(route));
        let first = client.get(route.endpoint.path).await.expect(200);
        let again = client.clone().header("if-none-match", &format!("\"other\", W/{}", first.header("etag")));
        let again = again.get(route.endpoint.path).await;
        // The answer of the health check contains the current time, so it changes.
        if route.endpoint.function == "platform-health-get" {
            continue;
        }
        assert_eq!((again.status, again.text.as_str()), (304, ""), "{key}");
        assert_eq!(again.header("etag"), first.header("etag"), "{key}");
        assert_eq!(again.header("cache-control"), first.header("cache-control"), "{key}");
        assert_eq!(again.header("content-type"), "", "{key}");
        let other = client.clone().header("if-none-match", "\"other\"").get(route.endpoint.path).await.expect(200);
        assert_eq!(other.json, first.json, "{key}");
        known += 1;
    }
    assert!(known > 8, "only {known} were read twice");
    all.world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_unknown_is_told_how_to_say_who_they_are() {
    let all = Everybody::start("unknown").await;
    for route in routes().iter().filter(|route| route.access.authorised()) {
        let (path, body) = sample(route);
        let key = route.endpoint.route_key();
        let client = all.market.anybody().header("authorization", "Bearer nonsense").key("k");
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        let kind = [("content-type", "application/json")];
        let answer =
            client.send_raw(method(route), &path, &kind, body.into()).await.expect_problem(401, "token_invalid");
        assert_eq!(answer.header("www-authenticate"), r#"Bearer realm="tradewind", error="invalid_token""#, "{key}");
        common(&key, &answer);
    }
    all.world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_scheme_of_a_token_is_the_same_in_any_case() {
    let world = World::start().await;
    let market = world.market("schemes").await;
    let token = market.admin.token();
    for scheme in ["Bearer", "bearer", "BEARER", "bEaReR "] {
        let client = market.anybody().header("authorization", &format!("{scheme} {token}"));
        client.get("/v1/me").await.expect(200);
    }
    for wrong in [format!("Basic {token}"), format!("Bearer{token}"), token.clone(), "Bearer".into()] {
        market.anybody().header("authorization", &wrong).get("/v1/me").await.expect_problem(401, "token_invalid");
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_route_is_a_problem_says_so() {
    let world = World::start().await;
    for path in
        ["/", "/v1", "/v1/nowhere", "/v1/listings/", "/v2/listings", "/v1/listings/lst_1/nothing", "/favicon.ico"]
    {
        let answer = world.anybody().get(path).await.expect_problem(404, "not_found");
        common(path, &answer);
    }
    for (method, path, allow) in [
        (Method::DELETE, "/v1/listings", "GET, POST"),
        (Method::PUT, "/v1/listings/lst_1", "GET, PATCH"),
        (Method::GET, "/v1/sessions/refresh", "POST"),
        (Method::GET, "/v1/sessions/current", "DELETE"),
        (Method::PATCH, "/v1/health", "GET"),
    ] {
        let answer = world.anybody().send_raw(method, path, &[], "".into()).await;
        let answer = answer.expect_problem(405, "method_not_allowed");
        assert_eq!(answer.header("allow"), allow, "{path}");
        common(path, &answer);
    }
    let head = world.anybody().send_raw(Method::HEAD, "/v1/health", &[], "".into()).await;
    assert_eq!((head.status, head.header("allow").as_str()), (405, "GET"));
    let options = world.anybody().send_raw(Method::OPTIONS, "/v1/listings", &[], "".into()).await;
    assert_eq!((options.status, options.header("allow").as_str()), (204, "GET, POST"));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browsers_may_send_and_read_what_clients_need() {
    let world = World::start().await;
    let client = world.anybody().header("origin", "https://shop.example.com");
    let asked = [("access-control-request-method", "PATCH"), ("access-control-request-headers", "if-match")];
    let preflight = client.send_raw(Method::OPTIONS, "/v1/marketplace", &asked, "".into()).await;
    assert_eq!(preflight.status, 204);
    for name in ["authorization", "content-type", "idempotency-key", "if-match", "if-none-match", "x-marketplace"] {
        assert!(preflight.header("access-control-allow-headers").contains(name), "{name}");
    }
    let read = client.get("/v1/health").await.expect(200);
    assert_eq!(read.header("access-control-allow-origin"), "*");
    for name in ["etag", "location", "x-request-id", "retry-after", "allow", "www-authenticate"] {
        assert!(read.header("access-control-expose-headers").contains(name), "{name}");
    }
    world.stop().await;
}
