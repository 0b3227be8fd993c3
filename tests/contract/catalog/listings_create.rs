use super::{draft, euros, path, shirt, stock};
use serde_json::json;
use tradewind_tests::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_listing_begins_as_a_draft_with_its_stock() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    let answer = sam.client.post("/v1/listings", shirt()).await.expect(201);
    let listing = &answer.json;
    assert!(listing["id"].as_str().unwrap().starts_with("lst_"));
    let own = answer.header("location");
    assert_eq!(own, format!("/v1/sellers/{}{}", sam.seller, path(listing).trim_start_matches("/v1")));
    assert_eq!(sam.client.get(&own).await.expect(200).json, *listing, "its maker sees the draft there");
    assert_eq!(answer.version(), "1");
    assert_eq!((&listing["status"], &listing["seller"]), (&json!("draft"), &json!(sam.seller)));
    assert_eq!(listing["description_html"], "<p>Soft <b>wool</b></p>");
    assert_eq!((&listing["vendor"], &listing["product_type"]), (&json!("Maker"), &json!("Top")));
    assert_eq!(listing["tags"], json!(["wool", "blue"]));
    assert_eq!(stock(listing), [("S".into(), 5), ("M".into(), 7)]);
    let variant = &listing["variants"][0];
    assert_eq!((&variant["sku"], &variant["weight_grams"]), (&json!("S-1"), &json!(200)));
    assert_eq!((&variant["price"], &variant["compare_at_price"]), (&euros(2500), &euros(3000)));
    assert_eq!(listing["images"], json!([{ "url": "https://example.com/shirt.jpg", "alt": "A blue shirt" }]));
    let stored = sam.client.patch(&path(listing), json!({})).await.expect(200);
    assert_eq!(stored.json, *listing);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_wrong_field_is_named() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    let variants = |value| json!([{ "options": ["S"], "price": value }, { "options": ["M"], "price": euros(1) }]);
    let wrong = [
        ("title", json!("")),
        ("title", json!("x".repeat(201))),
        ("tags", json!(vec!["x"; 51])),
        ("tags[0]", json!(["x".repeat(61)])),
        ("option_names", json!(["a", "b", "c", "d"])),
        ("variants", json!([])),
        ("variants", json!(vec![json!({ "price": euros(1) }); 96])),
        ("variants[0].options", json!([{ "options": [], "price": euros(1) }])),
        (
            "variants[1].options",
            json!([{ "options": ["S"], "price": euros(1) }, { "options": ["S"], "price": euros(1) }]),
        ),
        ("variants[0].price", variants(json!({ "amount": 1, "currency": "USD" }))),
        ("variants[0].price.amount", variants(euros(-1))),
        ("variants[0].price.currency", variants(json!({ "amount": 1, "currency": "eur" }))),
        ("variants[0].stock", json!([{ "options": ["S"], "price": euros(1), "stock": 1_000_001 }])),
        ("images[0].url", json!([{ "url": "javascript:alert(1)" }])),
        ("images[0].upload", json!([{ "alt": "nothing" }])),
        ("images", json!(vec![json!({ "url": "https://example.com/a.jpg" }); 21])),
        ("images[0].upload", json!([{ "upload": "upl_01jd0000000000000000000000" }])),
    ];
    for (field, value) in wrong {
        let name = field.split(['[', '.']).next().unwrap();
        let mut body = shirt();
        body[name] = value;
        sam.client.post("/v1/listings", body).await.expect_invalid(field);
    }
    let mut body = shirt();
    body["colour"] = json!("blue");
    assert_eq!(sam.client.post("/v1/listings", body).await.status, 422);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listing_of_the_most_variants_is_one_transaction() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    let mut body = shirt();
    let variant = |n: usize| json!({ "options": [n.to_string()], "price": euros(100), "stock": n });
    body["variants"] = (0..95).map(variant).collect();
    let answer = sam.client.clone().key("big").post("/v1/listings", body).await.expect(201);
    let listing = sam.client.patch(&path(&answer.json), json!({})).await.expect(200).json;
    assert_eq!(stock(&listing)[94], ("94".to_owned(), 94));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_makes_one_listing() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    let client = sam.client.clone().key("listing-1");
    let first = client.post("/v1/listings", shirt()).await.expect(201);
    let again = client.post("/v1/listings", shirt()).await.expect(201);
    assert_eq!((&again.json, again.header("location")), (&first.json, first.header("location")));
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(super::titles(&sam).await.len(), 1);
    client.post("/v1/listings", json!({})).await.expect_problem(422, "idempotency_key_reused");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_sellers_of_this_marketplace_make_listings() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    market.anybody().post("/v1/listings", shirt()).await.expect(401);
    let buyer = market.buyer("ben").await;
    let refused = buyer.client.post("/v1/listings", shirt()).await.expect_problem(403, "seller_required");
    assert!(refused.json["detail"].as_str().unwrap().contains("Open a shop"), "{}", refused.text);
    // An administrator of the marketplace is not advised to open a shop in it.
    let refused = market.admin.client.post("/v1/listings", shirt()).await.expect_problem(403, "seller_required");
    assert!(!refused.json["detail"].as_str().unwrap().contains("Open a shop"), "{}", refused.text);
    world.market("boats").await;
    let sam = market.seller("sam").await;
    sam.client.clone().at("boats").post("/v1/listings", shirt()).await.expect_problem(401, "other_marketplace");
    draft(&sam).await;
    world.stop().await;
}
