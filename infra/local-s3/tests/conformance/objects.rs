use crate::harness::{BUCKET, read, refusal, server};
use aws_sdk_s3::{
    primitives::ByteStream,
    types::{ChecksumAlgorithm, Delete, MetadataDirective, ObjectIdentifier},
};

/// MD5 of `hello world`.
const HELLO: &str = "\"5eb63bbbe01eeed093cb22bb8f5acdc3\"";

#[tokio::test]
async fn an_object_keeps_its_bytes_type_and_metadata() {
    let s = server().await;
    let put = s.client.put_object().bucket(BUCKET).key("greeting").body(ByteStream::from_static(b"hello world"));
    let put = put.content_type("text/plain").cache_control("max-age=60").content_disposition("inline");
    let put = put.content_encoding("identity").metadata("colour", "dark green").send().await.unwrap();
    assert_eq!(put.e_tag(), Some(HELLO));
    let got = s.client.get_object().bucket(BUCKET).key("greeting").send().await.unwrap();
    assert_eq!(got.content_type(), Some("text/plain"));
    assert_eq!(got.cache_control(), Some("max-age=60"));
    assert_eq!(got.content_disposition(), Some("inline"));
    assert_eq!(got.content_encoding(), Some("identity"));
    assert_eq!(got.metadata().unwrap()["colour"], "dark green");
    assert_eq!((got.content_length(), got.e_tag()), (Some(11), Some(HELLO)));
    assert_eq!(read(got.body).await, b"hello world");
    let head = s.client.head_object().bucket(BUCKET).key("greeting").send().await.unwrap();
    assert_eq!((head.content_length(), head.e_tag()), (Some(11), Some(HELLO)));
    assert_eq!(head.metadata().unwrap()["colour"], "dark green");
}

#[tokio::test]
async fn a_missing_key_is_told_from_a_missing_bucket() {
    let s = server().await;
    let key = s.client.get_object().bucket(BUCKET).key("none").send().await;
    assert_eq!(refusal(key), ("NoSuchKey".to_owned(), 404));
    let bucket = s.client.get_object().bucket("missing-bucket").key("none").send().await;
    assert_eq!(refusal(bucket), ("NoSuchBucket".to_owned(), 404));
    let head = s.client.head_object().bucket(BUCKET).key("none").send().await.unwrap_err();
    assert!(head.into_service_error().is_not_found());
}

#[tokio::test]
async fn keys_are_names_and_never_paths() {
    let s = server().await;
    let keys = ["a", "a/b", "a/b/c", "../up", "../../etc/passwd", "x/../y", "./dot", "a//b", "ü b+c%20&=", "t/"];
    for (index, key) in keys.iter().enumerate() {
        s.put(key, format!("{index} {key}").as_bytes()).await;
    }
    for (index, key) in keys.iter().enumerate() {
        assert_eq!(s.get(key).await, format!("{index} {key}").as_bytes(), "{key}");
    }
    let listed = s.client.list_objects_v2().bucket(BUCKET).send().await.unwrap();
    assert_eq!(listed.key_count(), Some(i32::try_from(keys.len()).unwrap()));
}

#[tokio::test]
async fn a_key_may_have_1024_bytes_and_no_more() {
    let s = server().await;
    s.put(&"k".repeat(1024), b"x").await;
    let long = s.client.put_object().bucket(BUCKET).key("k".repeat(1025)).body(vec![0].into()).send().await;
    assert_eq!(refusal(long), ("KeyTooLongError".to_owned(), 400));
}

