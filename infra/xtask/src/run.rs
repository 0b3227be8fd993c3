//! Files of the repository, and programs that run in it.

use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The result of every tool; the error is a text for people.
pub type Result<T> = std::result::Result<T, String>;

/// The root folder of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).map(Path::to_path_buf).unwrap_or_default()
}

/// Reads a file, named relative to the repository's folder.
pub fn read(name: &str) -> Result<String> {
    fs::read_to_string(root().join(name)).map_err(|e| format!("{name}: {e}"))
}

/// Writes a file, and creates the folders above it.
pub fn write(name: &str, text: &str) -> Result<()> {
    let path = root().join(name);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|e| format!("{name}: {e}"))?;
    }
    fs::write(path, text).map_err(|e| format!("{name}: {e}"))
}

/// The files under a folder whose names end with `suffix`, relative to the repository's folder, in order.
pub fn files(folder: &str, suffix: &str) -> Result<Vec<String>> {
    let mut found = vec![];
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(root().join(&folder)) {
            Ok(entries) => entries,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => continue,
            Err(e) => return Err(format!("{folder}: {e}")),
        };
        for entry in entries {
            let entry = entry.map_err(|e| format!("{folder}: {e}"))?;
            let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                folders.push(name);
            } else if name.ends_with(suffix) {
                found.push(name);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Runs a program in the repository's folder; its output is shown only if it fails. For `cargo`, the cargo that runs this is used.
pub fn quiet(program: &str, arguments: &[&str]) -> Result<String> {
    let mut command = if program == "cargo" { cargo() } else { Command::new(program) };
    let output = command.args(arguments).current_dir(root()).stdin(Stdio::null()).output();
    let output = output.map_err(|e| format!("{program}: {e}"))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() {
        Ok(text(&output.stdout))
    } else {
        let command = format!("{program} {}", arguments.join(" "));
        Err(format!("{}{}\n`{command}` failed: {}", text(&output.stdout), text(&output.stderr), output.status))
    }
}

/// The cargo that runs this, in the repository's folder. The variables that an outer cargo sets are removed: build scripts that read what
/// cargo says about their package (as ring's does) would otherwise run anew at each change between `cargo xtask` and plain cargo, and most
/// of the workspace would be rebuilt after them.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".into()));
    let own = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(own)) {
        command.env_remove(name);
    }
    command.current_dir(root());
    command
}

/// The output of `cargo metadata` for the workspace. `dependencies` includes dependencies of dependencies.
pub fn metadata(dependencies: bool) -> Result<Value> {
    let mut arguments = vec!["metadata", "--format-version", "1", "--locked"];
    if !dependencies {
        arguments.push("--no-deps");
    }
    serde_json::from_str(&quiet("cargo", &arguments)?).map_err(|e| format!("cargo metadata: {e}"))
}

/// The elements of a list in a JSON value.
pub fn list<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    value.pointer(pointer).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// A text in a JSON value.
pub fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// Compares a generated file with what it must contain.
pub fn compare(name: &str, wanted: &str, command: &str) -> Result<()> {
    match read(name) {
        Ok(text) if text == wanted => Ok(()),
        Ok(_) => Err(format!("{name} is stale: run `{command}` and commit the result")),
        Err(e) => Err(format!("{e}; `{command}` writes it")),
    }
}
