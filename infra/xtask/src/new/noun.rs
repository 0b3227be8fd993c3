//! A new noun: a crate with one thing that is stored, its keys and its stored shape. It has no events: the check fails on one that no consumer
//! takes, so they are written together with who takes them.

use super::{Files, edit, ids, is_name};
use crate::run::{Result, read, root};

/// The noun to create.
#[derive(clap::Args)]
pub struct Wanted {
    /// The name of a single one, such as `review`; the crate is named by the plural.
    pub name: String,
}

/// All files that are written or changed.
pub fn files(wanted: &Wanted) -> Result<Files> {
    let name = wanted.name.as_str();
    if !is_name(name) || name.contains('-') {
        return Err(format!("`{name}` is no name of a noun: one word in small letters"));
    }
    if name.ends_with('s') {
        return Err(format!("`{name}` looks like many: say what one is called"));
    }
    let plural = match name.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        Some(_) | None => format!("{name}s"),
    };
    if let Some(taken) = [&plural, name].into_iter().find(|taken| root().join("shared").join(taken).exists()) {
        return Err(format!("there is shared/{taken} already"));
    }
    let (package, module) = (format!("tradewind-{plural}"), format!("tradewind_{plural}"));
    let (id, folder) = (format!("{}Id", ids::pascal(name)), format!("shared/{plural}"));
    if read("shared/kernel/src/id.rs")?.contains(&format!("    {id} \"")) {
        return Err(format!("there are ids of the kind {id} already: they belong to another noun"));
    }

    let mut files = Files::default();
    ids::ensure(&mut files, name)?;
    for (file, text) in skeleton(name, &plural) {
        files.add(&format!("{folder}/{file}"), text)?;
    }
    files.change("Cargo.toml", |text| {
        let line = format!("{package} = {{ path = \"{folder}\" }}");
        edit::after(text, "tradewind-sales = { path = \"shared/sales\" }", &line)
    })?;
    files.change("infra/xtask/src/manifests.rs", |text| {
        // The layer of packages that depend only on the kernel and on storage.
        let line = "    &[\"identity\", ";
        let (head, rest) = text.split_once(line).ok_or("there is no layer of `identity`")?;
        Ok(format!("{head}{line}\"{plural}\", {rest}"))
    })?;
    files.change("infra/xtask/src/sources.rs", |text| {
        edit::among(text, &format!("    \"{folder}\","), |line| line.starts_with("    \"shared/"))
    })?;
    files.change("shared/migrations/Cargo.toml", |text| edit::depending(text, &[&package]))?;
    files.change("shared/migrations/src/lib.rs", |text| {
        edit::among(text, &format!("        {module}::KINDS,"), |line| line.starts_with("        tradewind_"))
    })?;
    files.change("shared/migrations/src/keys_tests.rs", |text| {
        let text = edit::among(text, &format!("use {module}::keys::*;"), |line| line.starts_with("use tradewind_"))?;
        let prefix = ids::prefix(name).unwrap_or_default();
        let row = format!("    item({name}(&id(), &id()), Main, \"mkt_7#{name}#{prefix}_7\", \"{name}\");");
        Ok(edit::at_end(&text, &format!("\n#[test]\nfn keys_of_{plural}() {{\n{row}\n}}")))
    })?;
    files.next = format!(
        "Write what {folder}/src/lib.rs tells of; if it rests on other nouns, move it to a later layer in infra/xtask/src/manifests.rs. The \
         tests of shared/migrations fail until there is a golden item: `UPDATE_GOLDEN=1 cargo test --workspace --test contract -- examples` \
         writes it once the story in tests/contract/examples stores one. What happens to {plural} is an enum in {folder}/src/event.rs, as in \
         shared/disputes, once a consumer takes it. Name {plural} in README.md."
    );
    Ok(files)
}

/// The files of the crate. `NAME`, `PLURAL`, `TYPE` and `ID` stand for the names of the noun.
fn skeleton(name: &str, plural: &str) -> [(&'static str, String); 4] {
    let thing = ids::pascal(name);
    let filled = |text: &str| {
        let text = text.replace("PLURAL", plural).replace("NAME", name);
        text.replace("ID", &format!("{thing}Id")).replace("TYPE", &thing)
    };
    [
        ("Cargo.toml", filled(MANIFEST)),
        ("src/lib.rs", filled(LIB)),
        ("src/keys.rs", filled(KEYS)),
        ("src/stored.rs", filled(STORED)),
    ]
}

const MANIFEST: &str = "[package]
name = \"tradewind-PLURAL\"
version.workspace = true
edition.workspace = true
rust-version.workspace = true
license.workspace = true
publish.workspace = true

[lints]
workspace = true

[dependencies]
tradewind-kernel.workspace = true
tradewind-storage.workspace = true
serde.workspace = true
";

const LIB: &str = "//! The rules of PLURAL.

pub mod keys;
mod stored;

pub use stored::KINDS;

use serde::{Deserialize, Serialize};
use tradewind_kernel::{ID, Time};

/// One NAME.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TYPE {
    /// Its id.
    pub id: ID,
    /// When it was made.
    pub created_at: Time,
    /// Counts its changes.
    pub version: u64,
}
";

const KEYS: &str = "//! The keys of this noun's items, and the cost of reading and writing them, in the units that `tradewind-storage` explains. A test
//! pins each key; changing one needs a migration.
//!
//! | what | table | key | call | units |
//! |---|---|---|---|---|
//! | NAME | main | `T#NAME#I` / `NAME` | `GetItem` | 1 R |

use crate::TYPE;
use tradewind_kernel::{MarketplaceId, ID};
use tradewind_storage::Key;

/// A NAME.
pub fn NAME(t: &MarketplaceId, id: &ID) -> Key<TYPE> {
    Key::main(format!(\"{t}#NAME#{id}\"), \"NAME\")
}
";

const STORED: &str = "//! How each entity of this noun is stored: under which key, in which lists, in which shape.

use crate::{TYPE, keys};
use tradewind_storage::{entity, kinds};

entity!(TYPE, |self, tenant| keys::NAME(tenant, &self.id); version);

kinds! {
    whole {
        TYPE, \"NAME.v1\", \"NAME\" / \"NAME\";
    }
    counted {
    }
}
";
