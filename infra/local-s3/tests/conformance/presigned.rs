use crate::harness::{BUCKET, Server, send, server};
use aws_sdk_s3::presigning::PresigningConfig;
use http::Method;
use std::time::{Duration, SystemTime};

async fn signed_get(s: &Server, key: &str, config: PresigningConfig) -> String {
    s.client.get_object().bucket(BUCKET).key(key).presigned(config).await.unwrap().uri().to_owned()
}

fn minutes(n: u64) -> Duration {
    Duration::from_secs(n * 60)
}

#[tokio::test]
async fn a_presigned_get_needs_nothing_else() {
    let s = server().await;
    s.put("folder/ü 1.txt", b"hello").await;
    let url = signed_get(&s, "folder/ü 1.txt", PresigningConfig::expires_in(minutes(5)).unwrap()).await;
    let answer = send(Method::GET, &url, &[], "").await;
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, "hello"));
}

#[tokio::test]
async fn a_presigned_get_can_override_response_headers() {
    let s = server().await;
    s.put("k", b"hello").await;
    let get = s.client.get_object().bucket(BUCKET).key("k").response_content_type("text/csv");
    let get = get.response_content_disposition("attachment; filename=\"a.csv\"");
    let url = get.presigned(PresigningConfig::expires_in(minutes(5)).unwrap()).await.unwrap();
    let answer = send(Method::GET, url.uri(), &[], "").await;
    assert_eq!(answer.header("content-type"), Some("text/csv"));
    assert_eq!(answer.header("content-disposition"), Some("attachment; filename=\"a.csv\""));
}

#[tokio::test]
async fn a_presigned_put_stores_the_body() {
    let s = server().await;
    let put = s.client.put_object().bucket(BUCKET).key("up").content_type("image/png");
    let url = put.presigned(PresigningConfig::expires_in(minutes(5)).unwrap()).await.unwrap();
    let headers: Vec<(&str, &str)> = url.headers().collect();
    let answer = send(Method::PUT, url.uri(), &headers, "pixels").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(s.get("up").await, b"pixels");
    // The type is a part of the signature, so another one is refused.
    let answer = send(Method::PUT, url.uri(), &[("content-type", "text/html")], "script").await;
    assert_eq!(answer.status, 403, "{}", answer.body);
    assert_eq!(s.get("up").await, b"pixels");
}

#[tokio::test]
async fn an_expired_presigned_url_is_refused() {
    let s = server().await;
    s.put("k", b"hello").await;
    let config = PresigningConfig::builder().start_time(SystemTime::now() - minutes(10)).expires_in(minutes(9));
    let url = signed_get(&s, "k", config.build().unwrap()).await;
    let answer = send(Method::GET, &url, &[], "").await;
    assert_eq!(answer.status, 403);
    assert!(answer.body.contains("Request has expired"), "{}", answer.body);
    let config = PresigningConfig::builder().start_time(SystemTime::now() - minutes(60)).expires_in(minutes(70));
    let url = signed_get(&s, "k", config.build().unwrap()).await;
    assert_eq!(send(Method::GET, &url, &[], "").await.status, 200);
}

#[tokio::test]
async fn a_changed_presigned_url_is_refused() {
    let s = server().await;
    s.put("k", b"hello").await;
    s.put("other", b"secret").await;
    let url = signed_get(&s, "k", PresigningConfig::expires_in(minutes(5)).unwrap()).await;
    let other = send(Method::GET, &url.replace("/k?", "/other?"), &[], "").await;
    assert_eq!(other.status, 403);
    assert!(other.body.contains("<Code>SignatureDoesNotMatch</Code>"), "{}", other.body);
    let longer = send(Method::GET, &url.replace("X-Amz-Expires=300", "X-Amz-Expires=3000"), &[], "").await;
    assert_eq!(longer.status, 403);
    assert_eq!(send(Method::DELETE, &url, &[], "").await.status, 403);
    assert!(s.exists("k").await);
}
