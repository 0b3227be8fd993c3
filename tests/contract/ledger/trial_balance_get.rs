use crate::{
    money::{earn, items, put_item},
    orders::{buy, euros, line, sale, text},
};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn the_accounts_of_a_marketplace_sum_to_zero() {
    let (world, market, sue, bob) = sale().await;
    let read = async || market.admin.client.get("/v1/trial-balance").await.expect(200).json;
    let empty = read().await;
    assert_eq!((empty["accounts"].as_array().unwrap().len(), &empty["sum"]), (8, &euros(0)));
    earn(&sue, &bob, 1000, "1").await;
    let checkout = buy(&bob, json!([line(&sue.sell("Lamp", 500, 1).await, 1)]), "2").await;
    bob.pay(&checkout).await;
    world.settle().await;
    let trial = read().await;
    let accounts = trial["accounts"].as_array().unwrap();
    let balance = |name: &str| accounts.iter().find(|a| a["account"] == name).unwrap()["balance"].clone();
    assert_eq!(balance("provider_clearing"), euros(1500));
    assert_eq!(
        (balance("escrow"), balance("seller_payable"), balance("platform_fee")),
        (euros(-500), euros(-900), euros(-100))
    );
    assert_eq!(trial["sum"], euros(0));
    assert_eq!(
        world.market("books").await.admin.client.get("/v1/trial-balance").await.json["accounts"],
        empty["accounts"]
    );
    sue.client.get("/v1/trial-balance").await.expect_problem(403, "admin_required");
    market.anybody().get("/v1/trial-balance").await.expect(401);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_sums_to_zero_at_every_moment_of_many_sales() {
    let (world, market, sue, bob) = sale().await;
    let bell = sue.sell("Bell", 900, 50).await;
    for n in 0..12 {
        let checkout = buy(&bob, json!([line(&bell, 1)]), &n.to_string()).await;
        bob.pay(&checkout).await;
        let trial = market.admin.client.get("/v1/trial-balance").await.expect(200).json;
        assert_eq!(trial["sum"], euros(0), "{trial}");
    }
    world.settle().await;
    let trial = market.admin.client.get("/v1/trial-balance").await.expect(200).json;
    assert_eq!(
        trial["accounts"].as_array().unwrap().iter().find(|a| a["account"] == "escrow").unwrap()["balance"],
        euros(-10_800)
    );
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_currency_that_was_posted_in_has_a_balance_of_its_own() {
    let (world, market, sue, bob) = sale().await;
    earn(&sue, &bob, 1000, "1").await;
    // A sale in dollars, booked as in a marketplace with two currencies.
    let here = items(&world, "#balance#provider_clearing#").await.remove(0);
    let (pk, shard) = (text(&here["pk"]["S"]).to_owned(), "#balance#escrow#");
    let dollars = |pk: String, account: &str, amount: &str, shape: &str| {
        json!({
            "pk": { "S": pk }, "sk": { "S": "balance#USD" }, "shape": { "S": shape }, "account": { "S": account },
            "currency": { "S": "USD" }, "amount": { "N": amount },
        })
    };
    let mut held = dollars(pk.clone(), "provider_clearing", "700", "balance.v2");
    held["of_escrow"] = json!({ "N": "-300" });
    put_item(&world, held).await;
    // Earlier releases wrote an item for each account.
    let older = dollars(pk.replace("#balance#provider_clearing#", shard), "escrow", "-400", "balance.v1");
    put_item(&world, older).await;
    let trial = market.admin.client.get("/v1/trial-balance").await.expect(200).json;
    // Clients that know one currency find what they always found.
    assert_eq!((trial["accounts"].as_array().unwrap().len(), &trial["sum"]), (8, &euros(0)));
    let all = trial["currencies"].as_array().unwrap();
    assert_eq!((all.len(), &all[0]["currency"], &all[1]["currency"]), (2, &json!("EUR"), &json!("USD")));
    assert_eq!(all[0]["accounts"], trial["accounts"]);
    assert_eq!(all[1]["sum"], json!({ "amount": 0, "currency": "USD" }));
    let held = all[1]["accounts"].as_array().unwrap().iter().find(|a| a["account"] == "provider_clearing").unwrap();
    assert_eq!(held["balance"], json!({ "amount": 700, "currency": "USD" }));

    let file = market.admin.client.get("/v1/trial-balance?format=csv").await.expect(200);
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8; header=present");
    assert!(file.header("content-disposition").starts_with("attachment; filename=\"trial-balance-"));
    let lines: Vec<_> = file.text.split("\r\n").collect();
    assert_eq!((lines[0], lines.len()), ("account,debit,credit,currency", 18));
    assert!(
        lines.contains(&"provider_clearing,10.00,0.00,EUR") && lines.contains(&"escrow,0.00,7.00,USD"),
        "{lines:?}"
    );
    market.admin.client.get("/v1/trial-balance?format=xml").await.expect_invalid("format");
    sue.client.get("/v1/trial-balance?format=csv").await.expect_problem(403, "admin_required");
    world.stop().await;
}
