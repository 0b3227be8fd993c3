use super::{draft, path, stock};
use serde_json::{Value, json};
use tradewind_tests::{World, proof::items};

fn of(listing: &Value, variant: usize) -> String {
    format!("{}/variants/{}/stock", path(listing), listing["variants"][variant]["id"].as_str().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stock_of_one_variant_is_set() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    let listing = draft(&sam).await;
    let answer = sam.client.put(&of(&listing, 1), json!({ "available": 40 })).await.expect(200);
    let variant = listing["variants"][1]["id"].clone();
    assert_eq!(answer.json, json!({ "listing": listing["id"], "variant": variant, "available": 40, "buckets": 1 }));
    let read = sam.client.patch(&path(&listing), json!({})).await.expect(200);
    assert_eq!(stock(&read.json), [("S".into(), 5), ("M".into(), 40)]);
    assert_eq!(read.header("etag"), "\"1\"", "stock is no part of what is edited");
    sam.client.put(&of(&listing, 1), json!({ "available": 0 })).await.expect(200);
    sam.client.put(&of(&listing, 1), json!({ "available": 1_000_000 })).await.expect(200);
    world.stop().await;
}

/// What lies in the buckets of all variants of a listing, but for the first of each.
async fn further_buckets(world: &World) -> Vec<(String, String)> {
    let all = items(world, "main").await;
    let text = |item: &Value, name: &str| item[name]["S"].as_str().or(item[name]["N"].as_str()).unwrap().to_owned();
    let further = all.iter().filter(|item| item["pk"]["S"].as_str().unwrap().contains("#bucket#"));
    let mut found: Vec<_> = further.map(|item| (text(item, "bucket"), text(item, "available"))).collect();
    found.sort();
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn stock_is_spread_over_buckets_and_put_together_again() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    let listing = draft(&sam).await;
    let set = async |body: Value| sam.client.put(&of(&listing, 1), body).await.expect(200).json;
    let read = async || sam.client.patch(&path(&listing), json!({})).await.expect(200);
    let split = set(json!({ "available": 11, "buckets": 4 })).await;
    assert_eq!((&split["available"], &split["buckets"]), (&json!(11), &json!(4)));
    let pairs = |found: &[(&str, &str)]| found.iter().map(|(b, n)| ((*b).into(), (*n).into())).collect::<Vec<_>>();
    assert_eq!(further_buckets(&world).await, pairs(&[("1", "3"), ("2", "3"), ("3", "2")]));
    let listed = read().await;
    assert_eq!(stock(&listed.json), [("S".into(), 5), ("M".into(), 11)]);
    assert_eq!(listed.json["variants"][1]["buckets"], 4);
    assert!(listed.json["variants"][0].get("buckets").is_none());
    assert_eq!(listed.header("etag"), "\"2\"", "the listing says over how many");

    // Without a number it stays split as it was.
    assert_eq!(set(json!({ "available": 2 })).await["buckets"], 4);
    assert_eq!(further_buckets(&world).await, pairs(&[("1", "1"), ("2", "0"), ("3", "0")]));
    assert_eq!(read().await.header("etag"), "\"2\"");
    // What no order needs goes.
    set(json!({ "available": 9, "buckets": 2 })).await;
    assert_eq!(further_buckets(&world).await, pairs(&[("1", "4")]));
    set(json!({ "available": 9, "buckets": 1 })).await;
    assert_eq!(further_buckets(&world).await, []);
    assert_eq!(stock(&read().await.json)[1].1, 9);
    set(json!({ "available": 8 })).await;
    assert_eq!(stock(&read().await.json)[1].1, 8);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn impossible_numbers_of_buckets_are_refused() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    let listing = draft(&sam).await;
    for buckets in [json!(0), json!(21), json!(-1), json!("many"), json!(1.5)] {
        let body = json!({ "available": 1, "buckets": buckets });
        sam.client.put(&of(&listing, 0), body).await.expect_invalid("buckets");
    }
    // All variants of a listing have 95 together: twenty for four of six leave room for 15 and no more.
    let variant = |n: usize| json!({ "options": [n.to_string()], "price": super::euros(100), "stock": 1 });
    let variants: Vec<_> = (0..6).map(variant).collect();
    let body = json!({ "title": "Six", "option_names": ["Size"], "variants": variants });
    let six = sam.client.post("/v1/listings", body).await.expect(201).json;
    let split = async |n: usize, buckets: u8| {
        sam.client.put(&of(&six, n), json!({ "available": 40, "buckets": buckets })).await
    };
    for n in 0..4 {
        split(n, 20).await.expect(200);
    }
    split(4, 15).await.expect_invalid("buckets");
    split(4, 14).await.expect(200);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_variant_that_goes_takes_all_its_buckets_with_it() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    let listing = draft(&sam).await;
    for variant in [0, 1] {
        sam.client.put(&of(&listing, variant), json!({ "available": 9, "buckets": 3 })).await.expect(200);
    }
    let only = json!({ "variants": [{ "options": ["M"], "price": super::euros(2400) }] });
    let left = sam.client.patch(&path(&listing), only).await.expect(200).json;
    assert_eq!(stock(&left), [("M".into(), 9)]);
    assert_eq!(left["variants"][0]["buckets"], 3, "one that stays keeps its buckets");
    assert_eq!(further_buckets(&world).await.len(), 2);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn impossible_numbers_are_refused() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    let listing = draft(&sam).await;
    for available in [json!(-1), json!(1_000_001), json!("many"), json!(1.5)] {
        sam.client.put(&of(&listing, 0), json!({ "available": available })).await.expect_invalid("available");
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_its_seller_sets_stock_and_only_of_a_variant_that_there_is() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    let (listing, other) = (draft(&sam).await, draft(&sam).await);
    let body = json!({ "available": 1 });
    market.seller("sue").await.client.put(&of(&listing, 0), body.clone()).await.expect_problem(404, "not_found");
    market.buyer("ben").await.client.put(&of(&listing, 0), body.clone()).await.expect_problem(403, "seller_required");
    market.anybody().put(&of(&listing, 0), body.clone()).await.expect(401);
    let elsewhere = format!("{}/variants/{}/stock", path(&listing), other["variants"][0]["id"].as_str().unwrap());
    sam.client.put(&elsewhere, body).await.expect_problem(404, "not_found");
    world.stop().await;
}
