//! The queues on which the outbox relay puts each event: those of the consumers that subscribe to it. The relay is a function of its own
//! that does not link the consumers, so it gets them as a table that is written here.

use crate::run::{Result, files, read};
use std::collections::{BTreeMap, BTreeSet};
use tradewind_kernel::event::Queue;
use tradewind_lambda::{Function, Trigger};

/// The file of the table.
pub const FILE: &str = "functions/platform/src/subscriptions.rs";

const HEAD: &str = "\
//! Which queues an event is put on: those of the consumers that take it. Written by `cargo xtask template`.

use tradewind_kernel::event::Queue;
use tradewind_lambda::Grant;
";

/// The text of the table. A queue may have a consumer without events: uploads come from S3.
pub fn text(functions: &[Function]) -> String {
    let mut takers: BTreeMap<&str, BTreeSet<Queue>> = BTreeMap::new();
    for function in functions {
        if let Trigger::Queue(trigger) = &function.trigger {
            for name in trigger.events.iter().copied().flatten() {
                takers.entry(name).or_default().insert(trigger.consumer.queue);
            }
        }
    }
    let queues: BTreeSet<Queue> = takers.values().flatten().copied().collect();
    let each = |line: fn(Queue) -> String| queues.iter().copied().map(line).collect::<String>();
    let names = each(|queue| format!("const {}: Queue = Queue::named(\"{}\");\n", constant(queue), queue.name()));
    let grants = each(|queue| format!("    Grant::Send({}),\n", constant(queue)));
    let row = |(name, queues): (&str, BTreeSet<Queue>)| {
        let queues: Vec<_> = queues.into_iter().map(constant).collect();
        format!("    (\"{name}\", &[{}]),\n", queues.join(", "))
    };
    let rows: String = takers.into_iter().map(row).collect();
    format!(
        "{HEAD}\n{names}\n/// Where an event waits that the relay does not know.\npub const AGAIN: Queue = Queue::named(\"relay-again\");\n\n\
         /// What passing events on takes: to put messages on each of the queues.\npub const GRANTS: &[Grant] = &[\n{grants}];\n\n\
         /// The same for the relay, which may put what it does not know aside.\npub const RELAY_GRANTS: &[Grant] = &[\n{grants}    \
         Grant::Send(AGAIN),\n];\n\n\
         /// Each event by its name.\npub const SUBSCRIPTIONS: &[(&str, &[Queue])] = &[\n{rows}];\n"
    )
}

/// Events of nouns that no consumer takes: the relay would set them aside.
pub fn untaken(functions: &[Function]) -> Result<Vec<String>> {
    let takes = |function: &Function| match &function.trigger {
        Trigger::Queue(trigger) => trigger.events.iter().copied().flatten().copied().collect(),
        Trigger::Http(_) | Trigger::Schedule(_) | Trigger::Stream(_) | Trigger::Fallback(_) | Trigger::Authoriser => {
            vec![]
        }
    };
    let taken: BTreeSet<&str> = functions.iter().flat_map(takes).collect();
    let mut untaken = vec![];
    // The kernel has an event only for its own test.
    for file in files("shared", "/event.rs")?.into_iter().filter(|file| !file.starts_with("shared/kernel/")) {
        for line in read(&file)?.lines() {
            let name = line.trim().strip_prefix('"').and_then(|line| line.split_once("\":"));
            if let Some((name, _)) = name.filter(|(name, _)| name.contains(".v") && !taken.contains(name)) {
                untaken.push(format!("{file}: no consumer takes {name}"));
            }
        }
    }
    Ok(untaken)
}

fn constant(queue: Queue) -> String {
    queue.name().to_uppercase().replace('-', "_")
}
