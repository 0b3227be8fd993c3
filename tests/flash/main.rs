//! Flash sales, and keys that are sent again, while a fifth of all calls to AWS fails.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::disallowed_methods)]
#![allow(clippy::as_conversions, clippy::arithmetic_side_effects)]

mod buckets;
mod keys;

use futures::future::join_all;
use serde_json::json;
use std::time::{Duration, Instant};
use tradewind_tests::proof::{Proof, Sender, Venue, audit};

/// The listing that everybody wants, and the number of its units.
const WANTED: usize = 4;
const UNITS: usize = 100;
const BUYERS: usize = 100;
/// The number of checkouts of each buyer.
const EACH: u64 = 100;
/// How many calls out of a thousand fail.
const FAULTS: u32 = 200;

/// What one buyer got: the pending payments, and how often the listing was sold out.
async fn shop(venue: &Venue, number: usize) -> (Vec<String>, usize) {
    let (sender, client) = (Sender::new(number as u64), &venue.buyers[number].client);
    let listing = &venue.listings[WANTED];
    let cart = json!({ "lines": [{ "listing": listing.id, "variant": listing.variant, "quantity": 1 }] });
    let (mut bought, mut refused) = (vec![], 0);
    for n in 0..EACH {
        if n == bought.len() as u64 + refused as u64 && (n == 0 || refused == 0) {
            sender.put(2 * n, client, "/v1/cart", &cart).await.unwrap().expect(200);
        }
        let answer = sender.post(2 * n + 1, client, &format!("c{n}"), "/v1/checkouts", &json!({})).await.unwrap();
        match (answer.status, answer.code()) {
            (201, _) => bought.push(answer.json["payment"]["id"].as_str().unwrap().to_owned()),
            (409, "sold_out") => refused += 1,
            other => panic!("{other:?}: {}", answer.text),
        }
    }
    (bought, refused)
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_checkouts_of_a_hundred_units_sell_a_hundred() {
    let start = Instant::now();
    let proof = Proof::start(7, Duration::from_secs(4), true).await;
    let venue = proof.open_with(1, BUYERS).await;
    assert_eq!(venue.listings[WANTED].stock as usize, UNITS);
    proof.faults.rate(FAULTS);
    let shopped = join_all((0..BUYERS).map(|buyer| shop(&venue, buyer))).await;
    let sold: usize = shopped.iter().map(|(bought, _)| bought.len()).sum();
    let refused: usize = shopped.iter().map(|(_, refused)| refused).sum();
    println!("{sold} sold, {refused} refused, in {} s", start.elapsed().as_secs());
    assert_eq!((sold, refused), (UNITS, BUYERS * EACH as usize - UNITS));

    let pay = shopped.iter().enumerate().flat_map(|(buyer, (bought, _))| bought.iter().map(move |p| (buyer, p)));
    join_all(pay.map(async |(buyer, payment)| {
        let body = json!({ "card": "4242424242424242", "deliveries": 2 });
        let path = format!("/v1/payments/{payment}/confirm");
        let sender = Sender::new(10_000 + buyer as u64);
        sender.post(1, &venue.buyers[buyer].client, payment, &path, &body).await.unwrap().expect(202);
    }))
    .await;
    proof.converge().await;
    let stored = proof.stored().await.remove(&venue.id).unwrap();
    let initial = venue.listings.iter().map(|l| (l.variant.clone(), i64::from(l.stock))).collect();
    let audit = audit(&stored, &initial);
    assert_eq!(audit.findings, Vec::<String>::new());
    assert_eq!(audit.orders.len(), UNITS);
    assert!(audit.orders.values().all(|order| order["status"] == "paid"));
    assert!(proof.world.dead_letters().await.is_empty());
    println!("all of it in {} s", start.elapsed().as_secs());
    proof.world.stop().await;
}
