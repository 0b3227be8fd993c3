//! Queries, indexes, batches and consumed capacity, as the DynamoDB developer guide describes them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::disallowed_methods,
    missing_docs
)]

mod common;

use std::collections::HashMap;

use aws_sdk_dynamodb::{
    Client,
    error::ProvideErrorMetadata,
    types::{AttributeValue, KeysAndAttributes, Put, ReturnConsumedCapacity, TransactWriteItem},
};
use common::{Served, create_table, string};

const TABLE: &str = "main";

async fn with_table() -> Served {
    let served = common::memory().await;
    create_table(&served.client, TABLE).await;
    served
}

fn key(sk: &str) -> HashMap<String, AttributeValue> {
    HashMap::from([("pk".to_owned(), string("p")), ("sk".to_owned(), string(sk))])
}

/// An item in partition `p`, in the index if `gsk` is given, with a body of `bytes` bytes.
fn item(sk: &str, gsk: Option<&str>, bytes: usize) -> HashMap<String, AttributeValue> {
    let mut item = key(sk);
    item.insert("body".to_owned(), string(&"x".repeat(bytes)));
    if let Some(gsk) = gsk {
        item.insert("gpk".to_owned(), string("g"));
        item.insert("gsk".to_owned(), string(gsk));
    }
    item
}

async fn put(client: &Client, item: HashMap<String, AttributeValue>) {
    client.put_item().table_name(TABLE).set_item(Some(item)).send().await.unwrap();
}

fn names(items: &[HashMap<String, AttributeValue>]) -> Vec<String> {
    items.iter().map(|item| item["sk"].as_s().unwrap().clone()).collect()
}

#[tokio::test]
async fn a_query_pages_through_a_partition_in_order_without_gap_or_repeat() {
    let served = with_table().await;
    for number in 0..25 {
        put(&served.client, item(&format!("A#{number:02}"), None, 1)).await;
    }
    put(&served.client, item("B#00", None, 1)).await;

    let (mut found, mut pages, mut start) = (Vec::new(), 0, None);
    loop {
        let query = served.client.query().table_name(TABLE).limit(10).set_exclusive_start_key(start);
        let query = query.key_condition_expression("pk = :p AND begins_with(sk, :a)");
        let query =
            query.expression_attribute_values(":p", string("p")).expression_attribute_values(":a", string("A#"));
        let page = query.send().await.unwrap();
        pages += 1;
        found.extend(names(page.items()));
        start = page.last_evaluated_key;
        if start.is_none() {
            break;
        }
        assert_eq!(start, Some(key(found.last().unwrap())));
    }
    assert_eq!(found, (0..25).map(|number| format!("A#{number:02}")).collect::<Vec<_>>());
    assert_eq!(pages, 3);
}

#[tokio::test]
async fn a_page_holds_at_most_one_megabyte() {
    let served = with_table().await;
    for number in 0..4 {
        put(&served.client, item(&format!("{number}"), None, 350_000)).await;
    }
    let query = served.client.query().table_name(TABLE).key_condition_expression("pk = :p");
    let page = query.expression_attribute_values(":p", string("p")).send().await.unwrap();
    assert_eq!(names(page.items()), ["0", "1"]);
    assert_eq!(page.last_evaluated_key, Some(key("1")));
}

