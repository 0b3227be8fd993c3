//! Errors as `application/problem+json` (RFC 9457), written for the person who reads them.

use crate::{Code, FieldError, Member, field::sentence};
use http::StatusCode;
use serde_json::{Map, Value, json};
use std::{collections::BTreeMap, fmt};
use tradewind_catalog::listing::ListingError;
use tradewind_kernel::{IdError, fields::FieldProblem, money::MoneyError};
use tradewind_orders::{
    TransitionError,
    order_process::StepError,
    refund::{RefundError, RefundField},
};
use tradewind_payouts::PayoutError;
use tradewind_sales::ProcessError;
use tradewind_storage::{CommitError, StorageError};

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

impl From<Vec<FieldProblem>> for Problem {
    fn from(problems: Vec<FieldProblem>) -> Self {
        let error = |FieldProblem { field, message }| FieldError { field, message: sentence(&message) };
        Self::fields(problems.into_iter().map(error).collect())
    }
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

impl From<StorageError> for Problem {
    fn from(error: StorageError) -> Self {
        match error {
            // A newer release can read what it wrote: the next try may reach it.
            StorageError::Call { .. } | StorageError::Newer(_) => Self::unavailable(error),
            StorageError::Shape { .. }
            | StorageError::Unknown
            | StorageError::Unwritten(_)
            | StorageError::NotGranted(_)
            | StorageError::NotConfigured(_) => Self::internal(error),
        }
    }
}

impl From<CommitError> for Problem {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Storage(error) => error.into(),
            CommitError::Impossible(cause) => Self::internal(cause),
            CommitError::Refused(refusal) => {
                Self::conflict(refusal.code(), "This is not possible as things are now; see `code`.")
                    .with(Member::Subject, refusal.subject())
            }
            // Reading again shows what another request did, and so also why it cannot be done twice.
            CommitError::Contention | CommitError::Again => {
                let mut problem = Self::conflict("contention", Self::CONTENTION);
                problem.contention = true;
                problem.retry_after = Some(1);
                problem
            }
        }
    }
}

impl From<TransitionError> for Problem {
    fn from(error: TransitionError) -> Self {
        match error {
            TransitionError::Step(StepError::NotFromHere { transition, state, possible }) => {
                let detail =
                    format!("The order is {state} now; {transition} is not a step from there. See `possible`.");
                Self::conflict("transition_impossible", detail)
                    .with(Member::State, json!(state))
                    .with(Member::Possible, json!(possible))
            }
            TransitionError::Step(StepError::NotYours) => Self::forbidden(
                "transition_not_yours",
                "This step is for somebody else to take, as the order's process says.",
            ),
            TransitionError::Refunded => {
                Self::conflict("already_refunded", "All of this order has gone back, so no step is left to take.")
            }
            TransitionError::TooManySteps => {
                let detail = "This order was moved back and forth too often. Ask the marketplace to settle it.";
                Self::conflict("too_many_steps", detail)
            }
            TransitionError::ShipmentUnwanted => {
                Self::invalid("shipment", "Nothing is sent with this step: leave the shipment out.")
            }
            TransitionError::NoShipment => {
                Self::invalid("shipment", "Say who carries it and under which number: carrier and tracking.")
            }
        }
    }
}

impl From<ProcessError> for Problem {
    fn from(error: ProcessError) -> Self {
        match error {
            ProcessError::Transition(error) => error.into(),
            ProcessError::Refund(error) => error.into(),
            ProcessError::Payout(error) => error.into(),
            ProcessError::Disputed => {
                let detail =
                    "The buyer's bank disputes the payment. Its money stays where it is until the bank decides.";
                Self::conflict("payment_disputed", detail)
            }
            ProcessError::Split(_)
            | ProcessError::WholePurchase
            | ProcessError::Amount(_)
            | ProcessError::Unasked(_)
            | ProcessError::Contrary(_)
            | ProcessError::DecidedOtherwise { .. }
            | ProcessError::Ledger(_)
            | ProcessError::Money(_) => Self::internal(error),
        }
    }
}

