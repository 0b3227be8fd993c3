use crate::{
    money::{earn, today},
    orders::{account, euros, sale, text},
};
use serde_json::json;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn what_the_marketplace_earned_is_told_by_day_and_by_month() {
    let (world, market, sue, bob) = sale().await;
    let path = "/v1/fee-revenue";
    let none = market.admin.client.get(path).await.expect(200).json;
    assert_eq!((&none["data"], &none["total"]), (&json!([]), &json!([])));
    let order = earn(&sue, &bob, 1000, "1").await;
    earn(&sue, &bob, 500, "2").await;
    let first = today(&world, &market).await;
    // Two days later a part is refunded, and the commission with it.
    world.advance(Duration::from_secs(2 * 86_400)).await;
    let admin = market.admin.again(&market).await;
    let refund = json!({ "amount": euros(500), "reason": "=1+1" });
    admin.client.clone().key("r").post(&format!("/v1/orders/{}/refunds", text(&order)), refund).await.expect(201);
    world.settle().await;
    let last = today(&world, &market).await;
    let span = format!("from={first}&to={last}");

    let days = admin.client.get(&format!("{path}?{span}")).await.expect(200).json;
    let expected = json!([{ "period": first, "revenue": euros(150) }, { "period": last, "revenue": euros(-50) }]);
    assert_eq!((&days["data"], &days["total"]), (&expected, &json!([euros(100)])));
    assert_eq!(account(&market, "platform_fee").await, -100);
    let months = admin.client.get(&format!("{path}?{span}&by=month")).await.expect(200).json;
    let sum: i64 = months["data"].as_array().unwrap().iter().map(|m| m["revenue"]["amount"].as_i64().unwrap()).sum();
    assert_eq!((sum, text(&months["data"][0]["period"])), (100, first.get(..7).unwrap()));
    let one = admin.client.get(&format!("{path}?from={last}&to={last}")).await.expect(200).json;
    assert_eq!(one["data"], json!([{ "period": last, "revenue": euros(-50) }]));

    let file = admin.client.get(&format!("{path}?{span}&format=csv")).await.expect(200);
    assert_eq!(file.text, format!("period,revenue,currency\r\n{first},1.50,EUR\r\n{last},-0.50,EUR\r\n"));
    for (query, field) in [("from=x", "from"), ("from=2026-02-02&to=2026-02-01", "to"), ("by=week", "by")] {
        admin.client.get(&format!("{path}?{query}")).await.expect_invalid(field);
    }
    admin.client.get(&format!("{path}?from=2024-01-01&to=2026-01-01")).await.expect_invalid("from");
    world.stop().await;
}
