//! The table in the root `Cargo.toml` with which `cargo lambda watch` finds the function for a request.

use crate::run::{Result, compare, read, write};
use std::collections::{BTreeMap, BTreeSet};
use tradewind_lambda::Function;

const SECTION: &str = "[workspace.metadata.lambda.watch.router]";

type Table = BTreeMap<String, BTreeSet<(String, String)>>;

/// The methods and functions of each path.
fn wanted(functions: &[Function]) -> Table {
    let mut table = Table::new();
    for endpoint in functions.iter().filter_map(Function::route).map(|route| route.endpoint) {
        table.entry(endpoint.path.into()).or_default().insert((endpoint.method.to_string(), endpoint.function.into()));
    }
    table
}

/// `Cargo.toml` with the table as it must be: the table is the last part of the file.
fn manifest(functions: &[Function]) -> Result<String> {
    let now = read("Cargo.toml")?;
    let (above, _) = now.split_once(SECTION).ok_or_else(|| format!("Cargo.toml has no {SECTION}"))?;
    let mut manifest = format!("{above}{SECTION}\n");
    for (path, routes) in wanted(functions) {
        let route =
            |(method, function): &(String, String)| format!("{{ method = \"{method}\", function = \"{function}\" }}");
        let routes = routes.iter().map(route).collect::<Vec<_>>().join(", ");
        manifest.push_str(&format!("\"{path}\" = [{routes}]\n"));
    }
    Ok(manifest)
}

/// Writes the table, if it has changed.
pub fn write_table(functions: &[Function]) -> Result<()> {
    let manifest = manifest(functions)?;
    // cargo rebuilds much when its manifest was touched.
    if read("Cargo.toml")? == manifest { Ok(()) } else { write("Cargo.toml", &manifest) }
}

/// Compares the table in the file with what it must be.
pub fn check(functions: &[Function]) -> Result<()> {
    compare("Cargo.toml", &manifest(functions)?, "cargo xtask template")
}
