//! The declarations of endpoints. The gateway's routes, the OpenAPI document, the access tests and the templates are all generated
//! from them.

use std::fmt;
use std::time::Duration;
use tradewind_storage::Grant;

/// An HTTP method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Method {
    /// Reads something.
    Get,
    /// Creates something, or carries out an action.
    Post,
    /// Replaces a whole thing.
    Put,
    /// Changes parts of a thing.
    Patch,
    /// Deletes or ends something.
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
    /// The function's name, which is also the binary's: `<area>-<operation>`.
    pub function: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path as API Gateway writes it: `/v1/listings/{listing_id}`.
    pub path: &'static str,
    /// What it does, in one line.
    pub summary: &'static str,
    /// The HTTP status of success.
    pub success: u16,
    /// The permissions that the function is granted.
    pub grants: &'static [Grant],
    /// Whether the `Idempotency-Key` header is required. Every `POST` accepts one.
    pub key_required: bool,
    /// Whether it accepts an `Idempotency-Key` although it is no `POST`, because doing it twice differs from doing it once.
    pub keyed: bool,
    /// Whether its requests or replies hold secrets, so that stored replies are encrypted. Needs [`Grant::SealingKey`].
    pub sealed: bool,
    /// How long its replies to requests with an idempotency key are kept and given again.
    pub replies_kept: Duration,
    /// Whether it asks the table if the caller's session still counts, instead of believing the authoriser's answer of the last minute.
    pub live: bool,
    /// Whether it writes while the marketplace is suspended or closed.
    pub always: bool,
    /// Whether it accepts the `If-Match` header.
    pub edits: bool,
    /// Whether the handler itself reads the body, after it has checked the signature. Before that, the body only has to be JSON.
    pub signed: bool,
    /// Whether it answers an HTML page for people instead of JSON.
    pub page: bool,
    /// For how many seconds anybody may cache the answer, because it is the same for everybody.
    pub fresh_for: Option<u32>,
    /// The codes of the refusals that this endpoint adds to the common ones: those of its errors, and of its own.
    pub refusals: &'static [&'static [&'static str]],
    /// The function's memory in MB. CPU grows with it: 1769 MB give one core.
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
            replies_kept: Duration::from_secs(24 * 60 * 60),
            live: false,
            always: false,
            edits: false,
            signed: false,
            page: false,
            fresh_for: None,
            refusals: &[],
            memory: 256,
        }
    }

    /// Declares an endpoint that reads something.
    pub const fn get(function: &'static str, path: &'static str, summary: &'static str) -> Self {
        Self::new(function, Method::Get, path, summary)
    }

    /// Declares an endpoint that creates something or carries out an action.
    pub const fn post(function: &'static str, path: &'static str, summary: &'static str) -> Self {
        Self::new(function, Method::Post, path, summary)
    }

    /// Declares an endpoint that replaces a whole thing.
    pub const fn put(function: &'static str, path: &'static str, summary: &'static str) -> Self {
        Self::new(function, Method::Put, path, summary)
    }

    /// Declares an endpoint that changes parts of a thing.
    pub const fn patch(function: &'static str, path: &'static str, summary: &'static str) -> Self {
        Self::new(function, Method::Patch, path, summary)
    }

    /// Declares an endpoint that deletes or ends something.
    pub const fn delete(function: &'static str, path: &'static str, summary: &'static str) -> Self {
        Self::new(function, Method::Delete, path, summary)
    }

    /// Sets the HTTP status of success.
    pub const fn success(self, success: u16) -> Self {
        Self { success, ..self }
    }

    /// Grants these permissions.
    pub const fn grants(self, grants: &'static [Grant]) -> Self {
        Self { grants, ..self }
    }

    /// Requires an `Idempotency-Key`.
    pub const fn idempotent(self) -> Self {
        Self { key_required: true, ..self }
    }

    /// Marks that its requests or replies hold secrets, so that stored replies are encrypted.
    pub const fn sealed(self) -> Self {
        Self { sealed: true, ..self }
    }

    /// Accepts an `Idempotency-Key` although it is no `POST`.
    pub const fn keyed(self) -> Self {
        Self { keyed: true, ..self }
    }

    /// Whether it accepts an `Idempotency-Key`.
    pub fn takes_key(&self) -> bool {
        // Whoever signs a body does not sign the header, so a key proves nothing.
        !self.signed && (self.keyed || self.method == Method::Post)
    }

    /// Its replies hold access tokens: they are encrypted, and given again for 30 seconds only. That is enough for an answer that was lost on
    /// its way, and too short for a token to outlive what it was given for.
    pub const fn answers_tokens(self) -> Self {
        Self { sealed: true, replies_kept: Duration::from_secs(30), ..self }
    }

    /// Serves only callers whose session counts at this moment: for what concerns money or credentials. For callers with a role, every
    /// endpoint does so. 2 read units.
    pub const fn live(self) -> Self {
        Self { live: true, ..self }
    }

    /// Writes even while the marketplace is suspended or closed: for what people do with their own accounts, and for what a bank waits for.
    pub const fn always(self) -> Self {
        Self { always: true, ..self }
    }

    /// Whether it is refused while the marketplace is suspended or closed.
    pub fn takes_open(&self) -> bool {
        !self.always && self.method != Method::Get
    }

    /// Accepts the `If-Match` header.
    pub const fn edits(self) -> Self {
        Self { edits: true, ..self }
    }

    /// Accepts a body that its sender signed. The handler checks the signature first, so that a bad signature is reported before a
    /// bad body.
    pub const fn signed(self) -> Self {
        Self { signed: true, ..self }
    }

    /// Answers an HTML page for people.
    pub const fn page(self) -> Self {
        Self { page: true, ..self }
    }

    /// Answers the same to everybody in a marketplace; anybody may cache the answer for this many seconds.
    pub const fn public_for(self, seconds: u32) -> Self {
        Self { fresh_for: Some(seconds), ..self }
    }

    /// Refuses with these codes, besides the common ones: `&[RefundError::CODES, &["refund_not_yours"]]`.
    pub const fn refusals(self, refusals: &'static [&'static [&'static str]]) -> Self {
        Self { refusals, ..self }
    }

    /// Sets the function's memory, in MB.
    pub const fn memory(self, memory: u16) -> Self {
        Self { memory, ..self }
    }

    /// The route key, as API Gateway writes it: `GET /v1/listings/{listing_id}`.
    pub fn route_key(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}
