//! Programs that the checks need, each in one version, built by cargo into `target/tools` when it is missing.

use crate::run::{Result, quiet, root};

/// A program.
pub struct Tool {
    package: &'static str,
    version: &'static str,
    program: &'static str,
}

/// Licences, sources, duplicates and advisories of dependencies.
pub const DENY: Tool = Tool { package: "cargo-deny", version: "0.20.2", program: "cargo-deny" };
/// Spelling.
pub const TYPOS: Tool = Tool { package: "typos-cli", version: "1.52.0", program: "typos" };
/// Dependencies that nobody uses.
pub const MACHETE: Tool = Tool { package: "cargo-machete", version: "0.9.2", program: "cargo-machete" };

impl Tool {
    /// Runs it.
    pub fn run(&self, arguments: &[&str]) -> Result<String> {
        let folder = root().join("target/tools");
        let program = folder.join("bin").join(self.program);
        let program = program.to_string_lossy();
        let version = format!("{}@{}", self.package, self.version);
        if !quiet(&program, &["--version"]).is_ok_and(|answer| answer.contains(self.version)) {
            println!("building {version} into target/tools, once");
            let folder = folder.to_string_lossy();
            // Optimised they would take three times as long to build, for a second less of running.
            quiet("cargo", &["install", "--debug", "--locked", "--force", "--quiet", "--root", &folder, &version])?;
        }
        quiet(&program, arguments)
    }
}
