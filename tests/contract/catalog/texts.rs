//! What sellers write is what buyers see: no invisible characters, no address that breaks out of a page, no HTML that takes long to parse.

use super::{draft, import, listing, path, shirt};
use serde_json::json;
use std::time::{Duration, Instant};
use tradewind_tests::World;

#[tokio::test(flavor = "multi_thread")]
async fn signs_that_cannot_be_seen_are_refused_wherever_a_listing_is_named() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    let kept = draft(&sam).await;
    for text in ["Shi\u{202e}rt", "Shi\u{200b}rt", "Shirt\u{0}", "Shirt\n", "\u{feff}Shirt", "\u{3164}"] {
        for (field, place) in [
            ("title", "/title"),
            ("vendor", "/vendor"),
            ("product_type", "/product_type"),
            ("tags[1]", "/tags/1"),
            ("option_names[0]", "/option_names/0"),
            ("variants[1].options[0]", "/variants/1/options/0"),
            ("variants[0].sku", "/variants/0/sku"),
            ("images[0].alt", "/images/0/alt"),
        ] {
            let mut body = shirt();
            *body.pointer_mut(place).unwrap() = json!(text);
            sam.client.post("/v1/listings", body.clone()).await.expect_invalid(field);
            sam.client.patch(&path(&kept), body).await.expect_invalid(field);
        }
    }
    assert_eq!(sam.client.patch(&path(&kept), json!({})).await.expect(200).json, kept);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pictures_address_is_kept_as_a_browser_reads_it() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    let with = |url: &str| {
        let mut body = shirt();
        body["images"][0]["url"] = json!(url);
        body
    };
    for (url, kept) in [
        ("http://x.test/a.jpg\" onerror=\"alert(1)", "http://x.test/a.jpg%22%20onerror=%22alert(1)"),
        ("HTTPS://B\u{fc}cher.example:443/\u{fc}.jpg", "https://xn--bcher-kva.example/%C3%BC.jpg"),
    ] {
        let made = sam.client.post("/v1/listings", with(url)).await.expect(201).json;
        assert_eq!(made["images"][0]["url"], kept);
    }
    for url in [
        "https://ada:secret@x.test/a.jpg",
        "https://example.com@x.test/",
        "javascript:alert(1)",
        "data:image/png;base64,AA",
        "//x.test/a.jpg",
        "a.jpg",
        "",
    ] {
        sam.client.post("/v1/listings", with(url)).await.expect_invalid("images[0].url");
    }

    let both = "Handle,Title,Variant Price,Image Src,Variant Image\nc,C,1,https://x.test/c.jpg?x=1&amp;y=2,\nd,D,1,d.jpg,javascript:x\n";
    let done = import(&world, &sam, both).await.json;
    assert_eq!((&done["created"], &done["failed_rows"]), (&json!(2), &json!(1)), "{done}");
    assert_eq!(listing(&sam, "C").await["images"][0]["url"], "https://x.test/c.jpg?x=1&y=2");
    let errors = format!("/v1/imports/{}/errors", done["id"].as_str().unwrap());
    let told = sam.client.get(&errors).await.expect(200).json["data"][0]["message"].as_str().unwrap().to_owned();
    assert!(told.contains("whole web address") && told.contains("And Variant Image: "), "{told}");

    let header = "Handle,Title,Published,Variant Price,Image Src";
    let rows = "a,A,true,1,\"http://x.test/a.jpg\"\" onerror=x\"\nb,B,true,1,https://ada:secret@x.test/b.jpg\n";
    let done = import(&world, &sam, &format!("{header}\n{rows}")).await.json;
    assert_eq!((&done["created"], &done["failed_rows"]), (&json!(2), &json!(1)), "{done}");
    assert_eq!(listing(&sam, "A").await["images"][0]["url"], "http://x.test/a.jpg%22%20onerror=x");
    assert_eq!(listing(&sam, "B").await["images"], json!([]));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn descriptions_are_kept_without_what_cannot_be_seen() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    let family = "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}";
    let html =
        format!("<p>Sh\u{202e}irt\u{200b} &#8238;&#x200b;{family}\u{7}</p><a href='java&#8203;script:x()'>a</a>");
    let kept = format!("<p>Shirt {family}</p><a rel=\"noopener noreferrer\">a</a>");
    let mut body = shirt();
    body["description_html"] = json!(html);
    let made = sam.client.post("/v1/listings", body).await.expect(201).json;
    assert_eq!(made["description_html"], kept);
    import(&world, &sam, &format!("Handle,Title,Body (HTML),Variant Price\na,A,{html},1\n")).await;
    assert_eq!(listing(&sam, "A").await["description_html"], kept);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn html_that_would_take_long_is_refused_before_it_is_read() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    let begun = Instant::now();
    for html in [
        "<b>".repeat(30_000),
        "<ul><li>".repeat(10_000),
        format!("<svg><title>{}", "<b>".repeat(30_000)),
        "<div>".repeat(101),
    ] {
        let mut body = shirt();
        body["description_html"] = json!(html);
        let refused = sam.client.post("/v1/listings", body).await.expect_invalid("description_html");
        assert!(refused.text.contains("at most 100 elements can lie within each other"), "{}", refused.text);
        let file = format!(
            "Handle,Title,Body (HTML),Published,Variant Price\ndeep,Deep,{html},true,1\nflat,Flat,<b>Soft</b>,true,1\n"
        );
        let done = import(&world, &sam, &file).await.json;
        assert_eq!(done["failed_rows"], 1, "{done}");
        let errors =
            sam.client.get(&format!("/v1/imports/{}/errors", done["id"].as_str().unwrap())).await.expect(200).json;
        assert_eq!(
            (&errors["data"][0]["row"], &errors["data"][0]["column"]),
            (&json!(2), &json!("Body (HTML)")),
            "{errors}"
        );
        assert_eq!(listing(&sam, "Flat").await["description_html"], "<b>Soft</b>");
    }
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
    let mut body = shirt();
    body["description_html"] = json!("a".repeat(100_001));
    sam.client.post("/v1/listings", body).await.expect_invalid("description_html");

    let mut body = shirt();
    body["description_html"] = json!("<p>Soft".repeat(1_000));
    sam.client.post("/v1/listings", body).await.expect(201);
    world.stop().await;
}
