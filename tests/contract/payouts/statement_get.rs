use crate::{
    money::{earn, pay_out, payouts},
    orders::{euros, sale, text},
};
use serde_json::{Value, json};

fn lines(statement: &Value) -> Vec<(Value, Value, Value)> {
    let line = |line: &Value| (line["kind"].clone(), line["amount"].clone(), line["balance"].clone());
    statement["data"].as_array().unwrap().iter().map(line).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_entry_is_part_of_the_statement_of_one_payout() {
    let (world, market, sue, bob) = sale().await;
    let admin = &market.admin.client;
    let first = earn(&sue, &bob, 1000, "1").await;
    earn(&sue, &bob, 500, "2").await;
    pay_out(&world, &market, "1").await;
    // The money that was paid out is refunded to the buyer: the next payout begins with what the shop owes.
    admin.clone().key("r").post(&format!("/v1/orders/{}/refunds", text(&first)), json!({})).await.expect(201);
    world.settle().await;
    for (cents, key) in [(700, "3"), (800, "4")] {
        earn(&sue, &bob, cents, key).await;
    }
    pay_out(&world, &market, "2").await;
    let of = |place: usize| {
        let sue = &sue;
        async move { format!("/v1/payouts/{}/statement", text(&payouts(sue).await[place]["id"])) }
    };
    let (newest, oldest) = (of(0).await, of(1).await);

    let entry = |kind: &str, amount, balance| (json!(kind), euros(amount), euros(balance));
    let statement = sue.client.get(&oldest).await.expect(200).json;
    assert_eq!(lines(&statement), [entry("release", 900, 900), entry("release", 450, 1350), entry("payout", -1350, 0)]);
    assert_eq!((&statement["since"], &statement["opening_balance"]), (&Value::Null, &euros(0)));
    assert_eq!((&statement["closing_balance"], &statement["payout"]["amount"]), (&euros(0), &euros(1350)));

    let statement = sue.client.get(&newest).await.expect(200).json;
    let expected = [
        entry("refund", -900, -900),
        entry("release", 630, -270),
        entry("release", 720, 450),
        entry("payout", -450, 0),
    ];
    assert_eq!(lines(&statement), expected);
    assert_eq!((&statement["opening_balance"], &statement["payout"]["amount"]), (&euros(0), &euros(450)));
    assert_eq!(statement["since"], payouts(&sue).await[1]["created_at"]);

    // Page by page, and as a CSV file.
    let page = admin.get(&format!("{newest}?limit=3")).await.expect(200).json;
    assert_eq!(lines(&page), expected[..3]);
    let cursor = text(&page["next_cursor"]);
    assert_eq!(lines(&admin.get(&format!("{newest}?cursor={cursor}")).await.expect(200).json), expected[3..]);
    admin.get(&format!("{oldest}?cursor={cursor}")).await.expect_invalid("cursor");
    let file = sue.client.get(&format!("{newest}?format=csv")).await.expect(200);
    let rows: Vec<_> = file.text.trim_end().split("\r\n").collect();
    assert_eq!(rows.len(), 7);
    assert!(rows[1].contains("opening_balance") && rows[6].ends_with("closing_balance,,,,0.00,EUR"), "{rows:?}");

    for person in [&bob, &market.seller("sam").await] {
        person.client.get(&newest).await.expect_problem(404, "not_found");
    }
    sue.client.get("/v1/payouts/pot_00000000000000000000000000/statement").await.expect_problem(404, "not_found");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_held_is_carried_into_the_next_one() {
    let (world, market, sue, bob) = sale().await;
    let held =
        |days| json!({ "payouts": { "schedule": { "kind": "manual" }, "minimum": euros(0), "hold_days": days } });
    earn(&sue, &bob, 1000, "1").await;
    world.advance(std::time::Duration::from_secs(8 * 86_400)).await;
    let (sue, bob) = (sue.again(&market).await, bob.again(&market).await);
    let admin = market.admin.again(&market).await;
    admin.client.patch("/v1/marketplace", held(7)).await.expect(200);
    earn(&sue, &bob, 500, "2").await;
    admin.client.clone().key("run").post("/v1/payout-runs", json!({})).await.expect(202);
    world.settle().await;
    let id = payouts(&sue).await[0]["id"].clone();
    let statement = sue.client.get(&format!("/v1/payouts/{}/statement", text(&id))).await.expect(200).json;
    assert_eq!((&statement["payout"]["amount"], &statement["closing_balance"]), (&euros(900), &euros(450)));
    world.stop().await;
}
