//! What clients are told when a step or a refund is not possible.

mod place;

pub use place::not_possible;

use crate::{
    TransitionError,
    order_process::StepError,
    refund::{RefundError, RefundField, UnsentError},
};
use serde_json::json;
use tradewind_kernel::{Explain, Explanation, Member};

impl Explain for TransitionError {
    const CODES: &'static [&'static str] =
        &["transition_impossible", "transition_not_yours", "already_refunded", "too_many_steps"];

    fn explain(self) -> Explanation {
        match self {
            Self::Step(StepError::NotFromHere { transition, state, possible }) => {
                let detail =
                    format!("The order is {state} now; {transition} is not a step from there. See `possible`.");
                Explanation::conflict("transition_impossible", detail)
                    .with(Member::State, json!(state))
                    .with(Member::Possible, json!(possible))
            }
            Self::Step(StepError::NotYours) => Explanation::forbidden(
                "transition_not_yours",
                "This step is for somebody else to take, as the order's process says.",
            ),
            Self::Refunded => Explanation::conflict(
                "already_refunded",
                "All of this order has gone back, so no step is left to take.",
            ),
            Self::TooManySteps => {
                let detail = "This order was moved back and forth too often. Ask the marketplace to settle it.";
                Explanation::conflict("too_many_steps", detail)
            }
            Self::ShipmentUnwanted => {
                Explanation::invalid("shipment", "Nothing is sent with this step: leave the shipment out.")
            }
            Self::NoShipment => {
                Explanation::invalid("shipment", "Say who carries it and under which number: carrier and tracking.")
            }
        }
    }
}

impl Explain for RefundError {
    const CODES: &'static [&'static str] =
        &["not_paid", "order_disputed", "already_refunded", "nothing_to_refund", "refund_too_large"];

    fn explain(self) -> Explanation {
        match self {
            Self::NotPaid => {
                Explanation::conflict("not_paid", "Nothing was paid for this order, so nothing can go back.")
            }
            Self::OnHold => {
                let detail = "The buyer reported a problem with this order. Settle the report; that decides where the money goes.";
                Explanation::conflict("order_disputed", detail)
            }
            Self::Refunded(_) => {
                Explanation::conflict("already_refunded", "All that was paid for this order has gone back already.")
            }
            Self::Nothing => Explanation::conflict(
                "nothing_to_refund",
                "Nothing is left that could go back, or you asked for nothing.",
            ),
            Self::Negative(field) => {
                let field = match field {
                    RefundField::Amount => "amount".to_owned(),
                    RefundField::Shipping => "shipping".to_owned(),
                    RefundField::Line(at) => format!("lines[{at}].amount"),
                };
                Explanation::invalid(field, "Send an amount of more than nothing: what goes back is never negative.")
            }
            Self::TooFewUnitsLeft { line, left } => {
                let detail =
                    format!("Of line {line} only {left} units are left that have not been refunded or come back.");
                Explanation::conflict("refund_too_large", detail).with(Member::Line, line).with(Member::UnitsLeft, left)
            }
            Self::NoSuchLine(at) => {
                Explanation::invalid(format!("lines[{at}].line"), "This is no line of the order, or it is named twice.")
            }
            Self::TooManyUnits { at, restock, units } => {
                let field = if restock { "restock" } else { "quantity" };
                Explanation::invalid(
                    format!("lines[{at}].{field}"),
                    format!("Send at most {units}: the line has no more units."),
                )
            }
            Self::TooMuch { line, left } => {
                let detail = format!("At most {left} can still go back.");
                let refused = Explanation::conflict("refund_too_large", detail).with(Member::Left, json!(left));
                match line {
                    Some(line) => refused.with(Member::Line, line),
                    None => refused,
                }
            }
        }
    }
}

impl Explain for UnsentError {
    const CODES: &'static [&'static str] = &["refund_not_failed", "bank_gave_it"];

    fn explain(self) -> Explanation {
        match self {
            Self::NotFailed => {
                let detail =
                    "This refund did not fail, or was tried again or settled already. See the refunds of the order.";
                Explanation::conflict("refund_not_failed", detail)
            }
            Self::BankGave { owed } => {
                let detail = format!(
                    "The buyer's bank has given them the money of this refund, or a part of it: {owed} is still owed to them. Pay them that \
                     in another way, if it is anything, and note it as settled otherwise."
                );
                Explanation::conflict("bank_gave_it", detail).with(Member::Left, json!(owed))
            }
        }
    }
}
