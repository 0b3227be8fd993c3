use serde_json::{Value, json};
use tradewind_tests::World;

#[tokio::test(flavor = "multi_thread")]
async fn everybody_reads_their_own_account() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let ada = market.buyer("ada").await;
    let answer = ada.client.get("/v1/me").await.expect(200);
    let mut json = answer.json.clone();
    for time in ["created_at", "updated_at"] {
        assert!(json.as_object_mut().unwrap().remove(time).unwrap().as_str().unwrap().ends_with('Z'));
    }
    let expected = json!({ "id": ada.id, "email": ada.email, "email_verified": false, "name": "ada", "admin": false, "guest": false, "seller_id": Value::Null });
    assert_eq!(json, expected);
    assert_eq!(answer.version(), "1");
    assert_eq!(market.admin.client.get("/v1/me").await.expect(200).json["admin"], true);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_read_with_a_token_of_its_marketplace() {
    let world = World::start().await;
    let (bikes, books) = (world.market("bikes").await, world.market("books").await);
    let ada = bikes.buyer("ada").await;
    bikes.anybody().get("/v1/me").await.expect(401);
    bikes.anybody().bearer("nonsense").get("/v1/me").await.expect_problem(401, "token_invalid");
    ada.client.clone().at(&books.slug).get("/v1/me").await.expect_problem(401, "other_marketplace");
    world.operator().at(&bikes.slug).get("/v1/me").await.expect_problem(403, "account_required");
    world.stop().await;
}