#[tokio::test]
async fn an_index_is_sparse_descends_and_pages_by_index_and_table_key() {
    let served = with_table().await;
    for number in 0..7 {
        // There are two items for each index key, so the table's key must distinguish the pages.
        let gsk = format!("t{}", number / 2);
        put(&served.client, item(&format!("{number}"), Some(&gsk), 1)).await;
    }
    put(&served.client, item("unlisted", None, 1)).await;

    let (mut found, mut start) = (Vec::new(), None);
    loop {
        let query = served.client.query().table_name(TABLE).index_name("gsi1").scan_index_forward(false).limit(3);
        let query = query.key_condition_expression("gpk = :g").expression_attribute_values(":g", string("g"));
        let page = query.set_exclusive_start_key(start).send().await.unwrap();
        found.extend(page.items().to_vec());
        start = page.last_evaluated_key;
        let Some(start) = &start else { break };
        let mut fields: Vec<_> = start.keys().cloned().collect();
        fields.sort();
        assert_eq!(fields, ["gpk", "gsk", "pk", "sk"]);
    }
    let order: Vec<_> = found.iter().map(|item| item["gsk"].as_s().unwrap().as_str()).collect();
    assert_eq!(order, ["t3", "t2", "t2", "t1", "t1", "t0", "t0"]);
    let mut all = names(&found);
    all.sort();
    assert_eq!(all, ["0", "1", "2", "3", "4", "5", "6"]);

    // Without its index key an item leaves the index.
    let update = served.client.update_item().table_name(TABLE).set_key(Some(key("6")));
    update.update_expression("REMOVE gpk, gsk").send().await.unwrap();
    let query = served.client.query().table_name(TABLE).index_name("gsi1").key_condition_expression("gpk = :g");
    let left = query.expression_attribute_values(":g", string("g")).send().await.unwrap();
    assert_eq!(left.count, 6);
}

#[tokio::test]
async fn a_batch_get_returns_what_exists() {
    let served = with_table().await;
    put(&served.client, item("a", None, 1)).await;
    put(&served.client, item("b", None, 1)).await;
    let keys = KeysAndAttributes::builder().keys(key("a")).keys(key("b")).keys(key("absent")).build().unwrap();
    let answer = served.client.batch_get_item().request_items(TABLE, keys).send().await.unwrap();
    let mut found = names(&answer.responses.unwrap()[TABLE]);
    found.sort();
    assert_eq!(found, ["a", "b"]);
    assert!(answer.unprocessed_keys.unwrap().is_empty());
}

#[tokio::test]
async fn reads_consume_half_a_unit_per_4_kb_or_a_whole_one_when_consistent() {
    let served = with_table().await;
    put(&served.client, item("small", None, 100)).await;
    put(&served.client, item("large", None, 9_000)).await;
    let units = async |sk: &str, consistent: bool| {
        let get = served.client.get_item().table_name(TABLE).set_key(Some(key(sk))).consistent_read(consistent);
        let answer = get.return_consumed_capacity(ReturnConsumedCapacity::Total).send().await.unwrap();
        answer.consumed_capacity.unwrap().capacity_units.unwrap()
    };
    assert_eq!(units("small", false).await, 0.5);
    assert_eq!(units("small", true).await, 1.0);
    assert_eq!(units("large", false).await, 1.5);
    assert_eq!(units("large", true).await, 3.0);
    assert_eq!(units("absent", false).await, 0.5);
}

#[tokio::test]
async fn writes_consume_a_unit_per_kb_for_table_and_index_each_and_twice_that_in_a_transaction() {
    let served = with_table().await;
    let put = async |item| {
        let put = served.client.put_item().table_name(TABLE).set_item(Some(item));
        let answer = put.return_consumed_capacity(ReturnConsumedCapacity::Indexes).send().await.unwrap();
        let consumed = answer.consumed_capacity.unwrap();
        let index = consumed.global_secondary_indexes.and_then(|indexes| indexes["gsi1"].capacity_units);
        (consumed.capacity_units.unwrap(), consumed.table.unwrap().capacity_units.unwrap(), index)
    };
    assert_eq!(put(item("plain", None, 100)).await, (1.0, 1.0, None));
    assert_eq!(put(item("large", None, 2_500)).await, (3.0, 3.0, None));
    assert_eq!(put(item("listed", Some("t"), 100)).await, (2.0, 1.0, Some(1.0)));
    // Changing an index key deletes one index entry and adds another.
    assert_eq!(put(item("listed", Some("u"), 100)).await, (3.0, 1.0, Some(2.0)));

    let transact_put = |item| {
        let put = Put::builder().table_name(TABLE).set_item(Some(item)).build().unwrap();
        TransactWriteItem::builder().put(put).build()
    };
    let transact = served.client.transact_write_items().return_consumed_capacity(ReturnConsumedCapacity::Total);
    let transact = transact.transact_items(transact_put(item("t1", None, 100)));
    let answer = transact.transact_items(transact_put(item("t2", None, 1_500))).send().await.unwrap();
    assert_eq!(answer.consumed_capacity.unwrap()[0].capacity_units, Some(6.0));
}

