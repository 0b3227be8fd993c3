//! Contract tests of the `media` area, one file for each operation.

mod process;
mod uploads_create;
mod uploads_get;

use serde_json::{Value, json};
use tradewind_tests::{Person, World};

/// A photograph of 1200 by 800 pixels, with metadata and an orientation.
const PHOTO: &[u8] = include_bytes!("../../../infra/local/assets/photo.jpg");

async fn create(person: &Person, purpose: &str, content_type: &str) -> Value {
    let body = json!({ "purpose": purpose, "content_type": content_type });
    person.client.post("/v1/uploads", body).await.expect(201).json
}

async fn read(person: &Person, created: &Value) -> Value {
    let path = format!("/v1/uploads/{}", created["upload"]["id"].as_str().unwrap());
    person.client.get(&path).await.expect(200).json
}

/// Sends a picture and waits until it was processed or refused; returns the upload.
async fn send(world: &World, person: &Person, file: &[u8]) -> Value {
    let created = create(person, "listing_image", "image/jpeg").await;
    let sent = person.client.upload(&created["form"], file).await;
    assert!((200..300).contains(&sent.status), "{}", sent.text);
    world.settle().await;
    read(person, &created).await
}
