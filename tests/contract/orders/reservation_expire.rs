use super::{account, available, buy, line, order, paid, sale, step, text};
use serde_json::{Value, json};
use std::time::Duration;
use tradewind_tests::Person;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_paid_in_time_expires_and_its_stock_comes_back() {
    let (world, market, sue, bob) = sale().await;
    let (bell, lamp) = (sue.sell("Bell", 900, 3).await, market.seller("sam").await.sell("Lamp", 500, 3).await);
    let kept = paid(&bob, &bell, "1").await;
    let checkout = buy(&bob, json!([line(&bell, 2), line(&lamp, 1)]), "2").await;
    world.advance(Duration::from_secs(14 * 60)).await;
    world.run("orders-reservation-expire").await;
    assert_eq!(order(&bob, &checkout["orders"][0]["id"]).await["status"], "pending_payment");

    world.advance(Duration::from_secs(2 * 60)).await;
    world.run("orders-reservation-expire").await;
    let bob = Person::log_in(&market.anybody(), &bob.email).await;
    for order_ in checkout["orders"].as_array().unwrap() {
        let order = order(&bob, &order_["id"]).await;
        assert_eq!((&order["status"], &order["timeline"][1]["by"]), (&json!("expired"), &json!("timer")));
    }
    assert_eq!((available(&market, &bell).await, available(&market, &lamp).await), (2, 3));
    let payment = format!("/v1/payments/{}", text(&checkout["payment"]["id"]));
    assert_eq!(bob.client.get(&payment).await.json["status"], "expired");
    assert_eq!(order(&bob, &kept).await["status"], "paid");
    assert_eq!(world.run("orders-reservation-expire").await, 0);
    world.settle().await;
    assert!(!world.mails_to(&bob.email).await.is_empty());
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn money_that_comes_after_the_time_is_over_goes_back() {
    let (world, market, sue, bob) = sale().await;
    let bell = sue.sell("Bell", 900, 1).await;
    let checkout = buy(&bob, json!([line(&bell, 1)]), "1").await;
    let payment = format!("/v1/payments/{}", text(&checkout["payment"]["id"]));
    let late = json!({ "card": "4242424242424242", "delay_seconds": 3, "deliveries": 3 });
    bob.client.post(&format!("{payment}/confirm"), late).await.expect(202);
    world.advance(Duration::from_secs(16 * 60)).await;
    world.run("orders-reservation-expire").await;
    world.settle().await;
    let bob = Person::log_in(&market.anybody(), &bob.email).await;
    assert_eq!(bob.client.get(&payment).await.expect(200).json["status"], "returned");
    assert_eq!(order(&bob, &checkout["orders"][0]["id"]).await["status"], "expired");
    assert_eq!(available(&market, &bell).await, 1);
    for name in ["escrow", "refunds", "provider_clearing"] {
        assert_eq!(account(&market, name).await, 0, "{name}");
    }
    assert_eq!(world.dead_letters().await.len(), 0);
    world.stop().await;
}

/// The variants and quantities in a person's cart.
async fn cart(person: &Person) -> Vec<(String, u64)> {
    let cart = person.client.get("/v1/cart").await.expect(200).json;
    let line = |line: &Value| (text(&line["variant"]).to_owned(), line["quantity"].as_u64().unwrap());
    cart["lines"].as_array().unwrap().iter().map(line).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_paid_is_in_the_cart_again() {
    let (world, market, sue, bob) = sale().await;
    let (bell, lamp) = (sue.sell("Bell", 900, 9).await, market.seller("sam").await.sell("Lamp", 500, 9).await);
    let of = |listing: &Value, quantity: u64| (text(&listing["variants"][0]["id"]).to_owned(), quantity);
    let checkout = buy(&bob, json!([line(&bell, 2), line(&lamp, 1)]), "1").await;
    // A declined card does not end the payment: it accepts another card, so the goods do not return to the cart.
    let declined = json!({ "card": "4000000000000002" });
    let payment = format!("/v1/payments/{}", text(&checkout["payment"]["id"]));
    bob.client.post(&format!("{payment}/confirm"), declined).await.expect(202);
    world.settle().await;
    assert_eq!(bob.client.get(&payment).await.json["failure"], "card_declined");
    assert_eq!(cart(&bob).await, []);
    // Meanwhile the buyer puts something else in the cart, and more of one thing.
    bob.client.put("/v1/cart", json!({ "lines": [line(&lamp, 4)] })).await.expect(200);
    world.advance(Duration::from_secs(16 * 60)).await;
    world.run("orders-reservation-expire").await;
    let (sue, bob) = (sue.again(&market).await, bob.again(&market).await);
    assert_eq!(order(&bob, &checkout["orders"][0]["id"]).await["status"], "expired");
    assert_eq!(cart(&bob).await, [of(&bell, 2), of(&lamp, 4)]);
    let again = bob.check_out("2").await;
    assert_eq!((again["total"]["amount"].as_i64(), cart(&bob).await), (Some(3_800), vec![]));
    // If the checkout is cancelled before it is paid, the goods return to the cart as well, and only once.
    for id in [&again["orders"][0]["id"], &again["orders"][1]["id"]] {
        step(&bob, id, json!({ "transition": "cancel" })).await;
    }
    let mut back = cart(&bob).await;
    back.sort();
    let mut expected = vec![of(&bell, 2), of(&lamp, 4)];
    expected.sort();
    assert_eq!(back, expected);
    assert_eq!((available(&market, &bell).await, available(&market, &lamp).await), (9, 9));
    // Goods that were paid do not return to the cart when the order is cancelled: the money goes back.
    let kept = paid(&bob, &bell, "3").await;
    step(&sue, &kept, json!({ "transition": "cancel" })).await.expect(200);
    assert_eq!(cart(&bob).await, []);
    world.stop().await;
}
