//! Contract tests of the `platform` area, one file for each operation.

mod authorise;
mod ephemeral_list;
mod health_get;
mod local;
mod migrations;
mod outbox_relay;
