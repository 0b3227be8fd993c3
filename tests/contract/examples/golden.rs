//! Checks that every item which the story stored has a format that is in `shared/storage/golden`, and no attribute that is missing in all
//! of its files. `UPDATE_GOLDEN=1` adds a file for what is new. Files that are there are never changed: they are what releases have
//! written.

use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

type Paths = BTreeSet<String>;

/// Checks all items.
pub fn holds(stored: &[Value]) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/storage/golden");
    let mut known: BTreeMap<String, (Paths, usize)> = BTreeMap::new();
    for file in fs::read_dir(&folder).unwrap() {
        let item: Value = serde_json::from_str(&fs::read_to_string(file.unwrap().path()).unwrap()).unwrap();
        let (paths, files) = known.entry(shape(&item)).or_default();
        paths.extend(paths_of(&item));
        *files += 1;
    }
    // Items with the most attributes come first, so that fewer files contain all attributes.
    let mut items: Vec<_> = stored.iter().map(|item| (paths_of(item), item)).collect();
    items.sort_by_key(|(paths, item)| (std::cmp::Reverse(paths.len()), item.to_string()));
    for (paths, item) in items {
        let (known, files) = known.entry(shape(item)).or_default();
        let new: Vec<_> = paths.difference(known).cloned().collect();
        if new.is_empty() {
            continue;
        }
        assert!(
            std::env::var("UPDATE_GOLDEN").is_ok(),
            "{} has attributes that no golden item has: {new:?}. If an older release can ignore them, run with UPDATE_GOLDEN=1; if not, \
             make it a new version of the shape",
            shape(item)
        );
        *files += 1;
        let name = if *files == 1 { shape(item) } else { format!("{}-{files}", shape(item)) };
        fs::write(folder.join(format!("{name}.json")), serde_json::to_string_pretty(item).unwrap() + "\n").unwrap();
        known.extend(paths);
    }
}

fn shape(item: &Value) -> String {
    item["shape"]["S"].as_str().unwrap_or_else(|| panic!("an item has no shape: {item}")).to_owned()
}

/// The names of all attributes of an item at every depth, with their types. A name that is data, such as a day, stands as
/// `*`.
fn paths_of(item: &Value) -> Paths {
    let mut paths = Paths::new();
    for (name, value) in item.as_object().unwrap() {
        collect(name, value, &mut paths);
    }
    paths
}

fn collect(path: &str, value: &Value, paths: &mut Paths) {
    let (kind, value) = value.as_object().unwrap().iter().next().unwrap();
    match kind.as_str() {
        "M" => {
            for (name, value) in value.as_object().unwrap() {
                collect(&format!("{path}.{}", plain(name)), value, paths);
            }
        }
        "L" => value.as_array().unwrap().iter().for_each(|value| collect(&format!("{path}[]"), value, paths)),
        // An optional attribute may be missing.
        "NULL" => {}
        _ => {
            paths.insert(format!("{} {kind}", if path.contains(['.', '[']) { path.to_owned() } else { plain(path) }));
        }
    }
}

fn plain(name: &str) -> String {
    let data = !name.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c == '1' || c == '2');
    if data { "*".to_owned() } else { name.to_owned() }
}
