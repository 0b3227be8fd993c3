use super::{draft, euros, path, stock};
use serde_json::{Value, json};
use tradewind_tests::World;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_changes_and_the_rest_stays() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    let before = draft(&sam).await;
    let body = json!({ "title": "Jumper", "description_html": "<i>Warm</i><style>p{}</style>", "tags": [] });
    let answer = sam.client.patch(&path(&before), body).await.expect(200);
    assert_eq!(answer.version(), "2");
    let mut wanted = before.clone();
    wanted["title"] = json!("Jumper");
    wanted["description_html"] = json!("<i>Warm</i>");
    wanted["tags"] = json!([]);
    wanted["updated_at"] = answer.json["updated_at"].clone();
    assert_eq!(answer.json, wanted);
    let unchanged = sam.client.patch(&path(&before), json!({})).await.expect(200);
    assert_eq!((&unchanged.json, unchanged.version()), (&wanted, "2".to_owned()));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn variants_with_the_same_options_keep_their_id_and_stock() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    let before = draft(&sam).await;
    let variants = json!([
        { "options": ["L"], "price": euros(2600), "stock": 2 },
        { "options": ["M"], "price": euros(2000), "stock": 99 },
    ]);
    let after = sam.client.patch(&path(&before), json!({ "variants": variants })).await.expect(200).json;
    assert_eq!(stock(&after), [("L".into(), 2), ("M".into(), 7)]);
    assert_eq!(after["variants"][1]["id"], before["variants"][1]["id"]);
    assert_eq!(after["variants"][1]["price"], euros(2000));
    let stored = sam.client.patch(&path(&before), json!({})).await.expect(200).json;
    assert_eq!(stored, after);
    let gone = format!("{}/variants/{}/stock", path(&before), before["variants"][0]["id"].as_str().unwrap());
    sam.client.put(&gone, json!({ "available": 1 })).await.expect_problem(404, "not_found");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_variant_can_be_replaced_at_once_and_again() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    let listing = draft(&sam).await;
    for round in 1..=3 {
        let variant = |n: usize| json!({ "options": [format!("{round}-{n}")], "price": euros(100), "stock": round });
        let variants: Value = (0..95).map(variant).collect();
        let after = sam.client.patch(&path(&listing), json!({ "variants": variants })).await.expect(200).json;
        assert_eq!(after["variants"].as_array().unwrap().len(), 95);
        let stored = sam.client.patch(&path(&listing), json!({})).await.expect(200).json;
        assert!(stock(&stored).iter().all(|(_, available)| *available == round), "{stored}");
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_to_another_version_is_refused() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    let listing = draft(&sam).await;
    let first = sam.client.clone().if_match("\"1\"");
    first.patch(&path(&listing), json!({ "title": "One" })).await.expect(200);
    first.patch(&path(&listing), json!({ "title": "Two" })).await.expect_problem(412, "changed");
    assert_eq!(super::titles(&sam).await[0].0, "One");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_fields_are_named_and_nothing_changes() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    let listing = draft(&sam).await;
    let wrong = [
        ("title", json!({ "title": "" })),
        ("variants[0].options", json!({ "option_names": ["Size", "Colour"] })),
        ("variants", json!({ "variants": [] })),
        (
            "variants[0].price",
            json!({ "variants": [{ "options": ["S"], "price": { "amount": 1, "currency": "USD" } }] }),
        ),
        ("tags[0]", json!({ "tags": [""] })),
        ("images[0].url", json!({ "images": [{ "url": "ftp://example.com/a.jpg" }] })),
    ];
    for (field, body) in wrong {
        sam.client.patch(&path(&listing), body).await.expect_invalid(field);
    }
    assert_eq!(sam.client.patch(&path(&listing), json!({})).await.json, listing);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_listing_is_not_changed_and_anothers_is_not_found() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    let listing = draft(&sam).await;
    let body = json!({ "title": "Mine" });
    let sue = market.seller("sue").await;
    sue.client.patch(&path(&listing), body.clone()).await.expect_problem(404, "not_found");
    market.anybody().patch(&path(&listing), body.clone()).await.expect(401);
    let ben = market.buyer("ben").await;
    ben.client.patch(&path(&listing), body.clone()).await.expect_problem(403, "seller_required");
    sam.client.post(&format!("{}/close", path(&listing)), Value::Null).await.expect(200);
    sam.client.patch(&path(&listing), body).await.expect_problem(409, "listing_closed");
    world.stop().await;
}
