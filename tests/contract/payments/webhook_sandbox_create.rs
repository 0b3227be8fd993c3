use crate::{
    money::{Provider, now, payment, succeeded, until_payment},
    orders::{account, buy, line, sale},
};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_report_is_taken_however_often_it_comes_and_applied_once() {
    let (world, market, sue, bob) = sale().await;
    let checkout = buy(&bob, json!([line(&sue.sell("Bell", 900, 3).await, 1)]), "k").await;
    let provider = Provider::new(&world, &market).await;
    for _ in 0..3 {
        let answer = provider.report(&world, "evt_1", succeeded(&checkout)).await.expect(200);
        assert_eq!(answer.text, "");
    }
    until_payment(&bob, &checkout, "captured").await;
    provider.report(&world, "evt_1", succeeded(&checkout)).await.expect(200);
    // The same report under another id.
    provider.report(&world, "evt_2", succeeded(&checkout)).await.expect(200);
    world.settle().await;
    assert_eq!(account(&market, "provider_clearing").await, 900);
    assert_eq!(world.dead_letters().await.len(), 0);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_provider_did_not_sign_is_refused_and_not_stored() {
    let (world, market, sue, bob) = sale().await;
    let checkout = buy(&bob, json!([line(&sue.sell("Bell", 900, 3).await, 1)]), "k").await;
    let provider = Provider::new(&world, &market).await;
    let body = json!({ "id": "evt_1", "report": succeeded(&checkout) }).to_string();
    let good = provider.sign(&body, now());
    let forged = [
        String::new(),
        "t=1,v1=x".to_owned(),
        provider.sign(&body, now() - 400),
        provider.sign(&body, now() + 400),
        provider.sign(&format!("{body} "), now()),
        provider.sign_for("", &body, now()),
        format!("t={},{}", now() + 5, good.split_once(',').unwrap().1),
    ];
    for signature in forged {
        provider.send(&world, &body, &signature).await.expect_problem(400, "signature_invalid");
    }
    let path = format!("/v1/webhooks/sandbox/{}", provider.marketplace);
    let unsigned = world.anybody().send_raw(hyper::Method::POST, &path, &[], body.clone().into()).await;
    unsigned.expect_problem(400, "signature_invalid");
    world.settle().await;
    assert_eq!(payment(&bob, &checkout).await["status"], "pending");
    // Nothing was stored under this id, so the genuine report takes effect.
    provider.send(&world, &body, &good).await.expect(200);
    until_payment(&bob, &checkout, "captured").await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_body_that_is_no_report_is_refused() {
    let (world, market, ..) = sale().await;
    let provider = Provider::new(&world, &market).await;
    provider.report(&world, "evt_1", json!({ "type": "unknown" })).await.expect_problem(422, "invalid");
    provider
        .report(&world, "a#b", json!({ "type": "payout.paid", "payout": "pot_01jd0000000000000000000000" }))
        .await
        .expect_invalid("id");
    let text = "not json";
    provider.send(&world, text, &provider.sign(text, now())).await.expect_problem(400, "body_not_json");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_for_a_marketplace_that_is_not_there_is_not_found() {
    let (world, market, sue, bob) = sale().await;
    let checkout = buy(&bob, json!([line(&sue.sell("Bell", 900, 3).await, 1)]), "k").await;
    let provider = Provider::new(&world, &market).await;
    let body = json!({ "id": "evt_1", "report": succeeded(&checkout) }).to_string();
    for id in ["mkt_01jd0000000000000000000000", "nonsense"] {
        let signature = provider.sign_for(id, &body, now());
        provider.send_to(&world, id, &body, &signature).await.expect_problem(404, "not_found");
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_that_was_signed_for_one_marketplace_is_refused_by_another() {
    let (world, market, sue, bob) = sale().await;
    let books = Provider::new(&world, &world.market("books").await).await;
    let checkout = buy(&bob, json!([line(&sue.sell("Bell", 900, 3).await, 1)]), "k").await;
    let bikes = Provider::new(&world, &market).await;
    let body = json!({ "id": "evt_1", "report": succeeded(&checkout) }).to_string();
    let signature = books.sign(&body, now());
    bikes.send(&world, &body, &signature).await.expect_problem(400, "signature_invalid");
    // The signature is valid for the other marketplace, and there the report does not affect a payment of this one.
    books.send(&world, &body, &signature).await.expect(200);
    assert_eq!(payment(&bob, &checkout).await["status"], "pending");
    bikes.send(&world, &body, &bikes.sign(&body, now())).await.expect(200);
    until_payment(&bob, &checkout, "captured").await;
    world.stop().await;
}
