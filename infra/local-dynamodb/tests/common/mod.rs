//! A served database and a real SDK client for it.
//!
//! With `TRADEWIND_ENDPOINT`, the client of a database in memory uses another emulator instead; each test then runs in a process of its own
//! and finds the emulator empty.
#![allow(dead_code, reason = "each test file uses the part it needs")]

use std::path::Path;

use aws_credential_types::Credentials;
use aws_sdk_dynamodb::{
    Client, Config,
    config::{BehaviorVersion, Region},
    types::{
        AttributeDefinition, AttributeValue, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection,
        ProjectionType, ScalarAttributeType, StreamSpecification, StreamViewType,
    },
};
use tokio::sync::oneshot;
use tradewind_local_dynamodb::DynamoDb;

/// A database served on an ephemeral port until dropped.
pub struct Served {
    pub database: DynamoDb,
    pub client: Client,
    _stop: oneshot::Sender<()>,
}

/// Serves an empty database in memory.
pub async fn memory() -> Served {
    let served = serve(DynamoDb::open(None).unwrap()).await;
    match std::env::var("TRADEWIND_ENDPOINT") {
        Ok(url) => Served { client: client(&url), ..served },
        Err(_) => served,
    }
}

/// Serves the database in the file.
pub async fn file(path: &Path) -> Served {
    serve(DynamoDb::open(Some(path)).unwrap()).await
}

async fn serve(database: DynamoDb) -> Served {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = client(&format!("http://{}", listener.local_addr().unwrap()));
    let (stop, stopped) = oneshot::channel::<()>();
    tokio::spawn(database.clone().serve(listener, async {
        stopped.await.ok();
    }));
    Served { database, client, _stop: stop }
}

/// An SDK client as the product uses it, but without retries so that errors are visible.
pub fn client(url: &str) -> Client {
    let config = Config::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new("eu-central-1"))
        .credentials_provider(Credentials::new("test", "test", None, None, "test"))
        .endpoint_url(url)
        .http_client(tradewind_client::amazon().unwrap())
        .retry_config(aws_sdk_dynamodb::config::retry::RetryConfig::disabled())
        .build();
    Client::from_conf(config)
}

/// Creates a table with keys `pk` and `sk`, a stream of both images, and the sparse index `gsi1` on `gpk` and `gsk`.
pub async fn create_table(client: &Client, name: &str) {
    let attribute = |name: &str| {
        let attribute = AttributeDefinition::builder().attribute_name(name).attribute_type(ScalarAttributeType::S);
        attribute.build().unwrap()
    };
    let key =
        |name: &str, kind: KeyType| KeySchemaElement::builder().attribute_name(name).key_type(kind).build().unwrap();
    let index = GlobalSecondaryIndex::builder()
        .index_name("gsi1")
        .key_schema(key("gpk", KeyType::Hash))
        .key_schema(key("gsk", KeyType::Range))
        .projection(Projection::builder().projection_type(ProjectionType::All).build());
    let stream = StreamSpecification::builder().stream_enabled(true).stream_view_type(StreamViewType::NewAndOldImages);
    client
        .create_table()
        .table_name(name)
        .set_attribute_definitions(Some(["pk", "sk", "gpk", "gsk"].map(attribute).into()))
        .key_schema(key("pk", KeyType::Hash))
        .key_schema(key("sk", KeyType::Range))
        .global_secondary_indexes(index.build().unwrap())
        .billing_mode(BillingMode::PayPerRequest)
        .stream_specification(stream.build().unwrap())
        .send()
        .await
        .unwrap();
}

/// A string attribute.
pub fn string(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

/// A number attribute.
pub fn number(value: i64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}
