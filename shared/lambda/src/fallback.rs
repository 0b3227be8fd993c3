//! The default route, for requests that match no other route of API Gateway.

use crate::{
    App, Failure,
    route::{respond, to_event},
};
use serde_json::Value;
use std::time::Duration;
use tradewind_http::{Endpoint, Problem};
use tradewind_storage::StoredReply;

/// Answers that there is no such address, or which methods it accepts. `routes` lists the routes: one path on each line, after its
/// methods.
#[derive(Clone, Copy)]
pub struct Fallback {
    /// Its declaration, without a path.
    pub endpoint: Endpoint,
    routes: &'static str,
}

impl Fallback {
    /// The default route, which knows the routes in `routes`.
    pub const fn new(name: &'static str, summary: &'static str, routes: &'static str) -> Self {
        Self { endpoint: Endpoint::get(name, "", summary), routes }
    }

    pub(crate) fn invoke(&self, app: &App, event: &Value) -> Result<Value, Failure> {
        let text = |pointer: &str| event.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
        let (path, method) = (text("/rawPath"), text("/requestContext/http/method"));
        let request_id = text("/requestContext/requestId");
        let result = self.answer(method, path);
        let code = result.as_ref().err().map(|problem| problem.code);
        let status = result.as_ref().map_or_else(|problem| problem.status.as_u16(), |reply| reply.status);
        app.telemetry().record(&crate::telemetry::Line {
            function: self.endpoint.function,
            request_id,
            tenant: None,
            trace: None,
            status,
            code,
            cause: None,
            took: Duration::ZERO,
            meter: &app.table.meter,
        });
        to_event(respond(&self.endpoint, result, request_id))
    }

    fn answer(&self, method: &str, path: &str) -> Result<StoredReply, Problem> {
        let methods = self.methods(path).ok_or_else(|| Problem::not_found("address; see the API's document"))?;
        if method == "OPTIONS" {
            let headers = vec![("allow".to_owned(), methods)];
            return Ok(StoredReply { status: 204, headers, body: String::new() });
        }
        Err(Problem::method_not_allowed(method, methods))
    }

    /// The methods that a path accepts: `GET, PATCH`.
    fn methods(&self, path: &str) -> Option<String> {
        let fits = |template: &str| {
            let (mut wanted, mut actual) = (template.split('/'), path.split('/'));
            let same = |(wanted, actual): (&str, &str)| {
                if wanted.starts_with('{') { !actual.is_empty() } else { wanted == actual }
            };
            wanted.clone().count() == actual.clone().count() && wanted.by_ref().zip(actual.by_ref()).all(same)
        };
        let mut lines = self.routes.lines().filter_map(|line| line.rsplit_once(' '));
        // An exact path takes precedence over one with a parameter, as in API Gateway.
        let exact = lines.clone().find(|(_, template)| *template == path);
        let found = exact.or_else(|| lines.find(|(_, template)| fits(template)));
        found.map(|(methods, _)| methods.replace(' ', ", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROUTES: &str = "GET PATCH /v1/things/{id}\nDELETE /v1/things/own\nGET /v1/things/{id}/parts\n";

    fn methods(path: &str) -> Option<String> {
        Fallback { endpoint: Endpoint::get("x", "", ""), routes: ROUTES }.methods(path)
    }

    #[test]
    fn a_path_has_the_methods_of_its_own_line() {
        assert_eq!(methods("/v1/things/7").as_deref(), Some("GET, PATCH"));
        assert_eq!(methods("/v1/things/own").as_deref(), Some("DELETE"));
        assert_eq!(methods("/v1/things/7/parts").as_deref(), Some("GET"));
        for none in
            ["", "/", "/v1", "/v1/things", "/v1/things/", "/v1/things/7/", "/v1/things/7/parts/8", "/v2/things/7"]
        {
            assert_eq!(methods(none), None, "{none}");
        }
    }
}
