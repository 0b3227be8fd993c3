//! What an endpoint says about itself. The gateway's routes, the OpenAPI document, the access tests and the check of
//! `template.yaml` all come from these.

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
    /// Whether its requests or replies hold secrets, so that stored replies are encrypted. Needs [`Grant::SealingKey`].
    pub sealed: bool,
    /// Whether it is a page of a list: `limit` and `cursor` are taken.
    pub paged: bool,
    /// Whether `If-Match` is taken.
    pub edits: bool,
    /// Whether it answers CSV too, if it is asked to with `format=csv`.
    pub csv: bool,
    /// Further query parameters: name and meaning.
    pub query: &'static [(&'static str, &'static str)],
    /// The codes of the refusals that this endpoint adds to the common ones, for the API's documentation.
    pub refusals: &'static [&'static str],
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
            sealed: false,
            paged: false,
            edits: false,
            csv: false,
            query: &[],
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

    /// Answers a page of a list.
    pub const fn paged(self) -> Self {
        Self { paged: true, ..self }
    }

    /// Takes `If-Match`.
    pub const fn edits(self) -> Self {
        Self { edits: true, ..self }
    }

    /// Answers CSV too: `format=csv`. A query parameter and not the `Accept` header, so that it can stand in a link.
    pub const fn csv(self) -> Self {
        Self { csv: true, ..self }
    }

    /// Takes these query parameters.
    pub const fn query(self, query: &'static [(&'static str, &'static str)]) -> Self {
        Self { query, ..self }
    }

    /// Refuses with these codes, besides the common ones.
    pub const fn refusals(self, refusals: &'static [&'static str]) -> Self {
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
