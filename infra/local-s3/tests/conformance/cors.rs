use crate::harness::{BUCKET, Server, refusal, send, server};
use aws_sdk_s3::types::{CorsConfiguration, CorsRule};
use http::Method;

fn rule(origin: &str, methods: &[&str], headers: &[&str]) -> CorsRule {
    let rule = CorsRule::builder().allowed_origins(origin).expose_headers("ETag").max_age_seconds(600);
    let rule = rule.set_allowed_methods(Some(methods.iter().map(|&method| method.to_owned()).collect()));
    rule.set_allowed_headers(Some(headers.iter().map(|&name| name.to_owned()).collect())).build().unwrap()
}

async fn set(s: &Server, rules: Vec<CorsRule>) {
    let configuration = CorsConfiguration::builder().set_cors_rules(Some(rules)).build().unwrap();
    s.client.put_bucket_cors().bucket(BUCKET).cors_configuration(configuration).send().await.unwrap();
}

#[tokio::test]
async fn rules_are_stored_returned_and_deleted() {
    let s = server().await;
    let none = s.client.get_bucket_cors().bucket(BUCKET).send().await;
    assert_eq!(refusal(none), ("NoSuchCORSConfiguration".to_owned(), 404));
    let rules = vec![rule("https://*.shop.example", &["PUT", "POST"], &["x-amz-*", "content-type"])];
    set(&s, rules.clone()).await;
    let found = s.client.get_bucket_cors().bucket(BUCKET).send().await.unwrap();
    assert_eq!(found.cors_rules(), rules);
    s.client.delete_bucket_cors().bucket(BUCKET).send().await.unwrap();
    assert_eq!(refusal(s.client.get_bucket_cors().bucket(BUCKET).send().await).1, 404);
}

#[tokio::test]
async fn a_rule_with_an_unknown_method_is_refused() {
    let s = server().await;
    let configuration = CorsConfiguration::builder().cors_rules(rule("*", &["PATCH"], &[])).build().unwrap();
    let refused = s.client.put_bucket_cors().bucket(BUCKET).cors_configuration(configuration).send().await;
    assert_eq!(refusal(refused), ("InvalidRequest".to_owned(), 400));
}

#[tokio::test]
async fn a_preflight_that_matches_a_rule_is_granted() {
    let s = server().await;
    set(&s, vec![rule("https://*.shop.example", &["PUT", "POST"], &["x-amz-*", "Content-Type"])]).await;
    let headers = [
        ("origin", "https://eu.shop.example"),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "content-type, X-Amz-Date"),
    ];
    let answer = send(Method::OPTIONS, &format!("{}/{BUCKET}", s.url), &headers, "").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.header("access-control-allow-origin"), Some("https://eu.shop.example"));
    assert_eq!(answer.header("access-control-allow-methods"), Some("PUT, POST"));
    assert_eq!(answer.header("access-control-allow-headers"), Some("content-type, x-amz-date"));
    assert_eq!(answer.header("access-control-expose-headers"), Some("ETag"));
    assert_eq!(answer.header("access-control-max-age"), Some("600"));
    assert_eq!(answer.header("access-control-allow-credentials"), Some("true"));
    assert!(answer.header("vary").unwrap().contains("Origin"));
}

#[tokio::test]
async fn a_preflight_that_no_rule_allows_is_refused() {
    let s = server().await;
    set(&s, vec![rule("https://shop.example", &["PUT"], &["content-type"])]).await;
    let url = format!("{}/{BUCKET}/key", s.url);
    for (origin, method, headers) in [
        ("https://evil.example", "PUT", "content-type"),
        ("https://shop.example", "DELETE", "content-type"),
        ("https://shop.example", "PUT", "x-other"),
    ] {
        let headers = [
            ("origin", origin),
            ("access-control-request-method", method),
            ("access-control-request-headers", headers),
        ];
        let answer = send(Method::OPTIONS, &url, &headers, "").await;
        assert_eq!(answer.status, 403);
        assert!(answer.body.contains("<Code>AccessForbidden</Code>"), "{}", answer.body);
        assert_eq!(answer.header("access-control-allow-origin"), None);
    }
    let bare = send(Method::OPTIONS, &url, &[], "").await;
    assert_eq!(bare.status, 400);
}

#[tokio::test]
async fn a_preflight_for_a_bucket_without_rules_is_refused() {
    let s = server().await;
    let headers = [("origin", "https://shop.example"), ("access-control-request-method", "PUT")];
    let answer = send(Method::OPTIONS, &format!("{}/{BUCKET}/key", s.url), &headers, "").await;
    assert_eq!(answer.status, 403);
    assert!(answer.body.contains("CORS is not enabled for this bucket"), "{}", answer.body);
}

#[tokio::test]
async fn actual_responses_carry_the_grant_also_when_they_are_errors() {
    let s = server().await;
    set(&s, vec![rule("*", &["GET"], &[])]).await;
    let url = format!("{}/{BUCKET}/key", s.url);
    let answer = send(Method::GET, &url, &[("origin", "https://any.example")], "").await;
    assert_eq!(answer.status, 403);
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    assert_eq!(answer.header("access-control-allow-credentials"), None);
    let other = send(Method::PUT, &url, &[("origin", "https://any.example")], "").await;
    assert_eq!(other.header("access-control-allow-origin"), None);
    let same = send(Method::GET, &url, &[], "").await;
    assert_eq!(same.header("access-control-allow-origin"), None);
}
