//! The sandbox's test cards. Each behaves the same every time.
//!
//! | card | what the sandbox does |
//! |---|---|
//! | 4242 4242 4242 4242 | captures |
//! | 4000 0000 0000 0002 | declines: `card_declined` |
//! | 4000 0000 0000 9995 | declines: `insufficient_funds` |
//! | 4000 0000 0000 0069 | declines: `expired_card` |
//! | 4000 0000 0000 0127 | declines: `incorrect_cvc` |
//! | 4000 0000 0000 0119 | declines: `try_again` |
//! | 4000 0000 0000 0077 | captures, and reports it five seconds late |
//! | 4000 0000 0000 0093 | captures, and reports it twice, under two event ids |
//! | 4000 0000 0000 0341 | captures, and then reports a decline of an earlier try: out of order |
//! | 4000 0027 6000 3184 | reports that the buyer has to authenticate; confirmed once more, it captures |
//! | 4000 0000 0000 0259 | captures, and two seconds later the bank disputes it as `fraudulent` |
//!
//! A dispute in the sandbox is won with evidence that contains [`WINNING_EVIDENCE`], and lost with any other.
//!
//! With any card, `delay_seconds` and `deliveries` delay its reports, or repeat them under the same event id. The card numbers are
//! those that Stripe uses for the same purpose, where it has one ("Testing: test cards").

use tradewind_kernel::Money;
use tradewind_payments::{AUTHENTICATION_REQUIRED, Payment, ProviderReport};

/// How long the report of the late card is delayed, in seconds.
const LATE: u16 = 5;

/// How long the bank waits before it disputes, in seconds.
const DISPUTES_AFTER: u16 = 2;
/// The evidence that the sandbox's bank believes.
pub const WINNING_EVIDENCE: &str = "winning_evidence";

/// A report that is due later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The id of the sandbox's event.
    pub event: String,
    /// The content of the report.
    pub report: ProviderReport,
    /// The delay in seconds.
    pub in_seconds: u16,
}

const AUTHENTICATES: &str = "4000002760003184";
const DISPUTED: &str = "4000000000000259";

/// The reason why a card is declined; `None` if it is accepted.
fn refusal(card: &str) -> Option<&'static str> {
    Some(match card {
        "4000000000000002" => "card_declined",
        "4000000000009995" => "insufficient_funds",
        "4000000000000069" => "expired_card",
        "4000000000000127" => "incorrect_cvc",
        "4000000000000119" => "try_again",
        _ => return None,
    })
}

/// Whether it is one of the sandbox's cards.
pub fn known(card: &str) -> bool {
    let pays =
        ["4242424242424242", "4000000000000077", "4000000000000093", "4000000000000341", AUTHENTICATES, DISPUTED];
    pays.contains(&card) || refusal(card).is_some()
}

/// The reports that the sandbox will send for a try with a card. A capture has one event id, however often it is tried, because a
/// payment is captured once; each declined try has an event of its own.
pub fn reports(card: &str, payment: &Payment, attempt: &str) -> Vec<Due> {
    let (id, ulid) = (payment.id.clone(), payment.id.ulid());
    let captured = |name: &str, in_seconds| Due {
        event: format!("sbx_{ulid}_{name}"),
        report: ProviderReport::PaymentSucceeded { payment: id.clone(), amount: payment.amount },
        in_seconds,
    };
    let declined = |reason: &str, in_seconds| Due {
        event: format!("sbx_{ulid}_declined_{attempt}"),
        report: ProviderReport::PaymentFailed { payment: id.clone(), reason: reason.into() },
        in_seconds,
    };
    match (refusal(card), card) {
        (Some(reason), _) => vec![declined(reason, 0)],
        (None, "4000000000000077") => vec![captured("captured", LATE)],
        (None, "4000000000000093") => vec![captured("captured", 0), captured("captured_again", 0)],
        (None, "4000000000000341") => vec![captured("captured", 0), declined("card_declined", 1)],
        (None, AUTHENTICATES) if payment.failure.as_deref() != Some(AUTHENTICATION_REQUIRED) => vec![Due {
            event: format!("sbx_{ulid}_authenticates_{attempt}"),
            report: ProviderReport::PaymentNeedsAction { payment: id },
            in_seconds: 0,
        }],
        (None, DISPUTED) => {
            let dispute = format!("sbx_{ulid}_dispute");
            let opened = Due {
                event: format!("{dispute}_opened"),
                report: ProviderReport::DisputeOpened {
                    payment: id.clone(),
                    dispute,
                    amount: payment.amount,
                    fee: Money::parse_decimal("15", payment.amount.currency),
                    reason: "fraudulent".into(),
                },
                in_seconds: DISPUTES_AFTER,
            };
            vec![captured("captured", 0), opened]
        }
        (None, _) => vec![captured("captured", 0)],
    }
}
