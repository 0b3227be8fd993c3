//! Which queues the outbox relay puts an event on: those of the consumers that take it. The relay is a function of its own, which links no
//! consumer, so it has them as a table that is written here.

use crate::run::Result;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};
use tradewind_kernel::event::Queue;
use tradewind_lambda::{Function, Trigger};

/// The table.
pub const FILE: &str = "functions/platform/src/streams/subscriptions.rs";

const HEAD: &str = "\
//! Which queues an event is put on: those of the consumers that take it. Written by `cargo xtask template`.

use tradewind_kernel::event::Queue;
use tradewind_lambda::Grant;
";

/// The table's text. That a queue has a consumer without events is right: uploads come from S3.
pub fn text(functions: &[Function]) -> Result<String> {
    let mut takers: BTreeMap<&str, BTreeSet<Queue>> = BTreeMap::new();
    for function in functions {
        if let Trigger::Queue(trigger) = &function.trigger {
            for name in trigger.events.iter().copied().flatten() {
                takers.entry(name).or_default().insert(trigger.consumer.queue);
            }
        }
    }
    let queues: BTreeSet<Queue> = takers.values().flatten().copied().collect();
    let mut text = HEAD.to_owned();
    for queue in &queues {
        write!(text, "\nconst {}: Queue = Queue::named(\"{}\");", constant(*queue), queue.name())?;
    }
    text.push_str(
        "\n\n/// What the relay may do: put messages on each of the queues.\npub const GRANTS: &[Grant] = &[\n",
    );
    for queue in &queues {
        writeln!(text, "    Grant::Send({}),", constant(*queue))?;
    }
    text.push_str("];\n\n/// Each event by its name.\npub const SUBSCRIPTIONS: &[(&str, &[Queue])] = &[\n");
    for (name, queues) in takers {
        let queues: Vec<_> = queues.into_iter().map(constant).collect();
        writeln!(text, "    (\"{name}\", &[{}]),", queues.join(", "))?;
    }
    text.push_str("];\n");
    Ok(text)
}

fn constant(queue: Queue) -> String {
    queue.name().to_uppercase().replace('-', "_")
}
