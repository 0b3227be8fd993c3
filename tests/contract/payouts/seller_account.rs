use crate::{
    money::{earn, owed, pay_out, payouts},
    orders::sale,
};
use serde_json::{Value, json};
use tradewind_tests::Person;

pub fn path(seller: &Person) -> String {
    format!("/v1/sellers/{}/payout-account", seller.seller)
}

pub fn body(more: Value) -> Value {
    let mut body = json!({ "country": "DE", "return_url": "https://shop.example/paid", "refresh_url": "https://shop.example/again" });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sandbox_opens_an_account_at_once() {
    let (world, market, sue, bob) = sale().await;
    sue.client.get(&path(&sue)).await.expect_problem(404, "not_found");
    let opened = sue.client.post(&path(&sue), body(json!({}))).await.expect(200).json;
    assert_eq!((&opened["provider"], &opened["payouts_enabled"]), (&json!("sandbox"), &json!(true)));
    assert!(opened.get("onboarding_url").is_none(), "{opened}");
    for reader in [&sue, &market.admin] {
        let read = reader.client.get(&path(&sue)).await.expect(200).json;
        assert_eq!(read["seller"], json!(sue.seller));
    }
    bob.client.get(&path(&sue)).await.expect_problem(404, "not_found");
    bob.client.post(&path(&sue), body(json!({}))).await.expect_problem(404, "not_found");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_named() {
    let (world, _, sue, _) = sale().await;
    let refused = [
        (json!({ "country": "Germany" }), "country"),
        (json!({ "return_url": "http://shop.example" }), "return_url"),
        (json!({ "refresh_url": "" }), "refresh_url"),
    ];
    for (wrong, field) in refused {
        sue.client.post(&path(&sue), body(wrong)).await.expect_invalid(field);
    }
    sue.client.post(&path(&sue), body(json!({ "test_bank": "burns" }))).await.expect(422);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bank_that_sends_payouts_back_leaves_the_seller_owed() {
    for (bank, reason) in [("refuses", "account_closed"), ("returns_later", "returned_by_bank")] {
        let (world, market, sue, bob) = sale().await;
        sue.client.post(&path(&sue), body(json!({ "test_bank": bank }))).await.expect(200);
        earn(&sue, &bob, 1_000, "one").await;
        pay_out(&world, &market, "run").await;
        assert_eq!(owed(&sue).await, 900, "{bank}");
        let payout = &payouts(&sue).await[0];
        assert_eq!((&payout["status"], &payout["reason"]), (&json!("failed"), &json!(reason)));
        assert_eq!(world.dead_letters().await.len(), 0);
        world.stop().await;
    }
}
