//! The units of DynamoDB that each function consumes in one fixed sale: the bill, kept in `units.txt` beside this file, so that a change
//! that costs more is visible in its review, and in `units-sale.txt` call by call. `UPDATE_UNITS=1` writes the files anew.

use crate::timeline::Timeline;
use serde_json::{Value, json};

use std::{fmt::Write, fs, path::Path, time::Duration};
use tradewind_local::{Faults, Options};
use tradewind_tests::{World, eventually};

/// The table: a line for each function with how often it was called, and the units that its calls consumed together.
async fn table(world: &World, only: impl Fn(&str) -> bool) -> String {
    let totals = world.anybody().get("/_local/totals").await.expect(200).json;
    let mut text = String::from("# function                          calls   read units  write units\n");
    for (function, total) in totals.as_object().unwrap().iter().filter(|(function, _)| only(function)) {
        let number = |name: &str| total[name].as_u64().unwrap();
        let units = |name: &str| format!("{}.{}", number(name) / 2, number(name) % 2 * 5);
        let (read, write) = (units("read_halves"), units("write_halves"));
        writeln!(text, "{function:<34} {:>6} {read:>12} {write:>12}", number("count")).unwrap();
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sale_costs_what_the_committed_table_says() {
    if World::lambdas() {
        return;
    }
    // Settings are cached for the whole sale, so that no read depends on how fast this machine is.
    let faults = Faults::default();
    let options = Options { fresh: Duration::from_secs(3_600), faults: Some(faults.clone()), ..Options::default() };
    let world = World::with(options).await;
    let market = world.market("units").await;
    let (seller, buyer) = (market.seller("sue").await, market.buyer("bob").await);
    let listing = seller.sell("Lamp", 5_000, 3).await;
    let path = format!("/v1/listings/{}", listing["id"].as_str().unwrap());
    market.anybody().get("/v1/health").await.expect(200);
    market.anybody().get(&path).await.expect(200);
    market.anybody().get("/v1/listings").await.expect(200);
    buyer.client.get("/v1/me").await.expect(200);
    world.settle().await;

    let mut timeline = Timeline::of(&faults);
    buyer.fill_cart(&listing, 1).await;
    timeline.part("cart");
    buyer.client.get("/v1/cart").await.expect(200);
    timeline.skip();
    let checkout = buyer.check_out("one").await;
    timeline.part("checkout");
    buyer.pay(&checkout).await;
    world.settle().await;
    timeline.part("payment");

    let order = format!("/v1/orders/{}", checkout["orders"][0]["id"].as_str().unwrap());
    let step = async |who: &tradewind_tests::Person, body: Value| {
        who.client.post(&format!("{order}/transitions"), body).await.expect(200);
        world.settle().await;
    };
    step(&seller, json!({ "transition": "accept" })).await;
    timeline.part("accept");
    let shipment = json!({ "carrier": "Post", "tracking": "1" });
    step(&seller, json!({ "transition": "ship", "shipment": shipment })).await;
    timeline.part("ship");
    step(&buyer, json!({ "transition": "complete" })).await;
    timeline.part("complete");
    compare("cross/units-sale.txt", &timeline.text());

    buyer.client.get(&order).await.expect(200);
    buyer.client.get("/v1/orders").await.expect(200);
    seller.client.get(&format!("/v1/sellers/{}/balance", seller.seller)).await.expect(200);
    market.admin.client.clone().key("run").post("/v1/payout-runs", json!({})).await.expect(202);
    world.settle().await;
    market.admin.client.get("/v1/trial-balance").await.expect(200);

    compare("cross/units.txt", &table(&world, |_| true).await);
    world.stop().await;
}

fn compare(file: &str, found: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if std::env::var("UPDATE_UNITS").is_ok() {
        fs::write(&path, found).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(found, committed, "the units differ from tests/{file}; if that is meant, run with UPDATE_UNITS=1");
}

/// The cost of stock that is split over ten buckets: setting it, seeing it in a listing and in a cart, buying one unit, buying seven when
/// each bucket has one, then the three that are left, and being refused because none is left.
#[tokio::test(flavor = "multi_thread")]
async fn stock_in_buckets_costs_what_the_committed_table_says() {
    if World::lambdas() {
        return;
    }
    let world = World::with(Options { fresh: Duration::from_secs(3_600), ..Options::default() }).await;
    let market = world.market("buckets").await;
    let (seller, buyer) = (market.seller("sue").await, market.buyer("bob").await);
    let listing = seller.sell("Lamp", 5_000, 0).await;
    seller.split(&listing, 20, 10).await;
    market.anybody().get(&format!("/v1/listings/{}", listing["id"].as_str().unwrap())).await.expect(200);
    let mut text = String::from("# bought        read units  write units\n");
    let mut before = (0, 0);
    for (what, quantity, status) in
        [("one of twenty", 1, 201), ("seven of ten", 7, 201), ("three of three", 3, 201), ("one of none", 1, 409)]
    {
        if what == "seven of ten" {
            seller.split(&listing, 10, 10).await;
        }
        buyer.fill_cart(&listing, quantity).await;
        buyer.client.clone().key(what).post("/v1/checkouts", json!({})).await.expect(status);
        let totals = world.anybody().get("/_local/totals").await.expect(200).json;
        let number = |name: &str| totals["orders-checkouts-create"][name].as_u64().unwrap();
        let now = (number("read_halves"), number("write_halves"));
        let units = |halves: u64| format!("{}.{}", halves / 2, halves % 2 * 5);
        writeln!(text, "{what:<14} {:>11} {:>12}", units(now.0 - before.0), units(now.1 - before.1)).unwrap();
        before = now;
    }
    buyer.client.get("/v1/cart").await.expect(200);
    let seen = ["catalog-variant-stock-replace", "catalog-listings-get", "orders-cart-replace", "orders-cart-get"];
    text.push_str(&table(&world, |function| seen.contains(&function)).await);
    compare("cross/units-buckets.txt", &text);
    world.stop().await;
}

/// The cost of checking the books, after ten sales by one seller and one payout: 22 journals, 11 entries.
#[tokio::test(flavor = "multi_thread")]
async fn the_books_cost_what_the_committed_table_says() {
    if World::lambdas() {
        return;
    }
    let world = World::with(Options { fresh: Duration::from_secs(3_600), ..Options::default() }).await;
    let market = world.market("books").await;
    let (seller, buyer) = (market.seller("sue").await, market.buyer("bob").await);
    let listing = seller.sell("Lamp", 5_000, 30).await;
    let admin = market.admin.client.clone();
    for n in 0..10 {
        buyer.fill_cart(&listing, 1).await;
        let checkout = buyer.check_out(&n.to_string()).await;
        buyer.pay(&checkout).await;
        world.settle().await;
        let order = format!("/v1/orders/{}/transitions", checkout["orders"][0]["id"].as_str().unwrap());
        let shipment = json!({ "carrier": "Post", "tracking": "1" });
        seller.client.post(&order, json!({ "transition": "ship", "shipment": shipment })).await.expect(200);
        buyer.client.post(&order, json!({ "transition": "complete" })).await.expect(200);
        if n == 4 {
            admin.clone().key("run").post("/v1/payout-runs", json!({})).await.expect(202);
        }
        world.settle().await;
    }
    let of_day = admin.get("/v1/marketplace").await.expect(200).json["created_at"]
        .as_str()
        .unwrap()
        .get(..10)
        .unwrap()
        .to_owned();
    let statement = format!("/v1/sellers/{}/statement", seller.seller);
    seller.client.get(&statement).await.expect(200);
    let payouts = seller.client.get(&format!("/v1/sellers/{}/payouts", seller.seller)).await.expect(200).json;
    let payout = payouts["data"][0]["id"].as_str().unwrap();
    seller.client.get(&format!("/v1/payouts/{payout}/statement")).await.expect(200);
    admin.get("/v1/fee-revenue").await.expect(200);
    world.advance(Duration::from_secs(3_700)).await;
    let admin = tradewind_tests::Person::log_in(&market.anybody(), &market.admin.email).await.client;
    let begun = admin.clone().key("v").post("/v1/ledger-verifications", json!({})).await.expect(202);
    called(&world, "ledger-verify", 11).await;
    let read = admin.get(&begun.header("location")).await.expect(200).json;
    assert_eq!((&read["status"], &read["journals"]), (&json!("agrees"), &json!(22)), "{read}");
    let begun = admin.clone().key("r").post("/v1/reconciliations", json!({ "day": of_day })).await.expect(202);
    called(&world, "reconciliation-compare", 12).await;
    let read = admin.get(&begun.header("location")).await.expect(200).json;
    assert_eq!((&read["status"], &read["findings"], &read["transactions"]), (&json!("done"), &json!(0), &json!(11)));
    admin.get("/v1/reconciliation-findings").await.expect(200);
    let books = ["ledger", "reconcil", "statement", "fee-revenue", "findings"];
    compare("cross/units-books.txt", &table(&world, |function| books.iter().any(|of| function.contains(of))).await);
    world.stop().await;
}

/// The cost of what happens besides a plain sale: a quote and a checkout with a coupon, a purchase that is not paid in time and one that is
/// cancelled, a refund of a part before the order is complete and of the rest after the payout, and a dispute that is won.
#[tokio::test(flavor = "multi_thread")]
async fn trouble_costs_what_the_committed_table_says() {
    if World::lambdas() {
        return;
    }
    let world = World::with(Options { fresh: Duration::from_secs(3_600), ..Options::default() }).await;
    let market = world.market("trouble").await;
    let (seller, buyer) = (market.seller("sue").await, market.buyer("bob").await);
    let listing = seller.sell("Lamp", 5_000, 30).await;
    let admin = market.admin.client.clone();
    let discount = json!({ "kind": "percent", "basis_points": 1_000 });
    let coupon = json!({ "of": "marketplace", "code": "TENTH", "discount": discount, "limit_per_buyer": 9 });
    admin.clone().key("c").post("/v1/coupons", coupon).await.expect(201);
    let mut orders = vec![];
    for key in ["expires", "called-off", "refunded", "disputed"] {
        buyer.fill_cart(&listing, 1).await;
        let body = json!({ "coupon": "TENTH" });
        buyer.client.post("/v1/checkout-quotes", body.clone()).await.expect(200);
        let checkout = buyer.client.clone().key(key).post("/v1/checkouts", body).await.expect(201).json;
        let payment = format!("/v1/payments/{}", checkout["payment"]["id"].as_str().unwrap());
        let card = match key {
            "refunded" => json!({ "card": "4242424242424242" }),
            "disputed" => json!({ "card": "4000000000000259" }),
            _ => Value::Null,
        };
        if !card.is_null() {
            buyer.client.post(&format!("{payment}/confirm"), card).await.expect(202);
            world.settle().await;
        }
        orders.push(format!("/v1/orders/{}", checkout["orders"][0]["id"].as_str().unwrap()));
    }
    let [_, called_off, refunded, disputed] = orders.as_slice() else { panic!("four orders") };
    let go = |order: &str, step: &str| (format!("{order}/transitions"), json!({ "transition": step }));
    let (path, cancel) = go(called_off, "cancel");
    buyer.client.post(&path, cancel).await.expect(200);

    let part = json!({ "amount": { "amount": 1_000, "currency": "EUR" } });
    seller.client.clone().key("part").post(&format!("{refunded}/refunds"), part).await.expect(201);
    let shipment = json!({ "transition": "ship", "shipment": { "carrier": "Post", "tracking": "1" } });
    seller.client.post(&format!("{refunded}/transitions"), shipment).await.expect(200);
    let (path, complete) = go(refunded, "complete");
    buyer.client.post(&path, complete).await.expect(200);
    admin.clone().key("run").post("/v1/payout-runs", json!({})).await.expect(202);
    world.settle().await;
    admin.clone().key("rest").post(&format!("{refunded}/refunds"), json!({})).await.expect(201);
    buyer.client.get(&format!("{refunded}/refunds")).await.expect(200);
    admin.get(&format!("{refunded}/money")).await.expect(200);

    let dispute = eventually("the dispute", || async {
        admin.get("/v1/disputes").await.expect(200).json["data"][0]["id"].as_str().map(str::to_owned)
    })
    .await;
    admin.get(&format!("{disputed}/money")).await.expect(200);
    let proof = json!({ "text": "winning_evidence" });
    seller.client.post(&format!("/v1/disputes/{dispute}/evidence"), proof).await.expect(201);
    world.settle().await;
    world.advance(Duration::from_secs(16 * 60)).await;
    assert_eq!(world.run("orders-reservation-expire").await, 1);
    world.settle().await;
    let seen = [
        "orders-coupons-create",
        "orders-checkout-quotes-create",
        "orders-checkouts-create",
        "orders-transitions-create",
        "orders-refunds-create",
        "orders-refunds-list",
        "orders-reservation-expire",
        "ledger-order-money-get",
        "disputes-evidence-create",
        "payments-apply",
        "payments-provider",
        "payouts-run",
    ];
    compare("cross/units-trouble.txt", &table(&world, |function| seen.contains(&function)).await);
    world.stop().await;
}

/// Waits until a function was called this often, which means that a chain of messages has ended.
async fn called(world: &World, function: &str, times: u64) {
    eventually("the chain ends", || async {
        let totals = world.anybody().get("/_local/totals").await.expect(200).json;
        (totals[function]["count"] == times).then_some(())
    })
    .await;
}
