//! The kinds of ids, which are listed in the kernel: `LampId "lmp"`.

use super::{Files, edit, is_name};
use crate::{
    run::{Result, read},
    samples::ULID,
};

const FILE: &str = "shared/kernel/src/id.rs";

/// A name in the form of a type: `rain-coat` or `rain_coat` becomes `RainCoat`.
pub fn pascal(name: &str) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
    };
    name.split(['-', '_']).map(capital).collect()
}

/// The id type of a thing; it is added if it does not exist.
pub fn ensure(files: &mut Files, thing: &str) -> Result<String> {
    let name = format!("{}Id", pascal(thing));
    let prefix = prefix(thing).filter(|_| is_name(&thing.replace('_', "-")));
    let prefix = prefix.ok_or_else(|| format!("`{thing}` is no name that ids can have"))?;
    files.change(FILE, |text| with_id(text, thing, &name, &prefix))?;
    Ok(name)
}

fn with_id(text: &str, thing: &str, name: &str, prefix: &str) -> Result<String> {
    if text.contains(&format!("\n    {name} \"")) {
        return Ok(text.to_owned());
    }
    if text.contains(&format!("Id \"{prefix}\";")) {
        return Err(format!(
            "ids of another kind begin with `{prefix}` already: add `{name}` with another prefix there"
        ));
    }
    let last = text.lines().rfind(|line| line.starts_with("    ") && line.ends_with("\";") && line.contains("Id \""));
    let last = last.ok_or("there is no list of ids")?;
    let article = if thing.starts_with(['a', 'e', 'i', 'o', 'u']) { "An" } else { "A" };
    let words = thing.replace(['-', '_'], " ");
    edit::after(text, last, &format!("    /// {article} {words}.\n    {name} \"{prefix}\";"))
}

/// Three letters that stand for a thing: its first letter, then consonants, then any others.
pub fn prefix(thing: &str) -> Option<String> {
    let mut letters = thing.chars().filter(char::is_ascii_lowercase);
    let first = letters.next()?;
    let (vowels, others): (Vec<_>, Vec<_>) = letters.partition(|c| "aeiou".contains(*c));
    let all: String = std::iter::once(first).chain(others).chain(vowels).take(3).collect();
    (all.len() == 3).then_some(all)
}

/// The struct for a path that names one thing by its id, if it exists: `OfListing` for `listing_id`.
pub fn one_of_a_kind(parameter: &str) -> Result<Option<String>> {
    let paths = read("shared/http/src/paths.rs")?;
    let row = format!(", {parameter}: ");
    let found = paths.lines().find(|line| line.contains(&row)).and_then(|line| line.trim().split(',').next());
    let dispute = (parameter == "dispute_id").then_some("OfDispute");
    Ok(found.or(dispute).map(str::to_owned))
}

/// The value that a test uses for a path parameter: a valid id of nothing that exists, or the parameter's name.
pub fn example(files: &Files, parameter: &str) -> Result<String> {
    let paths = read("shared/http/src/paths.rs")?;
    let row = format!(", {parameter}: ");
    let known = paths.lines().find_map(|line| line.split_once(&row)?.1.split(',').next());
    let kind = known.map_or_else(|| pascal(parameter), str::to_owned);
    let ids = files.text(FILE)?;
    let opening = format!("    {kind} \"");
    let prefix = ids.lines().find_map(|line| line.strip_prefix(&opening)?.split('"').next());
    Ok(prefix.map_or_else(|| parameter.to_owned(), |prefix| format!("{prefix}_{ULID}")))
}
