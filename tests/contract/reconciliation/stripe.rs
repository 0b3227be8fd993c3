//! A day at Stripe compared with the ledger, with recorded answers: localstripe does not support balance transactions.

use crate::{
    money::{now, recorded::Recorded, today, until_payment},
    orders::{buy, line, text},
    payments::{
        intent_create::at_stripe,
        webhook_stripe_create::{marketplace_id, report},
    },
    reconciliation::compare::{findings, later, reconcile},
};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};
use tradewind_tests::stripe::event;

type Balance = Arc<Mutex<Vec<Value>>>;

/// The number in a parameter of a query.
fn number(query: &str, name: &str) -> i64 {
    let value = query.split('&').find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
    value.and_then(|value| value.parse().ok()).unwrap()
}

/// A page of balance transactions, two at a time, as Stripe pages them: newest first.
fn page(balance: &Balance, query: &str) -> Value {
    let (from, until) = (number(query, "created%5Bgte%5D"), number(query, "created%5Blt%5D"));
    let after = query.split('&').find_map(|part| part.strip_prefix("starting_after="));
    let all = balance.lock().unwrap().clone();
    let within = all.iter().filter(|it| (from..until).contains(&it["created"].as_i64().unwrap()));
    let mut rest: Vec<_> = within.skip_while(|it| after.is_some_and(|id| it["id"] != id)).collect();
    if after.is_some() {
        rest.remove(0);
    }
    json!({ "object": "list", "data": rest.iter().take(2).collect::<Vec<_>>(), "has_more": rest.len() > 2 })
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_difference_from_stripe_is_found() {
    let balance = Balance::default();
    let moved = balance.clone();
    let stripe = Recorded::start(move |asked, _| match asked.line.split_once('?') {
        Some(("GET /v1/balance_transactions", query)) => (200, page(&moved, query)),
        _ => (404, json!({})),
    })
    .await;
    let world = stripe.world().await;
    let market = at_stripe(&world).await;
    let (sue, bob) = (market.seller("sue").await, market.buyer("bob").await);
    let (tenant, day) = (marketplace_id(&market).await, today(&world, &market).await);
    let mut payments = vec![];
    for n in 0..6 {
        let checkout = buy(&bob, json!([line(&sue.sell("Bell", 900, 3).await, 1)]), &n.to_string()).await;
        let paid = json!({
            "id": format!("pi_{n}"), "amount": 900, "amount_received": 900, "currency": "eur", "status": "succeeded",
            "metadata": { "tenant": tenant, "subject": checkout["payment"]["id"] },
        });
        let paid = event(&format!("evt_{n}"), "payment_intent.succeeded", paid);
        report(&world, &paid).await.expect(200);
        until_payment(&bob, &checkout, "captured").await;
        payments.push(text(&checkout["payment"]["id"]).to_owned());
    }
    let charge = |n: usize, tenant: &Value, subject: &str, amount: i64, currency: &str| {
        json!({
            "id": format!("txn_{n}"), "object": "balance_transaction", "type": "charge", "created": now(),
            "amount": amount, "fee": 43, "net": amount - 43, "currency": currency,
            "source": { "id": format!("ch_{n}"), "object": "charge",
                        "metadata": { "tenant": tenant, "subject": subject } },
        })
    };
    let unknown = "pay_01jd0000000000000000000000";
    let own = |n: usize, subject: &str, amount, currency| charge(n, &tenant, subject, amount, currency);
    // Stripe never moved the money of the last one.
    let right: Vec<_> = payments.iter().take(5).enumerate().map(|(n, it)| own(n, it, 900, "eur")).collect();
    *balance.lock().unwrap() = [
        right,
        // Movements of another marketplace, and Stripe's own, are left out.
        vec![
            charge(7, &json!("mkt_01jd0000000000000000000000"), unknown, 900, "eur"),
            json!({
                "id": "txn_8", "type": "stripe_fee", "created": now(), "amount": -200, "fee": 0, "currency": "eur",
                "source": null,
            }),
            json!({
                "id": "txn_9", "type": "payout", "created": now(), "amount": -5_000, "fee": 0, "currency": "eur",
                "source": { "id": "po_9", "object": "payout", "metadata": {} },
            }),
        ],
    ]
    .concat();
    let admin = later(&world, &market).await;
    let done = reconcile(&admin, &day, "first").await;
    assert_eq!((&done["transactions"], &done["journals"], &done["findings"]), (&json!(5), &json!(6), &json!(1)));
    let found = findings(&admin, "open").await;
    assert_eq!((&found[0]["kind"], &found[0]["subject"]), (&json!("missing_at_provider"), &json!(payments[5])));

    *balance.lock().unwrap() = vec![
        own(0, &payments[0], 900, "eur"),
        own(1, &payments[1], 899, "eur"),
        own(2, &payments[2], 900, "usd"),
        own(3, &payments[3], 900, "eur"),
        own(5, &payments[3], 900, "eur"),
        own(10, unknown, 900, "eur"),
    ];
    let done = reconcile(&admin, &day, "second").await;
    assert_eq!(done["findings"], 5, "{done}");
    let found = findings(&admin, "open").await;
    let by_kind: BTreeMap<_, _> = found.iter().map(|f| (text(&f["kind"]), text(&f["subject"]))).collect();
    let expected = BTreeMap::from([
        ("amount_differs", payments[1].as_str()),
        ("currency_differs", payments[2].as_str()),
        ("duplicate", payments[3].as_str()),
        ("missing_at_provider", payments[5].as_str()),
        ("missing_in_ledger", unknown),
    ]);
    assert_eq!(by_kind, expected);
    assert_eq!(world.dead_letters().await.len(), 0);
    world.stop().await;
}
