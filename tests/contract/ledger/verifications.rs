use crate::{
    money::{delete_item, earn, items, owed, pay_out, put_item, today},
    orders::{buy, line, paid, sale, text},
};
use futures::future::join_all;
use serde_json::{Value, json};
use std::{collections::BTreeSet, time::Duration};
use tradewind_tests::{Client, World, eventually};

/// Verifies the marketplace's ledger, and waits until it is done.
pub async fn verify(admin: &Client, key: &str) -> Value {
    let begun = admin.clone().key(key).post("/v1/ledger-verifications", json!({})).await.expect(202);
    assert_eq!((&begun.json["status"], &begun.json["parts"]), (&json!("running"), &json!(10)));
    let path = begun.header("location");
    eventually("the verification ends", || async {
        let read = admin.get(&format!("{path}?limit=100")).await.expect(200).json;
        (read["status"] != "running").then_some(read)
    })
    .await
}

fn kinds(verification: &Value) -> BTreeSet<&str> {
    verification["data"].as_array().unwrap().iter().map(|found| text(&found["kind"])).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn books_that_agree_are_told_so_with_what_was_compared() {
    let (world, market, sue, bob) = sale().await;
    let empty = verify(&market.admin.client, "empty").await;
    assert_eq!((&empty["status"], &empty["journals"], &empty["data"]), (&json!("agrees"), &json!(0), &json!([])));

    earn(&sue, &bob, 1000, "1").await;
    let order = paid(&bob, &sue.sell("Lamp", 700, 3).await, "2").await;
    let refund = json!({ "amount": { "amount": 200, "currency": "EUR" } });
    let refunds = format!("/v1/orders/{}/refunds", text(&order));
    market.admin.client.clone().key("r").post(&refunds, refund).await.expect(201);
    pay_out(&world, &market, "run").await;
    assert_eq!(owed(&sue).await, 0);
    world.advance(Duration::from_secs(180)).await;

    let found = verify(&market.admin.client, "all").await;
    assert_eq!(found["status"], "agrees", "{found}");
    // Two captures, a release, a refund and its settlement, a payout and its settlement.
    assert_eq!((&found["journals"], &found["entries"]), (&json!(7), &json!(2)));
    assert_eq!((&found["orders"], &found["payouts"]), (&json!(2), &json!(1)));
    assert_eq!((&found["parts"], &found["parts_done"]), (&json!(11), &json!(11)));
    assert!(found["balances"].as_u64().unwrap() > 8, "{found}");
    // Verifying changed nothing.
    assert_eq!(verify(&market.admin.client, "again").await["status"], "agrees");
    assert_eq!(world.dead_letters().await.len(), 0);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_difference_is_named_and_nothing_is_repaired() {
    let (world, market, sue, bob) = sale().await;
    let mut orders = vec![];
    for n in 0..6 {
        orders.push(earn(&sue, &bob, 1000, &n.to_string()).await);
    }
    pay_out(&world, &market, "run").await;
    let one = async |pk: String| items(&world, &pk).await.remove(0);
    let release = |n: usize| format!("#journal#release#{}", text(&orders[n]));
    let entries = items(&world, &format!("#account#seller_payable:{}", sue.seller)).await;
    let entry = |n: usize| entries.iter().find(|e| e["subject"]["S"] == orders[n]).unwrap().clone();

    // A journal that does not balance, whose entry differs as well.
    let mut unbalanced = one(release(0)).await;
    for posting in unbalanced["postings"]["L"].as_array_mut().unwrap() {
        if text(&posting["M"]["account"]["S"]).starts_with("seller_payable") {
            posting["M"]["amount"]["M"]["amount"]["N"] = json!("-901");
        }
    }
    put_item(&world, unbalanced.clone()).await;
    // An entry is missing, and another belongs to no journal.
    delete_item(&world, &entry(1)).await;
    let mut extra = entry(2);
    extra["sk"]["S"] = json!(text(&extra["sk"]["S"]).replace("jrn_", "jrn_0"));
    extra["journal"]["S"] = json!("jrn_01jd0000000000000000000000");
    extra["amount"]["M"]["amount"]["N"] = json!("-5");
    put_item(&world, extra).await;
    // A journal is missing, and another is about nothing that exists.
    delete_item(&world, &one(release(3)).await).await;
    let captured = one(format!("#order#{}", text(&orders[4]))).await["payment"]["S"].clone();
    delete_item(&world, &one(format!("#payment#{}", text(&captured))).await).await;
    // A balance that somebody changed.
    let mut balance = items(&world, "#balance#tax#").await.pop().unwrap_or_else(|| {
        let market = text(&unbalanced["pk"]["S"]).split('#').next().unwrap().to_owned();
        json!({ "pk": { "S": format!("{market}#balance#tax#3") }, "sk": { "S": "balance#EUR" },
                "account": { "S": "tax" }, "currency": { "S": "EUR" }, "amount": { "N": "0" } })
    });
    balance["amount"]["N"] = json!("42");
    put_item(&world, balance).await;
    // An order that claims not to be completed, although that was booked.
    let mut order = one(format!("#order#{}", text(&orders[5]))).await;
    order["funds"]["S"] = json!("escrow");
    put_item(&world, order).await;

    let before = world.stored("main").await;
    let found = verify(&market.admin.client, "all").await;
    assert_eq!(found["status"], "differs", "{found}");
    let expected = [
        "balance_differs",
        "entry_differs",
        "entry_extra",
        "entry_missing",
        "journal_missing",
        "journal_unbalanced",
        "shares_differ",
        "subject_differs",
        "subject_missing",
    ];
    assert_eq!(kinds(&found), BTreeSet::from(expected), "{found}");
    let data = found["data"].as_array().unwrap();
    assert_eq!(found["differences"], data.len());
    let of = |kind: &str| data.iter().filter(|f| f["kind"] == kind).map(|f| text(&f["subject"])).collect::<Vec<_>>();
    assert_eq!(of("journal_unbalanced"), [text(&unbalanced["id"]["S"])]);
    assert_eq!(of("journal_missing"), [format!("release:{}", text(&orders[3]))]);
    let tax = data.iter().find(|f| text(&f["subject"]).starts_with("tax#")).unwrap();
    assert_eq!((&tax["expected"]["amount"], &tax["found"]["amount"]), (&json!(0), &json!(42)));
    assert!(of("balance_differs").contains(&format!("seller_payable:{}:EUR", sue.seller).as_str()), "{found}");

    // Nothing in the books was changed, and the same differences are found again.
    let of_books = |stored: &str| {
        let stored: Value = serde_json::from_str(stored).unwrap();
        let ours = |item: &&Value| ["#verification#", "#event#"].iter().any(|of| text(&item["pk"]["S"]).contains(of));
        stored["Items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|item| !ours(item))
            .map(Value::to_string)
            .collect::<BTreeSet<_>>()
    };
    assert_eq!(of_books(&before), of_books(&world.stored("main").await));
    assert_eq!(verify(&market.admin.client, "again").await["data"], found["data"]);
    assert_eq!(world.dead_letters().await.len(), 0);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_differs_while_sales_go_on() {
    let (world, market, sue, bob) = sale().await;
    let lamp = sue.sell("Lamp", 500, 1000).await;
    let selling = std::sync::atomic::AtomicBool::new(true);
    let sales = async |buyer: &str| {
        let buyer = market.buyer(buyer).await;
        let mut sold = 0;
        while selling.load(std::sync::atomic::Ordering::Relaxed) {
            let checkout = buy(&buyer, json!([line(&lamp, 1)]), &sold.to_string()).await;
            buyer.pay(&checkout).await;
            sold += 1;
        }
        sold
    };
    let verifications = async {
        for n in 0..2 {
            let found = verify(&market.admin.client, &format!("v{n}")).await;
            assert_eq!((&found["status"], &found["data"]), (&json!("agrees"), &json!([])), "{found}");
            earn(&sue, &bob, 1000, &format!("e{n}")).await;
        }
        selling.store(false, std::sync::atomic::Ordering::Relaxed);
    };
    let (a, b, c, d, ()) = tokio::join!(sales("a"), sales("b"), sales("c"), sales("d"), verifications);
    assert!(a + b + c + d > 20, "{} sales", a + b + c + d);
    world.settle().await;
    let found = verify(&market.admin.client, "end").await;
    assert_eq!(found["status"], "agrees", "{found}");
    assert_eq!(found["journals"], a + b + c + d + 4);
    assert_eq!(world.dead_letters().await.len(), 0);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verification_is_its_own_marketplaces_administrators() {
    let (world, market, sue, _) = sale().await;
    let other = world.market("books").await;
    let id = verify(&market.admin.client, "k").await["id"].clone();
    let path = format!("/v1/ledger-verifications/{}", text(&id));
    other.admin.client.get(&path).await.expect_problem(404, "not_found");
    sue.client.get(&path).await.expect_problem(403, "admin_required");
    market.admin.client.get(&format!("{path}?cursor=made.up")).await.expect_invalid("cursor");
    market
        .admin
        .client
        .post("/v1/ledger-verifications", json!({}))
        .await
        .expect_problem(400, "idempotency_key_missing");
    let again = market.admin.client.clone().key("k").post("/v1/ledger-verifications", json!({})).await.expect(202);
    assert_eq!(again.json["id"], id);
    world.stop().await;
}

/// These are more journals than one step handles, and each is about nothing that exists.
#[tokio::test(flavor = "multi_thread")]
async fn a_part_that_is_too_much_for_one_step_goes_on_in_the_next() {
    let (world, market, ..) = sale().await;
    let day = today(&world, &market).await;
    let id = market.anybody().get("/v1/marketplace").await.expect(200).json["id"].clone();
    let (id, month) = (text(&id).to_owned(), day.get(..7).unwrap());
    let at = market.anybody().get("/v1/marketplace").await.json["created_at"].clone();
    let journal = |n: u32| {
        let (name, subject) = (format!("jrn_01jd00000000000000000{n:05}"), format!("pay_01jd00000000000000000{n:05}"));
        let posting = |account: &str, amount: &str| {
            let amount = json!({ "M": { "amount": { "N": amount }, "currency": { "S": "EUR" } } });
            json!({ "M": { "account": { "S": account }, "amount": amount } })
        };
        json!({
            "pk": { "S": format!("{id}#journal#capture#{subject}") }, "sk": { "S": "journal" },
            "gsi1pk": { "S": format!("{id}#journals#{month}#0") }, "gsi1sk": { "S": format!("{}#{name}", text(&at)) },
            "card": { "M": { "kind": { "S": "capture" }, "subject": { "S": subject } } },
            "id": { "S": name }, "kind": { "S": "capture" }, "subject": { "S": subject }, "at": { "S": at },
            "postings": { "L": [posting("provider_clearing", "3"), posting("escrow", "-3")] },
        })
    };
    for some in (0..1_150).collect::<Vec<_>>().chunks(50) {
        join_all(some.iter().map(|n| put_item(&world, journal(*n)))).await;
    }
    world.advance(Duration::from_secs(600)).await;
    let found = verify(&market.admin.client, "v").await;
    assert_eq!((&found["journals"], &found["parts_done"]), (&json!(1_150), &found["parts"]));
    // The two balances that do not match are differences as well.
    assert_eq!(found["differences"], 1_152);
    let clearing =
        found["data"].as_array().unwrap().iter().find(|f| f["subject"] == "provider_clearing#0:EUR").unwrap();
    assert_eq!((&clearing["expected"]["amount"], &clearing["found"]["amount"]), (&json!(3_450), &json!(0)));
    let totals = world.anybody().get("/_local/totals").await.json;
    if !World::lambdas() {
        // One call for each part, and one more for the rest of the first part.
        assert_eq!(totals["ledger-verify"]["count"], 12);
    }
    world.stop().await;
}
