//! Conditional writes and transactions, as the DynamoDB developer guide describes them, through the real SDK.
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
    error::ProvideErrorMetadata,
    operation::transact_write_items::TransactWriteItemsError,
    types::{
        AttributeValue, ConditionCheck, Delete, Put, ReturnValue, ReturnValuesOnConditionCheckFailure as OnFailure,
        TransactWriteItem, Update,
    },
};
use common::{Served, create_table, number, string};

const TABLE: &str = "main";

fn item(pk: &str, stock: i64) -> HashMap<String, AttributeValue> {
    HashMap::from([("pk".to_owned(), string(pk)), ("sk".to_owned(), string("A")), ("stock".to_owned(), number(stock))])
}

fn key(pk: &str) -> HashMap<String, AttributeValue> {
    HashMap::from([("pk".to_owned(), string(pk)), ("sk".to_owned(), string("A"))])
}

async fn with_table() -> Served {
    let served = common::memory().await;
    create_table(&served.client, TABLE).await;
    served
}

async fn put(served: &Served, pk: &str, stock: i64) {
    served.client.put_item().table_name(TABLE).set_item(Some(item(pk, stock))).send().await.unwrap();
}

async fn stock(served: &Served, pk: &str) -> Option<AttributeValue> {
    let get = served.client.get_item().table_name(TABLE).set_key(Some(key(pk))).consistent_read(true);
    get.send().await.unwrap().item.and_then(|mut item| item.remove("stock"))
}

#[tokio::test]
async fn a_failed_conditional_put_returns_the_item_that_stood_in_its_way() {
    let served = with_table().await;
    put(&served, "p", 1).await;
    let again = || {
        let put = served.client.put_item().table_name(TABLE).set_item(Some(item("p", 2)));
        put.condition_expression("attribute_not_exists(pk)")
    };

    let plain = again().send().await.unwrap_err().into_service_error();
    assert!(plain.is_conditional_check_failed_exception());
    assert_eq!(plain.message(), Some("The conditional request failed"));

    let told = again().return_values_on_condition_check_failure(OnFailure::AllOld).send().await.unwrap_err();
    let aws_sdk_dynamodb::operation::put_item::PutItemError::ConditionalCheckFailedException(told) =
        told.into_service_error()
    else {
        panic!("not a failed condition")
    };
    assert_eq!(told.item, Some(item("p", 1)));
    assert_eq!(stock(&served, "p").await, Some(number(1)));
}

#[tokio::test]
async fn a_conditional_update_answers_with_what_was_asked_for_and_fails_without_a_trace() {
    let served = with_table().await;
    put(&served, "p", 3).await;
    let take = |count: i64| {
        let update = served.client.update_item().table_name(TABLE).set_key(Some(key("p")));
        update
            .update_expression("SET stock = stock - :n")
            .condition_expression("stock >= :n")
            .expression_attribute_values(":n", number(count))
            .return_values(ReturnValue::UpdatedNew)
            .return_values_on_condition_check_failure(OnFailure::AllOld)
    };
    let taken = take(2).send().await.unwrap();
    assert_eq!(taken.attributes, Some(HashMap::from([("stock".to_owned(), number(1))])));

    let refused = take(2).send().await.unwrap_err().into_service_error();
    let aws_sdk_dynamodb::operation::update_item::UpdateItemError::ConditionalCheckFailedException(refused) = refused
    else {
        panic!("not a failed condition")
    };
    assert_eq!(refused.item, Some(item("p", 1)));
    assert_eq!(stock(&served, "p").await, Some(number(1)));
}

#[tokio::test]
async fn a_conditional_delete_deletes_only_what_the_condition_allows() {
    let served = with_table().await;
    put(&served, "p", 3).await;
    let delete = |expected: i64| {
        let delete = served.client.delete_item().table_name(TABLE).set_key(Some(key("p")));
        delete
            .condition_expression("stock = :n")
            .expression_attribute_values(":n", number(expected))
            .return_values(ReturnValue::AllOld)
            .return_values_on_condition_check_failure(OnFailure::AllOld)
    };
    let refused = delete(4).send().await.unwrap_err().into_service_error();
    let aws_sdk_dynamodb::operation::delete_item::DeleteItemError::ConditionalCheckFailedException(refused) = refused
    else {
        panic!("not a failed condition")
    };
    assert_eq!(refused.item, Some(item("p", 3)));
    assert_eq!(delete(3).send().await.unwrap().attributes, Some(item("p", 3)));
    assert_eq!(stock(&served, "p").await, None);
}

fn transact_put(pk: &str, stock: i64, condition: Option<&str>) -> TransactWriteItem {
    let put = Put::builder().table_name(TABLE).set_item(Some(item(pk, stock)));
    let put = put.set_condition_expression(condition.map(str::to_owned));
    let put = put.return_values_on_condition_check_failure(OnFailure::AllOld);
    TransactWriteItem::builder().put(put.build().unwrap()).build()
}

