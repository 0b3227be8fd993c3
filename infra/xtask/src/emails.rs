//! `cargo xtask emails FOLDER`: writes a sample of every e-mail as HTML and as text, and a page that shows them all.

use crate::run::Result;
use std::{fs, path::Path};

/// Writes the samples and the page.
pub fn write(folder: &Path) -> Result<()> {
    let samples = tradewind_functions_notify::samples().ok_or("a sample of a template cannot be made")?;
    let mut index =
        String::from("<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>E-mails</title>\n<ul>\n");
    for sample in &samples {
        let file = folder.join(&sample.name);
        let parent = file.parent().ok_or("a sample needs a name")?;
        let wrong = |e: std::io::Error| format!("{}: {e}", file.display());
        fs::create_dir_all(parent).map_err(wrong)?;
        fs::write(file.with_extension("html"), &sample.html).map_err(wrong)?;
        fs::write(file.with_extension("txt"), format!("Subject: {}\n\n{}", sample.subject, sample.text))
            .map_err(wrong)?;
        let name = &sample.name;
        index
            .push_str(&format!("<li>{name}: <a href=\"{name}.html\">HTML</a>, <a href=\"{name}.txt\">text</a></li>\n"));
    }
    index.push_str("</ul>\n</html>\n");
    let file = folder.join("index.html");
    fs::write(&file, index).map_err(|e| format!("{}: {e}", file.display()))?;
    println!("{} templates: {}", samples.len(), file.display());
    Ok(())
}
