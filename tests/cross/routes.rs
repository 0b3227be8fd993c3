//! Every route, and a caller who may use it.

use hyper::Method;
use serde_json::Value;
use std::{fs, path::Path};
use tradewind_lambda::{Access, Route};
use tradewind_tests::{Answer, Client, Market, Person, World};

/// A world with a caller for every kind of access.
pub struct Everybody {
    pub world: World,
    pub market: Market,
    pub seller: Person,
}

impl Everybody {
    pub async fn start(slug: &str) -> Self {
        let world = World::start().await;
        let market = world.market(slug).await;
        let seller = market.seller("sue").await;
        Self { world, market, seller }
    }

    /// A caller who may use a route.
    pub fn caller(&self, route: &Route) -> Client {
        match route.access {
            Access::Admin => self.market.admin.client.clone(),
            Access::Operator => self.world.operator(),
            Access::Anybody | Access::Public | Access::User | Access::Seller => self.seller.client.clone(),
        }
    }

    /// Calls a route as somebody who may use it, with a key of its own.
    pub async fn call(&self, route: &Route, path: &str, body: Option<&Value>, key: &str) -> Answer {
        let client = self.caller(route).key(key);
        let (kind, body) = match body {
            Some(body) => (&[("content-type", "application/json")][..], body.to_string()),
            None => (&[][..], String::new()),
        };
        client.send_raw(method(route), path, kind, body.into()).await
    }
}

pub fn method(route: &Route) -> Method {
    Method::from_bytes(route.endpoint.method.to_string().as_bytes()).unwrap()
}

/// All routes of the product.
pub fn routes() -> Vec<Route> {
    let routes: Vec<_> = tradewind_local::functions().iter().filter_map(|f| f.route().cloned()).collect();
    assert!(routes.len() > 30);
    routes
}

/// The sample request of a route: its path and its body.
pub fn sample(route: &Route) -> (String, Option<Value>) {
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../events").join(route.endpoint.function).join("request.json");
    let event: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    let body = event["body"].as_str().map(|body| serde_json::from_str(body).unwrap());
    (event["rawPath"].as_str().unwrap().to_owned(), body)
}
