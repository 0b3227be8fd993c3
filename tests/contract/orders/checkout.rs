use super::{available, buy, euros, line, order, sale, text};
use futures::future::join_all;
use serde_json::{Value, json};
use tradewind_tests::Person;

async fn check_out(buyer: &Person, key: &str, body: Value) -> tradewind_tests::Answer {
    buyer.client.clone().key(key).post("/v1/checkouts", body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cart_becomes_an_order_for_each_seller_and_one_payment() {
    let (world, market, sue, bob) = sale().await;
    let sam = market.seller("sam").await;
    let (bell, lamp) = (sue.sell("Bell", 900, 3).await, sam.sell("Lamp", 500, 4).await);
    bob.client.put("/v1/cart", json!({ "lines": [line(&bell, 2), line(&lamp, 1)] })).await.expect(200);
    let checkout = check_out(&bob, "k", json!({ "expected_total": euros(2300) })).await.expect(201).json;

    assert_eq!(checkout["total"], euros(2300));
    assert_eq!((&checkout["payment"]["status"], &checkout["payment"]["amount"]), (&json!("pending"), &euros(2300)));
    let orders = checkout["orders"].as_array().unwrap();
    let of = |seller: &Person| orders.iter().find(|o| o["seller"] == seller.seller).unwrap();
    assert_eq!((orders.len(), &of(&sue)["total"], &of(&sam)["total"]), (2, &euros(1800), &euros(500)));
    assert_eq!((&of(&sue)["status"], &of(&sue)["checkout"]), (&json!("pending_payment"), &checkout["checkout"]));
    assert_eq!(of(&sue)["lines"][0]["title"], "Bell");
    assert_eq!(&order(&bob, &of(&sue)["id"]).await, of(&sue));
    assert_eq!((available(&market, &bell).await, available(&market, &lamp).await), (1, 3));
    assert_eq!(bob.client.get("/v1/cart").await.json["lines"], json!([]));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_that_changed_is_told_and_nothing_is_bought() {
    let (world, market, sue, bob) = sale().await;
    let bell = sue.sell("Bell", 900, 3).await;
    bob.fill_cart(&bell, 2).await;
    let refused =
        check_out(&bob, "k", json!({ "expected_total": euros(1799) })).await.expect_problem(409, "price_changed");
    assert_eq!((&refused.json["expected_total"], &refused.json["total"]), (&euros(1799), &euros(1800)));
    let dollars = json!({ "expected_total": { "amount": 1800, "currency": "USD" } });
    check_out(&bob, "k", dollars).await.expect_problem(409, "price_changed");
    assert_eq!(available(&market, &bell).await, 3);
    assert_eq!(bob.client.get("/v1/orders").await.json["data"], json!([]));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sold_out_is_named_and_nothing_of_the_cart_is_bought() {
    let (world, market, sue, bob) = sale().await;
    let (bell, lamp) = (sue.sell("Bell", 900, 3).await, sue.sell("Lamp", 500, 1).await);
    let lines = json!({ "lines": [line(&bell, 1), line(&lamp, 1)] });
    bob.client.put("/v1/cart", lines).await.expect(200);
    buy(&market.buyer("ben").await, json!([line(&lamp, 1)]), "k").await;
    let refused = check_out(&bob, "k", json!({})).await.expect_problem(409, "sold_out").json;
    assert_eq!((&refused["listing"], &refused["variant"]), (&lamp["id"], &lamp["variants"][0]["id"]));
    assert_eq!(available(&market, &bell).await, 3);
    assert_eq!(bob.client.get("/v1/cart").await.json["lines"].as_array().unwrap().len(), 2);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_bought_is_refused() {
    let (world, market, sue, bob) = sale().await;
    check_out(&bob, "k", json!({})).await.expect_problem(409, "cart_empty");
    let bell = sue.sell("Bell", 900, 3).await;
    bob.fill_cart(&bell, 1).await;
    sue.client.post(&format!("/v1/listings/{}/close", text(&bell["id"])), Value::Null).await.expect(200);
    let refused = check_out(&bob, "k", json!({})).await.expect_problem(409, "not_for_sale");
    assert_eq!(refused.json["listing"], bell["id"]);

    bob.client.post("/v1/checkouts", json!({})).await.expect_problem(400, "idempotency_key_missing");
    check_out(&bob, "k2", json!({ "total": euros(1) })).await.expect(422);
    check_out(&bob, "k3", json!({ "expected_total": { "amount": "1", "currency": "EUR" } }))
        .await
        .expect_invalid("expected_total.amount");
    market.anybody().key("k").post("/v1/checkouts", json!({})).await.expect(401);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn eleven_sellers_are_too_many_for_one_checkout() {
    let (world, market, _, bob) = sale().await;
    let mut lines = vec![];
    for n in 0..11 {
        lines.push(line(&market.seller(&format!("s{n}")).await.sell("Bell", 100, 1).await, 1));
    }
    bob.client.put("/v1/cart", json!({ "lines": lines })).await.expect(200);
    check_out(&bob, "k", json!({})).await.expect_problem(409, "too_many_sellers");
    lines.pop();
    assert_eq!(buy(&bob, json!(lines), "k2").await["orders"].as_array().unwrap().len(), 10);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_buys_once_however_often_and_however_at_once() {
    let (world, market, sue, bob) = sale().await;
    let bell = sue.sell("Bell", 900, 30).await;
    bob.fill_cart(&bell, 1).await;
    let answers = join_all((0..20).map(|_| check_out(&bob, "same", json!({})))).await;
    let answers: Vec<_> = answers.into_iter().map(|answer| answer.expect(201).text).collect();
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    let again = check_out(&bob, "same", json!({})).await.expect(201);
    assert_eq!((again.text.clone(), again.header("idempotent-replayed")), (answers[0].clone(), "true".to_owned()));
    let other = json!({ "expected_total": euros(900) });
    check_out(&bob, "same", other).await.expect_problem(422, "idempotency_key_reused");
    assert_eq!(available(&market, &bell).await, 29);
    assert_eq!(bob.client.get("/v1/orders").await.json["data"].as_array().unwrap().len(), 1);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_keys_at_once_do_not_buy_one_cart_twice() {
    let (world, market, sue, bob) = sale().await;
    let bell = sue.sell("Bell", 900, 30).await;
    bob.fill_cart(&bell, 1).await;
    let (a, b) = tokio::join!(check_out(&bob, "a", json!({})), check_out(&bob, "b", json!({})));
    let mut statuses = [a.status, b.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
    assert_eq!(available(&market, &bell).await, 29);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_of_thirty_buyers_get_the_last_ten() {
    let (world, market, sue, _) = sale().await;
    let bell = sue.sell("Bell", 900, 10).await;
    let mut buyers = vec![];
    for n in 0..30 {
        let buyer = market.buyer(&format!("b{n}")).await;
        buyer.fill_cart(&bell, 1).await;
        buyers.push(buyer);
    }
    let mut bought = 0;
    for answer in join_all(buyers.iter().map(|buyer| check_out(buyer, "k", json!({})))).await {
        if answer.status == 201 {
            bought += 1;
        } else {
            answer.expect_problem(409, "sold_out");
        }
    }
    assert_eq!((bought, available(&market, &bell).await), (10, 0));
    world.stop().await;
}
