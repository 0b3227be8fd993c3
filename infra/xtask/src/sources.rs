//! Rules for every source file.

use crate::run::{Result, files, read};

/// Most lines of a Rust file.
const MOST_LINES: usize = 500;
/// Folders with code that calculates money, or through which amounts pass.
const NO_FLOATS: &[&str] = &[
    "shared/audit",
    "shared/catalog",
    "shared/disputes",
    "shared/identity",
    "shared/kernel",
    "shared/ledger",
    "shared/media",
    "shared/orders",
    "shared/payments",
    "shared/payouts",
    "shared/pricing",
    "shared/reconciliation",
    "shared/sales",
    "shared/sellers",
    "shared/tenancy",
    "shared/auth",
    "shared/http",
    "shared/providers",
    "functions/tenants",
    "functions/identity",
    "functions/catalog",
    "functions/orders",
    "functions/payments",
    "functions/payouts",
    "functions/disputes",
    "functions/ledger",
    "functions/reconciliation",
];

fn rust() -> Result<Vec<String>> {
    let folders = ["shared", "functions", "infra", "tests"];
    let found = folders.iter().map(|folder| files(folder, ".rs")).collect::<Result<Vec<_>>>()?;
    Ok(found.concat())
}

/// Checks that no file is too long to read.
pub fn sizes() -> Result<String> {
    let (mut longest, mut too_long, files) = (("", 0), vec![], rust()?);
    for file in &files {
        let lines = read(file)?.lines().count();
        if lines > longest.1 {
            longest = (file, lines);
        }
        if lines > MOST_LINES {
            too_long.push(format!("{file} has {lines} lines, and {MOST_LINES} are the most: split it"));
        }
    }
    if too_long.is_empty() {
        Ok(format!("{} files, the longest {} with {} lines", files.len(), longest.0, longest.1))
    } else {
        Err(too_long.join("\n"))
    }
}

/// Checks that no amount is ever a float. `clippy::float_arithmetic` forbids calculating with floats; this forbids having them.
pub fn floats() -> Result<String> {
    let mut found = vec![];
    for file in
        rust()?.into_iter().filter(|file| NO_FLOATS.iter().any(|folder| file.starts_with(&format!("{folder}/"))))
    {
        for (number, line) in read(&file)?.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            // serde passes a number in JSON to its visitor as a float: this is the place where `5.0` becomes 5.
            if code.contains("fn visit_f64<E>(self, ") {
                continue;
            }
            let mut words = code.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            if words.any(|word| word == "f32" || word == "f64") {
                found.push(format!("{file}:{}: a float, where only whole numbers may be", number.saturating_add(1)));
            }
        }
    }
    if found.is_empty() { Ok(String::new()) } else { Err(found.join("\n")) }
}
