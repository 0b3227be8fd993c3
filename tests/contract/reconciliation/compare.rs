use crate::{
    money::{Provider, earn, items, pay_out, payouts, put_item, succeeded, today},
    orders::{buy, euros, line, paid, sale, text},
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, time::Duration};
use tradewind_tests::{Client, World, eventually};

/// Reconciles a day, and waits until that is done.
pub async fn reconcile(admin: &Client, day: &str, key: &str) -> Value {
    let begun = admin.clone().key(key).post("/v1/reconciliations", json!({ "day": day })).await.expect(202);
    assert_eq!((&begun.json["status"], &begun.json["day"]), (&json!("running"), &json!(day)));
    let path = begun.header("location");
    eventually("the reconciliation ends", || async {
        let read = admin.get(&path).await.expect(200).json;
        (read["status"] == "done").then_some(read)
    })
    .await
}

pub async fn findings(admin: &Client, status: &str) -> Vec<Value> {
    let path = format!("/v1/reconciliation-findings?limit=100&status={status}");
    admin.get(&path).await.expect(200).json["data"].as_array().unwrap().clone()
}

/// Lets an hour pass, after which earlier events count as settled. Returns the administrator, logged in again.
pub async fn later(world: &World, market: &tradewind_tests::Market) -> Client {
    world.settle().await;
    world.advance(Duration::from_secs(3_700)).await;
    market.admin.again(market).await.client
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clean_day_has_no_findings() {
    let (world, market, sue, bob) = sale().await;
    let day = today(&world, &market).await;
    earn(&sue, &bob, 1000, "1").await;
    let order = paid(&bob, &sue.sell("Lamp", 700, 3).await, "2").await;
    let refund = json!({ "amount": euros(200) });
    let refunds = format!("/v1/orders/{}/refunds", text(&order));
    market.admin.client.clone().key("r").post(&refunds, refund).await.expect(201);
    pay_out(&world, &market, "run").await;

    // Nothing is judged within the hour.
    let young = reconcile(&market.admin.client, &day, "young").await;
    assert_eq!((&young["transactions"], &young["journals"], &young["findings"]), (&json!(0), &json!(0), &json!(0)));
    assert_eq!(young["young"], 8);
    let admin = later(&world, &market).await;
    let done = reconcile(&admin, &day, "done").await;
    // Two charges, a refund and a payout.
    assert_eq!((&done["transactions"], &done["journals"], &done["young"]), (&json!(4), &json!(4), &json!(0)));
    assert_eq!((&done["findings"], findings(&admin, "open").await.len()), (&json!(0), 0));
    assert_eq!(world.dead_letters().await.len(), 0);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_difference_is_found_once_and_stays_resolved() {
    let (world, market, sue, bob) = sale().await;
    let day = today(&world, &market).await;
    let mut payments = vec![];
    for n in 0..5 {
        let checkout = buy(&bob, json!([line(&sue.sell("Bell", 1000, 1).await, 1)]), &n.to_string()).await;
        bob.pay(&checkout).await;
        payments.push(text(&checkout["payment"]["id"]).to_owned());
    }
    world.settle().await;
    let own = async |payment: &str| {
        let all = items(&world, "#sandbox#").await;
        all.into_iter().find(|item| item["card"]["M"]["subject"]["S"] == payment).unwrap()
    };
    let change = |mut item: Value, name: &str, value: Value| {
        item["card"]["M"][name] = value.clone();
        item[name] = value;
        item
    };
    let money = |amount: &str, code: &str| json!({ "M": { "amount": { "N": amount }, "currency": { "S": code } } });
    // The provider moved a different amount, and a different currency.
    put_item(&world, change(own(&payments[1]).await, "amount", money("999", "EUR"))).await;
    put_item(&world, change(own(&payments[2]).await, "amount", money("1000", "USD"))).await;
    // It charged one buyer twice, and one who is unknown to us.
    let first = own(&payments[3]).await;
    let again = |suffix: &str| {
        let mut item = change(first.clone(), "id", json!({ "S": format!("txn_{suffix}") }));
        item["pk"]["S"] = json!(format!("{}_{suffix}", text(&first["pk"]["S"])));
        item["gsi1sk"]["S"] = json!(format!("{}_{suffix}", text(&first["gsi1sk"]["S"])));
        item
    };
    put_item(&world, change(again("zz"), "created_at", json!({ "S": format!("{day}T23:59:59.999Z") }))).await;
    let unknown = "pay_01jd0000000000000000000000";
    put_item(&world, change(again("unknown"), "subject", json!({ "S": unknown }))).await;
    // And somebody reported a charge that it never made.
    let checkout = buy(&bob, json!([line(&sue.sell("Bell", 1000, 1).await, 1)]), "forged").await;
    Provider::new(&world, &market).await.report(&world, "evt_1", succeeded(&checkout)).await.expect(200);

    world.settle().await;
    // A day, and the hour in which nothing is judged: the last moment of the day may have been a minute ago.
    world.advance(Duration::from_secs(86_400 + 3_700)).await;
    let admin = market.admin.again(&market).await.client;
    let done = reconcile(&admin, &day, "1").await;
    assert_eq!(done["findings"], 5, "{done}");
    let found = findings(&admin, "open").await;
    let by_kind: BTreeMap<_, _> = found.iter().map(|f| (text(&f["kind"]), text(&f["subject"]))).collect();
    let expected = BTreeMap::from([
        ("amount_differs", payments[1].as_str()),
        ("currency_differs", payments[2].as_str()),
        ("duplicate", payments[3].as_str()),
        ("missing_at_provider", text(&checkout["payment"]["id"])),
        ("missing_in_ledger", unknown),
    ]);
    assert_eq!((by_kind, found.len()), (expected, 5));
    let of = |kind: &str| found.iter().find(|f| f["kind"] == kind).unwrap();
    assert_eq!(of("amount_differs")["at_provider"], euros(999));
    assert_eq!(of("amount_differs")["in_ledger"], euros(1000));
    assert_eq!(
        (&of("duplicate")["provider_id"], &of("duplicate")["transaction"]),
        (&json!("txn_zz"), &json!("charge"))
    );

    // The administrator is notified of all of them in one e-mail.
    world.settle().await;
    let told = async || {
        let mails = world.mails_to(&market.admin.email).await;
        mails.into_iter().filter(|mail| mail.0.contains("does not agree with the payment provider")).collect::<Vec<_>>()
    };
    let letters = told().await;
    assert!(letters.len() == 1 && letters[0].0.ends_with(&day), "{letters:?}");
    for named in [
        "found 5 differences",
        &format!("{}, charge: the amounts differ: 9.99 EUR at the provider, 10.00 EUR in the ledger", payments[1]),
        &format!("{unknown}, charge: it is not in the ledger"),
        text(&done["id"]),
    ] {
        assert!(letters[0].1.contains(named), "{named}\n{}", letters[0].1);
    }

    // One is resolved. The same day again gives the same findings, and reopens none.
    let path = format!("/v1/reconciliation-findings/{}/resolve", text(&of("duplicate")["id"]));
    admin.post(&path, json!({ "note": "" })).await.expect_invalid("note");
    let resolved = admin.post(&path, json!({ "note": "The second charge was given back." })).await.expect(200).json;
    assert_eq!(
        (&resolved["status"], &resolved["resolution"]["note"]),
        (&json!("resolved"), &json!("The second charge was given back."))
    );
    admin.post(&path, json!({ "note": "again" })).await.expect_problem(409, "finding_resolved");
    assert_eq!(reconcile(&admin, &day, "2").await["findings"], 5);
    assert_eq!((findings(&admin, "open").await.len(), findings(&admin, "resolved").await.len()), (4, 1));
    world.settle().await;
    assert_eq!(told().await.len(), 1, "what was found before is not told again");

    // Other marketplaces see nothing of it, and neither do sellers.
    let other = world.market("books").await.admin.client;
    assert_eq!(findings(&other, "open").await.len(), 0);
    other.post(&path, json!({ "note": "mine" })).await.expect_problem(404, "not_found");
    admin.get("/v1/reconciliation-findings?status=x").await.expect_invalid("status");
    admin.clone().key("f").post("/v1/reconciliations", json!({ "day": "2999-01-01" })).await.expect_invalid("day");
    assert_eq!(world.dead_letters().await.len(), 0);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_night_reconciles_the_day_before_in_every_marketplace_once() {
    let (world, market, sue, bob) = sale().await;
    world.market("books").await;
    // A payout that comes back although the provider never reported that it was sent.
    earn(&sue, &bob, 1000, "1").await;
    pay_out(&world, &market, "run").await;
    let failed = json!({ "type": "payout.failed", "payout": payouts(&sue).await[0]["id"], "reason": "account_closed" });
    Provider::new(&world, &market).await.report(&world, "evt_1", failed).await.expect(200);
    world.settle().await;
    world.advance(Duration::from_secs(86_400)).await;
    assert_eq!(world.run("reconciliation-nightly").await, 2);
    assert_eq!(world.run("reconciliation-nightly").await, 0);
    world.settle().await;
    let admin = market.admin.again(&market).await.client;
    let found = findings(&admin, "open").await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(
        (&found[0]["kind"], &found[0]["transaction"]),
        (&json!("missing_at_provider"), &json!("payout_returned"))
    );
    let mails = world.mails_to(&market.admin.email).await;
    let told = mails.iter().filter(|mail| mail.0.contains("does not agree with the payment provider"));
    assert_eq!(told.map(|mail| mail.1.contains("found 1 difference ")).collect::<Vec<_>>(), [true]);
    assert_eq!(world.dead_letters().await.len(), 0);
    world.stop().await;
}
