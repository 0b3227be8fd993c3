use crate::harness::{BUCKET, Server, read, refusal, server};
use aws_sdk_s3::types::{ChecksumAlgorithm, ChecksumType, CompletedMultipartUpload, CompletedPart};

const FIVE_MIB: usize = 5 * 1024 * 1024;

async fn create(s: &Server, key: &str) -> String {
    let create = s.client.create_multipart_upload().bucket(BUCKET).key(key).content_type("video/mp4");
    let created = create.metadata("take", "2").send().await.unwrap();
    created.upload_id().unwrap().to_owned()
}

async fn part(s: &Server, key: &str, upload: &str, number: i32, body: Vec<u8>) -> CompletedPart {
    let put = s.client.upload_part().bucket(BUCKET).key(key).upload_id(upload).part_number(number).body(body.into());
    let put = put.send().await.unwrap();
    CompletedPart::builder().part_number(number).e_tag(put.e_tag().unwrap()).build()
}

fn all(parts: Vec<CompletedPart>) -> CompletedMultipartUpload {
    CompletedMultipartUpload::builder().set_parts(Some(parts)).build()
}

#[tokio::test]
async fn parts_are_joined_by_number_whatever_order_they_came_in() {
    let s = server().await;
    let upload = create(&s, "film").await;
    let second = part(&s, "film", &upload, 2, b"tail".to_vec()).await;
    let first = part(&s, "film", &upload, 1, vec![1; FIVE_MIB]).await;
    assert!(!s.exists("film").await);
    let complete = s.client.complete_multipart_upload().bucket(BUCKET).key("film").upload_id(&upload);
    let done = complete.multipart_upload(all(vec![first, second])).send().await.unwrap();
    let got = s.client.get_object().bucket(BUCKET).key("film").send().await.unwrap();
    assert_eq!((got.content_type(), &*got.metadata().unwrap()["take"]), (Some("video/mp4"), "2"));
    assert_eq!(got.e_tag(), done.e_tag());
    let bytes = read(got.body).await;
    assert_eq!(bytes.len(), FIVE_MIB + 4);
    assert!(bytes.ends_with(b"\x01tail"));
    let gone = s.client.list_parts().bucket(BUCKET).key("film").upload_id(&upload).send().await;
    assert_eq!(refusal(gone), ("NoSuchUpload".to_owned(), 404));
}

#[tokio::test]
async fn the_etag_is_the_md5_of_the_parts_md5s_and_their_number() {
    let s = server().await;
    let upload = create(&s, "k").await;
    let only = part(&s, "k", &upload, 1, b"hello world".to_vec()).await;
    let complete = s.client.complete_multipart_upload().bucket(BUCKET).key("k").upload_id(&upload);
    let done = complete.multipart_upload(all(vec![only])).send().await.unwrap();
    assert_eq!(done.e_tag(), Some("\"241d8a27c836427bd7f04461b60e7359-1\""));
}

#[tokio::test]
async fn a_part_sent_again_replaces_the_earlier_one() {
    let s = server().await;
    let upload = create(&s, "k").await;
    part(&s, "k", &upload, 1, b"wrong".to_vec()).await;
    let right = part(&s, "k", &upload, 1, b"right".to_vec()).await;
    let listed = s.client.list_parts().bucket(BUCKET).key("k").upload_id(&upload).send().await.unwrap();
    let sizes: Vec<_> = listed.parts().iter().map(|part| (part.part_number(), part.size())).collect();
    assert_eq!(sizes, [(Some(1), Some(5))]);
    let complete = s.client.complete_multipart_upload().bucket(BUCKET).key("k").upload_id(&upload);
    complete.multipart_upload(all(vec![right])).send().await.unwrap();
    assert_eq!(s.get("k").await, b"right");
}

#[tokio::test]
async fn parts_are_listed_in_pages() {
    let s = server().await;
    let upload = create(&s, "k").await;
    for number in [7, 3, 5] {
        part(&s, "k", &upload, number, vec![0; 3]).await;
    }
    let list = || s.client.list_parts().bucket(BUCKET).key("k").upload_id(&upload).max_parts(2);
    let page = list().send().await.unwrap();
    assert_eq!((page.parts().len(), page.is_truncated()), (2, Some(true)));
    let next = list().set_part_number_marker(page.next_part_number_marker().map(str::to_owned)).send().await.unwrap();
    assert_eq!((next.parts()[0].part_number(), next.is_truncated()), (Some(7), Some(false)));
}

