//! The second part of the story: what goes wrong in a shop, and how the books reflect it.

use super::{Actor, Stage, money, text, until, until_status};
use serde_json::{Value, json};

/// The people in this part.
pub(super) struct Cast<'a> {
    pub admin: &'a Actor<'a>,
    pub seller: &'a Actor<'a>,
    pub buyer: &'a Actor<'a>,
    pub shop: &'a Value,
    pub listing: &'a Value,
}

/// Plays this part. `sold` is the order of the first part, which was completed and paid out.
pub(super) async fn play(cast: &Cast<'_>, sold: &Value, stage: &Stage<'_>) -> Result<(), String> {
    let (listing, variant) = (text(&cast.listing["id"]), text(&cast.listing["variants"][0]["id"]));
    let path = format!("/v1/listings/{listing}/variants/{variant}/stock");
    cast.seller.send(hyper::Method::PUT, &path, json!({ "available": 10 }), 200).await?;
    let order = a_part_goes_back(cast, stage).await?;
    a_report_is_settled(cast, &order, stage).await?;
    clawback(cast, sold, stage).await
}

/// Two units are bought and paid, and one is refunded before the seller has received any money.
async fn a_part_goes_back(cast: &Cast<'_>, stage: &Stage<'_>) -> Result<Value, String> {
    let order = bought(&cast.buyer.in_chapter("a part goes back"), cast.listing, 2).await?;
    let path = format!("/v1/orders/{}/refunds", text(&order));
    let body = json!({ "lines": [{ "line": 0, "quantity": 1, "restock": 1 }], "reason": "One was too many." });
    let refund = cast.seller.in_chapter("a part goes back").post(&path, body, 201).await?;
    until("the refund is settled", || async {
        let refunds = cast.buyer.get(&path).await?;
        Ok(refunds.pointer("/data/0/status").filter(|status| *status == "settled").cloned())
    })
    .await?;
    (stage.tell)(&format!("\nBob bought two more and sent one back: {} went back to him.", money(&refund["amount"])));
    Ok(order)
}

/// The buyer reports that nothing arrived; the money is held until the marketplace has looked into it.
async fn a_report_is_settled(cast: &Cast<'_>, order: &Value, stage: &Stage<'_>) -> Result<(), String> {
    let path = format!("/v1/orders/{}/transitions", text(order));
    let shipment = json!({ "carrier": "Post", "tracking": "RR 8765 4321 0" });
    cast.seller.post(&path, json!({ "transition": "ship", "shipment": shipment }), 200).await?;
    cast.buyer.post(&path, json!({ "transition": "dispute" }), 200).await?;
    let refunds = format!("/v1/orders/{}/refunds", text(order));
    let held = cast.seller.in_chapter("on hold").post(&refunds, json!({}), 409).await?;
    if held["code"] != "order_disputed" {
        return Err(format!("money that is held was not refused to go back: {held}"));
    }
    cast.admin.post(&path, json!({ "transition": "resolve_for_seller" }), 200).await?;
    (stage.tell)("He reported that the other never came; the money was held until Ada found the carrier's receipt.");
    Ok(())
}

/// A refund after the payout makes the shop owe money, and the next sales make up for it.
async fn clawback(cast: &Cast<'_>, sold: &Value, stage: &Stage<'_>) -> Result<(), String> {
    pay_out(cast, "a second payout").await?;
    let path = format!("/v1/orders/{}/refunds", text(sold));
    let refused = cast.seller.in_chapter("clawback").post(&path, json!({}), 409).await?;
    if refused["code"] != "seller_balance_too_low" {
        return Err(format!("a shop gave back what it was not owed: {refused}"));
    }
    let refund =
        cast.admin.in_chapter("clawback").post(&path, json!({ "reason": "It broke within a week." }), 201).await?;
    let balance = format!("/v1/sellers/{}/balance", text(cast.shop));
    let owed = cast.seller.get(&balance).await?["owed"].clone();
    if owed["amount"].as_i64().unwrap_or_default() >= 0 {
        return Err(format!("a refund after the payout did not come from the seller: {owed}"));
    }
    (stage.tell)(&format!(
        "Weeks later Ada refunded the first order, {}. Sue had been paid for it: her balance is {}.",
        money(&refund["amount"]),
        money(&owed)
    ));
    let order = bought(&cast.buyer.in_chapter("clawback"), cast.listing, 2).await?;
    let path = format!("/v1/orders/{}/transitions", text(&order));
    let shipment = json!({ "carrier": "Post", "tracking": "RR 1111 2222 3" });
    cast.seller.post(&path, json!({ "transition": "ship", "shipment": shipment }), 200).await?;
    cast.buyer.post(&path, json!({ "transition": "complete" }), 200).await?;
    let left = cast.seller.get(&balance).await?["owed"].clone();
    pay_out(cast, "a third payout").await?;
    (stage.tell)(&format!("Her next sale made up for it; {} were left and paid out.", money(&left)));
    Ok(())
}

/// Buys this many units, pays, and returns the order.
async fn bought(buyer: &Actor<'_>, listing: &Value, quantity: u32) -> Result<Value, String> {
    let line = json!({ "listing": listing["id"], "variant": listing["variants"][0]["id"], "quantity": quantity });
    buyer.send(hyper::Method::PUT, "/v1/cart", json!({ "lines": [line] }), 200).await?;
    let quote = buyer.post("/v1/checkout-quotes", json!({}), 200).await?;
    let checkout = buyer.post("/v1/checkouts", json!({ "expected_total": quote["total"] }), 201).await?;
    let path = format!("/v1/payments/{}/confirm", text(&checkout["payment"]["id"]));
    buyer.post(&path, json!({ "card": "4242424242424242" }), 202).await?;
    let order = checkout["orders"][0]["id"].clone();
    until_status(buyer, &order, "paid").await?;
    Ok(order)
}

/// Pays all shops, and waits until this shop is owed nothing.
async fn pay_out(cast: &Cast<'_>, chapter: &'static str) -> Result<(), String> {
    cast.admin.in_chapter(chapter).post("/v1/payout-runs", json!({}), 202).await?;
    let (balance, payouts) =
        (format!("/v1/sellers/{}/balance", text(cast.shop)), format!("/v1/sellers/{}/payouts", text(cast.shop)));
    until("the payout arrived", || async {
        let owed = cast.seller.get(&balance).await?["owed"]["amount"].clone();
        let newest = cast.seller.get(&payouts).await?.pointer("/data/0/status").cloned().unwrap_or_default();
        Ok((owed == 0 && newest == "paid").then_some(()))
    })
    .await
}
