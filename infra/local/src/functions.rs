//! Every function of the product, from the lists of the areas, and every queue that one of them reads.

use std::collections::BTreeSet;
use tradewind_kernel::event::Queue;
use tradewind_lambda::{Function, Trigger};

/// Every function of the product.
pub fn functions() -> Vec<Function> {
    [
        tradewind_functions_platform::functions(),
        tradewind_functions_tenants::functions(),
        tradewind_functions_identity::functions(),
        tradewind_functions_sellers::functions(),
        tradewind_functions_catalog::functions(),
        tradewind_functions_media::functions(),
        tradewind_functions_orders::functions(),
        tradewind_functions_payments::functions(),
        tradewind_functions_disputes::functions(),
        tradewind_functions_payouts::functions(),
        tradewind_functions_ledger::functions(),
        tradewind_functions_reconciliation::functions(),
        tradewind_functions_notify::functions(),
    ]
    .concat()
}

/// Every queue that a function reads or sends to.
pub fn queues() -> BTreeSet<Queue> {
    let read = |function: &Function| match &function.trigger {
        Trigger::Queue(trigger) => Some(trigger.consumer.queue),
        Trigger::Http(_) | Trigger::Schedule(_) | Trigger::Stream(_) | Trigger::Fallback(_) | Trigger::Authoriser => {
            None
        }
    };
    functions().iter().filter_map(read).collect()
}
