use crate::orders::{buy, euros, line, order, sale};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_is_changed_by_its_owner_and_its_commission_by_an_administrator() {
    let (world, market, sue, bob) = sale().await;
    let path = format!("/v1/sellers/{}", sue.seller);
    let changed = sue.client.patch(&path, json!({ "name": "Sue & Co", "about": "Bells." })).await.expect(200);
    assert_eq!((&changed.json["name"], changed.version().as_str()), (&json!("Sue & Co"), "2"));
    let agreed = json!({ "commission": { "basis_points": 100, "fixed": euros(0) } });
    sue.client.patch(&path, agreed.clone()).await.expect_problem(403, "admin_required");
    market.admin.client.patch(&path, agreed).await.expect(200);
    let bell = sue.sell("Bell", 1000, 5).await;
    let cheap = buy(&bob, json!([line(&bell, 1)]), "1").await["orders"][0]["id"].clone();
    market.admin.client.patch(&path, json!({ "commission": null })).await.expect(200);
    let plain = buy(&bob, json!([line(&bell, 1)]), "2").await["orders"][0]["id"].clone();
    assert_eq!((&order(&sue, &cheap).await["fee"], &order(&sue, &plain).await["fee"]), (&euros(10), &euros(100)));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn anothers_shop_is_not_found_and_bad_options_are_named() {
    let (world, market, sue, _) = sale().await;
    let sam = market.seller("sam").await;
    let path = format!("/v1/sellers/{}", sue.seller);
    sam.client.patch(&path, json!({ "name": "Mine" })).await.expect_problem(404, "not_found");
    let option =
        |id: &str, cents: i64| json!({ "id": id, "name": "Post", "rate": { "kind": "flat", "price": euros(cents) } });
    let set = async |options: serde_json::Value| sue.client.patch(&path, json!({ "shipping": options })).await;
    set(json!([option("A b", 1)])).await.expect_invalid("shipping[0].id");
    set(json!([option("a", -1)])).await.expect_invalid("shipping[0].rate.price.amount");
    set(json!([option("a", 1), option("a", 2)])).await.expect_invalid("shipping[1].id");
    world.stop().await;
}
