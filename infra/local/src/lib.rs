//! The local cloud: the whole product as one process, without an AWS account.
//!
//! A gateway on loopback takes requests as API Gateway would and hands them to the functions; DynamoDB, S3, SQS, SES and the
//! Parameter Store answer the real SDKs on loopback ports of their own (this process itself reaches the busy ones without a
//! socket, see `direct`); the event sources feed the table's stream to the outbox relay, queues to their consumers, the bucket's
//! notifications to a queue, and run the schedules. Nothing here is part of a Lambda.
#![allow(clippy::disallowed_methods, reason = "a server on a developer's machine, not a Lambda: it owns its tasks")]

mod aws;
pub mod client;
mod cloud;
mod data;
pub mod demo;
mod direct;
mod environment;
mod event;
mod faults;
mod from_here;
mod functions;
mod gateway;
mod host;
mod local;
mod mail;
mod parameters;
mod processes;
mod recent;
mod resources;
mod runtime_api;
mod sources;
mod status;

pub use data::{Secrets, StripeKeys};
pub use environment::write as write_environment;
pub use faults::{Call, Faults, Moment, Point};
pub use functions::{functions, queues};
pub use local::{Local, Options};

/// The reason why the local cloud cannot start or run, in one line for the person at the terminal.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The port is in use by another program.
    #[error("port {0} is busy: stop what uses it, or choose another with --port")]
    PortBusy(u16),
    /// The data folder cannot be used.
    #[error("the data folder {folder} cannot be used: {cause}")]
    Data {
        /// The path of the folder.
        folder: String,
        /// The cause of the failure.
        cause: String,
    },
    /// Another process is using the data folder.
    #[error("the data folder {0} is in use by another process")]
    Locked(String),
    /// A service did not start, or has stopped.
    #[error("the local {service} failed: {cause}")]
    Service {
        /// The name of the service.
        service: &'static str,
        /// The cause of the failure.
        cause: String,
    },
    /// The file for the environment cannot be written.
    #[error("{file} cannot be written: {cause}")]
    EnvFile {
        /// The path of the file.
        file: String,
        /// The cause of the failure.
        cause: String,
    },
    /// The binary of a function is missing.
    #[error("{0} is not built: run `cargo build --workspace --bins` first (with --release if this is a release build)")]
    NotBuilt(String),
}

impl Error {
    pub(crate) fn service(service: &'static str, cause: impl std::fmt::Display) -> Self {
        Self::Service { service, cause: cause.to_string() }
    }
}