#[tokio::test]
async fn a_cancelled_transaction_changes_nothing_and_says_why_in_order_with_the_items() {
    let served = with_table().await;
    put(&served, "there", 7).await;
    let check = ConditionCheck::builder().table_name(TABLE).set_key(Some(key("absent")));
    let check = check.condition_expression("attribute_exists(pk)").build().unwrap();
    let update = Update::builder().table_name(TABLE).set_key(Some(key("fresh"))).update_expression("SET stock = :n");
    let update = update.expression_attribute_values(":n", number(1)).build().unwrap();
    let items = vec![
        TransactWriteItem::builder().update(update).build(),
        transact_put("there", 8, Some("attribute_not_exists(pk)")),
        TransactWriteItem::builder().condition_check(check).build(),
    ];
    let failed = served.client.transact_write_items().set_transact_items(Some(items)).send().await.unwrap_err();
    let failed = failed.into_service_error();
    let TransactWriteItemsError::TransactionCanceledException(cancelled) = failed else { panic!("{failed:?}") };
    let reasons: Vec<_> =
        cancelled.cancellation_reasons().iter().map(|reason| (reason.code(), reason.item.clone())).collect();
    assert_eq!(
        reasons,
        [
            (Some("None"), None),
            (Some("ConditionalCheckFailed"), Some(item("there", 7))),
            (Some("ConditionalCheckFailed"), None)
        ]
    );
    assert_eq!(
        cancelled.message(),
        Some(
            "Transaction cancelled, please refer cancellation reasons for specific reasons \
             [None, ConditionalCheckFailed, ConditionalCheckFailed]"
        )
    );
    assert_eq!(stock(&served, "fresh").await, None);
    assert_eq!(stock(&served, "there").await, Some(number(7)));
}

#[tokio::test]
async fn a_transaction_does_all_of_its_writes() {
    let served = with_table().await;
    put(&served, "old", 1).await;
    let delete = Delete::builder().table_name(TABLE).set_key(Some(key("old"))).build().unwrap();
    let items = vec![
        transact_put("a", 1, None),
        transact_put("b", 2, Some("attribute_not_exists(pk)")),
        TransactWriteItem::builder().delete(delete).build(),
    ];
    served.client.transact_write_items().set_transact_items(Some(items)).send().await.unwrap();
    assert_eq!(stock(&served, "a").await, Some(number(1)));
    assert_eq!(stock(&served, "b").await, Some(number(2)));
    assert_eq!(stock(&served, "old").await, None);
}

#[tokio::test]
async fn two_writes_to_one_item_in_a_transaction_are_refused() {
    let served = with_table().await;
    let items = vec![transact_put("a", 1, None), transact_put("a", 2, None)];
    let refused = served.client.transact_write_items().set_transact_items(Some(items)).send().await.unwrap_err();
    let refused = refused.into_service_error();
    assert_eq!(refused.code(), Some("ValidationException"));
    assert_eq!(refused.message(), Some("Transaction request cannot include multiple operations on one item"));
}

#[tokio::test]
async fn a_repeated_client_request_token_writes_once() {
    let served = with_table().await;
    put(&served, "p", 0).await;
    let add = |token: &str, count: i64| {
        let update = Update::builder().table_name(TABLE).set_key(Some(key("p"))).update_expression("ADD stock :n");
        let update = update.expression_attribute_values(":n", number(count)).build().unwrap();
        let transact = served.client.transact_write_items().client_request_token(token);
        transact.transact_items(TransactWriteItem::builder().update(update).build()).send()
    };
    add("token-1", 5).await.unwrap();
    add("token-1", 5).await.unwrap();
    assert_eq!(stock(&served, "p").await, Some(number(5)));
    add("token-2", 5).await.unwrap();
    assert_eq!(stock(&served, "p").await, Some(number(10)));
    let other = add("token-1", 6).await.unwrap_err().into_service_error();
    assert!(other.is_idempotent_parameter_mismatch_exception(), "{other:?}");
    assert_eq!(stock(&served, "p").await, Some(number(10)));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_buyers_of_ten_units_get_ten() {
    let served = with_table().await;
    put(&served, "p", 10).await;
    let buyers: Vec<_> = (0..200)
        .map(|buyer: usize| {
            let client = served.client.clone();
            tokio::spawn(async move {
                let update = Update::builder().table_name(TABLE).set_key(Some(key("p")));
                let update = update
                    .update_expression("SET stock = stock - :one")
                    .condition_expression("stock >= :one")
                    .expression_attribute_values(":one", number(1));
                if buyer.is_multiple_of(2) {
                    let update = TransactWriteItem::builder().update(update.build().unwrap()).build();
                    let order = transact_put(&format!("order-{buyer}"), 1, None);
                    client.transact_write_items().transact_items(update).transact_items(order).send().await.is_ok()
                } else {
                    let update = update.build().unwrap();
                    let taken = client.update_item().table_name(TABLE).set_key(Some(update.key));
                    let taken = taken.update_expression(update.update_expression);
                    let taken = taken.set_condition_expression(update.condition_expression);
                    let taken = taken.set_expression_attribute_values(update.expression_attribute_values);
                    match taken.send().await {
                        Ok(_) => true,
                        Err(error) => {
                            assert!(error.into_service_error().is_conditional_check_failed_exception());
                            false
                        }
                    }
                }
            })
        })
        .collect();
    let mut sold = 0;
    for buyer in buyers {
        sold += u32::from(buyer.await.unwrap());
    }
    assert_eq!(sold, 10);
    assert_eq!(stock(&served, "p").await, Some(number(0)));
}
