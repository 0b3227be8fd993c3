//! The third part of the story: somebody buys without an account, an order is refunded in full, and one costs nothing.

use super::{Actor, PASSWORD, Stage, money, text, until, until_status};
use serde_json::{Value, json};

/// The people in this part.
pub(super) struct Cast<'a> {
    pub anybody: &'a Actor<'a>,
    pub admin: &'a Actor<'a>,
    pub seller: &'a Actor<'a>,
    pub buyer: &'a Actor<'a>,
    pub listing: &'a Value,
}

/// Plays this part.
pub(super) async fn play(cast: &Cast<'_>, stage: &Stage<'_>) -> Result<(), String> {
    let order = a_guest_buys(cast, stage).await?;
    all_goes_back(cast, &order, stage).await?;
    a_gift(cast, stage).await
}

/// A guest gives only an e-mail address, buys, and later moves the order into an account.
async fn a_guest_buys(cast: &Cast<'_>, stage: &Stage<'_>) -> Result<Value, String> {
    let email = format!("gus@{}.example.com", stage.slug);
    let begun = cast.anybody.post("/v1/guests", json!({ "email": email, "name": "Gus" }), 201).await?;
    let guest = cast.anybody.with(&begun["access_token"]).in_chapter("a guest");
    let order = bought(&guest, cast.listing, json!({})).await?["orders"][0]["id"].clone();
    until_status(&guest, &order, "paid").await?;
    (stage.tell)("\nGus bought one without an account: he gave an e-mail address, and paid.");

    let account = json!({ "email": email, "password": PASSWORD, "name": "Gus" });
    let gus = cast.anybody.with(&cast.anybody.post("/v1/users", account, 201).await?["access_token"]);
    let path = format!("/v1/orders/{}/claim", text(&order));
    gus.post(&path, json!({ "claim": begun["claim"] }), 200).await?;
    gus.get(&format!("/v1/orders/{}", text(&order))).await?;
    (stage.tell)("Later he registered, and took the order into his account with the claim of his receipt.");
    Ok(order)
}

/// The seller refunds the whole order before it is shipped: the order ends, and the goods are for sale again.
async fn all_goes_back(cast: &Cast<'_>, order: &Value, stage: &Stage<'_>) -> Result<(), String> {
    let path = format!("/v1/orders/{}", text(order));
    let seller = cast.seller.in_chapter("all goes back");
    let refund = seller.post(&format!("{path}/refunds"), json!({ "reason": "It is not made any more." }), 201).await?;
    let seen = seller.get(&path).await?;
    if seen["status"] != "refunded" || seen["possible"] != json!([]) {
        return Err(format!("all of an order went back, and it goes on: {seen}"));
    }
    until("the refund is settled", || async {
        let refunds = seller.get(&format!("{path}/refunds")).await?;
        Ok(refunds.pointer("/data/0/status").filter(|status| *status == "settled").cloned())
    })
    .await?;
    (stage.tell)(&format!("Sue could not send it: {} went back, and the order ended there.", money(&refund["amount"])));
    Ok(())
}

/// A coupon of the marketplace pays for everything: nobody else pays, and the seller still earns their share.
async fn a_gift(cast: &Cast<'_>, stage: &Stage<'_>) -> Result<(), String> {
    let discount = json!({ "kind": "percent", "basis_points": 10_000 });
    cast.admin.post("/v1/coupons", json!({ "of": "marketplace", "code": "GIFT", "discount": discount }), 201).await?;
    let buyer = cast.buyer.in_chapter("a gift");
    let checkout = bought(&buyer, cast.listing, json!({ "coupon": "GIFT" })).await?;
    if checkout["orders"][0]["status"] != "paid" {
        return Err(format!("what costs nothing waits for a payment: {checkout}"));
    }
    (stage.tell)(&format!("Bob had a coupon for all of it: {}, and paid with that.", money(&checkout["total"])));
    let order = checkout["orders"][0]["id"].clone();
    buyer.post(&format!("/v1/orders/{}/transitions", text(&order)), json!({ "transition": "cancel" }), 200).await?;
    (stage.tell)("He changed his mind; nothing had to go back to anybody.");
    Ok(())
}

/// Puts one unit in the cart, checks out and pays what is due; returns the checkout.
async fn bought(buyer: &Actor<'_>, listing: &Value, choices: Value) -> Result<Value, String> {
    let line = json!({ "listing": listing["id"], "variant": listing["variants"][0]["id"], "quantity": 1 });
    buyer.send(hyper::Method::PUT, "/v1/cart", json!({ "lines": [line] }), 200).await?;
    let checkout = buyer.post("/v1/checkouts", choices, 201).await?;
    if checkout["total"]["amount"] != 0 {
        let path = format!("/v1/payments/{}/confirm", text(&checkout["payment"]["id"]));
        buyer.post(&path, json!({ "card": "4242424242424242" }), 202).await?;
    }
    Ok(checkout)
}
