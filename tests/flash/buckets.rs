//! A flash sale of stock that is split over buckets.

use super::{FAULTS, WANTED};
use futures::future::join_all;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};
use tokio::sync::Semaphore;
use tradewind_tests::proof::{Proof, Sender, Venue, audit, items, put};

const BUCKETS: u8 = 10;
/// How many of the buyers are connected at once: a laptop allows a process only a limited number of connections.
const CONNECTIONS: usize = 150;

/// The seller sets the number of units and of buckets.
async fn set(venue: &Venue, step: u64, available: u32, buckets: u8) {
    let (listing, sender) = (&venue.listings[WANTED], Sender::new(90_000));
    let path = format!("/v1/listings/{}/variants/{}/stock", listing.id, listing.variant);
    let body = json!({ "available": available, "buckets": buckets });
    sender.put(step, &venue.sellers[0].client, &path, &body).await.unwrap().expect(200);
}

/// Everybody puts this many units in the cart. The first buyer does so over HTTP; the other carts are copies of that one.
async fn fill_carts(proof: &Proof, venue: &Venue, quantity: u32) {
    let first = &venue.buyers[0];
    let listing = &venue.listings[WANTED];
    let cart = json!({ "lines": [{ "listing": listing.id, "variant": listing.variant, "quantity": quantity }] });
    first.client.put("/v1/cart", cart).await.expect(200);
    let cart =
        items(&proof.world, "main").await.into_iter().find(|item| item["sk"]["S"] == "cart").unwrap().to_string();
    let others = venue.buyers[1..].iter().map(|buyer| cart.replace(&first.user, &buyer.user));
    put(&proof.world, "main", &others.map(|cart| serde_json::from_str(&cart).unwrap()).collect::<Vec<_>>()).await;
}

/// The checkout of one buyer: returns the pending payment, or `None` if the listing was sold out.
async fn buy(venue: &Venue, buyer: usize) -> Option<String> {
    let (sender, client) = (Sender::new(buyer as u64), &venue.buyers[buyer].client);
    let answer = sender.post(1, client, "flash", "/v1/checkouts", &json!({})).await.unwrap();
    match (answer.status, answer.code()) {
        (201, _) => Some(answer.json["payment"]["id"].as_str().unwrap().to_owned()),
        (409, "sold_out") => None,
        other => panic!("{other:?}: {}", answer.text),
    }
}

