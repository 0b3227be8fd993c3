use super::{create, read};
use serde_json::json;
use tradewind_tests::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_handed_out_that_takes_the_file() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let ben = market.buyer("ben").await;
    let body = json!({ "purpose": "catalog", "content_type": "text/csv" });
    let answer = ben.client.post("/v1/uploads", body).await.expect(201);
    let (upload, form) = (&answer.json["upload"], &answer.json["form"]);
    assert!(upload["id"].as_str().unwrap().starts_with("upl_"));
    assert_eq!(answer.header("location"), format!("/v1/uploads/{}", upload["id"].as_str().unwrap()));
    assert_eq!((&upload["status"], &upload["purpose"]), (&json!("waiting"), &json!("catalog")));
    assert_eq!((&form["most_bytes"], &form["fields"]["Content-Type"]), (&json!(52_428_800), &json!("text/csv")));
    assert!(form["expires_at"].as_str().unwrap() > upload["created_at"].as_str().unwrap());
    let sent = ben.client.upload(form, b"Handle\n").await;
    assert!((200..300).contains(&sent.status), "{}", sent.text);
    assert_eq!(read(&ben, &answer.json).await["status"], "waiting");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_lets_in_neither_another_type_nor_another_place_nor_too_many_bytes() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let ben = market.buyer("ben").await;
    let created = create(&ben, "listing_image", "image/png").await;
    let mut other_type = created["form"].clone();
    other_type["fields"]["Content-Type"] = json!("text/html");
    let mut other_place = created["form"].clone();
    other_place["fields"]["key"] = json!("images/elsewhere");
    for form in [other_type, other_place] {
        assert_eq!(ben.client.upload(&form, b"x").await.status, 403);
    }
    let large = vec![0; 10 * 1024 * 1024 + 1];
    assert_eq!(ben.client.upload(&created["form"], &large).await.status, 400);
    assert_eq!(ben.client.upload(&created["form"], b"").await.status, 400);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_type_that_does_not_fit_the_purpose_is_refused() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let ben = market.buyer("ben").await;
    for (purpose, content_type) in
        [("listing_image", "text/csv"), ("catalog", "image/png"), ("listing_image", "image/svg+xml")]
    {
        let body = json!({ "purpose": purpose, "content_type": content_type });
        ben.client.post("/v1/uploads", body).await.expect_invalid("content_type");
    }
    let body = json!({ "purpose": "virus", "content_type": "text/csv" });
    ben.client.post("/v1/uploads", body).await.expect_invalid("purpose");
    let body = json!({ "purpose": "catalog", "content_type": "text/csv" });
    market.anybody().post("/v1/uploads", body).await.expect(401);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_gets_the_same_form() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let client = market.buyer("ben").await.client.key("upload-1");
    let body = json!({ "purpose": "catalog", "content_type": "text/csv" });
    let first = client.post("/v1/uploads", body.clone()).await.expect(201);
    let again = client.post("/v1/uploads", body).await.expect(201);
    assert_eq!((&again.json, again.header("idempotent-replayed")), (&first.json, "true".to_owned()));
    world.stop().await;
}
