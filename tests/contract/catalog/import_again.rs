//! What a second import keeps, removes and never moves.

use super::{euros, import, listing, path, stock};
use serde_json::{Value, json};
use tradewind_tests::World;

/// The options of each variant, with its id and SKU.
fn ids(listing: &Value) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut ids: Vec<_> = listing["variants"]
        .as_array()
        .unwrap()
        .iter()
        .map(|v| (text(&v["options"][0]), text(&v["id"]), text(&v["sku"])))
        .collect();
    ids.sort();
    ids
}

/// The notes of an import, each with its kind and message.
async fn notes(sam: &tradewind_tests::Person, import: &Value) -> Vec<(String, String)> {
    let notes = format!("/v1/imports/{}/notes", import["id"].as_str().unwrap());
    let notes = sam.client.get(&notes).await.expect(200).json;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    notes["data"].as_array().unwrap().iter().map(|note| (text(&note["kind"]), text(&note["message"]))).collect()
}

const MUG: &str = "Handle,Title,Body (HTML),Vendor,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Grams,\
    Variant Inventory Qty,Variant Price,Image Src\n\
    mug,Mug,<p>Hand made</p>,Kiln,\"blue, gift\",TRUE,Size,Small,M-S,350,5,9.90,https://example.com/mug.jpg\n\
    mug,,,,,,,Large,M-L,500,3,12.90,\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_column_that_a_file_does_not_have_leaves_what_there_is() {
    let world = World::start().await;
    let market = world.market("prices").await;
    let sam = market.seller("sam").await;
    import(&world, &sam, MUG).await;
    let before = listing(&sam, "Mug").await;
    for prices in [
        "Handle,Title,Variant SKU,Variant Price\nmug,Mug,M-S,8.90\nmug,,M-L,11.90\n",
        "Handle,SKU,Price\nmug,M-L,11.90\nmug,M-S,8.90\n",
    ] {
        let done = import(&world, &sam, prices).await.json;
        assert_eq!((&done["updated"], &done["failed_rows"], &done["drafts"]), (&json!(1), &json!(0), &json!(0)));
        let mut wanted = before.clone();
        wanted["variants"][0]["price"] = euros(890);
        wanted["variants"][1]["price"] = euros(1_190);
        let mut after = listing(&sam, "Mug").await;
        after["updated_at"] = wanted["updated_at"].clone();
        if prices.starts_with("Handle,SKU") {
            // The order is that of the file, because it names all variants.
            after["variants"].as_array_mut().unwrap().reverse();
        }
        assert_eq!(after, wanted);
    }
    // A row that names neither options nor the SKU of exactly one variant changes nothing.
    let unclear = import(&world, &sam, "Handle,Variant Price\nmug,1\n").await.json;
    assert_eq!((&unclear["left_out"], &unclear["failed_rows"]), (&json!(1), &json!(1)));
    assert_eq!(listing(&sam, "Mug").await["variants"][0]["price"], euros(1_190));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blank_cell_takes_away_and_what_was_added_by_hand_stays() {
    let world = World::start().await;
    let market = world.market("blanks").await;
    let sam = market.seller("sam").await;
    import(&world, &sam, MUG).await;
    let mug = listing(&sam, "Mug").await;
    let body = json!({
        "tags": ["blue", "gift", "sale"],
        "images": [{ "url": "https://example.com/hand.jpg" }, { "url": "https://example.com/mug.jpg" }],
        "variants": [
            { "sku": "M-S", "options": ["Small"], "price": euros(990), "weight_grams": 350 },
            { "sku": "M-L", "options": ["Large"], "price": euros(1_290), "weight_grams": 500 },
            { "sku": "M-XL", "options": ["Huge"], "price": euros(1_990), "stock": 2 },
        ],
    });
    let by_hand = sam.client.patch(&path(&mug), body).await.expect(200).json;
    // The same file again changes nothing.
    let again = import(&world, &sam, MUG).await.json;
    assert_eq!((&again["updated"], &again["variants_kept"]), (&json!(1), &json!(1)));
    assert_eq!(listing(&sam, "Mug").await, by_hand);

    let blanks = MUG
        .replace("<p>Hand made</p>", "")
        .replace("\"blue, gift\"", "green")
        .replace("https://example.com/mug.jpg", "");
    import(&world, &sam, &blanks).await;
    let mug = listing(&sam, "Mug").await;
    assert_eq!((&mug["description_html"], &mug["vendor"]), (&json!(""), &json!("Kiln")));
    assert_eq!(
        (&mug["tags"], &mug["images"][0]["url"]),
        (&json!(["green", "sale"]), &json!("https://example.com/hand.jpg"))
    );
    assert_eq!(mug["images"].as_array().unwrap().len(), 1);
    assert_eq!(stock(&mug), [("Small".into(), 5), ("Large".into(), 3), ("Huge".into(), 2)]);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_a_choice_in_the_cart_keeps_it_when_rows_change_places() {
    let world = World::start().await;
    let market = world.market("tees").await;
    let (sam, bob) = (market.seller("sam").await, market.buyer("bob").await);
    let file = |rows: [&str; 2]| {
        format!(
            "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Qty,Variant Price\ntee,Tee,Colour,{}\ntee,,,{}\n",
            rows[0], rows[1]
        )
    };
    import(&world, &sam, &file(["Blue,TEE,5,9.90", "Red,TEE,2,9.90"])).await;
    let before = ids(&listing(&sam, "Tee").await);
    bob.fill_cart(&listing(&sam, "Tee").await, 1).await;
    for rows in [
        ["Red,TEE,2,9.90", "Blue,TEE,5,9.90"],
        ["Red,TEE-1,2,9.90", "Blue,TEE-2,5,9.90"],
        // This holds even if the SKUs are exchanged.
        ["Red,TEE-2,2,9.90", "Blue,TEE-1,5,9.90"],
    ] {
        assert_eq!(import(&world, &sam, &file(rows)).await.json["variants_kept"], json!(0));
        let tee = listing(&sam, "Tee").await;
        let now: Vec<_> = ids(&tee).into_iter().map(|(option, id, _)| (option, id)).collect();
        assert_eq!(now, before.iter().map(|(option, id, _)| (option.clone(), id.clone())).collect::<Vec<_>>());
        assert_eq!(stock(&tee), [("Red".into(), 2), ("Blue".into(), 5)]);
    }
    let checkout = bob.check_out("tee").await;
    assert_eq!(checkout["orders"][0]["lines"][0]["options"], json!(["Blue"]));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_that_is_called_otherwise_keeps_its_id_by_its_number_or_both_are_told() {
    let world = World::start().await;
    let market = world.market("caps").await;
    let sam = market.seller("sam").await;
    let file = |handle: &str, value: &str, sku: &str| {
        format!(
            "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Qty,Variant Price\n{handle},Cap,Colour,{value},{sku},5,9.90\n"
        )
    };
    import(&world, &sam, &file("cap", "Blue", "")).await;
    let told = import(&world, &sam, &file("cap", "Navy", "")).await.json;
    assert_eq!(told["variants_kept"], json!(1));
    let notes_of = notes(&sam, &told).await;
    assert!(notes_of[0].0 == "variants_kept" && notes_of[0].1.contains("Blue"), "{notes_of:?}");
    let both = listing(&sam, "Cap").await;
    assert_eq!(stock(&both), [("Blue".into(), 5), ("Navy".into(), 5)]);
    sam.client.post(&format!("{}/close", path(&both)), Value::Null).await.expect(200);

    import(&world, &sam, &file("hat", "Blue", "H-1").replace(",Cap,", ",Hat,")).await;
    let before = ids(&listing(&sam, "Hat").await);
    let told = import(&world, &sam, &file("hat", "Navy", "H-1").replace(",Cap,", ",Hat,")).await.json;
    assert_eq!(ids(&listing(&sam, "Hat").await), [("Navy".into(), before[0].1.clone(), "H-1".into())]);
    let notes_of = notes(&sam, &told).await;
    assert!(notes_of[0].0 == "variants_renamed" && notes_of[0].1.contains("Blue is Navy now"), "{notes_of:?}");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sold_since_stays_sold_until_the_file_says_another_number() {
    let world = World::start().await;
    let market = world.market("sold").await;
    let (sam, bob) = (market.seller("sam").await, market.buyer("bob").await);
    let file = |quantity: u32| format!("Handle,Title,Variant Inventory Qty,Variant Price\nmug,Mug,{quantity},5\n");
    let left = || async { listing(&sam, "Mug").await["variants"][0]["available"].clone() };
    import(&world, &sam, &file(5)).await;
    bob.fill_cart(&listing(&sam, "Mug").await, 2).await;
    bob.check_out("two").await;
    import(&world, &sam, &file(5)).await;
    assert_eq!(left().await, 3);
    import(&world, &sam, &file(8)).await;
    assert_eq!(left().await, 8);
    // The units are set by hand, and the file that said otherwise before does not change that.
    let mug = listing(&sam, "Mug").await;
    sam.split(&mug, 20, 1).await;
    import(&world, &sam, &file(8)).await;
    assert_eq!(left().await, 20);
    import(&world, &sam, "Handle,Title,Variant Price\nmug,Mug,6\n").await;
    assert_eq!(left().await, 20);
    import(&world, &sam, &file(5)).await;
    assert_eq!(left().await, 5);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_weights_or_old_prices_alone_changes_a_product_in_one_form() {
    let world = World::start().await;
    let market = world.market("weights").await;
    let sam = market.seller("sam").await;
    let cup = "Handle,Title,Variant Grams,Variant Price,Variant Compare At Price\ncup,Cup,100,5.00,9.00\n";
    import(&world, &sam, &format!("{cup}jar,Jar,200,6.00,\n")).await;
    import(&world, &sam, MUG).await;
    let done = import(&world, &sam, "Handle,Variant Grams\ncup,120\njar,210\n").await.json;
    assert_eq!((&done["updated"], &done["failed_rows"]), (&json!(2), &json!(0)), "{done}");
    let weight = async |title: &str| listing(&sam, title).await["variants"][0]["weight_grams"].clone();
    assert_eq!((weight("Cup").await, weight("Jar").await), (json!(120), json!(210)));
    assert_eq!(listing(&sam, "Cup").await["variants"][0]["compare_at_price"], euros(900), "no column, no change");
    import(&world, &sam, "Handle,Variant Compare At Price\ncup,\n").await;
    let seen = listing(&sam, "Cup").await;
    assert_eq!((&seen["variants"][0]["compare_at_price"], &seen["variants"][0]["price"]), (&Value::Null, &euros(500)));
    // For a product with several variants the file says nothing about any of them: they stay as they are.
    let before = listing(&sam, "Mug").await["variants"].clone();
    import(&world, &sam, "Handle,Variant Grams\nmug,1\n").await;
    assert_eq!(listing(&sam, "Mug").await["variants"], before);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_variant_vanishes_because_a_file_calls_its_options_otherwise() {
    let world = World::start().await;
    let market = world.market("options").await;
    let sam = market.seller("sam").await;
    let header = "Handle,Title,Option1 Name,Option1 Value,Variant Inventory Qty,Variant Price\n";
    import(&world, &sam, &format!("{header}t,T,Size,S,1,9\nt,,,M,2,9\n")).await;
    let before = listing(&sam, "T").await;
    for (row, words) in [("t,T,Sizes,XL,3,9", "S, M"), ("t,T,Title,Default Title,3,99", "one form")] {
        let done = import(&world, &sam, &format!("{header}{row}\n")).await.json;
        assert_eq!((&done["left_out"], &done["updated"]), (&json!(1), &json!(0)), "{row}");
        let errors = format!("/v1/imports/{}/errors", done["id"].as_str().unwrap());
        let told = sam.client.get(&errors).await.expect(200).json["data"][0].clone();
        assert!(told["column"] == "Option1 Name" && told["message"].as_str().unwrap().contains(words), "{told}");
        assert_eq!(listing(&sam, "T").await, before);
    }
    // If the file names a known variant, the option has been renamed and nothing is lost.
    let done = import(&world, &sam, &format!("{header}t,T,Sizes,XL,3,9\nt,,,S,1,9\n")).await.json;
    assert_eq!((&done["left_out"], &done["variants_kept"]), (&json!(0), &json!(1)));
    assert_eq!(stock(&listing(&sam, "T").await), [("S".into(), 1), ("M".into(), 2), ("XL".into(), 3)]);
    // A file that says nothing about variants does not leave any out.
    let tags = import(&world, &sam, "Handle,Tags\nt,\"a,b\"\n").await.json;
    assert_eq!((&tags["updated"], &tags["variants_kept"], notes(&sam, &tags).await.len()), (&json!(1), &json!(0), 0));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn headings_that_are_put_right_and_other_spellings_double_nothing() {
    let world = World::start().await;
    let market = world.market("spellings").await;
    let sam = market.seller("sam").await;
    let file = |title: &str, cells: &str| {
        format!(
            "Handle,Title,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant Inventory Qty,Variant Price\n\
             {title},{title},{cells},5,9\n"
        )
    };
    let of = async |title: &str| {
        let seen = listing(&sam, title).await;
        (seen["option_names"].clone(), seen["variants"].as_array().unwrap().len(), seen["variants"][0].clone())
    };
    for (title, first, second, names) in [
        ("Exchanged", "Size,S,Colour,Blue", "Colour,S,Size,Blue", json!(["Colour", "Size"])),
        ("Renamed", "Size,S,Colour,Blue", "Color,Blue,Size,S", json!(["Size", "Color"])),
        ("Spelt", "Size,S,Colour,Sea Blue", "Size,s,Colour,SEA\u{a0} blue", json!(["Size", "Colour"])),
    ] {
        import(&world, &sam, &file(title, first)).await;
        let before = of(title).await;
        let done = import(&world, &sam, &file(title, second)).await.json;
        assert_eq!((&done["updated"], &done["variants_kept"]), (&json!(1), &json!(0)), "{title}");
        let after = of(title).await;
        assert_eq!((&after.0, after.1, &after.2["id"]), (&names, 1, &before.2["id"]), "{title}");
    }
    let twice = "Handle,Title,Option1 Name,Option1 Value,Variant Price\ncap,Cap,Colour,Blue,9\ncap,,,blue,9\n";
    assert_eq!(import(&world, &sam, twice).await.json["left_out"], json!(1));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_variant_that_takes_another_form_is_told() {
    let world = World::start().await;
    let market = world.market("forms").await;
    let sam = market.seller("sam").await;
    let header = "Handle,Title,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,Variant Price\n";
    let mut id = None;
    for (cells, told) in [
        ("Title,Default Title,,", None),
        ("Size,S,,", Some("T-1 is S now")),
        ("Size,S,Colour,Blue", Some("S is S / Blue now")),
        ("Size,S,,", Some("S / Blue is S now")),
    ] {
        let done = import(&world, &sam, &format!("{header}t,T,{cells},T-1,9\n")).await.json;
        let about = notes(&sam, &done).await;
        let renamed = about.iter().find(|(kind, _)| kind == "variants_renamed");
        assert_eq!(renamed.is_some(), told.is_some(), "{about:?}");
        assert!(renamed.zip(told).is_none_or(|((_, message), told)| message.contains(told)), "{about:?}");
        let now = listing(&sam, "T").await["variants"][0]["id"].clone();
        assert_eq!(*id.get_or_insert(now.clone()), now);
    }
    world.stop().await;
}
