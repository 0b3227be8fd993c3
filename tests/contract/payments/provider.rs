use crate::{
    money::{confirm, payment},
    orders::{buy, line, sale},
};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn what_it_reports_reaches_the_payment_of_its_own_marketplace() {
    let (world, _, sue, bob) = sale().await;
    let books = world.market("books").await;
    let (eve, ben) = (books.seller("eve").await, books.buyer("ben").await);
    let bell = buy(&bob, json!([line(&sue.sell("Bell", 900, 3).await, 1)]), "k").await;
    let book = buy(&ben, json!([line(&eve.sell("Book", 700, 3).await, 1)]), "k").await;
    confirm(&bob, &bell, json!({ "card": "4242424242424242", "deliveries": 2 })).await.expect(202);
    confirm(&ben, &book, json!({ "card": "4000000000000002" })).await.expect(202);
    world.settle().await;
    assert_eq!(payment(&bob, &bell).await["status"], "captured");
    assert_eq!(payment(&ben, &book).await["failure"], "card_declined");
    assert_eq!(world.dead_letters().await.len(), 0);
    world.stop().await;
}
