//! Adds a function to its area: the module in `lib.rs`, its place in the list, the manifest, and the test.

use super::{Files, edit};
use crate::run::{Result, files};

/// Checks that an area exists.
pub fn known(area: &str) -> Result<()> {
    let manifests = files("functions", "Cargo.toml")?;
    let areas: Vec<_> = manifests.iter().filter_map(|file| file.split('/').nth(1)).collect();
    if areas.contains(&area) {
        Ok(())
    } else {
        Err(format!("there is no area `{area}`; there are {}", areas.join(", ")))
    }
}

/// Adds a module to `lib.rs`, and a function to its list: `group` is `endpoints` with a resource, or `consumers`.
pub fn list(files: &mut Files, area: &str, folder: &str, module: &str, is_endpoint: bool) -> Result<()> {
    files.change(&format!("functions/{area}/src/lib.rs"), |text| {
        let text = with_module(text, folder, module)?;
        if is_endpoint { with_endpoint(&text, folder, module) } else { with_group(&text, folder, module) }
    })
}

fn with_module(text: &str, folder: &str, module: &str) -> Result<String> {
    let (head, list) = text.split_once("tradewind_lambda::functions! {").ok_or("there is no list of functions")?;
    let line = format!("    pub mod {module};");
    if head.lines().any(|other| other == format!("mod {folder};")) {
        return Err(format!("the module `{folder}` is a file: call the resource otherwise, or make it a folder"));
    }
    let opening = format!("mod {folder} {{\n");
    let head = match head.split_once(&opening) {
        Some((before, after)) => {
            let (inside, after) = after.split_once("}\n").ok_or("a module does not end")?;
            let inside = edit::among(inside, &line, |other| other.starts_with("    "))?;
            format!("{before}{opening}{inside}}}\n{after}")
        }
        None => {
            let block = format!("mod {folder} {{\n{line}\n}}\n");
            let later = head.lines().find(|line| {
                let name = line.strip_prefix("mod ").map(|rest| rest.trim_end_matches([';', '{', ' ']));
                name.is_some_and(|name| name > folder)
            });
            match later.and_then(|line| head.split_once(&format!("\n{line}\n")).map(|parts| (line, parts))) {
                Some((line, (before, after))) => format!("{before}\n{block}{line}\n{after}"),
                None => format!("{}\n{block}\n", head.trim_end()),
            }
        }
    };
    Ok(format!("{head}tradewind_lambda::functions! {{{list}"))
}

fn with_endpoint(text: &str, resource: &str, operation: &str) -> Result<String> {
    let opening = format!("        {resource} {{ ");
    if let Some(line) = text.lines().find(|line| line.starts_with(&opening)) {
        let more = line.replacen(" }", &format!(", {operation} }}"), 1);
        return Ok(text.replacen(line, &more, 1));
    }
    let line = format!("        {resource} {{ {operation} }}");
    match text.split_once("    endpoints {\n") {
        None => edit::after(text, "tradewind_lambda::functions! {", &format!("    endpoints {{\n{line}\n    }}")),
        Some((head, list)) => {
            let (inside, rest) = list.split_once("\n    }\n").ok_or("the list of endpoints does not end")?;
            Ok(format!("{head}    endpoints {{\n{inside}\n{line}\n    }}\n{rest}"))
        }
    }
}

/// Adds to a line such as `consumers { import }`, which comes after the endpoints.
fn with_group(text: &str, group: &str, name: &str) -> Result<String> {
    let opening = format!("    {group} {{ ");
    if let Some(line) = text.lines().find(|line| line.starts_with(&opening)) {
        let more = line.replacen(" }", &format!(", {name} }}"), 1);
        return Ok(text.replacen(line, &more, 1));
    }
    let line = format!("    {group} {{ {name} }}");
    let after = if text.contains("    endpoints {\n") { "    }" } else { "tradewind_lambda::functions! {" };
    let (head, list) = text.split_once("tradewind_lambda::functions! {").ok_or("there is no list of functions")?;
    let list = edit::after(&format!("tradewind_lambda::functions! {{{list}"), after, &line)?;
    Ok(format!("{head}{list}"))
}

/// Adds the file of a function's test and its line in the area's `mod.rs`.
pub fn test(files: &mut Files, area: &str, function: &str, text: String) -> Result<String> {
    let module = function.strip_prefix(&format!("{area}-")).unwrap_or(function).replace('-', "_");
    let file = format!("tests/contract/{area}/{module}.rs");
    files.add(&file, text)?;
    let is_module = |line: &str| line.starts_with("mod ") && line.ends_with(';');
    files.change(&format!("tests/contract/{area}/mod.rs"), |text| {
        edit::among(text, &format!("mod {module};"), is_module)
    })?;
    Ok(file)
}

/// Makes the manifest of the area depend on these packages.
pub fn depend(files: &mut Files, area: &str, packages: &[&str]) -> Result<()> {
    files.change(&format!("functions/{area}/Cargo.toml"), |text| edit::depending(text, packages))
}
