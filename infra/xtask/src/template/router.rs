//! The table in the root `Cargo.toml` by which `cargo lambda watch` finds the function for a request.

use crate::run::{Result, list, metadata, text};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use tradewind_lambda::Function;

type Table = BTreeMap<String, BTreeSet<(String, String)>>;

/// Each path's methods and functions.
fn wanted(functions: &[Function]) -> Table {
    let mut table = Table::new();
    for endpoint in functions.iter().filter_map(Function::route).map(|route| route.endpoint) {
        table.entry(endpoint.path.into()).or_default().insert((endpoint.method.to_string(), endpoint.function.into()));
    }
    table
}

/// Prints the table.
pub fn print() {
    println!("[workspace.metadata.lambda.watch.router]");
    for (path, routes) in wanted(&tradewind_local::functions()) {
        let route =
            |(method, function): &(String, String)| format!("{{ method = \"{method}\", function = \"{function}\" }}");
        println!("\"{path}\" = [{}]", routes.iter().map(route).collect::<Vec<_>>().join(", "));
    }
}

/// Compares.
pub fn check(functions: &[Function]) -> Result<Vec<String>> {
    let metadata = metadata(false)?;
    let router = metadata.pointer("/metadata/lambda/watch/router").and_then(Value::as_object);
    let mut found = Table::new();
    for (path, routes) in router.into_iter().flatten() {
        let route = |route: &Value| (text(route, "/method").to_owned(), text(route, "/function").to_owned());
        found.insert(path.clone(), list(routes, "").iter().map(route).collect());
    }
    let wanted = wanted(functions);
    let paths: BTreeSet<_> =
        wanted.keys().chain(found.keys()).filter(|path| wanted.get(*path) != found.get(*path)).collect();
    let hint = "`cargo xtask template --router` prints the table";
    Ok(paths
        .into_iter()
        .map(|path| format!("Cargo.toml: the route of {path} is not that of its endpoints; {hint}"))
        .collect())
}
