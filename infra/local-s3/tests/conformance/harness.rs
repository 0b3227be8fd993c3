//! A served S3 on a loopback port, an SDK client for it, and a plain HTTP client for what the SDK does not do.
//!
//! With `TRADEWIND_ENDPOINT`, tests use another emulator instead; each then runs in a process of its own and finds the emulator empty.

use aws_credential_types::Credentials;
use aws_sdk_s3::{
    Client,
    config::{BehaviorVersion, Region},
    error::{ProvideErrorMetadata, SdkError},
    primitives::ByteStream,
};
use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::{
    client::legacy::{Client as Plain, connect::HttpConnector},
    rt::TokioExecutor,
};
use std::path::PathBuf;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};
use tradewind_local_s3::{Error, Options, S3};

pub const ACCESS_KEY: &str = "LOCALACCESSKEY";
pub const SECRET_KEY: &str = "local-secret-key";
pub const BUCKET: &str = "media-bucket";

pub struct Server {
    /// The service itself, unless another emulator is used.
    pub s3: Option<S3>,
    pub client: Client,
    pub url: String,
    served: Option<Served>,
}

struct Served {
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<(), Error>>,
}

pub fn options(data: Option<PathBuf>) -> Options {
    Options { access_key: ACCESS_KEY.to_owned(), secret_key: SECRET_KEY.to_owned(), data }
}

/// Serves an S3 in memory, and creates the bucket.
pub async fn server() -> Server {
    let server = match std::env::var("TRADEWIND_ENDPOINT") {
        Ok(url) => Server { client: client(&url, SECRET_KEY), s3: None, url, served: None },
        Err(_) => server_at(None).await,
    };
    server.client.create_bucket().bucket(BUCKET).send().await.unwrap();
    server
}

pub async fn server_at(data: Option<PathBuf>) -> Server {
    let s3 = S3::open(options(data)).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (stop, stopped) = oneshot::channel();
    let task = tokio::spawn(s3.clone().serve(listener, async {
        let _ = stopped.await;
    }));
    Server { client: client(&url, SECRET_KEY), s3: Some(s3), url, served: Some(Served { stop, task }) }
}

pub fn client(url: &str, secret: &str) -> Client {
    let config = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new(ACCESS_KEY, secret, None, None, "test"))
        .endpoint_url(url)
        .force_path_style(true)
        .http_client(tradewind_client::amazon().unwrap())
        .build();
    Client::from_conf(config)
}

impl Server {
    /// Stops serving and closes the data folder.
    pub async fn stop(self) {
        let Self { s3, client, served, .. } = self;
        drop(client);
        let Served { stop, task } = served.unwrap();
        stop.send(()).unwrap();
        task.await.unwrap().unwrap();
        drop(s3);
    }

    pub async fn put(&self, key: &str, body: &[u8]) {
        self.client.put_object().bucket(BUCKET).key(key).body(body.to_vec().into()).send().await.unwrap();
    }

    pub async fn get(&self, key: &str) -> Vec<u8> {
        let object = self.client.get_object().bucket(BUCKET).key(key).send().await.unwrap();
        read(object.body).await
    }

    pub async fn exists(&self, key: &str) -> bool {
        self.client.head_object().bucket(BUCKET).key(key).send().await.is_ok()
    }

    pub fn s3(&self) -> &S3 {
        self.s3.as_ref().unwrap()
    }

    /// Acknowledges all events, and returns the name and the key of each, as AWS encodes it.
    pub async fn events(&self) -> Vec<(String, String)> {
        let found = self.s3().next_notifications(1000).await.unwrap();
        self.s3().acknowledge(&found.iter().map(|event| event.id).collect::<Vec<_>>()).unwrap();
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        let record = |event: &serde_json::Value| event["Records"][0].clone();
        let records = found.iter().map(|found| record(&found.event));
        records.map(|record| (text(&record["eventName"]), text(&record["s3"]["object"]["key"]))).collect()
    }
}

pub async fn read(body: ByteStream) -> Vec<u8> {
    body.collect().await.unwrap().to_vec()
}

/// The error code and HTTP status of a refused request.
pub fn refusal<T: std::fmt::Debug, E>(result: Result<T, SdkError<E>>) -> (String, u16)
where
    E: ProvideErrorMetadata + std::fmt::Debug,
{
    let error = result.expect_err("the request must be refused");
    let status = error.raw_response().expect("an answer").status().as_u16();
    (error.code().unwrap_or_default().to_owned(), status)
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

pub async fn send(method: Method, url: &str, headers: &[(&str, &str)], body: impl Into<Bytes>) -> Answer {
    let client: Plain<HttpConnector, Full<Bytes>> = Plain::builder(TokioExecutor::new()).build_http();
    let mut request = Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = client.request(request.body(Full::new(body.into())).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Answer { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&body).into_owned() }
}
