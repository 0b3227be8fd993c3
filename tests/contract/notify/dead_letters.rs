use crate::orders::text;
use serde_json::{Value, json};
use tradewind_local::Options;
use tradewind_tests::{Market, World};

const OPERATOR: &str = "operator@tradewind.localhost";
const ORDER: &str = "ord_01jd0000000000000000000000";

/// Calls SQS directly, without the product's knowledge.
async fn sqs(world: &World, operation: &str, body: Value) -> Value {
    let scope = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sqs/aws4_request";
    let authorization = format!("{scope}, SignedHeaders=host;x-amz-date, Signature=0");
    let target = format!("AmazonSQS.{operation}");
    let headers = [
        ("content-type", "application/x-amz-json-1.0"),
        ("x-amz-target", target.as_str()),
        ("x-amz-date", "20260101T000000Z"),
        ("authorization", authorization.as_str()),
    ];
    let url = format!("{}/", world.local.endpoints.sqs.clone().unwrap());
    world.anybody().send_raw(hyper::Method::POST, &url, &headers, body.to_string().into()).await.expect(200).json
}

async fn put(world: &World, queue: &str, body: &str) {
    let url = sqs(world, "GetQueueUrl", json!({ "QueueName": queue })).await["QueueUrl"].clone();
    sqs(world, "SendMessage", json!({ "QueueUrl": url, "MessageBody": body })).await;
}

/// An event about an order that does not exist.
async fn about_nothing(market: &Market, event: &str) -> String {
    let marketplace = market.anybody().get("/v1/marketplace").await.expect(200).json["id"].clone();
    let at = "2026-01-01T00:00:00.000Z";
    let data = json!({ "order": ORDER });
    json!({ "id": event, "marketplace": marketplace, "at": at, "trace": null, "type": "order.paid.v1", "data": data })
        .to_string()
}

/// The e-mails to an address with this in the subject.
async fn told(world: &World, address: &str, subject: &str) -> Vec<(String, String)> {
    world.mails_to(address).await.into_iter().filter(|mail| mail.0.contains(subject)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_given_up_is_told_once_to_the_operator_and_to_whom_it_concerns() {
    let world = World::start().await;
    let (bikes, books) = (world.market("bikes").await, world.market("books").await);
    world.settle().await;
    assert_eq!(world.run("notify-dead-letters").await, 0);
    put(&world, "tradewind-notify-email", &about_nothing(&bikes, "cmt_1_0").await).await;
    put(&world, "tradewind-payment-apply", "<what is this>").await;
    world.settle().await;
    assert_eq!(world.dead_letters().await.len(), 2);

    assert_eq!(world.run("notify-dead-letters").await, 2);
    let operator = told(&world, OPERATOR, "Tradewind: 2 new dead letters").await;
    assert_eq!(operator.len(), 1, "{operator:?}");
    for named in
        ["tradewind-notify-email-dead: 1", "tradewind-payment-apply-dead: 1", "order.paid.v1", ORDER, "cannot be read"]
    {
        assert!(operator[0].1.contains(named), "{named}\n{}", operator[0].1);
    }
    let admin = told(&world, &bikes.admin.email, "could not be done").await;
    assert_eq!(admin.len(), 1, "{admin:?}");
    assert!(admin[0].1.contains("1 thing at") && admin[0].1.contains(ORDER), "{}", admin[0].1);
    assert!(admin[0].1.contains("An e-mail was not sent. Since 2"), "{}", admin[0].1);
    assert!(admin[0].1.contains("has been told") && !admin[0].1.contains("cannot be read"), "{}", admin[0].1);
    assert_eq!(told(&world, &books.admin.email, "could not be done").await, vec![]);

    // The messages stay where they are, can be seen, and are not reported again.
    assert_eq!(world.dead_letters().await.len(), 2);
    let queues = world.anybody().get("/_local/queues").await.json;
    let dead = queues.as_array().unwrap().iter().filter(|queue| text(&queue["name"]).ends_with("-dead"));
    assert_eq!(dead.map(|queue| queue["visible"].as_u64().unwrap()).sum::<u64>(), 2, "{queues}");
    assert_eq!(world.run("notify-dead-letters").await, 0);
    // Only a new one is reported.
    put(&world, "tradewind-provider-dead", &about_nothing(&books, "cmt_2_0").await).await;
    assert_eq!(world.run("notify-dead-letters").await, 2);
    assert_eq!(told(&world, OPERATOR, "Tradewind: 1 new dead letter").await.len(), 1);
    assert_eq!(told(&world, &books.admin.email, "could not be done").await.len(), 1);
    assert_eq!(told(&world, &bikes.admin.email, "could not be done").await.len(), 1);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_operators_address_administrators_are_told_all_the_same() {
    let world = World::with(Options { operator_address: None, ..Options::default() }).await;
    let bikes = world.market("bikes").await;
    put(&world, "tradewind-provider-dead", &about_nothing(&bikes, "cmt_1_0").await).await;
    put(&world, "tradewind-provider-dead", "{}").await;
    // In a marketplace that does not exist there is nobody to notify.
    put(
        &world,
        "tradewind-provider-dead",
        &json!({ "type": "order.paid.v1", "marketplace": "mkt_01jd0000000000000000000000" }).to_string(),
    )
    .await;
    assert_eq!(world.run("notify-dead-letters").await, 1);
    let admin = told(&world, &bikes.admin.email, "could not be done").await;
    assert!(admin.len() == 1 && admin[0].1.contains("Tell whoever runs the deployment"), "{admin:?}");
    assert_eq!(world.run("notify-dead-letters").await, 0);
    assert_eq!(world.mails_to(OPERATOR).await, vec![]);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_a_letter_holds_is_counted() {
    let world = World::start().await;
    let bikes = world.market("bikes").await;
    for number in 0..25 {
        put(&world, "tradewind-provider-dead", &about_nothing(&bikes, &format!("cmt_{number}_0")).await).await;
    }
    assert_eq!(world.run("notify-dead-letters").await, 2);
    let admin = told(&world, &bikes.admin.email, "could not be done").await;
    assert!(admin.len() == 1 && admin[0].1.contains("25 things") && admin[0].1.contains("And 15 more."), "{admin:?}");
    assert_eq!(world.run("notify-dead-letters").await, 0);
    world.stop().await;
}
