//! Days follow the marketplace's time zone. Pago Pago is 11 hours behind UTC, Kiritimati 14 hours ahead: they never have the same day.

use crate::{
    ledger::verifications::verify,
    money::earn,
    orders::{euros, text},
};
use serde_json::json;
use std::time::Duration;
use tradewind_kernel::{
    Time,
    period::{Day, Month},
    zone::Zone,
};
use tradewind_local::Options;
use tradewind_tests::{Market, World};

async fn in_zone(world: &World, slug: &str, zone: &str) -> Market {
    let market = world.market(slug).await;
    let changed = market.admin.client.patch("/v1/marketplace", json!({ "time_zone": zone })).await.expect(200).json;
    assert_eq!(changed["time_zone"], zone);
    market
}

/// The current time in the world: the answer to a registration contains it.
async fn now(market: &Market, name: &str) -> Time {
    let body = json!({ "email": format!("{name}@example.com"), "password": "correct horse battery", "name": name });
    let made = market.anybody().post("/v1/users", body).await.expect(201).json;
    Time::parse(text(&made["user"]["created_at"])).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_is_the_marketplaces_own() {
    let world = World::with(Options { fresh: Duration::ZERO, ..Options::default() }).await;
    let zones = [("behind", "Pacific/Pago_Pago"), ("ahead", "Pacific/Kiritimati")];
    let (after, ahead) = (in_zone(&world, zones[0].0, zones[0].1).await, in_zone(&world, zones[1].0, zones[1].1).await);
    World::settings_known().await;
    // At five on the first of a month in UTC, it is the last day of the previous month in Pago Pago.
    let begun = now(&after, "clock").await;
    let first = Month::of(begun).next().first_day();
    let wait = first.start().millis() + 5 * 3_600_000 - begun.millis();
    world.advance(Duration::from_millis(u64::try_from(wait).unwrap())).await;
    let mut days = vec![];
    for (market, (_, name)) in [&after, &ahead].into_iter().zip(zones) {
        let (sue, bob, admin) =
            (market.seller("sue").await, market.buyer("bob").await, market.admin.again(market).await);
        earn(&sue, &bob, 1_000, "1").await;
        world.settle().await;
        let zone = Zone::parse(name).unwrap();
        let day = zone.day(now(market, "later").await);
        days.push(day);

        let revenue = admin.client.get("/v1/fee-revenue").await.expect(200).json;
        let expected = json!([{ "period": day.to_string(), "revenue": euros(100) }]);
        assert_eq!((&revenue["data"], &revenue["to"]), (&expected, &json!(day.to_string())), "{name}");
        let statement = async |day: Day| {
            let path = format!("/v1/sellers/{}/statement?from={day}&to={day}", sue.seller);
            let statement = sue.client.get(&path).await.expect(200).json;
            let amounts = [&statement["opening_balance"], &statement["closing_balance"]].map(|m| m["amount"].clone());
            (amounts, statement["data"].as_array().unwrap().len())
        };
        assert_eq!(statement(day).await, ([json!(0), json!(900)], 1), "{name}");
        assert_eq!(statement(day.previous()).await, ([json!(0), json!(0)], 0), "{name}");
        assert_eq!(statement(day.next()).await, ([json!(900), json!(900)], 0), "{name}");
        let orders = async |day: Day| {
            let list = admin.client.get(&format!("/v1/orders?from={day}&to={day}")).await.expect(200).json;
            list["data"].as_array().map(Vec::len)
        };
        assert_eq!(
            (orders(day).await, orders(day.previous()).await, orders(day.next()).await),
            (Some(1), Some(0), Some(0))
        );
        world.advance(Duration::from_secs(180)).await;
        let verified = verify(&admin.client, name).await;
        assert_eq!((&verified["status"], &verified["data"]), (&json!("agrees"), &json!([])), "{verified}");
    }
    assert_eq!(days, [first.previous(), first], "one moment, two days and two months");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_time_zone_is_refused() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let admin = &market.admin.client;
    for zone in [json!("Berlin"), json!("+01:00"), json!("local"), json!(""), json!(1)] {
        admin.patch("/v1/marketplace", json!({ "time_zone": zone })).await.expect_invalid("time_zone");
    }
    assert_eq!(admin.get("/v1/marketplace").await.expect(200).json["time_zone"], "UTC");
    let changed = admin.patch("/v1/marketplace", json!({ "time_zone": "europe/berlin" })).await.expect(200).json;
    assert_eq!(changed["time_zone"], "Europe/Berlin", "as the data base writes it");
    world.stop().await;
}
