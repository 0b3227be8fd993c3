//! The same `Idempotency-Key` at the same time, much later, and with a different request.

use super::FAULTS;
use futures::future::join_all;
use serde_json::json;
use std::{collections::HashSet, time::Duration};
use tradewind_tests::proof::{Proof, Sender, audit};

#[tokio::test(flavor = "multi_thread")]
async fn a_key_a_hundred_times_at_once_and_for_a_day_is_one_checkout_with_one_answer() {
    let proof = Proof::start(11, Duration::from_secs(4), true).await;
    let venue = proof.open(1).await;
    let (bob, listing) = (&venue.buyers[0].client, &venue.listings[3]);
    let cart = json!({ "lines": [{ "listing": listing.id, "variant": listing.variant, "quantity": 2 }] });
    Sender::new(0).put(0, bob, "/v1/cart", &cart).await.unwrap().expect(200);
    proof.faults.rate(FAULTS);
    let body = json!({});
    let again = async |sender: u64| Sender::new(sender).post(1, bob, "the-one", "/v1/checkouts", &body).await.unwrap();
    let answers = join_all((0..100).map(&again)).await;
    let texts: HashSet<_> = answers.iter().map(|a| (a.status, a.text.clone())).collect();
    assert_eq!(texts.len(), 1, "{texts:?}");
    let first = answers[0].clone().expect(201);

    let other = async |sender: u64| {
        let other = json!({ "expected_total": null });
        let answer = Sender::new(sender).post(1, bob, "the-one", "/v1/checkouts", &other).await.unwrap();
        answer.expect_problem(422, "idempotency_key_reused");
    };
    other(200).await;
    // DynamoDB itself forgets a token after ten minutes; our stored answers are kept for a day.
    for (passed, sender) in [(Duration::from_secs(11 * 60), 300), (Duration::from_secs(23 * 60 * 60 - 11 * 60), 400)] {
        proof.advance(passed).await;
        for number in 0..5 {
            let answer = again(sender + number).await.expect(201);
            assert_eq!(answer.text, first.text);
            assert_eq!(answer.header("idempotent-replayed"), "true");
        }
        other(sender + 50).await;
    }
    // After a day it counts as a new request, and the cart is empty.
    proof.advance(Duration::from_secs(2 * 60 * 60)).await;
    again(500).await.expect_problem(409, "cart_empty");

    proof.converge().await;
    let stored = proof.stored().await.remove(&venue.id).unwrap();
    let initial = venue.listings.iter().map(|l| (l.variant.clone(), i64::from(l.stock))).collect();
    let audit = audit(&stored, &initial);
    assert_eq!(audit.findings, Vec::<String>::new());
    assert_eq!(audit.orders.len(), 1);
    proof.world.stop().await;
}
