//! Which queues an event is put on: those of the consumers that take it. Written by `cargo xtask template`.

use tradewind_kernel::event::Queue;
use tradewind_lambda::Grant;

const CATALOG_IMPORT: Queue = Queue::named("catalog-import");
const LEDGER_VERIFY: Queue = Queue::named("ledger-verify");
const MIGRATE: Queue = Queue::named("migrate");
const NOTIFY_EMAIL: Queue = Queue::named("notify-email");
const ORDERS_ERASE: Queue = Queue::named("orders-erase");
const PAYMENT_APPLY: Queue = Queue::named("payment-apply");
const PAYOUT_RUN: Queue = Queue::named("payout-run");
const PROVIDER: Queue = Queue::named("provider");
const RECONCILE: Queue = Queue::named("reconcile");

/// Where an event waits that the relay does not know.
pub const AGAIN: Queue = Queue::named("relay-again");

/// What passing events on takes: to put messages on each of the queues.
pub const GRANTS: &[Grant] = &[
    Grant::Send(CATALOG_IMPORT),
    Grant::Send(LEDGER_VERIFY),
    Grant::Send(MIGRATE),
    Grant::Send(NOTIFY_EMAIL),
    Grant::Send(ORDERS_ERASE),
    Grant::Send(PAYMENT_APPLY),
    Grant::Send(PAYOUT_RUN),
    Grant::Send(PROVIDER),
    Grant::Send(RECONCILE),
];

/// The same for the relay, which may put what it does not know aside.
pub const RELAY_GRANTS: &[Grant] = &[
    Grant::Send(CATALOG_IMPORT),
    Grant::Send(LEDGER_VERIFY),
    Grant::Send(MIGRATE),
    Grant::Send(NOTIFY_EMAIL),
    Grant::Send(ORDERS_ERASE),
    Grant::Send(PAYMENT_APPLY),
    Grant::Send(PAYOUT_RUN),
    Grant::Send(PROVIDER),
    Grant::Send(RECONCILE),
    Grant::Send(AGAIN),
];

/// Each event by its name.
pub const SUBSCRIPTIONS: &[(&str, &[Queue])] = &[
    ("dispute.decided.v1", &[NOTIFY_EMAIL]),
    ("dispute.evidence_given.v1", &[PROVIDER]),
    ("dispute.opened.v1", &[NOTIFY_EMAIL]),
    ("finding.opened.v1", &[NOTIFY_EMAIL]),
    ("import.part_ready.v1", &[CATALOG_IMPORT]),
    ("import.requested.v1", &[CATALOG_IMPORT]),
    ("ledger.verification_step.v1", &[LEDGER_VERIFY]),
    ("migration.step.v1", &[MIGRATE]),
    ("order.cancelled.v1", &[NOTIFY_EMAIL]),
    ("order.completed.v1", &[NOTIFY_EMAIL]),
    ("order.disputed.v1", &[NOTIFY_EMAIL]),
    ("order.expired.v1", &[NOTIFY_EMAIL]),
    ("order.paid.v1", &[NOTIFY_EMAIL]),
    ("order.refunded.v1", &[NOTIFY_EMAIL]),
    ("order.shipment_corrected.v1", &[NOTIFY_EMAIL]),
    ("order.shipped.v1", &[NOTIFY_EMAIL]),
    ("payment.came_late.v1", &[NOTIFY_EMAIL]),
    ("payment.ended.v1", &[PROVIDER]),
    ("payment.failed.v1", &[NOTIFY_EMAIL]),
    ("payout.failed.v1", &[NOTIFY_EMAIL, PROVIDER]),
    ("payout.paid.v1", &[NOTIFY_EMAIL]),
    ("payout.requested.v1", &[PROVIDER]),
    ("payout.run_requested.v1", &[PAYOUT_RUN]),
    ("payout.settled_otherwise.v1", &[NOTIFY_EMAIL]),
    ("provider.reported.v1", &[PAYMENT_APPLY]),
    ("reconciliation.found.v1", &[NOTIFY_EMAIL]),
    ("reconciliation.step.v1", &[RECONCILE]),
    ("refund.failed.v1", &[NOTIFY_EMAIL]),
    ("refund.requested.v1", &[PROVIDER]),
    ("refund.settled_otherwise.v1", &[NOTIFY_EMAIL]),
    ("sandbox.report_due.v1", &[PROVIDER]),
    ("user.deleted.v1", &[NOTIFY_EMAIL, ORDERS_ERASE]),
    ("user.email_change_requested.v1", &[NOTIFY_EMAIL]),
    ("user.email_changed.v1", &[NOTIFY_EMAIL]),
    ("user.new_place.v1", &[NOTIFY_EMAIL]),
    ("user.password_changed.v1", &[NOTIFY_EMAIL]),
    ("user.password_reset_requested.v1", &[NOTIFY_EMAIL]),
    ("user.registered.v1", &[NOTIFY_EMAIL]),
    ("user.session_reused.v1", &[NOTIFY_EMAIL]),
    ("user.verification_requested.v1", &[NOTIFY_EMAIL]),
];
