//! The process is killed in the middle of sales and started again on the same data: nothing that was accepted is lost.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::disallowed_methods)]
#![allow(clippy::as_conversions, clippy::arithmetic_side_effects)]

mod start;

use bytes::Bytes;
use hyper::Method;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};
use tradewind_tests::{Client, eventually};

/// How often the process is killed.
const KILLS: usize = 3;
const STOCK: i64 = 1_000;

/// The local cloud as `cargo dev` runs it, in a process that can be killed.
struct Server {
    child: Child,
}

/// The binary that `cargo dev` runs.
fn program() -> PathBuf {
    let program = std::env::current_exe().unwrap().parent().unwrap().parent().unwrap().join("tradewind");
    assert!(program.exists(), "build it first: cargo build --workspace --bins");
    program
}

impl Server {
    async fn start(folder: &Path, port: u16) -> Self {
        let child = Command::new(program())
            .args(["--port", &port.to_string(), "--operator-key", "op_test", "--data"])
            .arg(folder)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let client = Client::new(&format!("http://127.0.0.1:{port}"));
        eventually("the server answers", || async {
            client.try_send(Method::GET, "/v1/health", &[], Bytes::new()).await.ok().filter(|a| a.status == 200)
        })
        .await;
        Self { child }
    }

    fn kill(&mut self) {
        // SIGKILL: no handler runs, nothing is flushed.
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Repeats a request until the server gives a definite answer. Every attempt has the same key, as with a careful client.
async fn insist(client: &Client, method: Method, path: &str, body: &Value) -> Value {
    for _ in 0..600 {
        let headers = [("content-type", "application/json")];
        let body = if body.is_null() { Bytes::new() } else { body.to_string().into() };
        let sent = client.try_send(method.clone(), path, &headers, body).await;
        match sent {
            Ok(answer) if answer.status < 300 => return answer.json,
            Ok(answer) if answer.status < 500 && answer.status != 409 => panic!("{path}: {}", answer.text),
            Ok(_) | Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
    panic!("{path} was never answered");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_accepted_is_lost_when_the_process_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let base = Client::new(&format!("http://127.0.0.1:{port}"));
    let mut server = Server::start(folder.path(), port).await;

    let password = "correct horse battery";
    let owner = json!({ "email": "ada@example.com", "password": password, "name": "Ada" });
    let open = json!({ "slug": "chaos", "name": "Chaos", "currency": "EUR", "fee_basis_points": 1000, "owner": owner });
    insist(&base.clone().bearer("op_test"), Method::POST, "/v1/marketplaces", &open).await;
    let anybody = base.clone().at("chaos");
    let token = |answer: &Value| answer["access_token"].as_str().unwrap().to_owned();
    let login = json!({ "email": "ada@example.com", "password": password });
    let admin = anybody.clone().bearer(&token(&insist(&anybody, Method::POST, "/v1/sessions", &login).await));
    let person = |name: &str| json!({ "email": format!("{name}@example.com"), "password": password, "name": name });
    let sue = insist(&anybody, Method::POST, "/v1/users", &person("sue")).await;
    insist(&anybody.clone().bearer(&token(&sue)), Method::POST, "/v1/sellers", &json!({ "name": "Sue's" })).await;
    let refresh = json!({ "refresh_token": sue["refresh_token"] });
    let seller =
        anybody.clone().bearer(&token(&insist(&anybody, Method::POST, "/v1/sessions/refresh", &refresh).await));
    let listing =
        json!({ "title": "Lamp", "variants": [{ "price": { "amount": 1000, "currency": "EUR" }, "stock": STOCK }] });
    let listing = insist(&seller, Method::POST, "/v1/listings", &listing).await;
    let path = format!("/v1/listings/{}", listing["id"].as_str().unwrap());
    insist(&seller, Method::POST, &format!("{path}/publish"), &Value::Null).await;

    // Four buyers buy one after the other, even while the server is killed.
    let mut buyers = vec![];
    for n in 0..4 {
        let login = insist(&anybody, Method::POST, "/v1/users", &person(&format!("buyer{n}"))).await;
        buyers.push(anybody.clone().bearer(&token(&login)));
    }
    let line =
        json!({ "lines": [{ "listing": listing["id"], "variant": listing["variants"][0]["id"], "quantity": 1 }] });
    let shopping: Vec<_> = buyers
        .iter()
        .cloned()
        .map(|buyer| {
            let line = line.clone();
            tokio::spawn(async move {
                let mut orders = vec![];
                for n in 0..15 {
                    insist(&buyer, Method::PUT, "/v1/cart", &line).await;
                    let checkout =
                        insist(&buyer.clone().key(&format!("c{n}")), Method::POST, "/v1/checkouts", &json!({})).await;
                    let pay = format!("/v1/payments/{}/confirm", checkout["payment"]["id"].as_str().unwrap());
                    let card = json!({ "card": "4242424242424242", "deliveries": 2 });
                    insist(&buyer.clone().key(&format!("p{n}")), Method::POST, &pay, &card).await;
                    orders.push(checkout["orders"][0]["id"].as_str().unwrap().to_owned());
                }
                orders
            })
        })
        .collect();
    for _ in 0..KILLS {
        tokio::time::sleep(Duration::from_millis(700)).await;
        server.kill();
        server = Server::start(folder.path(), port).await;
    }
    let mut orders = BTreeMap::new();
    for (buyer, shopped) in buyers.iter().zip(shopping) {
        for order in shopped.await.unwrap() {
            orders.insert(order, buyer.clone());
        }
    }
    assert_eq!(orders.len(), 60, "two checkouts became one order");

    // Messages that were in flight when the process died become visible again after their hiding time, and the state converges.
    for (order, buyer) in &orders {
        for attempt in 0.. {
            let read = buyer.get(&format!("/v1/orders/{order}")).await.expect(200).json;
            if read["status"] == "paid" {
                break;
            }
            assert!(attempt < 1_200, "{order} stayed {}", read["status"]);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
    let sold = orders.len() as i64;
    let stock = anybody.get(&path).await.expect(200).json["variants"][0]["available"].as_i64().unwrap();
    assert_eq!(stock, STOCK - sold);
    let trial = admin.get("/v1/trial-balance").await.expect(200).json;
    assert_eq!(trial["sum"]["amount"], 0);
    let escrow = trial["accounts"].as_array().unwrap().iter().find(|a| a["account"] == "escrow").unwrap();
    assert_eq!(escrow["balance"]["amount"].as_i64().unwrap(), -1_000 * sold);
    assert_eq!(base.get("/_local/dead-letters").await.json, json!([]));
    server.kill();
}
