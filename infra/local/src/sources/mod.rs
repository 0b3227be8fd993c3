//! The event sources: what Lambda's event source mappings, S3's notifications and EventBridge's schedules do.

mod notifications;
mod queues;
pub(crate) mod schedules;
mod stream;

use crate::{Error, aws::Aws, cloud::Embedded, host::Host, recent::Recent};
use std::{collections::BTreeMap, time::Duration};
use tokio::{sync::watch, task::JoinSet};
use tradewind_kernel::event::Queue;
use tradewind_lambda::{Function, Trigger};

/// What every event source needs.
#[derive(Clone)]
pub(crate) struct Context {
    pub aws: Aws,
    pub host: Host,
    pub stop: watch::Receiver<bool>,
    pub queues: BTreeMap<Queue, String>,
    pub embedded: Option<Embedded>,
    pub recent: Recent,
    pub pollers: u16,
}

/// Starts the event sources of all functions.
pub(crate) fn start(context: &Context, functions: &[Function], tasks: &mut JoinSet<Result<(), Error>>) {
    for function in functions {
        let (context, name) = (context.clone(), function.clone());
        match function.trigger.clone() {
            Trigger::Queue(queue) => {
                for _ in 0..context.pollers.min(queue.consumer.most_at_once) {
                    tasks.spawn(queues::run(context.clone(), name.clone(), queue.consumer));
                }
            }
            Trigger::Stream(stream) => drop(tasks.spawn(stream::run(context, name, stream))),
            Trigger::Schedule(schedule) => drop(tasks.spawn(schedules::run(context, name, schedule.job.schedule))),
            Trigger::Http(_) | Trigger::Fallback(_) | Trigger::Authoriser => {}
        }
    }
    if let Some(embedded) = context.embedded.clone() {
        tasks.spawn(notifications::run(context.clone(), embedded.s3));
    }
}

/// Waits, or ends early because the local cloud stops. Returns whether to continue.
async fn wait(stop: &mut watch::Receiver<bool>, time: Duration) -> bool {
    tokio::select! {
        () = tokio::time::sleep(time) => true,
        _ = stop.wait_for(|stop| *stop) => false,
    }
}
