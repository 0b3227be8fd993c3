//! Inserts lines where they belong in files that people write.

use crate::run::{Result, root};
use std::{
    io::Write,
    process::{Command, Stdio},
};

/// Inserts a line among those lines that `is_one` accepts, in their order: before the first that sorts after it, or after the last.
pub fn among(text: &str, line: &str, is_one: impl Fn(&str) -> bool) -> Result<String> {
    let mut lines: Vec<_> = text.lines().collect();
    if lines.contains(&line) {
        return Ok(text.to_owned());
    }
    let places: Vec<_> = lines.iter().enumerate().filter(|(_, line)| is_one(line)).collect();
    let before = places.iter().find(|(_, other)| sorts(other) > sorts(line)).map(|(at, _)| *at);
    let at = before.or(places.last().map(|(at, _)| at.saturating_add(1)));
    lines.insert(at.ok_or_else(|| format!("there is no place for `{}`", line.trim()))?, line);
    Ok(joined(&lines))
}

/// The part of a line by which it is sorted: `mod a;` comes before `mod a_b {`.
fn sorts(line: &str) -> &str {
    line.trim_end_matches([';', '{', ' ', ','])
}

/// Inserts lines right after the first one that equals `line`.
pub fn after(text: &str, line: &str, new: &str) -> Result<String> {
    let mut lines: Vec<_> = text.lines().collect();
    let at = lines.iter().position(|other| *other == line).ok_or_else(|| format!("there is no line `{line}`"))?;
    lines.insert(at.saturating_add(1), new);
    Ok(joined(&lines))
}

/// Appends lines to a text.
pub fn at_end(text: &str, new: &str) -> String {
    format!("{text}{new}\n")
}

/// Makes a manifest depend on these packages of the workspace.
pub fn depending(manifest: &str, packages: &[&str]) -> Result<String> {
    let mut manifest = manifest.to_owned();
    for package in packages {
        let line = format!("{package}.workspace = true");
        // Our own packages come first.
        let own = |line: &str| line.starts_with("tradewind-");
        let (head, tail) = manifest.split_once("[dependencies]\n").ok_or("there are no [dependencies]")?;
        let (section, rest) = match tail.split_once("\n\n") {
            Some((section, rest)) => (format!("{section}\n"), Some(rest)),
            None => (tail.to_owned(), None),
        };
        let is_like = |other: &str| own(other) == own(package) && !other.is_empty();
        let section = among(&section, &line, is_like)?;
        let rest = rest.map(|rest| format!("\n{rest}")).unwrap_or_default();
        manifest = format!("{head}[dependencies]\n{section}{rest}");
    }
    Ok(manifest)
}

fn joined(lines: &[&str]) -> String {
    lines.join("\n") + "\n"
}

/// Formats a text with rustfmt, if it is Rust: a text that does not parse is never written.
pub fn formatted(name: &str, text: &str) -> Result<String> {
    if !name.ends_with(".rs") {
        return Ok(text.to_owned());
    }
    let mut child = Command::new("rustfmt")
        .args(["--edition", "2024"])
        .current_dir(root())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| format!("rustfmt: {e}"))?;
    let mut input = child.stdin.take().ok_or("rustfmt takes no input")?;
    input.write_all(text.as_bytes()).map_err(|e| format!("rustfmt: {e}"))?;
    drop(input);
    let output = child.wait_with_output().map_err(|e| format!("rustfmt: {e}"))?;
    if !output.status.success() {
        return Err(format!("{name}: {}\n{text}", String::from_utf8_lossy(&output.stderr)));
    }
    String::from_utf8(output.stdout).map_err(|e| e.to_string())
}
