//! Programs that the checks need, each in one version, built by cargo into `target/tools` when it is missing.

use crate::run::{Result, quiet, root};

/// A program that cargo can install, in one version.
pub struct Tool {
    package: &'static str,
    version: &'static str,
    program: &'static str,
}

/// Checks the licences, sources, duplicates and advisories of dependencies.
pub const DENY: Tool = Tool { package: "cargo-deny", version: "0.20.2", program: "cargo-deny" };
/// Checks the spelling.
pub const TYPOS: Tool = Tool { package: "typos-cli", version: "1.52.0", program: "typos" };
/// Finds dependencies that are not used.
pub const MACHETE: Tool = Tool { package: "cargo-machete", version: "0.9.2", program: "cargo-machete" };

impl Tool {
    /// Runs the program, and installs it first if it is missing.
    pub fn run(&self, arguments: &[&str]) -> Result<String> {
        let folder = root().join("target/tools");
        let program = folder.join("bin").join(self.program);
        let program = program.to_string_lossy();
        let version = format!("{}@{}", self.package, self.version);
        if !quiet(&program, &["--version"]).is_ok_and(|answer| answer.contains(self.version)) {
            println!("building {version} into target/tools, once");
            let folder = folder.to_string_lossy();
            // With optimisation they would take three times as long to build, and run only a second faster.
            quiet("cargo", &["install", "--debug", "--locked", "--force", "--quiet", "--root", &folder, &version])?;
        }
        quiet(&program, arguments)
    }
}
