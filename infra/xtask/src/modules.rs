//! Directions within a package: no module uses another that uses it, be it by way of others. A module and those within it are one to this:
//! they may know each other.

use crate::run::{Result, files, read};
use std::collections::{BTreeMap, BTreeSet};

type Path = Vec<String>;

/// What each module of a package uses of the package's own.
type Uses = BTreeMap<Path, BTreeSet<Path>>;

/// Names every circle.
pub fn circles() -> Result<String> {
    let mut packages: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for folder in ["shared", "functions", "infra"] {
        for file in files(folder, ".rs")? {
            if let Some((package, rest)) = file.split_once("/src/")
                && !rest.starts_with("bin/")
            {
                packages.entry(package.to_owned()).or_default().push(file.clone());
            }
        }
    }
    let (mut found, mut modules) = (vec![], 0_usize);
    for (package, files) in &packages {
        let mut sources = BTreeMap::new();
        for file in files {
            sources.insert(module(file), read(file)?);
        }
        modules = modules.saturating_add(sources.len());
        let circle = |names: Vec<String>| format!("{package}: {} use each other", names.join(", "));
        found.extend(strongly_connected(&uses(&sources)).into_iter().map(circle));
    }
    if found.is_empty() { Ok(format!("{modules} modules")) } else { Err(found.join("\n")) }
}

/// `shared/orders/src/order_process/mod.rs` is `order_process`.
fn module(file: &str) -> Path {
    let inner = file.split_once("/src/").map_or(file, |(_, inner)| inner).trim_end_matches(".rs");
    let mut path: Path = inner.split('/').map(str::to_owned).collect();
    if path.last().is_some_and(|last| ["mod", "lib", "main"].contains(&last.as_str())) {
        path.pop();
    }
    path
}

fn uses(sources: &BTreeMap<Path, String>) -> Uses {
    let of_tests = |path: &Path| path.iter().any(|part| part == "tests" || part.ends_with("_tests"));
    let mut all = Uses::new();
    for (at, source) in sources.iter().filter(|(path, _)| !of_tests(path)) {
        let source = source.split("#[cfg(test)]").next().unwrap_or_default();
        let code: String =
            source.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n");
        let named = paths(&code).into_iter().filter_map(|path| resolve(at, &path, sources));
        let apart = |other: &Path| !other.starts_with(at) && !at.starts_with(other);
        all.insert(at.clone(), named.filter(apart).collect());
    }
    all
}

/// Every path that begins with `crate` or `super`, those in braces written out.
fn paths(code: &str) -> Vec<Path> {
    let mut found = vec![];
    for root in ["crate", "super"] {
        for (place, _) in code.match_indices(&format!("{root}::")) {
            let before = code.get(..place).and_then(|before| before.chars().next_back());
            if before.is_none_or(|sign| !sign.is_alphanumeric() && sign != '_' && sign != ':') {
                spread(code.get(place..).unwrap_or_default(), &mut vec![], &mut found);
            }
        }
    }
    found
}

/// Writes out one path, and answers what follows it.
fn spread<'a>(text: &'a str, before: &mut Path, found: &mut Vec<Path>) -> &'a str {
    let text = text.trim_start();
    if let Some(mut inner) = text.strip_prefix('{') {
        loop {
            let depth = before.len();
            inner = spread(inner, before, found).trim_start();
            before.truncate(depth);
            match inner.strip_prefix(',') {
                Some(next) if next.trim_start().starts_with('}') => inner = next.trim_start(),
                Some(next) => {
                    inner = next;
                    continue;
                }
                None => {}
            }
            return inner.strip_prefix('}').unwrap_or("");
        }
    }
    let end = text.find(|sign: char| !sign.is_alphanumeric() && sign != '_').unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if name.is_empty() {
        return "";
    }
    before.push(name.to_owned());
    match rest.strip_prefix("::") {
        Some(deeper) => spread(deeper, before, found),
        None => {
            found.push(before.clone());
            // A leaf may be renamed: `a as b`.
            rest.trim_start()
                .strip_prefix("as ")
                .map_or(rest, |renamed| renamed.trim_start_matches(|sign: char| sign.is_alphanumeric() || sign == '_'))
        }
    }
}

/// The module that a path leads into.
fn resolve(at: &Path, path: &[String], sources: &BTreeMap<Path, String>) -> Option<Path> {
    let mut base = if path.first()? == "crate" { vec![] } else { at.clone() };
    let mut rest = path;
    while let Some((first, more)) = rest.split_first() {
        match first.as_str() {
            "crate" => {}
            "super" => drop(base.pop()),
            _ => break,
        }
        rest = more;
    }
    base.extend(rest.iter().cloned());
    while !sources.contains_key(&base) {
        base.pop()?;
    }
    Some(base)
}

/// Modules that reach each other.
fn strongly_connected(uses: &Uses) -> Vec<Vec<String>> {
    let reach = |from: &Path| {
        let (mut reached, mut open) = (BTreeSet::new(), vec![from.clone()]);
        while let Some(next) = open.pop() {
            for other in uses.get(&next).into_iter().flatten() {
                if reached.insert(other.clone()) {
                    open.push(other.clone());
                }
            }
        }
        reached
    };
    let reached: BTreeMap<&Path, BTreeSet<Path>> = uses.keys().map(|path| (path, reach(path))).collect();
    let mut circles = BTreeSet::new();
    for (path, others) in &reached {
        if others.contains(*path) {
            let mutual = others.iter().filter(|other| reached.get(other).is_some_and(|back| back.contains(*path)));
            circles.insert(mutual.map(|path| path.join("::")).collect::<Vec<_>>());
        }
    }
    circles.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn circles_of(modules: &[(&str, &str)]) -> Vec<Vec<String>> {
        let sources = modules.iter().map(|(file, code)| (module(&format!("x/src/{file}")), (*code).to_owned()));
        strongly_connected(&uses(&sources.collect()))
    }

    #[test]
    fn modules_that_use_each_other_are_named() {
        let pair =
            [("a.rs", "use crate::{b::{C, d as e}, f};"), ("b.rs", "use super::a::G;"), ("lib.rs", "use crate::a::X;")];
        assert_eq!(circles_of(&pair), [["a", "b"]]);
        let round = [("a.rs", "crate::b::x()"), ("b.rs", "use crate::c;"), ("c/mod.rs", "use super::a::{self, Y};")];
        assert_eq!(circles_of(&round), [["a", "b", "c"]]);
    }

    #[test]
    fn one_way_and_what_lies_within_are_no_circle() {
        let one_way =
            [("a.rs", "use crate::b::C;"), ("b.rs", "// use crate::a;\nmy_crate::a::x()"), ("c.rs", "use crate::a;")];
        assert!(circles_of(&one_way).is_empty());
        let within = [("a/mod.rs", "use self::b::C;"), ("a/b.rs", "use super::D; use crate::a::E;")];
        assert!(circles_of(&within).is_empty());
        let tests = [
            ("a.rs", "use crate::b;"),
            ("b.rs", "#[cfg(test)]\nmod tests { use crate::a; }"),
            ("b/tests.rs", "use crate::a;"),
        ];
        assert!(circles_of(&tests).is_empty());
    }
}
