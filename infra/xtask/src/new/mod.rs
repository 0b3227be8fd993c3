//! `cargo xtask new`: writes the files of a new endpoint, consumer or noun, and adds the lines that refer to it in other files. The
//! generated code compiles but does nothing yet: its test fails until the code is written.

mod area;
mod consumer;
mod edit;
mod endpoint;
mod ids;
mod noun;
#[cfg(test)]
mod tests;

use crate::run::{Result, cargo, read, root, write};
use clap::Subcommand;
use std::collections::BTreeMap;

/// The kinds of things that can be created.
#[derive(Subcommand)]
pub enum Kind {
    /// An endpoint, such as `"POST /v1/lamps/{lamp_id}/dim" --verb --area catalog --summary "Dims a lamp."`.
    Endpoint(endpoint::Wanted),
    /// A consumer of a queue, such as `ledger verify --queue ledger-verify --takes VerificationEvent`.
    Consumer(consumer::Wanted),
    /// A noun: its crate with an entity, its keys and its stored shape, such as `review`.
    Noun(noun::Wanted),
}

/// Creates it with everything that depends on it: the binary, the templates, the API document and the sample events.
pub fn new(kind: &Kind) -> Result<()> {
    let files = match kind {
        Kind::Endpoint(wanted) => endpoint::files(wanted)?,
        Kind::Consumer(wanted) => consumer::files(wanted)?,
        Kind::Noun(wanted) => noun::files(wanted)?,
    };
    files.write()?;
    let made: &[&str] = match kind {
        Kind::Endpoint(_) => &["template", "openapi", "events"],
        // The first run writes the table of events and their takers, which holds the relay's permissions. Those are compiled in, and the second
        // writes its template from them.
        Kind::Consumer(_) => &["template", "template", "events"],
        Kind::Noun(_) => &[],
    };
    // Each of these is run by a newly built tool that includes the new function.
    for what in made {
        let status = cargo().args(["xtask", what]).status().map_err(|e| e.to_string())?;
        if !status.success() {
            return Err(format!("`cargo xtask {what}` failed; run it again when that is mended"));
        }
        println!("ran    cargo xtask {what}");
    }
    println!("{}", files.next);
    Ok(())
}

/// Files to be written: either all of them, or none if one cannot be written.
#[derive(Default)]
pub struct Files {
    texts: BTreeMap<String, String>,
    /// What is left to do, for the person who ran the command.
    pub next: String,
}

impl Files {
    /// Adds a new file. Rust code is formatted when it is written.
    pub fn add(&mut self, name: &str, text: String) -> Result<()> {
        if root().join(name).exists() {
            return Err(format!("{name} is there already"));
        }
        self.texts.insert(name.to_owned(), text);
        Ok(())
    }

    /// The text of a file, with the changes so far.
    fn text(&self, name: &str) -> Result<String> {
        self.texts.get(name).map_or_else(|| read(name), |text| Ok(text.clone()))
    }

    /// Changes an existing file.
    pub fn change(&mut self, name: &str, change: impl FnOnce(&str) -> Result<String>) -> Result<()> {
        let before = self.text(name)?;
        let after = change(&before).map_err(|e| format!("{name}: {e}"))?;
        if after != before {
            self.texts.insert(name.to_owned(), after);
        }
        Ok(())
    }

    fn write(&self) -> Result<()> {
        for (name, text) in &self.texts {
            let verb = if root().join(name).exists() { "changed" } else { "wrote  " };
            write(name, &edit::formatted(name, text)?)?;
            println!("{verb} {name}");
        }
        Ok(())
    }
}

/// Whether this is a name of small letters with hyphens between words.
fn is_name(text: &str) -> bool {
    let word = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_lowercase())
            && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    text.split('-').all(word)
}
