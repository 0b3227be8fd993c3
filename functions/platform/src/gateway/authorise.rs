//! The authoriser: finds out whose access token or operator key a request carries. API Gateway caches its answer for a minute.

use tradewind_lambda::{Function, Grant};

/// The definition of the function.
pub fn function() -> Function {
    Function::authoriser(
        "platform-authorise",
        "Says whose access token or operator key a request carries.",
        &[Grant::MainRead, Grant::EphemeralRead, Grant::EphemeralWrite, Grant::SigningKey, Grant::OperatorKey],
    )
}
