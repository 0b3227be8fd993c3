//! The parts that every Lambda needs: settings, clients, clock and randomness, telemetry, and the ways to serve an endpoint, a queue,
//! a schedule or the table's stream.
//!
//! A function is a declaration and a handler; [`Function`] holds both. [`functions!`] makes one from each file in the list of its
//! area. Its binary serves it ([`main!`]), and the local cloud calls [`Function::invoke`] with the same event.

mod app;
mod area;
mod authorise;
mod backoff;
mod caller;
mod connect;
mod entropy;
mod failure;
mod fallback;
mod function;
mod init;
mod job;
mod job_error;
mod named;
mod order_processes;
mod parameters;
mod queue;
mod range;
mod replay;
mod request;
mod route;
mod seek;
mod serve;
mod settings;
mod spans;
mod stream;
mod sweep;
mod telemetry;
mod unfinished;

pub use app::App;
pub use authorise::AUTHORISED_FOR;
pub use backoff::backoff;
pub use caller::{Admin, Anybody, Caller, InMarketplace, Operator, Public, Seller, User};
pub use connect::http_client;
pub use entropy::Clock;
pub use failure::Failure;
pub use fallback::Fallback;
pub use function::{Function, Trigger};
pub use job::{Job, ScheduleTrigger};
pub use job_error::JobError;
pub use named::Named;
pub use parameters::Parameters;
pub use queue::{Consumer, Handled, Message, Payload, QueueTrigger};
pub use range::Range;
pub use request::Request;
pub use route::Route;
pub use seek::{Batch, Days, Period, Rows, least_and_most, seek_all};
pub use serve::serve;
pub use settings::{Endpoints, FRESH, Settings};
pub use stream::{Record, Stream};
pub use sweep::sweep;
pub use telemetry::{Telemetry, Total, Totals};
pub use unfinished::Unfinished;

pub use aws_credential_types::Credentials;
pub use tradewind_auth::Access;
pub use tradewind_http::{
    AsCsv, Cell, Code, Csv, Endpoint, FieldError, Head, KEY_PATTERN, ListView, Member, Method, Nothing, OfDispute,
    OfFinding, OfImport, OfListing, OfMarketplace, OfMigration, OfOrder, OfPayment, OfPayout, OfReconciliation,
    OfSeller, OfUpload, OfVerification, Paged, Paging, Problem, Reply, Shape, cursor, given, network, parse_body,
};
pub use tradewind_storage::Grant;
