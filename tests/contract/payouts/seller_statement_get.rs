use crate::{
    ledger::verifications::verify,
    money::{earn, today},
    orders::{euros, sale},
};
use serde_json::{Value, json};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_goes_from_what_was_owed_to_what_is_owed() {
    let (world, market, sue, bob) = sale().await;
    let path = format!("/v1/sellers/{}/statement", sue.seller);
    let empty = sue.client.get(&path).await.expect(200).json;
    assert_eq!(
        (&empty["opening_balance"], &empty["closing_balance"], &empty["data"]),
        (&euros(0), &euros(0), &json!([]))
    );
    earn(&sue, &bob, 1000, "1").await;
    earn(&sue, &bob, 500, "2").await;
    let first = today(&world, &market).await;
    // A month and some days later.
    world.advance(Duration::from_secs(40 * 86_400)).await;
    let (sue, bob) = (sue.again(&market).await, bob.again(&market).await);
    let admin = market.admin.again(&market).await;
    earn(&sue, &bob, 100, "3").await;
    admin.client.clone().key("run").post("/v1/payout-runs", json!({})).await.expect(202);
    world.settle().await;
    let last = today(&world, &market).await;

    let read = async |query: &str| sue.client.get(&format!("{path}?{query}")).await.expect(200).json;
    let whole = read(&format!("from={first}&to={last}")).await;
    let line = |line: &Value| (line["kind"].clone(), line["amount"].clone(), line["balance"].clone());
    let lines: Vec<_> = whole["data"].as_array().unwrap().iter().map(line).collect();
    let release = |amount, balance| (json!("release"), euros(amount), euros(balance));
    assert_eq!(
        lines,
        [release(900, 900), release(450, 1350), release(90, 1440), (json!("payout"), euros(-1440), euros(0))]
    );
    assert_eq!((&whole["opening_balance"], &whole["closing_balance"]), (&euros(0), &euros(0)));
    // The days after the sales of the first: the opening balance is what was owed then.
    let rest = read(&format!("to={last}")).await;
    assert_eq!((&rest["opening_balance"], rest["data"].as_array().unwrap().len()), (&euros(1350), 2));
    let before = read(&format!("from={first}&to={first}")).await;
    assert_eq!((&before["opening_balance"], &before["closing_balance"]), (&euros(0), &euros(1350)));

    // From page to page the balance continues.
    let mut query = format!("from={first}&to={last}&limit=1");
    let mut paged = vec![];
    loop {
        let page = read(&query).await;
        paged.extend(page["data"].as_array().unwrap().iter().map(line));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        query = format!("from={first}&to={last}&limit=1&cursor={cursor}");
        let other = format!("{path}?from={last}&to={last}&cursor={cursor}");
        sue.client.get(&other).await.expect_invalid("cursor");
    }
    assert_eq!(paged, lines);

    let file = sue.client.get(&format!("{path}?from={first}&to={last}&format=csv")).await.expect(200);
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8; header=present");
    let rows: Vec<_> = file.text.trim_end().split("\r\n").collect();
    assert_eq!(rows[0], "date,kind,subject,journal,amount,balance,currency");
    assert_eq!(rows[1], format!("{first}T00:00:00.000Z,opening_balance,,,,0.00,EUR"));
    assert!(rows[2].contains(",release,ord_") && rows[2].ends_with(",9.00,9.00,EUR"), "{}", rows[2]);
    assert!(rows[5].contains(",payout,pot_") && rows[5].ends_with(",-14.40,0.00,EUR"), "{}", rows[5]);
    assert!(rows[6].contains(",closing_balance,,,,0.00,EUR"), "{}", rows[6]);
    assert_eq!(rows.len(), 7);
    // Another currency has another ledger.
    assert_eq!(read(&format!("from={first}&to={last}&currency=USD")).await["data"], json!([]));

    bob.client.get(&path).await.expect_problem(404, "not_found");
    admin.client.get(&path).await.expect(200);
    sue.client.get(&format!("{path}?currency=euro")).await.expect_invalid("currency");
    assert_eq!(verify(&admin.client, "v").await["status"], "agrees");
    world.stop().await;
}
