//! What is refused, in words for whoever asked: each error of a noun that a client is told of says with which code, and why.

mod member;

pub use member::Member;

use crate::{IdError, fields::FieldProblem, money::MoneyError};
use serde_json::Value;
use std::{collections::BTreeMap, fmt};

/// An error that clients are told of.
pub trait Explain {
    /// The codes that it may be told with, besides `invalid`, `internal` and `unavailable`, with which any request may fail.
    const CODES: &'static [&'static str];

    /// What a client is told.
    fn explain(self) -> Explanation;
}

/// Whose fault it is, and whether trying again may help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Fields of the request are not as they must be.
    Invalid,
    /// Somebody else may do this.
    Forbidden,
    /// There is no such thing, or not for this client.
    NotFound,
    /// It is not possible as things are.
    Conflict,
    /// Others change the same thing at this moment.
    Contention,
    /// The fault is ours.
    Internal,
    /// Something that is needed cannot be reached just now.
    Unavailable,
}

/// What a client is told.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// Of which kind the refusal is.
    pub kind: Kind,
    /// The stable name that programs compare; empty for kinds that have only one.
    pub code: &'static str,
    /// What was wrong and what to do, for people. Of a fault of ours, its cause, which is for the log only.
    pub detail: String,
    /// The fields that were wrong.
    pub fields: Vec<FieldProblem>,
    /// Further facts.
    pub members: BTreeMap<Member, Value>,
}

impl Explanation {
    fn new(kind: Kind, code: &'static str, detail: impl Into<String>) -> Self {
        Self { kind, code, detail: detail.into(), fields: vec![], members: BTreeMap::new() }
    }

    /// It is not possible as things are.
    pub fn conflict(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(Kind::Conflict, code, detail)
    }

    /// The client may know of it, but not do this.
    pub fn forbidden(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(Kind::Forbidden, code, detail)
    }

    /// There is no such thing, or not for this client.
    pub fn not_found(what: &str) -> Self {
        Self::new(Kind::NotFound, "", what)
    }

    /// One field is wrong.
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::fields(vec![FieldProblem { field: field.into(), message: message.into() }])
    }

    /// These fields are wrong.
    pub fn fields(fields: Vec<FieldProblem>) -> Self {
        Self { fields, ..Self::new(Kind::Invalid, "", "") }
    }

    /// Others change the same thing: reading and deciding again may succeed.
    pub fn contention() -> Self {
        Self::new(Kind::Contention, "", "")
    }

    /// The fault is ours. The client learns nothing of the cause.
    pub fn internal(cause: impl fmt::Display) -> Self {
        Self::new(Kind::Internal, "", cause.to_string())
    }

    /// Something that is needed cannot be reached just now. The client learns nothing of the cause.
    pub fn unavailable(cause: impl fmt::Display) -> Self {
        Self::new(Kind::Unavailable, "", cause.to_string())
    }

    /// The same with a further fact, such as the listing it is about.
    #[must_use]
    pub fn with(mut self, member: Member, value: impl Into<Value>) -> Self {
        self.members.insert(member, value.into());
        self
    }
}

/// One that was put into words where it was found.
impl Explain for Explanation {
    const CODES: &'static [&'static str] = &[];

    fn explain(self) -> Explanation {
        self
    }
}

impl Explain for Vec<FieldProblem> {
    const CODES: &'static [&'static str] = &[];

    fn explain(self) -> Explanation {
        Explanation::fields(self)
    }
}

/// An id that cannot be one names nothing that exists.
impl Explain for IdError {
    const CODES: &'static [&'static str] = &[];

    fn explain(self) -> Explanation {
        Explanation::not_found("thing")
    }
}

impl Explain for MoneyError {
    const CODES: &'static [&'static str] = &["amount_not_possible"];

    fn explain(self) -> Explanation {
        Explanation::conflict("amount_not_possible", self.to_string())
    }
}
