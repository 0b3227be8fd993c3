//! `POST /v1/migrations`, `GET /v1/migrations/{migration_id}` and the consumer between them.
//!
//! The migration that these tests run is a real one: releases before the lists of users and of shops stored both without a place in these
//! lists, and no item had a format name.

use crate::{
    money::verified,
    orders::{available, buy, line, paid, text},
};
use serde_json::{Value, json};
use tradewind_tests::{Market, World};

/// Rewrites every item as a release before formats and lists would have written it.
async fn age(world: &World) {
    for item in world.items("main").await {
        let mut update = "REMOVE #shape".to_owned();
        let mut names = json!({ "#shape": "shape" });
        if ["user", "seller"].contains(&item["sk"]["S"].as_str().unwrap()) {
            update.push_str(", gsi2pk, gsi2sk");
            if item["sk"]["S"] == "user" {
                update.push_str(", gsi1pk, gsi1sk, #card");
                names["#card"] = json!("card");
            }
        }
        let key = json!({ "pk": item["pk"], "sk": item["sk"] });
        let update = json!({
            "TableName": "tradewind-main", "Key": key, "UpdateExpression": update, "ExpressionAttributeNames": names,
        });
        world.dynamodb("UpdateItem", update).await;
    }
}

async fn migrate(world: &World, key: &str, body: Value) -> Value {
    let operator = world.operator().key(key);
    let asked = operator.post("/v1/migrations", body).await.expect(202);
    assert_eq!((&asked.json["status"], &asked.json["segments_done"]), (&json!("running"), &json!(0)));
    world.settle().await;
    let path = format!("/v1/migrations/{}", text(&asked.json["id"]));
    assert_eq!(asked.header("location"), path);
    operator.get(&path).await.expect(200).json
}

async fn id(market: &Market) -> String {
    text(&market.anybody().get("/v1/marketplace").await.expect(200).json["id"]).to_owned()
}

fn changed(migration: &Value) -> u64 {
    migration["changed"].as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum()
}

async fn found(market: &Market, path: &str) -> usize {
    market.admin.client.get(path).await.expect(200).json["data"].as_array().unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_older_releases_stored_is_found_by_the_lists_of_this_one() {
    let world = World::start().await;
    let (market, other) = (world.market("bikes").await, world.market("books").await);
    let (sue, bob) = (market.seller("sue").await, market.buyer("bob").await);
    let lamp = sue.sell("Lamp", 1_000, 5).await;
    paid(&bob, &lamp, "1").await;
    world.settle().await;
    let people = found(&market, "/v1/users").await;
    let before = world.items("main").await;
    age(&world).await;
    let aged = world.items("main").await;
    assert_eq!((found(&market, "/v1/users").await, found(&market, "/v1/sellers?q=sue").await), (0, 0));

    // A dry run changes only its own items.
    let dry = migrate(&world, "dry", json!({ "dry_run": true })).await;
    assert_eq!((&dry["status"], &dry["failed"], &dry["dry_run"]), (&json!("done"), &json!(0), &json!(true)));
    assert_eq!((changed(&dry), &dry["changed"]["user.v1"]), (u64::try_from(aged.len()).unwrap(), &json!(people + 1)));
    let now = world.items("main").await;
    assert!(aged.iter().all(|item| now.contains(item)));
    assert_eq!(found(&market, "/v1/users").await, 0);

    // First one marketplace is migrated, then all.
    let one = migrate(&world, "one", json!({ "marketplace": id(&market).await })).await;
    assert_eq!((&one["status"], &one["changed"]["user.v1"]), (&json!("done"), &json!(people)));
    assert_eq!((found(&market, "/v1/users").await, found(&market, "/v1/sellers?q=sue").await), (people, 1));
    assert_eq!(found(&other, "/v1/users").await, 0);
    let rest = migrate(&world, "rest", json!({})).await;
    assert_eq!((&rest["status"], &rest["changed"]["user.v1"]), (&json!("done"), &json!(1)));
    assert_eq!(found(&other, "/v1/users").await, 1);

    // Everything is again as this release writes it, and a second migration finds nothing to do.
    let now = world.items("main").await;
    for item in before {
        assert!(now.contains(&item), "{item} is not among {now:#?}");
    }
    assert_eq!(changed(&migrate(&world, "again", json!({})).await), 0);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sale_goes_on_while_everything_is_migrated() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sue = market.seller("sue").await;
    let lamp = sue.sell("Lamp", 1_000, 40).await;
    let mut buyers = vec![];
    for n in 0..8 {
        buyers.push(market.buyer(&format!("bob-{n}")).await);
    }
    world.settle().await;
    age(&world).await;
    let buy = futures::future::join_all(buyers.iter().map(|bob| async {
        for key in ["1", "2", "3"] {
            let checkout = buy(bob, json!([line(&lamp, 1)]), key).await;
            bob.pay(&checkout).await;
        }
    }));
    let (done, _) = tokio::join!(migrate(&world, "all", json!({})), buy);
    world.settle().await;
    assert_eq!(done["failed"], 0, "{done}");
    assert_eq!(available(&market, &lamp).await, 16);
    let verified = verified(&world, &market).await;
    assert_eq!(verified["status"], "agrees", "{verified}");
    assert!(world.dead_letters().await.is_empty());
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_told_and_holds_up_nothing() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    world.settle().await;
    age(&world).await;
    let market_id = id(&market).await;
    let s = |text: &str| json!({ "S": text });
    let stray = [
        json!({ "pk": s(&format!("{}#lamp#1", market_id)), "sk": s("lamp") }),
        json!({ "pk": s(&format!("{}#user#usr_1", market_id)), "sk": s("user"), "name": s("Half") }),
        json!({ "pk": s(&format!("{}#order#ord_1", market_id)), "sk": s("order"), "shape": s("order.v99") }),
    ];
    for item in &stray {
        world.dynamodb("PutItem", json!({ "TableName": "tradewind-main", "Item": item })).await;
    }
    let done = migrate(&world, "all", json!({})).await;
    assert_eq!((&done["status"], &done["failed"]), (&json!("incomplete"), &json!(3)), "{done}");
    let failures = done["failures"].to_string();
    for (key, why) in [
        ("#lamp#1 / lamp", "nothing is known"),
        ("#usr_1 / user", "cannot be read"),
        ("#ord_1 / order", "newer release"),
    ] {
        assert!(failures.contains(key) && failures.contains(why), "{failures}");
    }
    assert_eq!(found(&market, "/v1/users").await, 1);
    let now = world.items("main").await;
    assert!(stray.iter().all(|item| now.contains(item)));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_alone_migrates_and_what_there_is_not_is_refused() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    market
        .admin
        .client
        .clone()
        .key("a")
        .post("/v1/migrations", json!({}))
        .await
        .expect_problem(403, "operator_required");
    let operator = world.operator();
    let nobody = json!({ "marketplace": "mkt_01jd0000000000000000000000" });
    operator.clone().key("b").post("/v1/migrations", nobody).await.expect_invalid("marketplace");
    operator.get("/v1/migrations/mgr_01jd0000000000000000000000").await.expect_problem(404, "not_found");
    world.stop().await;
}
