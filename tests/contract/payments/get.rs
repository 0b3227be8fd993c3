use crate::{
    money::path,
    orders::{buy, euros, line, sale},
};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn who_pays_and_the_admin_read_a_payment_and_nobody_else() {
    let (world, market, sue, bob) = sale().await;
    let checkout = buy(&bob, json!([line(&sue.sell("Bell", 900, 3).await, 1)]), "k").await;
    let seen = bob.client.get(&path(&checkout)).await.expect(200);
    assert_eq!((&seen.json["status"], &seen.json["amount"]), (&json!("pending"), &euros(900)));
    assert_eq!(
        (&seen.json["orders"][0], &seen.json["checkout"]),
        (&checkout["orders"][0]["id"], &checkout["checkout"])
    );
    assert_eq!(seen.json["expires_at"], checkout["payment"]["expires_at"]);
    assert_eq!(seen.version(), "1");
    assert_eq!(market.admin.client.get(&path(&checkout)).await.expect(200).json, seen.json);
    sue.client.get(&path(&checkout)).await.expect_problem(404, "not_found");
    world.market("books").await.admin.client.get(&path(&checkout)).await.expect_problem(404, "not_found");
    market.anybody().get(&path(&checkout)).await.expect(401);
    world.stop().await;
}
