//! Rows that are far apart, begin late, are too many or contain little, and what is reported about them.

use super::{import, listing, stock, titles};
use serde_json::{Value, json};
use std::fmt::Write;
use tradewind_tests::{Person, World};

async fn errors(sam: &Person, import: &Value) -> Vec<(u64, String, String)> {
    let errors = format!("/v1/imports/{}/errors?limit=100", import["id"].as_str().unwrap());
    let errors = sam.client.get(&errors).await.expect(200).json;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let errors = errors["data"].as_array().unwrap().iter();
    errors.map(|e| (e["row"].as_u64().unwrap(), text(&e["column"]), text(&e["message"]))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_of_a_product_are_put_together_however_far_apart() {
    let world = World::start().await;
    let market = world.market("apart").await;
    let sam = market.seller("sam").await;
    let mut file = "Handle,Title,Option1 Name,Option1 Value,Variant Price,Image Src\n".to_owned();
    for n in 0..150 {
        writeln!(file, "p{n},P{n},Size,S,5,https://example.com/{n}-s.jpg").unwrap();
    }
    for n in 0..150 {
        writeln!(file, "p{n},,,L,6,https://example.com/{n}-l.jpg").unwrap();
    }
    let done = import(&world, &sam, &file).await.json;
    assert_eq!((&done["rows"], &done["created"], &done["updated"]), (&json!(300), &json!(150), &json!(0)));
    assert_eq!((&done["failed_rows"], &done["variants_kept"]), (&json!(0), &json!(0)));
    for title in ["P149", "P75"] {
        let product = listing(&sam, title).await;
        let sizes: Vec<_> = product["variants"].as_array().unwrap().iter().map(|v| v["options"][0].clone()).collect();
        assert_eq!((sizes, product["images"].as_array().unwrap().len()), (vec![json!("S"), json!("L")], 2));
    }
    assert!(world.dead_letters().await.is_empty());
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_product_has_once_may_come_after_its_first_row() {
    let world = World::start().await;
    let market = world.market("late").await;
    let sam = market.seller("sam").await;
    let header = "Handle,Title,Published,Option1 Name,Option1 Value,Variant Price,Variant Inventory Qty,Image Src\n";
    let rows = "mug,Mug,TRUE,,,,,https://example.com/1.jpg\nmug,,,Size,Small,9.90,4,\nmug,,,Size,Large,12.90,4,\n\
        cup,,,,Large,2,1,\ncup,Cup,TRUE,Size,Small,1,1,\n";
    let done = import(&world, &sam, &format!("{header}{rows}")).await.json;
    assert_eq!((&done["created"], &done["failed_rows"]), (&json!(2), &json!(0)));
    let mug = listing(&sam, "Mug").await;
    assert_eq!((&mug["option_names"], stock(&mug)), (&json!(["Size"]), vec![("Small".into(), 4), ("Large".into(), 4)]));
    assert_eq!(stock(&listing(&sam, "Cup").await), [("Large".into(), 1), ("Small".into(), 1)]);

    let twice = "bowl,Bowl,TRUE,,,1,1,\nbowl,Vase,TRUE,,,2,1,\n";
    let done = import(&world, &sam, &format!("{header}{twice}")).await.json;
    assert_eq!((&done["created"], &done["left_out"], &done["failed_rows"]), (&json!(0), &json!(1), &json!(2)));
    let told = errors(&sam, &done).await;
    assert!((told[0].0, told[0].1.as_str()) == (3, "Title") && told[0].2.contains("`Vase`"), "{told:?}");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_product_that_cannot_be_taken_whole_is_left_out_whole() {
    let world = World::start().await;
    let market = world.market("whole").await;
    let sam = market.seller("sam").await;
    let mut file = "Handle,Title,Option1 Name,Option1 Value,Variant Price,Variant Inventory Qty\n".to_owned();
    for n in 0..120 {
        let title = if n == 0 { "Many" } else { "" };
        writeln!(file, "many,{title},Size,s{n},10.00,5").unwrap();
    }
    file.push_str("mug,Mug,Size,S,9,1\nmug,,,M,dear,1\nmug,,,L,9,1\nbowl,Bowl,Size,S,9,1\n");
    let done = import(&world, &sam, &file).await.json;
    assert_eq!((&done["rows"], &done["created"], &done["left_out"]), (&json!(124), &json!(1), &json!(2)));
    assert_eq!(done["failed_rows"], json!(123));
    assert_eq!(titles(&sam).await, [("Bowl".to_owned(), "published".to_owned())]);
    let told = errors(&sam, &done).await;
    assert_eq!(
        told.iter().map(|(row, column, _)| (*row, column.as_str())).collect::<Vec<_>>(),
        [(2, "Handle"), (123, "Variant Price")]
    );
    assert!(
        told[0].2.contains("120 variants") && told.iter().all(|t| t.2.ends_with("The whole product is left out.")),
        "{told:?}"
    );

    // Together with the variants that are kept, there would be too many: the listing is not changed at all.
    let many = |from: u32| {
        let mut file = "Handle,Title,Option1 Name,Option1 Value,Variant Price,Variant Inventory Qty\n".to_owned();
        (from..from + 60).for_each(|n| writeln!(file, "wide,Wide,Size,s{n},10.00,5").unwrap());
        file
    };
    assert_eq!(import(&world, &sam, &many(0)).await.json["created"], json!(1));
    let before = listing(&sam, "Wide").await;
    let done = import(&world, &sam, &many(60)).await.json;
    assert_eq!((&done["updated"], &done["left_out"], &done["failed_rows"]), (&json!(0), &json!(1), &json!(60)));
    assert_eq!(listing(&sam, "Wide").await, before);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_have_the_numbers_of_their_lines() {
    let world = World::start().await;
    let market = world.market("lines").await;
    let sam = market.seller("sam").await;
    let file = "Handle,Title,Body (HTML),Variant Price\n\nmug,Mug,\"Two\nlines\",5\n,,,\n\nbowl,Bowl,,dear\n";
    let done = import(&world, &sam, file).await.json;
    assert_eq!((&done["rows"], &done["created"], &done["failed_rows"]), (&json!(2), &json!(1), &json!(1)));
    assert_eq!(errors(&sam, &done).await[0].0, 7);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn gift_cards_are_left_out_and_counted_and_a_picture_that_is_none_is_told() {
    let world = World::start().await;
    let market = world.market("gifts").await;
    let sam = market.seller("sam").await;
    let file =
        "Handle,Title,Variant Price,Gift Card,Image Src\ngc,Gift,10,true,\nmug,Mug,5,false,javascript:alert(1)\n";
    let done = import(&world, &sam, file).await.json;
    assert_eq!((&done["created"], &done["gift_cards"], &done["left_out"]), (&json!(1), &json!(1), &json!(1)));
    assert_eq!(done["failed_rows"], json!(2));
    let told = errors(&sam, &done).await;
    assert_eq!(
        told.iter().map(|(row, column, _)| (*row, column.as_str())).collect::<Vec<_>>(),
        [(2, "Gift Card"), (3, "Image Src")]
    );
    assert_eq!(listing(&sam, "Mug").await["images"], json!([]));
    world.stop().await;
}