#[tokio::test]
async fn wrong_completions_are_refused_and_the_upload_goes_on() {
    let s = server().await;
    let upload = create(&s, "k").await;
    let first = part(&s, "k", &upload, 1, b"small".to_vec()).await;
    let second = part(&s, "k", &upload, 2, b"small".to_vec()).await;
    let complete = async |parts: Vec<CompletedPart>| {
        let complete = s.client.complete_multipart_upload().bucket(BUCKET).key("k").upload_id(&upload);
        complete.multipart_upload(all(parts)).send().await
    };
    let reversed = complete(vec![second.clone(), first.clone()]).await;
    assert_eq!(refusal(reversed), ("InvalidPartOrder".to_owned(), 400));
    let small = complete(vec![first.clone(), second.clone()]).await;
    assert_eq!(refusal(small), ("EntityTooSmall".to_owned(), 400));
    let other = CompletedPart::builder().part_number(1).e_tag("\"00\"").build();
    assert_eq!(refusal(complete(vec![other]).await), ("InvalidPart".to_owned(), 400));
    assert!(!s.exists("k").await);
    complete(vec![second]).await.unwrap();
    assert_eq!(s.get("k").await, b"small");
}

#[tokio::test]
async fn an_aborted_upload_leaves_nothing() {
    let s = server().await;
    let upload = create(&s, "k").await;
    part(&s, "k", &upload, 1, b"x".to_vec()).await;
    s.client.abort_multipart_upload().bucket(BUCKET).key("k").upload_id(&upload).send().await.unwrap();
    let late = s.client.upload_part().bucket(BUCKET).key("k").upload_id(&upload).part_number(2);
    let late = late.body(b"x".to_vec().into()).send().await;
    assert_eq!(refusal(late), ("NoSuchUpload".to_owned(), 404));
    assert!(!s.exists("k").await);
}

#[tokio::test]
async fn an_upload_belongs_to_its_key() {
    let s = server().await;
    let upload = create(&s, "k").await;
    let other = s.client.upload_part().bucket(BUCKET).key("other").upload_id(&upload).part_number(1);
    assert_eq!(refusal(other.body(b"x".to_vec().into()).send().await), ("NoSuchUpload".to_owned(), 404));
}

#[tokio::test]
async fn a_checksum_is_of_the_parts_or_of_the_whole_as_asked() {
    let s = server().await;
    for (kind, expected) in [(ChecksumType::Composite, "YChbaA==-1"), (ChecksumType::FullObject, "DUoRhQ==")] {
        let create = s.client.create_multipart_upload().bucket(BUCKET).key("k").checksum_type(kind.clone());
        let created = create.checksum_algorithm(ChecksumAlgorithm::Crc32).send().await.unwrap();
        let upload = created.upload_id().unwrap();
        let put = s.client.upload_part().bucket(BUCKET).key("k").upload_id(upload).part_number(1);
        let put = put.checksum_algorithm(ChecksumAlgorithm::Crc32).body(b"hello world".to_vec().into());
        let put = put.send().await.unwrap();
        assert_eq!(put.checksum_crc32(), Some("DUoRhQ=="));
        let part = CompletedPart::builder().part_number(1).e_tag(put.e_tag().unwrap());
        let wrong = all(vec![part.clone().checksum_crc32("AAAAAA==").build()]);
        let complete = s.client.complete_multipart_upload().bucket(BUCKET).key("k").upload_id(upload);
        let refused = complete.multipart_upload(wrong).send().await;
        assert_eq!(refusal(refused), ("InvalidPart".to_owned(), 400));
        let part = part.checksum_crc32("DUoRhQ==").build();
        let complete = s.client.complete_multipart_upload().bucket(BUCKET).key("k").upload_id(upload);
        let wrong = complete.multipart_upload(all(vec![part.clone()])).checksum_crc32("AAAAAA==").send().await;
        assert_eq!(refusal(wrong), ("BadDigest".to_owned(), 400));
        let complete = s.client.complete_multipart_upload().bucket(BUCKET).key("k").upload_id(upload);
        let done = complete.multipart_upload(all(vec![part])).send().await.unwrap();
        assert_eq!((done.checksum_crc32(), done.checksum_type()), (Some(expected), Some(&kind)));
        assert_eq!(s.get("k").await, b"hello world");
    }
}
