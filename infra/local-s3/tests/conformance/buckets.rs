use crate::harness::{BUCKET, client, refusal, send, server};
use http::Method;

#[tokio::test]
async fn a_bucket_is_created_found_listed_and_deleted() {
    let s = server().await;
    s.client.head_bucket().bucket(BUCKET).send().await.unwrap();
    s.client.create_bucket().bucket("another-one").send().await.unwrap();
    let listed = s.client.list_buckets().send().await.unwrap();
    let mut names: Vec<_> = listed.buckets().iter().map(|bucket| bucket.name().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, ["another-one", BUCKET]);
    s.client.delete_bucket().bucket("another-one").send().await.unwrap();
    assert_eq!(refusal(s.client.head_bucket().bucket("another-one").send().await).1, 404);
}

/// For a bucket that exists already, "Amazon S3 returns 200 OK" in North Virginia, and an error in all other regions.
#[tokio::test]
async fn a_bucket_that_is_created_again_stays_as_it_is() {
    let s = server().await;
    s.put("key", b"x").await;
    s.client.create_bucket().bucket(BUCKET).send().await.unwrap();
    assert_eq!(s.get("key").await, b"x");
}

#[tokio::test]
async fn a_bucket_with_objects_cannot_be_deleted() {
    let s = server().await;
    s.put("key", b"x").await;
    let refused = s.client.delete_bucket().bucket(BUCKET).send().await;
    assert_eq!(refusal(refused), ("BucketNotEmpty".to_owned(), 409));
    assert_eq!(s.get("key").await, b"x");
}

#[tokio::test]
async fn an_object_cannot_be_put_into_a_missing_bucket() {
    let s = server().await;
    let refused = s.client.put_object().bucket("missing-bucket").key("k").body(vec![0; 3].into()).send().await;
    assert_eq!(refusal(refused), ("NoSuchBucket".to_owned(), 404));
}

#[tokio::test]
async fn a_wrong_secret_is_refused() {
    let s = server().await;
    let wrong = client(&s.url, "not-the-secret");
    let refused = wrong.put_object().bucket(BUCKET).key("k").body(vec![0; 3].into()).send().await;
    assert_eq!(refusal(refused), ("SignatureDoesNotMatch".to_owned(), 403));
    assert!(!s.exists("k").await);
}

#[tokio::test]
async fn an_unsigned_request_is_refused() {
    let s = server().await;
    s.put("k", b"secret").await;
    let answer = send(Method::GET, &format!("{}/{BUCKET}/k", s.url), &[], "").await;
    assert_eq!(answer.status, 403);
    assert!(answer.body.contains("<Code>AccessDenied</Code>"), "{}", answer.body);
}

#[tokio::test]
async fn usage_counts_objects_and_bytes() {
    let s = server().await;
    s.client.create_bucket().bucket("empty-bucket").send().await.unwrap();
    s.put("a", b"12345").await;
    s.put("b", b"123").await;
    s.put("b", b"1234").await;
    let usage = s.s3().usage().unwrap();
    let seen: Vec<_> = usage.iter().map(|bucket| (bucket.name.as_str(), bucket.objects, bucket.bytes)).collect();
    assert_eq!(seen, [("empty-bucket", 0, 0), (BUCKET, 2, 9)]);
}

#[tokio::test]
async fn what_is_not_kept_is_refused() {
    let s = server().await;
    let refused = s.client.get_bucket_versioning().bucket(BUCKET).send().await;
    assert_eq!(refusal(refused), ("NotImplemented".to_owned(), 501));
    let refused = s.client.put_object().bucket(BUCKET).key("k").tagging("a=b").body(vec![0].into()).send().await;
    assert_eq!(refusal(refused), ("NotImplemented".to_owned(), 501));
}
