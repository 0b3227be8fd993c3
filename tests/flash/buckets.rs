//! A flash sale of stock that is split over buckets.

use super::{FAULTS, WANTED};
use futures::future::join_all;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};
use tokio::sync::Semaphore;
use tradewind_tests::proof::{Proof, Sender, Venue, audit};

const BUYERS: usize = 5_000;
const UNITS: u32 = 500;
const BUCKETS: u8 = 10;
/// How many of the buyers have a connection at once: a laptop lets a process have only so many.
const CONNECTIONS: usize = 100;

/// The seller says how many there are, and in how many buckets.
async fn set(venue: &Venue, step: u64, available: u32, buckets: u8) {
    let (listing, sender) = (&venue.listings[WANTED], Sender::new(90_000));
    let path = format!("/v1/listings/{}/variants/{}/stock", listing.id, listing.variant);
    let body = json!({ "available": available, "buckets": buckets });
    sender.put(step, &venue.sellers[0].client, &path, &body).await.unwrap().expect(200);
}

/// One buyer's visit: the payment that waits, or nothing if it was sold out.
async fn buy(venue: &Venue, buyer: usize, quantity: u32) -> Option<String> {
    let (sender, client) = (Sender::new(buyer as u64), &venue.buyers[buyer].client);
    let listing = &venue.listings[WANTED];
    let cart = json!({ "lines": [{ "listing": listing.id, "variant": listing.variant, "quantity": quantity }] });
    sender.put(0, client, "/v1/cart", &cart).await.unwrap().expect(200);
    let answer = sender.post(1, client, "flash", "/v1/checkouts", &json!({})).await.unwrap();
    match (answer.status, answer.code()) {
        (201, _) => Some(answer.json["payment"]["id"].as_str().unwrap().to_owned()),
        (409, "sold_out") => None,
        other => panic!("{other:?}: {}", answer.text),
    }
}

/// What lies in each bucket: free, reserved, sold.
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
    let start = Instant::now();
    let proof = Proof::start(13, Duration::from_secs(4), true).await;
    let venue = proof.open_with(1, BUYERS).await;
    set(&venue, 0, UNITS, BUCKETS).await;
    println!("{BUYERS} buyers came in {} s", start.elapsed().as_secs());
    proof.faults.rate(FAULTS);
    let connections = Semaphore::new(CONNECTIONS);
    let visits = (0..BUYERS).map(async |buyer| {
        let _connection = connections.acquire().await.unwrap();
        buy(&venue, buyer, 1).await
    });
    let bought = join_all(visits).await;
    let paying: Vec<_> = bought.iter().enumerate().filter_map(|(n, payment)| Some((n, payment.as_ref()?))).collect();
    println!("{} sold, {} refused, in {} s", paying.len(), BUYERS - paying.len(), start.elapsed().as_secs());
    assert_eq!(paying.len(), UNITS as usize);
    proof.faults.rate(0);
    let stored = proof.stored().await.remove(&venue.id).unwrap();
    let each = i64::from(UNITS / u32::from(BUCKETS));
    let all: Vec<_> = buckets(&stored, &venue.listings[WANTED].variant).into_values().collect();
    assert_eq!(all, vec![(0, each, 0); usize::from(BUCKETS)]);

    // Some pay; the units of the others come back to where they were.
    let paying = &paying[..100];
    proof.faults.rate(FAULTS);
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
    initial.insert(venue.listings[WANTED].variant.clone(), i64::from(UNITS));
    let audit = audit(&stored, &initial);
    assert_eq!(audit.findings, Vec::<String>::new());
    assert_eq!(audit.orders.len(), UNITS as usize);
    let sold: i64 = buckets(&stored, &venue.listings[WANTED].variant).values().map(|bucket| bucket.2).sum();
    assert_eq!(sold, paying.len() as i64);
    assert!(proof.world.dead_letters().await.is_empty());
    println!("all of it in {} s", start.elapsed().as_secs());
    proof.world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seller_who_splits_the_stock_while_it_sells_loses_and_makes_no_unit() {
    const VISITORS: usize = 120;
    let proof = Proof::start(17, Duration::from_secs(4), true).await;
    let venue = proof.open_with(1, VISITORS).await;
    proof.faults.rate(FAULTS);
    let seller = async {
        for (step, buckets) in [5, 20, 1, 7, 2, 12].into_iter().enumerate() {
            set(&venue, step as u64, 30, buckets).await;
        }
    };
    let visits = join_all((0..VISITORS).map(|buyer| buy(&venue, buyer, 1 + (buyer % 3) as u32)));
    let (bought, ()) = tokio::join!(visits, seller);
    proof.faults.rate(0);

    // Nobody buys any more: what the seller says now is what there is, whatever orders hold.
    set(&venue, 100, 30, 3).await;
    let variant = &venue.listings[WANTED].variant;
    let stored = proof.stored().await.remove(&venue.id).unwrap();
    let now = buckets(&stored, variant);
    let sum = |of: fn(&(i64, i64, i64)) -> i64, all: &BTreeMap<i64, (i64, i64, i64)>| all.values().map(of).sum::<i64>();
    let held = sum(|bucket| bucket.1, &now);
    let units: i64 = bought.iter().enumerate().map(|(n, b)| if b.is_some() { 1 + (n % 3) as i64 } else { 0 }).sum();
    assert_eq!((sum(|bucket| bucket.0, &now), held), (30, units));
    assert!(now.range(3..).all(|(_, bucket)| bucket.0 == 0), "{now:?}");

    // Nobody pays: everything comes back to where it was taken from, and can be bought.
    proof.converge().await;
    let stored = proof.stored().await.remove(&venue.id).unwrap();
    assert_eq!(sum(|bucket| bucket.0, &buckets(&stored, variant)), 30 + units);
    let mut initial: BTreeMap<_, _> = venue.listings.iter().map(|l| (l.variant.clone(), i64::from(l.stock))).collect();
    initial.insert(variant.clone(), 30 + units);
    assert_eq!(audit(&stored, &initial).findings, Vec::<String>::new());
    proof.world.stop().await;
}
