//! `cargo xtask ledger verify`: makes the deployment verify a marketplace's ledger, waits for the end and prints every difference. It uses
//! only HTTP, as an administrator of the marketplace, and repairs nothing.
//!
//! The exit code is 0 if the books agree, and 1 if anything differs or the verification did not end in time.

use crate::run::{Result, list, text};
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime_api::client::{
    behavior_version::BehaviorVersion,
    http::SharedHttpClient,
    orchestrator::{HttpRequest, HttpResponse},
};
use aws_smithy_types::body::SdkBody;
use serde_json::{Value, json};
use std::{
    convert::Infallible,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// The time between two looks at the progress.
const PAUSE: Duration = Duration::from_secs(1);

/// The marketplace to verify, and the login with which to do it.
pub struct Target {
    /// The address of the API: `https://api.example.com`.
    pub url: String,
    /// The marketplace's slug or id.
    pub marketplace: String,
    /// The administrator's e-mail address, whose password is in `TRADEWIND_PASSWORD`; otherwise an access token is in
    /// `TRADEWIND_TOKEN`.
    pub email: Option<String>,
    /// The number of seconds after which to stop waiting.
    pub wait_seconds: u64,
}

/// Starts a verification, waits for it and prints the result.
pub fn verify(target: Target) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|e| e.to_string())?;
    runtime.block_on(async {
        let http = tradewind_lambda::http_client().map_err(|e| e.to_string())?;
        let mut api = Api { http, target, token: std::env::var("TRADEWIND_TOKEN").unwrap_or_default() };
        api.log_in().await?;
        api.verify().await
    })
}

struct Api {
    http: SharedHttpClient,
    target: Target,
    token: String,
}

impl Api {
    async fn log_in(&mut self) -> Result<()> {
        let Some(email) = self.target.email.clone() else {
            let say = "say who you are: --email with the password in TRADEWIND_PASSWORD, or an access token in TRADEWIND_TOKEN";
            return if self.token.is_empty() { Err(say.into()) } else { Ok(()) };
        };
        let password = std::env::var("TRADEWIND_PASSWORD").map_err(|_| "set TRADEWIND_PASSWORD")?;
        self.token.clear();
        let tokens = self.call("POST", "/v1/sessions", Some(json!({ "email": email, "password": password }))).await?;
        self.token = text(&tokens, "/access_token").to_owned();
        Ok(())
    }

    async fn verify(&mut self) -> Result<()> {
        let begun = self.call("POST", "/v1/ledger-verifications", Some(json!({}))).await?;
        let path = format!("/v1/ledger-verifications/{}", text(&begun, "/id"));
        let start = Instant::now();
        loop {
            let read = self.call("GET", &path, None).await?;
            if text(&read, "/status") != "running" {
                return self.tell(&path, &read).await;
            }
            if start.elapsed().as_secs() > self.target.wait_seconds {
                let (done, parts) = (number(&read, "parts_done"), number(&read, "parts"));
                return Err(format!("{done} of {parts} parts are done; it goes on: GET {path}"));
            }
            tokio::time::sleep(PAUSE).await;
            // An access token is valid for some minutes only, and a large marketplace takes longer.
            if start.elapsed().as_secs().checked_rem(300) == Some(299) {
                self.log_in().await?;
            }
        }
    }

    /// Prints the counts and every difference.
    async fn tell(&self, path: &str, read: &Value) -> Result<()> {
        let counts = ["journals", "entries", "orders", "payouts", "balances"];
        let counts: Vec<_> = counts.iter().map(|name| format!("{} {name}", number(read, name))).collect();
        println!("{}: compared {}.", text(read, "/id"), counts.join(", "));
        let mut cursor = None;
        loop {
            let more = cursor.map_or(String::new(), |cursor: String| format!("&cursor={cursor}"));
            let page = self.call("GET", &format!("{path}?limit=100{more}"), None).await?;
            for found in list(&page, "/data") {
                println!(
                    "{:<18} {}\n                   {}",
                    text(found, "/kind"),
                    text(found, "/subject"),
                    text(found, "/detail")
                );
            }
            cursor = page.get("next_cursor").and_then(Value::as_str).map(str::to_owned);
            if cursor.is_none() {
                break;
            }
        }
        match number(read, "differences") {
            0 => {
                println!("The books agree.");
                Ok(())
            }
            1 => Err("1 difference. Nothing was repaired.".into()),
            some => Err(format!("{some} differences. Nothing was repaired.")),
        }
    }

    async fn call(&self, method: &'static str, path: &str, body: Option<Value>) -> Result<Value> {
        let mut headers = vec![("x-marketplace", self.target.marketplace.clone())];
        if !self.token.is_empty() {
            headers.push(("authorization", format!("Bearer {}", self.token)));
        }
        if method == "POST" {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos());
            headers.extend([("content-type", "application/json".into()), ("idempotency-key", format!("xtask-{now}"))]);
        }
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        let operation = Operation::builder()
            .service_name("tradewind")
            .operation_name("Call")
            .behavior_version(BehaviorVersion::latest())
            .http_client(self.http.clone())
            .endpoint_url(&self.target.url)
            .no_auth()
            .no_retry()
            .serializer(move |path: String| {
                let mut request = HttpRequest::new(SdkBody::from(body.clone()));
                request.set_method(method)?;
                request.set_uri(path)?;
                for (name, value) in &headers {
                    request.headers_mut().insert(*name, value.clone());
                }
                Ok(request)
            })
            .deserializer::<_, Infallible>(|response: &HttpResponse| {
                Ok((response.status().as_u16(), response.body().bytes().unwrap_or_default().to_vec()))
            })
            .build();
        let sent = operation.invoke(path.to_owned()).await;
        let (status, body) = sent.map_err(|error| format!("{}{path}: {error:?}", self.target.url))?;
        let json: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
        if (200..300).contains(&status) {
            Ok(json)
        } else {
            Err(format!("{method} {path}: {status} {}", text(&json, "/detail")))
        }
    }
}

fn number(value: &Value, name: &str) -> u64 {
    value.get(name).and_then(Value::as_u64).unwrap_or(0)
}
