//! The money of a marketplace with three currencies: each has its own sales, fees, payouts, debts and books.

use crate::{
    ledger::verifications::verify,
    money::{confirm, pay_out, payouts, today},
    orders::{buy, currencies::sale, euros, line, of_currency as of, shipment, step, text, until},
    reconciliation::compare,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tradewind_tests::{Market, Person, World, eventually};

/// Sells one thing at this price and completes the order; returns the order's id.
pub async fn earn_in(seller: &Person, buyer: &Person, price: Value, key: &str) -> Value {
    let listing = seller.sell_for("Bell", price, 1).await;
    let checkout = buy(buyer, json!([line(&listing, 1)]), key).await;
    buyer.pay(&checkout).await;
    let id = checkout["orders"][0]["id"].clone();
    until(buyer, &id, "paid").await;
    step(seller, &id, json!({ "transition": "ship", "shipment": shipment() })).await.expect(200);
    step(buyer, &id, json!({ "transition": "complete" })).await.expect(200);
    id
}

/// What a shop is owed in each currency.
pub async fn owed(seller: &Person) -> Vec<Value> {
    let read = seller.client.get(&format!("/v1/sellers/{}/balance", seller.seller)).await.expect(200).json;
    assert_eq!(read["owed"], read["balances"][0]["owed"], "{read}");
    read["balances"].as_array().unwrap().iter().map(|balance| balance["owed"].clone()).collect()
}

/// The amounts that were paid out to a shop, oldest first.
pub async fn sent(seller: &Person) -> Vec<Value> {
    let mut all: Vec<_> = payouts(seller).await.iter().map(|payout| payout["amount"].clone()).collect();
    all.sort_by_key(|amount| (amount["currency"].to_string(), amount["amount"].as_i64()));
    all
}

/// The balance of an account in each currency, after a check that each sums to zero.
async fn books(market: &Market, account: &str) -> Vec<Value> {
    let admin = Person::log_in(&market.anybody(), &market.admin.email).await;
    let trial = admin.client.get("/v1/trial-balance").await.expect(200).json;
    let of = |ledger: &Value| {
        assert_eq!(ledger["sum"]["amount"], 0, "{trial}");
        assert_eq!(ledger["sum"]["currency"], ledger["currency"], "{trial}");
        let found = ledger["accounts"].as_array().unwrap().iter().find(|a| a["account"] == account).unwrap();
        found["balance"].clone()
    };
    trial["currencies"].as_array().unwrap().iter().map(of).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sale_in_each_currency_has_its_own_fee_payout_statement_and_books() {
    let (world, market, sue, bob) = sale().await;
    let day = today(&world, &market).await;
    earn_in(&sue, &bob, euros(1_999), "1").await;
    earn_in(&sue, &bob, of(1_501, "JPY"), "2").await;
    earn_in(&sue, &bob, of(12_345, "KWD"), "3").await;
    // A tenth is 199.9, 150.1 and 1234.5 minor units, each rounded on its own.
    let earned = [euros(1_799), of(1_351, "JPY"), of(11_110, "KWD")];
    let fees = json!([euros(200), of(150, "JPY"), of(1_235, "KWD")]);
    assert_eq!(owed(&sue).await, earned);
    assert_eq!(market.admin.client.get("/v1/fee-revenue").await.expect(200).json["total"], fees);
    assert_eq!(books(&market, "seller_payable").await, [euros(-1_799), of(-1_351, "JPY"), of(-11_110, "KWD")]);

    pay_out(&world, &market, "run").await;
    pay_out(&world, &market, "again").await;
    assert_eq!(sent(&sue).await, earned);
    assert_eq!(owed(&sue).await, [euros(0), of(0, "JPY"), of(0, "KWD")]);
    assert_eq!(books(&market, "seller_payable").await, [euros(0), of(0, "JPY"), of(0, "KWD")]);
    assert_eq!(json!(books(&market, "provider_clearing").await), fees);

    let statement = format!("/v1/sellers/{}/statement?from={day}", sue.seller);
    for earned in &earned {
        let currency = text(&earned["currency"]);
        let read = sue.client.get(&format!("{statement}&currency={currency}")).await.expect(200).json;
        let zero = of(0, currency);
        assert_eq!((&read["opening_balance"], &read["closing_balance"]), (&zero, &zero));
        let lines: Vec<_> =
            read["data"].as_array().unwrap().iter().map(|l| (text(&l["kind"]), &l["balance"])).collect();
        assert_eq!(lines, [("release", earned), ("payout", &zero)], "{currency}");
    }
    let file = sue.client.get(&format!("{statement}&currency=KWD&format=csv")).await.expect(200).text;
    assert!(file.contains(",11.110,11.110,KWD") && !file.contains("EUR"), "{file}");
    let file = sue.client.get(&format!("{statement}&currency=JPY&format=csv")).await.expect(200).text;
    assert!(file.contains(",1351,1351,JPY"), "{file}");

    assert_eq!(verify(&market.admin.client, "v").await["status"], "agrees");
    let admin = compare::later(&world, &market).await;
    let done = compare::reconcile(&admin, &day, "r").await;
    assert_eq!((&done["transactions"], &done["journals"], &done["findings"]), (&json!(6), &json!(6), &json!(0)));
    assert_eq!(world.dead_letters().await.len(), 0);
    world.stop().await;
}

async fn refund(market: &Market, order: &Value, key: &str, body: Value) {
    let path = format!("/v1/orders/{}/refunds", text(order));
    market.admin.client.clone().key(key).post(&path, body).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_owed_in_one_currency_never_makes_up_for_another() {
    let (world, market, sue, bob) = sale().await;
    let in_yen = earn_in(&sue, &bob, of(1_500, "JPY"), "1").await;
    earn_in(&sue, &bob, euros(1_000), "2").await;
    pay_out(&world, &market, "1").await;
    assert_eq!(sent(&sue).await, [euros(900), of(1_350, "JPY")]);

    // After the payout, a refund in yen becomes Sue's debt in yen. She can only refund herself with a balance in the order's currency.
    earn_in(&sue, &bob, euros(2_000), "3").await;
    let path = format!("/v1/orders/{}/refunds", text(&in_yen));
    let own = sue.client.clone().key("own").post(&path, json!({ "amount": of(100, "JPY") })).await;
    own.expect_problem(409, "seller_balance_too_low");
    let euro = json!({ "amount": euros(100) });
    sue.client.clone().key("euro").post(&path, euro).await.expect_invalid("amount");
    refund(&market, &in_yen, "r", json!({})).await;
    world.settle().await;
    assert_eq!(owed(&sue).await, [euros(1_800), of(-1_350, "JPY")]);
    assert_eq!(books(&market, "platform_fee").await, [euros(-300), of(0, "JPY")]);
    pay_out(&world, &market, "2").await;
    assert_eq!(sent(&sue).await, [euros(900), euros(1_800), of(1_350, "JPY")]);
    assert_eq!(owed(&sue).await, [euros(0), of(-1_350, "JPY")]);

    // Later sales in yen make up for it, and nothing else does.
    earn_in(&sue, &bob, of(2_000, "JPY"), "4").await;
    pay_out(&world, &market, "3").await;
    assert_eq!(sent(&sue).await, [euros(900), euros(1_800), of(450, "JPY"), of(1_350, "JPY")]);
    assert_eq!(owed(&sue).await, [euros(0), of(0, "JPY")]);
    assert_eq!(books(&market, "refunds").await, [euros(0), of(0, "JPY")]);
    world.advance(std::time::Duration::from_secs(180)).await;
    assert_eq!(verify(&market.admin.client, "v").await["status"], "agrees");
    assert_eq!(world.dead_letters().await.len(), 0);
    world.stop().await;
}

/// Buys with a card whose payment is then disputed, and waits until the dispute is open.
async fn disputed(world: &World, market: &Market, sue: &Person, bob: &Person, price: Value) -> Value {
    let checkout = buy(bob, json!([line(&sue.sell_for("Bell", price, 1).await, 1)]), "disputed").await;
    confirm(bob, &checkout, json!({ "card": "4000000000000259" })).await.expect(202);
    let dispute = eventually("the dispute", || async {
        let list = market.admin.client.get("/v1/disputes").await.expect(200).json;
        list["data"].as_array().unwrap().first().cloned()
    })
    .await;
    world.settle().await;
    dispute
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dispute_in_one_currency_leaves_the_others_alone() {
    let (world, market, sue, bob) = sale().await;
    earn_in(&sue, &bob, euros(1_000), "1").await;
    let dispute = disputed(&world, &market, &sue, &bob, of(5_000, "KWD")).await;
    assert_eq!(dispute["amount"], of(5_000, "KWD"));
    assert_eq!(books(&market, "disputes").await, [euros(0), of(5_000, "KWD")]);
    assert_eq!((owed(&sue).await, books(&market, "escrow").await[0].clone()), (vec![euros(900)], euros(0)));
    let evidence = format!("/v1/disputes/{}/evidence", text(&dispute["id"]));
    sue.client.post(&evidence, json!({ "text": "losing_evidence" })).await.expect(201);
    world.settle().await;
    assert_eq!(market.admin.client.get("/v1/disputes").await.json["data"][0]["status"], "lost");
    assert_eq!(books(&market, "escrow").await, [euros(0), of(0, "KWD")]);
    assert_eq!(books(&market, "provider_clearing").await[0], euros(1_000));
    pay_out(&world, &market, "run").await;
    assert_eq!(sent(&sue).await, [euros(900)]);
    assert_eq!(world.dead_letters().await.len(), 0);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_currency_has_its_own_minimum_and_hold() {
    let (world, market, sue, bob) = sale().await;
    let set = async |minimum: Value, hold_days: u16| {
        let payouts = json!({ "schedule": { "kind": "manual" }, "minimum": minimum, "hold_days": hold_days });
        market.admin.client.patch("/v1/marketplace", json!({ "payouts": payouts })).await
    };
    set(of(1, "USD"), 0).await.expect_invalid("payouts.minimum.currency");
    set(json!([euros(1), euros(2)]), 0).await.expect_invalid("payouts.minimum[1].currency");
    set(json!([euros(1), of(-1, "JPY")]), 0).await.expect_invalid("payouts.minimum[1].amount");
    let minimum = json!([euros(1_000), of(1_000, "JPY")]);
    let told = set(minimum.clone(), 0).await.expect(200).json;
    assert_eq!(told["payouts"]["minimum"], minimum);
    earn_in(&sue, &bob, euros(1_100), "1").await;
    earn_in(&sue, &bob, of(1_200, "JPY"), "2").await;
    earn_in(&sue, &bob, of(10, "KWD"), "3").await;
    pay_out(&world, &market, "1").await;
    assert_eq!(sent(&sue).await, [of(1_080, "JPY"), of(9, "KWD")]);
    assert_eq!(owed(&sue).await, [euros(990), of(0, "JPY"), of(0, "KWD")]);

    // Money that was only just released is held back, in its own currency.
    set(euros(0), 3).await.expect(200);
    world.advance(std::time::Duration::from_secs(4 * 86_400)).await;
    let again = async |person: &Person| {
        let fresh = Person::log_in(&market.anybody(), &person.email).await;
        Person { seller: person.seller.clone(), ..fresh }
    };
    let (sue, bob, admin) = (again(&sue).await, again(&bob).await, again(&market.admin).await);
    earn_in(&sue, &bob, of(2_000, "JPY"), "4").await;
    let id = market.anybody().get("/v1/marketplace").await.expect(200).json["id"].clone();
    let fresh = sue.client.clone().at(text(&id));
    let read = fresh.get(&format!("/v1/sellers/{}/balance", sue.seller)).await.expect(200).json;
    let held: BTreeMap<_, _> = read["balances"]
        .as_array()
        .unwrap()
        .iter()
        .map(|b| (text(&b["owed"]["currency"]), (b["owed"]["amount"].as_i64(), b["available"].clone())))
        .collect();
    assert_eq!(held["JPY"], (Some(1_800), of(0, "JPY")));
    assert_eq!((&held["EUR"], &held["KWD"]), (&(Some(990), euros(990)), &(Some(0), of(0, "KWD"))));
    admin.client.clone().key("2").post("/v1/payout-runs", json!({})).await.expect(202);
    world.settle().await;
    assert_eq!(sent(&sue).await, [euros(990), of(1_080, "JPY"), of(9, "KWD")]);
    world.stop().await;
}
