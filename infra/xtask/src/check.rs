//! `cargo xtask check`: everything that CI runs, except the tests and the SAM checks. The slowest steps come last.

use crate::{
    events, manifests, modules, names, openapi,
    run::{Result, quiet},
    sources, template,
    tools::{DENY, MACHETE, TYPOS},
};
use std::time::Instant;

type Step = (&'static str, fn() -> Result<String>);

const STEPS: [Step; 16] = [
    ("format", || quiet("cargo", &["fmt", "--all", "--check"]).map(|_| String::new())),
    ("file sizes", sources::sizes),
    ("no floats", sources::floats),
    ("declared features", manifests::features),
    ("dependency direction", manifests::direction),
    ("module direction", modules::circles),
    ("golden shapes", golden),
    ("names", names::check),
    ("templates", template::check),
    ("openapi.json", openapi::check),
    ("events/", events::check),
    ("unused dependencies", || MACHETE.run(&["--with-metadata"]).map(|_| String::new())),
    ("spelling", || TYPOS.run(&["--config", ".typos.toml"]).map(|_| String::new())),
    ("licences and sources", || {
        DENY.run(&["--workspace", "--config", ".deny.toml", "check", "licenses", "bans", "sources"])
            .map(|_| String::new())
    }),
    ("advisories", advisories),
    ("clippy", || {
        quiet("cargo", &["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"])
            .map(|_| String::new())
    }),
];

/// Runs every step, or only one. It prints a line for each, and stops at the first that fails.
pub fn check(only: Option<&str>) -> Result<()> {
    if let Some(only) = only.filter(|only| !STEPS.iter().any(|(name, _)| name == only)) {
        let names = STEPS.map(|(name, _)| format!("`{name}`")).join(", ");
        return Err(format!("there is no step `{only}`; there are {names}"));
    }
    for (name, step) in STEPS.into_iter().filter(|(name, _)| only.is_none_or(|only| only == *name)) {
        let start = Instant::now();
        let result = step();
        let seconds = start.elapsed().as_millis().checked_div(100).unwrap_or(0);
        let took = format!("{}.{} s", seconds.checked_div(10).unwrap_or(0), seconds.checked_rem(10).unwrap_or(0));
        match result {
            Ok(note) => println!("ok    {name:<22} {took:>8}  {note}"),
            Err(message) => {
                println!("FAIL  {name:<22} {took:>8}");
                return Err(message);
            }
        }
    }
    Ok(())
}

/// Checks that golden files are only ever added, because they hold what earlier releases have written. Without the Git history, such as in
/// an archive, nothing is compared.
fn golden() -> Result<String> {
    let changes = ["log", "--diff-filter=MDRT", "--format=", "--name-only", "HEAD", "--"];
    let uncommitted = ["diff", "--diff-filter=MDRT", "--name-only", "HEAD", "--"];
    let folders = ["shared/storage/golden", "events/golden"];
    let Ok(log) = quiet("git", &[&changes[..], &folders].concat()) else {
        return Ok("not compared: there is no history".into());
    };
    let changed = log + &quiet("git", &[&uncommitted[..], &folders].concat())?;
    match changed.split_whitespace().next() {
        None => Ok(String::new()),
        Some(file) => {
            Err(format!("{file} was changed: what a release has written stays as it was; add a file for what is new"))
        }
    }
}

/// Checks for known vulnerabilities. Their database is a Git repository elsewhere: if it cannot be reached, this says so and does not fail.
fn advisories() -> Result<String> {
    if DENY.run(&["--config", ".deny.toml", "fetch", "db"]).is_err() {
        return Ok("not checked: the advisory database cannot be fetched from here".into());
    }
    DENY.run(&["--workspace", "--offline", "--config", ".deny.toml", "check", "advisories"]).map(|_| String::new())
}
