use crate::harness::{BUCKET, refusal, server};
use aws_sdk_s3::{operation::list_objects_v2::ListObjectsV2Output, types::EncodingType};

fn keys(page: &ListObjectsV2Output) -> Vec<&str> {
    page.contents().iter().map(|object| object.key().unwrap()).collect()
}

fn prefixes(page: &ListObjectsV2Output) -> Vec<&str> {
    page.common_prefixes().iter().map(|prefix| prefix.prefix().unwrap()).collect()
}

#[tokio::test]
async fn keys_are_listed_in_utf8_byte_order() {
    let s = server().await;
    for key in ["é", "z", "B", "a/b", "a", "a-", "\u{10000}", "\u{ffee}"] {
        s.put(key, b"x").await;
    }
    let page = s.client.list_objects_v2().bucket(BUCKET).send().await.unwrap();
    assert_eq!(keys(&page), ["B", "a", "a-", "a/b", "z", "é", "\u{ffee}", "\u{10000}"]);
    assert_eq!(page.contents()[0].size(), Some(1));
    assert_eq!(page.is_truncated(), Some(false));
}

#[tokio::test]
async fn a_delimiter_folds_keys_into_common_prefixes() {
    let s = server().await;
    for key in ["photos/a.jpg", "photos/2024/1.jpg", "photos/2024/2.jpg", "photos/2025/1.jpg", "photos0", "zoo"] {
        s.put(key, b"x").await;
    }
    let top = s.client.list_objects_v2().bucket(BUCKET).delimiter("/").send().await.unwrap();
    assert_eq!((keys(&top), prefixes(&top)), (vec!["photos0", "zoo"], vec!["photos/"]));
    let inner = s.client.list_objects_v2().bucket(BUCKET).delimiter("/").prefix("photos/").send().await.unwrap();
    assert_eq!((keys(&inner), prefixes(&inner)), (vec!["photos/a.jpg"], vec!["photos/2024/", "photos/2025/"]));
    assert_eq!(inner.key_count(), Some(3));
    let flat = s.client.list_objects_v2().bucket(BUCKET).prefix("photos/2024").send().await.unwrap();
    assert_eq!(keys(&flat), ["photos/2024/1.jpg", "photos/2024/2.jpg"]);
}

#[tokio::test]
async fn pages_cover_everything_once() {
    let s = server().await;
    for group in 0..5 {
        for item in 0..3 {
            s.put(&format!("g{group}/{item}"), b"x").await;
        }
        s.put(&format!("k{group}"), b"x").await;
    }
    for (delimiter, expected) in [(None, 20), (Some("/"), 10)] {
        for size in [1, 2, 3, 7, 10] {
            let mut seen: Vec<String> = Vec::new();
            let mut token = None;
            loop {
                let list = s.client.list_objects_v2().bucket(BUCKET).max_keys(size).set_continuation_token(token);
                let page = list.set_delimiter(delimiter.map(str::to_owned)).send().await.unwrap();
                assert!(page.key_count().unwrap() <= size);
                seen.extend(keys(&page).into_iter().chain(prefixes(&page)).map(str::to_owned));
                assert_eq!(page.is_truncated(), Some(page.next_continuation_token().is_some()));
                token = page.next_continuation_token().map(str::to_owned);
                if token.is_none() {
                    break;
                }
            }
            let total = seen.len();
            seen.sort();
            seen.dedup();
            assert_eq!((seen.len(), total), (expected, expected), "{delimiter:?} {size}");
        }
    }
}

#[tokio::test]
async fn a_listing_starts_after_a_key() {
    let s = server().await;
    for key in ["a", "b", "c"] {
        s.put(key, b"x").await;
    }
    let page = s.client.list_objects_v2().bucket(BUCKET).start_after("a").send().await.unwrap();
    assert_eq!(keys(&page), ["b", "c"]);
    let none = s.client.list_objects_v2().bucket(BUCKET).max_keys(0).send().await.unwrap();
    assert_eq!((keys(&none).len(), none.is_truncated()), (0, Some(false)));
}

#[tokio::test]
async fn keys_are_encoded_when_asked() {
    let s = server().await;
    s.put("a b/ü", b"x").await;
    let page = s.client.list_objects_v2().bucket(BUCKET).encoding_type(EncodingType::Url).send().await.unwrap();
    assert_eq!(keys(&page), ["a%20b/%C3%BC"]);
}

#[tokio::test]
async fn a_wrong_continuation_token_is_refused() {
    let s = server().await;
    let refused = s.client.list_objects_v2().bucket(BUCKET).continuation_token("%%%").send().await;
    assert_eq!(refusal(refused), ("InvalidArgument".to_owned(), 400));
    let refused = s.client.list_objects_v2().bucket("missing-bucket").send().await;
    assert_eq!(refusal(refused), ("NoSuchBucket".to_owned(), 404));
}
