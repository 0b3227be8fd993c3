//! What a file says about stock: counted, not counted, or sold beyond zero.

use super::{import, listing, path};
use serde_json::{Value, json};
use tradewind_tests::World;

fn stock(listing: &Value) -> (Value, Value) {
    let variant = &listing["variants"][0];
    (variant["counting"].clone(), variant["available"].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_shop_sells_does_not_arrive_sold_out() {
    let world = World::start().await;
    let market = world.market("arrives").await;
    let (sam, bob) = (market.seller("sam").await, market.buyer("bob").await);
    let tracker =
        "Handle,Title,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price\n";
    let none = "Handle,Title,Variant Inventory Tracker,Variant Inventory Policy,Variant Price\n";
    for (title, file, counting, available) in [
        ("E-book", format!("{tracker}ebook,E-book,,0,continue,5\n"), "not_counted", Value::Null),
        ("Print", format!("{tracker}print,Print,,0,deny,5\n"), "not_counted", Value::Null),
        ("Pattern", format!("{none}pdf,Pattern,,continue,5\n"), "not_counted", Value::Null),
        // A shop with several locations, whose export has no numbers.
        ("Chair", format!("{none}chair,Chair,shopify,continue,200\n"), "not_counted", Value::Null),
        ("Table", format!("{none}table,Table,shopify,deny,200\n"), "not_counted", Value::Null),
        ("Ring", format!("{tracker}ring,Ring,shopify,0,continue,90\n"), "beyond_zero", json!(0)),
        ("Mug", format!("{tracker}mug,Mug,shopify,5.0,deny,9\n"), "counted", json!(5)),
    ] {
        let done = import(&world, &sam, &file).await.json;
        assert_eq!((&done["created"], &done["sold_out"]), (&json!(1), &json!(0)), "{title}");
        assert_eq!(done["not_counted"], json!(u8::from(counting == "not_counted")), "{title}");
        let made = listing(&sam, title).await;
        assert_eq!(stock(&made), (json!(counting), available), "{title}");
        bob.fill_cart(&made, 3).await;
        let cart = bob.client.get("/v1/cart").await.expect(200).json;
        assert_eq!(cart["lines"][0]["availability"], "available", "{title}");
        bob.check_out(title).await;
    }
    assert_eq!(stock(&listing(&sam, "Ring").await), (json!("beyond_zero"), json!(-3)));
    assert_eq!(stock(&listing(&sam, "Mug").await), (json!("counted"), json!(2)));
    let empty = import(&world, &sam, &format!("{tracker}cup,Cup,shopify,0,deny,9\n")).await.json;
    assert_eq!((&empty["sold_out"], &empty["not_counted"]), (&json!(1), &json!(0)));
    let notes = format!("/v1/imports/{}/notes", empty["id"].as_str().unwrap());
    let notes = sam.client.get(&notes).await.expect(200).json;
    assert_eq!((&notes["data"][0]["kind"], &notes["data"][0]["row"]), (&json!("sold_out"), &json!(2)));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_without_numbers_leaves_those_that_there_are() {
    let world = World::start().await;
    let market = world.market("numbers").await;
    let sam = market.seller("sam").await;
    import(&world, &sam, "Handle,Title,Variant Inventory Qty,Variant Price\nmug,Mug,5,9\n").await;
    import(&world, &sam, "Handle,Title,Variant Inventory Tracker,Variant Price\nmug,Mug,shopify,9\n").await;
    assert_eq!(stock(&listing(&sam, "Mug").await), (json!("counted"), json!(5)));
    import(&world, &sam, "Handle,Title,Variant Inventory Policy,Variant Price\nmug,Mug,continue,9\n").await;
    assert_eq!(stock(&listing(&sam, "Mug").await), (json!("beyond_zero"), json!(5)));
    import(&world, &sam, "Handle,Title,Variant Inventory Tracker,Variant Price\nmug,Mug,,9\n").await;
    assert_eq!(stock(&listing(&sam, "Mug").await), (json!("not_counted"), Value::Null));
    // The seller counts the units, and a file without numbers leaves that as it is.
    let mug = listing(&sam, "Mug").await;
    sam.split(&mug, 7, 1).await;
    import(&world, &sam, "Handle,Title,Variant Price\nmug,Mug,9\n").await;
    assert_eq!(stock(&listing(&sam, "Mug").await), (json!("counted"), json!(7)));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_was_not_counted_is_news_when_it_is() {
    let world = World::start().await;
    let market = world.market("untracked").await;
    let sam = market.seller("sam").await;
    let file = |tracker: &str, number: u32| {
        format!(
            "Handle,Title,Variant Inventory Tracker,Variant Inventory Qty,Variant Price\nt,T,{tracker},{number},10\n"
        )
    };
    for number in [0, 8] {
        import(&world, &sam, &file("shopify", 5)).await;
        import(&world, &sam, &file("", number)).await;
        assert_eq!(stock(&listing(&sam, "T").await), (json!("not_counted"), Value::Null));
        let done = import(&world, &sam, &file("shopify", number)).await.json;
        assert_eq!(stock(&listing(&sam, "T").await), (json!("counted"), json!(number)));
        assert_eq!(done["sold_out"], json!(u8::from(number == 0)));
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sold_beyond_zero_stays_owed() {
    let world = World::start().await;
    let market = world.market("debt").await;
    let (sam, bob) = (market.seller("sam").await, market.buyer("bob").await);
    let file = |handle: &str, number: i32, policy: &str| {
        format!(
            "Handle,Title,Variant Inventory Qty,Variant Inventory Policy,Variant Price\n{handle},{handle},{number},{policy},10\n"
        )
    };
    import(&world, &sam, &file("t", 1, "continue")).await;
    bob.fill_cart(&listing(&sam, "t").await, 3).await;
    bob.check_out("three").await;
    assert_eq!(stock(&listing(&sam, "t").await), (json!("beyond_zero"), json!(-2)));
    import(&world, &sam, &file("t", -2, "continue")).await;
    assert_eq!(stock(&listing(&sam, "t").await), (json!("beyond_zero"), json!(-2)));
    import(&world, &sam, &file("u", -3, "continue")).await;
    assert_eq!(stock(&listing(&sam, "u").await), (json!("beyond_zero"), json!(-3)));
    import(&world, &sam, &file("v", -3, "deny")).await;
    assert_eq!(stock(&listing(&sam, "v").await), (json!("counted"), json!(0)));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_seller_chose_about_counting_stays_until_the_file_says_something_else() {
    let world = World::start().await;
    let market = world.market("chosen").await;
    let sam = market.seller("sam").await;
    let set = async |body: Value| {
        let item = listing(&sam, "T").await;
        let variant = item["variants"][0]["id"].as_str().unwrap();
        sam.client.put(&format!("{}/variants/{variant}/stock", path(&item)), body).await.expect(200);
    };
    let plain = |number: u32| format!("Handle,Title,Variant Inventory Qty,Variant Price\nt,T,{number},10\n");
    import(&world, &sam, &plain(5)).await;
    set(json!({ "available": 0 })).await;
    set(json!({ "counting": "not_counted" })).await;
    import(&world, &sam, &plain(5)).await;
    assert_eq!(stock(&listing(&sam, "T").await), (json!("not_counted"), Value::Null));
    import(&world, &sam, &plain(6)).await;
    assert_eq!(stock(&listing(&sam, "T").await), (json!("counted"), json!(6)));

    let full = |policy: &str| {
        format!(
            "Handle,Title,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price\n\
             t,T,shopify,6,{policy},10\n"
        )
    };
    import(&world, &sam, &full("deny")).await;
    for chosen in ["beyond_zero", "not_counted", "counted"] {
        set(json!({ "counting": chosen })).await;
        // Editing the variants by hand keeps what the file said.
        let variants = json!([{ "options": [], "price": { "amount": 1_000, "currency": "EUR" } }]);
        sam.client.patch(&path(&listing(&sam, "T").await), json!({ "variants": variants })).await.expect(200);
        import(&world, &sam, &full("deny")).await;
        assert_eq!(listing(&sam, "T").await["variants"][0]["counting"], chosen);
    }
    import(&world, &sam, &full("continue")).await;
    assert_eq!(listing(&sam, "T").await["variants"][0]["counting"], "beyond_zero");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_a_file_makes_sold_out_is_told_as_that() {
    let world = World::start().await;
    let market = world.market("none").await;
    let sam = market.seller("sam").await;
    let told = async |done: &Value| {
        let notes = format!("/v1/imports/{}/notes", done["id"].as_str().unwrap());
        let notes = sam.client.get(&notes).await.expect(200).json;
        notes["data"].as_array().unwrap().iter().map(|n| n["message"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let none = "Handle,Title,Variant Inventory Qty,Variant Price\nt,T,0,10\n";
    assert_eq!(told(&import(&world, &sam, none).await.json).await.len(), 1);
    sam.split(&listing(&sam, "T").await, 7, 1).await;
    let again = import(&world, &sam, none).await.json;
    assert_eq!((&again["sold_out"], told(&again).await.len()), (&json!(0), 0));
    assert_eq!(stock(&listing(&sam, "T").await), (json!("counted"), json!(7)));
    let blank = "Handle,Title,Variant Inventory Tracker,Variant Inventory Qty,Variant Price\nu,U,shopify,,10\n";
    let blank = told(&import(&world, &sam, blank).await.json).await;
    assert!(blank[0].contains("does not say how many"), "{blank:?}");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_bucket_owes_is_not_sold_from_another_one_once_a_file_counts_again() {
    let world = World::start().await;
    let market = world.market("owed").await;
    let (sam, bob) = (market.seller("sam").await, market.buyer("bob").await);
    let file = |policy: &str| {
        format!("Handle,Title,Variant Inventory Qty,Variant Inventory Policy,Variant Price\nring,Ring,6,{policy},9\n")
    };
    import(&world, &sam, &file("continue")).await;
    let ring = listing(&sam, "Ring").await;
    sam.split(&ring, 6, 2).await;
    bob.fill_cart(&ring, 4).await;
    bob.check_out("four").await;
    import(&world, &sam, &file("deny")).await;
    assert_eq!(stock(&listing(&sam, "Ring").await), (json!("counted"), json!(2)));
    bob.fill_cart(&ring, 3).await;
    bob.client.clone().key("three").post("/v1/checkouts", json!({})).await.expect_problem(409, "sold_out");
    bob.fill_cart(&ring, 2).await;
    bob.check_out("two").await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_picture_of_a_variant_stays_its_own() {
    let world = World::start().await;
    let market = world.market("pictures").await;
    let sam = market.seller("sam").await;
    let file = "Handle,Title,Option1 Name,Option1 Value,Variant Price,Image Src,Variant Image\n\
        mug,Mug,Colour,Red,5,https://example.com/both.jpg,https://example.com/red.jpg\nmug,,,Blue,5,,https://example.com/blue.jpg\n\
        mug,,,Grey,5,,\n";
    import(&world, &sam, file).await;
    let mug = listing(&sam, "Mug").await;
    let own =
        |mug: &Value| mug["variants"].as_array().unwrap().iter().map(|v| v["image"]["url"].clone()).collect::<Vec<_>>();
    let (red, blue) = (json!("https://example.com/red.jpg"), json!("https://example.com/blue.jpg"));
    assert_eq!(own(&mug), [red.clone(), blue.clone(), Value::Null]);
    let shown: Vec<_> = mug["images"].as_array().unwrap().iter().map(|image| image["url"].clone()).collect();
    assert_eq!(shown, [json!("https://example.com/both.jpg"), red.clone(), blue.clone()]);
    // Editing the variants by hand does not lose these settings.
    let price = json!({ "amount": 600, "currency": "EUR" });
    let variants = json!([{ "options": ["Blue"], "price": price }, { "options": ["Red"], "price": price }]);
    let edited = sam.client.patch(&path(&mug), json!({ "variants": variants })).await.expect(200).json;
    assert_eq!(own(&edited), [blue, red]);
    world.stop().await;
}
