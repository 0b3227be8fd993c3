use crate::harness::{BUCKET, server};
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};
use std::time::Duration;

#[tokio::test]
async fn a_put_is_reported_as_aws_reports_it() {
    let s = server().await;
    s.put("photos/red flower.jpg", b"hello world").await;
    let found = s.s3().next_notifications(10).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].bucket.as_str(), found[0].key.as_str()), (BUCKET, "photos/red flower.jpg"));
    let records = found[0].event["Records"].as_array().unwrap();
    assert_eq!(records.len(), 1);
    let record = &records[0];
    assert_eq!(record["eventVersion"], "2.1");
    assert_eq!(record["eventSource"], "aws:s3");
    assert_eq!(record["awsRegion"], "us-east-1");
    assert_eq!(record["eventName"], "ObjectCreated:Put");
    let time: jiff::Timestamp = record["eventTime"].as_str().unwrap().parse().unwrap();
    assert!(jiff::Timestamp::now().duration_since(time).as_secs().abs() < 60);
    assert_eq!(record["eventTime"].as_str().unwrap().len(), "1970-01-01T00:00:00.000Z".len());
    assert!(record["userIdentity"]["principalId"].is_string());
    assert_eq!(record["requestParameters"]["sourceIPAddress"], "127.0.0.1");
    assert!(record["responseElements"]["x-amz-request-id"].is_string());
    let s3 = &record["s3"];
    assert_eq!(s3["s3SchemaVersion"], "1.0");
    assert!(s3["configurationId"].is_string());
    assert_eq!(s3["bucket"]["name"], BUCKET);
    assert_eq!(s3["bucket"]["arn"], format!("arn:aws:s3:::{BUCKET}"));
    assert!(s3["bucket"]["ownerIdentity"]["principalId"].is_string());
    assert_eq!(s3["object"]["key"], "photos/red+flower.jpg");
    assert_eq!(s3["object"]["size"], 11);
    assert_eq!(s3["object"]["eTag"], "5eb63bbbe01eeed093cb22bb8f5acdc3");
    assert!(s3["object"]["sequencer"].is_string());
}

#[tokio::test]
async fn each_way_to_create_or_remove_has_its_event_in_order() {
    let s = server().await;
    s.put("a", b"x").await;
    s.client.copy_object().bucket(BUCKET).key("b").copy_source(format!("{BUCKET}/a")).send().await.unwrap();
    let upload = s.client.create_multipart_upload().bucket(BUCKET).key("c").send().await.unwrap();
    let upload = upload.upload_id().unwrap();
    let part = s.client.upload_part().bucket(BUCKET).key("c").upload_id(upload).part_number(1);
    let part = part.body(b"x".to_vec().into()).send().await.unwrap();
    let part = CompletedPart::builder().part_number(1).e_tag(part.e_tag().unwrap()).build();
    let parts = CompletedMultipartUpload::builder().parts(part).build();
    let complete = s.client.complete_multipart_upload().bucket(BUCKET).key("c").upload_id(upload);
    complete.multipart_upload(parts).send().await.unwrap();
    s.client.delete_object().bucket(BUCKET).key("a").send().await.unwrap();
    s.client.delete_object().bucket(BUCKET).key("never-there").send().await.unwrap();
    let seen = s.events().await;
    let seen: Vec<_> = seen.iter().map(|(name, key)| (name.as_str(), key.as_str())).collect();
    assert_eq!(
        seen,
        [
            ("ObjectCreated:Put", "a"),
            ("ObjectCreated:Copy", "b"),
            ("ObjectCreated:CompleteMultipartUpload", "c"),
            ("ObjectRemoved:Delete", "a"),
        ]
    );
}

#[tokio::test]
async fn a_removal_has_neither_size_nor_etag() {
    let s = server().await;
    s.put("a", b"x").await;
    s.client.delete_object().bucket(BUCKET).key("a").send().await.unwrap();
    let found = s.s3().next_notifications(10).await.unwrap();
    let object = found[1].event["Records"][0]["s3"]["object"].as_object().unwrap().clone();
    assert_eq!(object.keys().collect::<Vec<_>>(), ["key", "sequencer"]);
    let created = &found[0].event["Records"][0]["s3"]["object"];
    assert!(created["sequencer"].as_str() < object["sequencer"].as_str());
}

#[tokio::test]
async fn an_event_comes_again_until_it_is_acknowledged() {
    let s = server().await;
    for key in ["a", "b", "c"] {
        s.put(key, b"x").await;
    }
    let first = s.s3().next_notifications(2).await.unwrap();
    assert_eq!(first.iter().map(|event| event.key.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(s.s3().next_notifications(2).await.unwrap(), first);
    s.s3().acknowledge(&[first[0].id, 999_999]).unwrap();
    let rest = s.s3().next_notifications(9).await.unwrap();
    assert_eq!(rest.iter().map(|event| event.key.as_str()).collect::<Vec<_>>(), ["b", "c"]);
}

#[tokio::test]
async fn waiting_ends_with_the_next_event() {
    let s = server().await;
    let waiting = tokio::spawn({
        let s3 = s.s3().clone();
        async move { s3.next_notifications(1).await.unwrap() }
    });
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!waiting.is_finished());
    s.put("a", b"x").await;
    let found = tokio::time::timeout(Duration::from_secs(5), waiting).await.unwrap().unwrap();
    assert_eq!(found[0].key, "a");
}

#[tokio::test]
async fn a_refused_write_causes_no_event() {
    let s = server().await;
    s.put("a", b"x").await;
    let put = s.client.put_object().bucket(BUCKET).key("a").if_none_match("*").body(b"y".to_vec().into());
    put.send().await.unwrap_err();
    let put = s.client.put_object().bucket(BUCKET).key("b").checksum_crc32("AAAAAA==").body(b"y".to_vec().into());
    put.send().await.unwrap_err();
    assert_eq!(s.events().await.len(), 1);
}