/// The contents of each bucket: free, reserved, sold.
fn buckets(stored: &[Value], variant: &str) -> BTreeMap<i64, (i64, i64, i64)> {
    let stock = stored.iter().filter(|item| item["variant"] == variant && item["sold"].is_number());
    let number = |item: &Value, name: &str| item[name].as_i64().unwrap_or_default();
    stock
        .map(|item| {
            (number(item, "bucket"), (number(item, "available"), number(item, "reserved"), number(item, "sold")))
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn five_thousand_buyers_of_five_hundred_units_in_buckets_buy_five_hundred() {
    sale(5_000, 500, 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_fails_five_hundred_buyers_of_fifty_units_in_buckets_buy_fifty() {
    sale(500, 50, FAULTS).await;
}

/// Sells `units` units to `buyers` buyers, while `faults` of a thousand calls fail. A fifth of those who bought pay.
async fn sale(buyers: usize, units: u32, faults: u32) {
    let start = Instant::now();
    let proof = Proof::start(13, Duration::from_secs(4), true).await;
    let venue = proof.open_with(1, buyers).await;
    set(&venue, 0, units, BUCKETS).await;
    fill_carts(&proof, &venue, 1).await;
    println!("{buyers} buyers came in {} s", start.elapsed().as_secs());
    proof.faults.rate(faults);
    let connections = Semaphore::new(CONNECTIONS);
    let visits = (0..buyers).map(async |buyer| {
        let _connection = connections.acquire().await.unwrap();
        buy(&venue, buyer).await
    });
    let bought = join_all(visits).await;
    let paying: Vec<_> = bought.iter().enumerate().filter_map(|(n, payment)| Some((n, payment.as_ref()?))).collect();
    println!("{} sold, {} refused, in {} s", paying.len(), buyers - paying.len(), start.elapsed().as_secs());
    assert_eq!(paying.len(), units as usize);
    proof.faults.rate(0);
    let stored = proof.stored().await.remove(&venue.id).unwrap();
    let each = i64::from(units / u32::from(BUCKETS));
    let all: Vec<_> = buckets(&stored, &venue.listings[WANTED].variant).into_values().collect();
    assert_eq!(all, vec![(0, each, 0); usize::from(BUCKETS)]);

    // Some buyers pay; the units of the others return to the buckets from which they came.
    let paying = &paying[..paying.len() / 5];
    proof.faults.rate(faults);
    join_all(paying.iter().map(async |(buyer, payment)| {
        let path = format!("/v1/payments/{payment}/confirm");
        let sender = Sender::new(10_000 + *buyer as u64);
        let body = json!({ "card": "4242424242424242", "deliveries": 2 });
        sender.post(1, &venue.buyers[*buyer].client, payment, &path, &body).await.unwrap().expect(202);
    }))
    .await;
    proof.converge().await;
    let stored = proof.stored().await.remove(&venue.id).unwrap();
    let mut initial: BTreeMap<_, _> = venue.listings.iter().map(|l| (l.variant.clone(), i64::from(l.stock))).collect();
    initial.insert(venue.listings[WANTED].variant.clone(), i64::from(units));
    let audit = audit(&stored, &initial);
    assert_eq!(audit.findings, Vec::<String>::new());
    assert_eq!(audit.orders.len(), units as usize);
    let sold: i64 = buckets(&stored, &venue.listings[WANTED].variant).values().map(|bucket| bucket.2).sum();
    assert_eq!(sold, paying.len() as i64);
    assert!(proof.world.dead_letters().await.is_empty());
    println!("all of it in {} s", start.elapsed().as_secs());
    proof.world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seller_who_splits_the_stock_while_it_sells_loses_and_makes_no_unit() {
    const VISITORS: usize = 120;
    const EACH: u32 = 2;
    let proof = Proof::start(17, Duration::from_secs(4), true).await;
    let venue = proof.open_with(1, VISITORS).await;
    fill_carts(&proof, &venue, EACH).await;
    proof.faults.rate(FAULTS);
    let seller = async {
        for (step, buckets) in [5, 20, 1, 7, 2, 12].into_iter().enumerate() {
            set(&venue, step as u64, 30, buckets).await;
        }
    };
    let visits = join_all((0..VISITORS).map(|buyer| buy(&venue, buyer)));
    let (bought, ()) = tokio::join!(visits, seller);
    proof.faults.rate(0);

    // Nobody buys any more: the number that the seller sets now applies, whatever units orders hold.
    set(&venue, 100, 30, 3).await;
    let variant = &venue.listings[WANTED].variant;
    let stored = proof.stored().await.remove(&venue.id).unwrap();
    let now = buckets(&stored, variant);
    let sum = |of: fn(&(i64, i64, i64)) -> i64, all: &BTreeMap<i64, (i64, i64, i64)>| all.values().map(of).sum::<i64>();
    let held = sum(|bucket| bucket.1, &now);
    let units = bought.iter().flatten().count() as i64 * i64::from(EACH);
    assert_eq!((sum(|bucket| bucket.0, &now), held), (30, units));
    assert!(now.range(3..).all(|(_, bucket)| bucket.0 == 0), "{now:?}");

    // Nobody pays: all units return to the buckets from which they were taken, and can be bought.
    proof.converge().await;
    let stored = proof.stored().await.remove(&venue.id).unwrap();
    assert_eq!(sum(|bucket| bucket.0, &buckets(&stored, variant)), 30 + units);
    let mut initial: BTreeMap<_, _> = venue.listings.iter().map(|l| (l.variant.clone(), i64::from(l.stock))).collect();
    initial.insert(variant.clone(), 30 + units);
    assert_eq!(audit(&stored, &initial).findings, Vec::<String>::new());
    proof.world.stop().await;
}
