use serde_json::{Value, json};
use tradewind_tests::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_shops_vat_id_is_checked_by_its_countrys_form_and_shown_to_buyers() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sue = market.buyer("sue").await;
    for (wrong, wanted) in [
        ("DE12345678", "of the form DE999999999, where 9 stands for a digit"),
        ("GR123456789", "Greece's VAT ids begin with EL"),
        ("ESB1234567890", "ESa99999999 or ES99999999a or ESa9999999a"),
        ("US123456789", "one of AT, BE, BG, CH"),
        ("", "one of AT, BE, BG, CH"),
    ] {
        let body = json!({ "name": "Sue's", "vat_id": wrong });
        let refused = sue.client.post("/v1/sellers", body).await.expect_invalid("vat_id");
        assert!(refused.text.contains(wanted), "{}", refused.text);
    }
    let body = json!({ "name": "Sue's", "vat_id": " che-123.456.789 mwst" });
    let made = sue.client.post("/v1/sellers", body).await.expect(201);
    assert_eq!(made.json["vat_id"], "CHE123456789MWST");
    let (path, refresh) = (made.header("location"), json!({ "refresh_token": sue.refresh_token }));
    let tokens = market.anybody().post("/v1/sessions/refresh", refresh).await.expect(201).json;
    let sue = market.anybody().bearer(tokens["access_token"].as_str().unwrap());

    sue.patch(&path, json!({ "vat_id": "XI12" })).await.expect_invalid("vat_id");
    for (sent, shown) in [
        (json!({ "vat_id": "el 123 456 789" }), json!("EL123456789")),
        (json!({ "name": "Sue & Co." }), json!("EL123456789")),
        (json!({ "vat_id": null }), Value::Null),
        (json!({ "vat_id": "XI 123 456 789" }), json!("XI123456789")),
    ] {
        sue.patch(&path, sent).await.expect(200);
        assert_eq!(market.anybody().get(&path).await.expect(200).json["vat_id"], shown);
    }
    world.stop().await;
}
