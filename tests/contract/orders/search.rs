use super::{buy, euros, line, paid, sale, text, until};
use serde_json::{Value, json};
use std::{collections::BTreeSet, slice};
use tradewind_tests::{Client, eventually};

/// The ids on all pages of a list, with at most two rows on each.
async fn ids(client: &Client, path: &str) -> Vec<Value> {
    let (mut seen, mut cursor) = (vec![], String::new());
    let join = if path.contains('?') { '&' } else { '?' };
    loop {
        let page = client.get(&format!("{path}{join}limit=2{cursor}")).await.expect(200).json;
        let rows = page["data"].as_array().unwrap();
        assert!(rows.len() <= 2, "{page}");
        seen.extend(rows.iter().map(|row| row["id"].clone()));
        let Some(next) = page["next_cursor"].as_str() else { return seen };
        cursor = format!("&cursor={next}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_runs_the_marketplace_sees_all_orders_newest_first_and_filtered() {
    let (world, market, sue, bob) = sale().await;
    let (sam, ben) = (market.seller("sam").await, market.buyer("ben").await);
    let (bell, lamp) = (sue.sell("Bell", 900, 99).await, sam.sell("Lamp", 4_000, 9).await);
    let mut all = vec![];
    for number in 0..3 {
        all.push(buy(&bob, json!([line(&bell, 1)]), &format!("bob-{number}")).await["orders"][0]["id"].clone());
    }
    // One checkout from two shops makes two orders, which may be on different pages.
    let both = buy(&ben, json!([line(&bell, 2), line(&lamp, 1)]), "ben").await;
    all.extend(both["orders"].as_array().unwrap().iter().map(|order| order["id"].clone()));
    let last = paid(&ben, &lamp, "lamp").await;
    all.push(last.clone());
    // Orders of another marketplace are not among them.
    let other = world.market("books").await;
    buy(&other.buyer("bob").await, json!([line(&other.seller("eve").await.sell("Book", 500, 1).await, 1)]), "1").await;

    let admin = &market.admin.client;
    let listed = ids(admin, "/v1/orders").await;
    let set = |ids: &[Value]| ids.iter().map(|id| text(id).to_owned()).collect::<BTreeSet<_>>();
    assert_eq!((listed.len(), set(&listed)), (6, set(&all)), "each once");
    assert_eq!((&listed[0], &listed[5]), (&last, &all[0]));

    assert_eq!(ids(admin, "/v1/orders?status=paid").await, slice::from_ref(&last));
    assert_eq!(
        ids(admin, &format!("/v1/orders?buyer={}", bob.id)).await,
        [&all[2], &all[1], &all[0]].map(Value::clone)
    );
    assert_eq!(ids(admin, &format!("/v1/orders?seller={}", sam.seller)).await.len(), 2);
    assert_eq!(ids(admin, &format!("/v1/orders?seller={}&buyer={}", sue.seller, ben.id)).await.len(), 1);
    assert_eq!(ids(admin, "/v1/orders?min_total=1800&max_total=1800").await.len(), 1);
    assert_eq!(ids(admin, "/v1/orders?min_total=4000&currency=EUR").await.len(), 2);
    assert_eq!(ids(admin, "/v1/orders?currency=USD").await, [] as [Value; 0]);
    assert_eq!(ids(admin, "/v1/orders?from=2001-01-01&to=2001-12-31").await, [] as [Value; 0]);
    assert_eq!(ids(admin, "/v1/orders?from=2001-01-01").await.len(), 6);
    admin.get("/v1/orders?from=2026-02-02&to=2026-02-01").await.expect_invalid("to");
    admin.get("/v1/orders?min_total=2&max_total=1").await.expect_invalid("max_total");
    admin.get("/v1/payments?min_amount=2&max_amount=1").await.expect_invalid("max_amount");

    // A buyer cannot reach the orders of others.
    assert_eq!(ids(&bob.client, "/v1/orders").await.len(), 3);
    assert_eq!(ids(&bob.client, &format!("/v1/orders?buyer={}", ben.id)).await, [] as [Value; 0]);
    assert_eq!(ids(&bob.client, &format!("/v1/orders?seller={}", sam.seller)).await, [] as [Value; 0]);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_found_by_number_address_and_name() {
    let (world, market, sue, bob) = sale().await;
    let sam = market.seller("sam").await;
    let bell = sue.sell("Bell", 900, 99).await;
    let zoe = market.buyer("zoe-2").await;
    zoe.client.patch("/v1/me", json!({ "name": "Zoë Müller" })).await.expect(200);
    let first = buy(&zoe, json!([line(&bell, 1)]), "1").await;
    let (id, number) = (&first["orders"][0]["id"], first["orders"][0]["number"].as_u64().unwrap());
    assert!(number > 1000, "{number}");
    buy(&bob, json!([line(&bell, 1)]), "2").await;
    let gus = json!({ "email": "gus@example.com", "name": "Gus Guest" });
    let tokens = market.anybody().post("/v1/guests", gus).await.expect(201).json;
    let gus = market.anybody().bearer(text(&tokens["access_token"]));
    gus.put("/v1/cart", json!({ "lines": [line(&bell, 1)] })).await.expect(200);
    let guests = gus.key("3").post("/v1/checkouts", json!({})).await.expect(201).json["orders"][0]["id"].clone();

    let admin = &market.admin.client;
    let shop = format!("/v1/sellers/{}/orders", sue.seller);
    for q in [number.to_string(), format!("%23{number}"), "zo%C3%AB".into(), "zoe%20mull".into(), "ZOE".into()] {
        assert_eq!(ids(admin, &format!("/v1/orders?q={q}")).await, slice::from_ref(id), "{q}");
        assert_eq!(ids(&sue.client, &format!("{shop}?q={q}")).await, slice::from_ref(id), "{q}");
        assert_eq!(ids(&sam.client, &format!("/v1/sellers/{}/orders?q={q}", sam.seller)).await, [] as [Value; 0]);
        assert_eq!(ids(&bob.client, &format!("/v1/orders?q={q}")).await, [] as [Value; 0], "another's order by {q}");
    }
    assert_eq!(ids(admin, "/v1/orders?q=GUS@example.com").await, slice::from_ref(&guests), "a guest by address");
    assert_eq!(ids(admin, "/v1/orders?q=gus").await, [guests], "and by name");
    assert_eq!(ids(admin, &format!("/v1/orders?q={}", bob.email)).await.len(), 1);
    assert_eq!(ids(admin, "/v1/orders?q=999999").await, [] as [Value; 0]);
    assert_eq!(ids(admin, &format!("/v1/orders?q={number}&status=paid")).await, [] as [Value; 0]);
    admin.get("/v1/orders?q=").await.expect_invalid("q");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_two_orders_have_one_number() {
    let (world, market, sue, _) = sale().await;
    let (sam, bell) = (market.seller("sam").await, sue.sell("Bell", 900, 99).await);
    let lamp = sam.sell("Lamp", 4_000, 99).await;
    let mut buyers = vec![];
    for name in 0..6 {
        buyers.push(market.buyer(&format!("buyer-{name}")).await);
    }
    let checkouts = buyers.iter().map(|buyer| async {
        let mut numbers = vec![];
        for round in 0..3 {
            let checkout = buy(buyer, json!([line(&bell, 1), line(&lamp, 1)]), &round.to_string()).await;
            for order in checkout["orders"].as_array().unwrap() {
                numbers.push((order["number"].as_u64().unwrap(), order["id"].clone()));
            }
        }
        numbers
    });
    let numbers = futures::future::join_all(checkouts).await.concat();
    let different: BTreeSet<_> = numbers.iter().map(|(number, _)| number).collect();
    assert_eq!((numbers.len(), different.len()), (36, 36));
    for (number, id) in &numbers {
        assert_eq!(ids(&market.admin.client, &format!("/v1/orders?q=%23{number}")).await, slice::from_ref(id));
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_files_too() {
    let (world, market, sue, bob) = sale().await;
    let bell = sue.sell("=Bell, \"loud\"", 900, 99).await;
    let id = paid(&bob, &bell, "1").await;
    let number = market.admin.client.get("/v1/orders").await.expect(200).json["data"][0]["number"].clone();
    let admin = &market.admin.client;
    let orders = admin.get("/v1/orders?format=csv&status=paid").await.expect(200).text;
    let mut lines = orders.lines();
    assert_eq!(lines.next(), Some("number,order,created_at,status,title,lines,total,currency,buyer,seller"));
    let line = lines.next().unwrap();
    assert!(line.starts_with(&format!("{number},{},", text(&id))), "{line}");
    assert!(line.contains(",paid,\"'=Bell, \"\"loud\"\"\",1,9.00,EUR,"), "{line}");
    assert_eq!(lines.next(), None);
    assert_eq!(admin.get("/v1/orders?format=csv&status=refunded").await.expect(200).text.lines().count(), 1);
    let shop = format!("/v1/sellers/{}/orders?format=csv", sue.seller);
    assert_eq!(sue.client.get(&shop).await.expect(200).text, orders);
    let payments = admin.get("/v1/payments?format=csv").await.expect(200).text;
    assert!(payments.lines().nth(1).unwrap().contains(",captured,9.00,EUR,"), "{payments}");
    let people = admin.get("/v1/users?format=csv").await.expect(200).text;
    assert_eq!(people.lines().count(), 4, "{people}");
    assert!(people.contains(&format!("{},bob,{},no,no,,", bob.id, bob.email)), "{people}");
    let shops = admin.get("/v1/sellers?format=csv").await.expect(200).text;
    assert!(shops.contains(&format!("{},sue's shop,{},", sue.seller, sue.id)), "{shops}");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_runs_the_marketplace_sees_all_payments() {
    let (world, market, sue, bob) = sale().await;
    let ben = market.buyer("ben").await;
    let bell = sue.sell("Bell", 900, 99).await;
    let mut all = vec![];
    for number in 0..3 {
        all.insert(0, buy(&bob, json!([line(&bell, 1)]), &number.to_string()).await["payment"]["id"].clone());
    }
    let checkout = buy(&ben, json!([line(&bell, 3)]), "ben").await;
    ben.pay(&checkout).await;
    until(&ben, &checkout["orders"][0]["id"], "paid").await;
    all.insert(0, checkout["payment"]["id"].clone());

    let admin = &market.admin.client;
    assert_eq!(ids(admin, "/v1/payments").await, all);
    assert_eq!(ids(admin, "/v1/payments?status=captured").await, all[..1]);
    assert_eq!(ids(admin, "/v1/payments?status=pending").await, all[1..]);
    assert_eq!(ids(admin, &format!("/v1/payments?buyer={}", ben.id)).await, all[..1]);
    assert_eq!(ids(admin, "/v1/payments?min_amount=901").await, all[..1]);
    assert_eq!(ids(admin, "/v1/payments?max_amount=900&currency=EUR").await, all[1..]);
    assert_eq!(ids(admin, &format!("/v1/payments?q={}", ben.email)).await, all[..1]);
    assert_eq!(ids(admin, "/v1/payments?q=BEN").await, all[..1]);
    let number = &checkout["orders"][0]["number"];
    assert_eq!(ids(admin, &format!("/v1/payments?q={number}")).await, all[..1]);
    assert_eq!(ids(admin, "/v1/payments?q=999999").await, [] as [Value; 0]);
    let first = admin.get("/v1/payments?limit=1").await.expect(200).json;
    assert_eq!((&first["data"][0]["amount"], &first["data"][0]["status"]), (&euros(2_700), &json!("captured")));
    let cursor = text(&first["next_cursor"]);
    admin.get(&format!("/v1/orders?cursor={cursor}")).await.expect_invalid("cursor");
    bob.client.get("/v1/payments").await.expect_problem(403, "admin_required");
    sue.client.get("/v1/payments").await.expect_problem(403, "admin_required");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_runs_the_marketplace_finds_people_and_shops() {
    let (world, market, sue, bob) = sale().await;
    let admin = &market.admin.client;
    for email in ["gus@example.com", "gus@example.com"] {
        market.anybody().post("/v1/guests", json!({ "email": email })).await.expect(201);
    }
    assert_eq!(ids(admin, "/v1/users").await.len(), 5, "Ada, Sue, Bob and two guests");
    assert_eq!(ids(admin, "/v1/users?q=BOB").await, [json!(bob.id)]);
    assert_eq!(ids(admin, &format!("/v1/users?q={}", bob.email)).await, [json!(bob.id)]);
    assert_eq!(ids(admin, "/v1/users?q=gus@example.com").await.len(), 2);
    assert_eq!(ids(admin, "/v1/users?q=nobody").await, [] as [Value; 0]);
    assert_eq!(ids(admin, "/v1/sellers?q=SUE").await, [json!(sue.seller)]);
    assert_eq!(ids(admin, "/v1/sellers?q=zzz").await, [] as [Value; 0]);
    // A user who changes their name is found by the new one, and no longer by the old one.
    bob.client.patch("/v1/me", json!({ "name": "Robert" })).await.expect(200);
    eventually("the new name", || async {
        let found = ids(admin, "/v1/users?q=rob").await;
        (found == [json!(bob.id)]).then_some(())
    })
    .await;
    assert_eq!(ids(admin, "/v1/users?q=bob").await, [] as [Value; 0]);
    bob.client.get("/v1/users").await.expect_problem(403, "admin_required");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_goes_on_only_where_it_comes_from() {
    let (world, market, sue, bob) = sale().await;
    let bell = sue.sell("Bell", 900, 99).await;
    for key in ["1", "2", "3"] {
        buy(&bob, json!([line(&bell, 1)]), key).await;
    }
    for name in ["sue-2", "sue-3"] {
        market.buyer(name).await;
    }
    let admin = &market.admin.client;
    for (list, others) in [
        ("/v1/orders", vec!["to=2026-01-05", "from=9000-01-01"]),
        ("/v1/payments", vec!["to=2026-01-05", "from=9000-01-01"]),
        ("/v1/users", vec!["q=sue", "q=bob"]),
    ] {
        let first = admin.get(&format!("{list}?limit=1")).await.expect(200).json;
        let cursor = text(&first["next_cursor"]);
        admin.get(&format!("{list}?limit=1&cursor={cursor}")).await.expect(200);
        for other in others {
            admin.get(&format!("{list}?limit=1&{other}&cursor={cursor}")).await.expect_invalid("cursor");
        }
    }
    let named = admin.get("/v1/users?q=sue&limit=1").await.expect(200).json;
    let next = format!("/v1/users?q=sue&limit=1&cursor={}", text(&named["next_cursor"]));
    assert_eq!(admin.get(&next).await.expect(200).json["data"].as_array().unwrap().len(), 1);
    for blank in ["%20", "%C2%A0", "%CC%81"] {
        for list in ["/v1/orders", "/v1/payments", "/v1/users", "/v1/sellers"] {
            admin.get(&format!("{list}?q={blank}")).await.expect_invalid("q");
        }
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_and_shops_are_filtered_by_when_they_came() {
    let (world, market, sue, _) = sale().await;
    market.anybody().post("/v1/guests", json!({ "email": "gus@example.com" })).await.expect(201);
    world.advance(std::time::Duration::from_secs(3 * 86_400)).await;
    let (zoe, sam) = (market.buyer("zoe").await, market.seller("sam").await);
    let admin = market.admin.again(&market).await.client;
    let came = admin.get("/v1/users?q=zoe").await.expect(200).json["data"][0]["created_at"].clone();
    let day = &text(&came)[..10];
    assert_eq!(ids(&admin, &format!("/v1/users?from={day}")).await, [json!(sam.id), json!(zoe.id)], "by name");
    assert_eq!(ids(&admin, &format!("/v1/sellers?from={day}")).await, [json!(sam.seller)]);
    assert_eq!(ids(&admin, &format!("/v1/sellers?to={day}")).await, [json!(sue.seller), json!(sam.seller)]);
    assert_eq!(ids(&admin, "/v1/users?guest=true").await.len(), 1);
    assert_eq!(ids(&admin, "/v1/users?guest=false").await.len(), 5);
    assert_eq!(ids(&admin, &format!("/v1/users?guest=true&from={day}")).await, [] as [Value; 0]);
    admin.get("/v1/users?guest=perhaps").await.expect_invalid("guest");
    admin.get("/v1/sellers?from=2026-02-02&to=2026-02-01").await.expect_invalid("to");
    let file = admin.get(&format!("/v1/users?format=csv&from={day}")).await.expect(200).text;
    assert_eq!(file.lines().count(), 3, "{file}");
    world.stop().await;
}
