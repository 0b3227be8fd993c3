//! What an import does to the listings.

use super::{euros, import, listing, path, stock, titles};
use serde_json::{Value, json};
use std::fmt::Write;
use tradewind_tests::World;

const HEADER: &str = "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Grams,\
    Variant Inventory Qty,Variant Price,Variant Compare At Price,Image Src,Image Position,Image Alt Text";

fn file(rows: &str) -> String {
    format!("{HEADER}\n{rows}")
}

fn counts(import: &Value) -> [u64; 3] {
    ["created", "updated", "failed_rows"].map(|name| import[name].as_u64().unwrap())
}

const CATALOGUE: &str = "bell,Bell,<b>Loud</b><script>x</script>,Maker,Sound,\"brass, small\",true,Title,Default Title,B-1,120,4,9.50,12,\
    https://example.com/bell.jpg,1,A bell\n\
    shirt,Shirt,,,,,true,Size,S,,,3,25,,,,\n\
    shirt,,,,,,,,M,,,0,25.50,,https://example.com/shirt.jpg,1,\n\
    shirt,,,,,,,,,,,,,,https://example.com/back.jpg,2,\n\
    secret,Secret,,,,,false,Title,Default Title,,,1,1,,,,\n";

#[tokio::test(flavor = "multi_thread")]
async fn products_become_listings_with_variants_stock_and_pictures() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    let done = import(&world, &sam, &file(CATALOGUE)).await.json;
    assert_eq!((&done["status"], counts(&done)), (&json!("done"), [3, 0, 0]));
    let text = |t: &str, s: &str| (t.to_owned(), s.to_owned());
    assert_eq!(titles(&sam).await, [text("Bell", "published"), text("Secret", "draft"), text("Shirt", "published")]);

    let bell = listing(&sam, "Bell").await;
    let bell = market.anybody().get(&path(&bell)).await.expect(200).json;
    assert_eq!((&bell["handle"], &bell["description_html"]), (&json!("bell"), &json!("<b>Loud</b>")));
    assert_eq!((&bell["vendor"], &bell["product_type"]), (&json!("Maker"), &json!("Sound")));
    assert_eq!((&bell["tags"], &bell["option_names"]), (&json!(["brass", "small"]), &json!([])));
    assert_eq!(bell["images"], json!([{ "url": "https://example.com/bell.jpg", "alt": "A bell" }]));
    let variant = &bell["variants"][0];
    assert_eq!((&variant["sku"], &variant["weight_grams"]), (&json!("B-1"), &json!(120)));
    assert_eq!((&variant["price"], &variant["compare_at_price"]), (&euros(950), &euros(1200)));
    assert_eq!(variant["available"], json!(4));

    let shirt = listing(&sam, "Shirt").await;
    assert_eq!((stock(&shirt), &shirt["option_names"]), (vec![("S".into(), 3), ("M".into(), 0)], &json!(["Size"])));
    assert_eq!(shirt["images"].as_array().unwrap().len(), 2);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_file_again_updates_and_keeps_every_id() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    import(&world, &sam, &file(CATALOGUE)).await;
    let (bell, shirt) = (listing(&sam, "Bell").await, listing(&sam, "Shirt").await);
    let again = import(&world, &sam, &file(CATALOGUE)).await.json;
    assert_eq!((&again["status"], counts(&again)), (&json!("done"), [0, 3, 0]));
    assert_eq!(titles(&sam).await.len(), 3);
    assert_eq!((listing(&sam, "Bell").await, listing(&sam, "Shirt").await), (bell.clone(), shirt.clone()));

    let changed = "bell,Big bell,,,,,true,Title,Default Title,B-1,,9,10,,,,\nshirt,Shirt,,,,,false,Size,L,,,1,25,,,,\n";
    let changed = import(&world, &sam, &file(changed)).await.json;
    assert_eq!(counts(&changed), [0, 2, 0]);
    let big = listing(&sam, "Big bell").await;
    assert_eq!((&big["id"], &big["variants"][0]["id"]), (&bell["id"], &bell["variants"][0]["id"]));
    assert_eq!((&big["variants"][0]["price"], &big["variants"][0]["available"]), (&euros(1000), &json!(9)));
    let shirt = listing(&sam, "Shirt").await;
    assert_eq!(
        (&shirt["status"], stock(&shirt)),
        (&json!("draft"), vec![("S".into(), 3), ("M".into(), 0), ("L".into(), 1)])
    );
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stock_that_is_split_stays_split() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    import(&world, &sam, &file(CATALOGUE)).await;
    let bell = listing(&sam, "Bell").await;
    sam.split(&bell, 50, 6).await;
    // Four units, as in the last file, change nothing; five do.
    assert_eq!(counts(&import(&world, &sam, &file(CATALOGUE)).await.json), [0, 3, 0]);
    let variant = listing(&sam, "Bell").await["variants"][0].clone();
    assert_eq!((&variant["available"], &variant["buckets"]), (&json!(50), &json!(6)));
    let five = CATALOGUE.replace("B-1,120,4,", "B-1,120,5,");
    assert_eq!(counts(&import(&world, &sam, &file(&five)).await.json), [0, 3, 0]);
    let variant = listing(&sam, "Bell").await["variants"][0].clone();
    assert_eq!((&variant["available"], &variant["buckets"]), (&json!(5), &json!(6)));
    // The five units of the file are spread over five buckets: a buyer who wants all of them gets them.
    let bob = market.buyer("bob").await;
    bob.fill_cart(&bell, 5).await;
    bob.check_out("five").await;
    assert_eq!(listing(&sam, "Bell").await["variants"][0]["available"], 0);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn handles_belong_to_one_seller_and_a_closed_listing_stays_closed() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let (sam, sue) = (market.seller("sam").await, market.seller("sue").await);
    import(&world, &sam, &file(CATALOGUE)).await;
    assert_eq!(counts(&import(&world, &sue, &file(CATALOGUE)).await.json), [3, 0, 0]);
    let bell = listing(&sam, "Bell").await;
    sam.client.post(&format!("{}/close", path(&bell)), Value::Null).await.expect(200);
    let again = import(&world, &sam, &file(CATALOGUE)).await.json;
    assert_eq!(counts(&again), [0, 2, 1]);
    assert_eq!(listing(&sam, "Bell").await["status"], "closed");
    assert_eq!(listing(&sue, "Bell").await["status"], "published");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_is_imported_in_parts_and_every_row_is_accounted_for() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    let mut rows = String::new();
    for n in 0..250 {
        let price = if n % 50 == 7 { "dear" } else { "1" };
        writeln!(rows, "p{n},P{n},,,,,true,Size,S,,,1,1,,,,\np{n},,,,,,,,M,,,1,{price},,,,").unwrap();
    }
    let done = import(&world, &sam, &file(&rows)).await.json;
    assert_eq!((&done["status"], &done["rows"]), (&json!("done"), &json!(500)));
    assert_eq!((&done["parts"], &done["parts_done"]), (&json!(3), &json!(3)));
    assert_eq!((counts(&done), &done["left_out"]), ([245, 0, 10], &json!(5)));
    let mut seen = std::collections::HashSet::new();
    let mut next = "/v1/listings?limit=100".to_owned();
    loop {
        let page = market.anybody().get(&next).await.expect(200).json;
        seen.extend(page["data"].as_array().unwrap().iter().map(|card| card["title"].as_str().unwrap().to_owned()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        next = format!("/v1/listings?limit=100&cursor={cursor}");
    }
    assert_eq!(seen.len(), 245);
    assert!(world.dead_letters().await.is_empty());
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_that_is_delivered_again_sets_no_stock_back_and_counts_nothing_twice() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    let done = import(&world, &sam, &file(CATALOGUE)).await.json;
    let bell = listing(&sam, "Bell").await;
    let one = format!("{}/variants/{}/stock", path(&bell), bell["variants"][0]["id"].as_str().unwrap());
    sam.client.put(&one, json!({ "available": 1 })).await.expect(200);

    let marketplace = market.anybody().get("/v1/marketplace").await.expect(200).json["id"].clone();
    let events = [
        json!({ "type": "import.part_ready.v1", "data": { "import": done["id"], "part": 0 } }),
        json!({ "type": "import.requested.v1", "data": { "import": done["id"] } }),
    ];
    for mut envelope in events {
        envelope["id"] = json!("cmt_01jd0000000000000000000000_0");
        envelope["marketplace"] = marketplace.clone();
        envelope["at"] = json!("2026-01-01T00:00:00Z");
        let event =
            json!({ "Records": [{ "messageId": "1", "body": envelope.to_string(), "eventSource": "aws:sqs" }] });
        let answer = world.local.invoke("catalog-import", event).await.unwrap();
        assert_eq!(answer["batchItemFailures"], json!([]));
    }
    world.settle().await;
    assert_eq!(listing(&sam, "Bell").await["variants"][0]["available"], json!(1));
    let import = sam.client.get(&format!("/v1/imports/{}", done["id"].as_str().unwrap())).await.expect(200).json;
    assert_eq!(import, done);
    world.stop().await;
}
