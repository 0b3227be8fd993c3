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
    let wanted =
        json!({ "listing": listing["id"], "variant": variant, "counting": "counted", "available": 40, "buckets": 1 });
    assert_eq!(answer.json, wanted);
    let read = sam.client.patch(&path(&listing), json!({})).await.expect(200);
    assert_eq!(stock(&read.json), [("S".into(), 5), ("M".into(), 40)]);
    assert_eq!(read.version(), "1", "stock is no part of what is edited");
    sam.client.put(&of(&listing, 1), json!({ "available": 0 })).await.expect(200);
    sam.client.put(&of(&listing, 1), json!({ "available": 1_000_000 })).await.expect(200);
    world.stop().await;
}

/// The contents of the buckets of all variants of a listing, except for the first bucket of each.
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
    assert_eq!(listed.version(), "2", "the listing says over how many");

    // Without a number of buckets it stays split as it was.
    assert_eq!(set(json!({ "available": 2 })).await["buckets"], 4);
    assert_eq!(further_buckets(&world).await, pairs(&[("1", "1"), ("2", "0"), ("3", "0")]));
    assert_eq!(read().await.version(), "2");
    // Buckets that no order needs are deleted.
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
    // All variants of a listing have at most 95 buckets together: twenty for each of four of six leave room for 15 and no more.
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

#[tokio::test(flavor = "multi_thread")]
async fn a_seller_says_whether_units_are_counted_and_whether_it_is_sold_without() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    let listing = draft(&sam).await;
    let set = async |body: Value| {
        let answer = sam.client.put(&of(&listing, 0), body).await.expect(200).json;
        (answer["counting"].as_str().unwrap().to_owned(), answer["available"].clone())
    };
    assert_eq!(set(json!({})).await, ("counted".into(), json!(5)));
    assert_eq!(set(json!({ "counting": "beyond_zero" })).await, ("beyond_zero".into(), json!(5)));
    assert_eq!(set(json!({ "available": 2 })).await, ("beyond_zero".into(), json!(2)));
    assert_eq!(set(json!({ "counting": "not_counted" })).await, ("not_counted".into(), Value::Null));
    let read = sam.client.patch(&path(&listing), json!({})).await.expect(200).json;
    assert_eq!(
        (&read["variants"][0]["counting"], &read["variants"][0]["available"]),
        (&json!("not_counted"), &Value::Null)
    );
    // A seller who sends a number counts the units from then on.
    assert_eq!(set(json!({ "available": 7 })).await, ("counted".into(), json!(7)));
    assert_eq!(set(json!({ "available": 7, "counting": "beyond_zero" })).await, ("beyond_zero".into(), json!(7)));
    for body in [json!({ "counting": "guessed" }), json!({ "counting": null })] {
        sam.client.put(&of(&listing, 0), body).await.expect_invalid("counting");
    }
    sam.client.put(&of(&listing, 0), json!({ "buckets": 3 })).await.expect_invalid("available");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_is_sent_again_is_made_once() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    let path = of(&draft(&sam).await, 0);
    let came = sam.client.clone().key("lorry 1");
    for _ in 0..2 {
        assert_eq!(came.put(&path, json!({ "change": 7 })).await.expect(200).json["available"], 12);
    }
    came.put(&path, json!({ "change": 8 })).await.expect_problem(422, "idempotency_key_reused");
    let again = sam.client.clone().key("lorry 2").put(&path, json!({ "change": 7 })).await.expect(200);
    assert_eq!(again.json["available"], 19);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_in_is_added_to_what_there_is() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sam = market.seller("sam").await;
    let listing = draft(&sam).await;
    let path = of(&listing, 0);
    let set = async |body: Value| sam.client.put(&path, body).await;
    assert_eq!(set(json!({ "change": 7 })).await.expect(200).json["available"], 12);
    assert_eq!(set(json!({ "change": -2 })).await.expect(200).json["available"], 10);
    let low = set(json!({ "change": -11 })).await.expect_problem(409, "stock_too_low");
    assert_eq!(low.json["units_left"], 10);
    set(json!({ "change": 1_000_000 })).await.expect_invalid("change");
    set(json!({ "change": 1, "available": 3 })).await.expect_invalid("change");
    set(json!({ "change": 1.5 })).await.expect_invalid("change");
    // The units are spread as before, and the same request can spread them over another number of buckets.
    assert_eq!(set(json!({ "change": 1, "buckets": 4 })).await.expect(200).json["buckets"], 4);
    assert_eq!(set(json!({ "change": 9 })).await.expect(200).json["available"], 20);
    assert_eq!(further_buckets(&world).await.iter().map(|(_, n)| n.as_str()).collect::<Vec<_>>(), ["5", "5", "5"]);
    // Many changes at the same time are all counted.
    let all = (0..12).map(|_| set(json!({ "change": 1 })));
    let added = futures::future::join_all(all).await.into_iter().filter(|answer| answer.status == 200).count();
    let now = set(json!({ "change": 0 })).await.expect(200).json["available"].clone();
    assert_eq!(now, json!(20 + added));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_seen_is_set_only_if_it_is_still_so() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let (sam, bob) = (market.seller("sam").await, market.buyer("bob").await);
    let listing = sam.sell("Bell", 900, 5).await;
    let path = of(&listing, 0);
    bob.fill_cart(&listing, 2).await;
    bob.check_out("1").await;
    let stale = sam.client.put(&path, json!({ "available": 9, "seen": 5 })).await.expect_problem(409, "stock_changed");
    assert_eq!(stale.json["units_left"], 3);
    sam.client.put(&path, json!({ "change": 4, "seen": 5 })).await.expect_problem(409, "stock_changed");
    let set = sam.client.put(&path, json!({ "available": 7, "seen": 3 })).await.expect(200).json;
    assert_eq!(set["available"], 7);
    assert_eq!(sam.client.put(&path, json!({ "change": 1, "seen": 7 })).await.expect(200).json["available"], 8);
    world.stop().await;
}
