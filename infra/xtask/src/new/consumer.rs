//! A new consumer of a queue.

use super::{Files, area, ids, is_name};
use crate::run::{Result, files as all_files, read};
use tradewind_lambda::Trigger;

/// The consumer to create.
#[derive(clap::Args)]
pub struct Wanted {
    /// The name of the area, a folder of functions/.
    pub area: String,
    /// What the consumer does, in one word.
    pub name: String,
    /// The queue that it reads, by the part of its name after the stage.
    #[arg(long)]
    pub queue: String,
    /// The enum of the events that it handles, all of one noun.
    #[arg(long)]
    pub takes: String,
}

/// All files that are written or changed.
pub fn files(wanted: &Wanted) -> Result<Files> {
    let Wanted { area, name, queue, takes } = wanted;
    area::known(area)?;
    for text in [name, queue] {
        if !is_name(text) {
            return Err(format!("`{text}` is no name: small letters, with hyphens between words"));
        }
    }
    let function = format!("{area}-{name}");
    let functions = tradewind_local::functions();
    if functions.iter().any(|other| other.name == function) {
        return Err(format!("there is a function {function} already"));
    }
    let reads = |trigger: &Trigger| matches!(trigger, Trigger::Queue(of) if of.consumer.queue.name() == queue);
    if let Some(reader) = functions.iter().find(|function| reads(&function.trigger)) {
        return Err(format!("{} reads the queue `{queue}` already, and a message is given to one reader", reader.name));
    }
    let noun = noun_of(takes)?;
    let package = format!("tradewind-{noun}");
    let module = name.replace('-', "_");

    let mut files = Files::default();
    let file = format!("functions/{area}/src/consumers/{module}.rs");
    files.add(&file, source(&function, queue, &package.replace('-', "_"), takes))?;
    area::list(&mut files, area, "consumers", &module, false)?;
    area::depend(&mut files, area, &["tradewind-kernel", "tradewind-lambda", &package])?;
    files.change("template.yaml", |root| platform_waits(root, &ids::pascal(area)))?;
    let test = area::test(&mut files, area, &function, test(&function))?;
    files.next = format!(
        "{function} fails each message until it is written. Write {file}, what it may do (`grants`), what it does (`summary`), and {test}; an event that \
         nobody took before needs a sample in `events` of infra/xtask/src/samples.rs. Then run `cargo xtask template` and `events` again."
    );
    Ok(files)
}

/// Makes the relay's stack wait for the stacks of the queues that it fills.
fn platform_waits(root: &str, area: &str) -> Result<String> {
    const HEAD: &str = "  Platform:\n    Type: AWS::Serverless::Application\n    DependsOn: [";
    let (before, rest) = root.split_once(HEAD).ok_or("Platform has no DependsOn in one line")?;
    let (areas, after) = rest.split_once(']').ok_or("Platform's DependsOn has no end")?;
    let known = area == "Platform" || areas.split(", ").any(|known| known == area);
    let areas = if known { areas.to_owned() } else { format!("{areas}, {area}") };
    Ok(format!("{before}{HEAD}{areas}]{after}"))
}

/// The noun to which these events belong.
fn noun_of(takes: &str) -> Result<String> {
    let declared = format!("pub enum {takes} {{");
    for file in all_files("shared", "/event.rs")? {
        if read(&file)?.lines().any(|line| line.trim() == declared) {
            return Ok(file.split('/').nth(1).unwrap_or_default().to_owned());
        }
    }
    Err(format!("no noun has events `{takes}` in its event.rs"))
}

fn source(function: &str, queue: &str, package: &str, takes: &str) -> String {
    let constant = queue.to_uppercase().replace('-', "_");
    let what = ids::pascal(takes);
    format!(
        "//! `{function}`: acts on each `{what}`.\n\nuse tradewind_kernel::event::{{Envelope, Queue}};\nuse tradewind_lambda::{{App, \
         Consumer, Grant, Handled, JobError, Message}};\nuse {package}::{takes};\n\npub const {constant}: Queue = \
         Queue::named(\"{queue}\");\n\npub const CONSUMER: Consumer = Consumer {{\n    function: \
         \"{function}\",\n    summary: \"Acts on each {what}.\",\n    queue: {constant},\n    batch: 1,\n    grants: \
         &[Grant::MainRead],\n    memory: 256,\n    timeout_seconds: 60,\n    most_at_once: 10,\n}};\n\npub async fn handle(app: App, message: \
         Message<Envelope<{takes}>>) -> Result<Handled, JobError> {{\n    Err(JobError::internal(\"{function} is not written yet\"))\n}}\n"
    )
}

/// A test that sends the consumer its sample events, and so fails while the consumer does.
fn test(function: &str) -> String {
    format!(
        "use serde_json::{{Value, json}};\nuse std::fs;\nuse tradewind_tests::World;\n\n#[tokio::test(flavor = \"multi_thread\")]\nasync fn it_takes_what_it_is_sent() {{\n\
         let world = World::start().await;\nlet folder = concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/../events/{function}\");\n\
         for file in fs::read_dir(folder).expect(\"there are sample events\") {{\n\
         let event: Value = serde_json::from_str(&fs::read_to_string(file.unwrap().path()).unwrap()).unwrap();\n\
         let answer = world.local.invoke(\"{function}\", event).await.unwrap();\n\
         assert_eq!(answer[\"batchItemFailures\"], json!([]));\n}}\nworld.stop().await;\n}}\n"
    )
}
