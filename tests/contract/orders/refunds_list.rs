use super::{euros, paid, sale, text};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn buyer_and_seller_see_what_went_back_newest_first() {
    let (world, market, sue, bob) = sale().await;
    let id = paid(&bob, &sue.sell("Bell", 1000, 5).await, "1").await;
    let path = format!("/v1/orders/{}/refunds", text(&id));
    for cents in [100, 200, 300] {
        let body = json!({ "amount": euros(cents) });
        sue.client.clone().key(&format!("r{cents}")).post(&path, body).await.expect(201);
    }
    for person in [&bob, &sue, &market.admin] {
        let list = person.client.get(&format!("{path}?limit=2")).await.expect(200).json;
        let amounts: Vec<_> = list["data"].as_array().unwrap().iter().map(|r| r["amount"].clone()).collect();
        assert_eq!(amounts, [euros(300), euros(200)]);
        let next = format!("{path}?limit=2&cursor={}", text(&list["next_cursor"]));
        assert_eq!(person.client.get(&next).await.expect(200).json["data"][0]["amount"], euros(100));
    }
    market.buyer("ben").await.client.get(&path).await.expect_problem(404, "not_found");
    world.stop().await;
}
