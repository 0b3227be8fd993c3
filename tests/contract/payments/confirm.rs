use crate::{
    money::{confirm, path, payment, until_payment},
    orders::{account, buy, line, order, sale},
};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmation_changes_nothing_until_the_provider_reports() {
    let (world, _, sue, bob) = sale().await;
    let checkout = buy(&bob, json!([line(&sue.sell("Bell", 900, 3).await, 1)]), "k").await;
    let body = json!({ "card": "4242424242424242", "delay_seconds": 2 });
    let asked = confirm(&bob, &checkout, body).await.expect(202).json;
    assert_eq!(asked, json!({ "payment": checkout["payment"]["id"], "status": "pending" }));
    assert_eq!(payment(&bob, &checkout).await["status"], "pending");
    until_payment(&bob, &checkout, "captured").await;
    assert_eq!(order(&bob, &checkout["orders"][0]["id"]).await["status"], "paid");
    let again = json!({ "card": "4242424242424242" });
    confirm(&bob, &checkout, again).await.expect_problem(409, "payment_already_captured");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declined_card_leaves_the_payment_open_with_the_reason() {
    let (world, market, sue, bob) = sale().await;
    let checkout = buy(&bob, json!([line(&sue.sell("Bell", 900, 3).await, 1)]), "k").await;
    for (card, reason) in [("4000000000000002", "card_declined"), ("4000000000009995", "insufficient_funds")] {
        confirm(&bob, &checkout, json!({ "card": card, "deliveries": 3 })).await.expect(202);
        world.settle().await;
        let payment = payment(&bob, &checkout).await;
        assert_eq!((&payment["status"], &payment["failure"]), (&json!("pending"), &json!(reason)));
    }
    let mails = world.mails_to(&bob.email).await;
    assert_eq!(account(&market, "provider_clearing").await, 0);
    confirm(&bob, &checkout, json!({ "card": "4242424242424242" })).await.expect(202);
    let paid = until_payment(&bob, &checkout, "captured").await;
    assert!(paid.get("failure").is_none(), "{paid}");
    assert_eq!(account(&market, "provider_clearing").await, 900);
    // One e-mail for the registration, and one for each declined attempt: three deliveries count as one decline.
    assert_eq!(mails.len(), 3, "{mails:?}");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn however_often_it_is_confirmed_it_is_captured_once() {
    let (world, market, sue, bob) = sale().await;
    let checkout = buy(&bob, json!([line(&sue.sell("Bell", 900, 3).await, 1)]), "k").await;
    let body = json!({ "card": "4242424242424242", "deliveries": 5 });
    let client = |key: &str| bob.client.clone().key(key);
    let confirm = format!("{}/confirm", path(&checkout));
    let (a, b) = (client("a"), client("b"));
    let (first, second, third) =
        tokio::join!(a.post(&confirm, body.clone()), b.post(&confirm, body.clone()), a.post(&confirm, body.clone()));
    assert_eq!((first.expect(202).text, second.status), (third.text, 202));
    world.settle().await;
    assert_eq!(payment(&bob, &checkout).await["status"], "captured");
    assert_eq!((account(&market, "provider_clearing").await, account(&market, "escrow").await), (900, -900));
    assert_eq!(world.dead_letters().await.len(), 0);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_named() {
    let (world, market, sue, bob) = sale().await;
    let checkout = buy(&bob, json!([line(&sue.sell("Bell", 900, 3).await, 1)]), "k").await;
    let with = |more: serde_json::Value| {
        let mut body = json!({ "card": "4242424242424242" });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    confirm(&bob, &checkout, json!({ "card": "4111111111111111" })).await.expect_invalid("card");
    confirm(&bob, &checkout, with(json!({ "delay_seconds": 901 }))).await.expect_invalid("delay_seconds");
    confirm(&bob, &checkout, with(json!({ "deliveries": 6 }))).await.expect_invalid("deliveries");
    confirm(&bob, &checkout, with(json!({ "deliveries": 0 }))).await.expect_invalid("deliveries");
    confirm(&bob, &checkout, with(json!({ "amount": 1 }))).await.expect(422);
    for stranger in [&sue, &market.admin] {
        confirm(stranger, &checkout, with(json!({}))).await.expect_problem(404, "not_found");
    }
    let anybody = market.anybody();
    anybody.post(&format!("{}/confirm", path(&checkout)), with(json!({}))).await.expect(401);
    world.settle().await;
    assert_eq!(payment(&bob, &checkout).await["status"], "pending");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_needs_authentication_pays_when_it_is_confirmed_again() {
    let (world, market, sue, bob) = sale().await;
    let checkout = buy(&bob, json!([line(&sue.sell("Bell", 900, 3).await, 1)]), "k").await;
    let card = json!({ "card": "4000002760003184", "deliveries": 2 });
    confirm(&bob, &checkout, card.clone()).await.expect(202);
    world.settle().await;
    let waits = payment(&bob, &checkout).await;
    assert_eq!((&waits["status"], &waits["failure"]), (&json!("pending"), &json!("authentication_required")));
    assert_eq!(account(&market, "provider_clearing").await, 0);
    // The only e-mail is that for the registration: the buyer is still busy paying.
    assert_eq!(world.mails_to(&bob.email).await.len(), 1);
    confirm(&bob, &checkout, card).await.expect(202);
    let paid = until_payment(&bob, &checkout, "captured").await;
    assert!(paid.get("failure").is_none(), "{paid}");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cards_whose_reports_come_late_twice_or_out_of_order_pay_once() {
    let (world, market, sue, bob) = sale().await;
    let mut taken = 0;
    for card in ["4000000000000077", "4000000000000093", "4000000000000341"] {
        let checkout = buy(&bob, json!([line(&sue.sell("Bell", 900, 3).await, 1)]), card).await;
        confirm(&bob, &checkout, json!({ "card": card })).await.expect(202);
        until_payment(&bob, &checkout, "captured").await;
        world.settle().await;
        taken += 900;
        let paid = payment(&bob, &checkout).await;
        assert_eq!((&paid["status"], paid.get("failure")), (&json!("captured"), None), "{card}");
        assert_eq!(account(&market, "provider_clearing").await, taken, "{card}");
    }
    assert_eq!(world.dead_letters().await.len(), 0);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_declined_card_says_why() {
    let (world, _, sue, bob) = sale().await;
    let checkout = buy(&bob, json!([line(&sue.sell("Bell", 900, 3).await, 1)]), "k").await;
    let cards = [
        ("4000000000000069", "expired_card"),
        ("4000000000000127", "incorrect_cvc"),
        ("4000000000000119", "try_again"),
    ];
    for (card, reason) in cards {
        confirm(&bob, &checkout, json!({ "card": card })).await.expect(202);
        world.settle().await;
        assert_eq!(payment(&bob, &checkout).await["failure"], reason);
    }
    world.stop().await;
}
