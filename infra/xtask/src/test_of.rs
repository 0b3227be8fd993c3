//! `cargo xtask test NAME`: the tests of one area or noun. Everything is built as for all tests, and nothing runs that has another name.

use crate::run::{self, Result, list, text};
use serde_json::Value;
use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// A test program that cargo has built.
struct Program {
    path: PathBuf,
    /// The folder of its package, in which cargo would run it.
    folder: PathBuf,
    is_library: bool,
    name: String,
}

/// Runs the tests of the libraries in folders of this name, such as `functions/NAME` and `shared/NAME`, and the contract tests that have it in
/// their names, in one process. The names of packages are no part of the names of their tests: a filter alone would leave the former out.
pub fn test_of(name: &str) -> Result<()> {
    let programs = built()?;
    let fits = |program: &&Program| program.is_library && program.folder.ends_with(name);
    let libraries: Vec<_> = programs.iter().filter(fits).collect();
    let contract = programs.iter().find(|program| !program.is_library && program.name == "contract");
    let contract = contract.ok_or("cargo built no contract tests")?;
    let of_routes = count(contract, name)?;
    let mut of_libraries = 0_usize;
    for library in &libraries {
        of_libraries = of_libraries.saturating_add(count(library, "")?);
    }
    if of_routes == 0 && of_libraries == 0 {
        return Err(format!(
            "there are no tests of `{name}`: no folder of a library has this name and tests, and no contract test has it in its name"
        ));
    }
    println!("== {of_libraries} tests in {} libraries, {of_routes} contract tests", libraries.len());
    // What fails first does not keep the others from being run.
    let mut failed = vec![];
    for library in libraries {
        if !run(library, &[])? {
            failed.push(library.folder.strip_prefix(run::root()).unwrap_or(&library.folder).display().to_string());
        }
    }
    if of_routes > 0 && !run(contract, &[name])? {
        failed.push("the contract tests".into());
    }
    if failed.is_empty() { Ok(()) } else { Err(format!("failed: {}", failed.join(", "))) }
}

/// Builds the libraries' tests and the contract tests. The whole workspace: a single package would be built with fewer features of the
/// crates it shares, and all of those would be compiled anew.
fn built() -> Result<Vec<Program>> {
    let mut command = run::cargo();
    command.args(["test", "--workspace", "--no-run", "--lib", "--test", "contract"]);
    command.args(["--message-format", "json-render-diagnostics"]);
    let output = command.stderr(std::process::Stdio::inherit()).output().map_err(|e| format!("cargo: {e}"))?;
    if !output.status.success() {
        return Err("build the tests: failed".into());
    }
    let messages = String::from_utf8_lossy(&output.stdout);
    Ok(messages.lines().filter_map(|line| program(&serde_json::from_str(line).ok()?)).collect())
}

/// The test program that a message of cargo's is about, if it is about one.
fn program(message: &Value) -> Option<Program> {
    let path = PathBuf::from(message.get("executable")?.as_str()?);
    let kinds = list(message, "/target/kind");
    Some(Program {
        path,
        folder: Path::new(text(message, "/manifest_path")).parent()?.to_path_buf(),
        is_library: !kinds.iter().any(|kind| kind == "test"),
        name: text(message, "/target/name").to_owned(),
    })
}

/// How many tests of a program have this in their names.
fn count(program: &Program, filter: &str) -> Result<usize> {
    let mut command = Command::new(&program.path);
    command.args(["--list", "--format", "terse", filter]).current_dir(&program.folder);
    let output = command.output().map_err(|e| format!("{}: {e}", program.path.display()))?;
    Ok(String::from_utf8_lossy(&output.stdout).lines().filter(|line| line.ends_with(": test")).count())
}

/// Whether all tests of a program with one of these in their names pass.
fn run(program: &Program, filters: &[&str]) -> Result<bool> {
    println!("== {}", program.folder.strip_prefix(run::root()).unwrap_or(&program.folder).display());
    let mut command = Command::new(&program.path);
    command.args(filters).current_dir(&program.folder);
    command.status().map(|status| status.success()).map_err(|e| format!("{}: {e}", program.path.display()))
}
