use serde_json::{Value, json};
use tradewind_tests::World;

fn branding() -> Value {
    json!({
        "logo_url": "https://cdn.example.com/logo.png?v=2",
        "accent_colour": "#0B6e4f",
        "storefront_url": "https://bikes.example.com/de",
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_marketplace_says_how_it_looks_and_everybody_can_read_it() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let admin = &market.admin.client;
    let before = market.anybody().get("/v1/marketplace").await.expect(200);
    for member in ["logo_url", "accent_colour", "storefront_url"] {
        assert_eq!(before.json.get(member), None, "{member}");
    }
    let set = admin.patch("/v1/marketplace", branding()).await.expect(200).json;
    let seen = market.anybody().get("/v1/marketplace").await.expect(200);
    for (member, value) in branding().as_object().unwrap() {
        assert_eq!((&set[member], &seen.json[member]), (value, value), "{member}");
    }
    // What is not sent stays as it is, and `null` removes a value.
    admin.patch("/v1/marketplace", json!({ "logo_url": null, "name": "Bikes & more" })).await.expect(200);
    let seen = market.anybody().get("/v1/marketplace").await.expect(200);
    assert_eq!((seen.json.get("logo_url"), &seen.json["accent_colour"]), (None, &json!("#0B6e4f")));
    assert_eq!((&seen.json["storefront_url"], seen.version()), (&json!("https://bikes.example.com/de"), "3".into()));
    let gone = json!({ "accent_colour": null, "storefront_url": null });
    let late = admin.clone().if_match(&before.header("etag")).patch("/v1/marketplace", gone.clone()).await;
    late.expect_problem(412, "changed");
    let gone = admin.clone().if_match(&seen.header("etag")).patch("/v1/marketplace", gone).await.expect(200).json;
    assert_eq!((gone.get("accent_colour"), gone.get("storefront_url")), (None, None));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_are_stored_in_their_normal_form() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    for (sent, stored) in [
        ("https://Bikes.Example.com", "https://bikes.example.com"),
        ("https://bikes.example.com/", "https://bikes.example.com"),
        ("https://bikes.example.com:443/shop/../de//", "https://bikes.example.com/de"),
        ("https://xn--fahrrder-4za.example:8443", "https://xn--fahrrder-4za.example:8443"),
    ] {
        let set = market.admin.client.patch("/v1/marketplace", json!({ "storefront_url": sent })).await.expect(200);
        assert_eq!(set.json["storefront_url"], stored, "{sent}");
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_address_or_colour_is_refused_and_changes_nothing() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let admin = &market.admin.client;
    admin.patch("/v1/marketplace", branding()).await.expect(200);
    let addresses = [
        "",
        "bikes.example.com",
        "http://bikes.example.com",
        "javascript:alert(1)",
        "https://",
        "https://localhost",
        "https://ada:secret@bikes.example.com",
        "https://bikes.example.com/#top",
        "https://bikes.example.com/a\" onerror=\"x",
        "https://bikes.example.com/\r\nBcc:",
        "https://127.0.0.1/logo.png",
        &format!("https://bikes.example.com/{}", "x".repeat(1_000)),
    ];
    for address in addresses {
        for field in ["logo_url", "storefront_url"] {
            admin.patch("/v1/marketplace", json!({ field: address, "name": "Changed" })).await.expect_invalid(field);
        }
    }
    let query = json!({ "storefront_url": "https://bikes.example.com/?page=" });
    admin.patch("/v1/marketplace", query).await.expect_invalid("storefront_url");
    for colour in
        [json!(""), json!("green"), json!("#fff"), json!("#0b6e4g"), json!("0b6e4f"), json!(7), json!("#0b6e4f;")]
    {
        admin.patch("/v1/marketplace", json!({ "accent_colour": colour })).await.expect_invalid("accent_colour");
    }
    market.buyer("bob").await.client.patch("/v1/marketplace", branding()).await.expect_problem(403, "admin_required");
    let seen = market.anybody().get("/v1/marketplace").await.expect(200);
    assert_eq!((seen.version(), &seen.json["name"] == "Changed"), ("2".into(), false));
    world.stop().await;
}
