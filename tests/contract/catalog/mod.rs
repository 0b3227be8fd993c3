//! Contract tests of the `catalog` area, one file for each operation.

mod currencies;
mod import;
mod import_again;
mod import_errors_list;
mod import_files;
mod import_notes_list;
mod import_rows;
mod import_stock;
mod imports_create;
mod imports_get;
mod imports_list;
mod listings_close;
mod listings_create;
mod listings_get;
mod listings_list;
mod listings_publish;
mod listings_update;
mod seller_listings_get;
mod seller_listings_list;
mod texts;
mod variant_stock_replace;

use serde_json::{Value, json};
use tradewind_tests::{Answer, Person, World};

fn euros(cents: i64) -> Value {
    json!({ "amount": cents, "currency": "EUR" })
}

/// A listing in two sizes.
fn shirt() -> Value {
    json!({
        "title": "Shirt",
        "description_html": "<p>Soft <b>wool</b></p><script>steal()</script>",
        "vendor": "Maker",
        "product_type": "Top",
        "tags": ["wool", "blue"],
        "option_names": ["Size"],
        "variants": [
            { "sku": "S-1", "options": ["S"], "price": euros(2500), "compare_at_price": euros(3000), "weight_grams": 200, "stock": 5 },
            { "options": ["M"], "price": euros(2400), "stock": 7 },
        ],
        "images": [{ "url": "https://example.com/shirt.jpg", "alt": "A blue shirt" }],
    })
}

/// Creates a draft of the shirt.
async fn draft(seller: &Person) -> Value {
    seller.client.post("/v1/listings", shirt()).await.expect(201).json
}

fn path(listing: &Value) -> String {
    format!("/v1/listings/{}", listing["id"].as_str().unwrap())
}

/// The options and the available units of each variant.
fn stock(listing: &Value) -> Vec<(String, u64)> {
    let variants = listing["variants"].as_array().unwrap().iter();
    variants
        .map(|v| (v["options"][0].as_str().unwrap_or_default().to_owned(), v["available"].as_u64().unwrap()))
        .collect()
}

/// Uploads a catalogue; returns the upload's id.
pub async fn send_catalogue(seller: &Person, csv: &[u8]) -> String {
    let body = json!({ "purpose": "catalog", "content_type": "text/csv" });
    let created = seller.client.post("/v1/uploads", body).await.expect(201).json;
    let sent = seller.client.upload(&created["form"], csv).await;
    assert!((200..300).contains(&sent.status), "{}", sent.text);
    created["upload"]["id"].as_str().unwrap().to_owned()
}

/// Imports a catalogue and waits until that is done; returns the import.
async fn import(world: &World, seller: &Person, csv: &str) -> Answer {
    import_bytes(world, seller, csv.as_bytes()).await
}

async fn import_bytes(world: &World, seller: &Person, csv: &[u8]) -> Answer {
    let upload = send_catalogue(seller, csv).await;
    let created = seller.client.post("/v1/imports", json!({ "upload": upload })).await.expect(202);
    world.settle().await;
    seller.client.get(&created.header("location")).await.expect(200)
}

/// The titles of the seller's listings with their status, in the order of the titles.
async fn titles(seller: &Person) -> Vec<(String, String)> {
    let listings =
        seller.client.get(&format!("/v1/sellers/{}/listings?limit=100", seller.seller)).await.expect(200).json;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut titles: Vec<_> =
        listings["data"].as_array().unwrap().iter().map(|l| (text(&l["title"]), text(&l["status"]))).collect();
    titles.sort();
    titles
}

/// The whole listing of this title, as its seller sees it.
async fn listing(seller: &Person, title: &str) -> Value {
    let listings =
        seller.client.get(&format!("/v1/sellers/{}/listings?limit=100", seller.seller)).await.expect(200).json;
    let card = listings["data"].as_array().unwrap().iter().find(|l| l["title"] == title).unwrap().clone();
    let own = format!("/v1/sellers/{}/listings/{}", seller.seller, card["id"].as_str().unwrap());
    seller.client.get(&own).await.expect(200).json
}
