//! The processing of a picture that was sent.

use super::{PHOTO, create, read, send};
use crate::money::{items, put_item};
use serde_json::{Value, json};
use tradewind_tests::{Market, World};

/// The notification from S3 about a new picture.
fn made(marketplace: &str, upload: &str) -> Value {
    let object = json!({ "key": format!("images/{marketplace}/{upload}"), "size": 1 });
    json!({ "Records": [{ "s3": { "object": object } }] })
}

/// The number of failed messages when a message has been delivered this often.
async fn notified(world: &World, body: &Value, receives: &str) -> usize {
    let event = json!({ "Records": [{
        "messageId": "1", "body": body.to_string(), "eventSource": "aws:sqs",
        "attributes": { "ApproximateReceiveCount": receives },
    }] });
    let answer = world.local.invoke("media-process", event).await.unwrap();
    answer["batchItemFailures"].as_array().unwrap().len()
}

async fn id_of(market: &Market) -> String {
    market.anybody().get("/v1/marketplace").await.expect(200).json["id"].as_str().unwrap().to_owned()
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_becomes_ready_in_three_sizes_and_can_be_shown() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    assert!(contains(PHOTO, b"Exif"), "a photograph without metadata would prove nothing");
    let upload = send(&world, &sam, PHOTO).await;
    assert_eq!(upload["status"], "ready", "{upload}");
    let sizes = upload["sizes"].as_array().unwrap();
    let shapes: Vec<_> = sizes
        .iter()
        .map(|s| json!([s["name"], s["width"].as_u64().unwrap().max(s["height"].as_u64().unwrap())]))
        .collect();
    assert_eq!(shapes, [json!(["small", 320]), json!(["medium", 800]), json!(["large", 1200])]);

    let body = json!({
        "title": "Bell", "variants": [{ "price": { "amount": 900, "currency": "EUR" } }],
        "images": [{ "upload": upload["id"], "alt": "A bell" }],
    });
    let listing = sam.client.post("/v1/listings", body).await.expect(201).json;
    let image = &listing["images"][0];
    assert_eq!((&image["upload"], &image["url"]), (&upload["id"], &sizes[2]["url"]));
    for size in sizes {
        assert_eq!(image["sizes"][size["name"].as_str().unwrap()], size["url"]);
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_picture_is_refused_with_a_reason() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    let html = send(&world, &sam, b"<html><script>alert(1)</script></html>").await;
    assert_eq!(html["status"], "refused");
    assert!(html["reason"].as_str().unwrap().contains("JPEG, PNG, WebP or GIF"), "{html}");
    let torn = send(&world, &sam, &PHOTO[..40]).await;
    assert_eq!(torn["status"], "refused");
    assert!(torn["reason"].as_str().unwrap().contains("damaged"), "{torn}");
    let body = json!({
        "title": "Bell", "variants": [{ "price": { "amount": 900, "currency": "EUR" } }], "images": [{ "upload": torn["id"] }],
    });
    sam.client.post("/v1/listings", body).await.expect_invalid("images[0].upload");
    assert!(world.dead_letters().await.is_empty());
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_whole_up_to_its_end_and_what_lies_behind_does_not_matter() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    let gif = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";
    for (picture, tail) in [(&gif[..], &[0; 64][..]), (gif, b"<html>"), (PHOTO, b"PK\x03\x04")] {
        let upload = send(&world, &sam, &[picture, tail].concat()).await;
        assert_eq!(upload["status"], "ready", "{upload}");
    }
    // Half of the file is lost, with zeros in its place.
    let jpeg: &[u8] = include_bytes!("../../../functions/media/src/pictures/restarts-packed-well.jpg");
    for picture in [jpeg, PHOTO] {
        assert_eq!(send(&world, &sam, picture).await["status"], "ready");
        let half = picture.len() / 2;
        let zeros = [&picture[..half], &vec![0; half], b"\xff\xd9"].concat();
        for broken in [zeros, gif[..gif.len() - 1].to_vec(), [&gif[..20], b";"].concat()] {
            let upload = send(&world, &sam, &broken).await;
            assert_eq!(upload["status"], "refused", "{upload}");
            assert!(upload["reason"].as_str().unwrap().contains("damaged"), "{upload}");
        }
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_that_was_not_sent_yet_cannot_be_shown() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let (sam, sue) = (market.seller("sam").await, market.seller("sue").await);
    let created = create(&sam, "listing_image", "image/jpeg").await;
    let body = |upload: &Value| {
        json!({
            "title": "Bell", "variants": [{ "price": { "amount": 900, "currency": "EUR" } }], "images": [{ "upload": upload }],
        })
    };
    let id = &created["upload"]["id"];
    sam.client.post("/v1/listings", body(id)).await.expect_problem(409, "image_not_ready");
    sue.client.post("/v1/listings", body(id)).await.expect_invalid("images[0].upload");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_file_with_the_same_form_changes_nothing() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    let created = create(&sam, "listing_image", "image/jpeg").await;
    sam.client.upload(&created["form"], PHOTO).await;
    world.settle().await;
    let first = read(&sam, &created).await;
    assert_eq!(first["status"], "ready");
    sam.client.upload(&created["form"], b"no picture").await;
    world.settle().await;
    assert_eq!(read(&sam, &created).await, first);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notification_that_comes_twice_does_no_harm_and_one_of_no_upload_is_set_aside() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    let first = send(&world, &sam, PHOTO).await;
    let marketplace = id_of(&market).await;
    let created = |upload: &str| made(&marketplace, upload);
    let bodies = [
        (created(first["id"].as_str().unwrap()), 0),
        (json!({ "Service": "Amazon S3", "Event": "s3:TestEvent" }), 0),
        (created("upl_01jd0000000000000000000000"), 1),
        (json!({ "hello": "world" }), 1),
    ];
    for (body, failures) in bodies {
        assert_eq!(notified(&world, &body, "1").await, failures, "{body}");
    }
    let path = format!("/v1/uploads/{}", first["id"].as_str().unwrap());
    assert_eq!(sam.client.get(&path).await.expect(200).json, first);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_whose_picture_was_refused_takes_a_better_one() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    let created = create(&sam, "listing_image", "image/jpeg").await;
    // Half of the file, half of it with an end marker as if it were complete, and something else.
    let half = &PHOTO[..PHOTO.len() / 2];
    let ended = [half.strip_suffix(b"\xff").unwrap_or(half), b"\xff\xd9"].concat();
    for (file, said) in [(half, "damaged"), (&ended, "damaged"), (b"hello", "JPEG, PNG, WebP or GIF")] {
        sam.client.upload(&created["form"], file).await;
        world.settle().await;
        let refused = read(&sam, &created).await;
        assert_eq!(refused["status"], "refused");
        assert!(refused["reason"].as_str().unwrap().contains(said), "{refused}");
    }
    sam.client.upload(&created["form"], PHOTO).await;
    world.settle().await;
    let ready = read(&sam, &created).await;
    assert_eq!(ready["status"], "ready", "{ready}");
    assert_eq!(ready["reason"], Value::Null);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_takes_the_process_down_is_refused_in_the_end() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    let created = create(&sam, "listing_image", "image/jpeg").await;
    sam.client.upload(&created["form"], PHOTO).await;
    world.settle().await;
    let id = created["upload"]["id"].as_str().unwrap();
    let [stored] = items(&world, id).await.try_into().unwrap();
    let body = made(&id_of(&market).await, id);
    // The state that is left by a process which went down while it worked, on the first and on the second delivery.
    let left = |begun: bool| {
        let mut item = stored.clone();
        item["state"] = json!({ "M": { "status": { "S": "waiting" } } });
        item["begun"] = json!({ "N": if begun { "2" } else { "0" } });
        item
    };
    put_item(&world, left(false)).await;
    assert_eq!(notified(&world, &body, "2").await, 0);
    assert_eq!(read(&sam, &created).await["status"], "ready", "once may have been anything");
    put_item(&world, left(true)).await;
    assert_eq!(notified(&world, &body, "3").await, 0);
    assert_eq!(read(&sam, &created).await["status"], "ready", "and so may twice");
    put_item(&world, left(true)).await;
    assert_eq!(notified(&world, &body, "4").await, 0);
    let refused = read(&sam, &created).await;
    assert_eq!(refused["status"], "refused");
    assert!(refused["reason"].as_str().unwrap().contains("could not be processed"), "{refused}");
    // The form accepts a better picture.
    sam.client.upload(&created["form"], PHOTO).await;
    world.settle().await;
    assert_eq!(read(&sam, &created).await["status"], "ready");
    world.stop().await;
}
