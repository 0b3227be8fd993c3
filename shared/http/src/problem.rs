//! Errors as `application/problem+json` (RFC 9457), written for the person who reads them.

use crate::{Code, FieldError, Member, field::sentence};
use http::StatusCode;
use serde_json::{Map, Value, json};
use std::{collections::BTreeMap, fmt, time::Duration};
use tradewind_kernel::{
    explain::{Explain, Explanation, Kind},
    fields::FieldProblem,
};

/// A failure that is reported to a client. Details that the client must not see are kept aside for the log.
#[derive(Debug, Clone)]
pub struct Problem {
    /// The HTTP status.
    pub status: StatusCode,
    /// The stable name of the problem, for programs to compare.
    pub code: &'static str,
    /// What was wrong and what to do, for people.
    pub detail: String,
    /// The fields that are wrong, each with its message.
    pub errors: Vec<FieldError>,
    /// Additional members of the problem document.
    pub members: BTreeMap<Member, Value>,
    /// The number of seconds after which the client may try again.
    pub retry_after: Option<u64>,
    /// The methods that are possible instead, if the method is wrong.
    pub allow: Option<String>,
    /// The cause, which is only logged.
    pub cause: Option<String>,
    /// Whether reading and deciding again may succeed, because others changed the same items.
    pub contention: bool,
}

impl Problem {
    /// The explanation if others changed the same items first.
    pub const CONTENTION: &'static str = "Others are changing the same thing at the same moment. Try again.";

    /// Makes a problem with a status, a code and an explanation.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            status,
            code,
            detail: detail.into(),
            errors: vec![],
            members: BTreeMap::new(),
            retry_after: None,
            allow: None,
            cause: None,
            contention: false,
        }
    }

    /// 400: the request cannot be read.
    pub fn bad_request(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    /// 401: it is not known who makes the request.
    pub fn unauthorized(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, code, detail)
    }

    /// 403: the caller may know that it exists, but may not do this.
    pub fn forbidden(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, detail)
    }

    /// 404: there is no such thing, or this caller may not see it.
    pub fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", format!("There is no such {what}."))
    }

    /// 405: the path exists, but not with this method. `methods` are those that exist: `GET, PATCH`.
    pub fn method_not_allowed(method: &str, methods: String) -> Self {
        let detail = format!("{method} is not possible here; possible are: {methods}.");
        let mut problem = Self::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail);
        problem.allow = Some(methods);
        problem
    }

    /// 409: not possible in the current state.
    pub fn conflict(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, detail)
    }

    /// 422: the requested file does not fit into one answer.
    pub fn csv_too_large() -> Self {
        let detail =
            "The file does not fit one answer of 6 MB. Ask for a shorter period, or read it page by page as JSON.";
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "csv_too_large", detail)
    }

    /// 422: the request can be read, but one field is wrong.
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::fields(vec![FieldError { field: field.into(), message: message.into() }])
    }

    /// 422: the request can be read, but these fields are wrong.
    pub fn fields(errors: Vec<FieldError>) -> Self {
        let mut problem = Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid",
            "Some fields are not as they must be; see `errors`.",
        );
        problem.errors = errors;
        problem
    }

    /// 429: not so soon after what failed before.
    pub fn too_many_attempts(wait: Duration) -> Self {
        let seconds = wait.as_secs().saturating_add(u64::from(wait.subsec_nanos() > 0));
        let detail = format!("Too many attempts in a short time. Wait {seconds} seconds, then try again.");
        let mut problem = Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_attempts", detail);
        problem.retry_after = Some(seconds);
        problem
    }

    /// 500: our fault. The client learns nothing of the cause.
    pub fn internal(cause: impl fmt::Display) -> Self {
        let detail = "Something went wrong on our side. Try again; if it stays, tell us the request id.";
        let mut problem = Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", detail);
        problem.cause = Some(cause.to_string());
        problem
    }

    /// 503: not possible at the moment; the client may try again.
    pub fn unavailable(cause: impl fmt::Display) -> Self {
        let detail = "This could not be done just now. Try again in a moment, with the same Idempotency-Key.";
        let mut problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", detail);
        problem.cause = Some(cause.to_string());
        problem.retry_after = Some(1);
        problem
    }

    /// Adds a member, such as the listing that the problem is about.
    pub fn with(mut self, member: Member, value: impl Into<Value>) -> Self {
        self.members.insert(member, value.into());
        self
    }

    /// Makes the problem document.
    pub fn document(&self, request_id: &str) -> Value {
        let mut document = Map::from_iter([
            ("type".to_owned(), json!(Code::address(self.code))),
            ("title".to_owned(), json!(self.status.canonical_reason().unwrap_or("Error"))),
            ("status".to_owned(), json!(self.status.as_u16())),
            ("code".to_owned(), json!(self.code)),
            ("detail".to_owned(), json!(self.detail)),
            ("request_id".to_owned(), json!(request_id)),
        ]);
        if !self.errors.is_empty() {
            document.insert("errors".into(), json!(self.errors));
        }
        document.extend(self.members.iter().map(|(member, value)| (member.name().to_owned(), value.clone())));
        Value::Object(document)
    }
}

/// Every error that clients are told of.
impl<E: Explain> From<E> for Problem {
    fn from(error: E) -> Self {
        let Explanation { kind, code, detail, fields, members } = error.explain();
        let mut problem = match kind {
            Kind::Invalid => {
                let error = |FieldProblem { field, message }| FieldError { field, message: sentence(&message) };
                Self::fields(fields.into_iter().map(error).collect())
            }
            Kind::Forbidden => Self::forbidden(code, detail),
            Kind::NotFound => Self::not_found(&detail),
            Kind::Conflict => Self::conflict(code, detail),
            Kind::Contention => {
                Self { contention: true, retry_after: Some(1), ..Self::conflict("contention", Self::CONTENTION) }
            }
            Kind::Internal => Self::internal(detail),
            Kind::Unavailable => Self::unavailable(detail),
        };
        problem.members = members;
        problem
    }
}
