//! `POST /v1/checkouts` for stock that is split over buckets, and how its units move afterwards.

use super::{available, buy, line, order, sale, step, text, until};
use futures::future::join_all;
use serde_json::{Value, json};
use std::time::Duration;
use tradewind_tests::{
    Person, World,
    proof::{items, plain},
};

/// The contents of each bucket of a listing's first variant, in order: free, reserved, sold.
async fn buckets(world: &World, listing: &Value) -> Vec<(i64, i64, i64)> {
    let stock = items(world, "main").await.iter().map(plain).collect::<Vec<_>>();
    let mut found: Vec<_> = stock
        .iter()
        .filter(|item| item["variant"] == listing["variants"][0]["id"] && item["reserved"].is_number())
        .map(|item| {
            let number = |name: &str| item[name].as_i64().unwrap_or_default();
            (number("bucket"), (number("available"), number("reserved"), number("sold")))
        })
        .collect();
    found.sort_unstable();
    found.into_iter().map(|(_, counters)| counters).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_units_are_found_behind_empty_buckets() {
    let (world, market, sue, bob) = sale().await;
    let bell = sue.sell("Bell", 900, 0).await;
    sue.split(&bell, 10, 10).await;
    let cart = bob.client.put("/v1/cart", json!({ "lines": [line(&bell, 7)] })).await.expect(200).json;
    assert_eq!((&cart["lines"][0]["availability"], &cart["lines"][0]["available"]), (&json!("available"), &json!(10)));
    assert_eq!(bob.client.get("/v1/cart").await.expect(200).json["lines"][0]["available"], 10);
    bob.check_out("seven").await;
    assert_eq!(available(&market, &bell).await, 3);

    let ben = market.buyer("ben").await;
    ben.fill_cart(&bell, 4).await;
    let refused = ben.client.clone().key("four").post("/v1/checkouts", json!({})).await;
    let refused = refused.expect_problem(409, "sold_out").json;
    assert_eq!((&refused["listing"], &refused["variant"]), (&bell["id"], &bell["variants"][0]["id"]));
    assert!(refused.get("subject").is_none() && refused["detail"].as_str().unwrap().contains('4'), "{refused}");
    buy(&ben, json!([line(&bell, 3)]), "three").await;
    assert_eq!(buckets(&world, &bell).await, vec![(0, 1, 0); 10]);
    ben.fill_cart(&bell, 1).await;
    ben.client.clone().key("one").post("/v1/checkouts", json!({})).await.expect_problem(409, "sold_out");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn units_are_sold_and_come_back_in_their_own_buckets() {
    let (world, market, sue, bob) = sale().await;
    let bell = sue.sell("Bell", 900, 0).await;
    sue.split(&bell, 5, 5).await;
    let unpaid = buy(&bob, json!([line(&bell, 2)]), "unpaid").await;
    let held = buckets(&world, &bell).await;
    let checkout = buy(&bob, json!([line(&bell, 3)]), "paid").await;
    bob.pay(&checkout).await;
    let paid = checkout["orders"][0]["id"].clone();
    until(&bob, &paid, "paid").await;
    let sold: Vec<_> = held.iter().map(|(_, reserved, _)| (0, *reserved, 1 - reserved)).collect();
    assert_eq!(buckets(&world, &bell).await, sold);

    world.advance(Duration::from_secs(16 * 60)).await;
    world.run("orders-reservation-expire").await;
    let back: Vec<_> = held.iter().map(|(_, reserved, _)| (*reserved, 0, 1 - reserved)).collect();
    assert_eq!(buckets(&world, &bell).await, back);
    let bob = Person::log_in(&market.anybody(), &bob.email).await;
    assert_eq!(order(&bob, &unpaid["orders"][0]["id"]).await["status"], "expired");

    // One unit comes back with a refund, the others when the rest is cancelled.
    let sue = Person::log_in(&market.anybody(), &sue.email).await;
    let one = json!({ "lines": [{ "line": 0, "quantity": 1, "restock": 1 }] });
    sue.client.clone().key("one").post(&format!("/v1/orders/{}/refunds", text(&paid)), one).await.expect(201);
    assert_eq!(available(&market, &bell).await, 3);
    step(&sue, &paid, json!({ "transition": "cancel" })).await.expect(200);
    assert_eq!(buckets(&world, &bell).await, vec![(1, 0, 0); 5]);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_orders_hold_comes_back_after_the_stock_is_put_together() {
    let (world, market, sue, bob) = sale().await;
    let bell = sue.sell("Bell", 900, 0).await;
    sue.split(&bell, 10, 5).await;
    buy(&bob, json!([line(&bell, 7)]), "seven").await;
    sue.split(&bell, 3, 1).await;
    assert_eq!(available(&market, &bell).await, 3);
    world.advance(Duration::from_secs(16 * 60)).await;
    world.run("orders-reservation-expire").await;
    assert_eq!(available(&market, &bell).await, 10);
    let bob = Person::log_in(&market.anybody(), &bob.email).await;
    buy(&bob, json!([line(&bell, 10)]), "ten").await;
    assert_eq!(available(&market, &bell).await, 0);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn forty_buyers_of_thirty_units_in_ten_buckets_get_thirty() {
    let (world, market, sue, bob) = sale().await;
    let bell = sue.sell("Bell", 900, 0).await;
    sue.split(&bell, 30, 10).await;
    let buyers = join_all((0..8).map(|n| async move { n }).map(async |n| market.buyer(&format!("b{}", n.await)).await));
    let buyers = buyers.await;
    let rounds = join_all(buyers.iter().map(async |buyer| {
        let mut bought = 0;
        for n in 0..5 {
            buyer.fill_cart(&bell, 1).await;
            loop {
                let key = format!("k{n}");
                let answer = buyer.client.clone().key(&key).post("/v1/checkouts", json!({})).await;
                match (answer.status, answer.code()) {
                    (201, _) => bought += 1,
                    (409, "contention") => continue,
                    (409, "sold_out") => {}
                    other => panic!("{other:?}: {}", answer.text),
                }
                break;
            }
        }
        bought
    }))
    .await;
    assert_eq!(rounds.iter().sum::<i32>(), 30);
    assert_eq!(buckets(&world, &bell).await, vec![(0, 3, 0); 10]);
    bob.fill_cart(&bell, 1).await;
    bob.client.clone().key("k").post("/v1/checkouts", json!({})).await.expect_problem(409, "sold_out");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_buys_a_cart_four_times_at_once_buys_it_once_and_is_not_told_that_it_is_sold_out() {
    let (world, _, sue, bob) = sale().await;
    let bell = sue.sell("Bell", 900, 0).await;
    for round in 0..10 {
        // No bucket has three units: each checkout is refused by the bucket that it drew, and searches the others.
        sue.split(&bell, 4, 3).await;
        bob.fill_cart(&bell, 3).await;
        let answers = join_all((0..4).map(async |n| {
            let client = bob.client.clone().key(&format!("r{round}n{n}"));
            loop {
                let answer = client.post("/v1/checkouts", json!({})).await;
                if answer.code() != "contention" {
                    return answer;
                }
            }
        }))
        .await;
        let mut codes: Vec<_> = answers.iter().map(|answer| (answer.status, answer.code().to_owned())).collect();
        codes.sort();
        let empty = (409, "cart_empty".to_owned());
        assert_eq!(codes, [(201, String::new()), empty.clone(), empty.clone(), empty], "{round}");
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_largest_checkout_of_scattered_units_is_bought_paid_and_called_off_in_one_step_each() {
    let (world, market, _, bob) = sale().await;
    let mut sellers = vec![];
    for n in 0..10 {
        sellers.push(market.seller(&format!("s{n}")).await);
    }
    // Three variants from each of ten sellers, two units of each, with each unit in a bucket of its own.
    let mut lines = vec![];
    let mut listings = vec![];
    for seller in &sellers {
        for n in 0..3 {
            let listing = seller.sell(&format!("Thing {n}"), 100, 0).await;
            seller.split(&listing, 2, 2).await;
            lines.push(line(&listing, 2));
            listings.push(listing);
        }
    }
    let checkout = buy(&bob, json!(lines), "all").await;
    assert_eq!(checkout["orders"].as_array().unwrap().len(), 10);
    bob.client
        .post(
            &format!("/v1/orders/{}/transitions", text(&checkout["orders"][0]["id"])),
            json!({ "transition": "cancel" }),
        )
        .await
        .expect(200);
    assert_eq!(available(&market, &listings[29]).await, 2);
    let checkout = buy(&bob, json!(lines), "again").await;
    bob.pay(&checkout).await;
    for order in checkout["orders"].as_array().unwrap() {
        until(&bob, &order["id"], "paid").await;
    }

    // With one more share it is refused, and nothing is bought.
    for (n, listing) in listings.iter().enumerate() {
        let of = &sellers[n / 3];
        of.split(listing, if n == 0 { 3 } else { 2 }, if n == 0 { 3 } else { 2 }).await;
    }
    lines[0] = line(&listings[0], 3);
    bob.client.put("/v1/cart", json!({ "lines": lines })).await.expect(200);
    let refused = bob.client.clone().key("more").post("/v1/checkouts", json!({})).await;
    refused.expect_problem(409, "stock_scattered");
    assert_eq!(available(&market, &listings[0]).await, 3);
    world.stop().await;
}
