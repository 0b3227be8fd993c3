//! Which files can be imported: quotes, encodings, separators, headings, and the exports of other programs.

use super::{euros, import, import_bytes, listing, stock, titles};
use serde_json::{Value, json};
use tradewind_tests::{Person, World};

/// Imports a file that cannot be imported, and returns the reason. Nothing of it is stored afterwards.
async fn failure(world: &World, seller: &Person, file: &[u8]) -> String {
    let failed = import_bytes(world, seller, file).await.json;
    assert_eq!((&failed["status"], &failed["created"]), (&json!("failed"), &json!(0)), "{failed}");
    assert_eq!(titles(seller).await, []);
    failed["failure"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quote_too_many_or_too_few_is_told_with_its_line_and_nothing_is_imported() {
    let world = World::start().await;
    let market = world.market("quotes").await;
    let sam = market.seller("sam").await;
    let header = "Handle,Title,Body (HTML),Published,Variant Price,Variant Inventory Qty\n";
    let lamp = "lamp,Lamp,Bright,TRUE,49.00,1\n";
    for (rows, line) in [
        // The description of the lamp would swallow three products, and the lamp would cost as much as the pen.
        (
            "lamp,Lamp,\"Bright,TRUE,49.00,1\nbowl,Bowl,,TRUE,5.00,1\ncup,Cup,,TRUE,6,1\npen,Pen,\"Blue\",TRUE,1.20,7\n",
            "Line 5",
        ),
        (&format!("{lamp}bowl,Bowl,\"Deep,TRUE,5.00,1\ncup,Cup,,TRUE,6.00,1\n"), "Line 3"),
        (&format!("{lamp}\nlaptop,\"15\" laptop\",,TRUE,10,1\n"), "Line 4"),
        (&format!("{lamp}bowl,Bowl,\"Two\nlines\",TRUE,5,1\ncup,\"Cup\"s,,TRUE,6,1\n"), "Line 5"),
        // Two stray quotes are well-formed, and still put the rows between them into one description.
        (&format!("{lamp}bowl,Bowl,\"Deep,TRUE,5.00,1\ncup,Cup,,TRUE,6.00,1\npen,Pen,\",TRUE,1.20,7\n"), "Line 3"),
    ] {
        let reason = failure(&world, &sam, format!("{header}{rows}").as_bytes()).await;
        assert!(reason.starts_with(&format!("{line}: ")), "{rows}: {reason}");
    }
    // If only the shape of rows is evidence, the product is left out, whatever the handles and columns are.
    for (file, line) in [
        ("Title,URL handle,Description,Price\nLamp,lamp,\"Bright,49\nCup,cup,Big\",1.20\n", 2),
        (
            "Handle,Title,Body (HTML),Variant Price\nVase,Vase,,3\nLamp-1,Lamp,\"Bright,49.00\nBowl-1,Bowl,Nice,5.00\n\
             Cup-1,Cup,Big\",1.20\n",
            3,
        ),
        ("Handle;Title;Body (HTML);Variant Price\na.1;Lamp;\"Bright;49,00\nc.1;Cup;Big\";1,20\n", 2),
        ("Handle,Title,Variant Price,SEO Description\nLamp,Lamp,49,\"Nice\nBowl,Bowl,5,x\nCup,Cup,1.20,Big\"\n", 2),
        (
            "Handle,Title,Body (HTML),Option1 Name,Option1 Value,Variant Price\nTee,Tee,\"Soft,Size,S,10\nTee,,,,M,11\n\
             Mug,Mug,Big\",Size,L,1\n",
            2,
        ),
    ] {
        let done = import(&world, &sam, file).await.json;
        assert_eq!((&done["status"], &done["left_out"]), (&json!("done"), &json!(1)), "{file}: {done}");
        let errors = sam.client.get(&format!("/v1/imports/{}/errors", done["id"].as_str().unwrap())).await.expect(200);
        let error = &errors.json["data"][0];
        let message = error["message"].as_str().unwrap();
        assert!(error["row"] == line && message.contains("A quote opens in column"), "{file}: {error}");
        assert!(titles(&sam).await.iter().all(|(title, _)| title == "Vase"));
    }
    // Sizes and colours in a description are not taken for rows.
    let honest = "Handle,Title,Body (HTML),Variant Price\nshoe,Shoe,\"Sizes: 36,37,38\nred,green,blue\",49\n";
    assert_eq!(import(&world, &sam, honest).await.json["created"], json!(1));
    assert_eq!(listing(&sam, "Shoe").await["description_html"], "Sizes: 36,37,38\nred,green,blue");
    let good = "laptop,\"15\"\" laptop\",\"Two\nlines, \"\"quoted\"\"\",TRUE,10,1\ninch,15\" screen,,TRUE,9,1\n";
    let done = import(&world, &sam, &format!("{header}{good}")).await.json;
    assert_eq!((&done["created"], &done["failed_rows"]), (&json!(2), &json!(0)));
    assert_eq!(listing(&sam, "15\" laptop").await["description_html"], "Two\nlines, \"quoted\"");
    listing(&sam, "15\" screen").await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comma_that_is_not_quoted_shifts_no_cells() {
    let world = World::start().await;
    let market = world.market("commas").await;
    let sam = market.seller("sam").await;
    let file = "Handle,Title,Body (HTML),Variant Price,Variant Inventory Qty\n\
        bowl,Bowl,Deep, and round,5,12\ncup,Cup,\"Small, and round\",6,1,,\n";
    let done = import(&world, &sam, file).await.json;
    assert_eq!((&done["created"], &done["left_out"], &done["failed_rows"]), (&json!(1), &json!(1), &json!(1)));
    assert_eq!(titles(&sam).await, [("Cup".to_owned(), "published".to_owned())]);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_with_too_few_cells_moves_and_takes_away_nothing() {
    let world = World::start().await;
    let market = world.market("short").await;
    let sam = market.seller("sam").await;
    let file = |lamp: &str| {
        format!(
            "Handle,Title,Body (HTML),Vendor,Tags,Variant Price,Variant Grams\n{lamp}\ncup,Cup,Big,Acme,,1.20,\n,,\n"
        )
    };
    import(&world, &sam, &file("lamp,Lamp,Bright,Acme,new,49,5")).await;
    let before = listing(&sam, "Lamp").await;
    // Two cells ran together, and no number shows which columns the others belong to.
    for short in ["lamp,Lamp,\"Bright,Acme\",new,49,5", "lamp,Lamp,6"] {
        let done = import(&world, &sam, &file(short)).await.json;
        assert_eq!((&done["updated"], &done["left_out"], &done["failed_rows"]), (&json!(1), &json!(1), &json!(1)));
        let errors = format!("/v1/imports/{}/errors", done["id"].as_str().unwrap());
        let told = sam.client.get(&errors).await.expect(200).json["data"][0].clone();
        let message = told["message"].as_str().unwrap();
        assert!(told["row"] == 2 && message.contains("names 7 columns") && message.contains("blank"), "{told}");
        assert_eq!(listing(&sam, "Lamp").await, before);
    }
    // Excel leaves off blank cells at the end of rows: what they would contain stays as it is.
    let done = import(&world, &sam, &file("lamp,Lamp,Bright,Acme,new,50")).await.json;
    assert_eq!((&done["updated"], &done["failed_rows"]), (&json!(2), &json!(0)));
    let after = listing(&sam, "Lamp").await;
    let variant = |listing: &Value| listing["variants"][0].clone();
    assert_eq!((&variant(&after)["price"], &variant(&after)["weight_grams"]), (&euros(5_000), &json!(5)));
    assert_eq!(after["tags"], before["tags"]);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_may_be_a_thousand_or_one_is_refused_in_any_column() {
    let world = World::start().await;
    let market = world.market("thousands").await;
    let sam = market.seller("sam").await;
    for (row, column) in [
        ("a;A;1.500;1;2", "Variant Price"),
        ("a;A;1,500;1;2", "Variant Price"),
        ("a;A;1;1.000;2", "Variant Inventory Qty"),
        ("a;A;1;1;2.500", "Variant Grams"),
    ] {
        for (delimiter, row) in [(";", row.to_owned()), ("\t", row.replace(';', "\t"))] {
            let header = "Handle;Title;Variant Price;Variant Inventory Qty;Variant Grams\n".replace(';', delimiter);
            let done = import(&world, &sam, &format!("{header}{row}\n")).await.json;
            assert_eq!((&done["created"], &done["left_out"]), (&json!(0), &json!(1)), "{row}");
            let errors = format!("/v1/imports/{}/errors", done["id"].as_str().unwrap());
            assert_eq!(sam.client.get(&errors).await.expect(200).json["data"][0]["column"], column, "{row}");
        }
    }
    let clear =
        "Handle,Title,Published,Variant Price,Variant Inventory Qty,Variant Grams\na,A,WAHR,1500.00,5.00,250.0\n";
    assert_eq!(import(&world, &sam, clear).await.json["created"], json!(1));
    let made = listing(&sam, "A").await["variants"][0].clone();
    assert_eq!((&made["price"], &made["available"], &made["weight_grams"]), (&euros(150_000), &json!(5), &json!(250)));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn semicolons_tabs_and_wide_letters_are_read_and_commas_in_prices() {
    let world = World::start().await;
    let market = world.market("excel").await;
    let sam = market.seller("sam").await;
    let wide = |text: &str| {
        let letters = text.encode_utf16().flat_map(u16::to_le_bytes);
        [0xff, 0xfe].into_iter().chain(letters).collect::<Vec<u8>>()
    };
    let files: [(&str, Vec<u8>, i64); 6] = [
        ("Mug", "Handle;Title;Published;Variant Price\nmug;Mug;TRUE;9,90\n".into(), 990),
        ("Bowl", "sep=;\r\nHandle;Title;Variant Price\r\nbowl;Bowl;1.234,50\r\n".into(), 123_450),
        ("Cup", "Handle\tTitle\tVariant Price\n\"cup\"\t\"Cup\"\t\"10.00\"\n".into(), 1_000),
        ("Pot", "Handle,Title,Variant Price\npot,Pot,\"10,50\"\n".into(), 1_050),
        ("Jug", wide("Handle,Title,Variant Price\njug,Jug,10\n"), 1_000),
        ("Crème", wide("Handle\tTitle\tVariant Price\ncreme\tCrème\t3,5\n"), 350),
    ];
    for (title, file, cents) in files {
        let done = import_bytes(&world, &sam, &file).await.json;
        assert_eq!((&done["created"], &done["failed_rows"]), (&json!(1), &json!(0)), "{title}: {done}");
        assert_eq!(listing(&sam, title).await["variants"][0]["price"], euros(cents), "{title}");
    }
    // This could be a thousand, or one with three decimals.
    let unclear = import(&world, &sam, "Handle,Title,Variant Price\nvase,Vase,\"1,000\"\n").await.json;
    assert_eq!((&unclear["created"], &unclear["failed_rows"]), (&json!(0), &json!(1)));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_catalogue_is_refused_as_what_it_is() {
    let world = World::start().await;
    let market = world.market("others").await;
    let sam = market.seller("sam").await;
    let etsy = "TITLE,DESCRIPTION,PRICE,CURRENCY_CODE,QUANTITY,TAGS,MATERIALS,IMAGE1\n\"Mug\",\"nice\",9.99,EUR,3,\"a,b\",\"clay\",https://example.com/x.jpg\n";
    let woo = "ID,Type,SKU,Name,Published,\"Is featured?\",Regular price,Categories,Images\n1,simple,woo-1,Woo Mug,1,0,9.99,Mugs,https://example.com/x.jpg\n";
    for (file, word) in [
        (etsy.as_bytes(), "Etsy"),
        (woo.as_bytes(), "WooCommerce"),
        (b"Handle,Title,Variant Price\nlat,\xc9t\xe9,10\n", "Line 2 has a letter that is not in UTF-8"),
        (b"PK\x03\x04 and so on", "workbook"),
        (b"Handle,Title,Variant Price,Price\nmug,Mug,1,2\n", "twice"),
        (b"\n", "empty"),
    ] {
        let reason = failure(&world, &sam, file).await;
        assert!(reason.contains(word), "{word}: {reason}");
    }
    world.stop().await;
}

/// Shopify's current template.
const PRESENT: &str = "Title,URL handle,Description,Vendor,Product category,Type,Tags,Published on online store,Status,SKU,Barcode,\
    Option1 name,Option1 value,Option1 Linked To,Price,Compare-at price,Cost per item,Charge tax,Tax code,Inventory tracker,\
    Inventory quantity,Continue selling when out of stock,Weight value (grams),Weight unit for display,Requires shipping,\
    Fulfillment service,Product image URL,Image position,Image alt text,Variant image URL,Gift card,SEO title,SEO description\n\
    Green mug,green-mug,<p>Stoneware</p>,Kiln,Home & Garden,Mugs,\"mug, green\",TRUE,Active,GM-S,,Size,Small,,9.90,12.00,,TRUE,,shopify,\
    4,DENY,350,g,TRUE,manual,https://example.com/green.jpg,1,A green mug,,FALSE,,\n\
    ,green-mug,,,,,,,,GM-L,,,Large,,14.90,,,TRUE,,shopify,2,CONTINUE,500,g,TRUE,manual,,,,https://example.com/large.jpg,,,\n";

#[tokio::test(flavor = "multi_thread")]
async fn present_headings_say_what_the_older_ones_did() {
    let world = World::start().await;
    let market = world.market("headings").await;
    let sam = market.seller("sam").await;
    let done = import(&world, &sam, PRESENT).await.json;
    assert_eq!((&done["created"], &done["failed_rows"]), (&json!(1), &json!(0)), "{done}");
    let mug = listing(&sam, "Green mug").await;
    assert_eq!((&mug["handle"], &mug["status"]), (&json!("green-mug"), &json!("published")));
    assert_eq!((&mug["description_html"], &mug["vendor"]), (&json!("<p>Stoneware</p>"), &json!("Kiln")));
    assert_eq!((&mug["product_type"], &mug["tags"]), (&json!("Mugs"), &json!(["mug", "green"])));
    assert_eq!((&mug["option_names"], stock(&mug)), (&json!(["Size"]), vec![("Small".into(), 4), ("Large".into(), 2)]));
    assert_eq!(mug["images"][0], json!({ "url": "https://example.com/green.jpg", "alt": "A green mug" }));
    let part = |n: usize, name: &str| mug["variants"][n][name].clone();
    assert_eq!((part(0, "sku"), part(0, "weight_grams")), (json!("GM-S"), json!(350)));
    assert_eq!((part(0, "price"), part(0, "compare_at_price")), (euros(990), euros(1_200)));
    assert_eq!((part(0, "counting"), part(1, "counting")), (json!("counted"), json!("beyond_zero")));
    assert_eq!(
        (part(0, "image"), part(1, "image")["url"].clone()),
        (Value::Null, json!("https://example.com/large.jpg"))
    );

    // Errors are reported with the heading that the file has.
    let bad = import(&world, &sam, "URL handle,Title,Price\nbowl,Bowl,dear\n").await.json;
    let errors = format!("/v1/imports/{}/errors", bad["id"].as_str().unwrap());
    assert_eq!(sam.client.get(&errors).await.expect(200).json["data"][0]["column"], "Price");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_says_nothing_is_for_sale_and_what_says_no_is_a_draft() {
    let world = World::start().await;
    let market = world.market("published").await;
    let sam = market.seller("sam").await;
    for (number, (columns, cells, status)) in [
        ("Status", "active", "published"),
        ("Published,Status", ",", "published"),
        ("Published", "", "published"),
        ("Published", "1", "published"),
        ("Vendor", "Kiln", "published"),
        ("Published", "FALSE", "draft"),
        ("Published,Status", "TRUE,Draft", "draft"),
        ("Published,Status", ",archived", "draft"),
    ]
    .into_iter()
    .enumerate()
    {
        let file = format!("Handle,Title,{columns},Variant Price\nmug-{number},Mug {number},{cells},5\n");
        let done = import(&world, &sam, &file).await.json;
        assert_eq!(done["drafts"], json!(u8::from(status == "draft")), "{columns}: {cells}");
        assert_eq!(listing(&sam, &format!("Mug {number}")).await["status"], status, "{columns}: {cells}");
    }
    world.stop().await;
}
