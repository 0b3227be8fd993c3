//! HTTP as every endpoint speaks it: what an endpoint declares, what it gets, what it answers, and how it fails.

mod csv;
pub mod cursor;
mod endpoint;
mod etag;
mod problem;
mod reply;
mod request;
mod tenant;

pub use csv::{Cell, Csv};
pub use endpoint::{Endpoint, Method};
pub use etag::{check_if_match, etag};
pub use problem::{FieldError, Problem};
pub use reply::{ListView, Reply};
pub use request::{Head, Idempotency, parse_body};
pub use tenant::Tenants;
