//! Which queues an event is put on: those of the consumers that take it. Written by `cargo xtask template`.

use tradewind_kernel::event::Queue;
use tradewind_lambda::Grant;

/// What the relay may do: put messages on each of the queues.
pub const GRANTS: &[Grant] = &[];

/// Each event by its name.
pub const SUBSCRIPTIONS: &[(&str, &[Queue])] = &[];
