use super::{euros, line, sale};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_put_replaces_the_whole_cart() {
    let (world, _, sue, bob) = sale().await;
    let (bell, lamp) = (sue.sell("Bell", 900, 3).await, sue.sell("Lamp", 500, 3).await);
    bob.client.put("/v1/cart", json!({ "lines": [line(&bell, 1)] })).await.expect(200);
    let put = bob.client.put("/v1/cart", json!({ "lines": [line(&lamp, 2)] })).await.expect(200);
    assert_eq!((&put.json["total"], put.json["lines"].as_array().unwrap().len()), (&euros(1000), 1));
    let read = bob.client.get("/v1/cart").await.expect(200);
    assert_eq!((&read.json, read.header("etag")), (&put.json, put.header("etag")));
    bob.client.put("/v1/cart", json!({ "lines": [] })).await.expect(200);
    assert_eq!(bob.client.get("/v1/cart").await.json["lines"], json!([]));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_version_is_not_overwritten() {
    let (world, _, sue, bob) = sale().await;
    let lines = json!({ "lines": [line(&sue.sell("Bell", 900, 3).await, 1)] });
    let first = bob.client.clone().if_match("\"0\"").put("/v1/cart", lines.clone()).await.expect(200);
    bob.client.clone().if_match("\"0\"").put("/v1/cart", lines.clone()).await.expect_problem(412, "changed");
    bob.client.clone().if_match(&first.header("etag")).put("/v1/cart", lines).await.expect(200);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_line_is_named() {
    let (world, market, sue, bob) = sale().await;
    let bell = sue.sell("Bell", 900, 3).await;
    let draft = json!({ "title": "Draft", "variants": [{ "price": euros(1), "stock": 1 }] });
    let draft = sue.client.post("/v1/listings", draft).await.expect(201).json;
    let lamp = market.seller("sam").await.sell("Lamp", 1, 1).await;
    let put = async |lines| bob.client.put("/v1/cart", json!({ "lines": lines })).await;

    put(json!([line(&bell, 1), line(&bell, 2)])).await.expect_invalid("lines[1].variant");
    put(json!([line(&bell, 1), line(&draft, 1)])).await.expect_invalid("lines[1].listing");
    put(json!([line(&bell, 0)])).await.expect_invalid("lines[0].quantity");
    put(json!([line(&bell, 1001)])).await.expect_invalid("lines[0].quantity");
    let mixed = json!({ "listing": bell["id"], "variant": lamp["variants"][0]["id"], "quantity": 1 });
    put(json!([mixed])).await.expect_invalid("lines[0].variant");
    put(json!([{ "listing": "nonsense", "variant": "nonsense", "quantity": 1 }]))
        .await
        .expect_invalid("lines[0].listing");
    put(json!([{ "listing": bell["id"], "variant": bell["variants"][0]["id"], "quantity": 1, "price": 1 }]))
        .await
        .expect(422);
    let unknown =
        |n| json!({ "listing": format!("lst_01jd{n:022}"), "variant": format!("var_01jd{n:022}"), "quantity": 1 });
    put((0..31).map(unknown).collect()).await.expect_invalid("lines");
    put((0..30).map(unknown).collect()).await.expect_invalid("lines[29].listing");
    sue.client.put("/v1/cart", json!({ "lines": [line(&bell, 1)] })).await.expect_invalid("lines[0].listing");
    assert_eq!(bob.client.get("/v1/cart").await.json["lines"], json!([]));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_marketplaces_listing_is_not_for_sale() {
    let (world, _, sue, _) = sale().await;
    let bell = sue.sell("Bell", 900, 3).await;
    let eve = world.market("books").await.buyer("eve").await;
    eve.client.put("/v1/cart", json!({ "lines": [line(&bell, 1)] })).await.expect_invalid("lines[0].listing");
    world.stop().await;
}