#[tokio::test]
async fn a_plain_get_answers_like_one_with_a_projection_of_everything() {
    let served = with_table().await;
    let mut item = item("a", Some("t"), 3);
    item.insert("set".to_owned(), AttributeValue::Ns(vec!["10".to_owned(), "9".to_owned(), "-1.5".to_owned()]));
    item.insert(
        "map".to_owned(),
        AttributeValue::M(HashMap::from([("a \"b\" \u{1F600}".to_owned(), AttributeValue::Null(true))])),
    );
    item.insert("bytes".to_owned(), AttributeValue::B(vec![0, 255].into()));
    put(&served.client, item.clone()).await;
    let get = || served.client.get_item().table_name(TABLE).set_key(Some(key("a")));
    // A set has no order.
    let sorted = |mut item: HashMap<String, AttributeValue>| {
        if let Some(AttributeValue::Ns(set)) = item.get_mut("set") {
            set.sort();
        }
        item
    };
    let plain = sorted(get().send().await.unwrap().item.unwrap());
    let projected = get().projection_expression("pk, sk, body, gpk, gsk, #s, #m, bytes");
    let projected = projected.expression_attribute_names("#s", "set").expression_attribute_names("#m", "map");
    assert_eq!(plain, sorted(projected.send().await.unwrap().item.unwrap()));
    assert_eq!(plain["map"], item["map"]);
    assert_eq!(plain["bytes"], item["bytes"]);
}

#[tokio::test]
async fn reads_that_are_wrong_are_refused() {
    let served = with_table().await;
    let get = async |table: &str, key: HashMap<String, AttributeValue>| {
        let get = served.client.get_item().table_name(table).set_key(Some(key)).send().await.unwrap_err();
        let refused = get.into_service_error();
        (refused.code().unwrap().to_owned(), refused.message().unwrap().to_owned())
    };
    let validation = |message: &str| ("ValidationException".to_owned(), message.to_owned());
    let (code, _) = get("absent", key("a")).await;
    assert_eq!(code, "ResourceNotFoundException");
    let schema = validation("The provided key element does not match the schema");
    let mut wrong = key("a");
    wrong.insert("more".to_owned(), string("x"));
    assert_eq!(get(TABLE, wrong).await, schema);
    assert_eq!(get(TABLE, HashMap::from([("pk".to_owned(), string("p"))])).await, schema);
    let mut wrong = key("a");
    wrong.insert("sk".to_owned(), AttributeValue::N("1".to_owned()));
    assert_eq!(get(TABLE, wrong).await, schema);
    let (code, message) = get(TABLE, key("")).await;
    assert_eq!(code, "ValidationException");
    assert!(message.contains("empty string value"), "{message}");
}

#[tokio::test]
async fn a_table_made_anew_under_its_name_is_read_by_its_new_keys() {
    let served = with_table().await;
    put(&served.client, item("a", None, 1)).await;
    let old = served.client.get_item().table_name(TABLE).set_key(Some(key("a"))).send().await.unwrap();
    assert!(old.item.is_some());
    served.client.delete_table().table_name(TABLE).send().await.unwrap();
    assert!(served.client.get_item().table_name(TABLE).set_key(Some(key("a"))).send().await.is_err());
    create_table(&served.client, TABLE).await;
    let new = served.client.get_item().table_name(TABLE).set_key(Some(key("a"))).send().await.unwrap();
    assert!(new.item.is_none());
    put(&served.client, item("a", None, 2)).await;
    let new = served.client.get_item().table_name(TABLE).set_key(Some(key("a"))).send().await.unwrap();
    assert_eq!(new.item.unwrap()["body"], string("xx"));
}

