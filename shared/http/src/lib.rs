//! HTTP for all endpoints: what an endpoint declares, the request it gets, the answer it gives, and how it fails.

mod body;
mod codes;
mod csv;
pub mod cursor;
mod endpoint;
mod etag;
mod field;
mod given;
mod headers;
mod json;
mod network;
mod parameters;
mod paths;
mod problem;
mod reply;
mod request;
mod shape;
mod tenant;

pub use body::{check_encoding, check_media_type, parse_body};
pub use codes::Code;
pub use csv::{Cell, Csv};
pub use endpoint::{Endpoint, Method};
pub use etag::{ETAGS_PATTERN, check_if_match, matches_none};
pub use field::FieldError;
pub use given::given;
pub use headers::{ALWAYS, Header, challenge};
pub use network::network;
pub use parameters::{AsCsv, Nothing, Paged, Paging, Parameters, read_parameters};
pub use paths::*;
pub use problem::Problem;
pub use reply::{ListView, Reply};
pub use request::{Head, Idempotency, KEY_PATTERN};
pub use shape::Shape;
pub use tenant::{MARKETPLACE_PATTERN, Tenants};
pub use tradewind_kernel::Member;
