//! What an endpoint says about itself. The gateway's routes, the OpenAPI document, the access tests and the
//! templates all come from these.

use std::fmt;
use tradewind_storage::Grant;

/// An HTTP method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Method {
    /// Reads.
    Get,
    /// Makes, or does.
    Post,
    /// Puts a whole thing in place.
    Put,
    /// Changes parts.
    Patch,
    /// Ends.
    Delete,
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        })
    }
}

/// An endpoint's declaration.
#[derive(Debug, Clone, Copy)]
pub struct Endpoint {
    /// The function's name: `<area>-<operation>`, the binary's name too.
    pub function: &'static str,
    /// The method.
    pub method: Method,
    /// The path as API Gateway writes it: `/v1/listings/{listing_id}`.
    pub path: &'static str,
    /// What it does, in a line.
    pub summary: &'static str,
    /// The status of success.
    pub success: u16,
    /// What the function may do.
    pub grants: &'static [Grant],
    /// Whether the `Idempotency-Key` header must be there. Every `POST` takes one.
    pub key_required: bool,
    /// Whether it takes one although it is no `POST`, because doing it twice is not doing it once.
    pub keyed: bool,
    /// Whether its requests or replies hold secrets, so that stored replies are encrypted. Needs [`Grant::SealingKey`].
    pub sealed: bool,
    /// Whether `If-Match` is taken.
    pub edits: bool,
    /// Whether the body is read by the handler, behind its signature. Before that it need only be JSON.
    pub signed: bool,
    /// Whether it answers a page for people and not JSON.
    pub page: bool,
    /// For how many seconds anybody may keep the answer, because everybody gets the same.
    pub fresh_for: Option<u32>,
    /// The codes of the refusals that this endpoint adds to the common ones: those of its errors, and of its own.
    pub refusals: &'static [&'static [&'static str]],
    /// The memory of the function in MB. CPU comes with it: 1769 MB are one core.
    pub memory: u16,
}

impl Endpoint {
    const fn new(function: &'static str, method: Method, path: &'static str, summary: &'static str) -> Self {
        Self {
            function,
            method,
            path,
            summary,
            success: 200,
            grants: &[],
            key_required: false,
            keyed: false,
            sealed: false,
            edits: false,
            signed: false,
            page: false,
            fresh_for: None,
            refusals: &[],
            memory: 256,
        }
    }

    /// An endpoint that reads.
    pub const fn get(function: &'static str, path: &'static str, summary: &'static str) -> Self {
        Self::new(function, Method::Get, path, summary)
    }

    /// An endpoint that makes or does something.
    pub const fn post(function: &'static str, path: &'static str, summary: &'static str) -> Self {
        Self::new(function, Method::Post, path, summary)
    }

    /// An endpoint that puts a whole thing in place.
    pub const fn put(function: &'static str, path: &'static str, summary: &'static str) -> Self {
        Self::new(function, Method::Put, path, summary)
    }

    /// An endpoint that changes parts of a thing.
    pub const fn patch(function: &'static str, path: &'static str, summary: &'static str) -> Self {
        Self::new(function, Method::Patch, path, summary)
    }

    /// An endpoint that ends something.
    pub const fn delete(function: &'static str, path: &'static str, summary: &'static str) -> Self {
        Self::new(function, Method::Delete, path, summary)
    }

    /// Answers success with this status.
    pub const fn success(self, success: u16) -> Self {
        Self { success, ..self }
    }

    /// May do this.
    pub const fn grants(self, grants: &'static [Grant]) -> Self {
        Self { grants, ..self }
    }

    /// Cannot be called without an `Idempotency-Key`.
    pub const fn idempotent(self) -> Self {
        Self { key_required: true, ..self }
    }

    /// Takes or answers secrets.
    pub const fn sealed(self) -> Self {
        Self { sealed: true, ..self }
    }

    /// It takes an `Idempotency-Key` although it is no `POST`.
    pub const fn keyed(self) -> Self {
        Self { keyed: true, ..self }
    }

    /// Whether it takes an `Idempotency-Key`.
    pub fn takes_key(&self) -> bool {
        self.keyed || self.method == Method::Post
    }

    /// Takes `If-Match`.
    pub const fn edits(self) -> Self {
        Self { edits: true, ..self }
    }

    /// Takes a body that its sender signed: what the handler checks first is the signature, so that a bad one is told before a bad body.
    pub const fn signed(self) -> Self {
        Self { signed: true, ..self }
    }

    /// Answers a page for people.
    pub const fn page(self) -> Self {
        Self { page: true, ..self }
    }

    /// Answers the same to everybody in a marketplace, who may keep it for so many seconds.
    pub const fn public_for(self, seconds: u32) -> Self {
        Self { fresh_for: Some(seconds), ..self }
    }

    /// Refuses with these codes, besides the common ones: `&[RefundError::CODES, &["refund_not_yours"]]`.
    pub const fn refusals(self, refusals: &'static [&'static [&'static str]]) -> Self {
        Self { refusals, ..self }
    }

    /// Runs with this much memory, in MB.
    pub const fn memory(self, memory: u16) -> Self {
        Self { memory, ..self }
    }

    /// The route key, as API Gateway writes it: `GET /v1/listings/{listing_id}`.
    pub fn route_key(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}