/// Compares with requests in a form that only the engine answers; the answers must be the same.
#[tokio::test]
async fn a_plain_query_answers_like_the_engine() {
    let served = with_table().await;
    for number in 0..12 {
        let gsk = (number % 3 != 0).then(|| format!("S#{}", number / 2));
        put(&served.client, item(&format!("A#{number:02}"), gsk.as_deref(), 700 * number)).await;
    }
    for (sk, bytes) in [("A", 1), ("A#", 5_000), ("A$", 1), ("B#00", 9_000), ("Ä#1", 1)] {
        put(&served.client, item(sk, Some(sk), bytes)).await;
    }
    let (mut compared, mut stopped) = (0, 0);
    for (index, pk, sk, partition) in
        [(None, "pk", "sk", "p"), (Some("gsi1"), "gpk", "gsk", "g"), (None, "pk", "sk", "none")]
    {
        for (operator, bound) in [
            ("", ""),
            ("#sk <= :sk", "A#05"),
            ("#sk <= :sk", "S#3"),
            ("#sk > :sk", "A#05"),
            ("begins_with(#sk, :sk)", "A#"),
            ("begins_with(#sk, :sk)", "S#"),
            ("begins_with(#sk, :sk)", "Ä"),
            ("begins_with(#sk, :sk)", "nothing"),
        ] {
            for (limit, forward) in
                [(None, true), (None, false), (Some(1), true), (Some(5), false), (Some(12), true), (Some(100), false)]
            {
                let ask = |and: &str| {
                    let bounded = !operator.is_empty();
                    let condition =
                        if bounded { format!("#pk = :pk {and} {operator}") } else { format!("#pk{and}= :pk") };
                    let query = served.client.query().table_name(TABLE).set_index_name(index.map(str::to_owned));
                    let query = query.key_condition_expression(condition).expression_attribute_names("#pk", pk);
                    let mut query = query.expression_attribute_values(":pk", string(partition));
                    if bounded {
                        query = query
                            .expression_attribute_names("#sk", sk)
                            .expression_attribute_values(":sk", string(bound));
                    }
                    let query = query.set_limit(limit).scan_index_forward(forward);
                    query.return_consumed_capacity(ReturnConsumedCapacity::Indexes).send()
                };
                let (plain, engine) = match operator {
                    "" => (ask(" ").await.unwrap(), ask("  ").await.unwrap()),
                    _ => (ask("AND").await.unwrap(), ask("and").await.unwrap()),
                };
                let asked = format!("{index:?} {partition} {operator} {bound} {limit:?} {forward}");
                assert_eq!(plain.items(), engine.items(), "{asked}");
                assert_eq!((plain.count(), plain.scanned_count()), (engine.count(), engine.scanned_count()), "{asked}");
                assert_eq!(plain.last_evaluated_key(), engine.last_evaluated_key(), "{asked}");
                assert_eq!(plain.consumed_capacity(), engine.consumed_capacity(), "{asked}");
                compared += plain.items().len();
                stopped += usize::from(plain.last_evaluated_key().is_some());
            }
        }
    }
    assert!(compared > 300 && stopped > 20, "{compared} {stopped}");
}

#[tokio::test]
async fn a_plain_batch_answers_like_the_engine() {
    let served = with_table().await;
    for number in 0..5 {
        put(&served.client, item(&format!("A#{number}"), None, 3_000 * number)).await;
    }
    for consistent in [true, false] {
        let ask = |projection: Option<&str>| {
            let keys = ["A#0", "A#3", "A#9", "A#4"].map(key);
            let wanted = KeysAndAttributes::builder().set_keys(Some(keys.into())).consistent_read(consistent);
            let wanted = wanted.set_projection_expression(projection.map(str::to_owned)).build().unwrap();
            let batch = served.client.batch_get_item().request_items(TABLE, wanted);
            batch.return_consumed_capacity(ReturnConsumedCapacity::Total).send()
        };
        let (plain, engine) = (ask(None).await.unwrap(), ask(Some("pk, sk, body")).await.unwrap());
        assert_eq!(plain.responses(), engine.responses());
        assert_eq!(plain.responses().unwrap()[TABLE].len(), 3);
        assert_eq!(plain.consumed_capacity(), engine.consumed_capacity());
        assert!(plain.unprocessed_keys().unwrap().is_empty());
    }
}