impl From<PayoutError> for Problem {
    fn from(error: PayoutError) -> Self {
        match error {
            PayoutError::NotFailed => {
                let detail = "This payout did not come back, or was settled already. See the payouts of the shop.";
                Self::conflict("payout_not_failed", detail)
            }
            PayoutError::NothingPayable { owed, payable } => {
                let detail = format!(
                    "The shop is owed {owed}, of which {payable} can be paid now: less than the least that is paid out. Nothing was sent."
                );
                Self::conflict("nothing_payable", detail)
            }
            PayoutError::OwedLess { owed, amount } => {
                let detail = format!(
                    "The shop is owed only {owed} now, and {amount} came back: a later payout has paid it, or a refund used it up. \
                     See the shop's ledger entries."
                );
                Self::conflict("owed_less", detail).with(Member::Left, json!(owed))
            }
        }
    }
}

impl From<RefundError> for Problem {
    fn from(error: RefundError) -> Self {
        match error {
            RefundError::NotPaid => {
                Self::conflict("not_paid", "Nothing was paid for this order, so nothing can go back.")
            }
            RefundError::OnHold => {
                let detail = "The buyer reported a problem with this order. Settle the report; that decides where the money goes.";
                Self::conflict("order_disputed", detail)
            }
            RefundError::Refunded(_) => {
                Self::conflict("already_refunded", "All that was paid for this order has gone back already.")
            }
            RefundError::Nothing => {
                Self::conflict("nothing_to_refund", "Nothing is left that could go back, or you asked for nothing.")
            }
            RefundError::Negative(field) => {
                let field = match field {
                    RefundField::Amount => "amount".to_owned(),
                    RefundField::Shipping => "shipping".to_owned(),
                    RefundField::Line(at) => format!("lines[{at}].amount"),
                };
                Self::invalid(field, "Send an amount of more than nothing: what goes back is never negative.")
            }
            RefundError::NotFailed => {
                let detail =
                    "This refund did not fail, or was tried again or settled already. See the refunds of the order.";
                Self::conflict("refund_not_failed", detail)
            }
            RefundError::BankGave { owed } => {
                let detail = format!(
                    "The buyer's bank has given them the money of this refund, or a part of it: {owed} is still owed to them. Pay them that \
                     in another way, if it is anything, and note it as settled otherwise."
                );
                Self::conflict("bank_gave_it", detail).with(Member::Left, json!(owed))
            }
            RefundError::TooFewUnitsLeft { line, left } => {
                let detail =
                    format!("Of line {line} only {left} units are left that have not been refunded or come back.");
                Self::conflict("refund_too_large", detail).with(Member::Line, line).with(Member::UnitsLeft, left)
            }
            RefundError::NoSuchLine(at) => {
                Self::invalid(format!("lines[{at}].line"), "This is no line of the order, or it is named twice.")
            }
            RefundError::TooManyUnits { at, restock, units } => {
                let field = if restock { "restock" } else { "quantity" };
                Self::invalid(
                    format!("lines[{at}].{field}"),
                    format!("Send at most {units}: the line has no more units."),
                )
            }
            RefundError::TooMuch { line, left } => {
                let detail = format!("At most {left} can still go back.");
                let problem = Self::conflict("refund_too_large", detail).with(Member::Left, json!(left));
                match line {
                    Some(line) => problem.with(Member::Line, line),
                    None => problem,
                }
            }
        }
    }
}

impl From<IdError> for Problem {
    /// An id that cannot be valid names nothing that exists.
    fn from(_: IdError) -> Self {
        Self::not_found("thing")
    }
}

impl From<MoneyError> for Problem {
    fn from(error: MoneyError) -> Self {
        Self::conflict("amount_not_possible", error.to_string())
    }
}

impl From<ListingError> for Problem {
    fn from(error: ListingError) -> Self {
        let message = sentence(&error.to_string());
        match error {
            ListingError::NoVariants | ListingError::TooManyVariants | ListingError::TooManyBuckets => {
                Self::invalid("variants", message)
            }
            ListingError::OptionsDiffer(place) | ListingError::SameVariantTwice(place) => {
                Self::invalid(format!("variants[{place}].options"), message)
            }
            ListingError::PriceOutOfRange(place)
            | ListingError::OtherCurrency(place)
            | ListingError::MixedCurrencies(place) => Self::invalid(format!("variants[{place}].price"), message),
            ListingError::Closed => Self::conflict("listing_closed", message),
        }
    }
}
