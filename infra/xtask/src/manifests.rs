//! Rules for every manifest: the direction of dependencies, and the place where features are declared.

use crate::run::{Result, list, metadata, text};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Our shared packages in layers. A package may depend on those of the layers before its own, never on others of the same layer.
const LAYERS: [&[&str]; 12] = [
    &["client", "kernel"],
    &["storage", "auth"],
    &["identity", "ledger", "media", "pricing"],
    &["catalog", "payments", "payouts"],
    &["sellers", "tenancy"],
    &["orders"],
    &["disputes"],
    &["sales"],
    &["audit", "reconciliation"],
    &["migrations", "http"],
    &["lambda"],
    &["providers"],
];

/// Whether one of our packages may depend on another: `shared` in layers, then functions, then the local cloud, then tools and tests.
fn allowed(from: &str, to: &str) -> bool {
    const FUNCTIONS: usize = LAYERS.len();
    // The three embedded services do not depend on the product.
    const EMBEDDED: usize = FUNCTIONS + 1;
    const LOCAL: usize = EMBEDDED + 1;
    let layer = |path: &str| match path.split_once('/').unwrap_or((path, "")) {
        ("shared", name) => LAYERS.iter().position(|layer| layer.contains(&name)),
        ("functions", _) => Some(FUNCTIONS),
        ("infra", "local-dynamodb" | "local-s3" | "local-sqs") => Some(EMBEDDED),
        ("infra", "local") => Some(LOCAL),
        ("infra", "xtask") | ("tests", _) => Some(LOCAL + 1),
        _ => None,
    };
    match (layer(from), layer(to)) {
        // The HTTP client does not depend on the product: every package that calls a service may use it.
        (Some(_), Some(0)) if to == "shared/client" && from != "shared/kernel" => true,
        (Some(EMBEDDED) | None, _) | (_, None) => false,
        (Some(from), Some(to)) => to < from,
    }
}

/// Each package's folder, from the repository's, by its name.
fn packages(metadata: &Value) -> BTreeMap<&str, String> {
    let root = text(metadata, "/workspace_root");
    let folder = |package: &Value| {
        let manifest = text(package, "/manifest_path");
        manifest.trim_start_matches(root).trim_start_matches('/').trim_end_matches("/Cargo.toml").to_owned()
    };
    list(metadata, "/packages").iter().map(|package| (text(package, "/name"), folder(package))).collect()
}

/// Checks that dependencies point in one direction, and that no Lambda depends on `infra`.
pub fn direction() -> Result<String> {
    let metadata = metadata(false)?;
    let packages = packages(&metadata);
    let (mut wrong, mut edges) = (vec![], 0_u32);
    for package in list(&metadata, "/packages") {
        let name = text(package, "/name");
        for dependency in list(package, "/dependencies").iter().map(|dependency| text(dependency, "/name")) {
            let (Some(from), Some(to)) = (packages.get(name), packages.get(dependency)) else { continue };
            edges = edges.saturating_add(1);
            if !allowed(from, to) {
                wrong.push(format!("{from} depends on {to}, and that is the wrong way"));
            }
        }
    }
    wrong.extend(emulators_in_functions(&packages)?);
    if wrong.is_empty() { Ok(format!("{edges} edges")) } else { Err(wrong.join("\n")) }
}

/// Crates that only the local cloud may use, and that a function could pull in unnoticed through other crates.
const LOCAL_ONLY: [&str; 5] = ["dynoxide-rs", "rusqlite", "s3s", "axum", "clap"];

fn emulators_in_functions(folders: &BTreeMap<&str, String>) -> Result<Vec<String>> {
    let metadata = metadata(true)?;
    let names: BTreeMap<_, _> =
        list(&metadata, "/packages").iter().map(|package| (text(package, "/id"), text(package, "/name"))).collect();
    let is_normal =
        |dependency: &&Value| list(dependency, "/dep_kinds").iter().any(|kind| kind.get("kind") == Some(&Value::Null));
    let nodes: BTreeMap<&str, Vec<&str>> = list(&metadata, "/resolve/nodes")
        .iter()
        .map(|node| {
            let dependencies = list(node, "/deps").iter().filter(is_normal).map(|dependency| text(dependency, "/pkg"));
            (text(node, "/id"), dependencies.collect())
        })
        .collect();
    let mut wrong = vec![];
    for (id, name) in &names {
        let Some(folder) = folders.get(name).filter(|folder| folder.starts_with("functions/")) else { continue };
        let (mut seen, mut next) = (BTreeSet::new(), vec![*id]);
        while let Some(id) = next.pop() {
            if seen.insert(id) {
                next.extend(nodes.get(id).into_iter().flatten().copied());
            }
        }
        let found = seen.iter().filter_map(|id| names.get(id)).filter(|name| LOCAL_ONLY.contains(name));
        wrong.extend(found.map(|found| format!("{folder} depends on {found}, which belongs to the local cloud alone")));
    }
    Ok(wrong)
}

/// Checks that every dependency and its features are declared in the workspace's table, and nowhere else: if a package declared a feature
/// of its own, `cargo build -p` of one function would compile the SDKs anew.
pub fn features() -> Result<String> {
    let metadata = metadata(false)?;
    let mut wrong = vec![];
    for (name, folder) in packages(&metadata) {
        let manifest = crate::run::read(&format!("{folder}/Cargo.toml"))?;
        let mut section = "";
        for line in manifest.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            if line.starts_with('[') {
                section = line;
            } else if section.ends_with("dependencies]") && !line.ends_with(".workspace = true") {
                wrong.push(format!("{folder}/Cargo.toml: `{line}` of {name}: declare it in the root Cargo.toml, and write `.workspace = true`"));
            }
        }
    }
    if wrong.is_empty() { Ok(String::new()) } else { Err(wrong.join("\n")) }
}

#[cfg(test)]
mod tests {
    use super::allowed;

    #[test]
    fn dependencies_point_one_way() {
        assert!(allowed("shared/http", "shared/storage"));
        assert!(allowed("functions/orders", "shared/sales"));
        assert!(allowed("functions/payments", "shared/providers"));
        assert!(allowed("infra/local", "functions/orders"));
        assert!(allowed("tests", "infra/local"));
        assert!(!allowed("shared/kernel", "shared/storage"));
        assert!(!allowed("shared/storage", "shared/auth"));
        assert!(!allowed("shared/ledger", "shared/orders"));
        assert!(!allowed("shared/somewhere", "shared/kernel"));
        assert!(!allowed("functions/orders", "functions/payments"));
        assert!(!allowed("shared/providers", "functions/payments"));
        assert!(!allowed("functions/orders", "infra/local-sqs"));
        assert!(!allowed("infra/local-sqs", "shared/kernel"));
        assert!(!allowed("infra/local", "infra/xtask"));
    }
}
