use crate::{
    money::{Provider, earn, owed, payouts},
    orders::{euros, order, sale},
};
use serde_json::{Value, json};
use std::time::Duration;
use tradewind_tests::{Market, Person, World};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

async fn policy(admin: &Person, schedule: Value, minimum: i64, hold_days: u16) {
    let body = json!({ "payouts": { "schedule": schedule, "minimum": euros(minimum), "hold_days": hold_days } });
    admin.client.patch("/v1/marketplace", body).await.expect(200);
}

/// Lets a day pass, and waits until everything that is due then is done.
async fn night(world: &World) {
    world.advance(DAY).await;
    world.run("payouts-schedule").await;
    world.settle().await;
}

async fn again(market: &Market, person: &Person) -> Person {
    let fresh = Person::log_in(&market.anybody(), &person.email).await;
    Person { seller: person.seller.clone(), ..fresh }
}

#[tokio::test(flavor = "multi_thread")]
async fn sellers_are_paid_every_day_unless_they_want_another() {
    let (world, market, sue, bob) = sale().await;
    let sam = market.seller("sam").await;
    earn(&sue, &bob, 1000, "1").await;
    earn(&sam, &bob, 1000, "2").await;
    night(&world).await;
    let (sue, sam, admin) =
        (again(&market, &sue).await, again(&market, &sam).await, again(&market, &market.admin).await);
    assert_eq!((payouts(&sue).await.len(), payouts(&sam).await.len()), (0, 0));
    policy(&admin, json!({ "kind": "daily" }), 0, 0).await;
    let by_hand = json!({ "payout_schedule": { "kind": "manual" } });
    sam.client.patch(&format!("/v1/sellers/{}", sam.seller), by_hand).await.expect(200);
    night(&world).await;
    world.run("payouts-schedule").await;
    world.settle().await;
    let (sue, sam) = (again(&market, &sue).await, again(&market, &sam).await);
    assert_eq!((payouts(&sue).await.len(), owed(&sue).await), (1, 0));
    assert_eq!((payouts(&sam).await.len(), owed(&sam).await), (0, 900));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_week_has_one_payday() {
    let (world, market, sue, bob) = sale().await;
    policy(&market.admin, json!({ "kind": "weekly", "weekday": 3 }), 0, 0).await;
    earn(&sue, &bob, 1000, "1").await;
    let mut paid = vec![];
    for _ in 0..8 {
        night(&world).await;
        paid.push(payouts(&again(&market, &sue).await).await.len());
    }
    assert_eq!((paid.first() <= Some(&1), paid.last()), (true, Some(&1)), "{paid:?}");
    policy_refused(&again(&market, &market.admin).await).await;
    world.stop().await;
}

/// What a shop is owed, and how much of it can be paid. The marketplace is addressed by its id, under which no function has cached its
/// earlier settings.
async fn balance(market: &Market, seller: &Person) -> (i64, i64) {
    let id = market.anybody().get("/v1/marketplace").await.expect(200).json["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/sellers/{}/balance", seller.seller);
    let seen = seller.client.clone().at(&id).get(&path).await.expect(200).json;
    (seen["owed"]["amount"].as_i64().unwrap(), seen["available"]["amount"].as_i64().unwrap())
}

async fn policy_refused(admin: &Person) {
    let body = |weekday: u8, days: u16| {
        let schedule = json!({ "kind": "weekly", "weekday": weekday });
        json!({ "payouts": { "schedule": schedule, "minimum": euros(0), "hold_days": days } })
    };
    admin.client.patch("/v1/marketplace", body(8, 0)).await.expect_invalid("payouts.schedule.weekday");
    admin.client.patch("/v1/marketplace", body(1, 91)).await.expect_invalid("payouts.hold_days");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_little_or_too_young_waits() {
    let (world, market, sue, bob) = sale().await;
    policy(&market.admin, json!({ "kind": "daily" }), 1_500, 3).await;
    earn(&sue, &bob, 1000, "1").await;
    night(&world).await;
    night(&world).await;
    let (sue, bob) = (again(&market, &sue).await, again(&market, &bob).await);
    earn(&sue, &bob, 1000, "2").await;
    assert_eq!(balance(&market, &sue).await, (1800, 0));
    // The first sale is old enough now, but its amount is too small.
    night(&world).await;
    night(&world).await;
    let sue = again(&market, &sue).await;
    assert_eq!(balance(&market, &sue).await, (1800, 900));
    assert_eq!(payouts(&sue).await.len(), 0);
    night(&world).await;
    night(&world).await;
    let sue = again(&market, &sue).await;
    assert_eq!((payouts(&sue).await.len(), owed(&sue).await), (1, 0));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_back_of_a_young_sale_holds_up_nothing_else() {
    let (world, market, sue, bob) = sale().await;
    earn(&sue, &bob, 1_000, "1").await;
    night(&world).await;
    night(&world).await;
    let (sue, bob) = (again(&market, &sue).await, again(&market, &bob).await);
    policy(&again(&market, &market.admin).await, json!({ "kind": "manual" }), 0, 1).await;
    let young = earn(&sue, &bob, 1_000, "2").await;
    let disputed = earn(&sue, &bob, 500, "3").await;
    assert_eq!(balance(&market, &sue).await, (2_250, 900));
    let path = format!("/v1/orders/{}/refunds", young.as_str().unwrap());
    let half = json!({ "amount": euros(500), "reason": "Torn." });
    sue.client.clone().key("half").post(&path, half).await.expect(201);
    assert_eq!(balance(&market, &sue).await, (1_800, 900));
    sue.client.clone().key("rest").post(&path, json!({})).await.expect(201);
    assert_eq!(balance(&market, &sue).await, (1_350, 900), "nothing of the first sale is held for the second");

    let payment = order(&bob, &disputed).await["payment"].clone();
    let provider = Provider::new(&world, &market).await;
    let report = |kind: &str| json!({ "type": kind, "payment": payment, "dispute": "dp_1", "amount": euros(500) });
    let mut opened = report("dispute.opened");
    opened["reason"] = json!("fraudulent");
    provider.report_after(&world, 2, "evt_1", opened).await.expect(200);
    world.settle().await;
    assert_eq!(balance(&market, &sue).await, (900, 900));
    provider.report_after(&world, 2, "evt_2", report("dispute.won")).await.expect(200);
    world.settle().await;
    assert_eq!(balance(&market, &sue).await, (1_350, 900), "what is back is as young as before");
    world.stop().await;
}

/// A time zone in which the next day begins in one to two hours.
fn before_midnight() -> String {
    let hour = i64::try_from(tradewind_tests::stripe::now() / 3_600 % 24).unwrap();
    let offset = if hour < 8 { -2 - hour } else { 22 - hour };
    // The signs in these names are those of POSIX: west is positive.
    if offset < 0 { format!("Etc/GMT+{}", -offset) } else { format!("Etc/GMT-{offset}") }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payday_begins_at_the_marketplaces_own_midnight() {
    let (world, market, sue, bob) = sale().await;
    policy(&market.admin, json!({ "kind": "daily" }), 0, 0).await;
    market.admin.client.patch("/v1/marketplace", json!({ "time_zone": before_midnight() })).await.expect(200);
    earn(&sue, &bob, 1_000, "1").await;
    let run = async || {
        world.run("payouts-schedule").await;
        world.settle().await;
    };
    run().await;
    assert_eq!(payouts(&sue).await.len(), 0);
    // A token is valid for a quarter of an hour.
    world.advance(Duration::from_secs(2 * 60 * 60 + 60)).await;
    run().await;
    let sue = again(&market, &sue).await;
    assert_eq!((payouts(&sue).await.len(), owed(&sue).await), (1, 0));
    world.stop().await;
}