#[tokio::test]
async fn an_object_larger_than_one_chunk_comes_back_whole() {
    let s = server().await;
    let bytes: Vec<u8> = (0..3_000_017_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    s.put("large", &bytes).await;
    assert!(s.get("large").await == bytes);
    s.put("empty", b"").await;
    assert_eq!(s.get("empty").await, b"");
}

#[tokio::test]
async fn a_range_returns_those_bytes_only() {
    let s = server().await;
    s.put("k", b"0123456789").await;
    let range = async |range: &str| {
        let got = s.client.get_object().bucket(BUCKET).key("k").range(range).send().await.unwrap();
        (got.content_range().unwrap().to_owned(), read(got.body).await)
    };
    assert_eq!(range("bytes=2-4").await, ("bytes 2-4/10".to_owned(), b"234".to_vec()));
    assert_eq!(range("bytes=7-").await, ("bytes 7-9/10".to_owned(), b"789".to_vec()));
    assert_eq!(range("bytes=-3").await, ("bytes 7-9/10".to_owned(), b"789".to_vec()));
    assert_eq!(range("bytes=5-500").await, ("bytes 5-9/10".to_owned(), b"56789".to_vec()));
    let beyond = s.client.get_object().bucket(BUCKET).key("k").range("bytes=10-").send().await;
    assert_eq!(refusal(beyond), ("InvalidRange".to_owned(), 416));
    let bytes = vec![7_u8; 1_000_000];
    s.put("large", &bytes).await;
    let got = s.client.get_object().bucket(BUCKET).key("large").range("bytes=1-900000").send().await.unwrap();
    assert_eq!(read(got.body).await.len(), 900_000);
}

#[tokio::test]
async fn a_read_is_conditional_on_the_etag() {
    let s = server().await;
    s.put("k", b"hello world").await;
    let get = || s.client.get_object().bucket(BUCKET).key("k");
    assert!(get().if_match(HELLO).send().await.is_ok());
    assert!(get().if_none_match("\"other\"").send().await.is_ok());
    assert_eq!(refusal(get().if_match("\"other\"").send().await), ("PreconditionFailed".to_owned(), 412));
    assert_eq!(refusal(get().if_none_match(HELLO).send().await).1, 304);
}

#[tokio::test]
async fn a_read_is_conditional_on_the_date() {
    let s = server().await;
    s.put("k", b"hello world").await;
    let head = s.client.head_object().bucket(BUCKET).key("k").send().await.unwrap();
    let modified = *head.last_modified().unwrap();
    let earlier = aws_sdk_s3::primitives::DateTime::from_secs(modified.secs() - 10);
    let get = || s.client.get_object().bucket(BUCKET).key("k");
    assert!(get().if_modified_since(earlier).send().await.is_ok());
    assert_eq!(refusal(get().if_modified_since(modified).send().await).1, 304);
    assert!(get().if_unmodified_since(modified).send().await.is_ok());
    assert_eq!(refusal(get().if_unmodified_since(earlier).send().await).1, 412);
}

#[tokio::test]
async fn a_write_can_demand_that_the_key_is_free() {
    let s = server().await;
    let put = |body: &'static [u8]| s.client.put_object().bucket(BUCKET).key("k").body(ByteStream::from_static(body));
    put(b"first").if_none_match("*").send().await.unwrap();
    let second = put(b"second").if_none_match("*").send().await;
    assert_eq!(refusal(second), ("PreconditionFailed".to_owned(), 412));
    assert_eq!(s.get("k").await, b"first");
    let stale = put(b"third").if_match("\"00000000000000000000000000000000\"").send().await;
    assert_eq!(refusal(stale), ("PreconditionFailed".to_owned(), 412));
    assert_eq!(s.get("k").await, b"first");
}

#[tokio::test]
async fn a_wrong_checksum_is_refused_and_nothing_is_stored() {
    let s = server().await;
    let put = || s.client.put_object().bucket(BUCKET).key("k").body(ByteStream::from_static(b"hello world"));
    assert_eq!(refusal(put().checksum_crc32("AAAAAA==").send().await), ("BadDigest".to_owned(), 400));
    let md5 = put().content_md5("AAAAAAAAAAAAAAAAAAAAAA==").send().await;
    assert_eq!(refusal(md5), ("BadDigest".to_owned(), 400));
    assert!(!s.exists("k").await);
    put().content_md5("XrY7u+Ae7tCTyyK7j1rNww==").send().await.unwrap();
}

#[tokio::test]
async fn every_checksum_algorithm_is_kept_and_returned() {
    let s = server().await;
    for algorithm in [
        ChecksumAlgorithm::Crc32,
        ChecksumAlgorithm::Crc32C,
        ChecksumAlgorithm::Crc64Nvme,
        ChecksumAlgorithm::Sha1,
        ChecksumAlgorithm::Sha256,
    ] {
        let put = s.client.put_object().bucket(BUCKET).key("k").body(ByteStream::from_static(b"hello world"));
        put.checksum_algorithm(algorithm.clone()).send().await.unwrap();
        // The SDK itself compares the bytes with the checksum that it receives.
        let got = s.client.get_object().bucket(BUCKET).key("k").send().await.unwrap();
        let found = match algorithm {
            ChecksumAlgorithm::Crc32 => got.checksum_crc32(),
            ChecksumAlgorithm::Crc32C => got.checksum_crc32_c(),
            ChecksumAlgorithm::Crc64Nvme => got.checksum_crc64_nvme(),
            ChecksumAlgorithm::Sha1 => got.checksum_sha1(),
            _ => got.checksum_sha256(),
        };
        assert!(found.is_some(), "{algorithm:?}");
        assert_eq!(read(got.body).await, b"hello world");
    }
    let put = s.client.put_object().bucket(BUCKET).key("k").body(ByteStream::from_static(b"hello world"));
    let put = put.checksum_algorithm(ChecksumAlgorithm::Crc32).send().await.unwrap();
    assert_eq!(put.checksum_crc32(), Some("DUoRhQ=="));
}

#[tokio::test]
async fn a_copy_keeps_the_metadata_unless_told_to_replace_it() {
    let s = server().await;
    let put = s.client.put_object().bucket(BUCKET).key("a/ü b").body(ByteStream::from_static(b"hello world"));
    put.content_type("text/plain").metadata("x", "1").send().await.unwrap();
    let source = format!("{BUCKET}/a/%C3%BC%20b");
    let copy = s.client.copy_object().bucket(BUCKET).key("copy").copy_source(&source).send().await.unwrap();
    assert_eq!(copy.copy_object_result().unwrap().e_tag(), Some(HELLO));
    let head = s.client.head_object().bucket(BUCKET).key("copy").send().await.unwrap();
    assert_eq!((head.content_type(), &*head.metadata().unwrap()["x"]), (Some("text/plain"), "1"));
    let replace = s.client.copy_object().bucket(BUCKET).key("copy2").copy_source(&source);
    let replace = replace.metadata_directive(MetadataDirective::Replace).content_type("image/png").metadata("x", "2");
    replace.send().await.unwrap();
    let head = s.client.head_object().bucket(BUCKET).key("copy2").send().await.unwrap();
    assert_eq!((head.content_type(), &*head.metadata().unwrap()["x"]), (Some("image/png"), "2"));
    assert_eq!(s.get("copy2").await, b"hello world");
    let same = s.client.copy_object().bucket(BUCKET).key("copy").copy_source(format!("{BUCKET}/copy")).send().await;
    assert_eq!(refusal(same), ("InvalidRequest".to_owned(), 400));
}

#[tokio::test]
async fn deleting_is_idempotent() {
    let s = server().await;
    s.put("k", b"x").await;
    for _ in 0..2 {
        s.client.delete_object().bucket(BUCKET).key("k").send().await.unwrap();
    }
    assert!(!s.exists("k").await);
}

#[tokio::test]
async fn many_objects_are_deleted_at_once() {
    let s = server().await;
    for key in ["a", "b", "c"] {
        s.put(key, b"x").await;
    }
    let keys = ["a", "b", "never"].map(|key| ObjectIdentifier::builder().key(key).build().unwrap());
    let delete = Delete::builder().set_objects(Some(keys.into())).build().unwrap();
    let deleted = s.client.delete_objects().bucket(BUCKET).delete(delete).send().await.unwrap();
    assert_eq!(deleted.deleted().len(), 3);
    assert!(!s.exists("a").await && !s.exists("b").await && s.exists("c").await);
}

#[tokio::test]
async fn the_last_of_concurrent_writes_is_whole() {
    let s = server().await;
    let writes = (0..16_u8).map(|n| {
        let put = s.client.put_object().bucket(BUCKET).key("k").body(vec![n; 300_000].into()).send();
        tokio::spawn(put)
    });
    for write in writes.collect::<Vec<_>>() {
        write.await.unwrap().unwrap();
    }
    let bytes = s.get("k").await;
    assert_eq!(bytes.len(), 300_000);
    assert!(bytes.iter().all(|byte| *byte == bytes[0]));
}
