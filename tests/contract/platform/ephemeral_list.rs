//! Lists of items that expire. No endpoint reads one yet, so these tests do it as a function would.

use serde_json::{Value, json};
use tradewind_lambda::Grant;
use tradewind_storage::{List, Path, StorageError};
use tradewind_tests::World;

/// The marks of one partition, by sort key.
fn marks(newest_first: bool) -> List<Value> {
    List::of(Path::Ephemeral, "mkt_7#marks".into(), "mark#", newest_first)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_expires_is_listed_page_by_page() {
    let world = World::start().await;
    let text = |text: &str| json!({ "S": text });
    for (table, sk) in [("ephemeral", "mark#1"), ("ephemeral", "mark#2"), ("ephemeral", "other"), ("main", "mark#3")] {
        let item = json!({ "pk": text("mkt_7#marks"), "sk": text(sk), "shape": text("mark.v1") });
        let put = json!({ "TableName": format!("tradewind-{table}"), "Item": item });
        world.dynamodb("PutItem", put).await;
    }
    let table = world.app(None, &[Grant::EphemeralRead]).await.table;
    let found =
        |items: Vec<Value>| items.iter().map(|item| item["sk"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    let first = table.page(marks(true), 1, None).await.unwrap();
    assert_eq!(found(first.items), ["mark#2"]);
    let second = table.page(marks(true), 5, first.next).await.unwrap();
    assert_eq!((found(second.items), second.next), (vec!["mark#1".to_owned()], None));
    let now = table.page(marks(false).now(), 5, None).await.unwrap();
    assert_eq!(found(now.items), ["mark#1", "mark#2"]);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_read_only_with_the_grant_of_its_table() {
    let world = World::start().await;
    let table = world.app(None, &[Grant::MainRead]).await.table;
    let refused = table.page(marks(false), 5, None).await.unwrap_err();
    assert!(matches!(refused, StorageError::NotGranted(Grant::EphemeralRead)), "{refused}");
    let table = world.app(None, &[Grant::EphemeralRead]).await.table;
    let main = List::<Value>::of(Path::Table, "mkt_7#marks".into(), "", false);
    let refused = table.page(main, 5, None).await.unwrap_err();
    assert!(matches!(refused, StorageError::NotGranted(Grant::MainRead)), "{refused}");
    world.stop().await;
}
