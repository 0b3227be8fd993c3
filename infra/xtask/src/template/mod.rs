//! `cargo xtask template`: writes each area's template and binaries, and the table of events and their consumers, from what its functions
//! declare. The root template is written by hand, and checked against what the areas rely on.

mod alarms;
mod area;
mod dashboard;
mod function;
mod limits;
mod names;
mod planned;
mod queue;
mod root;
mod route;
mod router;
mod subscriptions;
mod yaml;

pub use names::pascal;

use crate::run::{Result, compare, files, read, write as write_file};
use area::{Stack, stacks};
use limits::Measured;
use serde_json::Value;
use std::path::Path;

const COMMAND: &str = "cargo xtask template";
const ROOT: &str = "template.yaml";

/// Writes the template of each area, the binaries, and the table for `cargo lambda watch`.
pub fn write() -> Result<()> {
    let functions = tradewind_local::functions();
    for stack in stacks(&functions)? {
        write_file(&stack.file(), &text(&stack))?;
    }
    write_file(subscriptions::FILE, &subscriptions::text(&functions))?;
    crate::names::write_binaries(&functions)?;
    router::write_table(&functions)
}

/// Compares the files, checks the root and the limits, and reports the number of resources in each stack.
pub fn check() -> Result<String> {
    let functions = tradewind_local::functions();
    let stacks = stacks(&functions)?;
    for stack in &stacks {
        compare(&stack.file(), &text(stack), COMMAND)?;
    }
    compare(subscriptions::FILE, &subscriptions::text(&functions), COMMAND)?;
    router::check(&functions)?;
    let text = read(ROOT)?;
    let root = yaml::parse(&text).map_err(|e| format!("{ROOT}: {e}"))?;
    let mut wrong = strangers(&stacks)?;
    wrong.extend(subscriptions::untaken(&functions)?);
    wrong.extend(root::check(&root, &stacks, &functions));
    let (over, note) = limited(&text, &root, &stacks);
    wrong.extend(over);
    if wrong.is_empty() { Ok(format!("{} functions; {note}", functions.len())) } else { Err(wrong.join("\n")) }
}

/// Templates in folders that are not areas.
fn strangers(stacks: &[Stack]) -> Result<Vec<String>> {
    let known: Vec<_> = stacks.iter().map(Stack::file).collect();
    let found = files("functions", "/template.yaml")?.into_iter().filter(|file| !known.contains(file));
    Ok(found.map(|file| format!("{file} belongs to no area")).collect())
}

/// Everything in these stacks together that is over a limit, and the number of resources of each stack.
fn limited(root_text: &str, root: &Value, stacks: &[Stack]) -> (Vec<String>, String) {
    let written: Vec<_> = stacks.iter().map(|stack| (stack.file(), text(stack).len(), stack.template())).collect();
    let mut measured = vec![Measured { file: ROOT, bytes: root_text.len(), template: root }];
    measured.extend(written.iter().map(|(file, bytes, template)| Measured { file, bytes: *bytes, template }));
    let mut wrong = limits::check(&measured);
    wrong.extend(limits::names(&measured));
    let counts = measured.iter().skip(1).zip(stacks);
    let counts = counts.map(|(measured, stack)| format!("{} {}", stack.area, limits::resources(measured.template)));
    let counts = counts.collect::<Vec<_>>().join(", ");
    (wrong, format!("resources: root {}, {counts}", limits::resources(root)))
}

/// Writes the templates of the product as it is planned to a folder, so that SAM and cfn-lint can read them.
pub fn write_planned(folder: &Path) -> Result<()> {
    for stack in stacks(&planned::functions())? {
        let file = folder.join(stack.file());
        std::fs::create_dir_all(file.parent().unwrap_or(folder)).map_err(|e| format!("{}: {e}", file.display()))?;
        std::fs::write(&file, text(&stack)).map_err(|e| format!("{}: {e}", file.display()))?;
    }
    Ok(())
}

/// The file of a stack.
fn text(stack: &Stack) -> String {
    let mut out = format!(
        "# Made by `{COMMAND}` from what the functions of this area declare (src/lib.rs): change it there, and run that again.\n\n"
    );
    for (section, value) in &stack.head {
        let block = matches!(*section, "Parameters" | "Globals");
        out.push_str(if block || *section == "Conditions" { "\n" } else { "" });
        yaml::entry(&mut out, 0, section, value);
    }
    out.push_str("\nResources:\n");
    for (id, resource) in &stack.resources {
        if crate::run::text(resource, "/Type") == "AWS::Serverless::Function" {
            out.push('\n');
        }
        yaml::entry(&mut out, 2, id, resource);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_says_what_is_meant() {
        for stack in stacks(&tradewind_local::functions()).unwrap() {
            let template = yaml::parse(&text(&stack)).unwrap();
            assert_eq!(template, stack.template(), "{}", stack.area);
            let board = template.pointer("/Resources/Dashboard/Properties/DashboardBody/Fn::Sub").unwrap();
            let board: Value = serde_json::from_str(board.as_str().unwrap()).unwrap();
            assert!(board["widgets"].as_array().unwrap().len() > 5, "{}", stack.area);
        }
    }

    #[test]
    fn two_hundred_functions_stay_inside_every_limit() {
        let functions = planned::functions();
        assert_eq!(functions.len(), 200);
        let stacks = stacks(&functions).unwrap();
        let root = read(ROOT).unwrap();
        let (wrong, note) = limited(&root, &yaml::parse(&root).unwrap(), &stacks);
        assert!(wrong.is_empty(), "{}\n{note}", wrong.join("\n"));
    }

    #[test]
    fn what_is_over_a_limit_is_found() {
        let mut functions = planned::functions();
        functions.extend(planned::functions().into_iter().filter_map(|mut function| {
            let name = function.name.replace("something", "anything");
            function.name = Box::leak(format!("orders-{name}").into_boxed_str());
            matches!(function.trigger, tradewind_lambda::Trigger::Http(_)).then_some(function)
        }));
        let root = read(ROOT).unwrap();
        let (wrong, _) = limited(&root, &yaml::parse(&root).unwrap(), &stacks(&functions).unwrap());
        for limit in ["resources", "routes", "cannot be told from each other"] {
            assert!(wrong.iter().any(|line| line.contains(limit)), "{limit}");
        }
    }
}
