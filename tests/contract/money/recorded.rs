//! A fake Stripe on a port of this machine: it gives Stripe's answers, in the forms that its API reference documents, and records the
//! requests.

use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};
use tradewind_local::{Options, StripeKeys};
use tradewind_tests::World;

pub const WEBHOOK_SECRET: &str = "whsec_contract";

/// A request as it arrived.
#[derive(Debug, Clone)]
pub struct Asked {
    pub line: String,
    pub headers: Vec<(String, String)>,
    pub form: String,
}

impl Asked {
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str()).unwrap_or_default()
    }
}

type Script = Arc<dyn Fn(&Asked, usize) -> (u16, Value) + Send + Sync>;

/// A Stripe that answers according to a script, which receives each request and how often the same one arrived before.
#[derive(Clone)]
pub struct Recorded {
    pub url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Recorded {
    pub async fn start(script: impl Fn(&Asked, usize) -> (u16, Value) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let recorded = Self { url, asked: Arc::default() };
        let (asked, script): (_, Script) = (recorded.asked.clone(), Arc::new(script));
        #[allow(clippy::disallowed_methods, reason = "a test's server")]
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, asked.clone(), script.clone()));
            }
        });
        recorded
    }

    /// The requests whose request line begins with `line`.
    pub fn asked(&self, line: &str) -> Vec<Asked> {
        self.asked.lock().unwrap().iter().filter(|asked| asked.line.starts_with(line)).cloned().collect()
    }

    /// A local cloud that uses this as Stripe.
    pub async fn world(&self) -> World {
        let stripe = StripeKeys {
            url: Some(self.url.clone()),
            secret_key: "sk_test_contract".into(),
            publishable_key: "pk_test_contract".into(),
            webhook_secret: WEBHOOK_SECRET.into(),
        };
        let fresh = std::time::Duration::from_millis(50);
        World::with(Options { stripe: Some(stripe), fresh, ..Options::default() }).await
    }
}

/// Answers one request, and closes the connection.
async fn serve(stream: TcpStream, asked: Arc<Mutex<Vec<Asked>>>, script: Script) {
    let mut stream = BufReader::new(stream);
    let mut lines = vec![];
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
            return;
        }
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let headers: Vec<_> = lines[1..].iter().filter_map(|line| line.split_once(": ")).collect();
    let headers: Vec<_> = headers.into_iter().map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
    let length = headers.iter().find(|(name, _)| name == "content-length").and_then(|(_, n)| n.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).await.unwrap();
    let line = lines[0].trim_end_matches(" HTTP/1.1").to_owned();
    let request = Asked { line, headers, form: String::from_utf8(body).unwrap() };
    let before = {
        let mut asked = asked.lock().unwrap();
        let before = asked.iter().filter(|earlier| earlier.line == request.line).count();
        asked.push(request.clone());
        before
    };
    let (status, body) = script(&request, before);
    let body = body.to_string();
    let head = format!("HTTP/1.1 {status} Recorded\r\nrequest-id: req_recorded\r\nconnection: close\r\n");
    let reply = format!("{head}content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    drop(stream.write_all(reply.as_bytes()).await);
}

/// An error in Stripe's format.
pub fn error(kind: &str, code: &str) -> Value {
    json!({ "error": { "type": kind, "code": code, "message": "as recorded", "doc_url": "https://stripe.com/docs" } })
}

/// An account, as `GET /v1/accounts/{id}` answers it.
pub fn account(enabled: bool) -> Value {
    let due = if enabled { json!([]) } else { json!(["external_account", "tos_acceptance.date"]) };
    json!({
        "id": "acct_1", "object": "account", "charges_enabled": enabled, "payouts_enabled": enabled,
        "details_submitted": enabled, "country": "DE", "default_currency": "eur", "metadata": {},
        "requirements": {
            "currently_due": due, "past_due": [], "eventually_due": due, "pending_verification": [],
            "disabled_reason": if enabled { Value::Null } else { json!("requirements.past_due") },
        },
        "controller": { "stripe_dashboard": { "type": "express" }, "is_controller": true, "type": "application" },
    })
}

/// A transfer, as `POST /v1/transfers` answers it.
pub fn transfer(reversed: bool) -> Value {
    json!({
        "id": "tr_1", "object": "transfer", "amount": 810, "amount_reversed": if reversed { 810 } else { 0 },
        "created": 1_700_000_000, "currency": "eur", "destination": "acct_1", "livemode": false, "metadata": {},
        "reversals": { "object": "list", "data": [], "has_more": false }, "reversed": reversed, "source_type": "card",
    })
}

/// A list.
pub fn list(data: Value) -> Value {
    json!({ "object": "list", "data": data, "has_more": false, "url": "/v1/recorded" })
}
