use crate::harness::{BUCKET, options, server_at};
use aws_sdk_s3::presigning::PresigningConfig;
use std::{fs, path::Path, time::Duration};
use tempfile::TempDir;
use tokio::{io::AsyncWriteExt, net::TcpStream};
use tradewind_local_s3::S3;

fn files(folder: &Path) -> usize {
    fs::read_dir(folder).unwrap().count()
}

#[tokio::test]
async fn everything_is_there_after_a_restart() {
    let folder = TempDir::new().unwrap();
    let s = server_at(Some(folder.path().to_owned())).await;
    s.client.create_bucket().bucket(BUCKET).send().await.unwrap();
    let put = s.client.put_object().bucket(BUCKET).key("../k").content_type("text/plain").metadata("x", "1");
    put.body(b"hello".to_vec().into()).send().await.unwrap();
    let upload = s.client.create_multipart_upload().bucket(BUCKET).key("m").send().await.unwrap();
    let upload = upload.upload_id().unwrap().to_owned();
    let part = s.client.upload_part().bucket(BUCKET).key("m").upload_id(&upload).part_number(1);
    part.body(b"part".to_vec().into()).send().await.unwrap();
    s.stop().await;
    let s = server_at(Some(folder.path().to_owned())).await;
    let got = s.client.get_object().bucket(BUCKET).key("../k").send().await.unwrap();
    assert_eq!((got.content_type(), &*got.metadata().unwrap()["x"]), (Some("text/plain"), "1"));
    assert_eq!(s.get("../k").await, b"hello");
    let parts = s.client.list_parts().bucket(BUCKET).key("m").upload_id(&upload).send().await.unwrap();
    assert_eq!(parts.parts().len(), 1);
    s.stop().await;
}

#[tokio::test]
async fn notifications_survive_a_restart_until_acknowledged() {
    let folder = TempDir::new().unwrap();
    let s = server_at(Some(folder.path().to_owned())).await;
    s.client.create_bucket().bucket(BUCKET).send().await.unwrap();
    s.put("a", b"x").await;
    s.put("b", b"x").await;
    let before = s.s3().next_notifications(10).await.unwrap();
    s.s3().acknowledge(&[before[0].id]).unwrap();
    s.stop().await;
    let s = server_at(Some(folder.path().to_owned())).await;
    assert_eq!(s.s3().next_notifications(10).await.unwrap(), before[1..]);
    s.put("c", b"x").await;
    let later = s.s3().next_notifications(10).await.unwrap();
    assert!(later[1].id > before[1].id);
    s.stop().await;
}

#[tokio::test]
async fn files_of_a_crash_are_removed_on_open() {
    let folder = TempDir::new().unwrap();
    let s = server_at(Some(folder.path().to_owned())).await;
    s.client.create_bucket().bucket(BUCKET).send().await.unwrap();
    s.put("a", b"x").await;
    s.stop().await;
    fs::write(folder.path().join("blobs/0123456789abcdef0123456789abcdef"), "never committed").unwrap();
    fs::write(folder.path().join("partial/0123456789abcdef0123456789abcdef"), "cut off").unwrap();
    let s = server_at(Some(folder.path().to_owned())).await;
    assert_eq!((files(&folder.path().join("blobs")), files(&folder.path().join("partial"))), (1, 0));
    assert_eq!(s.get("a").await, b"x");
    s.stop().await;
}

#[tokio::test]
async fn a_client_that_goes_away_leaves_nothing() {
    let folder = TempDir::new().unwrap();
    let s = server_at(Some(folder.path().to_owned())).await;
    s.client.create_bucket().bucket(BUCKET).send().await.unwrap();
    let config = PresigningConfig::expires_in(Duration::from_secs(60)).unwrap();
    let url = s.client.put_object().bucket(BUCKET).key("k").presigned(config).await.unwrap().uri().to_owned();
    let address = s.url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let path = url.strip_prefix(&s.url).unwrap();
    let head = format!("PUT {path} HTTP/1.1\r\nHost: {address}\r\nContent-Length: 1000000\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&[7; 500_000]).await.unwrap();
    let partial = folder.path().join("partial");
    wait_until(|| files(&partial) == 1).await;
    drop(stream);
    wait_until(|| files(&partial) == 0).await;
    assert_eq!(files(&folder.path().join("blobs")), 0);
    assert!(!s.exists("k").await);
    s.stop().await;
}

async fn wait_until(condition: impl Fn() -> bool) {
    for _ in 0..500 {
        if condition() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it did not happen within five seconds");
}

#[tokio::test]
async fn replaced_and_deleted_objects_leave_no_files() {
    let folder = TempDir::new().unwrap();
    let s = server_at(Some(folder.path().to_owned())).await;
    s.client.create_bucket().bucket(BUCKET).send().await.unwrap();
    s.put("a", b"1").await;
    s.put("a", b"2").await;
    let refused = s.client.put_object().bucket(BUCKET).key("b").checksum_crc32("AAAAAA==").body(b"y".to_vec().into());
    refused.send().await.unwrap_err();
    assert_eq!(files(&folder.path().join("blobs")), 1);
    s.client.delete_object().bucket(BUCKET).key("a").send().await.unwrap();
    assert_eq!((files(&folder.path().join("blobs")), files(&folder.path().join("partial"))), (0, 0));
    s.stop().await;
}

#[tokio::test]
async fn a_folder_in_use_damaged_or_of_another_format_is_refused_with_one_line() {
    let folder = TempDir::new().unwrap();
    let first = S3::open(options(Some(folder.path().to_owned()))).unwrap();
    let second = S3::open(options(Some(folder.path().to_owned()))).err().unwrap().to_string();
    assert!(second.contains("locked") && !second.contains('\n'), "{second}");
    drop(first);
    let database = rusqlite::Connection::open(folder.path().join("s3.sqlite3")).unwrap();
    database.execute_batch("PRAGMA user_version = 99").unwrap();
    drop(database);
    let format = S3::open(options(Some(folder.path().to_owned()))).err().unwrap().to_string();
    assert!(format.contains("format 99") && !format.contains('\n'), "{format}");
    fs::write(folder.path().join("s3.sqlite3"), "this is not a database, but long enough to be looked at").unwrap();
    let damaged = S3::open(options(Some(folder.path().to_owned()))).err().unwrap().to_string();
    assert!(damaged.contains("not a database") && !damaged.contains('\n'), "{damaged}");
    let unusable = S3::open(options(Some(folder.path().join("s3.sqlite3")))).err().unwrap().to_string();
    assert!(unusable.contains("s3.sqlite3") && !unusable.contains('\n'), "{unusable}");
}

#[tokio::test]
async fn memory_keeps_nothing() {
    let before = S3::open(options(None)).unwrap();
    drop(before);
    let s = server_at(None).await;
    assert!(s.s3().usage().unwrap().is_empty());
    s.stop().await;
}
