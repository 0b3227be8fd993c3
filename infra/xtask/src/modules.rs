//! Directions within a package: no module may use another one that uses it, directly or through others. A module and its submodules count
//! as one here: they may use each other.

use crate::run::{Result, files, read};
use std::collections::{BTreeMap, BTreeSet};

type Path = Vec<String>;

/// For each module of a package, the modules of the same package that it uses.
type Uses = BTreeMap<Path, BTreeSet<Path>>;

/// The modules of a package.
struct Modules {
    /// The code of each module, without comments and tests.
    code: BTreeMap<Path, String>,
    /// The names that modules re-export with `pub use`, with the place where each is defined.
    handed_on: BTreeMap<Path, Path>,
}

/// Reports every cycle.
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
        found.extend(strongly_connected(&Modules::new(&sources).uses()).into_iter().map(circle));
    }
    if found.is_empty() { Ok(format!("{modules} modules")) } else { Err(found.join("\n")) }
}

/// The path of a file's module: `shared/orders/src/order_process/mod.rs` is `order_process`.
fn module(file: &str) -> Path {
    let inner = file.split_once("/src/").map_or(file, |(_, inner)| inner).trim_end_matches(".rs");
    let mut path: Path = inner.split('/').map(str::to_owned).collect();
    if path.last().is_some_and(|last| ["mod", "lib", "main"].contains(&last.as_str())) {
        path.pop();
    }
    path
}

impl Modules {
    fn new(sources: &BTreeMap<Path, String>) -> Self {
        let of_tests = |path: &Path| path.iter().any(|part| part == "tests" || part.ends_with("_tests"));
        let sources = sources.iter().filter(|(path, _)| !of_tests(path));
        let code: BTreeMap<_, _> = sources.map(|(path, source)| (path.clone(), code(source))).collect();
        let mut handed_on = BTreeMap::new();
        for (at, code) in &code {
            for (place, _) in code.match_indices("use ") {
                let public = code.get(..place).is_some_and(|before| before.trim_end().ends_with(['b', ')']));
                let mut found = vec![];
                spread(code.get(place..).unwrap_or_default().trim_start_matches("use "), &mut vec![], &mut found);
                for path in found.into_iter().filter(|_| public) {
                    let name = path.last().cloned();
                    let from_here = !["crate", "super"].contains(&path.first().map_or("", String::as_str));
                    let to = if from_here { at.iter().cloned().chain(path).collect() } else { absolute(at, &path) };
                    handed_on.insert(at.iter().cloned().chain(name).collect(), to);
                }
            }
        }
        Self { code, handed_on }
    }

    fn uses(&self) -> Uses {
        let mut all = Uses::new();
        for (at, code) in &self.code {
            let named = paths(code).into_iter().filter_map(|path| self.home(absolute(at, &path)));
            let apart = |other: &Path| !other.starts_with(at) && !at.starts_with(other);
            all.insert(at.clone(), named.filter(apart).collect());
        }
        all
    }

    /// The module in which an item is defined, whatever module re-exports it.
    fn home(&self, mut path: Path) -> Option<Path> {
        for _ in 0..8 {
            let known = (0..=path.len()).filter_map(|end| path.get(..end));
            let Some((short, to)) = known.filter_map(|short| self.handed_on.get_key_value(short)).next() else { break };
            // An item that is re-exported under its own name, from a module outside this package, stays where it is.
            if to == short {
                break;
            }
            path = to.iter().chain(path.iter().skip(short.len())).cloned().collect();
        }
        while !self.code.contains_key(&path) {
            path.pop()?;
        }
        Some(path)
    }
}

/// The source of a module without comments and tests.
fn code(source: &str) -> String {
    let source = source.split("#[cfg(test)]").next().unwrap_or_default();
    source.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// Every path that begins with `crate` or `super`, with those in braces written out.
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

/// Writes out one path, and returns the text after it.
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
            // The last part may be renamed: `a as b`.
            rest.trim_start()
                .strip_prefix("as ")
                .map_or(rest, |renamed| renamed.trim_start_matches(|sign: char| sign.is_alphanumeric() || sign == '_'))
        }
    }
}

/// Converts a path with `crate` or `super` into one from the root of the package.
fn absolute(at: &Path, path: &[String]) -> Path {
    let mut base = if path.first().is_some_and(|first| first == "crate") { vec![] } else { at.clone() };
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
    base
}

/// Groups of modules that reach each other.
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
        strongly_connected(&Modules::new(&sources.collect()).uses())
    }

    #[test]
    fn modules_that_use_each_other_are_named() {
        let pair =
            [("a.rs", "use crate::{b::{C, d as e}, f};"), ("b.rs", "use super::a::G;"), ("lib.rs", "use crate::a::X;")];
        assert_eq!(circles_of(&pair), [["a", "b"]]);
        let round = [("a.rs", "crate::b::x()"), ("b.rs", "use crate::c;"), ("c/mod.rs", "use super::a::{self, Y};")];
        assert_eq!(circles_of(&round), [["a", "b", "c"]]);
        let by_root =
            [("lib.rs", "mod a;\npub use a::{A, B};"), ("a.rs", "use crate::b::C;"), ("b.rs", "use crate::A;")];
        assert_eq!(circles_of(&by_root), [["a", "b"]]);
    }

    #[test]
    fn one_way_and_what_lies_within_are_no_circle() {
        let one_way =
            [("a.rs", "use crate::b::C;"), ("b.rs", "// use crate::a;\nmy_crate::a::x()"), ("c.rs", "use crate::a;")];
        assert!(circles_of(&one_way).is_empty());
        let within = [("a/mod.rs", "use self::b::C;"), ("a/b.rs", "use super::D; use crate::a::E;")];
        assert!(circles_of(&within).is_empty());
        let of_root =
            [("lib.rs", "pub use a::{A, b::C};\npub struct D;"), ("a/mod.rs", ""), ("b.rs", "use crate::{A, D};")];
        assert!(circles_of(&of_root).is_empty());
        let tests = [
            ("a.rs", "use crate::b;"),
            ("b.rs", "#[cfg(test)]\nmod tests { use crate::a; }"),
            ("b/tests.rs", "use crate::a;"),
        ];
        assert!(circles_of(&tests).is_empty());
    }
}
