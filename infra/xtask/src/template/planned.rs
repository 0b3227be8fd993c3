//! The product as it is planned: two hundred functions, made up from real ones, by area. Their templates must stay within every limit too:
//! `.ci/run` makes SAM expand and cfn-lint read them.

use super::names;
use std::time::Duration;
use tradewind_kernel::event::Queue;
use tradewind_lambda::{Function, Grant, Trigger};

/// The number of functions that each area is planned to have.
const PLAN: [(&str, usize); 17] = [
    ("platform", 6),
    ("tenants", 10),
    ("identity", 16),
    ("sellers", 10),
    ("catalog", 24),
    ("media", 6),
    ("orders", 30),
    ("payments", 14),
    ("payouts", 12),
    ("disputes", 8),
    ("ledger", 14),
    ("reconciliation", 6),
    ("search", 6),
    ("talk", 12),
    ("reviews", 6),
    ("notify", 12),
    ("webhooks", 8),
];

/// At least all the grants that an endpoint has today.
const GRANTS: [Grant; 7] = [
    Grant::MainRead,
    Grant::MainWrite,
    Grant::EphemeralRead,
    Grant::EphemeralWrite,
    Grant::SealingKey,
    Grant::UploadsRead,
    Grant::MediaWrite,
];

/// Makes the functions. Of eight, one reads a queue; of sixteen, one is started by a schedule; the rest are endpoints.
pub fn functions() -> Vec<Function> {
    let real = tradewind_local::functions();
    let like = |wanted: fn(&Trigger) -> bool| real.iter().find(|function| wanted(&function.trigger)).cloned();
    let of_kind = |number: usize| match number % 16 {
        3 | 11 => like(|trigger| matches!(trigger, Trigger::Queue(_))),
        7 => like(|trigger| matches!(trigger, Trigger::Schedule(_))),
        _ => like(|trigger| matches!(trigger, Trigger::Http(_))),
    };
    let mut functions: Vec<Function> = real.iter().filter(|function| is_single(function)).cloned().collect();
    for (area, count) in PLAN {
        let already = functions.iter().filter(|function| names::area(function.name) == area).count();
        for (number, like) in (already..count).filter_map(|number| Some((number, of_kind(number)?))) {
            functions.push(made_up(area, number, like));
        }
    }
    relay_to_all(&mut functions);
    functions
}

/// Whether there is only one of these, which is kept: nothing stands in for it, or it grows with what there is of others.
fn is_single(function: &Function) -> bool {
    match &function.trigger {
        Trigger::Fallback(_) | Trigger::Stream(_) | Trigger::Authoriser => true,
        // What cannot be relayed, and what the root's bucket tells.
        Trigger::Queue(queue) => queue.consumer.queue == super::queue::OF_UPLOADS || relays(function),
        // Whoever tells of dead letters knows all queues of them.
        Trigger::Schedule(_) => function.grants.contains(&Grant::DeadLetters),
        Trigger::Http(_) => false,
    }
}

/// Whether a function puts events on the queues of all who take them.
fn relays(function: &Function) -> bool {
    function.grants.iter().filter(|grant| matches!(grant, Grant::Send(_))).count() > 1
}

/// Lets the relay, and whoever passes on what the relay did not know, send to the queues of all consumers.
fn relay_to_all(functions: &mut [Function]) {
    let queue = |function: &Function| match &function.trigger {
        Trigger::Queue(trigger) => Some(Grant::Send(trigger.consumer.queue)),
        Trigger::Http(_) | Trigger::Schedule(_) | Trigger::Stream(_) | Trigger::Fallback(_) | Trigger::Authoriser => {
            None
        }
    };
    let all: &'static [Grant] = Vec::leak(functions.iter().filter_map(queue).collect());
    functions.iter_mut().filter(|function| relays(function)).for_each(|function| function.grants = all);
}

/// Makes up a declaration. A declaration has to live as long as the program, so a made-up one is leaked.
fn made_up(area: &str, number: usize, like: Function) -> Function {
    let leak = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
    let name = leak(format!("{area}-something-with-a-name-{number}"));
    let mut function = Function { name, grants: &GRANTS, timeout: Duration::from_secs(29), ..like };
    match &mut function.trigger {
        Trigger::Http(route) => {
            route.endpoint.path = leak(format!("/v1/{area}/{{{area}_id}}/something-with-a-name-{number}"));
        }
        Trigger::Queue(trigger) => trigger.consumer.queue = Queue::named(name),
        Trigger::Schedule(_) | Trigger::Stream(_) | Trigger::Fallback(_) | Trigger::Authoriser => {}
    }
    function
}
