//! What every Lambda needs: settings, clients, clock and randomness, telemetry, and the ways to serve an endpoint, a queue, a
//! schedule or the table's stream.
//!
//! A function is a declaration and a handler; [`Function`] holds both. Its binary is `serve(function())`, and the local cloud
//! calls [`Function::invoke`] with the same event.

mod app;
mod caller;
mod connect;
mod entropy;
mod function;
mod job;
mod processes;
mod providers;
mod queue;
mod replay;
mod request;
mod route;
mod serve;
mod settings;
mod stream;
mod sweep;
mod telemetry;

pub use app::{App, SANDBOX_DISABLED};
pub use caller::{Admin, Anybody, Caller, InMarketplace, Operator, Public, Seller, User};
pub use connect::http_client;
pub use entropy::Clock;
pub use function::{Failure, Function, Trigger};
pub use job::Job;
pub use providers::STRIPE_DISABLED;
pub use queue::{Consumer, Handled, Message, Payload};
pub use request::Request;
pub use route::Route;
pub use serve::serve;
pub use settings::{Credentials, Endpoints, FRESH, Secrets, Settings};
pub use stream::Stream;
pub use sweep::sweep;
pub use telemetry::{Telemetry, Total, Totals};

pub use tradewind_auth::Access;
pub use tradewind_http::{Cell, Csv, Endpoint, FieldError, Head, ListView, Method, Problem, Reply, cursor};
pub use tradewind_storage::Grant;
