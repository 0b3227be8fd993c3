//! How Stripe's errors are handled ("API Reference: Errors", "Error codes", "Decline codes").
//!
//! | Stripe answers | meaning | handling |
//! |---|---|---|
//! | 402, `card_error` | the buyer's card is declined | reported to the buyer as a class of reasons |
//! | 400 with a code about the seller's account, balances, or a payment that is over | a definite refusal | the payout or refund fails, with the reason |
//! | 400, 404, `idempotency_error` | our request is wrong | an operator looks |
//! | 401, 403 | our key is wrong | an operator looks |
//! | 409 (another request holds the same thing), 429, 5xx, no answer | Stripe is busy | repeated under the same id |

use crate::ProviderError;
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
struct Envelope {
    #[serde(default)]
    error: Detail,
}

#[derive(Debug, Default, Deserialize)]
struct Detail {
    #[serde(default, rename = "type")]
    kind: String,
    code: Option<String>,
    decline_code: Option<String>,
    param: Option<String>,
    message: Option<String>,
}

/// Codes of refused requests that would be refused again, whatever we changed in them.
const DEFINITE: [&str; 15] = [
    "account_closed",
    "account_invalid",
    "amount_too_large",
    "amount_too_small",
    "balance_insufficient",
    "charge_already_refunded",
    "charge_disputed",
    "insufficient_capabilities_for_transfer",
    "insufficient_funds",
    "no_account",
    "payment_intent_unexpected_state",
    "payouts_limit_exceeded",
    "payouts_not_allowed",
    "refund_disputed_payment",
    "transfers_not_allowed",
];

/// The most characters of Stripe's own message that are logged.
const LONGEST: usize = 200;

/// Reads an answer that reports an error.
pub fn read(status: u16, body: &[u8], what: &str, request: &str) -> ProviderError {
    let Envelope { error } = serde_json::from_slice(body).unwrap_or_default();
    let code = error.code.unwrap_or_default();
    let message: String = match status {
        // Stripe's messages for these repeat parts of the key.
        401 | 403 => String::new(),
        _ => error.message.unwrap_or_default().chars().take(LONGEST).collect(),
    };
    let param = error.param.unwrap_or_default();
    let detail = format!("{what}: {status} {} {code} {param} (request {request}): {message}", error.kind);
    match (status, error.kind.as_str()) {
        (409 | 429 | 500.., _) => ProviderError::Again(detail),
        (402, _) | (_, "card_error") => {
            let reason = error.decline_code.unwrap_or(code);
            ProviderError::Refused { reason: class(&reason).into(), detail }
        }
        (400, "invalid_request_error") if DEFINITE.contains(&code.as_str()) => {
            ProviderError::Refused { reason: code, detail }
        }
        _ => ProviderError::Ours(detail),
    }
}

/// The class of a decline, by what a buyer can do about it. Banks' suspicions are not revealed: Stripe asks to show lost, stolen and
/// suspected cards as plain declines.
pub fn class(code: &str) -> &'static str {
    match code {
        "insufficient_funds" | "card_velocity_exceeded" | "withdrawal_count_limit_exceeded" => "insufficient_funds",
        "expired_card" | "invalid_expiry_month" | "invalid_expiry_year" => "expired_card",
        "incorrect_cvc" | "invalid_cvc" => "incorrect_cvc",
        "incorrect_number" | "invalid_number" => "incorrect_number",
        "incorrect_zip" | "incorrect_address" => "incorrect_address",
        "authentication_required"
        | "authentication_not_handled"
        | "payment_intent_authentication_failure"
        | "payment_intent_action_required" => "authentication_failed",
        "processing_error" | "issuer_not_available" | "try_again_later" | "reenter_transaction" | "approve_with_id" => {
            "try_again"
        }
        "card_not_supported"
        | "currency_not_supported"
        | "transaction_not_allowed"
        | "service_not_allowed"
        | "not_permitted"
        | "invalid_account" => "card_not_supported",
        "payment_method_provider_timeout" | "payment_intent_payment_attempt_expired" => "timed_out",
        _ => "card_declined",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn mapped(status: u16, error: Value) -> ProviderError {
        read(status, json!({ "error": error }).to_string().as_bytes(), "POST /v1/x", "req_1")
    }

    #[test]
    fn what_passes_is_asked_again() {
        for status in [409, 429, 500, 502, 503, 504] {
            let error = mapped(status, json!({ "type": "api_error", "code": "lock_timeout" }));
            assert!(matches!(error, ProviderError::Again(_)), "{status}: {error}");
        }
        assert!(matches!(read(502, b"<html>", "POST /v1/x", ""), ProviderError::Again(_)));
    }

    #[test]
    fn a_card_is_refused_with_a_class_that_betrays_no_suspicion() {
        let error =
            mapped(402, json!({ "type": "card_error", "code": "card_declined", "decline_code": "stolen_card" }));
        assert!(matches!(&error, ProviderError::Refused { reason, .. } if reason == "card_declined"), "{error}");
        assert_eq!([class("insufficient_funds"), class("expired_card")], ["insufficient_funds", "expired_card"]);
    }

    #[test]
    fn a_definite_no_is_told_from_our_own_fault() {
        let no = mapped(400, json!({ "type": "invalid_request_error", "code": "balance_insufficient" }));
        assert!(matches!(&no, ProviderError::Refused { reason, .. } if reason == "balance_insufficient"), "{no}");
        for (status, kind, code) in [
            (400, "invalid_request_error", "parameter_unknown"),
            (400, "idempotency_error", ""),
            (404, "invalid_request_error", "resource_missing"),
            (401, "invalid_request_error", ""),
        ] {
            let error = mapped(status, json!({ "type": kind, "code": code }));
            assert!(matches!(error, ProviderError::Ours(_)), "{error}");
        }
    }

    #[test]
    fn what_is_said_of_a_key_is_not_repeated() {
        let error = mapped(401, json!({ "message": "Invalid API Key provided: sk_test_****1234" }));
        assert!(!error.to_string().contains("1234"), "{error}");
    }
}
